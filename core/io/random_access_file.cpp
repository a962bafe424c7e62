#include "core/io/random_access_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <new>

namespace nscope::io {

Result<RandomAccessFile> RandomAccessFile::open(const std::string& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT)
        return fail(ErrorCode::NotFound, "There is no such file.", {.file = path});
    if (descriptor < 0)
        return fail(ErrorCode::Io, std::string("Cannot open the file (") + std::strerror(errno) + ").", {.file = path});
    RandomAccessFile file;
    file.m_path = path;
    file.m_descriptor = std::shared_ptr<const int>(new int(descriptor), [](const int* opened) {
        ::close(*opened);
        delete opened;
    });
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return fail(ErrorCode::Io, "This is not a file but a folder or a device.", {.file = path});
    file.m_sizeBytes = std::uint64_t(status.st_size);
    return file;
}

Result<std::vector<std::byte>> RandomAccessFile::read(std::uint64_t offset, std::uint64_t count) const
{
    const auto place = [&] { return Where{.file = m_path, .position = std::int64_t(offset) + 1}; };
    if (offset > m_sizeBytes || count > m_sizeBytes - offset)
        return fail(ErrorCode::Parse,
                    "The file points to a place behind its end; it is truncated or damaged, copy or download it again.",
                    place());
    std::vector<std::byte> bytes;
    try {
        bytes.resize(count);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "There is not enough memory for a part of this file.", place());
    }
    for (std::uint64_t done = 0; done < count;) {
        const ssize_t got = ::pread(*m_descriptor, bytes.data() + done, count - done, off_t(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(ErrorCode::Io,
                        std::string("Cannot read the file (") + (got < 0 ? std::strerror(errno) : "it became shorter")
                            + ").",
                        place());
        done += std::uint64_t(got);
    }
    return bytes;
}

std::span<const std::byte> BinaryNumbers::take(std::size_t count)
{
    if (count > m_bytes.size()) {
        m_failed = true;
        m_bytes = {};
        return {};
    }
    const auto taken = m_bytes.first(count);
    m_bytes = m_bytes.subspan(count);
    return taken;
}

template <class T>
T BinaryNumbers::number()
{
    T value = 0;
    if (const auto stored = take(sizeof value); stored.size() == sizeof value)
        std::memcpy(&value, stored.data(), sizeof value);
    return m_swapped ? std::byteswap(value) : value;
}

template std::uint8_t BinaryNumbers::number<std::uint8_t>();
template std::uint16_t BinaryNumbers::number<std::uint16_t>();
template std::uint32_t BinaryNumbers::number<std::uint32_t>();
template std::uint64_t BinaryNumbers::number<std::uint64_t>();

float BinaryNumbers::f32() { return std::bit_cast<float>(u32()); }

std::string BinaryNumbers::text(std::size_t count)
{
    const auto bytes = take(count);
    const std::string padded(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return padded.substr(0, padded.find('\0'));
}

}  // namespace nscope::io
