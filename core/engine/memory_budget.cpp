#include "core/engine/memory_budget.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <system_error>

namespace nscope::engine {

namespace {

constexpr std::int64_t kFallbackBytes = 4'000'000'000;  ///< where the system does not say

}  // namespace

Result<std::int64_t> parseMemAvailable(std::string_view meminfo)
{
    constexpr std::string_view kName = "MemAvailable:";
    std::size_t start = 0;
    while (start < meminfo.size() && !meminfo.substr(start).starts_with(kName)) {
        const auto lineEnd = meminfo.find('\n', start);
        start = lineEnd == std::string_view::npos ? meminfo.size() : lineEnd + 1;
    }
    std::string_view line = meminfo.substr(start, meminfo.find('\n', start) - start);
    if (line.empty())
        return fail(ErrorCode::Parse, "The system does not state how much memory is available.");
    line.remove_prefix(kName.size());
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));

    std::int64_t kilobytes = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), kilobytes);
    const bool sane = kilobytes >= 0 && kilobytes <= std::numeric_limits<std::int64_t>::max() / 1024;
    if (error != std::errc() || std::string_view(end, line.data() + line.size()) != " kB" || !sane)
        return fail(ErrorCode::Parse, "The system states its available memory in an unknown form.");
    return kilobytes * 1024;
}

Result<std::int64_t> availableMemoryBytes()
{
    std::ifstream file("/proc/meminfo");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return parseMemAvailable(text);
}

std::string bytesText(std::int64_t bytes)
{
    constexpr std::array<const char*, 5> kUnits{"bytes", "kB", "MB", "GB", "TB"};
    double value = double(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000.0;
        ++unit;
    }
    const auto tenths = std::llround(value * 10.0);
    const bool whole = unit == 0 || value >= 99.95 || tenths % 10 == 0;
    return (whole ? std::to_string(std::llround(value))
                  : std::to_string(tenths / 10) + "." + std::to_string(tenths % 10))
        + " " + kUnits[unit];
}

MemoryBudget::MemoryBudget(std::int64_t totalBytes)
    : m_totalBytes(totalBytes)
{
    if (m_totalBytes > 0)
        return;
    const auto available = availableMemoryBytes();
    m_totalBytes = available ? *available / 2 : kFallbackBytes;
}

Result<void> MemoryBudget::admit(std::int64_t neededBytes, std::string_view title) const
{
    if (neededBytes <= m_totalBytes)
        return {};
    return fail(ErrorCode::OutOfMemory,
                std::string(title) + " needs " + bytesText(neededBytes) + " of memory, but at most "
                    + bytesText(m_totalBytes)
                    + " may be used. Choose a shorter sequence, or raise the memory limit in the settings.");
}

std::int64_t MemoryBudget::shareBytes() const
{
    return std::max(m_totalBytes - m_reservedBytes, m_totalBytes / 8);
}

}  // namespace nscope::engine
