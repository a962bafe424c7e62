#include "core/train/auxiliary_loss.h"

#include "core/train/nucleotide_labels.h"

namespace nscope::train {

using torch::Tensor;

namespace {

constexpr int kCodonOutputs = kResiduesPerCodon * kResidueClassCount + kCodonNumberCount;

/// Row of the flattened memory [N·K] for a nucleotide of a record.
Tensor flatKeys_M(const Tensor& record_M, const Tensor& position_M, const EncodedBatch& encoded)
{
    const std::int64_t keys = encoded.memory_NKD.size(1);
    return record_M * keys + BatchEncoder::keys(position_M, encoded);
}

}  // namespace

AuxiliaryHeadImpl::AuxiliaryHeadImpl(int modelDim)
{
    nucleotide = register_module("nucleotide", torch::nn::Linear(modelDim, kCdsClassCount + kOrfBitCount));
    codon = register_module("codon", torch::nn::Linear(modelDim, kCodonOutputs));
    torch::nn::init::xavier_uniform_(nucleotide->weight);
    torch::nn::init::xavier_uniform_(codon->weight);
}

Tensor nucleotideLoss(AuxiliaryHead& head, const EncodedBatch& encoded, const MicroBatch& batch,
                      const ObjectiveConfig& config, LossParts& parts)
{
    Tensor sum = torch::zeros({}, encoded.memory_NKD.options().requires_grad(false));
    if (!batch.cdsClass_NL.defined() && !batch.orfBits_NLB.defined())
        return sum;
    const Tensor logits = head->nucleotide->forward(encoded.memory_NKD);
    if (batch.cdsClass_NL.defined()) {
        const Tensor label_NK = BatchEncoder::ordered(batch.cdsClass_NL, encoded, double(kIgnoredLabel));
        const Tensor loss = at::cross_entropy_loss(logits.slice(2, 0, kCdsClassCount).reshape({-1, kCdsClassCount}),
                                                   label_NK.to(logits.device()).reshape({-1}), {},
                                                   at::Reduction::Mean, kIgnoredLabel);
        parts.cds = loss.item<double>();
        sum = sum + config.cdsWeight * loss;
    }
    if (batch.orfBits_NLB.defined()) {
        const Tensor label_NKB = BatchEncoder::ordered(batch.orfBits_NLB, encoded, 0.0).to(logits.device());
        const Tensor each_NKB = at::binary_cross_entropy_with_logits(
            logits.slice(2, kCdsClassCount), label_NKB, {}, {}, at::Reduction::None);
        Tensor all = each_NKB.sum(2);
        if (encoded.pad_NK.defined())
            all = all.masked_fill(encoded.pad_NK, 0.0);
        const Tensor loss = all.sum() / double(batch.sourceNt * kOrfBitCount);
        parts.orf = loss.item<double>();
        sum = sum + config.orfWeight * loss;
    }
    return sum;
}

Tensor codonLoss(AuxiliaryHead& head, const EncodedBatch& encoded, const MicroBatch& batch,
                 const ObjectiveConfig& config, LossParts& parts)
{
    const CodonTargets& codons = batch.codons;
    if (!codons.record_M.defined() || codons.record_M.numel() == 0)
        return torch::zeros({}, encoded.memory_NKD.options().requires_grad(false));
    const Tensor memory = encoded.memory_NKD.reshape({-1, encoded.memory_NKD.size(2)});
    const Tensor rows_M = flatKeys_M(codons.record_M, codons.position_M, encoded).to(memory.device());
    const Tensor logits = head->codon->forward(memory.index_select(0, rows_M));
    Tensor residues = torch::zeros({}, memory.options().requires_grad(false));
    for (int back = 0; back < kResiduesPerCodon; ++back) {
        const Tensor label_M = codons.residues_M3.select(1, back).to(memory.device());
        const Tensor part = logits.slice(1, back * kResidueClassCount, (back + 1) * kResidueClassCount);
        const Tensor sum = at::cross_entropy_loss(part, label_M, {}, at::Reduction::Sum, kIgnoredLabel);
        residues = residues + sum / ((label_M != kIgnoredLabel).sum().clamp_min(1) * kResiduesPerCodon);
    }
    const Tensor number = at::cross_entropy_loss(logits.slice(1, kResiduesPerCodon * kResidueClassCount),
                                                 codons.number_M.to(memory.device()));
    parts.codon = (residues + number).item<double>();
    return config.residueWeight * residues + config.codonNumberWeight * number;
}

Tensor guidedAttentionLoss(const Tensor& attention_NHQK, const EncodedBatch& encoded, const MicroBatch& batch,
                           LossParts& parts)
{
    constexpr double kLeast = 1e-30;
    const AttentionGuides& guides = batch.guides;
    if (!guides.record_G.defined() || guides.record_G.numel() == 0)
        return torch::zeros({}, attention_NHQK.options().requires_grad(false));
    const std::int64_t steps = attention_NHQK.size(2), keys = attention_NHQK.size(3);
    const Tensor key_G = BatchEncoder::keys(guides.position_G, encoded);
    const Tensor flat_G = (guides.record_G * steps + guides.step_G) * keys + key_G;
    const Tensor head_NQK = attention_NHQK.select(1, 0).reshape({-1});
    const Tensor loss = -torch::log(head_NQK.index_select(0, flat_G.to(head_NQK.device())).clamp_min(kLeast)).mean();
    parts.attention = loss.item<double>();
    return loss;
}

}  // namespace nscope::train
