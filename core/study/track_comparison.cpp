#include "core/study/track_comparison.h"

#include "core/analysis/statistics.h"
#include "core/data/interval_index.h"
#include "core/io/annotation_file.h"
#include "core/io/chromosome_aliases.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

namespace nscope::study {

namespace {

using analysis::TrackMetrics;

constexpr std::size_t kCurvePoints = 500;  ///< of a ROC curve
constexpr std::size_t kScatterPoints = 20'000;

/// The places that count as positive, if a file says so.
class Peaks {
public:
    static Result<Peaks> read(const std::string& path, const data::ChromosomeAliases& aliases,
                              const io::ReadControl& control, std::vector<std::string>& notes)
    {
        Peaks peaks(aliases);
        if (path.empty())
            return peaks;
        const Result<io::Annotation> read = io::readAnnotation(path, control);
        if (!read)
            return fail(read.error());
        peaks.m_index.emplace();
        for (const io::NamedPlace& place : io::placesOf(*read))
            peaks.m_index->add(aliases.keyOf(place.locus.chromosome), place.locus.interval, 0);
        peaks.m_index->build();
        noteLeftOut(read->problems, "peaks", notes);
        return peaks;
    }

    bool areGiven() const { return m_index.has_value(); }
    std::string keyOf(const std::string& chromosome) const { return m_aliases.keyOf(chromosome); }
    /// Shares a base with a peak. Precondition: given; the chromosome as keyOf gives it.
    bool holds(const std::string& key, data::Interval interval) const
    {
        return !m_index->overlapping(key, interval, 1).empty();
    }

private:
    explicit Peaks(data::ChromosomeAliases aliases) : m_aliases(std::move(aliases)) {}

