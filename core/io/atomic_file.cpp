// Purpose: temporary file, fsync, rename.
#include "core/io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace nscope::io {
namespace {

namespace fs = std::filesystem;

/// The file that will be replaced: through links, so that a link stays a link.
fs::path finalPath(const std::string& path)
{
    std::error_code error;
    const fs::path resolved = fs::canonical(path, error);
    return error ? fs::path(path) : resolved;
}

// A temporary file made by mkstemp is private; the result gets the rights any new file would have, or those of the
// file it replaces.
void setUsualRights(int descriptor, const fs::path& target)
{
    struct stat old {};
    mode_t mode = 0666;
    if (::stat(target.c_str(), &old) == 0) {
        mode = old.st_mode & 07777;
    } else {
        const mode_t mask = ::umask(0);
        ::umask(mask);
        mode &= ~mask;
    }
    [[maybe_unused]] const int ignored = ::fchmod(descriptor, mode);  // some file systems have no rights to set
}

}  // namespace

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_temporary(std::exchange(other.m_temporary, {})),
      m_file(std::exchange(other.m_file, nullptr))
{
}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_temporary, other.m_temporary);
    std::swap(m_file, other.m_file);
    return *this;
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard()
{
    if (m_file != nullptr && m_file != stdout)
        std::fclose(m_file);
    m_file = nullptr;
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
    m_temporary.clear();
}

Error AtomicFile::failure(const char* what) const
{
    return Error(ErrorCode::Io, std::string(what) + " (" + std::strerror(errno) + ").", {.file = m_path});
}

Result<AtomicFile> AtomicFile::create(const std::string& path)
{
    AtomicFile file;
    file.m_path = path;
    if (path.empty())
        return fail(ErrorCode::InvalidArgument, "No name was given for the output file.");
    if (path == "-") {
        file.m_file = stdout;
        return file;
    }
    std::error_code error;
    const auto status = fs::status(path, error);
    if (fs::is_directory(status))
        return fail(ErrorCode::Io, "This is a folder; give the name of a file.", {.file = path});
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        file.m_file = std::fopen(path.c_str(), "wb");
        if (file.m_file == nullptr)
            return fail(file.failure("Cannot write here"));
        return file;
    }
    std::string pattern = finalPath(path).string() + ".part-XXXXXX";
    const int descriptor = ::mkstemp(pattern.data());
    if (descriptor < 0)
        return fail(file.failure("Cannot create a file in this folder"));
    file.m_temporary = pattern;
    setUsualRights(descriptor, finalPath(path));
    file.m_file = ::fdopen(descriptor, "wb");
    if (file.m_file == nullptr) {
        ::close(descriptor);
        return fail(file.failure("Cannot create a file in this folder"));
    }
    return file;
}

Result<void> AtomicFile::write(std::string_view bytes)
{
    if (m_file == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), m_file) != bytes.size())
        return fail(failure("Cannot write; the disk may be full"));
    return {};
}

Result<void> AtomicFile::flush()
{
    if (m_file == nullptr || std::fflush(m_file) != 0)
        return fail(failure("Cannot write; the disk may be full"));
    return {};
}

Result<void> AtomicFile::commit()
{
    if (auto flushed = flush(); !flushed)
        return flushed;
    if (m_temporary.empty()) {
        std::FILE* file = std::exchange(m_file, nullptr);
        if (file != stdout && std::fclose(file) != 0)
            return fail(failure("Cannot finish writing"));
        return {};
    }
    // A file that a library wrote by name is another one than the handle's, so it is opened again to reach the disk.
    const int descriptor = ::open(m_temporary.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    if (!synced)
        return fail(failure("Cannot finish writing"));
    if (std::fclose(std::exchange(m_file, nullptr)) != 0)
        return fail(failure("Cannot finish writing"));
    if (std::rename(m_temporary.c_str(), finalPath(m_path).c_str()) != 0)
        return fail(failure("Cannot put the finished file in its place"));
    m_temporary.clear();
    return {};
}

Result<void> writeFileAtomically(const std::string& path, std::string_view bytes)
{
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    if (auto written = file->write(bytes); !written)
        return written;
    return file->commit();
}

}  // namespace nscope::io
