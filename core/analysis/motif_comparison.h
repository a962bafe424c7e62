// Purpose: which motifs of a database a motif resembles (Tomtom's method).
// Two columns score by Pearson's correlation. For every offset the columns that overlap are summed; the p-value of such a
// sum comes from the exact distribution of sums of the same query columns against columns drawn from the whole database
// (dynamic programming over scores in steps of 1/50). A target's p-value is that of its best offset and strand, corrected
// for their number n: 1 − (1 − p)^n. E is p times the number of targets; q controls the false discovery rate among the
// targets of one query with Storey's π0.
// Source: Gupta, Stamatoyannopoulos, Bailey & Noble 2007 (columns that do not overlap are ignored, as there); spec 2.7,
// 3.4, 4.5. Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/data/motif.h"

#include <cstdint>
#include <vector>

namespace nscope::analysis {

struct ComparisonSettings {
    std::int64_t minOverlap = 1;   ///< columns; motifs that are shorter need all of theirs
    bool bothStrands = false;      ///< also the reverse complement of every target; for DNA
    double pseudocount = 0.1;      ///< added to every column in proportion to a uniform background
    double unknownSites = 20;      ///< instances assumed where Motif::sites is 0
    bool estimateNullShare = true; ///< Storey's π0; false is Benjamini–Hochberg
};

struct MotifMatch {
    std::size_t target = 0;      ///< index into the database
    std::int64_t offset = 0;     ///< of the target's first column relative to the query's first
    std::int64_t overlap = 0;    ///< columns
    bool reverseStrand = false;
    double score = 0.0;          ///< Σ Pearson over the overlap
    double p = 1.0;
    double e = 0.0;
    double q = 1.0;
};

/// Pearson of two columns; 0 if one of them is even.
double columnScore(std::span<const double> a, std::span<const double> b);

/// One match per target, by rising p-value. Errors: InvalidArgument for an empty database, an empty motif or one wider
/// than 100 columns.
Result<std::vector<MotifMatch>> compareMotif(const data::Motif& query, const data::MotifSet& database,
                                             const ComparisonSettings& settings = {});

}  // namespace nscope::analysis
