// Purpose: W2·ReLU(W1·x + b1) + b2 of rows that differ little from rows whose hidden layer is known, on the processor's
// matrix tiles (change_product.h): y = y₀ + W2·(ReLU(h₀ + W1·(x − x₀)) − ReLU(h₀)). The hidden layer of the changed
// rows never leaves the cache. float32, CPU, without gradients. Axes: N versions, R rows, D width, H hidden units.
// Thread: run() any, once made; uses ATen's threads.
#pragma once

#include "core/nn/change_product.h"

#include <functional>

namespace nscope::nn {

class ChangeFeedForward {
public:
    /// What rows leave that versions are compared with.
    struct Reference {
        torch::Tensor in_RD;
        torch::Tensor hidden_RH;  ///< before ReLU
        torch::Tensor out_RD;
    };

    /// Only where hasMatrixTiles().
    ChangeFeedForward(const torch::nn::Linear& first, const torch::nn::Linear& second);

    Reference reference(const torch::Tensor& in_RD) const;
    /// `poll` is called for every block of rows, by any of the threads; what it throws ends the run.
    torch::Tensor run(const torch::Tensor& in_NRD, const Reference& reference, const std::function<void()>& poll) const;

    static std::int64_t packedBytes(std::int64_t width, std::int64_t hidden);
    static std::int64_t referenceBytes(std::int64_t rows, std::int64_t width, std::int64_t hidden);

private:
    struct Part {
        ChangeProduct first;  ///< of some hidden units
        ChangeProduct second;
        std::int64_t begin = 0;
        std::int64_t units = 0;
    };
    class Block;

    torch::nn::Linear m_first, m_second;
    std::vector<Part> m_parts;
};

}  // namespace nscope::nn
