// Purpose: the end of a training run: weights, and a card with what the model was measured to do on held-out rows, next
// to the baselines on the same rows, and a golden example.
#pragma once

#include "core/models/bioseq2seq.h"
#include "core/train/labelled_records.h"
#include "core/train/run_folder.h"

namespace nscope::train {

struct ModelReport {
    const TrainConfig& config;
    const TrainingData& data;
    const RunProgress& progress;
    double threshold = 0.0;               ///< already folded into the weights
    const std::vector<double>& testScores;  ///< log-odds of data.rows.test
};

/// Writes model.safetensors and model.card.json; returns the line of metrics to publish. Throws nn::Cancelled.
Result<std::string> writeModel(models::Bioseq2Seq& net, const ModelReport& report, const RunFolder& folder,
                               const nn::PassOptions& options);

/// A made-up mRNA for golden examples: a leader, ATG, sense codons, a stop, a trailer; the same for the same seed.
std::string goldenLetters(std::uint64_t seed);

}  // namespace nscope::train
