// Purpose: finds objects in an HDF5 file. How an object is read: hdf5_objects.cpp; its texts and numbers:
// hdf5_data.cpp.
#include "core/io/hdf5_file.h"

#include "core/io/byte_reader.h"
#include "core/io/weight_budget.h"

#include <algorithm>

namespace nscope::io {
namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
std::unexpected<Error> bad(std::string message) { return fail(ErrorCode::Parse, std::move(message)); }

}  // namespace

const Hdf5Attribute* Hdf5Object::attribute(std::string_view name) const
{
    const auto found = std::ranges::find(attributes, name, &Hdf5Attribute::name);
    return found == attributes.end() ? nullptr : &*found;
}

Result<Hdf5File> Hdf5File::open(const std::string& path)
{
    auto mapped = MappedFile::open(path);
    if (!mapped)
        return fail(mapped.error());
    auto file = parse(mapped->bytes());
    if (!file)
        return fail(file.error().at({.file = path}));
    file->m_file = *std::move(mapped);
    return file;
}

Result<Hdf5File> Hdf5File::parse(std::span<const std::byte> bytes)
{
    Hdf5File file;
    file.m_bytes = bytes;
    // Every table is needed once or a few times; a file whose tables refer to each other in circles asks for more.
    file.m_work = 64 * std::uint64_t(bytes.size()) + (16 << 20);
    if (auto read = file.readSuperblock(); !read)
        return fail(read.error());
    return file;
}

Result<void> Hdf5File::readSuperblock()
{
    ByteReader reader(m_bytes);
    if (reader.text(kSignature.size()) != kSignature)
        return bad("This is no HDF5 file, or it is cut short.");
    const std::uint8_t version = reader.u8();
    const bool isOld = version < 2;
    reader.skip(isOld ? 4 : 0);  // versions of tables
    const std::uint8_t offsetBytes = reader.u8();
    const std::uint8_t lengthBytes = reader.u8();
    // Old: a reserved byte, sizes of tree nodes, flags, and in version 1 the size of chunk trees. New: flags.
    reader.skip(isOld ? (version == 1 ? 13 : 9) : 1);
    const std::uint64_t base = reader.u64();
    reader.skip(8);  // old: free space; new: extension
    const std::uint64_t end = reader.u64();
    reader.skip(isOld ? 16 : 0);  // driver; the root's empty name
    m_rootHeader = reader.u64();
    if (reader.failed())
        return damagedHdf5();
    if (version > 3 || offsetBytes != 8 || lengthBytes != 8 || base != 0)
        return fail(
            ErrorCode::Unsupported,
            "The HDF5 file has a layout that Keras does not write; load and save it with h5py's default settings.");
    if (end > m_bytes.size())
        return bad("The file is cut short: it should have " + std::to_string(end) + " bytes and has "
                   + std::to_string(m_bytes.size()) + ".");
    return {};
}

/// Bytes of a table. Everything that is not a data set's numbers comes through here.
Result<std::span<const std::byte>> Hdf5File::at(std::uint64_t address, std::uint64_t count)
{
    if (address > m_bytes.size() || count > m_bytes.size() - address)
        return damagedHdf5();
    constexpr std::uint64_t kPerVisit = 16;
    if (count + kPerVisit > m_work)
        return bad("The file's HDF5 tables refer to each other in circles; the file is damaged.");
    m_work -= count + kPerVisit;
    return m_bytes.subspan(address, count);
}

Result<Hdf5Object> Hdf5File::find(const Hdf5Object& group, std::string_view path)
{
    const Where where{.record = std::string(path.substr(0, 200))};
    const Hdf5Object* current = &group;
    Hdf5Object next;
    for (std::string_view rest = path; !rest.empty();) {
        const std::string_view name = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        const auto link = current->links.find(name);
        if (link == current->links.end() && current->hasUnreadTables)
            return fail(ErrorCode::Unsupported,
                        "The HDF5 file has groups in the newest layout, which is not read; load and save it with "
                        "h5py's default settings.",
                        where);
        if (link == current->links.end())
            return fail(ErrorCode::NotFound, "The file has no such group or data set; it is damaged or incomplete.",
                        where);
        if (link->second == kHdf5Undefined)
            return fail(ErrorCode::Unsupported, "This is a link to another place or file, which is not followed.",
                        where);
        auto object = this->object(link->second);
        if (!object)
            return fail(object.error().at(where));
        next = *std::move(object);
        current = &next;
    }
    return next;
}

}  // namespace nscope::io
