#include "core/data/letter_scores.h"

#include "core/data/alphabet.h"

#include <cmath>

namespace nscope::data {

namespace {

float heightOf(const Attribution& attribution, std::int64_t position, int base, LetterScore score)
{
    if (score == LetterScore::Endogenous)
        return attribution.at(position, base);
    double sum = 0.0;
    double largest = 0.0;
    for (int other = 0; other < kBaseCount; ++other) {
        if (other == base)
            continue;
        const double effect = double(attribution.at(position, other)) - attribution.at(position, base);
        sum += effect;
        if (std::abs(effect) > std::abs(largest))
            largest = effect;
    }
    return float(score == LetterScore::MeanEffect ? -sum / 3.0 : -largest);
}

}  // namespace

LetterScore resolvedLetterScore(const Attribution& attribution, std::string_view letters, LetterScore score)
{
    if (score != LetterScore::Automatic)
        return score;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const int base = baseIndex(letters[i]);
        if (base >= 0 && attribution.at(std::int64_t(i), base) != 0.0f)
            return LetterScore::Endogenous;
    }
    return LetterScore::MeanEffect;
}

std::vector<float> letterScores(const Attribution& attribution, std::string_view letters, LetterScore score)
{
    const LetterScore resolved = resolvedLetterScore(attribution, letters, score);
    std::vector<float> heights(letters.size(), 0.0f);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (const int base = baseIndex(letters[i]); base >= 0) {
            const float height = heightOf(attribution, std::int64_t(i), base, resolved);
            heights[i] = std::isfinite(height) ? height : 0.0f;
        }
    }
    return heights;
}

}  // namespace nscope::data
