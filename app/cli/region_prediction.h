// Purpose: `predict --genome`: what a model predicts along regions of a genome, chunk by chunk in bounded memory. Finished
// chunks are kept in <output>.parts until the output is complete, so that the same command goes on where a run stopped.
// Errors: those of the genome, the model and the writers; Cancelled with a sentence that says how to go on.
#pragma once

#include "app/cli/command.h"
#include "app/cli/region_source.h"
#include "core/study/region_signal.h"

#include <string>

namespace nscope::cli {

struct RegionPrediction {
    std::string model;
    RegionOptions regions;
    study::RegionOrder order;
    std::int64_t chunkNt = 0;  ///< 0: chosen
    std::string output;
};
/// --strand, --score, --window, --step, --bins, --chunk.
void addRegionPredictionOptions(CLI::App& app, RegionPrediction& prediction);

Result<void> predictRegions(const RegionPrediction& prediction, const Context& context);

}  // namespace nscope::cli
