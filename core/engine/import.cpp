#include "core/engine/import.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace nscope::engine {

namespace {

void addList(std::vector<std::string>& lines, const std::string& heading, const std::vector<std::string>& names)
{
    if (names.empty())
        return;
    lines.push_back(heading + " (" + std::to_string(names.size()) + "):");
    for (const std::string& name : names)
        lines.push_back("  " + name);
}

}  // namespace

std::vector<std::string> reportLines(const ImportReport& report)
{
    std::vector<std::string> lines = report.notes;
    addList(lines, "Missing in the file", report.missing);
    addList(lines, "Surplus in the file", report.surplus);
    addList(lines, "Of another shape", report.misshapen);
    if (report.isComplete())
        lines.push_back("Every weight of the file found its place.");
    lines.push_back(report.cardPath.empty() ? "No model was written." : "Written: " + report.cardPath);
    return lines;
}

const std::vector<std::string>& weightsEndings()
{
    static const std::vector<std::string> kEndings{".h5", ".hdf5", ".pt", ".pth", ".bin", ".safetensors"};
    return kEndings;
}

bool hasWeightsEnding(const std::string& file)
{
    std::string lower = file;
    std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return char(std::tolower(letter)); });
    return std::ranges::any_of(weightsEndings(), [&](const std::string& end) { return lower.ends_with(end); });
}

}  // namespace nscope::engine
