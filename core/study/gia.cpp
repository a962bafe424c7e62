#include "core/study/gia.h"

#include "core/experiment/backgrounds.h"
#include "core/experiment/motif_pattern.h"
#include "core/study/columns.h"
#include "core/study/gia_plots.h"
#include "core/study/place_text.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace nscope::study {

namespace {

using experiment::MotifEffect;
using experiment::PlacedMotif;
using experiment::Run;
using experiment::ScoredBackgrounds;

data::ResultTable effectTable(const std::string& name, const std::vector<MotifEffect>& effects)
{
    data::ResultTable table{name, {}};
    std::vector<std::int64_t> ranks(effects.size());
    std::iota(ranks.begin(), ranks.end(), 1);
    if (name == "flanks")
        table.columns.push_back({"rank", std::move(ranks)});
    table.columns.push_back(
        columnOf("motif", effects, [](const MotifEffect& e) { return placedText(e.motifs.front()); }));
    addEstimates(table, "effect", effects, [](const MotifEffect& e) { return e.effect; });
    table.columns.push_back(columnOf("backgrounds", effects, [](const MotifEffect& e) { return e.effect.count; }));
    table.columns.push_back(columnOf("mean_with", effects, [](const MotifEffect& e) { return e.meanWith; }));
    table.columns.push_back(columnOf("mean_without", effects, [](const MotifEffect& e) { return e.meanWithout; }));
    return table;
}

std::string listed(const std::vector<std::int64_t>& startsNt)
{
    std::string text;
    for (const std::int64_t start : startsNt)
        text += (text.empty() ? "" : ",") + std::to_string(start + 1);
    return text;
}

data::ResultTable distanceTable(const experiment::DistanceScan& scan, bool singles)
{
    using experiment::DistanceRow;
    data::ResultTable table{"distances",
                            {columnOf("pos", scan.rows, [](const DistanceRow& row) { return row.secondStartNt + 1; }),
                             columnOf("distance", scan.rows, [](const DistanceRow& row) { return row.distanceNt; })}};
    addEstimates(table, "both", scan.rows, [](const DistanceRow& row) { return row.both; });
    if (singles) {
        addEstimates(table, "second", scan.rows, [](const DistanceRow& row) { return *row.second; });
        addEstimates(table, "interaction", scan.rows, [](const DistanceRow& row) { return *row.interaction; });
    }
    return table;
}

data::ResultTable groupTable(const experiment::Occlusion& found)
{
    using experiment::OcclusionGroup;
    data::ResultTable groups{"groups", {columnOf("instances", found.groups, [](const OcclusionGroup& group) {
                                 return std::to_string(group.instances) + (group.instances == 3 ? "+" : "");
                             })}};
    groups.columns.push_back(columnOf("sequences", found.groups, [](const OcclusionGroup& g) { return g.all.count; }));
    addEstimates(groups, "effect_all", found.groups, [](const OcclusionGroup& group) { return group.all; });
    addEstimates(groups, "effect_each", found.groups, [](const OcclusionGroup& group) { return group.each; });
    return groups;
}

data::ResultTable occludedTable(const experiment::Occlusion& found, const data::TranscriptSet& sequences)
{
    using experiment::OccludedSequence;
    const auto meanEach = [](const OccludedSequence& s) {
        return std::accumulate(s.effectOfEach.begin(), s.effectOfEach.end(), 0.0) / double(s.effectOfEach.size());
    };
    const auto& rows = found.sequences;
    return {"sequences",
            {columnOf("id", rows, [&](const OccludedSequence& s) { return sequences[s.sequence]->sequence.id; }),
             columnOf("instances", rows, [](const OccludedSequence& s) { return std::int64_t(s.startsNt.size()); }),
             columnOf("positions", rows, [](const OccludedSequence& s) { return listed(s.startsNt); }),
             columnOf("score", rows, [](const OccludedSequence& s) { return s.score; }),
             columnOf("effect_all", rows, [](const OccludedSequence& s) { return s.effectOfAll; }),
             columnOf("effect_each", rows, meanEach)}};
}

}  // namespace

