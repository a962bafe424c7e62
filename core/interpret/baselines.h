// Purpose: what a sequence is compared with: no letters, all letters equally, or its own shuffles. Thread: any.
#pragma once

#include "core/interpret/mixtures.h"

namespace nscope::interpret {

/// Options "baseline" (uniform, zero, shuffled), "shuffles" and "seed".
std::vector<engine::OptionSpec> baselineOptions();

/// [L,C] each: one for uniform and zero, "shuffles" dinucleotide shuffles otherwise.
Result<std::vector<torch::Tensor>> baselines_LC(const ExplainOrder& order, const Mixtures& mixtures);

/// `count` dinucleotide shuffles; the i-th has the seed `seed` + i. Source: Altschul & Erickson 1985.
Result<std::vector<torch::Tensor>> shuffledBaselines_LC(const ExplainOrder& order, const Mixtures& mixtures,
                                                        std::int64_t count, std::int64_t seed);

/// Options "shuffles" and "seed" alone.
std::vector<engine::OptionSpec> shuffleOptions(std::int64_t count);

}  // namespace nscope::interpret
