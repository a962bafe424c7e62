// Purpose: which stretches of a genome two signals are compared on: those of a BED file, whole chromosomes by name, or all
// that both files have; cut into windows of equal length if asked for; and where they lie in files that may name their
// chromosomes differently.
// Positions are 0-based half-open. Errors: those of the files; NotFound with both files' names where none means the same
// chromosome. Thread: any.
#pragma once

#include "core/data/locus.h"
#include "core/io/annotation_lines.h"
#include "core/io/named_signal.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nscope::study {

using io::NamedSignal;

struct TrackRegion {
    std::string name;   ///< of the BED line; else the place as text
    data::Locus locus;  ///< its chromosome as who asked names it
};

struct RegionsAsked {
    std::string bed;          ///< path; empty: none
    std::string chromosomes;  ///< names with blanks or commas between, instead of a BED file; empty: all that both have
    std::int64_t windowNt = 0;  ///< 0: regions as they are; else cut into windows, without a shorter one at the end
};

struct RegionsChosen {
    std::vector<TrackRegion> regions;
    std::vector<std::string> notes;  ///< a sentence each
};

Result<RegionsChosen> chooseRegions(const RegionsAsked& asked, const NamedSignal& predicted,
                                    const NamedSignal& measured, const io::ReadControl& control);

/// A region under both files' names of its chromosome.
struct PlacedRegion {
    std::size_t region = 0;  ///< index
    std::string predictedChromosome, measuredChromosome;
};

struct RegionLeftOut {
    std::string line, region, reason;
};

/// Regions that lie in both files and hold a bin; the others go to `leftOut`.
Result<std::vector<PlacedRegion>> placeRegions(std::span<const TrackRegion> regions, const NamedSignal& predicted,
                                               const NamedSignal& measured, std::int64_t binNt, const std::string& line,
                                               std::vector<RegionLeftOut>& leftOut);

/// How many regions share bases with one before them.
std::int64_t overlapCount(std::span<const TrackRegion> regions);

}  // namespace nscope::study
