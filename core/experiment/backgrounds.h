// Purpose: background sequences for global importance analysis: shuffles of real sequences that keep every dinucleotide
// count, or letters drawn from a composition. The same seed gives the same backgrounds on every machine.
// Source: Koo et al. 2021 (GIA); spec/models.md 4.5. Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/data/shuffle.h"
#include "core/data/transcript.h"

#include <array>
#include <cstdint>

namespace nscope::experiment {

struct BackgroundSettings {
    int count = 300;
    std::int64_t lengthNt = 0;  ///< 0: as long as the sequences they are made of; else a random window of these
    data::ShuffleKind kind = data::ShuffleKind::Dinucleotide;
    std::uint64_t seed = 1;
};

/// Background i is made of sequence i modulo their number; features per sequence stay, coding regions and structures do
/// not. Errors: InvalidArgument without sequences, or where none is as long as asked for.
Result<data::TranscriptSet> shuffledBackgrounds(const data::TranscriptSet& sequences,
                                                const BackgroundSettings& settings);

/// Letters drawn one by one; `shares` of A, C, G, T/U need not sum to 1. Errors: InvalidArgument for shares below 0 or
/// all 0, or a length of 0.
Result<data::TranscriptSet> sampledBackgrounds(std::array<double, 4> shares, data::Alphabet alphabet,
                                               const BackgroundSettings& settings);

}  // namespace nscope::experiment
