// Purpose: letters of a genome at any place of it, without holding it in memory: FASTA (plain, bgzip, or gzip through a
// copy; fasta_index.h) and UCSC 2bit.
// Positions are those of the chromosome. Where a record is a piece of one, GenomeFile knows it and moves its positions:
// - its name says so: ">chr8:11496144-11627216", 0-based or, as samtools writes it, 1-based; which of the two, its
//   length tells, and a name whose length fits neither is a plain name; "(-)" at its end: the piece is turned round;
// - its header has UCSC's "range=chr8:11496145-11627216" (1-based; with strand=- the piece is turned round);
// - the only record of a file "…chr22_32000000_32300000.fa.gz" (0-based) is named chr22 and as long as that.
// What was assumed is told in notices(). Thread: any number.
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

struct GenomeChromosome {
    std::string name;
    std::int64_t lengthNt = 0;             ///< of one that comes in pieces: the end of the last piece
    std::vector<data::Interval> pieces{};  ///< what the file holds, ascending; empty: all of it
};

class GenomeFile {
public:
    /// Blocking; long for a large FASTA file without index, whose bytes `progress` counts then. Errors: those of
    /// fasta_index.h and of a damaged 2bit file.
    static Result<GenomeFile> open(const std::string& path, std::stop_token stop = {}, Progress* progress = nullptr);
    ~GenomeFile();
    GenomeFile(GenomeFile&&) noexcept;
    GenomeFile& operator=(GenomeFile&&) noexcept;

    const std::vector<GenomeChromosome>& chromosomes() const;

    /// Canonical letters (alphabet.h) of the forward strand. Errors: NotFound (no such chromosome; name resolution is
    /// data/chromosome_names.h's), InvalidArgument (empty, or beyond what the file holds), Parse (no nucleotides).
    Result<std::string> letters(const std::string& chromosome, data::Interval interval) const;

    const std::vector<std::string>& notices() const;

private:
    struct Impl;
    explicit GenomeFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace nscope::io
