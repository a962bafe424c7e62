// Purpose: encoder memory of padded batches for training and for scoring many records: the result of every sequence is
// what the network gives for it alone, whatever it is batched with (the network's own padded pass is not exact near the
// true end, spec/models.md 1.3 caution a). LFNet encoders on the CPU take a fast path that keeps activations in blocks;
// other encoders and devices use the network's own pass.
// Thread: one at a time. Errors: nn::Cancelled when the stop token of the options is triggered.
#pragma once

#include "core/models/bioseq2seq.h"

namespace nscope::train {

/// Memory with its keys in some order of the positions, the same for everything made by `ordered`.
struct EncodedBatch {
    torch::Tensor memory_NKD;
    torch::Tensor pad_NK;        ///< true where padded
    std::int64_t hopNt = 0;      ///< 0: natural order
};

class BatchEncoder {
public:
    explicit BatchEncoder(models::Bioseq2Seq net);

    /// ids padded at the end with the blank symbol; dropout as the network's training mode says.
    EncodedBatch encode(const torch::Tensor& ids_NL, const std::vector<std::int64_t>& lengths,
                        const nn::PassOptions& options);

    /// Labels [N,L,…] in the order of the memory's keys; positions that padding added get `fill`.
    static torch::Tensor ordered(const torch::Tensor& labels_NL, const EncodedBatch& encoded, double fill);

    /// Key index within a record's memory of positions (int64, any shape).
    static torch::Tensor keys(const torch::Tensor& position, const EncodedBatch& encoded);

private:
    struct Blocks;
    Blocks blocksOf(const torch::Tensor& ids_NL, const std::vector<std::int64_t>& lengths) const;
    torch::Tensor mixed(nn::LfnetLayerImpl& layer, const torch::Tensor& x_HNBD, const Blocks& blocks) const;
    torch::Tensor layer(nn::LfnetLayerImpl& layer, const torch::Tensor& x_HNBD, const Blocks& blocks) const;

    models::Bioseq2Seq m_net;
    nn::LfnetEncoderImpl* m_lfnet = nullptr;
    torch::Tensor m_analysis;    ///< [4F,H]: bases of first halves, then of second halves
    torch::Tensor m_synthesis;   ///< [W,2F]
    torch::Tensor m_window2_2H;  ///< squared window, halves apart
};

}  // namespace nscope::train
