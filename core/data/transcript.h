// Purpose: a transcript: a sequence with, where known, its coding region. 5'UTR and 3'UTR follow from it.
#pragma once

#include "core/data/interval.h"
#include "core/data/sequence.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nscope::data {

/// Numbers that belong to a sequence, by name: half-life features, transcription factors, structure states per base.
using FeatureMap = std::map<std::string, std::vector<float>>;

struct Transcript {
    Sequence sequence;
    std::optional<Interval> cds;  ///< start codon to stop codon, both included; 0-based half-open
    FeatureMap features{};        ///< further inputs of models (engine::InputSpec)
    /// Base pairs as dot-bracket text, one sign per base; empty when they are not known. It is what the structure track
    /// draws; features["structure"] holds the states that follow from it (rna_structure.h sets both together).
    std::string dotBracket{};

    /// Regions relative to the CDS; std::nullopt without one. They may be empty intervals.
    std::optional<Interval> utr5() const;
    std::optional<Interval> utr3() const;

    bool operator==(const Transcript&) const = default;
};

using TranscriptPtr = std::shared_ptr<const Transcript>;
using TranscriptSet = std::vector<TranscriptPtr>;

}  // namespace nscope::data
