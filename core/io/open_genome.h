// Purpose: a genome that is open, under any spelling of its chromosomes' names, and where its file holds letters.
// Thread: open() blocks; an open genome is read by any number of threads.
#pragma once

#include "core/base/progress.h"
#include "core/data/chromosome_names.h"
#include "core/data/locus.h"
#include "core/data/splicing.h"
#include "core/data/transcript.h"
#include "core/io/genome_file.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::io {

/// A part of a region that the genome's file holds without a gap.
struct HeldStretch {
    std::string chromosome;  ///< the file's own name
    data::Interval inside;   ///< the part of the region
    data::Interval bounds;   ///< how far the letters go on to either side: the chromosome, or a piece of it

    bool operator==(const HeldStretch&) const = default;
};

struct OpenGenome {
    std::string path;
    std::shared_ptr<const GenomeFile> file;
    std::shared_ptr<const data::ChromosomeNames> names;

    /// Errors: those of GenomeFile::open.
    static Result<OpenGenome> open(const std::string& path, std::stop_token stop = {}, Progress* progress = nullptr);

    /// Errors: NotFound, with the names that there are.
    Result<GenomeChromosome> chromosome(const std::string& asked) const;
    /// Canonical letters of the forward strand. Errors: NotFound, those of GenomeFile::letters.
    Result<std::string> letters(const std::string& asked, data::Interval interval) const;
    /// letters() as a function that keeps the genome open.
    data::GenomeLetters reader() const;
    /// The parts of a region that are there, ascending, no base in two of them; none if the file holds none of it.
    /// Errors: NotFound.
    Result<std::vector<HeldStretch>> held(const std::string& asked, data::Interval region) const;
};

/// A window of a chromosome as a model reads it, on the reverse strand its reverse complement; named by its place.
data::TranscriptPtr windowRecord(const std::string& chromosome, data::Interval window, data::Strand strand,
                                 std::string letters);

}  // namespace nscope::io
