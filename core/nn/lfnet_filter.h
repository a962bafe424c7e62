// Purpose: LFNet's mixing step: short-time Fourier transform of every channel, a learned complex filter, complex
// soft-shrink, inverse transform (spec/models.md 1.3, steps 2–5).
// W window (even), H = W/2 hop, F = H + 1 bins, T frames; periodic Hann window, centred frames, zero padding. The
// transform is a matrix product with the windowed Fourier basis on folded frames (frame_kernels.h): W is a few hundred,
// so it costs less than moving the data for an FFT, and channels stay last. Spectra are [2F,N,T,D]: real rows, then
// imaginary rows. Gradients flow through everything.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

class StftFilter {
public:
    StftFilter(int windowNt, double lambda);

    int windowNt() const { return m_window; }
    int hopNt() const { return m_hop; }
    int bins() const { return m_hop + 1; }
    double lambda() const { return m_lambda; }
    std::int64_t frameCount(std::int64_t lengthNt) const { return 1 + lengthNt / m_hop; }

    /// [N,L,D] → [2F,N,T,D].
    torch::Tensor transform(const torch::Tensor& x_NLD) const;
    /// Filter (F×D, real and imaginary) and soft-shrink.
    torch::Tensor filtered(const torch::Tensor& spectrum, const torch::Tensor& real_FD,
                           const torch::Tensor& imag_FD) const;
    /// [2F,N,T,D] → [N,L,D]; overlapped frames divided by the summed squared window.
    torch::Tensor inverse(const torch::Tensor& spectrum, std::int64_t lengthNt) const;

    torch::Tensor mix(const torch::Tensor& x_NLD, const torch::Tensor& real_FD, const torch::Tensor& imag_FD) const
    {
        return inverse(filtered(transform(x_NLD), real_FD, imag_FD), x_NLD.size(1));
    }

    /// The same on a stretch of whole hops: frames start at rows 0, H, 2H …, nothing is padded. [N,(T+1)·H,D] → spectra.
    torch::Tensor transformStretch(const torch::Tensor& x_NPD) const;
    /// Spectra → overlap-added windowed frames [N,(T+1)·H,D], not normalised.
    torch::Tensor inverseStretch(const torch::Tensor& spectrum) const;
    /// 1 / summed squared window for every position, [L].
    torch::Tensor inverseEnvelope(std::int64_t lengthNt, const torch::TensorOptions& like) const;

    /// The windowed bases of whole, unfolded frames: [2F,W] and [W,2F].
    torch::Tensor analysis(const torch::TensorOptions& like) const;
    torch::Tensor synthesis(const torch::TensorOptions& like) const;

private:
    struct Bases {
        torch::Tensor cosine, sine;                ///< [F,H+1], [F,H−1]: windowed, for folded frames
        torch::Tensor inverseCosine, inverseSine;  ///< [H+1,F], [H−1,F]
    };
    const Bases& bases(const torch::TensorOptions& like) const;

    int m_window;
    int m_hop;
    double m_lambda;
    mutable Bases m_bases;             ///< made on first use, per type and device
    mutable torch::Tensor m_envelope;  ///< of the length used last
};

}  // namespace nscope::nn
