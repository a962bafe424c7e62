// Purpose: how much faster exact mutagenesis is here than running every mutant whole: the networks of the goals
// (spec/algorithms.md §2) with fresh weights, measured in one process, the peer at the fastest of several batch sizes.
// Thread: one at a time. Blocking, seconds to a minute a row; the stop token is polled in every pass.
#pragma once

#include "core/nn/sequence_net.h"

#include <string>
#include <vector>

namespace nscope::torch_module {

struct SpeedRow {
    std::string id;            ///< "basset/1000": network and length in nt
    std::string architecture;  ///< and its options
    data::OptionMap options;
    std::int64_t lengthNt = 0;
    double goal = 0.0;         ///< times; 0: none
    std::size_t runMutants = 48;  ///< neighbouring mutants that are asked for together, as a window on screen does
    std::int64_t budgetBytes = std::int64_t(256) << 20;  ///< of the network's own scorer
};
const std::vector<SpeedRow>& speedRows();

struct SpeedMeasure {
    std::int64_t mutants = 0;
    double seconds = 0.0;       ///< of all mutants by the network's own scorer (scaled), its reference pass included
    double wholeSeconds = 0.0;  ///< that running all of them whole would take, scaled from those timed
    double times = 0.0;         ///< wholeSeconds / seconds
    double timesCpu = 0.0;      ///< the same by the processor time of all threads, which a busy machine blurs less
    double worst = 0.0;         ///< largest difference from the whole runs as a part of the scores' range
    std::int64_t timed = 0;     ///< mutants that were run whole at the fastest batch size
    std::int64_t batch = 0;     ///< that batch size
    std::int64_t timedOwn = 0;  ///< mutants that were run by the network's own scorer; fewer than all where it is slow
};

/// Runs mutants whole for `wholeSeconds` per batch size, then by the network's own scorer, all or four times as long. Throws
/// nn::Cancelled, and std::invalid_argument for a row whose network cannot be made or has no scorer of its own.
SpeedMeasure measureSpeed(const SpeedRow& row, double wholeSeconds, const nn::PassOptions& options);

}  // namespace nscope::torch_module
