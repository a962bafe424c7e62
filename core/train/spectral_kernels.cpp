#include "core/train/spectral_kernels.h"

#include <algorithm>

namespace nscope::train {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct FrameShape {
    std::int64_t bins, records, blocks, dim;
    std::int64_t frames() const { return blocks + 1; }
    std::int64_t spectrumRow() const { return records * blocks * dim; }  ///< floats of one spectrum row
    std::int64_t frameRow() const { return records * frames() * dim; }
};

float shrink(float v, float lambda) { return v > lambda ? v - lambda : (v < -lambda ? v + lambda : 0.0f); }
float keep(float v, float lambda) { return v > lambda || v < -lambda ? 1.0f : 0.0f; }

/// One frame of one row: second-half spectrum of block t plus first-half spectrum of block t−1, zeros beyond the ends.
void sumHalves(const float* first, const float* second, std::int64_t t, const FrameShape& s, float* out)
{
    const bool hasFirst = t > 0;
    const bool hasSecond = t < s.blocks;
    const float* a = first + (t - 1) * s.dim;
    const float* b = second + t * s.dim;
    if (hasFirst && hasSecond) {
        for (std::int64_t d = 0; d < s.dim; ++d)
            out[d] = a[d] + b[d];
    } else {
        std::copy_n(hasFirst ? a : b, s.dim, out);
    }
}

class FilterFrames : public torch::autograd::Function<FilterFrames> {
public:
    static Tensor forward(AutogradContext* ctx, const Tensor& spectra, const Tensor& real_FD, const Tensor& imag_FD,
                          const std::vector<std::int64_t>& frameCounts, double lambda)
    {
        const FrameShape s{spectra.size(1) / 2, spectra.size(2), spectra.size(3), spectra.size(4)};
        Tensor sums = torch::empty({2 * s.bins, s.records, s.frames(), s.dim}, spectra.options());
        Tensor out = torch::zeros_like(sums);
        const float* in = spectra.data_ptr<float>();
        const float* fr = real_FD.data_ptr<float>();
        const float* fi = imag_FD.data_ptr<float>();
        float* sum = sums.data_ptr<float>();
        float* to = out.data_ptr<float>();
        const auto limit = float(lambda);
        const std::int64_t half = 2 * s.bins * s.spectrumRow();
        at::parallel_for(0, s.bins, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t k = begin; k < end; ++k) {
                const float* wr = fr + k * s.dim;
                const float* wi = fi + k * s.dim;
                for (std::int64_t n = 0; n < s.records; ++n) {
                    const std::int64_t from = n * s.blocks * s.dim;
                    const float* realFirst = in + k * s.spectrumRow() + from;
                    const float* imagFirst = in + (s.bins + k) * s.spectrumRow() + from;
                    for (std::int64_t t = 0; t < frameCounts[std::size_t(n)]; ++t) {
                        const std::int64_t at = k * s.frameRow() + (n * s.frames() + t) * s.dim;
                        const std::int64_t imagAt = at + s.bins * s.frameRow();
                        sumHalves(realFirst, realFirst + half, t, s, sum + at);
                        sumHalves(imagFirst, imagFirst + half, t, s, sum + imagAt);
                        const float* sr = sum + at;
                        const float* si = sum + imagAt;
                        float* outReal = to + at;
                        float* outImag = to + imagAt;
                        for (std::int64_t d = 0; d < s.dim; ++d) {
                            outReal[d] = shrink(sr[d] * wr[d] - si[d] * wi[d], limit);
                            outImag[d] = shrink(sr[d] * wi[d] + si[d] * wr[d], limit);
                        }
                    }
                }
            }
        });
        ctx->save_for_backward({sums, real_FD, imag_FD});
        ctx->saved_data["frames"] = frameCounts;
        ctx->saved_data["lambda"] = lambda;
        return out;
    }

    static tensor_list backward(AutogradContext* ctx, tensor_list gradients)
    {
        const auto saved = ctx->get_saved_variables();
        const Tensor gradient = gradients[0].contiguous();
        const auto frameCounts = ctx->saved_data["frames"].toIntVector();
        const auto limit = float(ctx->saved_data["lambda"].toDouble());
        const FrameShape s{gradient.size(0) / 2, gradient.size(1), gradient.size(2) - 1, gradient.size(3)};
        Tensor toSpectra = torch::zeros({2, 2 * s.bins, s.records, s.blocks, s.dim}, gradient.options());
        Tensor toReal = torch::zeros_like(saved[1]);
        Tensor toImag = torch::zeros_like(saved[2]);
        const float* g = gradient.data_ptr<float>();
        const float* sum = saved[0].data_ptr<float>();
        const float* fr = saved[1].data_ptr<float>();
        const float* fi = saved[2].data_ptr<float>();
        float* gs = toSpectra.data_ptr<float>();
        float* gfr = toReal.data_ptr<float>();
        float* gfi = toImag.data_ptr<float>();
        const std::int64_t half = 2 * s.bins * s.spectrumRow();
        at::parallel_for(0, s.bins, 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> partReal(std::size_t(s.dim)), partImag(std::size_t(s.dim));
            for (std::int64_t k = begin; k < end; ++k) {
                const float* wr = fr + k * s.dim;
                const float* wi = fi + k * s.dim;
                float* gwr = gfr + k * s.dim;
                float* gwi = gfi + k * s.dim;
                for (std::int64_t n = 0; n < s.records; ++n) {
                    const std::int64_t from = n * s.blocks * s.dim;
                    float* realFirst = gs + k * s.spectrumRow() + from;
                    float* imagFirst = gs + (s.bins + k) * s.spectrumRow() + from;
                    for (std::int64_t t = 0; t < frameCounts[std::size_t(n)]; ++t) {
                        const std::int64_t at = k * s.frameRow() + (n * s.frames() + t) * s.dim;
                        const std::int64_t imagAt = at + s.bins * s.frameRow();
                        const float* sr = sum + at;
                        const float* si = sum + imagAt;
                        const float* gr = g + at;
                        const float* gi = g + imagAt;
                        float* pr = partReal.data();
                        float* pi = partImag.data();
                        for (std::int64_t d = 0; d < s.dim; ++d) {
                            const float a = gr[d] * keep(sr[d] * wr[d] - si[d] * wi[d], limit);
                            const float b = gi[d] * keep(sr[d] * wi[d] + si[d] * wr[d], limit);
                            pr[d] = a * wr[d] + b * wi[d];
                            pi[d] = b * wr[d] - a * wi[d];
                            gwr[d] += a * sr[d] + b * si[d];
                            gwi[d] += b * sr[d] - a * si[d];
                        }
                        if (t > 0) {
                            std::copy_n(pr, s.dim, realFirst + (t - 1) * s.dim);
                            std::copy_n(pi, s.dim, imagFirst + (t - 1) * s.dim);
                        }
                        if (t < s.blocks) {
                            std::copy_n(pr, s.dim, realFirst + half + t * s.dim);
                            std::copy_n(pi, s.dim, imagFirst + half + t * s.dim);
                        }
                    }
                }
            }
        });
        return {toSpectra, toReal, toImag, Tensor(), Tensor()};
    }
};

