// Purpose: golden arrays and real data outside the repository, found through NSCOPE_SHARED_DIR; tests that need them
// call QSKIP when they are absent.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace nscope::tests {

/// Absolute path of a file in the shared folder; empty folder when the variable is not set.
inline std::string sharedPath(const std::string& relative)
{
    const char* folder = std::getenv("NSCOPE_SHARED_DIR");
    return folder == nullptr ? std::string() : (std::filesystem::path(folder) / relative).string();
}

/// True when the shared folder (or this file in it) is there.
inline bool haveShared(const std::string& relative = {})
{
    const std::string path = sharedPath(relative);
    std::error_code error;
    return !path.empty() && std::filesystem::exists(path, error);
}

}  // namespace nscope::tests
