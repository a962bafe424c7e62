#include "core/fit/fit_loss.h"

#include <algorithm>
#include <cmath>

namespace nscope::fit {

namespace {

using dataset::TaskKind;
using torch::Tensor;

constexpr double kGuard = 1e-7;  // Keras' guard of a logarithm

struct Known {
    Tensor mask;    ///< 1 where the target is a number
    Tensor target;  ///< 0 where it is none
    Tensor count;   ///< at least 1
};

Known known(const Tensor& target)
{
    const Tensor there = target.isnan().logical_not();
    const Tensor mask = there.to(target.scalar_type());
    return {mask, at::nan_to_num(target, 0.0), mask.sum().clamp_min(1.0)};
}

Tensor weightOfRow(const Tensor& weights_K, const Tensor& class_N, const Tensor& like)
{
    return weights_K.defined() ? weights_K.to(like.scalar_type()).index_select(0, class_N)
                               : at::ones_like(class_N, like.options().requires_grad(false));
}

Tensor weightedMean(const Tensor& loss_N, const Tensor& weight_N)
{
    return (loss_N * weight_N).sum() / weight_N.sum().clamp_min(kGuard);
}

}  // namespace

Tensor crossEntropy(const Tensor& logits_NK, const Tensor& class_N, const Tensor& weights_K, double smoothing)
{
    if (class_N.size(0) == 0)
        return logits_NK.sum() * 0.0;
    const Tensor weights = weights_K.defined() ? weights_K.to(logits_NK.scalar_type()) : Tensor();
    return at::cross_entropy_loss(logits_NK, class_N, weights, at::Reduction::Mean, -100, smoothing);
}

Tensor focalLoss(const Tensor& logits_NK, const Tensor& class_N, const Tensor& weights_K, double gamma)
{
    const Tensor logP_N = at::log_softmax(logits_NK, 1).gather(1, class_N.unsqueeze(1)).squeeze(1);
    const Tensor rest_N = (-at::expm1(logP_N)).clamp_min(kGuard);
    return weightedMean(-rest_N.pow(gamma) * logP_N, weightOfRow(weights_K, class_N, logits_NK));
}

Tensor klDivergence(const Tensor& logits_NK, const Tensor& share_NK)
{
    const Tensor there_N = share_NK.isnan().any(1).logical_not().to(logits_NK.scalar_type());
    const Tensor share = at::nan_to_num(share_NK, 0.0);
    const Tensor loss_N = (at::xlogy(share, share) - share * at::log_softmax(logits_NK, 1)).sum(1);
    return (loss_N * there_N).sum() / there_N.sum().clamp_min(1.0);
}

Tensor binaryCrossEntropy(const Tensor& logits_NK, const Tensor& label_NK, const LabelWeights& weights, double gamma)
{
    const Known k = known(label_NK);
    Tensor positive = k.target * at::log_sigmoid(logits_NK);
    Tensor negative = (1.0 - k.target) * at::log_sigmoid(-logits_NK);
    if (gamma > 0.0) {
        positive = positive * at::sigmoid(-logits_NK).pow(gamma);
        negative = negative * at::sigmoid(logits_NK).pow(gamma);
    }
    if (weights.positive_K.defined())
        positive = positive * weights.positive_K.to(logits_NK.scalar_type());
    Tensor loss = -(positive + negative) * k.mask;
    if (weights.weights_K.defined())
        loss = loss * weights.weights_K.to(logits_NK.scalar_type());
    return loss.sum() / k.count;
}

Tensor meanSquaredError(const Tensor& values, const Tensor& target)
{
    const Known k = known(target);
    return ((values - k.target).square() * k.mask).sum() / k.count;
}

Tensor poissonLoss(const Tensor& values, const Tensor& target)
{
    const Known k = known(target);
    return ((values - k.target * at::log(values + kGuard)) * k.mask).sum() / k.count;
}

Tensor pearsonLoss(const Tensor& values, const Tensor& target)
{
    const std::int64_t tasks = values.size(-1);
    const Known k = known(target.reshape({-1, tasks}));
    const Tensor x = values.reshape({-1, tasks});
    const Tensor count_T = k.mask.sum(0).clamp_min(1.0);
    const Tensor fromX = (x - (x * k.mask).sum(0) / count_T) * k.mask;
    const Tensor fromY = (k.target - k.target.sum(0) / count_T) * k.mask;
    const Tensor scale = (fromX.square().sum(0) * fromY.square().sum(0) + kGuard * kGuard).sqrt();
    return -((fromX * fromY).sum(0) / scale).mean();
}

Tensor pearsonPoissonLoss(const Tensor& values, const Tensor& target)
{
    const Tensor r = 1.0 + pearsonLoss(values, target);
    const Tensor p = poissonLoss(values, target);
    return 2.0 * r * p / (r + p);
}

Tensor multinomialLoss(const Tensor& logits_NBT, const Tensor& target_NBT)
{
    const Tensor reads = at::nan_to_num(target_NBT, 0.0).clamp_min(0.0);
    const Tensor total_NT = reads.sum(1);
    const Tensor logP_NT =
        at::lgamma(total_NT + 1.0) - at::lgamma(reads + 1.0).sum(1) + (reads * at::log_softmax(logits_NBT, 1)).sum(1);
    return -logP_NT.mean();
}

Tensor countsLoss(const Tensor& counts_NT, const Tensor& target_NBT, bool logs)
{
    const Tensor reads_NT = at::nan_to_num(target_NBT, 0.0).clamp_min(0.0).sum(1);
    return (counts_NT - (logs ? at::log1p(reads_NT) : reads_NT)).square().mean();
}

Tensor attentionOverlap(const nn::NamedTensors& outputs)
{
    Tensor sum;
    for (const auto& [name, attention] : outputs) {
        if (!name.starts_with("attention.") || attention.size(1) < 2)
            continue;
        const Tensor rows_NHL = attention.mean(2);
        const Tensor unit_NHL = rows_NHL / (rows_NHL.square().sum(2, true) + kGuard * kGuard).sqrt();
        const Tensor overlap_NHH =
            at::matmul(unit_NHL, unit_NHL.transpose(1, 2)) - at::eye(unit_NHL.size(1), unit_NHL.options());
        const Tensor part = overlap_NHH.square().sum({1, 2}).mean();
        sum = sum.defined() ? sum + part : part;
    }
    return sum;
}

FitLoss::FitLoss(TaskKind task, LossSettings settings, LabelWeights weights)
    : m_task(task), m_settings(std::move(settings)), m_weights(std::move(weights))
{
}

void FitLoss::to(torch::Device device)
{
    for (Tensor* weights : {&m_weights.weights_K, &m_weights.positive_K}) {
        if (weights->defined())
            *weights = weights->to(device);
    }
}

Tensor FitLoss::operator()(const Tensor& raw, const nn::NamedTensors& outputs, const Tensor& target) const
{
    const bool focal = m_settings.kind == "focal";
    switch (m_task) {
    case TaskKind::Classes:
        return focal ? focalLoss(raw, target, m_weights.weights_K, m_settings.focalGamma)
                     : crossEntropy(raw, target, m_weights.weights_K, m_settings.labelSmoothing);
    case TaskKind::Labels: return binaryCrossEntropy(raw, target, m_weights, focal ? m_settings.focalGamma : 0.0);
    case TaskKind::Distribution: return klDivergence(raw, target);
    case TaskKind::MaskedLetters: return crossEntropy(raw, target, {}, m_settings.labelSmoothing);
    case TaskKind::Numbers:
    case TaskKind::Profile: break;
    }
    return ofProfile(raw, outputs, target);
}

Tensor FitLoss::ofProfile(const Tensor& raw, const nn::NamedTensors& outputs, const Tensor& target) const
{
    const std::string& kind = m_settings.kind;
    if (kind == "mse")
        return meanSquaredError(raw, target);
    if (kind == "poisson")
        return poissonLoss(raw, target);
    if (kind == "pearson")
        return pearsonLoss(raw, target);
    if (kind == "pearson-poisson")
        return pearsonPoissonLoss(raw, target);
    if (kind == "mse-pearson")
        return meanSquaredError(raw, target) + m_settings.pearsonWeight * pearsonLoss(raw, target);
    const Tensor shape = multinomialLoss(raw, target);
    const auto counts = outputs.find("counts_NT");
    if (kind == "multinomial" || counts == outputs.end())
        return shape;
    return shape + m_settings.countsWeight * countsLoss(counts->second, target, m_settings.logCounts);
}

Result<LabelWeights> labelWeights(const LossSettings& settings, const dataset::Dataset& data,
                                  const std::vector<std::int32_t>& rows)
{
    const TaskKind kind = data.task.kind;
    const std::vector<std::string>& names = data.task.names;
    LabelWeights result;
    if (kind != TaskKind::Classes && kind != TaskKind::Labels)
        return result;
    std::vector<double> weights(names.size(), 1.0), positive(names.size(), 1.0);
    for (const auto& [name, value] : settings.weights) {
        const auto found = std::ranges::find(names, name);
        if (found == names.end())
            return fail(ErrorCode::InvalidArgument,
                        "The setting \"loss.weights." + name + "\" names no class or label of the data.");
        weights[std::size_t(found - names.begin())] =
            std::holds_alternative<double>(value) ? std::get<double>(value) : double(std::get<std::int64_t>(value));
    }
    if (settings.balance == "balanced") {
        std::vector<double> ones(names.size(), 0.0), zeros(names.size(), 0.0);
        for (const std::int32_t row : rows) {
            const std::vector<float>& target = data.examples[std::size_t(row)].target;
            if (kind == TaskKind::Classes)
                ones[std::size_t(target[0])] += 1.0;
            for (std::size_t i = 0; kind == TaskKind::Labels && i < names.size(); ++i) {
                ones[i] += target[i] == 1.0f ? 1.0 : 0.0;
                zeros[i] += target[i] == 0.0f ? 1.0 : 0.0;
            }
        }
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (ones[i] > 0.0 && kind == TaskKind::Classes)
                weights[i] *= double(rows.size()) / (double(names.size()) * ones[i]);
            else if (ones[i] > 0.0 && zeros[i] > 0.0)
                positive[i] = zeros[i] / ones[i];
        }
    }
    const auto equal = [](const std::vector<double>& values) {
        return std::ranges::all_of(values, [](double value) { return value == 1.0; });
    };
    if (!equal(weights))
        result.weights_K = torch::tensor(weights, torch::kFloat32);
    if (!equal(positive))
        result.positive_K = torch::tensor(positive, torch::kFloat32);
    return result;
}

}  // namespace nscope::fit
