#include "core/study/design_study.h"

#include "core/data/alphabet.h"
#include "core/study/columns.h"
#include "core/study/place_text.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <charconv>

namespace nscope::study {

namespace {

using data::Plot;
using data::PlotSeries;
using experiment::Design;

data::ResultTable stepTable(const Design& design)
{
    struct Row {
        std::int64_t step;
        const experiment::DesignStep* what;
    };
    std::vector<Row> rows;
    for (const experiment::DesignStep& step : design.steps)
        rows.push_back({std::int64_t(rows.size()) + 1, &step});
    const data::Alphabet alphabet = design.start->sequence.alphabet;
    const auto shown = [alphabet](const std::string& letters) { return data::displayLetters(letters, alphabet); };
    return {"steps",
            {columnOf("step", rows, [](const Row& row) { return row.step; }),
             columnOf("pos", rows, [](const Row& row) { return row.what->move.startNt + 1; }),
             columnOf("before", rows, [&](const Row& row) { return shown(row.what->move.before); }),
             columnOf("after", rows, [&](const Row& row) { return shown(row.what->move.after); }),
             columnOf("score", rows, [](const Row& row) { return row.what->score; }),
             columnOf("change", rows, [](const Row& row) { return row.what->change; }),
             columnOf("gc", rows, [](const Row& row) { return row.what->gc; }),
             columnOf("tried", rows, [](const Row& row) { return std::int64_t(row.what->tried); })}};
}

double gcOf(const std::string& letters)
{
    const auto strong = std::ranges::count_if(letters, [](char c) { return c == 'G' || c == 'C'; });
    return double(strong) / double(std::max<std::size_t>(letters.size(), 1));
}

Plot scorePlot(const Design& design, const std::optional<double>& goal)
{
    Plot plot{.id = "score", .title = "Design of " + design.start->sequence.id};
    plot.x = {.label = "Edits"};
    plot.y = {.label = kScoreAxis};
    PlotSeries line{.kind = PlotSeries::Kind::Line, .name = {}, .x = {0.0}, .y = {design.startScore}};
    line.labels.push_back("start");
    for (const experiment::DesignStep& step : design.steps) {
        line.x.push_back(double(line.x.size()));
        line.y.push_back(step.score);
        line.labels.push_back(std::to_string(step.move.startNt + 1) + " " + step.move.before + ">" + step.move.after);
    }
    plot.series.push_back(std::move(line));
    if (goal)
        plot.guides.push_back({.vertical = false, .at = *goal, .label = "goal"});
    return plot;
}

Plot gcPlot(const Design& design, const experiment::DesignConstraints& constraints)
{
    Plot plot{.id = "gc", .title = "G and C along the design"};
    plot.x = {.label = "Edits"};
    plot.y = {.label = "Share of G and C"};
    PlotSeries line{
        .kind = PlotSeries::Kind::Line, .name = {}, .x = {0.0}, .y = {gcOf(design.start->sequence.letters)}};
    for (const experiment::DesignStep& step : design.steps) {
        line.x.push_back(double(line.x.size()));
        line.y.push_back(step.gc);
    }
    plot.series.push_back(std::move(line));
    if (constraints.leastGc > 0.0)
        plot.guides.push_back({.vertical = false, .at = constraints.leastGc, .label = "least"});
    if (constraints.mostGc < 1.0)
        plot.guides.push_back({.vertical = false, .at = constraints.mostGc, .label = "most"});
    return plot;
}

Result<std::vector<data::Interval>> rangesOf(const std::string& words)
{
    std::vector<data::Interval> ranges;
    for (const std::string& word : wordsOf(words)) {
        const Result<data::Interval> range = parseRange(word);
        if (!range)
            return fail(range.error());
        ranges.push_back(*range);
    }
    return ranges;
}

Result<std::optional<double>> goalOf(const std::string& word)
{
    if (word.empty())
        return std::optional<double>();
    double goal = 0.0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), goal);
    if (error != std::errc() || end != word.data() + word.size())
        return fail(ErrorCode::InvalidArgument, "The goal '" + word + "' is no number.");
    return std::optional(goal);
}

