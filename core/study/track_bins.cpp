#include "core/study/track_bins.h"

#include "core/io/signal_bins.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nscope::study {

namespace {

/// What the values of one file in one region have in common.
struct ValuesSeen {
    double highest = std::numeric_limits<double>::quiet_NaN();
    std::int64_t stepNt = 0;  ///< of their borders
    std::int64_t firstStartNt = -1;

    void take(const io::SignalInterval& one, std::int64_t chromosomeNt)
    {
        if (!(double(one.value) <= highest))
            highest = double(one.value);
        if (firstStartNt < 0)
            firstStartNt = one.startNt;
        stepNt = std::gcd(stepNt, one.startNt - firstStartNt);
        // The last bin of a chromosome is cut off by its end.
        if (one.endNt != chromosomeNt)
            stepNt = std::gcd(stepNt, one.endNt - one.startNt);
    }
};

Result<ValuesSeen> readBins(const NamedSignal& signal, const std::string& chromosome, data::Interval region,
                            const BinRules& rules, const Tools& tools, std::vector<float>& bins)
{
    ValuesSeen seen;
    const std::int64_t count = region.length() / rules.binNt, chromosomeNt = signal.lengthOf(chromosome);
    const float uncovered = rules.missingIsZero ? 0.0F : signal.source().uncoveredValue();
    for (std::int64_t first = 0; first < count; first += rules.chunkBins) {
        if (const Result<void> goesOn = checkStop(tools); !goesOn)
            return fail(goesOn.error());
        const std::int64_t here = std::min(rules.chunkBins, count - first);
        const std::int64_t startNt = region.startNt + first * rules.binNt;
        const data::Interval chunk{startNt, startNt + here * rules.binNt};
        io::SignalBins sums(chunk, here);
        const Result<void> visited =
            signal.source().visit(chromosome, chunk, [&](const io::SignalInterval& one) -> Result<void> {
                if (!std::isfinite(one.value))
                    return {};
                sums.add({one.startNt, one.endNt}, double(one.value));
                seen.take(one, chromosomeNt);
                return {};
            });
        if (!visited)
            return fail(visited.error());
        const std::vector<float> values = sums.finish(io::Summary::Mean, uncovered);
        bins.insert(bins.end(), values.begin(), values.end());
        if (tools.progress)
            tools.progress->add(here);
    }
    return seen;
}

}  // namespace

std::int64_t binCount(std::span<const TrackRegion> regions, std::int64_t binNt)
{
    std::int64_t count = 0;
    for (const TrackRegion& region : regions)
        count += std::max<std::int64_t>(0, region.locus.interval.length()) / binNt;
    return count;
}

Result<LineBins> readLineBins(const NamedSignal& predicted, const NamedSignal& measured,
                              std::span<const TrackRegion> regions, std::span<const PlacedRegion> placed,
                              const BinRules& rules, const Tools& tools)
{
    if (const std::int64_t all = binCount(regions, rules.binNt); all > kMostBins)
        return fail(ErrorCode::OutOfMemory, "The regions have " + groupedText(all) + " bins of "
                                                + groupedText(rules.binNt) + " nt, of which at most "
                                                + groupedText(kMostBins)
                                                + " are compared at once; choose larger bins or fewer regions.");
    LineBins line;
    std::size_t inAll = 0;
    for (const PlacedRegion& place : placed)
        inAll += std::size_t(regions[place.region].locus.interval.length() / rules.binNt);
    line.predicted_B.reserve(inAll);
    line.measured_B.reserve(inAll);
    std::vector<std::int64_t> offsets;  // of the predicted file's borders from the start of the region
    for (const PlacedRegion& place : placed) {
        const data::Interval interval = regions[place.region].locus.interval;
        RegionBins region{place.region, line.predicted_B.size(), std::size_t(interval.length() / rules.binNt)};
        const Result<ValuesSeen> ofPredicted =
            readBins(predicted, place.predictedChromosome, interval, rules, tools, line.predicted_B);
        if (!ofPredicted)
            return fail(ofPredicted.error());
        const Result<ValuesSeen> ofMeasured =
            readBins(measured, place.measuredChromosome, interval, rules, tools, line.measured_B);
        if (!ofMeasured)
            return fail(ofMeasured.error());
        region.highestMeasured = ofMeasured->highest;
        if (rules.missingIsZero && !(region.highestMeasured >= 0.0))
            region.highestMeasured = 0.0;
        line.regions.push_back(region);
        line.predictedStepNt = std::gcd(line.predictedStepNt, ofPredicted->stepNt);
        if (ofPredicted->firstStartNt >= 0)
            offsets.push_back(ofPredicted->firstStartNt - interval.startNt);
    }
    if (line.predictedStepNt > 0)
        line.shiftedRegions =
            std::ranges::count_if(offsets, [&](std::int64_t offset) { return offset % line.predictedStepNt != 0; });
    return line;
}

}  // namespace nscope::study
