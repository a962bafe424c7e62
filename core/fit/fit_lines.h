// Purpose: the lines of live metrics of a run and the parts of a report: one JSON object each, with a "type": start,
// train, validation, result. Field names are stable; times are seconds.
#pragma once

#include "core/fit/fit_judge.h"
#include "core/fit/fit_progress.h"

#include <nlohmann/json_fwd.hpp>

namespace nscope::fit {

/// What is said of the data and the network before training.
struct StartFacts {
    std::string architecture;
    std::int64_t parameters = 0, trained = 0;
    std::int64_t train = 0, validation = 0, test = 0;  ///< examples
    std::int64_t batchesPerEpoch = 0;
    std::int64_t leftOut = 0;        ///< rows of the data
    std::vector<std::string> fresh;  ///< weights that the file to start from has not
    std::vector<std::string> notes;
};

std::string startLine(const StartFacts& facts, const FitSettings& settings, const FitProgress& progress);
std::string trainingLine(const FitProgress& progress, double learningRate, double fraction, double examplesPerSecond);
/// `examples`: of examplesJson.
std::string validationLine(const FitProgress& progress, double fraction, double learningRate,
                           const Judgement& judgement, bool best, const nlohmann::json& examples);
/// A few of the judged examples, the same at every validation, to look at while a run goes on: [{"id": …, "true": class or
/// {name: number or null …}, "predicted": {name: number …}} …]; of profiles one with its first signal, {"id": …,
/// "signal": name, "measured": [numbers …], "predicted": [numbers …]} over at most 256 stretches; of letters none.
nlohmann::json examplesJson(const dataset::Dataset& data, const Judge& judge);

/// {"examples": …, "loss": …, metric: value …}
nlohmann::json metricsJson(const Judgement& judgement);
/// {metric: [low, high] …}
nlohmann::json intervalsJson(const Judgement& judgement);
/// [{"changed": share of the letters, "metrics": {…}} …]
nlohmann::json robustnessJson(const std::vector<DisturbedJudgement>& disturbed);
/// For cards: metrics, then "<metric>_low" and "<metric>_high" of those in `main`.
std::vector<data::NamedValue> namedMetrics(const Judgement& judgement, const std::vector<std::string>& main);

/// One line per judged row: id, length, what is true and what the network says; empty for profiles and letters.
std::string predictionTable(const dataset::Dataset& data, const Judge& judge);

}  // namespace nscope::fit