Result<experiment::DesignSettings> settingsOf(const Order& order)
{
    experiment::DesignSettings settings;
    settings.upwards = text(order, "direction") == "up";
    settings.beamWidth = int(whole(order, "beam"));
    settings.mostEdits = int(whole(order, "max_edits"));
    settings.candidates = std::size_t(whole(order, "candidates"));
    settings.seed = order.seed;
    const Result<std::optional<double>> goal = goalOf(text(order, "goal"));
    if (!goal)
        return fail(goal.error());
    settings.goal = *goal;
    experiment::DesignConstraints& constraints = settings.constraints;
    constraints.synonymousOnly = isOn(order, "synonymous");
    constraints.leastGc = number(order, "gc_min");
    constraints.mostGc = number(order, "gc_max");
    constraints.keptMotifs = wordsOf(text(order, "keep_motifs"));
    const Result<std::vector<data::Interval>> regions = rangesOf(text(order, "region")),
                                              kept = rangesOf(text(order, "keep"));
    if (!regions || !kept)
        return fail(regions ? kept.error() : regions.error());
    if (regions->size() > 1)
        return fail(ErrorCode::InvalidArgument, "The region to change is one range.");
    if (!regions->empty())
        constraints.region = regions->front();
    constraints.kept = *kept;
    return settings;
}

Result<data::TranscriptPtr> chosenRecord(const Order& order)
{
    const std::string& id = text(order, "record");
    for (const data::TranscriptPtr& record : order.transcripts)
        if (id.empty() || record->sequence.id == id)
            return record;
    return fail(ErrorCode::NotFound, id.empty() ? "There is no sequence." : "There is no such sequence.",
                {.record = id});
}

Result<Outcome> runDesign(const Order& order, const Tools& tools)
{
    const Result<experiment::DesignSettings> settings = settingsOf(order);
    const Result<data::TranscriptPtr> record = settings ? chosenRecord(order) : fail(settings.error());
    if (!record)
        return fail(record.error());
    const Result<Design> made = experiment::design(countedRun(tools, 0), *record, *settings);
    if (!made)
        return fail(made.error());
    return designOutcome(*made, *settings);
}

}  // namespace

const char* endText(experiment::DesignEnd end)
{
    switch (end) {
    case experiment::DesignEnd::GoalReached: return "the goal is reached";
    case experiment::DesignEnd::NoImprovement: return "no further change helps";
    case experiment::DesignEnd::MostEdits: return "all edits are used";
    }
    return "";
}

std::vector<data::Sequence> designSequences(const Design& design)
{
    data::Sequence start = design.start->sequence, designed = design.designed->sequence;
    designed.id = start.id + "_designed";
    designed.description = std::to_string(design.steps.size()) + " edits, score " + data::numberText(design.startScore)
                           + " to " + data::numberText(design.score);
    return {std::move(start), std::move(designed)};
}

Outcome designOutcome(const Design& design, const experiment::DesignSettings& settings)
{
    auto designed = std::make_shared<data::Transcript>(*design.designed);
    designed->sequence = designSequences(design).back();
    return {.tables = {stepTable(design)},
            .plots = {scorePlot(design, settings.goal), gcPlot(design, settings.constraints)},
            .notes = {"Score " + data::numberText(design.startScore) + " to " + data::numberText(design.score) + " by "
                      + std::to_string(design.steps.size()) + " edits; " + endText(design.end) + "."},
            .made = {std::move(designed)}};
}

std::vector<Study> designStudies()
{
    std::vector<engine::OptionSpec> options{
        textOption("record", "Sequence", "Id of the sequence to change; empty: the first"),
        choiceOption("direction", "Direction", "Towards a higher or a lower score", {"up", "down"}),
        wholeOption("beam", "Beam", "Sequences followed at once; 1: greedy search", 1, 1, 1000),
        wholeOption("max_edits", "Most edits", "Changes at most; a codon counts as one", 20, 1, 100'000),
        textOption("goal", "Goal", "Stop at this score; empty: none"),
        wholeOption("candidates", "Changes tried", "Random changes tried per step; 0: all", 0, 0, 100'000'000),
        switchOption("synonymous", "Synonymous only", "Only codons with the same amino acid; needs a coding region"),
        numberOption("gc_min", "Least GC", "Smallest share of G and C", 0.0, 0.0, 1.0),
        numberOption("gc_max", "Most GC", "Largest share of G and C", 1.0, 0.0, 1.0),
        textOption("region", "Region", "Change only these bases, as 101-200; empty: everywhere"),
        textOption("keep", "Kept bases", "Never change these, as 101-200; several with blanks between"),
        textOption("keep_motifs", "Kept motifs", "Their instances stay instances; IUPAC codes, . for any base")};
    return {{{"design",
              "Design",
              "Changes a sequence step by step towards a higher or lower score, under constraints",
              "Greedy and beam search over single changes",
              Page::Experiments,
              std::move(options),
              {},
              {.target = true}},
             runDesign}};
}

}  // namespace nscope::study
