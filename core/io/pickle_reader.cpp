// Purpose: the stack machine that reads pickles.
#include "core/io/pickle_reader.h"

#include "core/io/byte_reader.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxBytes = 64'000'000;
constexpr std::size_t kMaxValues = 4'000'000;
constexpr std::size_t kMaxStack = 4'000'000;
constexpr std::size_t kMaxMarks = 10'000;
constexpr std::size_t kMaxNames = 1000;
constexpr std::size_t kMaxNameLength = 200;
constexpr PickleRef kNoValue = std::numeric_limits<PickleRef>::max();

/// A name out of a hostile file, fit to be shown.
std::string shown(std::string_view name)
{
    std::string text(name.substr(0, kMaxNameLength));
    const auto isHidden = [](char c) { return c < ' ' || c > '~'; };
    std::ranges::replace_if(text, isHidden, '?');
    return text;
}

}  // namespace

class PickleMachine {
public:
    PickleMachine(std::string_view bytes, PickleFilter harmless)
        : m_reader(bytes.substr(0, kMaxBytes)), m_harmless(harmless), m_cutAtLimit(bytes.size() > kMaxBytes)
    {
        m_pickle.m_values.resize(4);
        m_pickle.m_values[kFalse].kind = m_pickle.m_values[kTrue].kind = PickleKind::Bool;
        m_pickle.m_values[kTrue].integer = 1;
        m_pickle.m_values[kEmptyTuple].kind = PickleKind::Tuple;
    }

    Result<Pickle> run()
    {
        while (!m_done) {
            const auto at = std::int64_t(m_reader.position()) + 1;
            const auto opcode = char(m_reader.u8());
            if (!m_reader.failed())
                step(opcode);
            if (m_reader.failed() && !m_error)
                damaged(m_cutAtLimit ? "The pickle is longer than the 64 MB that are read."
                                     : "The pickle ends in its middle; the file is cut short.");
            if (m_error)
                return fail(m_error->at({.position = at}));
        }
        m_pickle.m_bytesUsed = m_reader.position();
        return std::move(m_pickle);
    }

private:
    // Constants exist once, so that a flood of them costs nothing.
    static constexpr PickleRef kNone = 0;
    static constexpr PickleRef kFalse = 1;
    static constexpr PickleRef kTrue = 2;
    static constexpr PickleRef kEmptyTuple = 3;

    /// One instruction, by its letter in pickletools.
    void step(char opcode)
    {
        switch (opcode) {
        case '\x80': return m_reader.skip(1);  // PROTO
        case '\x95': return m_reader.skip(8);  // FRAME
        case '.': return stop();
        case '(': return mark();
        case '0': pop(); return;
        case '1': popToMark(); return;

        case 'N': return push(kNone);
        case '\x88': return push(kTrue);
        case '\x89': return push(kFalse);
        case 'K': return addInteger(m_reader.u8());
        case 'M': return addInteger(m_reader.u16());
        case 'J': return addInteger(std::int32_t(m_reader.u32()));
        case '\x8a': return addLong(m_reader.text(m_reader.u8()));
        case 'G': return addFloat();

        case 'X': return addText(PickleKind::Text, m_reader.u32());
        case '\x8c': return addText(PickleKind::Text, m_reader.u8());
        case '\x8d': return addText(PickleKind::Text, m_reader.u64());
        case 'T': return addText(PickleKind::Text, m_reader.u32());  // Python 2's str
        case 'U': return addText(PickleKind::Text, m_reader.u8());
        case 'B': return addText(PickleKind::Bytes, m_reader.u32());
        case 'C': return addText(PickleKind::Bytes, m_reader.u8());
        case '\x8e': return addText(PickleKind::Bytes, m_reader.u64());

        case ')': return push(kEmptyTuple);
        case '\x85': return add({.kind = PickleKind::Tuple, .items = popSome(1)});
        case '\x86': return add({.kind = PickleKind::Tuple, .items = popSome(2)});
        case '\x87': return add({.kind = PickleKind::Tuple, .items = popSome(3)});
        case 't': return add({.kind = PickleKind::Tuple, .items = popToMark()});
        case ']': return add({.kind = PickleKind::List});
        case '\x8f': return add({.kind = PickleKind::List});  // EMPTY_SET
        case '}': return add({.kind = PickleKind::Dict});
        case 'a': return extend(PickleKind::List, popSome(1));
        case 'e': return extend(PickleKind::List, popToMark());
        case '\x90': return extend(PickleKind::List, popToMark());  // ADDITEMS
        case 's': return extend(PickleKind::Dict, popSome(2));
        case 'u': return extend(PickleKind::Dict, popToMark());

        case 'q': return memorise(m_reader.u8());
        case 'r': return memorise(m_reader.u32());
        case '\x94': return memorise(m_memorised);
        case 'h': return recall(m_reader.u8());
        case 'j': return recall(m_reader.u32());

        case 'c': return readGlobal();
        case '\x93': return addStackGlobal();
        case 'i': readGlobal(); return refuseForeign();
        case 'o': return refuseForeign();
        case 'R': return call(false);
        case '\x81': return call(true);
        case 'b': return build();
        case 'Q': return add({.kind = PickleKind::Persistent, .items = popSome(1)});
        default: return unknown(opcode);
        }
    }

