#include "core/interpret/mixtures.h"

#include <algorithm>

namespace nscope::interpret {

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kStepSeconds = 0.04;
constexpr std::int64_t kMostRows = 256;

}  // namespace

std::int64_t Pace::next(std::int64_t left)
{
    m_started = Clock::now();
    return std::min({m_units, m_limit, left});
}

void Pace::finished(std::int64_t units)
{
    const double perUnit = std::chrono::duration<double>(Clock::now() - m_started).count() / double(units);
    // At most four times as many as before: the first pass of a size pays for its memory.
    m_units = std::clamp<std::int64_t>(std::int64_t(kStepSeconds / std::max(perUnit, 1e-9)), 1, 4 * units);
}

bool Pace::halve()
{
    if (m_limit <= 1)
        return false;
    m_limit /= 2;
    return true;
}

Mixtures::Mixtures(const ExplainOrder& order)
    : m_net(order.net), m_target(order.target), m_plain(passCost(order, false)), m_gradient(passCost(order, true)),
      m_budgetBytes(order.budgetBytes)
{
    const c10::InferenceMode notInference(false);
    m_encoded = m_net->encode(order.letters, order.features);
    m_sequence_LC = m_net->onehot(m_encoded).onehot_NLC[0].detach();
}

torch::Tensor Mixtures::nothing_LC() const
{
    const c10::InferenceMode notInference(false);
    return torch::zeros_like(m_sequence_LC);
}

torch::Tensor Mixtures::evenBases_LC(double share) const
{
    const c10::InferenceMode notInference(false);
    torch::Tensor rows = torch::zeros_like(m_sequence_LC);
    for (const int channel : m_net->baseChannels())
        rows.select(1, channel).fill_(share);
    return rows;
}

torch::Tensor Mixtures::letters_LC(std::string_view letters) const
{
    const c10::InferenceMode notInference(false);
    return m_net->onehot(m_net->encode(letters)).onehot_NLC[0].detach();
}

std::int64_t Mixtures::rowsPerPass(bool gradient) const
{
    return std::clamp<std::int64_t>(m_budgetBytes / (gradient ? m_gradient : m_plain).further, 1, kMostRows);
}

nn::NetInput Mixtures::input(const torch::Tensor& rows_RLC) const
{
    nn::NetInput result = nn::repeated(m_encoded, rows_RLC.size(0));
    result.ids_NL = torch::Tensor();
    result.onehot_NLC = rows_RLC;
    return result;
}

nn::NamedTensors Mixtures::outputs(const torch::Tensor& rows_RLC, const nn::PassOptions& options) const
{
    const c10::InferenceMode inference;
    return m_net->forward(input(rows_RLC), options);
}

std::vector<double> Mixtures::scores(const torch::Tensor& rows_RLC, const nn::PassOptions& options) const
{
    const c10::InferenceMode inference;
    const torch::Tensor score_R = m_net->score_N(m_net->forward(input(rows_RLC), options), m_target)
                                      .to(torch::kCPU, torch::kFloat64).contiguous();
    return {score_R.data_ptr<double>(), score_R.data_ptr<double>() + score_R.numel()};
}

torch::Tensor Mixtures::weightedGradient_LC(const torch::Tensor& rows_RLC, const torch::Tensor& weight_RLC,
                                            const nn::PassOptions& options) const
{
    const c10::InferenceMode notInference(false);
    const at::AutoGradMode withGradient(true);
    nn::NetInput batch = input(rows_RLC.detach());
    batch.onehot_NLC.requires_grad_(true);
    const torch::Tensor score = m_net->score_N(m_net->forward(batch, options), m_target).sum();
    const torch::Tensor gradient_RLC = torch::autograd::grad({score}, {batch.onehot_NLC}).front();
    return (gradient_RLC.to(torch::kCPU, torch::kFloat64) * weight_RLC).sum(0);
}

std::int64_t mixtureBytes(const ExplainOrder& order, bool gradient)
{
    const PassCost cost = passCost(order, gradient);
    const std::int64_t rows = std::clamp<std::int64_t>(order.budgetBytes / cost.further, 1, kMostRows);
    return cost.first + (rows - 1) * cost.further + order.length() * 8 * order.net->channelCount() * (rows + 8);
}

}  // namespace nscope::interpret
