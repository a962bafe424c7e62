// Purpose: one number per base from an explanation's L×4 values: the height of a letter on screen, the value of a base in
// a bigWig file. Thread: any.
#pragma once

#include "core/data/attribution.h"

#include <string_view>
#include <vector>

namespace nscope::data {

/// What the height of a letter means.
enum class LetterScore {
    Automatic,      ///< Endogenous if the method gives the sequence's own bases values, MeanEffect otherwise
    Endogenous,     ///< the value of the base itself
    MeanEffect,     ///< − mean effect of putting another base here
    LargestEffect,  ///< − the effect of the base that changes most
};

/// One height per position from an L×4 attribution; positions without a canonical base get 0.
std::vector<float> letterScores(const Attribution& attribution, std::string_view letters, LetterScore score);
/// What Automatic stands for with these values.
LetterScore resolvedLetterScore(const Attribution& attribution, std::string_view letters, LetterScore score);

}  // namespace nscope::data
