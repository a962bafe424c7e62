#include "core/study/ranking_curves.h"

#include "core/study/columns.h"
#include "core/study/number_text.h"

namespace nscope::study {

data::PlotSeries rocCurve(const analysis::Ranking& ranking, const std::string& name)
{
    data::PlotSeries curve{.name = name + ", " + shortNumber(orNaN(ranking.auroc)), .x = {0.0}, .y = {0.0}};
    for (const analysis::RankingPoint& point : ranking.curve) {
        curve.x.push_back(double(point.falsePositives) / double(ranking.negatives));
        curve.y.push_back(double(point.truePositives) / double(ranking.positives));
    }
    return curve;
}

data::PlotSeries unitDiagonal()
{
    return {.name = {}, .x = {0.0, 1.0}, .y = {0.0, 1.0}, .colour = 7, .dashed = true};
}

}  // namespace nscope::study
