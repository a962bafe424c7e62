// Purpose: what the tests of the trainer share: the list of suites, made-up data that can be learned, and runs in memory.
#pragma once

#include "core/fit/fit_run.h"
#include "core/models/weights.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace nscope::tests {

int runFitAugmentSuite(int argc, char** argv);
int runFitLossSuite(int argc, char** argv);
int runFitMetricsSuite(int argc, char** argv);
int runFitOptimiserSuite(int argc, char** argv);
int runFitPrecisionSuite(int argc, char** argv);
int runFitRunSuite(int argc, char** argv);
int runFitSeriesSuite(int argc, char** argv);
int runFitSettingsSuite(int argc, char** argv);
int runFitZooSuite(int argc, char** argv);

/// Random letters in which GATTACA stands `copies` times; every fourth example is for validation, every fourth for the
/// test, the others for training. The target follows from the copies (0, 1 or 2):
///   classes 0 | 1, labels {0 | 1, unknown or not}, shares, numbers, or a profile that is high where the motif stands.
dataset::Dataset motifData(dataset::TaskKind kind, std::vector<std::string> names, int count, int lengthNt,
                           std::int64_t binNt = 8);

/// The members of a model of the architecture "custom": its network is this JSON.
std::string customModel(const std::string& network);

/// Settings of a short run; `model` and `extra` are JSON members: "\"architecture\": …", "\"seed\": 2".
fit::FitSettings shortRun(dataset::TaskKind kind, const std::string& model, const std::string& extra = {});

/// "model" of a small network for motifData of 60 letters and the classes "without" and "with".
std::string motifNet();
/// On those data: all that could make a resumed run differ, dropout, running statistics, accumulation, averages, changes.
fit::FitSettings restlessRun();

/// Of a file in the folder.
models::StateDict weights(const TemporaryFolder& folder, const std::string& name);
bool equal(const models::StateDict& a, const models::StateDict& b);

struct Outcome {
    std::vector<nlohmann::json> lines;
    std::optional<Error> error;
    std::int64_t done = 0, total = 0;

    std::vector<nlohmann::json> ofType(const std::string& type) const;
};

/// Advances a job to its end; after `stopAfter` steps it is asked to stop.
Outcome runJob(engine::Job& job, std::size_t stopAfter = std::size_t(-1));
/// A run over these data in a folder.
Outcome runFit(const fit::FitSettings& settings, const dataset::Dataset& data, const std::string& directory,
               bool resume = false, std::size_t stopAfter = std::size_t(-1));

}  // namespace nscope::tests
