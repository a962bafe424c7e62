#include "core/io/index_place.h"

#include "core/io/sha256.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace nscope::io {
namespace {

namespace fs = std::filesystem;

fs::path cacheFolder()
{
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && fs::path(cache).is_absolute())
        return fs::path(cache) / "nucleoscope" / "indexes";
    const char* home = std::getenv("HOME");
    return home == nullptr || *home == '\0' ? fs::path() : fs::path(home) / ".cache" / "nucleoscope" / "indexes";
}

}  // namespace

IndexState indexState(const std::string& file, const std::string& index)
{
    std::error_code error;
    if (!fs::is_regular_file(index, error))
        return IndexState::Missing;
    const auto indexTime = fs::last_write_time(index, error);
    if (error)
        return IndexState::Missing;
    const auto fileTime = fs::last_write_time(file, error);
    return !error && indexTime < fileTime ? IndexState::Older : IndexState::Ready;
}

Result<std::string> cachedName(const std::string& path, const std::string& ending)
{
    const fs::path folder = cacheFolder();
    std::error_code error;
    if (!folder.empty())
        fs::create_directories(folder, error);
    if (folder.empty() || error)
        return fail(ErrorCode::Io,
                    "There is no place for the index of this file: its folder cannot be written, and neither can the "
                    "user's cache folder.",
                    {.file = path});
    const fs::path absolute = fs::absolute(path).lexically_normal();
    return (folder / (sha256(absolute.string()).substr(0, 16) + "-" + absolute.filename().string() + ending)).string();
}

bool canWriteBeside(const std::string& path)
{
    const fs::path parent = fs::path(path).parent_path();
    const fs::path folder = parent.empty() ? fs::path(".") : parent;
    std::error_code error;
    constexpr auto kAnyWrite = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
    // The superuser may write everywhere; a folder that is marked as read-only is meant to stay as it is all the same.
    const bool isMarkedReadOnly = (fs::status(folder, error).permissions() & kAnyWrite) == fs::perms::none;
    return !isMarkedReadOnly && ::access(folder.c_str(), W_OK) == 0;
}

std::string localName(const std::string& path) { return fs::absolute(path).string(); }

}  // namespace nscope::io
