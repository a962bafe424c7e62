// Purpose: scorers whose effects are known in closed form, and transcripts to run them on.
#pragma once

#include "core/data/alphabet.h"
#include "core/data/random.h"
#include "core/experiment/scorer.h"

#include <memory>
#include <string>

namespace nscope::tests {

/// Weight of a base at a position: any fixed function will do.
inline double weightAt(std::size_t position, char letter)
{
    const int base = data::baseIndex(letter);
    return base < 0 ? 0.0 : double((position * 7 + std::size_t(base) * 13) % 11) - 5.0;
}

/// Σ over positions of weightAt: additive, with position-dependent weights.
inline double additiveScore(const std::string& letters)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < letters.size(); ++i)
        sum += weightAt(i, letters[i]);
    return sum;
}

/// A scorer from a function of the letters; counts what it scored.
inline experiment::Scorer scorerOf(std::function<double(const std::string&)> score, std::shared_ptr<int> count = {})
{
    return [score = std::move(score), count](std::span<const data::TranscriptPtr> all) -> Result<std::vector<double>> {
        std::vector<double> scores;
        for (const data::TranscriptPtr& one : all)
            scores.push_back(score(one->sequence.letters));
        if (count)
            *count += int(all.size());
        return scores;
    };
}

inline data::TranscriptPtr transcriptOf(const std::string& letters, std::optional<data::Interval> cds = {},
                                        const std::string& id = "t")
{
    data::Transcript transcript{{id, "", letters, data::Alphabet::Dna}, cds};
    return std::make_shared<const data::Transcript>(std::move(transcript));
}

inline std::string madeLetters(std::size_t length, std::uint64_t seed)
{
    data::Random random(seed);
    std::string letters;
    while (letters.size() < length)
        letters += data::kBases[std::size_t(random.below(4))];
    return letters;
}

}  // namespace nscope::tests