    data::ChromosomeAliases m_aliases;
    std::optional<data::IntervalIndex> m_index;
};

std::span<const float> binsOf(const std::vector<float>& all_B, const RegionBins& region)
{
    return std::span(all_B).subspan(region.first, region.count);
}

bool isUsed(const LineBins& bins, std::size_t i)
{
    return !std::isnan(bins.predicted_B[i]) && !std::isnan(bins.measured_B[i]);
}

void smooth(std::vector<float>& all_B, const std::vector<RegionBins>& regions, std::int64_t width)
{
    for (const RegionBins& region : regions)
        std::ranges::copy(analysis::boxCar(binsOf(all_B, region), width), all_B.begin() + std::ptrdiff_t(region.first));
}

/// Scaling and smoothing, as the settings ask for them.
void prepare(LineBins& bins, const TrackComparisonSettings& settings, LineResult& line, std::vector<std::string>& notes)
{
    if (settings.scale) {
        line.scale = analysis::scalingFactor(bins.predicted_B, bins.measured_B);
        if (!line.scale)
            notes.push_back(line.line + ": the predictions were not scaled, because one of the sums is not above 0.");
        for (float& value : bins.predicted_B)
            value *= float(line.scale.value_or(1.0));
    }
    const std::int64_t width = (settings.smoothNt + settings.bins.binNt / 2) / settings.bins.binNt;
    if (width > 1) {
        smooth(bins.predicted_B, bins.regions, width);
        smooth(bins.measured_B, bins.regions, width);
    }
}

void measureRegions(const LineBins& bins, LineResult& line)
{
    std::vector<double> predictedMeans, measuredMeans;
    for (const RegionBins& region : bins.regions) {
        line.regions.push_back(
            {region.region, std::int64_t(region.count), region.highestMeasured,
             analysis::trackMetrics(binsOf(bins.predicted_B, region), binsOf(bins.measured_B, region))});
        const TrackMetrics& metrics = line.regions.back().metrics;
        if (metrics.bins == 0)
            continue;
        predictedMeans.push_back(*metrics.predictedMean);
        measuredMeans.push_back(*metrics.measuredMean);
    }
    line.pearsonOfMeans = analysis::pearson(predictedMeans, measuredMeans);
}

/// Bins of `step` as large, region by region; a bin of which one file has nothing is missing in both.
std::vector<float> coarser(const std::vector<float>& all_B, const LineBins& bins, std::int64_t step)
{
    std::vector<float> coarse;
    for (const RegionBins& region : bins.regions) {
        std::vector<float> fine(region.count);
        for (std::size_t i = 0; i < region.count; ++i)
            fine[i] =
                isUsed(bins, region.first + i) ? all_B[region.first + i] : std::numeric_limits<float>::quiet_NaN();
        const std::vector<float> here = analysis::coarserBins(fine, step);
        coarse.insert(coarse.end(), here.begin(), here.end());
    }
    return coarse;
}

/// The row of the triangle: the model's bins, or those of the evaluation where these are larger, and all of 2, 4, 8 …
/// times their size.
void measureTriangle(const LineBins& bins, const TrackComparisonSettings& settings, LineResult& line,
                     std::vector<std::string>& notes)
{
    const std::int64_t binNt = settings.bins.binNt, startNt = std::max(binNt, line.trainBinNt);
    if (startNt % binNt != 0) {
        notes.push_back(line.line + ": no row of the bin triangle, because the model's bins of " + groupedText(startNt)
                        + " nt are no multiple of " + groupedText(binNt) + " nt.");
        return;
    }
    for (std::int64_t coarseNt = startNt; coarseNt <= settings.coarsestNt; coarseNt *= 2) {
        const std::int64_t step = coarseNt / binNt;
        const TrackMetrics metrics = step == 1 ? line.whole
                                               : analysis::trackMetrics(coarser(bins.predicted_B, bins, step),
                                                                        coarser(bins.measured_B, bins, step));
        if (metrics.bins > 0)
            line.triangle.push_back({coarseNt, metrics});
    }
}

void rankBins(const LineBins& bins, const std::vector<TrackRegion>& regions, const TrackComparisonSettings& settings,
              const Peaks& peaks, LineResult& line)
{
    std::vector<float> scores;
    std::vector<std::uint8_t> labels;
    scores.reserve(bins.predicted_B.size());
    labels.reserve(bins.predicted_B.size());
    for (const RegionBins& region : bins.regions) {
        const data::Locus& locus = regions[region.region].locus;
        const std::string key = peaks.keyOf(locus.chromosome);
        for (std::size_t i = 0; i < region.count; ++i) {
            if (!isUsed(bins, region.first + i))
                continue;
            const std::int64_t startNt = locus.interval.startNt + std::int64_t(i) * settings.bins.binNt;
            const bool isPositive = peaks.areGiven() ? peaks.holds(key, {startNt, startNt + settings.bins.binNt})
                                                     : double(bins.measured_B[region.first + i]) > settings.threshold;
            scores.push_back(bins.predicted_B[region.first + i]);
            labels.push_back(isPositive ? 1 : 0);
        }
    }
    line.ofBins = analysis::rankingOf(scores, labels, kCurvePoints);
}

void rankRegions(const std::vector<TrackRegion>& regions, const TrackComparisonSettings& settings, const Peaks& peaks,
                 LineResult& line)
{
    std::vector<double> scores;
    std::vector<std::uint8_t> labels;
    for (const RegionResult& region : line.regions) {
        if (region.metrics.bins == 0)
            continue;
        const data::Locus& locus = regions[region.region].locus;
        const double bases = double(region.metrics.bins) * double(settings.bins.binNt);
        scores.push_back(*region.metrics.predictedMean * (settings.scoreIsSum ? bases : 1.0));
        const bool isPositive = peaks.areGiven() ? peaks.holds(peaks.keyOf(locus.chromosome), locus.interval)
                                                 : region.highestMeasured > settings.threshold;
        labels.push_back(isPositive ? 1 : 0);
    }
    line.ofRegions = analysis::rankingOf(scores, labels, kCurvePoints);
}

void takeSample(const LineBins& bins, LineResult& line)
{
    const std::size_t step = 1 + std::size_t(line.whole.bins) / kScatterPoints;
    std::size_t used = 0;
    for (std::size_t i = 0; i < bins.predicted_B.size(); ++i) {
        if (!isUsed(bins, i) || used++ % step != 0)
            continue;
        line.predictedSample.push_back(double(bins.predicted_B[i]));
        line.measuredSample.push_back(double(bins.measured_B[i]));
    }
}

/// Thresholds hold for the highest value in any line, so that all lines are about the same regions (GOPHER).
void measureCurves(const TrackComparisonSettings& settings, TrackComparison& comparison)
{
    std::vector<double> highest(comparison.regions.size(), std::nan("")), thresholds;
    for (const LineResult& line : comparison.lines)
        for (const RegionResult& region : line.regions)
            highest[region.region] = std::fmax(highest[region.region], region.highestMeasured);
    for (int i = 0; i < settings.curvePoints; ++i)
        thresholds.push_back(double(i) * settings.curveStep);
    for (LineResult& line : comparison.lines) {
        std::vector<TrackMetrics> metrics;
        std::vector<double> highestOfLine;
        for (const RegionResult& region : line.regions) {
            metrics.push_back(region.metrics);
            highestOfLine.push_back(highest[region.region]);
        }
        line.curve = analysis::thresholdCurve(metrics, highestOfLine, thresholds);
    }
}

void noteBins(const LineBins& bins, const LineResult& line, const TrackComparisonSettings& settings,
              std::vector<std::string>& notes)
{
    const std::string binNt = groupedText(settings.bins.binNt);
    if (line.binsInAll > line.whole.bins)
        notes.push_back(line.line + ": " + groupedText(line.whole.bins) + " of " + groupedText(line.binsInAll)
                        + " bins have a value in both files and count; the others do not.");
    if (bins.predictedStepNt > settings.bins.binNt)
        notes.push_back(line.line + ": the predictions have bins of " + groupedText(bins.predictedStepNt)
                        + " nt, which fill several bins of " + binNt + " nt with the same value.");
    if (bins.shiftedRegions > 0)
        notes.push_back(line.line + ": regions that do not begin at a border of the predictions' bins of "
                        + groupedText(bins.predictedStepNt)
                        + " nt, so that their bins mix neighbours: " + groupedText(bins.shiftedRegions) + ".");
    if (!line.ofBins.auroc && line.whole.bins > 0)
        notes.push_back(
            line.line + ": " + (line.ofBins.positives == 0 ? "no" : "every") + " bin is "
            + (settings.peaks.empty() ? "above the threshold " + shortNumber(settings.threshold) : "in a peak")
            + ", so that there is no AUROC.");
}

Result<void> checkSettings(const TrackComparisonSettings& settings)
{
    if (settings.pairs.empty())
        return fail(ErrorCode::InvalidArgument,
                    "Choose a predicted and a measured signal, or a table of several pairs.");
    if (!settings.regions.bed.empty() && !wordsOf(settings.regions.chromosomes).empty())
        return fail(ErrorCode::InvalidArgument, "Give a file of regions or names of chromosomes, not both.");
    if (settings.regions.windowNt > 0 && settings.regions.windowNt < settings.bins.binNt)
        return fail(ErrorCode::InvalidArgument, "A window must be at least as long as a bin.");
    return {};
}

class Comparer {
public:
    Comparer(const TrackComparisonSettings& settings, const Tools& tools) : m_settings(settings), m_tools(tools) {}

