// Purpose: what the window asks for before a training begins, as typed options from which its forms are made, and the
// way between their values and run.json (docs/training.md). Ids are dotted keys of run.json: "data.split.by".
// Defaults of training options are not here: they come from the recipe of the architecture. Thread: any.
#pragma once

#include "core/dataset/dataset.h"
#include "core/engine/specs.h"

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <vector>

namespace nscope::study {

struct TaskDescription {
    dataset::TaskKind kind;
    const char* id;    ///< as in run.json
    const char* name;  ///< "Classes"
    const char* help;  ///< one sentence, with an example
};
std::span<const TaskDescription> trainingTasks();

/// Files and columns.
std::vector<engine::OptionSpec> dataOptions(dataset::TaskKind task);
std::vector<engine::OptionSpec> splitOptions(dataset::TaskKind task);
/// What is changed most; everything else stays as the recipe has it.
std::vector<engine::OptionSpec> trainingOptions(dataset::TaskKind task);
std::vector<engine::OptionSpec> cardOptions();
/// Weights to start from and what of them stays as it is.
std::vector<engine::OptionSpec> startOptions();
/// Ids of architectures that learn such a task, those first that suit it best.
std::vector<std::string> architecturesFor(dataset::TaskKind task);
/// What a plan of a training (engine::Analysis::PlanTraining) needs to know of the data, as its object "dataset".
nlohmann::json datasetFacts(const dataset::Dataset& data);

/// Puts values under their keys; empty texts are left out, so that the default holds.
void putOptions(nlohmann::json& run, const std::vector<engine::OptionSpec>& options, const data::OptionMap& values);
/// The values that stand there, of the right type.
data::OptionMap optionsOf(const nlohmann::json& run, const std::vector<engine::OptionSpec>& options);

/// "a; b" as {"a", "b"}.
std::vector<std::string> listOf(const std::string& text);

}  // namespace nscope::study
