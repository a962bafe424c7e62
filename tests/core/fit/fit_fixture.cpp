#include "tests/core/fit/fit_fixture.h"

#include "core/dataset/data_settings.h"
#include "core/train/random.h"

namespace nscope::tests {

using dataset::Dataset;
using dataset::Example;
using dataset::Part;
using dataset::TaskKind;

namespace {

constexpr std::string_view kMotif = "GATTACA";

std::string letters(train::RandomStream& random, int lengthNt)
{
    std::string text(std::size_t(lengthNt), 'A');
    for (char& letter : text)
        letter = "ACGT"[random.below(4)];
    return text;
}

void setTarget(Example& example, const dataset::Task& task, int copies, const std::vector<std::size_t>& places)
{
    switch (task.kind) {
    case TaskKind::Classes: example.target = {copies > 0 ? 1.0f : 0.0f}; break;
    case TaskKind::Labels:
        example.target = {copies > 0 ? 1.0f : 0.0f, copies > 1 ? 1.0f : 0.0f};
        if (copies == 0)
            example.target[1] = std::numeric_limits<float>::quiet_NaN();
        break;
    case TaskKind::Distribution: example.target = {0.8f - 0.3f * float(copies), 0.2f + 0.3f * float(copies)}; break;
    case TaskKind::Numbers: example.target = {float(copies) - 1.0f}; break;
    case TaskKind::Profile:
        example.target.assign(std::size_t(task.bins) * task.names.size(), 0.1f);
        for (const std::size_t place : places)
            example.target[std::min(place / std::size_t(task.binNt), std::size_t(task.bins - 1))] = 5.0f;
        break;
    case TaskKind::MaskedLetters: break;
    }
}

}  // namespace

Dataset motifData(TaskKind kind, std::vector<std::string> names, int count, int lengthNt, std::int64_t binNt)
{
    Dataset data;
    data.task = {kind, std::move(names), kind == TaskKind::Profile ? lengthNt / binNt : 0,
                 kind == TaskKind::Profile ? binNt : 0};
    train::RandomStream random{77, std::uint64_t(kind)};
    for (int i = 0; i < count; ++i) {
        std::string text = letters(random, lengthNt);
        const int copies = i % 3;
        std::vector<std::size_t> places;
        for (int copy = 0; copy < copies; ++copy) {
            places.push_back(std::size_t(copy * lengthNt / 2) + random.below(std::size_t(lengthNt / 2 - 7)));
            text.replace(places.back(), kMotif.size(), kMotif);
        }
        Example example;
        example.id = "example" + std::to_string(i + 1);
        example.source = std::make_shared<const std::string>(std::move(text));
        example.lengthNt = lengthNt;
        example.part = i % 4 == 1 ? Part::Validation : i % 4 == 3 ? Part::Test : Part::Train;
        setTarget(example, data.task, copies, places);
        data.examples.push_back(std::move(example));
    }
    return data;
}

std::string customModel(const std::string& network)
{
    return R"("architecture": "custom", "options": {"layers": )" + nlohmann::json(network).dump() + "}";
}

fit::FitSettings shortRun(TaskKind kind, const std::string& model, const std::string& extra)
{
    const std::string text = "{\"task\": \"" + std::string(dataset::taskName(kind)) + "\", \"data\": {}, \"model\": {"
                             + model + "}" + (extra.empty() ? "" : ", " + extra) + "}";
    auto settings = fit::parseFitSettings(text);
    if (!settings)
        throw std::invalid_argument(settings.error().sentence());
    return *settings;
}

std::vector<nlohmann::json> Outcome::ofType(const std::string& type) const
{
    std::vector<nlohmann::json> some;
    for (const nlohmann::json& line : lines) {
        if (line["type"] == type)
            some.push_back(line);
    }
    return some;
}

Outcome runJob(engine::Job& job, std::size_t stopAfter)
{
    Outcome outcome;
    std::stop_source stop;
    for (std::size_t steps = 1;; ++steps) {
        auto step = job.step(stop.get_token());
        if (!step) {
            outcome.error = step.error();
            break;
        }
        for (const auto& delivery : step->deliveries)
            outcome.lines.push_back(
                nlohmann::json::parse(std::get<std::shared_ptr<const engine::MetricsLine>>(delivery.payload)->json));
        if (step->finished)
            break;
        if (steps >= stopAfter)
            stop.request_stop();
    }
    outcome.done = job.doneUnits();
    outcome.total = job.totalUnits();
    return outcome;
}

Outcome runFit(const fit::FitSettings& settings, const Dataset& data, const std::string& directory, bool resume,
               std::size_t stopAfter)
{
    fit::FitRun run(settings, [&data](std::stop_token) -> Result<Dataset> { return data; },
                    {.directory = directory, .resume = resume});
    return runJob(run, stopAfter);
}

std::string motifNet()
{
    return customModel(
        R"({"length": 60, "head": {"kind": "classes", "names": ["without", "with"]}, "layers": [{"type": "conv", "filters": 8, "kernel": 9, "name": "first"}, {"type": "batchnorm", "name": "norm"}, {"type": "activation", "function": "relu"}, {"type": "dropout", "rate": 0.1}, {"type": "globalpool", "of": "max"}, {"type": "dense", "units": 2, "name": "last"}]})");
}

fit::FitSettings restlessRun()
{
    return shortRun(dataset::TaskKind::Classes, motifNet(),
                           R"("optimiser": {"kind": "nadam", "rate": 0.01, "accumulate": 3, "average_decay": 0.8},
                              "schedule": {"kind": "plateau", "plateau_patience": 1},
                              "batches": {"examples": 10},
                              "augment": {"reverse_complement": 0.5, "mutation_rate": 0.02, "insertion_nt": 3},
                              "regularise": {"mixup": 0.3, "input_noise": 0.01, "l2": 1e-4},
                              "limits": {"epochs": 5}, "validation": {"every_steps": 3, "bootstrap": 20, "patience": 0},
                              "log_every_steps": 2, "seed": 5)");
}

models::StateDict weights(const TemporaryFolder& folder, const std::string& name)
{
    return models::readState(folder.path(name)).value();
}

bool equal(const models::StateDict& a, const models::StateDict& b)
{
    return a.size() == b.size() && std::ranges::all_of(a, [&](const auto& entry) {
               return b.contains(entry.first) && torch::equal(b.at(entry.first), entry.second);
           });
}

}  // namespace nscope::tests