    Result<TrackComparison> run()
    {
        if (const Result<void> sound = checkSettings(m_settings); !sound)
            return fail(sound.error());
        Result<data::ChromosomeAliases> aliases = io::readChromosomeAliases(m_settings.aliases);
        if (!aliases)
            return fail(aliases.error());
        m_aliases = *std::move(aliases);
        const Result<Peaks> peaks =
            Peaks::read(m_settings.peaks, m_aliases, {.stop = m_tools.stop}, m_comparison.notes);
        if (!peaks)
            return fail(peaks.error());
        for (const TrackPair& pair : m_settings.pairs)
            if (const Result<void> compared = addLine(complete(pair), *peaks); !compared)
                return fail(compared.error());
        measureCurves(m_settings, m_comparison);
        if (!m_comparison.leftOut.empty())
            m_comparison.notes.push_back("Regions that were left out, and stand in the table left_out: "
                                         + groupedText(std::int64_t(m_comparison.leftOut.size())) + "; the first, "
                                         + m_comparison.leftOut.front().region + ", "
                                         + m_comparison.leftOut.front().reason + ".");
        return std::move(m_comparison);
    }

private:
    Result<NamedSignal> open(const std::string& path)
    {
        if (const Result<void> goesOn = checkStop(m_tools); !goesOn)
            return fail(goesOn.error());
        Result<NamedSignal> signal = NamedSignal::open(path, m_aliases, m_tools.stop);
        if (signal)
            for (const std::string& notice : signal->source().notices())
                m_comparison.notes.push_back(path + ": " + notice);
        return signal;
    }

