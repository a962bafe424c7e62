// Purpose: what a sequence is compared with: no letters, all letters equally, or its own shuffles. Thread: any.
#pragma once

#include "core/interpret/mixtures.h"

namespace nscope::interpret {

/// Options "baseline" (uniform, zero, shuffled, synonymous), "shuffles" and "seed".
std::vector<engine::OptionSpec> baselineOptions();

/// [L,C] each: one for uniform and zero, "shuffles" of the other two.
Result<std::vector<torch::Tensor>> baselines_LC(const ExplainOrder& order, const Mixtures& mixtures);

/// `count` shuffles of the kind that the option "baseline" names; the i-th has the seed "seed" + i. Errors:
/// InvalidArgument for synonymous ones of a record without a coding region of whole codons.
/// Source: Altschul & Erickson 1985; spec/models.md 1.9.
Result<std::vector<torch::Tensor>> shuffledBaselines_LC(const ExplainOrder& order, const Mixtures& mixtures,
                                                        std::int64_t count);

/// Options "shuffles" and "seed" alone.
std::vector<engine::OptionSpec> shuffleOptions(std::int64_t count);
/// "baseline" where there are only shuffles.
engine::OptionSpec shuffleKindOption();

}  // namespace nscope::interpret
