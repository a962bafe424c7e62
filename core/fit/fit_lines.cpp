#include "core/fit/fit_lines.h"

#include "core/dataset/data_settings.h"
#include "core/io/table_writer.h"
#include "core/train/metrics_lines.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nscope::fit {

using nlohmann::json;

namespace {

constexpr std::size_t kShownExamples = 8, kShownNames = 6, kShownStretches = 256;

/// Means over stretches, so that at most kShownStretches numbers are left.
std::vector<float> shortened(const std::vector<float>& values)
{
    const std::size_t width = (values.size() + kShownStretches - 1) / kShownStretches;
    std::vector<float> means;
    for (std::size_t from = 0; from < values.size(); from += width) {
        const std::size_t end = std::min(values.size(), from + width);
        means.push_back(std::accumulate(values.begin() + std::ptrdiff_t(from), values.begin() + std::ptrdiff_t(end), 0.0f)
                        / float(end - from));
    }
    return means;
}

}  // namespace

std::string startLine(const StartFacts& facts, const FitSettings& settings, const FitProgress& progress)
{
    return json{{"type", "start"},
                {"task", dataset::taskName(settings.task)},
                {"architecture", facts.architecture},
                {"parameters", facts.parameters},
                {"trained_parameters", facts.trained},
                {"loss", settings.loss.kind},
                {"step", progress.step},
                {"train_examples", facts.train},
                {"validation_examples", facts.validation},
                {"test_examples", facts.test},
                {"batches_per_epoch", facts.batchesPerEpoch},
                {"rows_left_out", facts.leftOut},
                {"fresh_weights", facts.fresh},
                {"notes", facts.notes}}
        .dump();
}

std::string trainingLine(const FitProgress& p, double learningRate, double fraction, double examplesPerSecond)
{
    const double batches = double(std::max<std::int64_t>(1, p.sums.microBatches));
    const double steps = double(std::max<std::int64_t>(1, p.sums.optimiserSteps));
    json line = train::trainingPart(p, learningRate, fraction);
    line.update({{"loss", p.sums.loss / batches},
                 {"penalty", p.sums.penalty / batches},
                 {"gradient_norm", p.sums.gradientNorm / steps},
                 {"examples", p.examples},
                 {"examples_per_second", examplesPerSecond}});
    return line.dump();
}

std::string validationLine(const FitProgress& p, double fraction, double learningRate, const Judgement& judgement,
                           bool best, const json& examples)
{
    json line = metricsJson(judgement);
    line.update(train::validationPart(p, fraction, best));
    line["learning_rate"] = learningRate;
    if (!examples.empty())
        line["example_predictions"] = examples;
    return line.dump();
}

json examplesJson(const dataset::Dataset& data, const Judge& judge)
{
    json all = json::array();
    const std::vector<std::string>& names = data.task.names;
    if (const auto& profile = judge.exampleProfile())
        all.push_back({{"id", data.examples[std::size_t(profile->row)].id},
                       {"signal", names.front()},
                       {"measured", shortened(profile->measured_B)},
                       {"predicted", shortened(profile->predicted_B)}});
    const std::size_t rows = judge.predicted_NK().empty() ? 0 : judge.rows().size();
    const std::size_t shown = std::min(rows, kShownExamples), shownNames = std::min(names.size(), kShownNames);
    for (std::size_t i = 0; i < shown; ++i) {
        const std::size_t n = i * rows / shown;
        const dataset::Example& example = data.examples[std::size_t(judge.rows()[n])];
        json truth = json::object(), predicted = json::object();
        for (std::size_t k = 0; k < shownNames; ++k) {
            predicted[names[k]] = judge.predicted_NK()[n * names.size() + k];
            if (data.task.kind != dataset::TaskKind::Classes)
                truth[names[k]] = example.target[k];  // NaN becomes null
        }
        if (data.task.kind == dataset::TaskKind::Classes)
            truth = names[std::size_t(example.target[0])];
        all.push_back({{"id", example.id}, {"true", std::move(truth)}, {"predicted", std::move(predicted)}});
    }
    return all;
}

json metricsJson(const Judgement& judgement)
{
    json all = {{"examples", judgement.examples}, {"loss", judgement.loss}};
    for (const Metric& metric : judgement.metrics)
        all[metric.name] = metric.value;
    return all;
}

json intervalsJson(const Judgement& judgement)
{
    json all = json::object();
    for (const Metric& metric : judgement.metrics) {
        if (metric.interval)
            all[metric.name] = {metric.interval->low, metric.interval->high};
    }
    return all;
}

json robustnessJson(const std::vector<DisturbedJudgement>& disturbed)
{
    json all = json::array();
    for (const DisturbedJudgement& each : disturbed)
        all.push_back({{"changed", each.changedShare}, {"metrics", metricsJson(each.judgement)}});
    return all;
}

std::vector<data::NamedValue> namedMetrics(const Judgement& judgement, const std::vector<std::string>& main)
{
    std::vector<data::NamedValue> values{{"examples", double(judgement.examples)}, {"loss", judgement.loss}};
    for (const Metric& metric : judgement.metrics)
        values.push_back({metric.name, metric.value});
    for (const Metric& metric : judgement.metrics) {
        if (metric.interval && std::ranges::count(main, metric.name) > 0) {
            values.push_back({metric.name + "_low", metric.interval->low});
            values.push_back({metric.name + "_high", metric.interval->high});
        }
    }
    std::erase_if(values, [](const data::NamedValue& value) { return !std::isfinite(value.value); });
    return values;
}

std::string predictionTable(const dataset::Dataset& data, const Judge& judge)
{
    const std::vector<std::string>& names = data.task.names;
    if (judge.predicted_NK().empty())
        return {};
    const bool classes = data.task.kind == dataset::TaskKind::Classes;
    std::string text = "id\tlength";
    if (classes)
        text += "\ttrue_class\tclass";
    for (const std::string& name : names)
        text += (classes ? "\tp_" + name : "\ttrue_" + name + "\t" + name);
    text += "\n";
    for (std::size_t n = 0; n < judge.rows().size(); ++n) {
        const dataset::Example& example = data.examples[std::size_t(judge.rows()[n])];
        const auto said = std::span(judge.predicted_NK()).subspan(n * names.size(), names.size());
        text += example.id + "\t" + std::to_string(example.lengthNt);
        if (classes)
            text += "\t" + names[std::size_t(example.target[0])] + "\t"
                    + names[std::size_t(std::ranges::max_element(said) - said.begin())];
        for (std::size_t k = 0; k < names.size(); ++k) {
            if (!classes)
                text += "\t" + (std::isnan(example.target[k]) ? std::string("NA") : io::floatText(example.target[k]));
            text += "\t" + io::floatText(said[k]);
        }
        text += "\n";
    }
    return text;
}

}  // namespace nscope::fit
