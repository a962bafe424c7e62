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
    double squares = 0.0;
    for (const Slot& slot : m_slots) {
        if (slot.value.grad().defined())
            squares += slot.value.grad().square().sum().item<double>();
    }
    const double norm = std::sqrt(squares);
    if (m_config.clipNorm > 0.0 && norm > m_config.clipNorm) {
        for (Slot& slot : m_slots) {
            if (slot.value.grad().defined())
                slot.value.mutable_grad().mul_(m_config.clipNorm / (norm + 1e-6));
        }
    }
    return norm;
}

void Optimiser::step(double learningRate)
{
    const torch::NoGradGuard noGrad;
    ++m_steps;
    const double correction1 = 1.0 - std::pow(m_config.beta1, double(m_steps));
    const double correction2 = 1.0 - std::pow(m_config.beta2, double(m_steps));
    for (Slot& slot : m_slots) {
        const Tensor gradient = slot.value.grad();
        if (!gradient.defined())
            continue;
        if (slot.decays && m_config.weightDecay > 0.0)
            slot.value.mul_(1.0 - learningRate * m_config.weightDecay);
        slot.first.lerp_(gradient, 1.0 - m_config.beta1);
        slot.second.mul_(m_config.beta2).addcmul_(gradient, gradient, 1.0 - m_config.beta2);
        const Tensor scale = slot.second.sqrt().div_(std::sqrt(correction2)).add_(m_config.epsilon);
        slot.value.addcdiv_(slot.first, scale, -learningRate / correction1);
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
        if (done)
            done = take(slot.name + ".second", slot.second);
        if (done && averages())
            done = take(slot.name + ".average", slot.average);
        if (!done)
            return done;
    }
    m_steps = steps;
    return {};
}

}  // namespace nscope::train
