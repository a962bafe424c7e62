// Purpose: the losses that networks of the zoo are trained on, from raw outputs: logits before softmax or sigmoid, numbers
// and profiles as the network gives them. All are means, so that they do not depend on the size of a batch.
// Axes: N examples, K classes, labels, compartments or numbers, B bins, T signals, M places, V tokens. Targets hold NaN
// where nothing is known; such entries add nothing, and a batch without any known entry has a loss of 0.
// Source: spec/models.md 2.2 (Kullback-Leibler), 3.3, 3.8, 4.3; Lin et al. 2017 (focal, structured attention).
// Thread: any.
#pragma once

#include "core/fit/fit_settings.h"
#include "core/nn/sequence_net.h"

namespace nscope::fit {

/// Σ_n Σ_k −w_k·q_nk·log softmax(logits)_nk / Σ_n w of the class of n, q being 1 − s at the class plus s/K everywhere, as
/// torch has it. `weights_K` undefined: equal.
torch::Tensor crossEntropy(const torch::Tensor& logits_NK, const torch::Tensor& class_N, const torch::Tensor& weights_K,
                           double smoothing);
/// −(1 − p)^γ·log p of the class, weighted mean.
torch::Tensor focalLoss(const torch::Tensor& logits_NK, const torch::Tensor& class_N, const torch::Tensor& weights_K,
                        double gamma);
/// Σ_k y_k·log(y_k / softmax(logits)_k), mean over examples whose shares are all known.
torch::Tensor klDivergence(const torch::Tensor& logits_NK, const torch::Tensor& share_NK);

/// How labels count: `weights_K` the whole term of a label, `positive_K` its positive examples. Undefined: 1.
struct LabelWeights {
    torch::Tensor weights_K{};
    torch::Tensor positive_K{};
};
/// −positive·y·log σ − (1 − y)·log(1 − σ), mean over known labels. γ > 0: each times (1 − p of what is true)^γ.
torch::Tensor binaryCrossEntropy(const torch::Tensor& logits_NK, const torch::Tensor& label_NK,
                                 const LabelWeights& weights, double gamma = 0.0);

torch::Tensor meanSquaredError(const torch::Tensor& values, const torch::Tensor& target);
/// ŷ − y·ln(ŷ + 1e-7), mean.
torch::Tensor poissonLoss(const torch::Tensor& values, const torch::Tensor& target);
/// −mean over the last axis of Pearson's r over all others.
torch::Tensor pearsonLoss(const torch::Tensor& values, const torch::Tensor& target);
/// 2·(1 + r)·p / ((1 + r) + p) with the two losses above, r of −1 to 1 moved above 0 so that the harmonic mean exists.
torch::Tensor pearsonPoissonLoss(const torch::Tensor& values, const torch::Tensor& target);

/// −log of the multinomial probability of the target's numbers (not below 0) under softmax over bins, mean over examples
/// and signals.
torch::Tensor multinomialLoss(const torch::Tensor& logits_NBT, const torch::Tensor& target_NBT);
/// Mean squared error of the numbers of reads; `logs`: of ln(1 + reads) instead.
torch::Tensor countsLoss(const torch::Tensor& counts_NT, const torch::Tensor& target_NBT, bool logs);

/// ‖AAᵀ − I‖², mean over sequences and summed over layers, A being the attention [H,L] of the heads with rows scaled to
/// length 1; undefined if the outputs hold no attention of several heads.
torch::Tensor attentionOverlap(const nn::NamedTensors& outputs);

/// The loss of a task by its settings.
class FitLoss {
public:
    /// Weights are by name of the class or label.
    FitLoss(dataset::TaskKind task, LossSettings settings, LabelWeights weights);

    /// `raw`: logits, values or profile; `outputs` may hold "counts_NT".
    torch::Tensor operator()(const torch::Tensor& raw, const nn::NamedTensors& outputs,
                             const torch::Tensor& target) const;
    void to(torch::Device device);

private:
    torch::Tensor ofProfile(const torch::Tensor& raw, const nn::NamedTensors& outputs,
                            const torch::Tensor& target) const;

    dataset::TaskKind m_task;
    LossSettings m_settings;
    LabelWeights m_weights;
};

/// Weights by the settings: those given by name, times the inverse share of a class (mean 1 over examples), or for labels
/// negatives per positive. `rows`: of the data, those that are trained on. Errors: InvalidArgument for a name that the
/// task has not.
Result<LabelWeights> labelWeights(const LossSettings& settings, const dataset::Dataset& data,
                                  const std::vector<std::int32_t>& rows);

}  // namespace nscope::fit
