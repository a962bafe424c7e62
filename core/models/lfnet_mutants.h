// Purpose: exact mutagenesis of an LFNet model without recomputing everything (spec/algorithms.md §1). A mutation
// reaches (2ℓ+1)·W/2 positions of layer ℓ: only those frames and rows are recomputed, and only the changed columns of
// the encoder–decoder attention; the rest comes from the reference pass. Mutants of one hop (W/2 positions) share
// their window and run as one batch. Same numbers as full passes, up to the rounding of float32.
// Memory: the reference keeps 2 activations of every layer; a batch is cut to the budget. Thread: one at a time.
#pragma once

#include "core/models/bioseq2seq.h"

namespace nscope::models {

/// nullptr if the model is not an LFNet (then every mutant is run in full).
std::unique_ptr<nn::MutantScorer> makeLfnetMutants(Bioseq2SeqImpl& net, std::string_view letters,
                                                   const nn::Target& target, std::int64_t budgetBytes,
                                                   const nn::PassOptions& options);

}  // namespace nscope::models
