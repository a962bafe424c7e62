#include "core/io/work_folder.h"

#include <cstdlib>

namespace nscope::io {

WorkFolder::WorkFolder(const std::string& purpose)
{
    std::error_code error;
    std::string name =
        (std::filesystem::temp_directory_path(error) / ("nucleoscope-" + purpose + "-XXXXXX")).string();
    if (!error && ::mkdtemp(name.data()) != nullptr)
        m_path = name;
}

WorkFolder::~WorkFolder()
{
    std::error_code error;
    if (!m_path.empty())
        std::filesystem::remove_all(m_path, error);
}

}  // namespace nscope::io
