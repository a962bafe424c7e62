#include "core/study/track_regions.h"

#include "core/io/annotation_file.h"
#include "core/study/number_text.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <set>
#include <utility>

namespace nscope::study {

namespace {

constexpr const char* kPredicted = "the predicted signal";
constexpr const char* kMeasured = "the measured signal";

TrackRegion regionAt(std::string chromosome, data::Interval interval, std::string name = {})
{
    data::Locus locus{std::move(chromosome), interval, data::Strand::None};
    if (name.empty())
        name = data::locusText(locus);
    return {std::move(name), std::move(locus)};
}

Result<std::vector<TrackRegion>> regionsOfFile(const std::string& path, const io::ReadControl& control,
                                               std::vector<std::string>& notes)
{
    Result<io::Annotation> read = io::readAnnotation(path, control);
    if (!read)
        return fail(read.error());
    std::vector<TrackRegion> regions;
    for (const io::NamedPlace& place : io::placesOf(*read))
        regions.push_back(regionAt(place.locus.chromosome, place.locus.interval, place.name));
    noteLeftOut(read->problems, "regions", notes);
    return regions;
}

/// All of a chromosome that both files hold. Of a bedGraph, which does not say how long it is, to its last interval.
TrackRegion wholeChromosome(const std::string& asked, const std::string& inPredicted, const std::string& inMeasured,
                            const NamedSignal& predicted, const NamedSignal& measured)
{
    const std::int64_t endNt = std::min(predicted.lengthOf(inPredicted), measured.lengthOf(inMeasured));
    return {asked, {asked, {0, endNt}, data::Strand::None}};
}

Result<std::vector<TrackRegion>> namedChromosomes(const std::string& names, const NamedSignal& predicted,
                                                  const NamedSignal& measured)
{
    std::vector<TrackRegion> regions;
    for (const std::string& asked : wordsOf(names)) {
        const auto inPredicted = predicted.require(asked), inMeasured = measured.require(asked);
        if (!inPredicted)
            return fail(inPredicted.error());
        if (!inMeasured)
            return fail(inMeasured.error());
        regions.push_back(wholeChromosome(asked, *inPredicted, *inMeasured, predicted, measured));
    }
    return regions;
}

Result<std::vector<TrackRegion>> sharedChromosomes(const NamedSignal& predicted, const NamedSignal& measured,
                                                   std::vector<std::string>& notes)
{
    std::vector<TrackRegion> regions;
    std::vector<std::string> alone;
    for (const std::string& name : predicted.names()) {
        if (const auto other = measured.resolve(name))
            regions.push_back(wholeChromosome(name, name, *other, predicted, measured));
        else
            alone.push_back(name);
    }
    if (regions.empty())
        return fail(ErrorCode::NotFound,
                    data::mismatchSentence(kPredicted, predicted.names(), kMeasured, measured.names()));
    if (!alone.empty())
        notes.push_back("Left out, because only the predicted signal has them: " + data::namesInShort(alone) + ".");
    return regions;
}

std::vector<TrackRegion> windowsOf(const std::vector<TrackRegion>& regions, std::int64_t windowNt,
                                   std::vector<std::string>& notes)
{
    std::vector<TrackRegion> windows;
    std::int64_t overNt = 0;
    for (const TrackRegion& region : regions) {
        const data::Interval whole = region.locus.interval;
        std::int64_t startNt = whole.startNt;
        for (; startNt + windowNt <= whole.endNt; startNt += windowNt)
            windows.push_back(regionAt(region.locus.chromosome, {startNt, startNt + windowNt}));
        overNt += whole.endNt - startNt;
    }
    if (overNt > 0)
        notes.push_back("Left out: " + groupedText(overNt) + " nt at the ends of regions, shorter than a window.");
    return windows;
}

/// The mismatch of all regions with one of the files, if it is one.
Result<void> checkNames(std::span<const TrackRegion> regions, const NamedSignal& signal, const char* what)
{
    std::set<std::string> asked;
    for (const TrackRegion& region : regions)
        asked.insert(region.locus.chromosome);
    if (std::ranges::any_of(asked, [&](const std::string& name) { return signal.resolve(name).has_value(); }))
        return {};
    const std::vector<std::string> names(asked.begin(), asked.end());
    return fail(ErrorCode::NotFound, data::mismatchSentence("the regions", names, what, signal.names()),
                {.file = signal.path()});
}

/// Why the region cannot be read there; empty if it can.
std::string obstacleIn(const NamedSignal& signal, const std::optional<std::string>& chromosome, data::Interval interval,
                       const char* what)
{
    if (!chromosome)
        return std::string(what) + " has no such chromosome";
    const std::int64_t lengthNt = signal.lengthOf(*chromosome);
    if (signal.source().knowsLengths() && interval.endNt > lengthNt)
        return "ends behind the chromosome, which has " + groupedText(lengthNt) + " nt in " + what;
    return {};
}

}  // namespace

Result<RegionsChosen> chooseRegions(const RegionsAsked& asked, const NamedSignal& predicted,
                                    const NamedSignal& measured, const io::ReadControl& control)
{
    RegionsChosen chosen;
    Result<std::vector<TrackRegion>> regions = !asked.bed.empty() ? regionsOfFile(asked.bed, control, chosen.notes)
                                               : !wordsOf(asked.chromosomes).empty()
                                                   ? namedChromosomes(asked.chromosomes, predicted, measured)
                                                   : sharedChromosomes(predicted, measured, chosen.notes);
    if (!regions)
        return fail(regions.error());
    chosen.regions = asked.windowNt > 0 ? windowsOf(*regions, asked.windowNt, chosen.notes) : *std::move(regions);
    if (chosen.regions.empty())
        return fail(ErrorCode::InvalidArgument,
                    "No region is as long as a window of " + groupedText(asked.windowNt) + " nt.");
    return chosen;
}

Result<std::vector<PlacedRegion>> placeRegions(std::span<const TrackRegion> regions, const NamedSignal& predicted,
                                               const NamedSignal& measured, std::int64_t binNt, const std::string& line,
                                               std::vector<RegionLeftOut>& leftOut)
{
    for (const auto& [signal, what] : {std::pair(&predicted, kPredicted), std::pair(&measured, kMeasured)})
        if (const Result<void> fits = checkNames(regions, *signal, what); !fits)
            return fail(fits.error());
    std::vector<PlacedRegion> placed;
    for (std::size_t i = 0; i < regions.size(); ++i) {
        const auto& [chromosome, interval, strand] = regions[i].locus;
        const auto inPredicted = predicted.resolve(chromosome), inMeasured = measured.resolve(chromosome);
        std::string obstacle = obstacleIn(predicted, inPredicted, interval, kPredicted);
        if (obstacle.empty())
            obstacle = obstacleIn(measured, inMeasured, interval, kMeasured);
        if (obstacle.empty() && interval.length() < binNt)
            obstacle = "is shorter than a bin of " + groupedText(binNt) + " nt";
        if (obstacle.empty())
            placed.push_back({i, *inPredicted, *inMeasured});
        else
            leftOut.push_back({line, regions[i].name, std::move(obstacle)});
    }
    return placed;
}

std::int64_t overlapCount(std::span<const TrackRegion> regions)
{
    std::vector<std::pair<std::string_view, data::Interval>> places;
    for (const TrackRegion& region : regions)
        places.emplace_back(region.locus.chromosome, region.locus.interval);
    std::ranges::sort(places, [](const auto& a, const auto& b) {
        return std::pair(a.first, a.second.startNt) < std::pair(b.first, b.second.startNt);
    });
    std::int64_t count = 0, endNt = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i == 0 || places[i].first != places[i - 1].first)
            endNt = 0;
        count += places[i].second.startNt < endNt ? 1 : 0;
        endNt = std::max(endNt, places[i].second.endNt);
    }
    return count;
}

}  // namespace nscope::study
