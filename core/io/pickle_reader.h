// Purpose: one Python pickle read as plain values, without running anything (DESIGN §7).
// A pickle is a program for a small stack machine, and loading one in Python may call any function. This machine knows
// only the instructions that build plain values. A call is kept as a Call value and never made, and only functions and
// classes on the caller's list may be named at all; a file that names another is refused with that name.
// Bounds: 64 MB of pickle, 4 million values, nesting of 10,000 marks; memory stays below some 100 bytes per byte read.
// Errors: Parse (damaged, cut short, unknown instruction), Unsupported (code or objects).
// Source: CPython's pickletools.py, protocols 2 to 5 without out-of-band buffers.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

using PickleRef = std::uint32_t;  ///< index of a value within its Pickle

enum class PickleKind : std::uint8_t {
    None,
    Bool,        ///< integer: 0 or 1
    Integer,     ///< integer
    Float,       ///< number
    Text,        ///< text, UTF-8 as stored
    Bytes,       ///< text; whole numbers of more than 8 bytes come as Bytes too, little-endian
    Tuple,       ///< items
    List,        ///< items; a set as well
    Dict,        ///< items: key, value, key, value …; an OrderedDict as well
    Global,      ///< text: "module.name" of a function or class; nothing stands behind it
    Call,        ///< items: the Global, its arguments (Tuple); a call or an object that was not made
    Persistent,  ///< items: one value by which the program names something outside the pickle
};

struct PickleValue {
    PickleKind kind = PickleKind::None;
    std::int64_t integer = 0;
    double number = 0;
    std::string_view text{};  ///< into the pickle's bytes or the Pickle's names
    std::vector<PickleRef> items{};
};

/// Values refer to each other by index and may form cycles; whoever walks them must bound the walk.
class Pickle {
public:
    const PickleValue& root() const { return m_values[m_root]; }
    PickleRef rootRef() const { return m_root; }
    const PickleValue& operator[](PickleRef ref) const { return m_values[ref]; }
    std::size_t size() const { return m_values.size(); }
    std::size_t bytesUsed() const { return m_bytesUsed; }  ///< where the next pickle of a stream begins

private:
    friend class PickleMachine;
    std::vector<PickleValue> m_values;
    std::set<std::string, std::less<>> m_names;
    PickleRef m_root = 0;
    std::size_t m_bytesUsed = 0;
};

/// Whether a "module.name" may stand in the file. It is never called either way.
using PickleFilter = bool (*)(std::string_view global);

/// The pickle at the start of `bytes`, which must outlive the result; more bytes may follow it.
Result<Pickle> readPickle(std::string_view bytes, PickleFilter harmless);

}  // namespace nscope::io
