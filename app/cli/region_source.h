// Purpose: the places on a genome that a command works on: of a BED file, named one by one, or all of it.
// Regions that overlap or touch become one, so that every base is there once; the strand of a BED line does not count.
// Regions of a file that the genome does not hold are left out and listed; of one that is partly held, what is held stays.
// Errors: those of the readers; NotFound and InvalidArgument for a --region that is not there.
#pragma once

#include "core/study/open_genome.h"

#include <stop_token>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nscope::cli {

struct RegionOptions {
    std::string genome;
    std::string file;                 ///< BED or another annotation file
    std::vector<std::string> places;  ///< "chr1:1,001-2,000", "chr1"
    bool isWholeGenome = false;
};
/// --genome, --regions, --region, --whole-genome; none is required.
void addRegionOptions(CLI::App& app, RegionOptions& options);

/// "chr1:1,001-2,000", or "chr1" with the interval {0, 0}: the whole chromosome. A strand in it is a usage error.
Result<data::Locus> parsePlace(const std::string& place);

/// A usage error unless there is one way to say where.
Result<void> checkRegionOptions(const RegionOptions& options);

/// Sorted by the genome's own names of chromosomes (by byte) and place. At least one.
Result<std::vector<study::HeldStretch>> stretchesOf(const study::OpenGenome& genome, const RegionOptions& options,
                                                    std::stop_token stop);

}  // namespace nscope::cli
