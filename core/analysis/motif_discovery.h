// Purpose: words that are met in more sequences of one set than of another, merged into motifs (3UTRBERT's recipe, after
// DNABERT). Candidates are the words of regions of high attention or importance, or all k-mers of the positives.
//  1. a word counts once per sequence; hypergeometric test of positives against all, Benjamini–Hochberg, cut at maxQ
//  2. words, the shortest first, join the motif whose first word they match best without internal gaps, if at least
//     max(minWord − 1, half of the shorter) letters agree; they join all that match equally well; else they found one
//  3. every instance of a motif's words among the positives gives a window around its centre, moved so that the founding
//     words lie over each other; windows that do not fit their sequence are dropped; ≥ minInstances make a motif
// Source: spec 3.4; Yang et al. (3UTRBERT), Ji et al. 2021 (DNABERT). Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/data/interval.h"
#include "core/data/motif.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::analysis {

struct DiscoverySettings {
    std::int64_t minWord = 4;        ///< letters
    double maxQ = 0.005;
    std::int64_t windowNt = 7;       ///< width of the motifs
    std::size_t minInstances = 3;
    double pseudocount = 0.0;
    data::Alphabet alphabet = data::Alphabet::Rna;
};

struct EnrichedWord {
    std::string letters;
    std::int64_t positivesWith = 0;
    std::int64_t negativesWith = 0;
    double p = 1.0;
    double q = 1.0;
};

/// A place in the positives that a candidate came from.
struct WordInstance {
    std::size_t sequence = 0;
    data::Interval span;
};

struct DiscoveredMotif {
    data::Motif motif;                ///< id "motif<k>", in order of instances
    std::vector<std::string> words;   ///< the founding word first
    double bestQ = 1.0;               ///< of its words
};

/// Tests the distinct words; all of them, by rising p-value then letters. Errors: InvalidArgument for an empty set;
/// Cancelled.
Result<std::vector<EnrichedWord>> wordEnrichment(const std::vector<std::string>& words,
                                                 const std::vector<std::string_view>& positives,
                                                 const std::vector<std::string_view>& negatives,
                                                 std::stop_token stop = {});

/// The best alignment of two words without internal gaps.
struct WordAlignment {
    std::int64_t matches = 0;
    std::int64_t shift = 0;  ///< place of b's first letter relative to a's; the smallest |shift| among equals
};
WordAlignment alignWords(std::string_view a, std::string_view b);

struct MergedWords {
    struct Member {
        std::string letters;
        std::int64_t shift = 0;  ///< of its first letter relative to the founding word's
    };
    std::vector<Member> members;  ///< the founding word first
};
std::vector<MergedWords> mergeWords(std::vector<std::string> words, std::int64_t minWord);

/// All k-mers of A, C, G, T with kMin ≤ k ≤ kMax and their places.
std::vector<WordInstance> allWords(const std::vector<std::string_view>& sequences, std::int64_t kMin, std::int64_t kMax);

struct Discovery {
    std::vector<EnrichedWord> tested;      ///< all candidates
    std::vector<DiscoveredMotif> motifs;   ///< with the most instances first
};
/// The whole recipe; `candidates` are places in `positives`.
Result<Discovery> discoverMotifs(const std::vector<std::string_view>& positives,
                                 const std::vector<std::string_view>& negatives,
                                 const std::vector<WordInstance>& candidates, const DiscoverySettings& settings = {},
                                 std::stop_token stop = {});

}  // namespace nscope::analysis
