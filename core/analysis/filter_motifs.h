// Purpose: what the filters of a first convolution look for, as motifs of the letters under their highest activations,
// and which filters are active together.
// Shapes: activations_PF is positions × filters of one sequence; the window under position p starts at letter
// p·stride + offset and is `kernel` letters wide ("valid" convolution: stride 1, offset 0; "same": offset −left padding).
// Source: spec 2.7 (RNATracker: threshold mean + .5(max − mean), pseudocount 1, at least 10 sites) and spec 4.5 (GOPHER:
// threshold .5·max, 24-nt windows with 12 on the left, at most 10,000, trimmed to more than .5 bit with a pad of 3).
// Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/data/motif.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nscope::analysis {

enum class FilterRecipe { RnaTracker, Gopher };

struct FilterGeometry {
    std::int64_t filters = 0;
    std::int64_t kernelNt = 0;
    std::int64_t strideNt = 1;
    std::int64_t offsetNt = 0;
};

struct FilterRecord {
    std::string_view letters;  ///< canonical
    std::span<const float> activations_PF;
};

struct FilterMotif {
    std::int64_t filter = 0;
    double threshold = 0.0;
    std::int64_t sites = 0;      ///< windows above the threshold that lie inside their sequence
    bool hasMotif = false;       ///< enough sites
    data::Motif motif;           ///< "filter<k>"
};

/// One entry per filter. Errors: InvalidArgument without records or where activations are no multiple of the filters.
Result<std::vector<FilterMotif>> filterMotifs(const std::vector<FilterRecord>& records, const FilterGeometry& geometry,
                                              FilterRecipe recipe, data::Alphabet alphabet);

/// Highest activation of every filter in every record, filters × records: rows for clustering of co-activation.
std::vector<double> peakActivations(const std::vector<FilterRecord>& records, std::int64_t filters);

}  // namespace nscope::analysis
