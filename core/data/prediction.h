// Purpose: what a model says about one sequence, as plain values. A model's spec states which parts it fills.
#pragma once

#include "core/data/orf.h"
#include "core/data/track.h"

#include <optional>
#include <string>
#include <vector>

namespace nscope::data {

struct NamedValue {
    std::string name;
    double value = 0.0;
    bool operator==(const NamedValue&) const = default;
};

/// One decoded hypothesis of a sequence-to-sequence model.
struct Translation {
    std::string classToken;   ///< "PC" or "NC"; empty if the first token was neither
    std::string peptide;      ///< amino-acid letters without class and end tokens
    bool ended = false;       ///< the end token was produced before the length limit
    double logProbability = 0.0;   ///< Σ log p of the generated tokens
    double score = 0.0;            ///< length-normalised score by which beams are sorted
    std::optional<Interval> exactOrf;  ///< where one of the three forward frames encodes exactly this peptide
    bool operator==(const Translation&) const = default;
};

struct Prediction {
    std::string modelHash;
    std::vector<NamedValue> classProbabilities;  ///< p_<class> in the model's order
    std::vector<NamedValue> scalars;             ///< e.g. log_odds; natural logarithm
    std::string predictedClass;                  ///< empty for models without classes
    std::vector<Track> profiles;
    std::vector<Translation> translations;       ///< best first
    std::vector<float> embedding{};              ///< one vector for the sequence; empty: the model gives none

    bool operator==(const Prediction&) const = default;
};

}  // namespace nscope::data
