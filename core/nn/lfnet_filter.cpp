#include "core/nn/lfnet_filter.h"

#include "core/nn/blocks.h"
#include "core/nn/frame_kernels.h"

#include <numbers>

namespace nscope::nn {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

bool sameKind(const Tensor& tensor, const torch::TensorOptions& like)
{
    return tensor.defined() && tensor.scalar_type() == like.dtype().toScalarType() && tensor.device() == like.device();
}

/// Periodic Hann window.
double hann(int n, int window) { return 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * n / window); }

/// Rows [0, a.rows) of the result are a·x, the following ones b·y; all other axes are flattened.
Tensor stackedProducts(const Tensor& a, const Tensor& x, const Tensor& b, const Tensor& y)
{
    Tensor out = torch::empty({a.size(0) + b.size(0), x.size(1), x.size(2), x.size(3)}, x.options());
    Tensor flat = out.view({out.size(0), -1});
    Tensor upper = flat.narrow(0, 0, a.size(0)), lower = flat.narrow(0, a.size(0), b.size(0));
    at::mm_out(upper, a, x.reshape({x.size(0), -1}));
    at::mm_out(lower, b, y.reshape({y.size(0), -1}));
    return out;
}

/// Applies a to the first rows of x and b to the rest.
Tensor stackedProducts(const Tensor& a, const Tensor& b, const Tensor& x)
{
    return stackedProducts(a, x.narrow(0, 0, a.size(1)), b, x.narrow(0, a.size(1), b.size(1)));
}

class TransformStretch : public torch::autograd::Function<TransformStretch> {
public:
    static Tensor forward(AutogradContext* context, const Tensor& x_NPD, const Tensor& cosine, const Tensor& sine,
                          std::int64_t hop)
    {
        context->save_for_backward({cosine, sine});
        context->saved_data["hop"] = hop;
        return stackedProducts(cosine, sine, cutFolded(x_NPD, hop));
    }
    static tensor_list backward(AutogradContext* context, tensor_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor folded = stackedProducts(saved[0].t(), saved[1].t(), gradients[0].contiguous());
        return {spreadFolded(folded, context->saved_data["hop"].toInt()), {}, {}, {}};
    }
};

class InverseStretch : public torch::autograd::Function<InverseStretch> {
public:
    static Tensor forward(AutogradContext* context, const Tensor& spectrum, const Tensor& cosine, const Tensor& sine,
                          std::int64_t hop)
    {
        context->save_for_backward({cosine, sine});
        context->saved_data["hop"] = hop;
        return spreadFolded(stackedProducts(cosine, sine, spectrum), hop);
    }
    static tensor_list backward(AutogradContext* context, tensor_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor folded = cutFolded(gradients[0], context->saved_data["hop"].toInt());
        return {stackedProducts(saved[0].t(), saved[1].t(), folded), {}, {}, {}};
    }
};

}  // namespace

StftFilter::StftFilter(int windowNt, double lambda) : m_window(windowNt), m_hop(windowNt / 2), m_lambda(lambda)
{
    TORCH_CHECK(windowNt >= 4 && windowNt % 2 == 0, "The window of a frequency filter must be even and at least 4 nt.");
}

const StftFilter::Bases& StftFilter::bases(const torch::TensorOptions& like) const
{
    if (sameKind(m_bases.cosine, like))
        return m_bases;
    const PersistentTensors persistent;
    Tensor cosine = torch::empty({bins(), m_hop + 1}, torch::kFloat64);
    Tensor sine = torch::empty({bins(), m_hop - 1}, torch::kFloat64);
    Tensor weight = torch::full({bins(), 1}, 2.0 / m_window, torch::kFloat64);
    // The bins 0 and W/2 stand once in the full spectrum.
    weight[0] = weight[m_hop] = 1.0 / m_window;
    auto c = cosine.accessor<double, 2>(), s = sine.accessor<double, 2>();
    for (int f = 0; f < bins(); ++f) {
        for (int n = 0; n <= m_hop; ++n) {
            const double angle = 2.0 * std::numbers::pi * ((std::int64_t(f) * n) % m_window) / m_window;
            c[f][n] = hann(n, m_window) * std::cos(angle);
            if (n > 0 && n < m_hop)
                s[f][n - 1] = f == 0 || f == m_hop ? 0.0 : -hann(n, m_window) * std::sin(angle);
        }
    }
    m_bases = {cosine.to(like), sine.to(like), (cosine * weight).t().contiguous().to(like),
               (sine * weight).t().contiguous().to(like)};
    return m_bases;
}

