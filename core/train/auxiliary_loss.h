// Purpose: losses that help a small network find reading frames and the codons it translates, during training only:
// labels of every nucleotide, residues and number of every codon of the CDS, and attention on the codon translated.
// They are ours; the published procedure has none. Shapes: N records, K encoder keys, H heads, Q decoder steps.
#pragma once

#include "core/train/batch_encoder.h"
#include "core/train/loss.h"

namespace nscope::train {

/// Linear layers on the encoder memory; trained along, not part of the model.
struct AuxiliaryHeadImpl : torch::nn::Module {
    explicit AuxiliaryHeadImpl(int modelDim);
    torch::nn::Linear nucleotide{nullptr};  ///< CDS classes, then ORF bits
    torch::nn::Linear codon{nullptr};       ///< residues at the codon and the two before it, then the codon's number
};
TORCH_MODULE(AuxiliaryHead);

/// CDS classes and ORF bits, by their weights; undefined labels of the batch add nothing.
torch::Tensor nucleotideLoss(AuxiliaryHead& head, const EncodedBatch& encoded, const MicroBatch& batch,
                             const ObjectiveConfig& config, LossParts& parts);

/// Residues and codon number at codon starts of the CDS, by their weights; 0 without such labels.
torch::Tensor codonLoss(AuxiliaryHead& head, const EncodedBatch& encoded, const MicroBatch& batch,
                        const ObjectiveConfig& config, LossParts& parts);

/// −log of the attention [N,H,Q,K] of head 0 on the first nucleotide of the codon whose residue a step predicts, mean
/// over steps; 0 without guides.
torch::Tensor guidedAttentionLoss(const torch::Tensor& attention_NHQK, const EncodedBatch& encoded,
                                  const MicroBatch& batch, LossParts& parts);

}  // namespace nscope::train
