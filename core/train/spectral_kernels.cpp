#include "core/train/spectral_kernels.h"

#include <algorithm>
#include <cmath>

// The loops below are compiled for several instruction sets; the processor's best one is chosen at run time.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) \
    && !defined(__SANITIZE_ADDRESS__)
#define NSCOPE_CPU_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NSCOPE_CPU_CLONES
#endif
// Inputs and outputs of these loops never overlap.
#if defined(__GNUC__) && !defined(__clang__)
#define NSCOPE_INDEPENDENT _Pragma("GCC ivdep")
#else
#define NSCOPE_INDEPENDENT
#endif

namespace nscope::train {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// One run of frames: one bin of one record. Pointers to real parts; imaginary ones, second halves and the bin's filter
/// stand at the given distances.
struct Run {
    std::int64_t blocks, frames, dim;
    std::int64_t imagSpectrum, imagFrame, secondHalf;  ///< distances in floats
    const float* filterReal;
    const float* filterImag;
    float limit;
};

struct FrameShape {
    std::int64_t bins, records, blocks, dim;
    std::int64_t frames() const { return blocks + 1; }
    std::int64_t spectrumRow() const { return records * blocks * dim; }  ///< floats of one spectrum row
    std::int64_t frameRow() const { return records * frames() * dim; }
    Run run(std::int64_t frameCount, const float* filterReal, const float* filterImag, double lambda) const
    {
        return {blocks, frameCount, dim, bins * spectrumRow(), bins * frameRow(), 2 * bins * spectrumRow(),
                filterReal, filterImag, float(lambda)};
    }
};

inline float shrink(float v, float limit) { return std::max(v - limit, 0.0f) + std::min(v + limit, 0.0f); }
inline float keep(float v, float limit) { return std::abs(v) > limit ? 1.0f : 0.0f; }

/// One frame: second-half spectrum of block t plus first-half spectrum of block t − 1, zeros beyond the ends.
inline void sumHalves(const float* first, std::int64_t t, const Run& r, float* out)
{
    const float* before = first + (t - 1) * r.dim;
    const float* here = first + r.secondHalf + t * r.dim;
    if (t > 0 && t < r.blocks) {
        NSCOPE_INDEPENDENT
        for (std::int64_t d = 0; d < r.dim; ++d)
            out[d] = before[d] + here[d];
    } else {
        std::copy_n(t > 0 ? before : here, r.dim, out);
    }
}

NSCOPE_CPU_CLONES void filterRun(const Run& r, const float* spectrum, float* sums, float* out)
{
    const float* wr = r.filterReal;
    const float* wi = r.filterImag;
    for (std::int64_t t = 0; t < r.frames; ++t) {
        float* sr = sums + t * r.dim;
        float* si = sr + r.imagFrame;
        float* outReal = out + t * r.dim;
        float* outImag = outReal + r.imagFrame;
        sumHalves(spectrum, t, r, sr);
        sumHalves(spectrum + r.imagSpectrum, t, r, si);
        NSCOPE_INDEPENDENT
        for (std::int64_t d = 0; d < r.dim; ++d) {
            outReal[d] = shrink(sr[d] * wr[d] - si[d] * wi[d], r.limit);
            outImag[d] = shrink(sr[d] * wi[d] + si[d] * wr[d], r.limit);
        }
    }
    const std::int64_t rest = (r.blocks + 1 - r.frames) * r.dim;
    std::fill_n(out + r.frames * r.dim, rest, 0.0f);
    std::fill_n(out + r.imagFrame + r.frames * r.dim, rest, 0.0f);
}

/// `part` holds 2·dim floats; the filter's gradients are added to `toReal` and `toImag`.
NSCOPE_CPU_CLONES void filterRunBackward(const Run& r, const float* gradient, const float* sums, float* toSpectrum,
                                         float* toReal, float* toImag, float* part)
{
    const float* wr = r.filterReal;
    const float* wi = r.filterImag;
    float* pr = part;
    float* pi = part + r.dim;
    auto put = [&r](float* real, const float* p, const float* q) {
        std::copy_n(p, r.dim, real);
        std::copy_n(q, r.dim, real + r.imagSpectrum);
    };
    for (std::int64_t t = 0; t <= r.blocks; ++t) {
        if (t < r.frames) {
            const float* sr = sums + t * r.dim;
            const float* si = sr + r.imagFrame;
            const float* gr = gradient + t * r.dim;
            const float* gi = gr + r.imagFrame;
            NSCOPE_INDEPENDENT
            for (std::int64_t d = 0; d < r.dim; ++d) {
                const float a = gr[d] * keep(sr[d] * wr[d] - si[d] * wi[d], r.limit);
                const float b = gi[d] * keep(sr[d] * wi[d] + si[d] * wr[d], r.limit);
                pr[d] = a * wr[d] + b * wi[d];
                pi[d] = b * wr[d] - a * wi[d];
                toReal[d] += a * sr[d] + b * si[d];
                toImag[d] += b * sr[d] - a * si[d];
            }
        } else {
            std::fill_n(part, 2 * r.dim, 0.0f);
        }
        if (t > 0)
            put(toSpectrum + (t - 1) * r.dim, pr, pi);
        if (t < r.blocks)
            put(toSpectrum + r.secondHalf + t * r.dim, pr, pi);
    }
}

class FilterFrames : public torch::autograd::Function<FilterFrames> {
public:
    static Tensor forward(AutogradContext* ctx, const Tensor& spectra, const Tensor& real_FD, const Tensor& imag_FD,
                          const std::vector<std::int64_t>& frameCounts, double lambda)
    {
        const FrameShape s{spectra.size(1) / 2, spectra.size(2), spectra.size(3), spectra.size(4)};
        Tensor sums = torch::empty({2 * s.bins, s.records, s.frames(), s.dim}, spectra.options());
        Tensor out = torch::empty_like(sums);
        const float* in = spectra.data_ptr<float>();
        const float* fr = real_FD.data_ptr<float>();
        const float* fi = imag_FD.data_ptr<float>();
        float* sum = sums.data_ptr<float>();
        float* to = out.data_ptr<float>();
        at::parallel_for(0, s.bins, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t k = begin; k < end; ++k) {
                for (std::int64_t n = 0; n < s.records; ++n) {
                    const std::int64_t at = k * s.frameRow() + n * s.frames() * s.dim;
                    filterRun(s.run(frameCounts[std::size_t(n)], fr + k * s.dim, fi + k * s.dim, lambda),
                              in + k * s.spectrumRow() + n * s.blocks * s.dim, sum + at, to + at);
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
        const double lambda = ctx->saved_data["lambda"].toDouble();
        const FrameShape s{gradient.size(0) / 2, gradient.size(1), gradient.size(2) - 1, gradient.size(3)};
        Tensor toSpectra = torch::empty({2, 2 * s.bins, s.records, s.blocks, s.dim}, gradient.options());
        Tensor toReal = torch::zeros_like(saved[1]);
        Tensor toImag = torch::zeros_like(saved[2]);
        const float* g = gradient.data_ptr<float>();
        const float* sum = saved[0].data_ptr<float>();
        const float* fr = saved[1].data_ptr<float>();
        const float* fi = saved[2].data_ptr<float>();
        float* gs = toSpectra.data_ptr<float>();
        float* gfr = toReal.data_ptr<float>();
        float* gfi = toImag.data_ptr<float>();
        at::parallel_for(0, s.bins, 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> part(std::size_t(2 * s.dim));
            for (std::int64_t k = begin; k < end; ++k) {
                for (std::int64_t n = 0; n < s.records; ++n) {
                    const std::int64_t at = k * s.frameRow() + n * s.frames() * s.dim;
                    filterRunBackward(s.run(frameCounts[std::size_t(n)], fr + k * s.dim, fi + k * s.dim, lambda), g + at,
                                      sum + at, gs + k * s.spectrumRow() + n * s.blocks * s.dim, gfr + k * s.dim,
                                      gfi + k * s.dim, part.data());
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
