#include "core/study/embedding.h"

#include "core/analysis/pca.h"
#include "core/study/columns.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <map>

namespace nscope::study {

namespace {

using analysis::PrincipalComponents;
using data::Plot;
using data::PlotSeries;

std::string percentText(double share) { return shortNumber(100.0 * share) + " %"; }

/// Points by group; groups in alphabetical order.
std::vector<PlotSeries> pointsOf(const Vectors& vectors, const std::vector<double>& x, const std::vector<double>& y)
{
    std::map<std::string, PlotSeries> groups;
    for (std::size_t i = 0; i < vectors.ids.size(); ++i) {
        const std::string group = vectors.groups.empty() ? std::string() : vectors.groups[i];
        PlotSeries& series =
            groups.try_emplace(group, PlotSeries{.kind = PlotSeries::Kind::Points, .name = group, .x = {}, .y = {}})
                .first->second;
        series.x.push_back(x[i]);
        series.y.push_back(y[i]);
        series.labels.push_back(vectors.ids[i]);
    }
    std::vector<PlotSeries> all;
    for (auto& [group, series] : groups)
        all.push_back(std::move(series));
    return all;
}

std::vector<double> columnAt(const PrincipalComponents& components, std::size_t vectors, std::size_t column)
{
    std::vector<double> values;
    for (std::size_t i = 0; i < vectors; ++i)
        values.push_back(components.scores_NK[i * std::size_t(components.count) + column]);
    return values;
}

std::vector<Plot> componentPlots(const Vectors& vectors, const PrincipalComponents& components)
{
    const std::size_t n = vectors.ids.size();
    Plot scores{.id = "coordinates", .title = "Principal components of " + groupedText(std::int64_t(n)) + " sequences"};
    const bool isPlane = components.count > 1;
    scores.x = {.label = "PC1 (" + percentText(components.explainedShares[0]) + ")"};
    scores.y = {.label = isPlane ? "PC2 (" + percentText(components.explainedShares[1]) + ")" : std::string()};
    scores.series = pointsOf(vectors, columnAt(components, n, 0),
                             isPlane ? columnAt(components, n, 1) : std::vector<double>(n, 0.0));
    Plot shares{.id = "components", .title = "What the components explain"};
    shares.x = {.label = "Component"};
    shares.y = {.label = "Share of the variance"};
    shares.series.push_back({.kind = PlotSeries::Kind::Bars,
                             .name = {},
                             .x = countedFrom1(components.explainedShares.size()),
                             .y = components.explainedShares});
    return {std::move(scores), std::move(shares)};
}

}  // namespace

Result<Outcome> componentOutcome(const Vectors& vectors, int count, std::uint64_t seed, std::stop_token stop)
{
    const Result<PrincipalComponents> components =
        analysis::principalComponents(vectors.values_ND, vectors.dimensions, count, seed, std::move(stop));
    if (!components)
        return fail(components.error());
    data::ResultTable scores{"coordinates", {{"id", vectors.ids}}};
    std::vector<std::int64_t> numbers;
    for (std::size_t k = 0; k < std::size_t(components->count); ++k) {
        scores.columns.push_back({"pc" + std::to_string(k + 1), columnAt(*components, vectors.ids.size(), k)});
        numbers.push_back(std::int64_t(k) + 1);
    }
    return Outcome{.tables = {std::move(scores),
                              {"components",
                               {{"component", std::move(numbers)},
                                {"variance", components->variances},
                                {"explained_share", components->explainedShares}}}},
                   .plots = componentPlots(vectors, *components)};
}

Result<Outcome> umapOutcome(const Vectors& vectors, const analysis::UmapSettings& settings, int firstComponents,
                            std::stop_token stop, Progress* progress)
{
    std::vector<float> values = vectors.values_ND;
    std::int64_t dimensions = vectors.dimensions;
    if (firstComponents > 0 && dimensions > firstComponents) {  // takes noise and time away
        const Result<PrincipalComponents> first =
            analysis::principalComponents(values, dimensions, firstComponents, settings.seed, stop);
        if (!first)
            return fail(first.error());
        values.assign(first->scores_NK.begin(), first->scores_NK.end());
        dimensions = first->count;
    }
    const Result<std::vector<float>> layout = analysis::umapLayout(values, dimensions, settings, stop, progress);
    if (!layout)
        return fail(layout.error());
    std::vector<double> x, y;
    for (std::size_t i = 0; i + 1 < layout->size(); i += 2) {
        x.push_back(double((*layout)[i]));
        y.push_back(double((*layout)[i + 1]));
    }
    Plot plot{.id = "coordinates", .title = "UMAP of " + groupedText(std::int64_t(vectors.ids.size())) + " sequences"};
    plot.x = {.label = "UMAP 1"};
    plot.y = {.label = "UMAP 2"};
    plot.series = pointsOf(vectors, x, y);
    return Outcome{.tables = {{"coordinates", {{"id", vectors.ids}, {"umap1", std::move(x)}, {"umap2", std::move(y)}}}},
                   .plots = {std::move(plot)}};
}

namespace {

Result<Vectors> vectorsOf(const Order& order, const Tools& tools)
{
    Vectors vectors;
    expectUnits(tools, order.transcripts.size());
    for (const data::TranscriptPtr& transcript : order.transcripts) {
        const auto prediction = tools.predict(transcript);
        if (!prediction)
            return fail(prediction.error());
        const std::vector<float>& embedding = (*prediction)->embedding;
        const bool fits = vectors.ids.empty() || std::ssize(embedding) == vectors.dimensions;
        if (embedding.empty() || !fits)
            return fail(ErrorCode::Unsupported,
                        "The model gives no vector for this sequence, or one of another length.",
                        {.record = transcript->sequence.id});
        vectors.dimensions = std::ssize(embedding);
        vectors.ids.push_back(transcript->sequence.id);
        vectors.groups.push_back((*prediction)->predictedClass);
        vectors.values_ND.insert(vectors.values_ND.end(), embedding.begin(), embedding.end());
        countUnit(tools);
    }
    return vectors;
}

Result<Outcome> runEmbedding(const Order& order, const Tools& tools)
{
    const Result<Vectors> vectors = vectorsOf(order, tools);
    if (!vectors)
        return fail(vectors.error());
    if (text(order, "layout") == "pca")
        return componentOutcome(*vectors, int(whole(order, "components")), order.seed, tools.stop);
    analysis::UmapSettings settings;
    settings.neighbours = whole(order, "neighbours");
    settings.minDistance = number(order, "min_distance");
    settings.epochs = int(whole(order, "epochs"));
    settings.distance =
        text(order, "metric") == "cosine" ? analysis::VectorDistance::Cosine : analysis::VectorDistance::Euclidean;
    settings.seed = order.seed;
    Outcome note;
    if (const std::int64_t most = std::ssize(vectors->ids); settings.neighbours > most) {
        settings.neighbours = most;
        note.notes.push_back("There are " + std::to_string(most) + " sequences; all of them are neighbours.");
    }
    if (tools.progress)
        tools.progress->restart();  // from here on it counts the rounds of the layout
    Result<Outcome> outcome =
        umapOutcome(*vectors, settings, int(whole(order, "first_components")), tools.stop, tools.progress);
    if (outcome)
        outcome->notes = std::move(note.notes);
    return outcome;
}

}  // namespace

std::vector<Study> embeddingStudies()
{
    std::vector<engine::OptionSpec> options{
        choiceOption("layout", "Layout", "How vectors come into the plane", {"umap", "pca"}),
        wholeOption("components", "Components", "Principal components (pca)", 2, 1, 1000),
        wholeOption("first_components", "First components",
                    "Principal components that UMAP starts from; 0: the vectors as "
                    "they are",
                    50, 0, 1000),
        wholeOption("neighbours", "Neighbours", "Of a vector, itself among them (umap)", 15, 2, 1000),
        numberOption("min_distance", "Least distance", "How close points may lie (umap)", 0.1, 0.0, 2.9),
        wholeOption("epochs", "Epochs", "Rounds of the layout; 0: 500, or 200 above 10,000 vectors (umap)", 0, 0,
                    100'000),
        choiceOption("metric", "Metric", "Distance of vectors (umap)", {"euclidean", "cosine"})};
    return {{{"embedding",
              "Map of the sequences",
              "The model's vector per sequence, laid out in the plane",
              "McInnes, Healy & Melville 2018 (UMAP)",
              Page::Populations,
              std::move(options),
              {},
              {.embedding = true, .sequences = 4}},
             runEmbedding}};
}

}  // namespace nscope::study
