// Purpose: a place on a chromosome and the side of the double helix it is read from. 0-based half-open inside, 1-based
// inclusive as text.
#pragma once

#include "core/base/result.h"
#include "core/data/interval.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nscope::data {

enum class Strand : char { Forward = '+', Reverse = '-', None = '.' };

struct Locus {
    std::string chromosome;
    Interval interval;
    Strand strand = Strand::None;

    bool operator==(const Locus&) const = default;
};

/// Reads "chr5:90,339,000-90,349,000", "chr5:100-200:+", "chr5:100-200(-)", "chr5:100" (one base) or "chr5", whose
/// interval is empty, {0, 0}: the whole chromosome. 1-based, both ends included; separators may be commas.
/// Errors: InvalidArgument for no name, text that is no range after the last ':', position 0, an end before its start.
Result<Locus> parseLocus(std::string_view text);

/// The same as text, with thousands separators; an empty interval at 0 is the bare name, Strand::None adds nothing.
std::string locusText(const Locus& locus);

/// Where a piece of a chromosome lies, by the name of its FASTA record, "chr8:11496144-11627216". Tools disagree about
/// the start: bedtools counts it from 0, samtools from 1. The record's length tells which; std::nullopt when the name
/// is no range or has neither length. With "(-)" or ":-" the record is the reverse complement of the chromosome.
std::optional<Locus> locusOfRecord(std::string_view recordId, std::int64_t lengthNt);

}  // namespace nscope::data
