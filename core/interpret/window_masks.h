// Purpose: copies of a sequence of which a window is hidden: by no letter at all, by N, by all bases equally or by
// random bases. Axes as in mixtures.h. Thread: one at a time.
#pragma once

#include "core/interpret/mixtures.h"

namespace nscope::interpret {

/// Options "window", "stride", "replacement" (zero, n, uniform, random), "draws" and "seed".
std::vector<engine::OptionSpec> windowOptions(std::int64_t windowNt);

/// Windows of `widthNt` from the start of `region` in steps of `strideNt`; the last may be cut by the region's end.
std::vector<data::Interval> windowsOver(data::Interval region, std::int64_t widthNt, std::int64_t strideNt);

class WindowMasks {
public:
    WindowMasks(const ExplainOrder& order, const Mixtures& mixtures, std::vector<data::Interval> windows);

    const std::vector<data::Interval>& windows() const { return m_windows; }
    std::int64_t draws() const { return m_draws; }  ///< rows per window, one after the other
    std::int64_t rowCount() const { return std::int64_t(m_windows.size()) * m_draws; }
    std::size_t windowOf(std::int64_t row) const { return std::size_t(row / m_draws); }

    /// Rows first ≤ row < first + count. A row does not depend on how rows are chunked.
    torch::Tensor rows_RLC(std::int64_t first, std::int64_t count) const;

private:
    torch::Tensor hidden_LC(std::int64_t row, std::int64_t lengthNt) const;

    const Mixtures* m_mixtures;
    std::vector<data::Interval> m_windows;
    std::string m_replacement;
    std::int64_t m_draws = 1;
    std::int64_t m_seed = 0;
    std::array<int, 4> m_baseChannels{};
    torch::Tensor m_letter_C;  ///< what stands at a hidden position; undefined: random bases
};

/// Mean over the windows that cover a position; 0 where none does.
std::vector<double> meanOverWindows(const std::vector<data::Interval>& windows, std::span<const double> value,
                                    std::int64_t lengthNt);

}  // namespace nscope::interpret
