// Purpose: the end of a run: weights, and a card with settings, what the network was measured to do on held-out rows,
// and a golden example. Errors: those of the writers. Thread: one at a time (it runs the network).
#pragma once

#include "core/dataset/baselines.h"
#include "core/fit/fit_judge.h"
#include "core/fit/fit_progress.h"
#include "core/train/run_folder.h"

namespace nscope::fit {

/// How the weights of a model came about.
struct WeightsOrigin {
    std::string procedure;   ///< for the card
    double bestValue = 0.0;  ///< of the validation that chose them
};

/// What a run did, in sentences. `device`: where it ran.
std::string procedureText(const FitSettings& settings, const dataset::Task& task, const FitProgress& progress,
                          torch::Device device);

struct FitReport {
    const FitSettings& settings;
    const dataset::Dataset& data;
    const WeightsOrigin& origin;
    const Judgement& heldOut;
    const std::vector<DisturbedJudgement>& disturbed;       ///< of these rows, or some of them
    const std::vector<dataset::BaselineNumber>& baselines;  ///< on the same rows
    std::string_view heldOutRows;                           ///< "test rows", "validation rows"
};

/// Writes model.safetensors and model.card.json; returns the line of metrics to publish.
Result<std::string> writeModel(nn::SequenceNet& net, const FitReport& report, const train::RunFolder& folder);

}  // namespace nscope::fit
