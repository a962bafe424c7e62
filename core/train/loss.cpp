#include "core/train/loss.h"

namespace nscope::train {

using torch::Tensor;

Tensor offsetWeights_NQ(const Tensor& counts_N, std::int64_t steps, double decay)
{
    const Tensor counts_N1 = counts_N.to(torch::kFloat32).unsqueeze(1);
    const Tensor offset_1Q = torch::arange(steps, counts_N1.options()).unsqueeze(0);
    const Tensor there_NQ = (offset_1Q < counts_N1).to(torch::kFloat32);
    if (decay == 0.0)
        return there_NQ;
    const Tensor scale_N1 = (1.0 - std::exp(-decay)) / (1.0 - torch::exp(-decay * counts_N1));
    return torch::exp(-decay * offset_1Q) * scale_N1 * there_NQ;
}

Tensor tokenLoss(const Tensor& logits_NQV, const MicroBatch& batch, const ObjectiveConfig& config, LossParts& parts)
{
    const std::int64_t records = logits_NQV.size(0), steps = logits_NQV.size(1), tokens = logits_NQV.size(2);
    const Tensor target_NQ = batch.target_NQ.to(logits_NQV.device());
    const Tensor nll_NQ = at::cross_entropy_loss(logits_NQV.reshape({-1, tokens}), target_NQ.reshape({-1}), {},
                                                 at::Reduction::None, kIgnoredLabel)
                              .view({records, steps});
    const Tensor there_NQ = target_NQ != kIgnoredLabel;
    const Tensor weights_NQ = offsetWeights_NQ(there_NQ.sum(1), steps, config.offsetDecay);
    const Tensor recordWeight_N = torch::where(batch.coding_N.to(logits_NQV.device()),
                                               torch::full({}, config.codingWeight), torch::ones({}));

    Tensor first_N = nll_NQ.select(1, 0);
    if (config.labelSmoothing > 0.0) {
        first_N = at::cross_entropy_loss(logits_NQV.select(1, 0), target_NQ.select(1, 0), {}, at::Reduction::None,
                                         kIgnoredLabel, config.labelSmoothing);
    }
    const Tensor later_NQ = nll_NQ.slice(1, 1), laterWeights_NQ = weights_NQ.slice(1, 1);
    {
        const torch::NoGradGuard noGrad;
        parts.classToken = nll_NQ.select(1, 0).mean().item<double>();
        const Tensor coding_N1 = batch.coding_N.to(logits_NQV.device()).unsqueeze(1);
        const Tensor protein_NQ = there_NQ.slice(1, 1).logical_and(coding_N1);
        const double count = protein_NQ.sum().item<double>();
        parts.translation = count > 0.0 ? (later_NQ * protein_NQ).sum().item<double>() / count : 0.0;
        parts.classCorrect = (logits_NQV.select(1, 0).argmax(-1) == target_NQ.select(1, 0)).to(torch::kFloat64).mean()
                                 .item<double>();
    }
    if (config.reduction == "sum") {
        const Tensor classSum = (first_N * weights_NQ.select(1, 0) * recordWeight_N).sum();
        const Tensor laterSum = (later_NQ * laterWeights_NQ).sum();
        return (config.classWeight * classSum + config.translationWeight * laterSum) / double(records);
    }
    const Tensor classMean = (first_N * recordWeight_N).sum() / recordWeight_N.sum();
    const Tensor coding_N1 = batch.coding_N.to(logits_NQV.device()).to(torch::kFloat32).unsqueeze(1);
    const Tensor ofCoding = laterWeights_NQ * coding_N1, ofNoncoding = laterWeights_NQ * (1.0 - coding_N1);
    const Tensor translation = (later_NQ * ofCoding).sum() / ofCoding.sum().clamp_min(1e-9)
        + config.noncodingTranslation * (later_NQ * ofNoncoding).sum() / ofNoncoding.sum().clamp_min(1e-9);
    return config.classWeight * classMean + config.translationWeight * translation;
}

}  // namespace nscope::train