    /// With the files of the first line, whose chromosomes they may be.
    Result<void> takeRegions(const NamedSignal& predicted, const NamedSignal& measured)
    {
        Result<RegionsChosen> chosen = chooseRegions(m_settings.regions, predicted, measured, {.stop = m_tools.stop});
        if (!chosen)
            return fail(chosen.error());
        m_comparison.regions = std::move(chosen->regions);
        std::ranges::move(chosen->notes, std::back_inserter(m_comparison.notes));
        if (const std::int64_t overlapping = overlapCount(m_comparison.regions); overlapping > 0)
            m_comparison.notes.push_back("Regions that overlap one before them: " + groupedText(overlapping)
                                         + "; the bins that they share count in each of them.");
        expectUnits(m_tools,
                    2 * m_settings.pairs.size() * std::size_t(binCount(m_comparison.regions, m_settings.bins.binNt)));
        return {};
    }

    /// With the name and the bins that hold where the pair says none.
    TrackPair complete(TrackPair pair) const
    {
        if (pair.line.empty())
            pair.line = std::filesystem::path(pair.predicted).filename().string();
        if (pair.trainBinNt <= 0)
            pair.trainBinNt = m_settings.trainBinNt;
        return pair;
    }

    Result<void> addLine(const TrackPair& pair, const Peaks& peaks)
    {
        const Result<NamedSignal> predicted = open(pair.predicted);
        if (!predicted)
            return fail(predicted.error());
        const Result<NamedSignal> measured = open(pair.measured);
        if (!measured)
            return fail(measured.error());
        if (m_comparison.regions.empty())
            if (const Result<void> taken = takeRegions(*predicted, *measured); !taken)
                return taken;
        const auto placed = placeRegions(m_comparison.regions, *predicted, *measured, m_settings.bins.binNt, pair.line,
                                         m_comparison.leftOut);
        if (!placed)
            return fail(placed.error());
        Result<LineBins> bins =
            readLineBins(*predicted, *measured, m_comparison.regions, *placed, m_settings.bins, m_tools);
        if (!bins)
            return fail(bins.error());
        m_comparison.lines.push_back(measure(*bins, pair, peaks));
        return {};
    }

    LineResult measure(LineBins& bins, const TrackPair& pair, const Peaks& peaks)
    {
        LineResult line{.line = pair.line,
                        .trainBinNt = pair.trainBinNt > 0 ? pair.trainBinNt : bins.predictedStepNt,
                        .binsInAll = std::ssize(bins.predicted_B)};
        prepare(bins, m_settings, line, m_comparison.notes);
        line.whole = analysis::trackMetrics(bins.predicted_B, bins.measured_B);
        measureRegions(bins, line);
        measureTriangle(bins, m_settings, line, m_comparison.notes);
        rankBins(bins, m_comparison.regions, m_settings, peaks, line);
        rankRegions(m_comparison.regions, m_settings, peaks, line);
        takeSample(bins, line);
        noteBins(bins, line, m_settings, m_comparison.notes);
        return line;
    }

    const TrackComparisonSettings& m_settings;
    const Tools& m_tools;
    data::ChromosomeAliases m_aliases;
    TrackComparison m_comparison;
};

}  // namespace

Result<TrackComparison> compareTracks(const TrackComparisonSettings& settings, const Tools& tools)
{
    return Comparer(settings, tools).run();
}

}  // namespace nscope::study