    void damaged(std::string message)
    {
        if (!m_error)
            m_error = Error(ErrorCode::Parse, std::move(message));
    }

    /// A hostile pickle may use a foreign name by instructions that are not known here; the name says more.
    void unknown(char opcode)
    {
        if (!m_foreign.empty())
            return refuseForeign();
        static constexpr char kHex[] = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(opcode);
        damaged(std::string("The pickle holds the instruction 0x") + kHex[code >> 4] + kHex[code & 15]
                + ", which files of weights do not need; the file is damaged or of another kind.");
    }

    void refuseForeign()
    {
        if (m_foreign.empty())
            return damaged("The pickle makes an object of an unknown class, which weights do not need.");
        m_error = Error(ErrorCode::Unsupported, "Loading this file in Python would run code: " + shown(m_foreign)
                                                    + ". It is refused; nothing was run.");
    }

    void refuseObject(std::string_view name)
    {
        m_error = Error(
            ErrorCode::Unsupported,
            "The file holds a Python object of the class " + shown(name)
                + ", not plain weights; in the program that wrote it, save model.state_dict() alone and import that.");
    }

    void push(PickleRef ref)
    {
        if (m_stack.size() >= kMaxStack)
            return damaged("The pickle puts more values side by side than are accepted.");
        m_stack.push_back(ref);
    }

    void add(PickleValue value)
    {
        if (m_reader.failed())
            return;
        if (m_pickle.m_values.size() >= kMaxValues)
            return damaged("The pickle holds more than 4 million values.");
        m_pickle.m_values.push_back(std::move(value));
        push(PickleRef(m_pickle.m_values.size() - 1));
    }

    PickleRef pop()
    {
        if (m_stack.size() <= (m_marks.empty() ? 0 : m_marks.back())) {
            damaged("The pickle takes a value where there is none.");
            return kNone;
        }
        const PickleRef top = m_stack.back();
        m_stack.pop_back();
        return top;
    }

    /// The topmost values in the order in which they were put there.
    std::vector<PickleRef> popSome(std::size_t count)
    {
        std::vector<PickleRef> items(count);
        for (std::size_t i = count; i-- > 0;)
            items[i] = pop();
        return items;
    }

    void mark()
    {
        if (m_marks.size() >= kMaxMarks)
            return damaged("The pickle is nested too deeply.");
        m_marks.push_back(m_stack.size());
    }

    std::vector<PickleRef> popToMark()
    {
        if (m_marks.empty()) {
            damaged("The pickle ends a group that was never begun.");
            return {};
        }
        const auto begin = m_stack.begin() + std::ptrdiff_t(m_marks.back());
        std::vector<PickleRef> items(begin, m_stack.end());
        m_stack.erase(begin, m_stack.end());
        m_marks.pop_back();
        return items;
    }

    void addInteger(std::int64_t value) { add({.kind = PickleKind::Integer, .integer = value}); }

    /// Floats alone are big-endian.
    void addFloat()
    {
        const std::uint64_t bits = __builtin_bswap64(m_reader.u64());
        add({.kind = PickleKind::Float, .number = std::bit_cast<double>(bits)});
    }

    void addLong(std::string_view bytes)
    {
        if (bytes.size() > sizeof(std::int64_t))
            return add({.kind = PickleKind::Bytes, .text = bytes});
        std::uint64_t value = !bytes.empty() && (bytes.back() & 0x80) != 0 ? ~std::uint64_t(0) : 0;
        for (std::size_t i = bytes.size(); i-- > 0;)
            value = value << 8 | static_cast<unsigned char>(bytes[i]);
        addInteger(std::int64_t(value));
    }

    void addText(PickleKind kind, std::uint64_t length)
    {
        const std::string_view text = m_reader.text(length);
        add({.kind = kind, .text = text});
    }

    /// Appends to the list or dict on top of the stack.
    void extend(PickleKind kind, const std::vector<PickleRef>& items)
    {
        const PickleRef target = pop();
        if (m_error)
            return;
        PickleValue& container = m_pickle.m_values[target];
        const bool ignored = container.kind == PickleKind::Call;  // an object that was not made needs no content
        if (!ignored && (container.kind != kind || (kind == PickleKind::Dict && items.size() % 2 != 0)))
            return damaged("The pickle adds to something that is not a list or a dictionary.");
        if (!ignored)
            container.items.insert(container.items.end(), items.begin(), items.end());
        push(target);
    }

