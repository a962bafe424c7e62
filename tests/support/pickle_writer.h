// Purpose: writes Python pickles instruction by instruction, and PyTorch checkpoints made of them, so that tests can
// make files that PyTorch writes and files that it never would.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nscope::tests {

/// Raw little-endian bytes of a number.
template <class T>
std::string bytesOf(T value)
{
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

template <class T>
std::string bytesOf(const std::vector<T>& values)
{
    std::string bytes;
    for (const T& value : values)
        bytes += bytesOf(value);
    return bytes;
}

class PickleWriter {
public:
    using Self = PickleWriter&;

    Self raw(std::string_view bytes)
    {
        m_bytes += bytes;
        return *this;
    }
    Self text(std::string_view text) { return raw("X").raw(bytesOf(std::uint32_t(text.size()))).raw(text); }
    Self integer(std::int64_t value)
    {
        if (value == std::int32_t(value))
            return raw("J").raw(bytesOf(std::int32_t(value)));
        return raw("\x8a\x08").raw(bytesOf(value));
    }
    Self global(std::string_view module, std::string_view name)
    {
        return raw("c").raw(module).raw("\n").raw(name).raw("\n");
    }
    Self mark() { return raw("("); }
    Self tuple() { return raw("t"); }
    Self emptyTuple() { return raw(")"); }
    Self emptyDict() { return raw("}"); }
    Self none() { return raw("N"); }
    Self setItems() { return raw("u"); }
    Self reduce() { return raw("R"); }
    Self newObject() { return raw("\x81"); }
    Self store(std::uint8_t slot) { return raw("q").raw(bytesOf(slot)); }
    Self load(std::uint8_t slot) { return raw("h").raw(bytesOf(slot)); }
    Self orderedDict() { return global("collections", "OrderedDict").emptyTuple().reduce(); }

    Self sizes(const std::vector<std::int64_t>& values)
    {
        mark();
        for (const std::int64_t value : values)
            integer(value);
        return tuple();
    }
    Self storage(std::string_view type, std::string_view key, std::int64_t elements)
    {
        return mark().text("storage").global("torch", type).text(key).text("cpu").integer(elements).tuple().raw("Q");
    }
    /// A tensor over a storage, as _rebuild_tensor_v2 gets it.
    Self tensor(std::string_view type, std::string_view key, std::int64_t elements, std::int64_t offset,
                const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides)
    {
        global("torch._utils", "_rebuild_tensor_v2").mark().storage(type, key, elements).integer(offset);
        return sizes(shape).sizes(strides).raw("\x89").orderedDict().tuple().reduce();
    }
    /// os.system(command), the usual hostile pickle.
    Self systemCall(std::string_view command) { return global("os", "system").mark().text(command).tuple().reduce(); }

    /// The whole pickle, protocol 2.
    std::string bytes() const { return "\x80\x02" + m_bytes + "."; }

private:
    std::string m_bytes;
};

using Storages = std::vector<std::pair<std::string, std::string>>;  ///< key → bytes

/// A legacy checkpoint; `itemBytes` of every storage's elements, in order.
inline std::string legacyCheckpoint(const std::string& pickle, const Storages& storages,
                                    const std::vector<int>& itemBytes)
{
    PickleWriter system;
    system.emptyDict().mark().text("protocol_version").integer(1001).text("little_endian").raw("\x88").setItems();
    PickleWriter keys;
    keys.raw("]").mark();
    for (const auto& [key, bytes] : storages)
        keys.text(key);
    keys.raw("e");
    std::string file = PickleWriter().raw("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19").bytes()
                       + PickleWriter().integer(1001).bytes() + system.bytes() + pickle + keys.bytes();
    for (std::size_t i = 0; i < storages.size(); ++i)
        file += bytesOf(std::int64_t(storages[i].second.size()) / itemBytes[i]) + storages[i].second;
    return file;
}

}  // namespace nscope::tests
