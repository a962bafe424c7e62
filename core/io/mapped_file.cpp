// Purpose: mmap and whole-file reading.
#include "core/io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace nscope::io {
namespace {

struct Descriptor {
    int value = -1;
    ~Descriptor()
    {
        if (value >= 0)
            ::close(value);
    }
};

/// Opens a regular file and tells its size.
Result<std::size_t> openRegular(const std::string& path, Descriptor& descriptor)
{
    descriptor.value = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor.value < 0 && errno == ENOENT)
        return fail(ErrorCode::NotFound, "There is no such file.", {.file = path});
    struct stat status {};
    if (descriptor.value < 0 || ::fstat(descriptor.value, &status) != 0)
        return fail(ErrorCode::Io, std::string("Cannot open the file (") + std::strerror(errno) + ").", {.file = path});
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::Io, "This is not a file but a folder or a device.", {.file = path});
    return std::size_t(status.st_size);
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path)
{
    Descriptor descriptor;
    const auto size = openRegular(path, descriptor);
    if (!size)
        return fail(size.error());
    MappedFile file;
    if (*size == 0)
        return file;
    void* address = ::mmap(nullptr, *size, PROT_READ, MAP_PRIVATE, descriptor.value, 0);
    if (address == MAP_FAILED)
        return fail(ErrorCode::Io, std::string("Cannot map the file (") + std::strerror(errno) + ").", {.file = path});
    file.m_mapping = std::shared_ptr<const void>(address, [length = *size](const void* mapped) {
        ::munmap(const_cast<void*>(mapped), length);
    });
    file.m_bytes = {static_cast<const std::byte*>(address), *size};
    return file;
}

Result<std::string> readWholeFile(const std::string& path, std::size_t maxBytes)
{
    Descriptor descriptor;
    const auto size = openRegular(path, descriptor);
    if (!size)
        return fail(size.error());
    if (*size > maxBytes)
        return fail(ErrorCode::Parse, "The file has " + std::to_string(*size) + " bytes; at most "
                        + std::to_string(maxBytes) + " are read for this kind of file.", {.file = path});
    std::string text(*size, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const ssize_t got = ::read(descriptor.value, text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(ErrorCode::Io, "The file could not be read to its end.", {.file = path});
        filled += std::size_t(got);
    }
    return text;
}

}  // namespace nscope::io