    void memorise(std::uint64_t slot)
    {
        const PickleRef top = pop();
        // A slot costs its writer at least one byte of pickle; larger numbers only ask for memory.
        if (slot > m_reader.position())
            return damaged("The pickle numbers its values beyond its length.");
        if (slot >= m_memo.size())
            m_memo.resize(slot + 1, kNoValue);
        m_memo[slot] = top;
        ++m_memorised;
        push(top);
    }

    void recall(std::uint64_t slot)
    {
        if (slot >= m_memo.size() || m_memo[slot] == kNoValue)
            return damaged("The pickle refers to a value that it never stored.");
        push(m_memo[slot]);
    }

    void readGlobal()
    {
        const std::string_view module = m_reader.textUntil('\n');
        addGlobal(module, m_reader.textUntil('\n'));
    }

    void addGlobal(std::string_view module, std::string_view name)
    {
        if (m_reader.failed())
            return;
        if (module.size() > kMaxNameLength || name.size() > kMaxNameLength || m_pickle.m_names.size() >= kMaxNames)
            return damaged("The pickle names functions at a length or in a number that weights do not need.");
        const std::string& global = *m_pickle.m_names.insert(std::string(module) + "." + std::string(name)).first;
        if (m_foreign.empty() && !m_harmless(global))
            m_foreign = global;
        add({.kind = PickleKind::Global, .text = global});
    }

    void addStackGlobal()
    {
        const PickleValue& name = m_pickle.m_values[pop()];
        const PickleValue& module = m_pickle.m_values[pop()];
        if (name.kind != PickleKind::Text || module.kind != PickleKind::Text)
            return damaged("The pickle names a function by something that is not a text.");
        addGlobal(module.text, name.text);
    }

    /// Function or class applied to arguments. Nothing is called: an OrderedDict becomes a Dict, all else a Call.
    void call(bool isObject)
    {
        const PickleRef arguments = pop();
        const PickleRef callee = pop();
        if (m_error)
            return;
        const PickleValue& function = m_pickle.m_values[callee];
        // Old PyTorch names the class of a whole model by a persistent id: ('module', class, file, source).
        if (function.kind == PickleKind::Persistent)
            return refuseObject(nameWithin(function.items[0]));
        if (function.kind != PickleKind::Global || m_pickle.m_values[arguments].kind != PickleKind::Tuple)
            return damaged("The pickle calls something that is not a function.");
        if (!m_harmless(function.text)) {
            m_foreign = function.text;
            return isObject ? refuseObject(m_foreign) : refuseForeign();
        }
        if (function.text == "collections.OrderedDict")
            return addOrderedDict(arguments);
        add({.kind = PickleKind::Call, .items = {callee, arguments}});
    }

    /// Python 3 fills it later; Python 2 gives a list of pairs at once.
    void addOrderedDict(PickleRef arguments)
    {
        PickleValue dict{.kind = PickleKind::Dict};
        const auto& given = m_pickle.m_values[arguments].items;
        if (!given.empty()) {
            for (const PickleRef pair : m_pickle.m_values[given[0]].items) {
                const auto& entry = m_pickle.m_values[pair].items;
                // The same list may be given again and again, and each time is copied.
                if (entry.size() != 2 || ++m_copiedPairs > kMaxValues)
                    return damaged("The pickle makes a dictionary of something that is not a list of pairs.");
                dict.items.insert(dict.items.end(), entry.begin(), entry.end());
            }
        }
        add(std::move(dict));
    }

    /// Attributes of an object: a state dict's "_metadata" or the fields of something not made. None is needed.
    void build()
    {
        pop();
        const PickleRef target = pop();
        const PickleKind kind = m_pickle.m_values[target].kind;
        if (kind != PickleKind::Dict && kind != PickleKind::Call)
            return damaged("The pickle gives fields to something that is not an object.");
        push(target);
    }

    std::string_view nameWithin(PickleRef id) const
    {
        for (const PickleRef item : m_pickle.m_values[id].items) {
            if (m_pickle.m_values[item].kind == PickleKind::Global)
                return m_pickle.m_values[item].text;
        }
        return "without a name";
    }

    void stop()
    {
        m_pickle.m_root = pop();
        if (!m_foreign.empty() && !m_error)
            return refuseForeign();
        m_done = true;
    }

    ByteReader m_reader;
    PickleFilter m_harmless;
    bool m_cutAtLimit;
    Pickle m_pickle;
    std::vector<PickleRef> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<PickleRef> m_memo;
    std::uint64_t m_memorised = 0;
    std::size_t m_copiedPairs = 0;
    std::string_view m_foreign;  ///< first name that is not on the list
    std::optional<Error> m_error;
    bool m_done = false;
};

Result<Pickle> readPickle(std::string_view bytes, PickleFilter harmless)
{
    return PickleMachine(bytes, harmless).run();
}

}  // namespace nscope::io
