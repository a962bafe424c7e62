// Purpose: what Nucleoscope and nucleoscope-sandbox say to each other over a socket: frames of a fixed head and a
// payload of numbers, texts and float32 tensors. One request, one answer; the child speaks only when asked, except that
// it may refuse in place of its first answer. Both ends check every size before they use it. Header only, so that the
// child links nothing of ours. Machine byte order: both ends are the same machine.
// Requests:  Describe ()                                             → Described (parameters)
//            Forward  (output, input)                                → Values (tensor)
//            Gradient (output, input, output's gradient)             → Values (tensor like the input)
// Refused (reason, text) instead of any answer. `output` names one output, by name or place; empty: the only or first.
// Errors: a payload that is not what was expected leaves Reader::complete() false.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io::sandbox {

inline constexpr const char* kProgramName = "nucleoscope-sandbox";
inline constexpr int kScriptDescriptor = 3;  ///< of the child: the TorchScript file, opened for reading by the parent

inline constexpr std::uint32_t kMagic = 0x4e534258;
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint64_t kMaxPayloadBytes = std::uint64_t(1) << 30;
inline constexpr std::uint64_t kMaxTextBytes = 1024;
inline constexpr std::uint64_t kMaxAxes = 8;

enum class Message : std::uint32_t { Describe = 1, Forward = 2, Gradient = 3, Described = 101, Values = 102, Refused = 103 };

/// Why the child refuses.
enum class Refusal : std::uint64_t {
    Confinement = 1,  ///< the limits could not be put in place; nothing was read
    File = 2,         ///< not TorchScript, or of another version
    Script = 3,       ///< the script itself failed
    Output = 4,       ///< there is no such output, or it has no gradient
    Memory = 5,       ///< the limit was reached
};

struct FrameHead {
    std::uint32_t magic = kMagic;
    std::uint32_t version = kVersion;
    std::uint32_t message = 0;
    std::uint32_t reserved = 0;
    std::uint64_t payloadBytes = 0;

    bool isSound() const
    {
        return magic == kMagic && version == kVersion && reserved == 0 && payloadBytes <= kMaxPayloadBytes;
    }
};
static_assert(sizeof(FrameHead) == 24);

/// Builds a frame, head included.
class Writer {
public:
    explicit Writer(Message message) : m_frame(sizeof(FrameHead), '\0') { m_head.message = std::uint32_t(message); }

    Writer& number(std::uint64_t value)
    {
        bytes(&value, sizeof value);
        return *this;
    }
    /// Cut after kMaxTextBytes.
    Writer& text(std::string_view value)
    {
        value = value.substr(0, kMaxTextBytes);
        number(value.size());
        bytes(value.data(), value.size());
        return *this;
    }
    /// `values`: as many as the product of `sizes`, of at most kMaxAxes axes.
    Writer& tensor(std::span<const std::int64_t> sizes, const float* values)
    {
        number(sizes.size());
        std::uint64_t count = 1;
        for (const std::int64_t size : sizes) {
            number(std::uint64_t(size));
            count *= std::uint64_t(size);
        }
        bytes(values, count * sizeof(float));
        return *this;
    }
    std::string frame()
    {
        m_head.payloadBytes = m_frame.size() - sizeof m_head;
        std::memcpy(m_frame.data(), &m_head, sizeof m_head);
        return std::move(m_frame);
    }

private:
    void bytes(const void* data, std::size_t count) { m_frame.append(static_cast<const char*>(data), count); }

    FrameHead m_head;
    std::string m_frame;
};

/// A tensor inside a payload, which it points into; `data` need not be aligned.
struct TensorView {
    std::vector<std::int64_t> sizes;
    std::string_view data;  ///< float32
};

/// Takes a payload apart. After a mistake everything is empty and complete() is false.
class Reader {
public:
    explicit Reader(std::string_view payload) : m_rest(payload) {}

    std::uint64_t number()
    {
        std::uint64_t value = 0;
        const std::string_view raw = take(sizeof value);
        if (!raw.empty())
            std::memcpy(&value, raw.data(), sizeof value);
        return value;
    }
    std::string text()
    {
        const std::uint64_t count = number();
        return std::string(take(count <= kMaxTextBytes ? count : kTooMuch));
    }
    TensorView tensor()
    {
        TensorView view;
        const std::uint64_t axes = number();
        if (axes > kMaxAxes)
            m_sound = false;
        std::uint64_t count = 1;
        for (std::uint64_t i = 0; m_sound && i < axes; ++i) {
            const std::uint64_t size = number();
            m_sound = m_sound && size <= kMaxPayloadBytes && (size == 0 || count <= kMaxPayloadBytes / size);
            count *= size;
            view.sizes.push_back(std::int64_t(size));
        }
        view.data = take(m_sound ? count * sizeof(float) : kTooMuch);
        return view;
    }
    /// Everything asked for so far was there.
    bool sound() const { return m_sound; }
    /// Everything was there and nothing is left.
    bool complete() const { return m_sound && m_rest.empty(); }

private:
    static constexpr std::uint64_t kTooMuch = ~std::uint64_t(0);

    std::string_view take(std::uint64_t count)
    {
        m_sound = m_sound && count <= m_rest.size();
        if (!m_sound)
            return {};
        const std::string_view taken = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return taken;
    }

    std::string_view m_rest;
    bool m_sound = true;
};

}  // namespace nscope::io::sandbox
