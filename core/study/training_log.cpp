#include "core/study/training_log.h"

#include "core/study/columns.h"
#include "core/study/metric_order.h"
#include "core/study/number_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace nscope::study {

namespace {

using nlohmann::ordered_json;

constexpr std::array kNoMetrics{"step",           "epoch",           "fraction",       "training_seconds", "threshold",
                                "rows",           "true_positives",  "true_negatives", "false_positives",  "false_negatives",
                                "learning_rate",  "seen_nt",         "nt_per_second",  "examples",         "letters",
                                "examples_per_second", "seconds"};
constexpr std::array kLosses{"loss", "log_loss"};

bool isMetric(const std::string& name) { return std::ranges::find(kNoMetrics, name) == kNoMetrics.end(); }
bool isLoss(const std::string& name) { return std::ranges::find(kLosses, name) != kLosses.end(); }

/// "metrics.AUROC" for nested objects, but "AUROC" for those of "metrics" itself.
void collectNumbers(const ordered_json& object, const std::string& prefix,
                    std::vector<std::pair<std::string, double>>& numbers)
{
    for (const auto& [key, value] : object.items()) {
        if (value.is_number())
            numbers.emplace_back(prefix + key, value.get<double>());
        else if (value.is_object())
            collectNumbers(value, prefix.empty() && key == "metrics" ? prefix : prefix + key + ".", numbers);
    }
}

std::optional<double> numberAt(const ordered_json& object, std::string_view key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

const ordered_json& memberOf(const ordered_json& object, std::string_view key)
{
    static const ordered_json kNone;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found == object.end() ? kNone : *found;
}

/// Of the network and of what it is compared with, in a metric that both have.
std::optional<data::Plot> baselinePlot(const ordered_json& result)
{
    const ordered_json &metrics = memberOf(result, "metrics"), &baselines = memberOf(result, "baselines");
    for (const std::string_view name : kMainMetrics) {
        const auto own = numberAt(metrics, name);
        if (!own || !baselines.is_object())
            continue;
        data::PlotSeries bars{.kind = data::PlotSeries::Kind::Bars, .name = {}, .x = {0.0}, .y = {*own}};
        const ordered_json& interval = memberOf(memberOf(result, "intervals"), name);
        const bool hasInterval = interval.is_array() && interval.size() == 2 && interval[0].is_number()
                                 && interval[1].is_number();
        bars.low.push_back(hasInterval ? interval[0].get<double>() : orNaN(std::nullopt));
        bars.high.push_back(hasInterval ? interval[1].get<double>() : orNaN(std::nullopt));
        data::Plot plot{.id = "baselines",
                        .title = "Beside simple properties",
                        .y = {.label = std::string(name)}};
        plot.x.ticks.push_back({0.0, "this network"});
        for (const auto& [baseline, values] : baselines.items()) {
            const auto value = numberAt(values, name);
            if (!value)
                continue;
            bars.x.push_back(double(bars.x.size()));
            plot.x.ticks.push_back({bars.x.back(), baseline});
            bars.y.push_back(*value);
            bars.low.push_back(orNaN(std::nullopt));
            bars.high.push_back(orNaN(std::nullopt));
        }
        if (bars.x.size() < 2)
            continue;
        plot.series.push_back(std::move(bars));
        return plot;
    }
    return std::nullopt;
}

/// How the network judges when letters of the held-out sequences are changed.
std::optional<data::Plot> robustnessPlot(const ordered_json& result)
{
    const ordered_json& levels = memberOf(result, "robustness");
    if (!levels.is_array())
        return std::nullopt;
    for (const std::string_view name : kMainMetrics) {
        data::PlotSeries line{.name = {}, .x = {}, .y = {}};
        for (const ordered_json& level : levels) {
            const auto changed = numberAt(level, "changed"), value = numberAt(memberOf(level, "metrics"), name);
            if (!changed || !value)
                continue;
            line.x.push_back(100.0 * *changed);
            line.y.push_back(*value);
        }
        if (line.x.size() < 2)
            continue;
        data::Plot plot{.id = "robustness",
                        .title = "Robustness to changed letters",
                        .x = {.label = "Letters changed (%)"},
                        .y = {.label = std::string(name)}};
        plot.series.push_back(std::move(line));
        return plot;
    }
    return std::nullopt;
}

std::string textOf(const ordered_json& value)
{
    if (value.is_number())
        return shortNumber(value.get<double>());
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// Examples of a validation: what is true and what the network says of each.
std::optional<data::ResultTable> exampleTable(const ordered_json& examples)
{
    std::vector<std::string> ids;
    std::vector<std::pair<std::string, std::vector<std::string>>> columns;
    const auto put = [&](const std::string& name, const std::string& text) {
        auto found = std::ranges::find(columns, name, [](const auto& column) { return column.first; });
        if (found == columns.end())
            found = columns.insert(columns.end(), {name, std::vector<std::string>(ids.size() - 1)});
        found->second.push_back(text);
    };
    for (const ordered_json& example : examples) {
        const ordered_json &truth = memberOf(example, "true"), &predicted = memberOf(example, "predicted");
        if (!predicted.is_object())
            continue;
        ids.push_back(textOf(memberOf(example, "id")));
        if (truth.is_string())
            put("true", truth.get<std::string>());
        for (const auto& [name, value] : predicted.items()) {
            if (truth.is_object())
                put("true " + name, textOf(memberOf(truth, name)));
            put(truth.is_string() ? "P(" + name + ")" : name, textOf(value));
        }
        for (auto& column : columns)
            column.second.resize(ids.size());
    }
    if (ids.empty())
        return std::nullopt;
    data::ResultTable table{"examples", {{"id", std::move(ids)}}};
    for (auto& [name, values] : columns)
        table.columns.push_back({name, std::move(values)});
    return table;
}

/// From 0 to 1, since a network may give logits where reads were counted.
std::optional<data::PlotSeries> scaledSeries(const ordered_json& values, const char* name)
{
    data::PlotSeries line{.name = name, .x = {}, .y = {}};
    if (!values.is_array())
        return std::nullopt;
    for (const ordered_json& value : values) {
        line.x.push_back(double(line.x.size() + 1));
        line.y.push_back(value.is_number() ? value.get<double>() : orNaN(std::nullopt));
    }
    if (line.y.empty())
        return std::nullopt;
    const auto [low, high] = std::ranges::minmax(line.y);
    for (double& y : line.y)
        y = high > low ? (y - low) / (high - low) : 0.0;
    return line;
}

std::optional<data::Plot> exampleProfile(const ordered_json& examples)
{
    for (const ordered_json& example : examples) {
        const auto measured = scaledSeries(memberOf(example, "measured"), "measured"),
                   predicted = scaledSeries(memberOf(example, "predicted"), "predicted");
        if (!measured || !predicted)
            continue;
        data::Plot plot{.id = "example_profile",
                        .title = textOf(memberOf(example, "signal")) + " of " + textOf(memberOf(example, "id")),
                        .x = {.label = "Stretch of the profile"},
                        .y = {.label = "Signal, from 0 to 1"}};
        plot.series = {*measured, *predicted};
        return plot;
    }
    return std::nullopt;
}

std::vector<double> stepsOf(const auto& points)
{
    std::vector<double> steps;
    for (const auto& point : points)
        steps.push_back(double(point.step));
    return steps;
}

std::vector<double> valuesOf(const auto& points, const std::string& name)
{
    std::vector<double> values;
    for (const auto& point : points) {
        const auto found = point.values.find(name);
        values.push_back(orNaN(found == point.values.end() ? std::nullopt : std::optional(found->second)));
    }
    return values;
}

bool anyHas(const auto& points, const std::string& name)
{
    return std::ranges::any_of(points, [&](const auto& point) { return point.values.contains(name); });
}

}  // namespace

void TrainingLog::put(std::vector<Point>& points, Point point)
{
    // A resumed run repeats steps that it lost.
    const auto from = std::ranges::lower_bound(points, point.step, {}, &Point::step);
    points.erase(from, points.end());
    points.push_back(std::move(point));
}

Result<void> TrainingLog::add(std::string_view line)
{
    const ordered_json object = ordered_json::parse(line, nullptr, false);
    if (!object.is_object())
        return fail(ErrorCode::Parse, "The line is no JSON object.");
    const auto type = object.find("type");
    const std::string kind = type != object.end() && type->is_string() ? type->get<std::string>() : std::string();
    std::vector<std::pair<std::string, double>> numbers;
    collectNumbers(object, {}, numbers);
    if (kind == "result") {
        m_result = std::move(numbers);
        m_ofResult.clear();
        for (const auto& plot : {baselinePlot(object), robustnessPlot(object)})
            if (plot)
                m_ofResult.push_back(*plot);
        m_fraction = 1.0;
        return {};
    }
    if (kind != "train" && kind != "validation")
        return {};
    Point point;
    for (const auto& [name, value] : numbers)
        point.values.try_emplace(name, value);
    point.step = std::int64_t(point.values["step"]);
    point.epoch = point.values["epoch"];
    if (const auto fraction = point.values.find("fraction"); fraction != point.values.end())
        m_fraction = fraction->second;
    if (const auto best = object.find("best"); best != object.end() && best->is_boolean())
        point.isBest = best->get<bool>();
    if (const auto end = object.find("end"); end != object.end() && end->is_string())
        m_end = end->get<std::string>();
    if (const ordered_json& examples = memberOf(object, "example_predictions"); examples.is_array()) {
        m_examples = exampleTable(examples);
        m_exampleProfile = exampleProfile(examples);
    }
    m_result.clear();
    m_ofResult.clear();
    put(kind == "train" ? m_training : m_validations, std::move(point));
    return {};
}

Result<TrainingLog> TrainingLog::read(const std::string& folder)
{
    const std::string path = (std::filesystem::path(folder) / "metrics.jsonl").string();
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::NotFound, "The folder holds no metrics of a training run.", {.file = path});
    TrainingLog log;
    std::string line;
    for (std::int64_t number = 1; std::getline(file, line); ++number) {
        if (file.eof())
            break;  // was being written when the run was stopped
        if (line.empty())
            continue;
        if (const Result<void> added = log.add(line); !added)
            return fail(added.error().at({.file = path, .line = number}));
    }
    return log;
}

std::int64_t TrainingLog::step() const
{
    return std::max(m_training.empty() ? 0 : m_training.back().step,
                    m_validations.empty() ? 0 : m_validations.back().step);
}

const TrainingLog::Point* TrainingLog::best() const
{
    const auto found = std::find_if(m_validations.rbegin(), m_validations.rend(),
                                    [](const Point& point) { return point.isBest; });
    return found == m_validations.rend() ? nullptr : &*found;
}

/// Losses last.
std::vector<std::string> TrainingLog::metricNames() const
{
    std::vector<std::string> names;
    for (const Point& point : m_validations)
        for (const auto& [name, value] : point.values)
            if (isMetric(name) && std::ranges::find(names, name) == names.end())
                names.push_back(name);
    std::ranges::sort(names, {}, [](const std::string& name) { return std::pair(rankOf(name), name); });
    std::ranges::stable_partition(names, [](const std::string& name) { return !isLoss(name); });
    return names;
}

std::string TrainingLog::headline() const
{
    if (isEmpty())
        return {};
    std::string text = "Step " + groupedText(step());
    const auto epoch = m_training.empty() ? m_validations.back().epoch : m_training.back().epoch;
    text += ", epoch " + groupedText(std::int64_t(epoch) + 1);
    if (!m_training.empty())
        if (const auto loss = m_training.back().values.find("loss"); loss != m_training.back().values.end())
            text += ": loss " + shortNumber(loss->second);
    const auto names = metricNames();
    if (!names.empty()) {
        const std::string& name = names.front();
        text += "; " + name + " " + shortNumber(valuesOf(m_validations, name).back());
        if (const Point* point = best(); point && point != &m_validations.back() && point->values.contains(name))
            text += ", best " + shortNumber(point->values.at(name)) + " at step " + groupedText(point->step);
    }
    return text + "." + (m_end.empty() ? "" : " " + m_end);
}

data::Plot TrainingLog::lossPlot() const
{
    data::Plot plot{.id = "loss", .title = "Loss", .x = {.label = "Step"}, .y = {.label = "Loss"}};
    if (anyHas(m_training, "loss"))
        plot.series.push_back({.name = "training", .x = stepsOf(m_training), .y = valuesOf(m_training, "loss")});
    for (const char* name : kLosses)
        if (anyHas(m_validations, name))
            plot.series.push_back(
                {.name = "validation", .x = stepsOf(m_validations), .y = valuesOf(m_validations, name)});
    if (const Point* point = best())
        plot.guides.push_back({.vertical = true, .at = double(point->step), .label = "best"});
    return plot;
}

data::Plot TrainingLog::metricPlot(const std::string& name) const
{
    data::Plot plot{.id = name, .title = name + " of the validation examples", .x = {.label = "Step"}, .y = {.label = name}};
    plot.series.push_back({.name = {}, .x = stepsOf(m_validations), .y = valuesOf(m_validations, name)});
    if (const Point* point = best())
        plot.guides.push_back({.vertical = true, .at = double(point->step), .label = "best"});
    return plot;
}

void TrainingLog::addTrainingPlot(Outcome& outcome, const char* id, const char* title, const char* label,
                                  const std::vector<std::string>& keys) const
{
    for (const std::string& key : keys) {
        if (!anyHas(m_training, key))
            continue;
        data::Plot plot{.id = id, .title = title, .x = {.label = "Step"}, .y = {.label = label}};
        plot.series.push_back({.name = {}, .x = stepsOf(m_training), .y = valuesOf(m_training, key)});
        outcome.plots.push_back(std::move(plot));
        return;
    }
}

data::ResultTable TrainingLog::validationTable() const
{
    data::ResultTable table{"validations",
                            {columnOf("step", m_validations, [](const Point& point) { return point.step; }),
                             columnOf("epoch", m_validations, [](const Point& point) { return std::int64_t(point.epoch); })}};
    for (const std::string& name : metricNames())
        table.columns.push_back({name, valuesOf(m_validations, name)});
    table.columns.push_back(columnOf("best", m_validations,
                                     [](const Point& point) { return std::string(point.isBest ? "yes" : ""); }));
    return table;
}

data::ResultTable TrainingLog::resultTable() const
{
    return {"result",
            {columnOf("name", m_result, [](const auto& row) { return row.first; }),
             columnOf("value", m_result, [](const auto& row) { return row.second; })}};
}

Outcome TrainingLog::outcome() const
{
    Outcome outcome;
    if (isEmpty())
        return outcome;
    if (data::Plot loss = lossPlot(); !loss.series.empty())
        outcome.plots.push_back(std::move(loss));
    for (const std::string& name : metricNames())
        if (!isLoss(name))
            outcome.plots.push_back(metricPlot(name));
    if (m_exampleProfile)
        outcome.plots.push_back(*m_exampleProfile);
    std::ranges::copy(m_ofResult, std::back_inserter(outcome.plots));
    addTrainingPlot(outcome, "learning_rate", "Learning rate", "Learning rate", {"learning_rate"});
    addTrainingPlot(outcome, "speed", "Speed", "Per second", {"examples_per_second", "nt_per_second"});
    if (!m_result.empty())
        outcome.tables.push_back(resultTable());
    outcome.tables.push_back(validationTable());
    if (m_examples)
        outcome.tables.push_back(*m_examples);
    if (const std::string sentence = headline(); !sentence.empty())
        outcome.notes.push_back(sentence);
    return outcome;
}

}  // namespace nscope::study
