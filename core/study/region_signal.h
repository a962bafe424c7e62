// Purpose: what a model predicts along stretches of a genome, piece by piece, as bins of numbers. Profiles of overlapping
// windows are stitched (core/analysis/region_tiles.h); a model that gives numbers per sequence gives one per bin, from
// the window whose anchor (engine/input_anchor.h) is the middle base of the bin.
// A stretch is cut into chunks at borders of bins; a chunk depends on nothing but the stretch and its own place, so that
// the signal is bit for bit the same however long the chunks are.
// Unknown letters: a profile's window without any known base is not run, a number's window in which fewer than half are
// known (bases beyond the end of the chromosome are N) gives no value; nor is there one for a bin of unknown bases.
// Thread: values; any. What runs the model blocks.
#pragma once

#include "core/data/splicing.h"
#include "core/data/track.h"
#include "core/engine/backend.h"
#include "core/study/open_genome.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nscope::study {

/// Nucleotides from one number to the next, unless another step is asked for.
inline constexpr std::int64_t kNumbersStepNt = 100;

/// What of a region's signal was asked for; 0 and empty: the default.
struct RegionOrder {
    data::Strand strand = data::Strand::Forward;  ///< None: both
    std::string score{};        ///< a scalar or class; empty: the profile, else the first scalar, else the first class
    std::int64_t windowNt = 0;  ///< of models that read any length
    std::int64_t stepNt = 0;    ///< profiles: half a window's profile; numbers: kNumbersStepNt
    std::int64_t outputBinNt = 0;
};

/// How the signal is made. Rows are tasks; of numbers the score, or "plus" and "minus" for both strands.
struct RegionSignal {
    bool isProfile = false;
    data::Strand strand = data::Strand::Forward;
    std::string score;  ///< of numbers
    std::int64_t windowNt = 0, stepNt = 0;
    std::int64_t anchorNt = 0;                         ///< numbers: index in the window, on its own strand
    std::int64_t binNt = 0;                            ///< of what the model gives
    std::int64_t outputBinNt = 0;                      ///< a multiple of binNt: means of them
    std::int64_t profileStartNt = 0, profileBins = 0;  ///< of a whole window
    std::vector<std::string> rows;
};

/// Runs the model on windows and hands over the prediction of each, in any order.
using WindowVisitor = std::function<Result<void>(std::size_t window, const data::Prediction& prediction)>;
using WindowRunner = std::function<Result<void>(const data::TranscriptSet& windows, const WindowVisitor& visit)>;

/// The scalar or class that is asked for ("PC" or "p_PC"), or the first there is. Errors: InvalidArgument, with the names
/// that there are.
Result<std::string> scoreOf(const engine::ModelInfo& model, const std::string& asked);
/// std::nullopt: the prediction has no such scalar or class.
std::optional<double> numberOf(const data::Prediction& prediction, const std::string& name);

/// Runs one window to see the profile's bins. Errors: InvalidArgument, one sentence, for what this model cannot do.
Result<RegionSignal> planSignal(const engine::ModelInfo& model, const RegionOrder& order, const WindowRunner& run);

/// Chunks of about `chunkNt`, ascending, each beginning at a bin; the first may begin before the stretch by less than one.
std::vector<data::Interval> chunksOf(const RegionSignal& signal, const HeldStretch& stretch, std::int64_t chunkNt);

/// The signal of a chunk of the stretch; NaN where there is no value. It may begin before the stretch and end behind it
/// by less than an output bin. `progressed`: windows done and in all; may be empty.
/// Errors: those of `letters` and `run`; Internal for a prediction without the values that the plan names.
Result<data::Track> chunkSignal(const RegionSignal& signal, const HeldStretch& stretch, data::Interval chunk,
                                const data::GenomeLetters& letters, const WindowRunner& run,
                                const std::function<void(std::int64_t, std::int64_t)>& progressed = {});

}  // namespace nscope::study
