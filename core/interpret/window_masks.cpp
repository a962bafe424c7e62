#include "core/interpret/window_masks.h"

#include "core/interpret/draws.h"

#include <algorithm>

namespace nscope::interpret {

namespace {

constexpr const char* kZero = "zero";
constexpr const char* kUnknown = "n";
constexpr const char* kUniform = "uniform";
constexpr const char* kRandom = "random";

}  // namespace

std::vector<engine::OptionSpec> windowOptions(std::int64_t windowNt)
{
    return {
        {"window", "Window (nt)", "Hidden at once", windowNt, 1.0, 100000.0, {}},
        {"stride", "Stride (nt)", "From one window to the next", std::int64_t(1), 1.0, 100000.0, {}},
        {"replacement", "Replacement", "What stands in the window: no letter, N, a quarter of each base, random bases",
         std::string(kZero), {}, {}, {kZero, kUnknown, kUniform, kRandom}},
        {"draws", "Draws", "Random replacements that are averaged over", std::int64_t(25), 1.0, 10000.0, {}},
        {"seed", "Seed", "Of random replacements", std::int64_t(0), 0.0, 2147483647.0, {}},
    };
}

std::vector<data::Interval> windowsOver(data::Interval region, std::int64_t widthNt, std::int64_t strideNt)
{
    std::vector<data::Interval> windows;
    if (region.isEmpty())
        return windows;
    const std::int64_t steps = (std::max<std::int64_t>(0, region.length() - widthNt) + strideNt - 1) / strideNt;
    for (std::int64_t step = 0; step <= steps; ++step) {
        const std::int64_t startNt = region.startNt + step * strideNt;
        windows.push_back({startNt, std::min(startNt + widthNt, region.endNt)});
    }
    return windows;
}

WindowMasks::WindowMasks(const ExplainOrder& order, const Mixtures& mixtures, std::vector<data::Interval> windows)
    : m_mixtures(&mixtures), m_windows(std::move(windows)), m_replacement(order.option<std::string>("replacement")),
      m_seed(order.option<std::int64_t>("seed")), m_baseChannels(order.net->baseChannels())
{
    if (m_replacement == kRandom)
        m_draws = order.option<std::int64_t>("draws");
    else if (m_replacement == kUniform)
        m_letter_C = mixtures.evenBases_LC(0.25)[0];
    else if (m_replacement == kUnknown)
        m_letter_C = mixtures.letters_LC("N")[0];
    else
        m_letter_C = mixtures.nothing_LC()[0];
}

torch::Tensor WindowMasks::hidden_LC(std::int64_t row, std::int64_t lengthNt) const
{
    if (m_letter_C.defined())
        return m_letter_C;
    Draws draws{std::uint64_t(m_seed), std::uint64_t(row)};
    torch::Tensor bases_LC = torch::zeros({lengthNt, m_mixtures->sequence_LC().size(1)}, torch::kFloat32);
    auto bases = bases_LC.accessor<float, 2>();
    for (std::int64_t i = 0; i < lengthNt; ++i)
        bases[i][m_baseChannels[std::size_t(draws.below(4))]] = 1.0f;
    return bases_LC.to(m_mixtures->sequence_LC());
}

torch::Tensor WindowMasks::rows_RLC(std::int64_t first, std::int64_t count) const
{
    torch::Tensor rows_RLC = m_mixtures->sequence_LC().unsqueeze(0).repeat({count, 1, 1});
    for (std::int64_t r = 0; r < count; ++r) {
        const data::Interval window = m_windows[windowOf(first + r)];
        rows_RLC[r].narrow(0, window.startNt, window.length()).copy_(hidden_LC(first + r, window.length()));
    }
    return rows_RLC;
}

std::vector<double> meanOverWindows(const std::vector<data::Interval>& windows, std::span<const double> value,
                                    std::int64_t lengthNt)
{
    std::vector<double> sum(std::size_t(lengthNt), 0.0), count(std::size_t(lengthNt), 0.0);
    for (std::size_t w = 0; w < windows.size(); ++w) {
        for (std::int64_t i = windows[w].startNt; i < windows[w].endNt; ++i) {
            sum[std::size_t(i)] += value[w];
            count[std::size_t(i)] += 1.0;
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] = count[i] > 0.0 ? sum[i] / count[i] : 0.0;
    return sum;
}

}  // namespace nscope::interpret
