#include "core/train/optimiser.h"

namespace nscope::train {

using torch::Tensor;

Optimiser::Optimiser(const torch::OrderedDict<std::string, Tensor>& parameters, const OptimiserConfig& config)
    : m_config(config)
{
    const torch::NoGradGuard noGrad;
    for (const auto& item : parameters) {
        Slot slot;
        slot.name = item.key();
        slot.value = item.value();
        slot.first = torch::zeros_like(slot.value);
        if (!isSgd())
            slot.second = torch::zeros_like(slot.value);
        slot.decays = slot.value.dim() > 1 && slot.name.find("global_filter") == std::string::npos;
        if (averages())
            slot.average = slot.value.detach().clone();
        m_slots.push_back(std::move(slot));
    }
}

void Optimiser::clearGradients()
{
    for (Slot& slot : m_slots)
        slot.value.mutable_grad().reset();
}

double Optimiser::clip()
{
    const torch::NoGradGuard noGrad;
    std::vector<Tensor> squares;
    for (const Slot& slot : m_slots) {
        if (slot.value.grad().defined())
            squares.push_back(slot.value.grad().square().sum());
    }
    if (squares.empty())
        return 0.0;
    const double norm = std::sqrt(at::stack(squares).to(torch::kFloat64).sum().item<double>());
    if (m_config.clipNorm > 0.0 && norm > m_config.clipNorm) {
        for (Slot& slot : m_slots) {
            if (slot.value.grad().defined())
                slot.value.mutable_grad().mul_(m_config.clipNorm / (norm + 1e-6));
        }
    }
    return norm;
}

double Optimiser::scheduledMomentum(std::int64_t step) const
{
    constexpr double kBase = 0.96, kDecay = 0.004;
    return m_config.beta1 * (1.0 - 0.5 * std::pow(kBase, double(step) * kDecay));
}

void Optimiser::advance()
{
    ++m_steps;
    m_momentumProduct *= scheduledMomentum(m_steps);
}

Optimiser::Nesterov Optimiser::nesterov() const
{
    const double next = scheduledMomentum(m_steps + 1);
    return {next / (1.0 - m_momentumProduct * next),
            (1.0 - scheduledMomentum(m_steps)) / (1.0 - m_momentumProduct)};
}

void Optimiser::move(Slot& slot, const Tensor& gradient, double learningRate) const
{
    if (isSgd()) {
        // As torch has it, the first step takes the gradient whole.
        if (m_steps == 1)
            slot.first.copy_(gradient);
        else
            slot.first.mul_(m_config.momentum).add_(gradient);
        slot.value.add_(slot.first, -learningRate);
        return;
    }
    const double correction1 = 1.0 - std::pow(m_config.beta1, double(m_steps));
    const double correction2 = 1.0 - std::pow(m_config.beta2, double(m_steps));
    slot.first.lerp_(gradient, 1.0 - m_config.beta1);
    slot.second.mul_(m_config.beta2).addcmul_(gradient, gradient, 1.0 - m_config.beta2);
    const Tensor scale = slot.second.sqrt().div_(std::sqrt(correction2)).add_(m_config.epsilon);
    if (m_config.kind == "nadam") {
        const Nesterov factor = nesterov();
        slot.value.addcdiv_(gradient, scale, -learningRate * factor.gradient);
        slot.value.addcdiv_(slot.first, scale, -learningRate * factor.moment);
        return;
    }
    slot.value.addcdiv_(slot.first, scale, -learningRate / correction1);
}

void Optimiser::step(double learningRate)
{
    const torch::NoGradGuard noGrad;
    advance();
    for (Slot& slot : m_slots) {
        Tensor gradient = slot.value.grad();
        if (!gradient.defined())
            continue;
        if (slot.decays && m_config.weightDecay > 0.0) {
            if (decouplesDecay())
                slot.value.mul_(1.0 - learningRate * m_config.weightDecay);
            else
                gradient = gradient.add(slot.value, m_config.weightDecay);
        }
        move(slot, gradient, learningRate);
        if (averages()) {
            // Early on the average follows fast, so that it does not remember the initial weights.
            const double decay = std::min(m_config.averageDecay, double(1 + m_steps) / double(10 + m_steps));
            slot.average.lerp_(slot.value, 1.0 - decay);
        }
    }
}

models::StateDict Optimiser::averagedWeights() const
{
    models::StateDict weights;
    for (const Slot& slot : m_slots)
        weights[slot.name] = averages() ? slot.average : slot.value.detach();
    return weights;
}

models::StateDict Optimiser::state() const
{
    models::StateDict all;
    for (const Slot& slot : m_slots) {
        all[slot.name + ".first"] = slot.first;
        if (!isSgd())
            all[slot.name + ".second"] = slot.second;
        if (averages())
            all[slot.name + ".average"] = slot.average;
    }
    return all;
}

Result<void> Optimiser::restore(const models::StateDict& state, std::int64_t steps)
{
    const torch::NoGradGuard noGrad;
    auto take = [&state](const std::string& name, Tensor& into) -> Result<void> {
        const auto it = state.find(name);
        if (it == state.end() || it->second.sizes() != into.sizes())
            return fail(ErrorCode::ModelMismatch, "The checkpoint does not belong to this network: \"" + name
                            + "\" is missing or has another shape. Start anew in another folder.");
        into.copy_(it->second);
        return {};
    };
    for (Slot& slot : m_slots) {
        auto done = take(slot.name + ".first", slot.first);
        if (done && !isSgd())
            done = take(slot.name + ".second", slot.second);
        if (done && averages())
            done = take(slot.name + ".average", slot.average);
        if (!done)
            return done;
    }
    m_steps = 0;
    m_momentumProduct = 1.0;
    while (m_steps < steps)
        advance();
    return {};
}

}  // namespace nscope::train
