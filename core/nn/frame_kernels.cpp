#include "core/nn/frame_kernels.h"

#include <ATen/Dispatch.h>

#include <algorithm>

namespace nscope::nn {

namespace {

/// Sizes of a set of frames.
struct FrameShape {
    std::int64_t batch, frames, dim, hop;
    std::int64_t rows() const { return (frames + 1) * hop; }
    std::int64_t plane() const { return batch * frames * dim; }  ///< elements of one row of all frames
};

template <class Scalar>
void cutRow(const Scalar* x, Scalar* out, const FrameShape& s, std::int64_t row)
{
    const bool difference = row > s.hop;
    const std::int64_t n = difference ? row - s.hop : row;
    const bool single = n == 0 || n == s.hop;
    for (std::int64_t b = 0; b < s.batch; ++b) {
        for (std::int64_t t = 0; t < s.frames; ++t, out += s.dim) {
            const Scalar* frame = x + (b * s.rows() + t * s.hop) * s.dim;
            const Scalar* first = frame + n * s.dim;
            const Scalar* mirror = frame + (2 * s.hop - n) * s.dim;
            if (single)
                std::copy_n(first, s.dim, out);
            else if (difference)
                for (std::int64_t d = 0; d < s.dim; ++d)
                    out[d] = first[d] - mirror[d];
            else
                for (std::int64_t d = 0; d < s.dim; ++d)
                    out[d] = first[d] + mirror[d];
        }
    }
}

/// Row r of hop j: the first half of frame j and the second half of frame j−1.
template <class Scalar>
void spreadRow(const Scalar* folded, Scalar* out, const FrameShape& s, std::int64_t b, std::int64_t j, std::int64_t r)
{
    const auto at = [&](std::int64_t row, std::int64_t t) { return folded + row * s.plane() + (b * s.frames + t) * s.dim; };
    std::fill_n(out, s.dim, Scalar(0));
    if (j < s.frames) {
        const Scalar* even = at(r, j);
        const Scalar* odd = r > 0 ? at(s.hop + r, j) : nullptr;
        for (std::int64_t d = 0; d < s.dim; ++d)
            out[d] += odd ? even[d] + odd[d] : even[d];
    }
    if (j > 0) {
        const Scalar* even = at(s.hop - r, j - 1);
        const Scalar* odd = r > 0 ? at(2 * s.hop - r, j - 1) : nullptr;
        for (std::int64_t d = 0; d < s.dim; ++d)
            out[d] += odd ? even[d] - odd[d] : even[d];
    }
}

/// Soft-shrink without branches, so that the compiler can use vectors.
template <class Scalar>
Scalar shrink(Scalar value, Scalar lambda)
{
    return value - std::min(std::max(value, -lambda), lambda);
}

template <class Scalar>
void filterBin(const Scalar* re, const Scalar* im, const Scalar* wr, const Scalar* wi, Scalar* outRe, Scalar* outIm,
               const FrameShape& s, Scalar lambda)
{
    for (std::int64_t i = 0; i < s.plane(); i += s.dim) {
        for (std::int64_t d = 0; d < s.dim; ++d) {
            const Scalar a = re[i + d], b = im[i + d];
            outRe[i + d] = shrink(a * wr[d] - b * wi[d], lambda);
            outIm[i + d] = shrink(a * wi[d] + b * wr[d], lambda);
        }
    }
}

torch::Tensor filterAndShrinkGeneric(const torch::Tensor& spectrum, const torch::Tensor& real_FD,
                                     const torch::Tensor& imag_FD, double lambda)
{
    const std::int64_t f = real_FD.size(0);
    const torch::Tensor re = spectrum.narrow(0, 0, f), im = spectrum.narrow(0, f, f);
    const torch::Tensor wr = real_FD.view({f, 1, 1, -1}), wi = imag_FD.view({f, 1, 1, -1});
    return at::softshrink(at::cat({at::addcmul(re * wr, im, wi, -1), at::addcmul(re * wi, im, wr)}, 0), lambda);
}

bool hasKernel(const torch::Tensor& tensor)
{
    return tensor.device().is_cpu() && (tensor.scalar_type() == torch::kFloat32 || tensor.scalar_type() == torch::kFloat64);
}

torch::Tensor cutFoldedGeneric(const torch::Tensor& x_NPD, std::int64_t hop)
{
    const torch::Tensor cut = x_NPD.unfold(1, 2 * hop, hop).permute({3, 0, 1, 2});
    const torch::Tensor first = cut.narrow(0, 1, hop - 1), mirror = cut.narrow(0, hop + 1, hop - 1).flip(0);
    return at::cat({cut.narrow(0, 0, 1), first + mirror, cut.narrow(0, hop, 1), first - mirror}, 0);
}

torch::Tensor spreadFoldedGeneric(const torch::Tensor& frames_WNTD, std::int64_t hop)
{
    const std::int64_t batch = frames_WNTD.size(1), frames = frames_WNTD.size(2), dim = frames_WNTD.size(3);
    const torch::Tensor even = frames_WNTD.narrow(0, 1, hop - 1), odd = frames_WNTD.narrow(0, hop + 1, hop - 1);
    torch::Tensor sum = torch::zeros({batch, frames + 1, hop, dim}, frames_WNTD.options());
    const torch::Tensor first = at::cat({frames_WNTD.narrow(0, 0, 1), even + odd}, 0);
    const torch::Tensor second = at::cat({frames_WNTD.narrow(0, hop, 1), (even - odd).flip(0)}, 0);
    sum.narrow(1, 0, frames).add_(first.permute({1, 2, 0, 3}));
    sum.narrow(1, 1, frames).add_(second.permute({1, 2, 0, 3}));
    return sum.view({batch, (frames + 1) * hop, dim});
}

}  // namespace

torch::Tensor cutFolded(const torch::Tensor& x_NPD, std::int64_t hop)
{
    const at::NoGradGuard noGrad;
    if (!hasKernel(x_NPD))
        return cutFoldedGeneric(x_NPD, hop);
    const torch::Tensor x = x_NPD.contiguous();
    const FrameShape s{x.size(0), x.size(1) / hop - 1, x.size(2), hop};
    torch::Tensor out = torch::empty({2 * hop, s.batch, s.frames, s.dim}, x.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "cutFolded", [&] {
        const scalar_t* from = x.data_ptr<scalar_t>();
        scalar_t* to = out.data_ptr<scalar_t>();
        at::parallel_for(0, 2 * hop, 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row)
                cutRow(from, to + row * s.plane(), s, row);
        });
    });
    return out;
}

