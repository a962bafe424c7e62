// Purpose: what variants do to a score: REF and ALT of every variant, their difference and log2 fold.
// The model sees either the whole sequence (windowNt 0) or a window around the variant.
// Whole: ALT is the sequence with the variant and keeps its own length; the coding region and the structure move along.
// Window: REF and ALT are equally long and share coordinates left of the variant, whose first base stands at index
// (window − 1) / 2; on the right ALT is trimmed after an insertion and filled from the sequence after a deletion; N
// stands wherever the window leaves the sequence.
// Robust scores are means over random shifts, the same for REF and ALT: the window starts up to `maxShiftNt` bases
// further left or right; of a whole sequence `maxShiftNt` bases are cut off in all, s from the 5' end and the rest from
// the 3' end, never the variant. Source: spec/models.md 4.5 (CAGI5: index 1,535 of 3,072; 20 shifts).
// Two scores of models without a target: the cosine of the model's vectors of REF and ALT, and the log-odds of ALT's
// letters against REF's where these are hidden from the model (both as the model sees REF and ALT above; without
// shifts). Thread: that of the caller. Blocking. Errors: InvalidArgument, those of the scorer and of the other doors.
#pragma once

#include "core/data/attribution.h"
#include "core/data/variant.h"
#include "core/experiment/scorer.h"
#include "core/experiment/variant_places.h"

#include <optional>

namespace nscope::experiment {

struct VariantSettings {
    std::int64_t windowNt = 0;  ///< 0: the whole sequence
    int shifts = 0;             ///< 0: no robust scores
    std::int64_t maxShiftNt = 0;
    std::uint64_t seed = 1;  ///< the shifts of a variant follow from it, the sequence's id and the place
};

enum class VariantStatus { Scored, ReferenceDiffers, Symbolic, TooLong };
/// "scored", "reference differs", "symbolic allele", "longer than the window".
const char* statusText(VariantStatus status);

struct VariantScores {
    double ref = 0.0;
    double alt = 0.0;

    double delta() const { return alt - ref; }
    /// log2(alt / ref) where both are positive.
    std::optional<double> log2Fold() const;
};

struct RobustScores {
    VariantScores mean;
    double deltaSd = 0.0;  ///< standard deviation of the differences over shifts (n − 1; NaN for one)
};

struct PlacedVariant {
    data::Variant variant;
    VariantPlace place;
};

struct ScoredVariant {
    VariantStatus status = VariantStatus::Scored;
    VariantScores scores;  ///< if scored
    std::optional<RobustScores> robust;
};

/// In the order given; equal sequences are scored once. Memory grows with the letters of all windows.
Result<std::vector<ScoredVariant>> scoreVariants(const Run& run, const data::TranscriptSet& transcripts,
                                                 std::span<const PlacedVariant> variants,
                                                 const VariantSettings& settings);

/// One vector per sequence, in their order. Errors: those of the model.
using Embedder = std::function<Result<std::vector<std::vector<float>>>(std::span<const data::TranscriptPtr>)>;
/// In the order given; 1 where the variant changes nothing. NaN for variants that cannot be scored and vectors of zeros.
Result<std::vector<double>> variantCosines(const Embedder& embed, const data::TranscriptSet& transcripts,
                                           std::span<const PlacedVariant> variants, const VariantSettings& settings);

/// Natural logarithms of the probabilities of A, C, G and T/U at every position of `only`, each hidden in turn.
using MaskedLetters =
    std::function<Result<std::shared_ptr<const data::Attribution>>(const data::TranscriptPtr&, data::Interval only)>;
/// Σ over the letters that differ of log p(ALT) − log p(REF), in the order given. NaN for insertions and deletions, for
/// letters other than A, C, G, T/U and for variants that cannot be scored. Alleles of one place are asked for once.
Result<std::vector<double>> variantMaskedLogOdds(const MaskedLetters& masked, const data::TranscriptSet& transcripts,
                                                 std::span<const PlacedVariant> variants,
                                                 const VariantSettings& settings);

/// "SNV", "MNV", "insertion", "deletion" or "indel", by the letters that differ.
std::string variantKind(const data::Variant& variant);

/// Letters [startNt, startNt + lengthNt) of the transcript, N outside; the coding region stays if it is whole.
data::Transcript windowOf(const data::Transcript& transcript, std::int64_t startNt, std::int64_t lengthNt);

}  // namespace nscope::experiment
