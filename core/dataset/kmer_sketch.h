// Purpose: bottom sketches of k-mers, for sequences that are nearly the same (dataset_checks.h says by which estimate).
// Precondition: 1 ≤ k ≤ 31. Thread: any.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace nscope::dataset {

struct SketchSettings {
    std::int64_t kmerNt = 14;
    std::int64_t size = 128;
    bool eitherStrand = false;  ///< a k-mer and its reverse complement count as one
};

/// The smallest hashes of the distinct k-mers, ascending; k-mers with other letters than A, C, G, T do not count.
std::vector<std::uint64_t> sketchOf(std::string_view letters, const SketchSettings& settings);

/// Jaccard index of the k-mers, from the smallest hashes of both together. 0 for an empty sketch.
double jaccard(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b, std::int64_t size);

double identityOf(double jaccard, std::int64_t kmerNt);
double jaccardOf(double identity, std::int64_t kmerNt);

struct SimilarPair {
    std::int32_t first = 0, second = 0;  ///< indices of sketches
    double identity = 0.0;
};

/// Hashes that more sequences share than this, and more than one of a hundred, do not count: adapters, repeats, tails.
inline constexpr std::size_t kCommonHash = 400;

/// Pairs of sketches of different `classes_N` whose identity is at least this, ascending. Errors: Cancelled.
Result<std::vector<SimilarPair>> similarPairs(std::span<const std::vector<std::uint64_t>> sketches_N,
                                              std::span<const std::uint8_t> classes_N, const SketchSettings& settings,
                                              double identity, const std::stop_token& stop);

}  // namespace nscope::dataset
