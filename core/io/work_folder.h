// Purpose: an empty folder for the files of another program, among the system's temporary ones. Thread: any.
#pragma once

#include <filesystem>
#include <string>

namespace nscope::io {

/// Removed at the end with all that is in it.
class WorkFolder {
public:
    /// Its name begins with "nucleoscope-" and the purpose.
    explicit WorkFolder(const std::string& purpose);
    ~WorkFolder();
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }  ///< empty: it could not be made
    std::string file(const std::string& name) const { return (m_path / name).string(); }

private:
    std::filesystem::path m_path;
};

}  // namespace nscope::io
