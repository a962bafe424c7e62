// Purpose: a folder for one test's files, removed at its end, and small file helpers.
#pragma once

#include <QTemporaryDir>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace nscope::tests {

class TemporaryFolder {
public:
    std::string path(const std::string& name) const { return m_dir.filePath(QString::fromStdString(name)).toStdString(); }

    std::string write(const std::string& name, std::string_view bytes) const
    {
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }
    std::string read(const std::string& name) const
    {
        std::ifstream file(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    /// Names of all files in the folder: a writer that fails must leave none behind.
    std::size_t fileCount() const
    {
        const std::filesystem::directory_iterator entries(m_dir.path().toStdString());
        return std::size_t(std::distance(begin(entries), end(entries)));
    }

private:
    QTemporaryDir m_dir;
};

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace nscope::tests
