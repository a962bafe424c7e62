// Purpose: Adam, AdamW, NAdam and SGD with momentum, weight decay on matrices only, gradient clipping, an optional running
// average of the weights, and a state that can be stored and restored exactly.
// Source: Kingma & Ba 2015; Loshchilov & Hutter 2019 (decoupled decay); Dozat 2016 with the momentum schedule of Keras
// (NAdam); Polyak & Juditsky 1992 for averaging.
#pragma once

#include "core/models/weights.h"
#include "core/train/train_config.h"

namespace nscope::train {

class Optimiser {
public:
    /// Parameters by name; those of a frequency filter, biases and norms are not decayed.
    Optimiser(const torch::OrderedDict<std::string, torch::Tensor>& parameters, const OptimiserConfig& config);

    void clearGradients();
    /// Norm of all gradients before clipping.
    double clip();
    void step(double learningRate);
    std::int64_t steps() const { return m_steps; }

    bool averages() const { return m_config.averageDecay > 0.0; }
    /// The averaged weights (the current ones without averaging), detached, by name.
    models::StateDict averagedWeights() const;

    /// Moments and averages as "<name>.first", ".second" (not for sgd), ".average".
    models::StateDict state() const;
    Result<void> restore(const models::StateDict& state, std::int64_t steps);

private:
    struct Slot {
        std::string name;
        torch::Tensor value, first, second, average;
        bool decays = false;
    };
    bool isSgd() const { return m_config.kind == "sgd"; }
    bool decouplesDecay() const { return m_config.kind == "adamw"; }
    void move(Slot& slot, const torch::Tensor& gradient, double learningRate) const;
    /// Factors of the moment and of the gradient in NAdam's step, bias corrections included.
    struct Nesterov {
        double moment = 0.0, gradient = 0.0;
    };
    Nesterov nesterov() const;
    /// NAdam: μ of a step, and the product of those of all steps up to m_steps.
    double scheduledMomentum(std::int64_t step) const;
    void advance();

    OptimiserConfig m_config;
    std::vector<Slot> m_slots;
    std::int64_t m_steps = 0;
    double m_momentumProduct = 1.0;
};

}  // namespace nscope::train
