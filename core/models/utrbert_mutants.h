// Purpose: exact mutagenesis of 3UTRBERT: of a sequence of several windows only those that hold a changed k-mer are
// computed again, and those with less work than a whole pass (nn/bert_changes.h). Same numbers as whole runs, up to the
// rounding of float32. Memory: packed weights and kept windows up to the budget; a batch is cut to the rest.
// Thread: one at a time.
#pragma once

#include "core/models/utrbert.h"

namespace nscope::models {

/// nullptr on a graphics card, in training, and where nothing of a sequence is left to read.
std::unique_ptr<nn::MutantScorer> makeUtrbertMutants(UtrbertImpl& net, std::string_view letters,
                                                     const nn::Target& target, std::int64_t budgetBytes,
                                                     const nn::PassOptions& options);

}  // namespace nscope::models
