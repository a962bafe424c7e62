// Purpose: scores per base.
#include "core/analysis/position_score.h"

#include "core/data/alphabet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace nscope::analysis {
namespace {

double scoreOf(const std::array<double, 3>& effects, PositionScore score)
{
    switch (score) {
    case PositionScore::MeanAbsolute: return (std::abs(effects[0]) + std::abs(effects[1]) + std::abs(effects[2])) / 3;
    case PositionScore::ForPositiveClass: return std::abs(std::ranges::min(effects));
    case PositionScore::ForNegativeClass: return std::abs(std::ranges::max(effects));
    case PositionScore::Mean:
    case PositionScore::Endogenous: break;
    }
    return (effects[0] + effects[1] + effects[2]) / 3;
}

}  // namespace

std::optional<PositionScore> positionScoreOf(std::string_view name)
{
    constexpr std::pair<std::string_view, PositionScore> kNames[] = {{"mean-abs", PositionScore::MeanAbsolute},
                                                                     {"mean", PositionScore::Mean},
                                                                     {"for", PositionScore::ForPositiveClass},
                                                                     {"against", PositionScore::ForNegativeClass},
                                                                     {"own", PositionScore::Endogenous}};
    for (const auto& [known, score] : kNames)
        if (known == name)
            return score;
    return std::nullopt;
}

std::vector<double> positionScores(const data::Attribution& attribution, std::string_view letters, PositionScore score)
{
    std::vector<double> scores(letters.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const int own = data::baseIndex(letters[i]);
        const auto positionNt = std::int64_t(i);
        if (own < 0 || !attribution.isExact(positionNt))
            continue;
        if (score == PositionScore::Endogenous) {
            scores[i] = attribution.at(positionNt, own);
            continue;
        }
        std::array<double, 3> effects{};
        std::size_t next = 0;
        for (int base = 0; base < data::kBaseCount; ++base)
            if (base != own)
                effects[next++] = substitutionEffect(attribution, positionNt, own, base);
        scores[i] = scoreOf(effects, score);
    }
    return scores;
}

}  // namespace nscope::analysis
