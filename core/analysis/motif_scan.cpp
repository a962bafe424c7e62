// Purpose: scanning with exact thresholds, and the enrichment test.
#include "core/analysis/motif_scan.h"

#include "core/analysis/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nscope::analysis {
namespace {

constexpr double kStepsPerBit = 100.0;

/// Rounded log-odds per column and base.
std::vector<int> stepsOf(const data::Motif& motif, const ScanSettings& settings)
{
    std::vector<int> steps;
    for (std::size_t i = 0; i < motif.probabilities_WC.size(); ++i) {
        const double p = (motif.probabilities_WC[i] + settings.pseudocount) / (1 + data::kBaseCount * settings.pseudocount);
        steps.push_back(int(std::lround(kStepsPerBit * std::log2(p / settings.background[i % data::kBaseCount]))));
    }
    return steps;
}

/// Makes the lowest score of every column 0; gives what was added in all.
int shiftColumns(std::vector<int>& steps_WC)
{
    int added = 0;
    for (std::size_t row = 0; row < steps_WC.size(); row += data::kBaseCount) {
        const int lowest = *std::min_element(&steps_WC[row], &steps_WC[row] + data::kBaseCount);
        for (std::size_t base = 0; base < data::kBaseCount; ++base)
            steps_WC[row + base] -= lowest;
        added -= lowest;
    }
    return added;
}

std::vector<double> tailDistribution(const std::vector<int>& steps_WC, const std::array<double, 4>& background)
{
    std::vector<double> density{1.0};
    for (std::size_t row = 0; row < steps_WC.size(); row += data::kBaseCount) {
        const int highest = *std::max_element(&steps_WC[row], &steps_WC[row] + data::kBaseCount);
        std::vector<double> next(density.size() + std::size_t(highest), 0.0);
        for (std::size_t base = 0; base < data::kBaseCount; ++base)
            for (std::size_t i = 0; i < density.size(); ++i)
                next[i + std::size_t(steps_WC[row + base])] += density[i] * background[base];
        density = std::move(next);
    }
    for (std::size_t i = density.size() - 1; i-- > 0;)
        density[i] += density[i + 1];
    return density;
}

}  // namespace

MotifScanner::MotifScanner(const data::Motif& motif, const ScanSettings& settings) : m_width(std::size_t(motif.width()))
{
    Strand forward{stepsOf(motif, settings)};
    m_shift = shiftColumns(forward.scores_WC);
    m_tail = tailDistribution(forward.scores_WC, settings.background);
    m_threshold = int(m_tail.size()) - 1;  // the best word
    while (m_threshold > 0 && m_tail[std::size_t(m_threshold - 1)] <= settings.pValue)
        --m_threshold;
    m_strands.push_back(std::move(forward));
    if (settings.bothStrands) {
        Strand reverse = m_strands.front();
        std::ranges::reverse(reverse.scores_WC);  // also turns A, C, G, T into its complement
        m_strands.push_back(std::move(reverse));
    }
}

double MotifScanner::thresholdBits() const { return double(m_threshold - m_shift) / kStepsPerBit; }

double MotifScanner::pValueOf(double scoreBits) const
{
    const long steps = std::lround(scoreBits * kStepsPerBit) + m_shift;
    return steps <= 0 ? 1.0 : std::size_t(steps) >= m_tail.size() ? 0.0 : m_tail[std::size_t(steps)];
}

int MotifScanner::wordScore(const Strand& strand, std::string_view word) const
{
    int score = 0;
    for (std::size_t i = 0; i < m_width; ++i) {
        const int base = data::baseIndex(word[i]);
        if (base < 0)
            return -1;
        score += strand.scores_WC[i * data::kBaseCount + std::size_t(base)];
    }
    return score;
}

std::vector<MotifHit> MotifScanner::hits(std::string_view canonicalLetters) const
{
    std::vector<MotifHit> found;
    for (std::size_t start = 0; start + m_width <= canonicalLetters.size(); ++start)
        for (std::size_t strand = 0; strand < m_strands.size(); ++strand)
            if (const int score = wordScore(m_strands[strand], canonicalLetters.substr(start, m_width)); score >= m_threshold)
                found.push_back({std::int64_t(start), strand == 1, double(score - m_shift) / kStepsPerBit});
    return found;
}

bool MotifScanner::occursIn(std::string_view canonicalLetters) const
{
    for (std::size_t start = 0; start + m_width <= canonicalLetters.size(); ++start)
        for (const Strand& strand : m_strands)
            if (wordScore(strand, canonicalLetters.substr(start, m_width)) >= m_threshold)
                return true;
    return false;
}

Result<std::vector<MotifEnrichment>> motifEnrichment(const data::MotifSet& motifs,
                                                     const std::vector<std::string_view>& positives,
                                                     const std::vector<std::string_view>& negatives,
                                                     const ScanSettings& settings, std::stop_token stop,
                                                     Progress* progress)
{
    if (positives.empty() || negatives.empty())
        return fail(ErrorCode::InvalidArgument, "Enrichment needs sequences on both sides.");
    if (progress)
        progress->setTotal(std::int64_t(motifs.size()));
    std::vector<MotifEnrichment> rows;
    std::vector<double> pValues;
    for (std::size_t i = 0; i < motifs.size(); ++i) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped.");
        const MotifScanner scanner(motifs[i], settings);
        const auto countIn = [&](const std::vector<std::string_view>& set) {
            return std::int64_t(std::ranges::count_if(set, [&](std::string_view letters) { return scanner.occursIn(letters); }));
        };
        const auto positiveCount = std::int64_t(positives.size()), negativeCount = std::int64_t(negatives.size());
        MotifEnrichment row{i, countIn(positives), countIn(negatives), 0, 0, 1, 1};
        row.positiveShare = double(row.positivesWith) / double(positiveCount);
        row.negativeShare = double(row.negativesWith) / double(negativeCount);
        row.p = hypergeometricTail(positiveCount + negativeCount, positiveCount, row.positivesWith + row.negativesWith,
                                   row.positivesWith);
        pValues.push_back(row.p);
        rows.push_back(row);
        if (progress)
            progress->add(1);
    }
    const std::vector<double> rates = falseDiscoveryRates(pValues);
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].q = rates[i];
    std::ranges::stable_sort(rows, {}, &MotifEnrichment::p);
    return rows;
}

}  // namespace nscope::analysis
