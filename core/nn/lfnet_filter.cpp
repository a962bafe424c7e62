#include "core/nn/lfnet_filter.h"

#include "core/nn/blocks.h"

#include <numbers>

namespace nscope::nn {

namespace {

bool sameKind(const torch::Tensor& tensor, const torch::TensorOptions& like)
{
    return tensor.defined() && tensor.scalar_type() == like.dtype().toScalarType() && tensor.device() == like.device();
}

/// Periodic Hann window.
std::vector<double> hann(int window)
{
    std::vector<double> values(static_cast<std::size_t>(window));
    for (int n = 0; n < window; ++n)
        values[std::size_t(n)] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * n / window);
    return values;
}

}  // namespace

StftFilter::StftFilter(int windowNt, double lambda)
    : m_window(windowNt), m_hop(windowNt / 2), m_lambda(lambda)
{
    TORCH_CHECK(windowNt >= 4, "The window of a frequency filter must be at least 4 nt.");
}

std::int64_t StftFilter::frameCount(std::int64_t lengthNt) const
{
    return 1 + (lengthNt + 2 * (m_window / 2) - m_window) / m_hop;
}

const torch::Tensor& StftFilter::analysis(const torch::TensorOptions& like) const
{
    if (!sameKind(m_analysis, like)) {
        const PersistentTensors persistent;
        const auto window = hann(m_window);
        torch::Tensor basis = torch::empty({2 * bins(), m_window}, torch::kFloat64);
        auto rows = basis.accessor<double, 2>();
        for (int f = 0; f < bins(); ++f) {
            for (int n = 0; n < m_window; ++n) {
                const double angle = 2.0 * std::numbers::pi * ((std::int64_t(f) * n) % m_window) / m_window;
                rows[f][n] = window[std::size_t(n)] * std::cos(angle);
                rows[bins() + f][n] = -window[std::size_t(n)] * std::sin(angle);
            }
        }
        m_analysis = basis.to(like);
    }
    return m_analysis;
}

const torch::Tensor& StftFilter::synthesis(const torch::TensorOptions& like) const
{
    if (!sameKind(m_synthesis, like)) {
        const PersistentTensors persistent;
        const auto window = hann(m_window);
        torch::Tensor basis = torch::empty({m_window, 2 * bins()}, torch::kFloat64);
        auto rows = basis.accessor<double, 2>();
        for (int f = 0; f < bins(); ++f) {
            // The bins 0 and W/2 stand once in the full spectrum and their imaginary parts do not count.
            const bool single = f == 0 || 2 * f == m_window;
            for (int n = 0; n < m_window; ++n) {
                const double angle = 2.0 * std::numbers::pi * ((std::int64_t(f) * n) % m_window) / m_window;
                const double scale = window[std::size_t(n)] * (single ? 1.0 : 2.0) / m_window;
                rows[n][f] = scale * std::cos(angle);
                rows[n][bins() + f] = single ? 0.0 : -scale * std::sin(angle);
            }
        }
        m_synthesis = basis.to(like);
    }
    return m_synthesis;
}

torch::Tensor StftFilter::inverseEnvelope(std::int64_t lengthNt, const torch::TensorOptions& like) const
{
    if (!sameKind(m_envelope, like) || m_envelope.size(0) != lengthNt) {
        const PersistentTensors persistent;
        const auto window = hann(m_window);
        std::vector<double> sum(std::size_t(lengthNt), 0.0);
        for (std::int64_t t = 0; t < frameCount(lengthNt); ++t) {
            for (int n = 0; n < m_window; ++n) {
                const std::int64_t position = t * m_hop + n - m_window / 2;
                if (position >= 0 && position < lengthNt)
                    sum[std::size_t(position)] += window[std::size_t(n)] * window[std::size_t(n)];
            }
        }
        for (double& value : sum)
            value = 1.0 / value;
        m_envelope = torch::tensor(sum, torch::kFloat64).to(like);
    }
    return m_envelope;
}

torch::Tensor StftFilter::transform(const torch::Tensor& x_NLD) const
{
    const std::int64_t length = x_NLD.size(1);
    const std::int64_t padded = (frameCount(length) - 1) * m_hop + m_window;
    const std::int64_t left = m_window / 2;
    return transformStretch(at::constant_pad_nd(x_NLD, {0, 0, left, padded - left - length}));
}

torch::Tensor StftFilter::transformStretch(const torch::Tensor& x_NLD) const
{
    const torch::Tensor cut = x_NLD.unfold(1, m_window, m_hop).permute({3, 0, 1, 2});
    return at::mm(analysis(x_NLD.options()), cut.reshape({m_window, -1}))
        .view({2 * bins(), cut.size(1), cut.size(2), cut.size(3)});
}

torch::Tensor StftFilter::filtered(const torch::Tensor& spectrum, const torch::Tensor& real_FD,
                                   const torch::Tensor& imag_FD) const
{
    const std::int64_t f = bins();
    const torch::Tensor re = spectrum.narrow(0, 0, f);
    const torch::Tensor im = spectrum.narrow(0, f, f);
    const torch::Tensor wr = real_FD.view({f, 1, 1, -1});
    const torch::Tensor wi = imag_FD.view({f, 1, 1, -1});
    const torch::Tensor product = at::cat({at::addcmul(re * wr, im, wi, -1), at::addcmul(re * wi, im, wr)}, 0);
    return at::softshrink(product, m_lambda);
}

torch::Tensor StftFilter::inverse(const torch::Tensor& spectrum, std::int64_t lengthNt) const
{
    return overlapAdd(inverseFrames(spectrum)).narrow(1, m_window / 2, lengthNt)
           * inverseEnvelope(lengthNt, spectrum.options()).view({1, -1, 1});
}

torch::Tensor StftFilter::inverseFrames(const torch::Tensor& spectrum) const
{
    return at::mm(synthesis(spectrum.options()), spectrum.reshape({2 * bins(), -1}))
        .view({m_window, spectrum.size(1), spectrum.size(2), spectrum.size(3)});
}

torch::Tensor StftFilter::overlapAdd(const torch::Tensor& frames_WNTD) const
{
    const std::int64_t batch = frames_WNTD.size(1), count = frames_WNTD.size(2), dim = frames_WNTD.size(3);
    const int pieces = (m_window + m_hop - 1) / m_hop;
    torch::Tensor sum = torch::zeros({batch, (count + pieces - 1) * m_hop, dim}, frames_WNTD.options());
    for (int k = 0; k < pieces; ++k) {
        const std::int64_t rows = std::min(m_hop, m_window - k * m_hop);
        const torch::Tensor piece = frames_WNTD.narrow(0, k * m_hop, rows).permute({1, 2, 0, 3});
        sum.narrow(1, k * m_hop, count * m_hop).view({batch, count, m_hop, dim}).narrow(2, 0, rows).add_(piece);
    }
    return sum.narrow(1, 0, (count - 1) * m_hop + m_window);
}

}  // namespace nscope::nn
