// Purpose: what GOPHER's networks share: the cell lines, options, the fitting of 2048 nt, and the layers of their
// heads. Source: spec/models.md 4.1, 4.2 (Toneyan, Tang & Koo 2022). Thread: any.
#pragma once

#include "core/models/option_list.h"
#include "core/models/stack_net.h"

namespace nscope::models {

inline constexpr std::int64_t kGopherLengthNt = 2048;
inline constexpr std::string_view kGopherCitation =
    "Toneyan, Tang & Koo 2022, Nature Machine Intelligence (GOPHER)";

/// The 15 ENCODE ATAC-seq cell lines, separated by commas.
std::string gopherTasks();

/// "tasks" and "length".
std::vector<engine::OptionSpec> gopherOptions();
engine::OptionSpec firstActivationOption();
nn::Activation firstActivation(const OptionReader& options);

/// "head": labels, classes or values.
engine::OptionSpec headOption();
HeadKind chosenHead(const OptionReader& options);

/// Head and input of the recipe: the options "tasks" and "length", one-hot with zeros for other letters.
StackRecipe gopherRecipe(const OptionReader& options, HeadKind head);

/// Bins of "length"; the error names the options if the bins do not fill it.
Result<std::int64_t> binCount(std::int64_t lengthNt, std::int64_t binNt);

/// Dense and softplus at every bin.
nn::Layers singleHead(std::int64_t tasks);
/// A convolution of its own for every task, then dense and softplus.
nn::Layers taskHeads(std::int64_t tasks, std::int64_t filters);

}  // namespace nscope::models
