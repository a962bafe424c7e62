// Purpose: what a genome format gives to GenomeFile: named records and their letters at any place.
// Inside core/io only. Thread: one at a time.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/interval.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::io {

struct LetterRecord {
    std::string name;
    std::int64_t lengthNt = 0;
};

class LetterSource {
public:
    virtual ~LetterSource() = default;

    virtual const std::vector<LetterRecord>& records() const = 0;
    /// The header line of a record without '>', where the format has one.
    virtual Result<std::string> header(std::size_t record) = 0;
    /// Letters as stored, in either case. Precondition: the interval lies inside the record.
    virtual Result<std::string> letters(std::size_t record, data::Interval interval) = 0;
    virtual std::vector<std::string> notices() const { return {}; }
};

/// FASTA, by its index (fasta_index.h).
Result<std::unique_ptr<LetterSource>> openFastaLetters(const std::string& path, std::stop_token stop,
                                                       Progress* progress);

/// UCSC 2bit in either byte order, versions 0 and 1 (64-bit offsets); soft masking is not told. Source: the format's
/// description at genome.ucsc.edu/FAQ/FAQformat.html#format7.
Result<std::unique_ptr<LetterSource>> openTwoBit(const std::string& path);
bool isTwoBit(const std::string& path);

}  // namespace nscope::io
