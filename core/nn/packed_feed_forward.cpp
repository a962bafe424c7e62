#include "core/nn/packed_feed_forward.h"

#include <algorithm>

namespace nscope::nn {

namespace {

constexpr std::int64_t kRows = 96;         ///< whole tiles on every instruction set
constexpr std::int64_t kHiddenUnits = 256;

}  // namespace

template <class Scalar>
PackedFeedForward<Scalar>::PackedFeedForward(const torch::nn::Linear& first, const torch::nn::Linear& second)
    : m_firstBias_H(first->bias.contiguous()), m_secondBias_D(second->bias.contiguous()), m_zeros(kHiddenUnits)
{
    const std::int64_t hidden = first->weight.size(0);
    for (std::int64_t begin = 0; begin < hidden; begin += kHiddenUnits) {
        const std::int64_t count = std::min(kHiddenUnits, hidden - begin);
        m_parts.push_back({PackedMatrix<Scalar>(first->weight.narrow(0, begin, count).t()),
                           PackedMatrix<Scalar>(second->weight.narrow(1, begin, count).t()), begin});
    }
    std::fill_n(m_zeros.data(), kHiddenUnits, Scalar(0));
}

template <class Scalar>
torch::Tensor PackedFeedForward<Scalar>::run(const torch::Tensor& in_RD, const std::function<void()>& poll) const
{
    const torch::Tensor in = in_RD.contiguous();
    const std::int64_t rows = in.size(0), width = in.size(1);
    torch::Tensor out = torch::empty_like(in);
    const Scalar* const from = in.data_ptr<Scalar>();
    Scalar* const to = out.data_ptr<Scalar>();
    at::parallel_for(0, (rows + kRows - 1) / kRows, 1, [&](std::int64_t begin, std::int64_t end) {
        AlignedBuffer<Scalar> hidden(kRows * kHiddenUnits);
        for (std::int64_t block = begin; block < end; ++block) {
            poll();
            const std::int64_t row = block * kRows;
            runRows(from + row * width, to + row * width, std::min(kRows, rows - row), hidden.data());
        }
    });
    return out;
}

template <class Scalar>
void PackedFeedForward<Scalar>::runRows(const Scalar* in_RD, Scalar* out_RD, std::int64_t rows, Scalar* hidden) const
{
    const std::int64_t width = m_secondBias_D.size(0);
    for (std::int64_t row = 0; row < rows; ++row)
        std::copy_n(m_secondBias_D.template data_ptr<Scalar>(), width, out_RD + row * width);
    std::vector<RowPair<Scalar>> up(static_cast<std::size_t>(rows)), down(static_cast<std::size_t>(rows));
    for (const Part& part : m_parts) {
        const std::int64_t units = part.first.width();
        for (std::int64_t row = 0; row < rows; ++row) {
            Scalar* const h = hidden + row * units;
            std::copy_n(m_firstBias_H.template data_ptr<Scalar>() + part.begin, units, h);
            up[std::size_t(row)] = {in_RD + row * width, h};
            down[std::size_t(row)] = {h, out_RD + row * width};
        }
        part.first.addTo(up);
        for (std::int64_t row = 0; row < rows; ++row)
            bandKernels<Scalar>().maximum(hidden + row * units, m_zeros.data(), units);
        part.second.addTo(down);
    }
}

template class PackedFeedForward<float>;
template class PackedFeedForward<double>;

}  // namespace nscope::nn
