#include "core/experiment/gia_scans.h"

#include "core/experiment/motif_pattern.h"

#include <algorithm>

namespace nscope::experiment {

namespace {

/// One row of the scan; `first` are the changes by the first motif alone.
Result<DistanceRow> distanceRow(const Run& run, const ScoredBackgrounds& backgrounds, const DistanceSettings& settings,
                                const std::vector<double>& first, std::int64_t startNt)
{
    const PlacedMotif moved{settings.second, startNt};
    DistanceRow row{startNt, startNt - *settings.first.startNt, {}, {}, {}};
    const Result<std::vector<double>> both = motifChanges(run, backgrounds, {settings.first, moved});
    if (!both)
        return fail(both.error());
    row.both = bootstrapMean(*both, backgrounds.seed);
    if (!settings.singles)
        return row;
    const Result<std::vector<double>> second = motifChanges(run, backgrounds, {moved});
    if (!second)
        return fail(second.error());
    row.second = bootstrapMean(*second, backgrounds.seed);
    row.interaction = bootstrapMean(differences(differences(*both, first), *second), backgrounds.seed);
    return row;
}

Result<void> checkDistances(const ScoredBackgrounds& backgrounds, const DistanceSettings& settings)
{
    if (!settings.first.startNt)
        return fail(ErrorCode::InvalidArgument, "The motif that stays needs a position, as MOTIF@POSITION.");
    if (settings.stepNt < 1 || settings.fromNt >= settings.toNt)
        return fail(ErrorCode::InvalidArgument, "The second motif has no place to go: the range is empty.");
    const std::int64_t places = (settings.toNt - 1 - settings.fromNt) / settings.stepNt;
    const std::int64_t last = settings.fromNt + places * settings.stepNt;
    return checkFits(backgrounds, {settings.first, {settings.second, settings.fromNt}, {settings.second, last}});
}

}  // namespace

Result<std::vector<MotifEffect>> flankScan(const Run& run, const ScoredBackgrounds& backgrounds,
                                           const PlacedMotif& pattern)
{
    const Result<std::vector<std::string>> words = expanded(pattern.pattern, kMostFlankWords);
    if (!words)
        return fail(words.error());
    run.expect(words->size() * backgrounds.sequences.size());
    std::vector<MotifEffect> effects;
    for (const std::string& word : *words) {
        Result<MotifEffect> effect = motifEffect(run, backgrounds, {{word, pattern.startNt}});
        if (!effect)
            return fail(effect.error());
        effects.push_back(*std::move(effect));
    }
    std::ranges::stable_sort(effects, std::ranges::greater(), [](const MotifEffect& e) { return e.effect.mean; });
    return effects;
}

Result<DistanceScan> distanceScan(const Run& run, const ScoredBackgrounds& backgrounds,
                                  const DistanceSettings& settings)
{
    if (const Result<void> checked = checkDistances(backgrounds, settings); !checked)
        return fail(checked.error());
    const std::int64_t fixedStart = *settings.first.startNt;
    const std::int64_t fixedEnd = fixedStart + std::int64_t(settings.first.pattern.size());
    std::vector<std::int64_t> starts;
    DistanceScan scan;
    for (std::int64_t start = settings.fromNt; start < settings.toNt; start += settings.stepNt) {
        if (start < fixedEnd && fixedStart < start + std::int64_t(settings.second.size()))
            ++scan.skipped;
        else
            starts.push_back(start);
    }
    run.expect((1 + starts.size() * (settings.singles ? 2 : 1)) * backgrounds.sequences.size());
    const Result<std::vector<double>> first = motifChanges(run, backgrounds, {settings.first});
    if (!first)
        return fail(first.error());
    scan.first = bootstrapMean(*first, backgrounds.seed);
    for (const std::int64_t start : starts) {
        Result<DistanceRow> row = distanceRow(run, backgrounds, settings, *first, start);
        if (!row)
            return fail(row.error());
        scan.rows.push_back(*std::move(row));
    }
    return scan;
}

}  // namespace nscope::experiment
