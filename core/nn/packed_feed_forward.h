// Purpose: W2·ReLU(W1·x + b1) + b2 of many rows without gradients on the CPU, the hidden layer never leaving the cache:
// some rows and some hidden units at a time. A row's result does not depend on the rows beside it.
// float32 and float64. Axes: R rows, D width, H hidden units. Thread: run() any, once made; uses ATen's threads.
#pragma once

#include "core/nn/packed_matrix.h"

#include <functional>

namespace nscope::nn {

template <class Scalar>
class PackedFeedForward {
public:
    PackedFeedForward(const torch::nn::Linear& first, const torch::nn::Linear& second);

    /// `poll` is called for every block of rows, by any of the threads; what it throws ends the run.
    torch::Tensor run(const torch::Tensor& in_RD, const std::function<void()>& poll) const;

private:
    struct Part {
        PackedMatrix<Scalar> first;   ///< [D,part of H]
        PackedMatrix<Scalar> second;  ///< [part of H,D]
        std::int64_t begin = 0;       ///< hidden unit
    };
    void runRows(const Scalar* in_RD, Scalar* out_RD, std::int64_t rows, Scalar* hidden) const;

    torch::Tensor m_firstBias_H, m_secondBias_D;
    std::vector<Part> m_parts;
    AlignedBuffer<Scalar> m_zeros;
};

extern template class PackedFeedForward<float>;
extern template class PackedFeedForward<double>;

}  // namespace nscope::nn
