#include "core/nn/band.h"

#include <algorithm>

namespace nscope::nn {

template <class Scalar>
void Band<Scalar>::clear()
{
    std::fill_n(change_MRC.data(), change_MRC.size(), Scalar(0));
}

template <class Scalar>
Band<Scalar> BandLayer<Scalar>::placed(std::vector<std::int64_t> starts, std::int64_t width,
                                       std::int64_t channels) const
{
    const std::int64_t fitting = std::min(width, m_needed.length());
    for (std::int64_t& start : starts)
        start = std::clamp(start, m_needed.startNt, m_needed.endNt - fitting);
    return Band<Scalar>(std::move(starts), fitting, channels);
}

template <class Scalar>
void addRows(Band<Scalar>& sum, const Band<Scalar>& band, std::int64_t firstChannel)
{
    const auto add = bandKernels<Scalar>().add;
    for (std::int64_t m = 0; m < sum.mutants(); ++m) {
        const std::int64_t start = sum.start_M[std::size_t(m)], from = band.start_M[std::size_t(m)];
        const data::Interval both = data::Interval{start, start + sum.width}.intersected({from, from + band.width});
        if (sum.channels == band.channels && !both.isEmpty()) {
            add(sum.row(m, both.startNt - start), band.row(m, both.startNt - from), both.length() * sum.channels);
            continue;
        }
        for (std::int64_t position = both.startNt; position < both.endNt; ++position)
            add(sum.row(m, position - start) + firstChannel, band.row(m, position - from), band.channels);
    }
}

template struct Band<float>;
template struct Band<double>;
template class BandLayer<float>;
template class BandLayer<double>;
template void addRows(Band<float>& sum, const Band<float>& band, std::int64_t firstChannel);
template void addRows(Band<double>& sum, const Band<double>& band, std::int64_t firstChannel);

}  // namespace nscope::nn