torch::Tensor spreadFolded(const torch::Tensor& frames_WNTD, std::int64_t hop)
{
    const at::NoGradGuard noGrad;
    if (!hasKernel(frames_WNTD))
        return spreadFoldedGeneric(frames_WNTD, hop);
    const torch::Tensor folded = frames_WNTD.contiguous();
    const FrameShape s{folded.size(1), folded.size(2), folded.size(3), hop};
    torch::Tensor out = torch::empty({s.batch, s.rows(), s.dim}, folded.options());
    AT_DISPATCH_FLOATING_TYPES(folded.scalar_type(), "spreadFolded", [&] {
        const scalar_t* from = folded.data_ptr<scalar_t>();
        scalar_t* to = out.data_ptr<scalar_t>();
        at::parallel_for(0, s.batch * (s.frames + 1), 2, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                for (std::int64_t r = 0; r < hop; ++r)
                    spreadRow(from, to + (i * hop + r) * s.dim, s, i / (s.frames + 1), i % (s.frames + 1), r);
            }
        });
    });
    return out;
}

torch::Tensor filterAndShrink(const torch::Tensor& spectrum, const torch::Tensor& real_FD, const torch::Tensor& imag_FD,
                              double lambda)
{
    const bool recorded = at::GradMode::is_enabled()
                          && (spectrum.requires_grad() || real_FD.requires_grad() || imag_FD.requires_grad());
    if (recorded || !hasKernel(spectrum))
        return filterAndShrinkGeneric(spectrum, real_FD, imag_FD, lambda);
    const torch::Tensor in = spectrum.contiguous(), wr = real_FD.contiguous(), wi = imag_FD.contiguous();
    const std::int64_t bins = wr.size(0);
    const FrameShape s{in.size(1), in.size(2), in.size(3), 0};
    torch::Tensor out = torch::empty_like(in);
    AT_DISPATCH_FLOATING_TYPES(in.scalar_type(), "filterAndShrink", [&] {
        const scalar_t *re = in.data_ptr<scalar_t>(), *fr = wr.data_ptr<scalar_t>(), *fi = wi.data_ptr<scalar_t>();
        scalar_t* to = out.data_ptr<scalar_t>();
        const std::int64_t half = bins * s.plane();
        at::parallel_for(0, bins, 8, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t f = begin; f < end; ++f) {
                const std::int64_t at = f * s.plane();
                filterBin(re + at, re + half + at, fr + f * s.dim, fi + f * s.dim, to + at, to + half + at, s,
                          scalar_t(lambda));
            }
        });
    });
    return out;
}

}  // namespace nscope::nn
