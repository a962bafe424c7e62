// Purpose: LFNet's mixing step: short-time Fourier transform of every channel, a learned complex filter, complex
// soft-shrink, inverse transform (spec/models.md 1.3, steps 2–5).
// W window, H = W/2 hop, F = W/2 + 1 bins, T frames; periodic Hann window, centred frames, zero padding. The transform
// is a matrix product with the windowed Fourier basis: W is a few hundred, so it costs less than moving the data for an
// FFT, keeps channels last, and has a plain gradient. Real and imaginary parts are stacked: 2F rows.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

class StftFilter {
public:
    StftFilter(int windowNt, double lambda);

    int windowNt() const { return m_window; }
    int hopNt() const { return m_hop; }
    int bins() const { return m_window / 2 + 1; }
    double lambda() const { return m_lambda; }
    std::int64_t frameCount(std::int64_t lengthNt) const;

    /// [N,L,D] → [2F,N,T,D]: real parts of all bins, then imaginary parts.
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

    /// The same steps on a stretch: frames that start at rows 0, H, 2H … of [N,·,D], nothing padded → [2F,N,T,D].
    torch::Tensor transformStretch(const torch::Tensor& x_NLD) const;
    /// Windowed frames in the time domain, [2F,N,T,D] → [W,N,T,D].
    torch::Tensor inverseFrames(const torch::Tensor& spectrum) const;
    /// Overlap-add of windowed frames that start at rows 0, H, 2H … → [N,(T−1)·H+W,D], not normalised.
    torch::Tensor overlapAdd(const torch::Tensor& frames_WNTD) const;
    /// 1 / summed squared window for every position, [L].
    torch::Tensor inverseEnvelope(std::int64_t lengthNt, const torch::TensorOptions& like) const;

    /// Windowed bases in the given type: analysis [2F,W], synthesis [W,2F].
    const torch::Tensor& analysis(const torch::TensorOptions& like) const;
    const torch::Tensor& synthesis(const torch::TensorOptions& like) const;

private:
    int m_window;
    int m_hop;
    double m_lambda;
    mutable torch::Tensor m_analysis, m_synthesis;          ///< made on first use, per type and device
    mutable torch::Tensor m_envelope;                       ///< of the length used last
};

}  // namespace nscope::nn
