// Purpose: one number per base from an explanation's L×4 values, as the population analyses average them.
// Source: spec 1.9 "Binned metagene" (mean |ΔS| over the three alternatives) and "Importance" (↑PC = |min ΔS|,
// ↑NC = |max ΔS|). Thread: any.
#pragma once

#include "core/data/attribution.h"

#include <optional>
#include <string_view>
#include <vector>

namespace nscope::analysis {

enum class PositionScore {
    MeanAbsolute,      ///< mean |effect| of the three other bases
    Mean,              ///< mean effect of the three other bases
    ForPositiveClass,  ///< |smallest effect|: how much a change here can speak against the target's positive side
    ForNegativeClass,  ///< |largest effect|
    Endogenous,        ///< the value of the base itself (gradient × input and its kin)
};

/// "mean-abs", "mean", "for", "against", "own"; std::nullopt for another word.
std::optional<PositionScore> positionScoreOf(std::string_view name);

/// Effect of putting `base` where the sequence has `ownBase`: value(base) − value(own). Mutagenesis holds 0 at the own base.
inline double substitutionEffect(const data::Attribution& attribution, std::int64_t positionNt, int ownBase, int base)
{
    return double(attribution.at(positionNt, base)) - double(attribution.at(positionNt, ownBase));
}

/// One value per base; NaN where the letter is not A, C, G, T/U or the row is not exact (a preview, or not computed).
/// Precondition: as many letters as rows.
std::vector<double> positionScores(const data::Attribution& attribution, std::string_view letters, PositionScore score);

}  // namespace nscope::analysis
