// Purpose: .npz archives.
#include "core/io/npz.h"

namespace nscope::io {
namespace {

constexpr std::string_view kEnd = ".npy";

Result<NpzArrays> readAll(const ZipReader& zip, const std::string& path)
{
    NpzArrays arrays;
    for (const std::string& entry : zip.names()) {
        const Where where{.file = path, .record = entry};
        if (!entry.ends_with(kEnd))
            return fail(ErrorCode::Parse, "The archive holds something that is not an array (.npy).", where);
        const auto bytes = zip.read(entry);
        if (!bytes)
            return fail(bytes.error());
        auto array = parseNpy(*bytes);
        if (!array)
            return fail(array.error().at(where));
        arrays.emplace(entry.substr(0, entry.size() - kEnd.size()), *std::move(array));
    }
    return arrays;
}

}  // namespace

Result<NpzArrays> readNpz(const std::string& path, const ZipLimits& limits)
{
    const auto zip = ZipReader::open(path, limits);
    if (!zip)
        return fail(zip.error());
    return readAll(*zip, path);
}

Result<NpzArrays> parseNpz(std::string_view bytes, const ZipLimits& limits)
{
    const auto zip = ZipReader::fromBytes(bytes, limits);
    if (!zip)
        return fail(zip.error());
    return readAll(*zip, {});
}

Result<NpyArray> readNpzArray(const ZipReader& zip, const std::string& name)
{
    const auto bytes = zip.read(name + std::string(kEnd));
    if (!bytes)
        return fail(bytes.error());
    auto array = parseNpy(*bytes);
    if (!array)
        return fail(array.error().at({.record = name}));
    return array;
}

Result<void> writeNpz(const std::string& path, const NpzArrays& arrays)
{
    auto writer = NpzWriter::create(path);
    if (!writer)
        return fail(writer.error());
    for (const auto& [name, array] : arrays) {
        if (auto added = writer->add(name, array); !added)
            return added;
    }
    return writer->commit();
}

Result<NpzWriter> NpzWriter::create(const std::string& path)
{
    auto zip = ZipWriter::create(path);
    if (!zip)
        return fail(zip.error());
    return NpzWriter(*std::move(zip));
}

Result<void> NpzWriter::add(const std::string& name, const NpyArray& array)
{
    const auto bytes = npyBytes(array);
    if (!bytes)
        return fail(bytes.error().at({.record = name}));
    return m_zip.add(name + std::string(kEnd), *bytes, false);
}

Result<void> NpzWriter::commit() { return m_zip.commit(); }

Result<void> NpzWriter::finish(const NpzArrays& arrays)
{
    for (const auto& [name, array] : arrays) {
        if (auto added = add(name, array); !added)
            return added;
    }
    return commit();
}

}  // namespace nscope::io
