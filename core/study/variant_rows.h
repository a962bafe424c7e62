// Purpose: variants of a file, placed on sequences and scored in pieces of bounded size: what the study of variants and
// `variants` of the command line share.
// Thread: that of the caller. Blocking. Errors: those of the readers, of core/experiment/variants.h; Cancelled.
#pragma once

#include "core/experiment/variants.h"
#include "core/study/study.h"

#include <limits>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::study {

/// A variant on a sequence, with its group in the table it came from.
struct VariantRow {
    experiment::PlacedVariant placed;
    std::string element{};  ///< of the table; empty from a VCF
    double effect = std::numeric_limits<double>::quiet_NaN();
    experiment::ScoredVariant scored{};
    double cosine = std::numeric_limits<double>::quiet_NaN();
    double maskedLogOdds = std::numeric_limits<double>::quiet_NaN();

    bool isScored() const { return scored.status == experiment::VariantStatus::Scored; }
};

struct FoundVariants {
    std::vector<VariantRow> rows;
    bool measured = false;  ///< from a table, with elements and effects
    std::int64_t outside = 0;
    std::vector<std::string> firstOutside;  ///< "chr1:1234", at most three
    std::vector<std::string> notes;         ///< of the reading
};

Result<FoundVariants> readVcfVariants(const std::string& path, const experiment::VariantPlaces& places,
                                      std::stop_token stop);
/// An element that is no sequence's id is looked for under what stands before its last "-".
Result<FoundVariants> readTableVariants(const std::string& path, const data::TranscriptSet& transcripts,
                                        const experiment::VariantPlaces& places);

/// The method that gives log-probabilities of hidden letters.
inline constexpr const char* kMaskedLettersMethod = "masked-letters";

/// How a model is asked about variants; an empty function leaves its column out.
struct VariantDoors {
    experiment::Run run;
    experiment::Embedder embed{};
    experiment::MaskedLetters masked{};
};
struct VariantWish {
    std::int64_t windowNt = -1;  ///< −1: what the model reads
    bool robust = false;
    int shifts = 20;
    std::int64_t maxShiftNt = -1;  ///< −1: a quarter of the window, 32 of a whole sequence
    std::uint64_t seed = 1;

    experiment::VariantSettings settings(std::int64_t inputLengthNt) const;
};
/// Fills the rows in. `progress`, which may be null, counts them.
Result<void> scoreVariantRows(FoundVariants& found, const data::TranscriptSet& transcripts,
                              const experiment::VariantSettings& settings, const VariantDoors& doors,
                              Progress* progress);

/// Table "variants", and with measured effects "correlation" as the last one.
Outcome variantOutcome(const FoundVariants& found, const data::TranscriptSet& transcripts,
                       const experiment::VariantSettings& settings, const VariantDoors& doors);

}  // namespace nscope::study
