// Purpose: a made-up genome with genes whose splicing is known base by base, and the files that describe it. What is
// true of a transcript is kept as the list of its bases' genomic positions, which shares no code with the readers.
#pragma once

#include "core/data/annotation.h"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace nscope::tests {

struct RandomTranscript {
    data::TranscriptModel model;
    std::vector<std::int64_t> positionsNt;  ///< of every base, from the 5' end
    std::int64_t codingStart = -1;          ///< first and last coding base in the transcript, incomplete codon included
    std::int64_t codingEnd = -1;
};

struct RandomGenome {
    std::map<std::string, std::string> letters;  ///< by chromosome
    std::vector<RandomTranscript> transcripts;

    /// Coding transcripts read ATG … stop from their first whole codon on, without a stop in between.
    static RandomGenome make(std::mt19937_64& random, int genes);

    std::string gtf(std::mt19937_64& random) const;   ///< rows in random order, stop codons outside the CDS
    std::string gff3(std::mt19937_64& random) const;  ///< rows in random order, names escaped
    std::string bed12() const;
    std::string genbank() const;
};

}  // namespace nscope::tests
