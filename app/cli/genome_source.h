// Purpose: the letters of a genome for the commands that need places on it: of a genome file (core/io/genome_file.h) or
// of sequences in memory (GenBank). Chromosomes may be asked for under the other names they have (chr1, 1,
// NC_000001.11). Errors: those of the reader; of the letters NotFound for a chromosome that is not there. Thread: any,
// once it is open.
#pragma once

#include "app/cli/command.h"
#include "core/base/result.h"
#include "core/data/splicing.h"
#include "core/study/open_genome.h"

#include <string>
#include <vector>

namespace nscope::cli {

/// Shows how far it is where an index has to be made; what the reader assumed about the file is said.
Result<study::OpenGenome> openGenome(const std::string& path, const Context& context);
Result<data::GenomeLetters> openGenomeLetters(const std::string& path, const Context& context);

/// `path` stands for the file in errors. Beyond the end of a sequence fewer letters come.
data::GenomeLetters genomeOf(std::vector<data::Sequence> sequences, const std::string& path);

}  // namespace nscope::cli
