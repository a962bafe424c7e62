#include "core/fit/fit_report.h"

#include "core/dataset/data_settings.h"
#include "core/fit/fit_lines.h"
#include "core/fit/per_name.h"
#include "core/io/model_card.h"
#include "core/models/golden_example.h"
#include "core/models/weights.h"
#include "core/train/model_report.h"

#include <ATen/Parallel.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::fit {

namespace {

constexpr double kGoldenTolerance = 2e-3;  ///< of values up to 1, relative beyond
constexpr std::int64_t kLongestGoldenNt = 4096;

/// How a number of the network becomes one of the table; empty where it is one.
std::string scaleText(const std::string& name, const dataset::NumberScale& scale)
{
    if (scale == dataset::NumberScale())
        return {};
    std::string text = " " + name + " was learned as ";
    text += scale.isLog10 ? "(log10(x + " + data::toText(scale.logOffset) + ")" : std::string("(x");
    return text + " - " + data::toText(scale.mean) + ") / " + data::toText(scale.deviation) + ".";
}

/// Made-up letters, as long as the shortest example or longer.
std::string goldenLetters(const FitReport& report)
{
    std::int64_t wanted = kLongestGoldenNt;
    for (const dataset::Example& example : report.data.examples)
        wanted = std::min(wanted, example.lengthNt);
    std::string letters;
    for (auto seed = std::uint64_t(report.settings.seed); std::int64_t(letters.size()) < wanted; ++seed)
        letters += train::goldenLetters(seed);
    return letters;
}

std::string dataText(const FitReport& report)
{
    const auto rows = report.data.rows(dataset::Part::Train).size();
    const std::string given = report.settings.card.trainingData;
    return given + (given.empty() ? "" : " ") + std::to_string(rows) + " examples.";
}

using NamedBaseline = std::pair<std::string, std::vector<data::NamedValue>>;

std::vector<NamedBaseline> namedBaselines(const std::vector<dataset::BaselineNumber>& numbers)
{
    std::vector<NamedBaseline> baselines;
    for (auto first = numbers.begin(); first != numbers.end();) {
        const auto last = std::find_if(first, numbers.end(), [&](const dataset::BaselineNumber& number) {
            return number.baseline != first->baseline;
        });
        PerName metric(first->metric == "Pearson" ? "pearson" : first->metric);  // as this room calls it
        for (auto number = first; number != last; ++number)
            metric.add(number->name, number->value.value_or(std::numeric_limits<double>::quiet_NaN()));
        baselines.push_back({first->baseline, {}});
        metric.putInto(baselines.back().second);
        std::erase_if(baselines.back().second, [](const data::NamedValue& value) { return std::isnan(value.value); });
        first = last;
    }
    std::erase_if(baselines, [](const NamedBaseline& baseline) { return baseline.second.empty(); });
    return baselines;
}

nlohmann::json baselinesJson(const std::vector<NamedBaseline>& baselines)
{
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [name, metrics] : baselines)
        for (const data::NamedValue& metric : metrics)
            all[name][metric.name] = metric.value;
    return all;
}

data::ModelCard cardOf(nn::SequenceNet& net, const FitReport& report)
{
    const FitSettings& s = report.settings;
    const engine::ModelSpec& spec = net.spec();
    data::ModelCard card;
    card.id = s.card.id;
    card.name = s.card.name;
    card.description = s.card.description;
    card.architecture = s.model.architecture;
    card.options = optionsFor(s.model, report.data).value_or(s.model.options);
    card.alphabet = spec.input.alphabet;
    card.channelOrder = spec.input.channelOrder;
    card.maxInputNt = spec.input.lengthNt;
    card.paddingRule = spec.input.padding;
    card.strand = "sense";
    card.tasks = report.data.task.names;
    card.trainingData = dataText(report);
    card.trainingProcedure = report.origin.procedure;
    card.licence = s.card.licence;
    card.citation = s.card.citation;
    card.limitations = s.card.limitations;
    card.heldOutData = s.card.heldOutData.empty() ? std::string(report.heldOutRows) : s.card.heldOutData;
    card.heldOutMetrics = namedMetrics(report.heldOut, mainMetrics(s.task));
    card.baselines = namedBaselines(report.baselines);
    card.golden = models::makeGolden(net, goldenLetters(report), kGoldenTolerance);
    for (const data::NamedValue& value : card.golden.scalars)
        card.golden.tolerance = std::max(card.golden.tolerance, kGoldenTolerance * std::abs(value.value));
    return card;
}

}  // namespace

std::string procedureText(const FitSettings& s, const dataset::Task& task, const FitProgress& p, torch::Device device)
{
    std::string text = "Task " + std::string(dataset::taskName(s.task)) + ", loss " + s.loss.kind + "; " + s.optimiser.kind
                       + ", " + s.schedule.kind + " schedule, rate " + data::toText(s.schedule.rate) + "; "
                       + std::to_string(p.step) + " steps of at most "
                       + std::to_string(s.batches.mostRecords * s.accumulate) + " examples, "
                       + std::to_string(p.examples) + " examples in "
                       + std::to_string(std::int64_t(p.trainingSeconds / 60.0 + 0.5)) + " minutes on the "
                       + (device.is_cpu() ? "CPU with " + std::to_string(at::get_num_threads()) + " thread(s)"
                                                : std::string("GPU"))
                       + (s.precision == "bf16" ? ", products with bfloat16" : "") + "; weights of step "
                       + std::to_string(p.bestStep) + " (best " + s.validation.best + "); seed "
                       + std::to_string(s.seed) + ". " + p.endReason;
    for (std::size_t k = 0; k < task.scales.size(); ++k)
        text += scaleText(task.names[k], task.scales[k]);
    if (!s.model.initialWeights.empty())
        text += " Started from trained weights.";
    if (s.augment.reverseComplement > 0.0)
        text +=
            " Sequences were reverse-complemented with probability " + data::toText(s.augment.reverseComplement) + ".";
    return text;
}

Result<std::string> writeModel(nn::SequenceNet& net, const FitReport& report, const train::RunFolder& folder)
{
    net.eval();
    const data::ModelCard card = cardOf(net, report);
    auto written = models::writeState(folder.modelPath(), models::stateOf(net),
                                      {{"architecture", card.architecture}, {"id", card.id}});
    if (written)
        written = io::writeModelCard(folder.cardPath(), card);
    if (!written)
        return fail(written.error());
    return nlohmann::json{{"type", "result"},
                          {"model", folder.modelPath()},
                          {"held_out", report.heldOutRows},
                          {"best_value", report.origin.bestValue},
                          {"metrics", metricsJson(report.heldOut)},
                          {"intervals", intervalsJson(report.heldOut)},
                          {"robustness", robustnessJson(report.disturbed)},
                          {"baselines", baselinesJson(card.baselines)}}
        .dump();
}

}  // namespace nscope::fit