torch::Tensor StftFilter::analysis(const torch::TensorOptions& like) const
{
    const Bases& b = bases(like);
    const Tensor none = torch::zeros({bins(), 1}, b.cosine.options());
    const Tensor real = at::cat({b.cosine, b.cosine.narrow(1, 1, m_hop - 1).flip(1)}, 1);
    const Tensor imaginary = at::cat({none, b.sine, none, b.sine.flip(1).neg()}, 1);
    return at::cat({real, imaginary}, 0);
}

torch::Tensor StftFilter::synthesis(const torch::TensorOptions& like) const
{
    const Bases& b = bases(like);
    const Tensor none = torch::zeros({1, bins()}, b.cosine.options());
    const Tensor real = at::cat({b.inverseCosine, b.inverseCosine.narrow(0, 1, m_hop - 1).flip(0)}, 0);
    const Tensor imaginary = at::cat({none, b.inverseSine, none, b.inverseSine.flip(0).neg()}, 0);
    return at::cat({real, imaginary}, 1);
}

torch::Tensor StftFilter::inverseEnvelope(std::int64_t lengthNt, const torch::TensorOptions& like) const
{
    if (!sameKind(m_envelope, like) || m_envelope.size(0) != lengthNt) {
        const PersistentTensors persistent;
        std::vector<double> inverse(std::size_t(lengthNt), 0.0);
        for (std::int64_t p = 0; p < lengthNt; ++p) {
            // Two frames see a position: in the first half of one and in the second half of the one before.
            const int r = int(p % m_hop);
            const double first = p / m_hop + 1 < frameCount(lengthNt) ? hann(r, m_window) : 0.0;
            const double second = hann(r + m_hop, m_window);
            inverse[std::size_t(p)] = 1.0 / (first * first + second * second);
        }
        m_envelope = torch::tensor(inverse, torch::kFloat64).to(like);
    }
    return m_envelope;
}

torch::Tensor StftFilter::transform(const torch::Tensor& x_NLD) const
{
    const std::int64_t length = x_NLD.size(1);
    const std::int64_t padded = (frameCount(length) + 1) * m_hop;
    return transformStretch(at::constant_pad_nd(x_NLD, {0, 0, m_hop, padded - m_hop - length}));
}

torch::Tensor StftFilter::transformStretch(const torch::Tensor& x_NPD) const
{
    const Bases& b = bases(x_NPD.options());
    return TransformStretch::apply(x_NPD, b.cosine, b.sine, std::int64_t(m_hop));
}

torch::Tensor StftFilter::filtered(const torch::Tensor& spectrum, const torch::Tensor& real_FD,
                                   const torch::Tensor& imag_FD) const
{
    return filterAndShrink(spectrum, real_FD, imag_FD, m_lambda);
}

torch::Tensor StftFilter::inverse(const torch::Tensor& spectrum, std::int64_t lengthNt) const
{
    return inverseStretch(spectrum).narrow(1, m_hop, lengthNt)
           * inverseEnvelope(lengthNt, spectrum.options()).view({1, -1, 1});
}

torch::Tensor StftFilter::inverseStretch(const torch::Tensor& spectrum) const
{
    const Bases& b = bases(spectrum.options());
    return InverseStretch::apply(spectrum, b.inverseCosine, b.inverseSine, std::int64_t(m_hop));
}

}  // namespace nscope::nn
