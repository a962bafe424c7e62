#include "app/cli/output_path.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

namespace nscope::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kStandardOutput = "-";
constexpr std::string_view kTable = ".tsv";  ///< what goes to standard output

std::string lowerCase(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

std::string listed(std::initializer_list<std::string_view> extensions)
{
    std::string text;
    std::size_t index = 0;
    for (const std::string_view extension : extensions) {
        if (index > 0)
            text += index + 1 == extensions.size() ? " or " : ", ";
        text += extension;
        ++index;
    }
    return text;
}

}  // namespace

Result<std::string> checkOutputPath(const std::string& path, std::initializer_list<std::string_view> extensions)
{
    const bool isStandardOutput = path == kStandardOutput;
    const std::string lower = isStandardOutput ? std::string(kTable) : lowerCase(path);
    const auto extension =
        std::ranges::find_if(extensions, [&lower](std::string_view candidate) { return lower.ends_with(candidate); });
    if (extension == extensions.end())
        return fail(ErrorCode::InvalidArgument, "The output file must end in " + listed(extensions) + ".",
                    {.file = path});
    if (isStandardOutput)
        return std::string(*extension);
    std::error_code error;
    if (fs::is_directory(path, error))
        return fail(ErrorCode::InvalidArgument, "This is a folder; name a file in it.", {.file = path});
    const fs::path parent = fs::path(path).parent_path();
    const fs::path folder = parent.empty() ? fs::path(".") : parent;
    if (!fs::is_directory(folder, error))
        return fail(ErrorCode::Io, "The folder for this file does not exist; create it first.", {.file = path});
    if (access(folder.c_str(), W_OK) != 0)
        return fail(ErrorCode::Io, "The folder for this file cannot be written to.", {.file = path});
    return std::string(*extension);
}

}  // namespace nscope::cli
