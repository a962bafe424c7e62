#include "core/analysis/ranking.h"

#include <algorithm>

namespace nscope::analysis {

namespace {

template <class Score>
struct Row {
    Score score;
    bool isPositive;
};

template <class Score>
std::vector<Row<Score>> byFallingScore(std::span<const Score> scores, std::span<const std::uint8_t> labels)
{
    std::vector<Row<Score>> rows(scores.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = {scores[i], labels[i] != 0};
    std::ranges::sort(rows, std::ranges::greater{}, &Row<Score>::score);
    return rows;
}

/// Takes the points of the curve one by one, adds the areas up, and keeps the points that are far enough apart.
class CurveTaker {
public:
    CurveTaker(std::int64_t positives, std::int64_t negatives, std::size_t mostPoints)
        : m_positives(double(positives)), m_negatives(double(negatives)), m_mostPoints(mostPoints)
    {
    }

    void take(const RankingPoint& point)
    {
        const auto positives = double(point.truePositives), negatives = double(point.falsePositives);
        const double precision = positives / (positives + negatives);
        // Tied rows form a trapezoid, which equals counting half of every tied pair.
        m_rocArea += (negatives - m_negativesBefore) * 0.5 * (positives + m_positivesBefore);
        m_precisionSum += (positives - m_positivesBefore) * positives / (positives + negatives);
        m_trapezoids += (positives - m_positivesBefore) * 0.5 * (precision + m_precisionBefore);
        m_positivesBefore = positives;
        m_negativesBefore = negatives;
        m_precisionBefore = precision;
        keep(point);
    }

    Ranking result() &&
    {
        Ranking ranking{std::int64_t(m_positives), std::int64_t(m_negatives), {}, {}, {}, std::move(m_kept)};
        if (m_positives > 0 && m_negatives > 0)
            ranking.auroc = m_rocArea / (m_positives * m_negatives);
        if (m_positives > 0) {
            ranking.averagePrecision = m_precisionSum / m_positives;
            ranking.trapezoidAupr = m_trapezoids / m_positives;
        }
        return ranking;
    }

private:
    /// How far along the ROC curve a point lies: false plus true positive rate, 0 to 2.
    double placeOf(const RankingPoint& point) const
    {
        return double(point.truePositives) / std::max(1.0, m_positives)
               + double(point.falsePositives) / std::max(1.0, m_negatives);
    }

    void keep(const RankingPoint& point)
    {
        const bool isLast = double(point.truePositives + point.falsePositives) >= m_positives + m_negatives;
        if (m_mostPoints > 1 && !m_kept.empty() && !isLast
            && placeOf(point) - placeOf(m_kept.back()) < 2.0 / double(m_mostPoints - 1))
            return;
        m_kept.push_back(point);
    }

    double m_positives, m_negatives;
    std::size_t m_mostPoints;
    double m_positivesBefore = 0.0, m_negativesBefore = 0.0, m_precisionBefore = 1.0;
    double m_rocArea = 0.0, m_precisionSum = 0.0, m_trapezoids = 0.0;
    std::vector<RankingPoint> m_kept;
};

template <class Score>
Ranking rankingOfAny(std::span<const Score> scores, std::span<const std::uint8_t> labels, std::size_t mostPoints)
{
    const auto positives = std::int64_t(labels.size()) - std::ranges::count(labels, std::uint8_t(0));
    CurveTaker taker(positives, std::int64_t(labels.size()) - positives, mostPoints);
    const std::vector<Row<Score>> rows = byFallingScore(scores, labels);
    RankingPoint point;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        ++(rows[i].isPositive ? point.truePositives : point.falsePositives);
        if (i + 1 < rows.size() && rows[i + 1].score == rows[i].score)
            continue;
        point.score = double(rows[i].score);
        taker.take(point);
    }
    return std::move(taker).result();
}

}  // namespace

Ranking rankingOf(std::span<const double> scores, std::span<const std::uint8_t> labels, std::size_t mostPoints)
{
    return rankingOfAny(scores, labels, mostPoints);
}

Ranking rankingOf(std::span<const float> scores, std::span<const std::uint8_t> labels, std::size_t mostPoints)
{
    return rankingOfAny(scores, labels, mostPoints);
}

}  // namespace nscope::analysis
