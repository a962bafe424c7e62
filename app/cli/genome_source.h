// Purpose: the letters of a genome for the commands that need places on it.
// A record is a chromosome, or a piece of one when its name says so and its length agrees (data::locusOfRecord).
// Errors: those of the reader; of the letters NotFound for a chromosome or a place that the file does not hold. Beyond
// the end of a whole chromosome fewer letters come. Memory: the whole genome. Thread: any, once it is open.
#pragma once

#include "core/base/result.h"
#include "core/data/splicing.h"

#include <string>
#include <vector>

namespace nscope::cli {

Result<data::GenomeLetters> openGenome(const std::string& fastaPath);

/// The letters of sequences that are in memory already (GenBank); `path` stands for the file in errors.
data::GenomeLetters genomeOf(std::vector<data::Sequence> sequences, const std::string& path);

}  // namespace nscope::cli
