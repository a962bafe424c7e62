// Purpose: where a variant's position lies on the sequences at hand. A sequence is met by its id (positions count along
// it), or by a region in its header ("chr8:11496144-11627216", "hg19 chrX:138612621-138612924"), plus strand, whose
// length says how it counts: end − start = length is 0-based half-open, end − start + 1 = length is 1-based inclusive;
// a region of another length is no place. Chromosomes match with and without "chr", and M as MT.
// Sequences spliced from several blocks are met by id alone. Thread: any.
#pragma once

#include "core/data/transcript.h"
#include "core/data/variant.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nscope::experiment {

struct VariantPlace {
    std::size_t transcript = 0;  ///< index into the set
    std::int64_t startNt = 0;    ///< of ref on that sequence
};

struct HeaderRegion {
    std::string contig;
    std::int64_t startNt = 0;  ///< 0-based
};
/// The region in the id or description that fits the sequence's length.
std::optional<HeaderRegion> regionOfHeader(const data::Sequence& sequence);

class VariantPlaces {
public:
    explicit VariantPlaces(const data::TranscriptSet& transcripts);

    /// All sequences that hold the whole of ref; empty: the variant lies outside.
    std::vector<VariantPlace> find(const data::Variant& variant) const;

private:
    struct Span {
        std::size_t transcript = 0;
        std::int64_t startNt = 0;
        std::int64_t endNt = 0;
    };
    std::unordered_map<std::string, std::vector<Span>> m_byId;
    std::unordered_map<std::string, std::vector<Span>> m_byContig;  ///< by the chromosome's plain name
};

}  // namespace nscope::experiment
