// Purpose: pairs of similar sequences of different parts found by alignment, by the program CD-HIT (Li & Godzik 2006; Fu
// et al. 2012) where it is installed: what shared k-mers (kmer_sketch.h) cannot tell, such as an identity between 75 and
// 90 % or a short sequence within a long one.
// Blocking: seconds for thousands of sequences; 62,000 promoters that share their ends take more than ten minutes.
// Errors: Io and Unsupported, with what the program said; Cancelled. Thread: any; it keeps one core at work.
#pragma once

#include "core/dataset/dataset.h"
#include "core/dataset/kmer_sketch.h"

#include <optional>
#include <string>

namespace nscope::dataset {

inline constexpr double kLeastAlignedIdentity = 0.75;  ///< CD-HIT's

/// Full path of cd-hit-est-2d; nothing if it is not installed.
std::optional<std::string> findCdHit();

/// Sequences of a later part, each with one of an earlier part with which it has at least this identity along an
/// alignment over at least half of the shorter one. Indices of examples.
/// Precondition: identity ≥ kLeastAlignedIdentity.
Result<std::vector<SimilarPair>> alignedPairs(const Dataset& dataset, const std::string& program, double identity,
                                              bool eitherStrand, const std::stop_token& stop);

/// The pairs in a .clstr file of cd-hit-est-2d, whose sequences are named by their number in the dataset. Errors: Parse.
Result<std::vector<SimilarPair>> pairsOfClusters(const std::string& text, std::size_t examples);

}  // namespace nscope::dataset
