// Purpose: Tomtom's comparison: score table, score distributions by dynamic programming, best offsets.
#include "core/analysis/motif_comparison.h"

#include "core/analysis/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace nscope::analysis {
namespace {

constexpr std::int64_t kMaxWidth = 100;
constexpr int kBins = 100;  ///< a column scores 0 (r = −1) to 100 (r = 1)

int binOf(double correlation) { return int(std::lround((correlation + 1) / 2 * kBins)); }

/// Distributions of summed bins for every range of query columns against random columns of the database.
class ScoreDistributions {
public:
    /// `columnBins` holds, per query column, the bins against all database columns.
    explicit ScoreDistributions(const std::vector<std::vector<int>>& columnBins) : m_width(columnBins.size())
    {
        std::vector<std::vector<double>> single;
        for (const std::vector<int>& bins : columnBins) {
            std::vector<double> probability(kBins + 1, 0.0);
            for (const int bin : bins)
                probability[std::size_t(bin)] += 1.0 / double(bins.size());
            single.push_back(std::move(probability));
        }
        m_tails.resize(m_width * (m_width + 1));
        for (std::size_t first = 0; first < m_width; ++first) {
            std::vector<double> density{1.0};
            for (std::size_t last = first; last < m_width; ++last) {
                density = convolved(density, single[last]);
                m_tails[first * (m_width + 1) + last + 1] = tailOf(density);
            }
        }
    }

    /// P(sum ≥ score) over query columns first … end − 1.
    double pValue(std::int64_t first, std::int64_t end, int score) const
    {
        return m_tails[std::size_t(first) * (m_width + 1) + std::size_t(end)][std::size_t(score)];
    }

private:
    static std::vector<double> convolved(const std::vector<double>& a, const std::vector<double>& b)
    {
        std::vector<double> sum(a.size() + b.size() - 1, 0.0);
        for (std::size_t j = 0; j < b.size(); ++j)
            for (std::size_t i = 0; i < a.size() && b[j] > 0; ++i)
                sum[i + j] += a[i] * b[j];
        return sum;
    }
    static std::vector<double> tailOf(std::vector<double> density)
    {
        for (std::size_t i = density.size() - 1; i-- > 0;)
            density[i] += density[i + 1];
        return density;
    }

    std::size_t m_width;
    std::vector<std::vector<double>> m_tails;
};

data::Motif withPseudocount(data::Motif motif, const ComparisonSettings& settings)
{
    const double sites = motif.sites > 0 ? motif.sites : settings.unknownSites;
    for (double& p : motif.probabilities_WC)
        p = (p * sites + settings.pseudocount * 0.25) / (sites + settings.pseudocount);
    return motif;
}

/// All targets, each followed by its reverse complement if both strands count.
struct Database {
    std::vector<data::Motif> motifs;
    std::vector<std::size_t> firstColumns;  ///< of each motif among all columns
    std::size_t columns = 0;
};

Database prepared(const data::MotifSet& targets, const ComparisonSettings& settings)
{
    Database database;
    const auto add = [&](data::Motif motif) {
        database.firstColumns.push_back(database.columns);
        database.columns += std::size_t(motif.width());
        database.motifs.push_back(std::move(motif));
    };
    for (const data::Motif& target : targets) {
        data::Motif motif = withPseudocount(target, settings);
        if (settings.bothStrands) {
            data::Motif reversed = data::reverseComplement(motif);
            add(std::move(motif));
            add(std::move(reversed));
        } else {
            add(std::move(motif));
        }
    }
    return database;
}

struct BestOffset {
    MotifMatch match;
    std::int64_t tested = 0;
};

/// Tries every offset of one target (on one strand).
void tryOffsets(const std::vector<std::vector<int>>& bins, const ScoreDistributions& distributions, std::size_t firstColumn,
                std::int64_t targetWidth, std::int64_t minOverlap, bool reverseStrand, BestOffset& best)
{
    const auto width = std::int64_t(bins.size());
    for (std::int64_t offset = 1 - targetWidth; offset < width; ++offset) {
        const std::int64_t first = std::max<std::int64_t>(0, offset), end = std::min(width, offset + targetWidth);
        if (end - first < std::min({minOverlap, width, targetWidth}))
            continue;
        int score = 0;
        for (std::int64_t column = first; column < end; ++column)
            score += bins[std::size_t(column)][firstColumn + std::size_t(column - offset)];
        const double p = distributions.pValue(first, end, score);
        ++best.tested;
        const bool isBetter = best.tested == 1 || p < best.match.p || (p == best.match.p && end - first > best.match.overlap);
        if (isBetter) {
            best.match.p = p;
            best.match.offset = offset;
            best.match.overlap = end - first;
            best.match.reverseStrand = reverseStrand;
            best.match.score = 2.0 * score / kBins - double(end - first);
        }
    }
}

}  // namespace

double columnScore(std::span<const double> a, std::span<const double> b) { return pearson(a, b).value_or(0.0); }

Result<std::vector<MotifMatch>> compareMotif(const data::Motif& query, const data::MotifSet& targets,
                                             const ComparisonSettings& settings)
{
    if (targets.empty())
        return fail(ErrorCode::InvalidArgument, "There are no motifs to compare with.");
    if (query.width() < 1 || query.width() > kMaxWidth)
        return fail(ErrorCode::InvalidArgument, "Motifs of 1 to 100 columns can be compared.", {.record = query.id});
    const data::Motif smoothed = withPseudocount(query, settings);
    const Database database = prepared(targets, settings);
    std::vector<std::vector<int>> bins(std::size_t(smoothed.width()));
    for (std::size_t column = 0; column < bins.size(); ++column)
        for (const data::Motif& motif : database.motifs)
            for (std::int64_t other = 0; other < motif.width(); ++other)
                bins[column].push_back(binOf(columnScore(smoothed.column(std::int64_t(column)), motif.column(other))));
    const ScoreDistributions distributions(bins);

    const std::size_t strands = settings.bothStrands ? 2 : 1;
    std::vector<MotifMatch> matches;
    std::vector<double> pValues;
    for (std::size_t target = 0; target < targets.size(); ++target) {
        BestOffset best;
        best.match.target = target;
        for (std::size_t strand = 0; strand < strands; ++strand) {
            const std::size_t index = target * strands + strand;
            tryOffsets(bins, distributions, database.firstColumns[index], database.motifs[index].width(), settings.minOverlap,
                       strand == 1, best);
        }
        best.match.p = best.match.p >= 1 ? 1.0 : -std::expm1(double(best.tested) * std::log1p(-best.match.p));
        best.match.e = best.match.p * double(targets.size());
        pValues.push_back(best.match.p);
        matches.push_back(best.match);
    }
    const std::vector<double> rates = falseDiscoveryRates(pValues, settings.estimateNullShare ? nullShare(pValues) : 1.0);
    for (std::size_t i = 0; i < matches.size(); ++i)
        matches[i].q = rates[i];
    std::ranges::stable_sort(matches, {}, &MotifMatch::p);
    return matches;
}

}  // namespace nscope::analysis
