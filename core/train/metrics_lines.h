// Purpose: the lines of live metrics of a training run: one JSON object each, with a "type": start, train, validation,
// result. Field names are stable; times are seconds, lengths nucleotides.
#pragma once

#include "core/models/bioseq2seq.h"
#include "core/train/labelled_records.h"
#include "core/train/metrics.h"
#include "core/train/run_progress.h"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

namespace nscope::train {

std::string startLine(const TrainConfig& config, const TrainingData& data, const models::Bioseq2SeqImpl& net,
                      const RunProgress& progress);
std::string trainingLine(const RunProgress& progress, double learningRate, double fraction, double ntPerSecond);
std::string validationLine(const RunProgress& progress, double fraction, const ClassMetrics& metrics, double logLoss,
                           bool best);
/// What the lines of every kind of run say of training and of a validation beside its own numbers.
nlohmann::json trainingPart(const RunState& progress, double learningRate, double fraction);
nlohmann::json validationPart(const RunState& progress, double fraction, bool best);
/// All numbers of a judgement, by the names used in cards and reports.
nlohmann::json metricsJson(const ClassMetrics& metrics);
std::vector<data::NamedValue> namedMetrics(const ClassMetrics& metrics);

/// Mean of log(1 + e^∓s): negative log-likelihood of the class under log-odds s.
double meanLogLoss(std::span<const double> logOdds, std::span<const std::uint8_t> labels);

}  // namespace nscope::train