class OverlapBlocks : public torch::autograd::Function<OverlapBlocks> {
public:
    static Tensor forward(AutogradContext* ctx, const Tensor& halves, const Tensor& inverseEnvelope_HNB)
    {
        const std::int64_t hop = halves.size(1), records = halves.size(2), blocks = halves.size(3) - 1;
        const std::int64_t dim = halves.size(4);
        Tensor out = torch::empty({hop, records, blocks, dim}, halves.options());
        const float* first = halves.data_ptr<float>();
        const float* second = first + hop * records * (blocks + 1) * dim;
        const float* scale = inverseEnvelope_HNB.data_ptr<float>();
        float* to = out.data_ptr<float>();
        at::parallel_for(0, hop * records, 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row) {
                const float* a = second + row * (blocks + 1) * dim;
                const float* b = first + (row * (blocks + 1) + 1) * dim;
                const float* w = scale + row * blocks;
                float* o = to + row * blocks * dim;
                for (std::int64_t block = 0; block < blocks; ++block) {
                    for (std::int64_t d = 0; d < dim; ++d)
                        o[block * dim + d] = (a[block * dim + d] + b[block * dim + d]) * w[block];
                }
            }
        });
        ctx->save_for_backward({inverseEnvelope_HNB});
        return out;
    }

    static tensor_list backward(AutogradContext* ctx, tensor_list gradients)
    {
        const Tensor scale_HNB = ctx->get_saved_variables()[0];
        const Tensor gradient = gradients[0].contiguous();
        const std::int64_t hop = gradient.size(0), records = gradient.size(1), blocks = gradient.size(2);
        const std::int64_t dim = gradient.size(3);
        Tensor out = torch::empty({2, hop, records, blocks + 1, dim}, gradient.options());
        float* first = out.data_ptr<float>();
        float* second = first + hop * records * (blocks + 1) * dim;
        const float* g = gradient.data_ptr<float>();
        const float* scale = scale_HNB.data_ptr<float>();
        at::parallel_for(0, hop * records, 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row) {
                const float* from = g + row * blocks * dim;
                const float* w = scale + row * blocks;
                float* a = second + row * (blocks + 1) * dim;
                float* b = first + row * (blocks + 1) * dim;
                std::fill_n(b, dim, 0.0f);
                std::fill_n(a + blocks * dim, dim, 0.0f);
                for (std::int64_t block = 0; block < blocks; ++block) {
                    for (std::int64_t d = 0; d < dim; ++d) {
                        const float v = from[block * dim + d] * w[block];
                        a[block * dim + d] = v;
                        b[(block + 1) * dim + d] = v;
                    }
                }
            }
        });
        return {out, Tensor()};
    }
};

}  // namespace

Tensor filterFrames(const Tensor& spectra, const Tensor& real_FD, const Tensor& imag_FD,
                    const std::vector<std::int64_t>& frameCounts, double lambda)
{
    return FilterFrames::apply(spectra.contiguous(), real_FD.contiguous(), imag_FD.contiguous(), frameCounts, lambda);
}

Tensor overlapBlocks(const Tensor& halves, const Tensor& inverseEnvelope_HNB)
{
    return OverlapBlocks::apply(halves.contiguous(), inverseEnvelope_HNB.contiguous());
}

}  // namespace nscope::train
