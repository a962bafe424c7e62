#include "core/nn/kmers.h"

namespace nscope::nn {

torch::Tensor kmers_NLK(const torch::Tensor& bases_NLC, int k)
{
    const std::int64_t count = bases_NLC.size(1) - k + 1;
    torch::Tensor words = bases_NLC.narrow(1, 0, count);
    for (int i = 1; i < k; ++i)
        words = (words.unsqueeze(-1) * bases_NLC.narrow(1, i, count).unsqueeze(-2)).flatten(2);
    return words;
}

torch::Tensor kmerCounts_NK(const torch::Tensor& bases_NLC, int k)
{
    const std::int64_t count = bases_NLC.size(1) - k + 1;
    if (count < 1)
        return bases_NLC.new_zeros({bases_NLC.size(0), std::int64_t(1) << (2 * k)});
    if (k == 1)
        return bases_NLC.sum(1);
    // Two halves of every word and one matrix product: what is held per position is 4^⌈k/2⌉ numbers, not 4^k.
    const int front = k / 2;
    const torch::Tensor first = kmers_NLK(bases_NLC, front).narrow(1, 0, count);
    const torch::Tensor second = kmers_NLK(bases_NLC, k - front).narrow(1, front, count);
    return at::bmm(first.transpose(1, 2), second).flatten(1);
}

}  // namespace nscope::nn
