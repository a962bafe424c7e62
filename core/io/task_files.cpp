#include "core/io/task_files.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace nscope::io {

Result<std::vector<std::string>> taskFiles(const std::string& path, const std::string& extension,
                                           const std::vector<std::string>& tasks)
{
    if (tasks.size() == 1)
        return std::vector<std::string>{path};
    const std::string stem = path.substr(0, path.size() - extension.size()), end = path.substr(stem.size());
    std::vector<std::string> files;
    std::set<std::string> taken;
    for (std::string name : tasks) {
        std::ranges::replace_if(
            name, [](unsigned char c) { return !std::isalnum(c) && c != '.' && c != '-' && c != '_'; }, '_');
        files.push_back(stem + "." + name + end);
        if (!taken.insert(files.back()).second)
            return fail(ErrorCode::InvalidArgument, "Two tasks of the model would go to the same file.",
                        {.file = files.back()});
    }
    return files;
}

}  // namespace nscope::io