Result<Outcome> motifEffects(const Run& run, const ScoredBackgrounds& backgrounds,
                             const std::vector<PlacedMotif>& motifs)
{
    run.expect(motifs.size() * backgrounds.sequences.size());
    std::vector<MotifEffect> effects;
    std::vector<std::string> names;
    std::vector<analysis::MeanEstimate> estimates;
    for (const PlacedMotif& motif : motifs) {
        Result<MotifEffect> effect = experiment::motifEffect(run, backgrounds, {motif});
        if (!effect)
            return fail(effect.error());
        names.push_back(placedText(motif));
        estimates.push_back(effect->effect);
        effects.push_back(*std::move(effect));
    }
    return Outcome{.tables = {effectTable("effects", effects)}, .plots = {effectPlot(names, estimates)}};
}

Result<Outcome> rankedFlanks(const Run& run, const ScoredBackgrounds& backgrounds, const PlacedMotif& pattern)
{
    const auto effects = experiment::flankScan(run, backgrounds, pattern);
    if (!effects)
        return fail(effects.error());
    return Outcome{.tables = {effectTable("flanks", *effects)}, .plots = flankPlots(pattern.pattern, *effects)};
}

Result<Outcome> motifDistances(const Run& run, const ScoredBackgrounds& backgrounds,
                               const experiment::DistanceSettings& settings)
{
    const auto scan = experiment::distanceScan(run, backgrounds, settings);
    if (!scan)
        return fail(scan.error());
    data::ResultTable first{"first", {{"motif", std::vector{placedText(settings.first)}}}};
    addEstimates(first, "effect", std::vector{scan->first}, [](const analysis::MeanEstimate& e) { return e; });
    Outcome outcome{.tables = {distanceTable(*scan, settings.singles), first},
                    .plots = {distancePlot(*scan, placedText(settings.first), settings.second)}};
    if (scan->skipped > 0)
        outcome.notes.push_back("Left out: " + std::to_string(scan->skipped)
                                + " places where the motifs would overlap.");
    return outcome;
}

Result<Outcome> motifCooperation(const Run& run, const ScoredBackgrounds& backgrounds, const PlacedMotif& a,
                                 const PlacedMotif& b)
{
    const auto found = experiment::cooperativity(run, backgrounds, a, b);
    if (!found)
        return fail(found.error());
    struct Row {
        std::string what;
        std::string motif;
        analysis::MeanEstimate effect;
    };
    const std::string first = placedText(a), second = placedText(b);
    const std::vector<Row> rows{{"first", first, found->first},
                                {"second", second, found->second},
                                {"both", first + " " + second, found->both},
                                {"sum of singles", first + " " + second, found->sumOfSingles},
                                {"interaction", first + " " + second, found->interaction}};
    data::ResultTable table{"cooperativity",
                            {columnOf("what", rows, [](const Row& row) { return row.what; }),
                             columnOf("motif", rows, [](const Row& row) { return row.motif; })}};
    addEstimates(table, "effect", rows, [](const Row& row) { return row.effect; });
    table.columns.push_back(columnOf("backgrounds", rows, [](const Row& row) { return row.effect.count; }));
    return Outcome{.tables = {table}, .plots = {cooperationPlot(*found, first, second)}};
}

Result<Outcome> motifOcclusion(const Run& run, const data::TranscriptSet& sequences,
                               const experiment::OcclusionSettings& settings)
{
    const auto found = experiment::occludeMotif(run, sequences, settings);
    if (!found)
        return fail(found.error());
    return Outcome{.tables = {groupTable(*found), occludedTable(*found, sequences)},
                   .plots = occlusionPlots(*found, settings.pattern),
                   .notes = {"Without an instance of " + settings.pattern + ": " + std::to_string(found->without)
                             + " sequences."}};
}

Result<data::TranscriptSet> giaBackgrounds(const data::TranscriptSet& sequences, const std::vector<double>& composition,
                                           data::Alphabet alphabet, const experiment::BackgroundSettings& settings)
{
    if (composition.empty())
        return experiment::shuffledBackgrounds(sequences, settings);
    if (composition.size() != 4)
        return fail(ErrorCode::InvalidArgument, "A composition is four shares, of A, C, G and T/U.");
    std::array<double, 4> shares{};
    std::copy_n(composition.begin(), 4, shares.begin());
    return experiment::sampledBackgrounds(shares, alphabet, settings);
}

}  // namespace nscope::study
