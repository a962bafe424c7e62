#include "core/fit/plan_job.h"

#include "core/engine/metrics_delivery.h"
#include "core/fit/fit_reading.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace nscope::fit {

namespace {

using nlohmann::json;

/// A dataset of one example as the facts describe it.
Result<dataset::Dataset> dataOf(const json& facts, dataset::TaskKind task)
{
    dataset::Dataset data;
    data.task.kind = task;
    try {
        data.task.names = facts.at("names").get<std::vector<std::string>>();
        data.task.bins = facts.at("bins").get<std::int64_t>();
        data.task.binNt = facts.at("bin_nt").get<std::int64_t>();
        for (const json& feature : facts.at("features"))
            data.features.push_back(
                {feature.at("input").get<std::string>(), feature.at("name").get<std::string>(), {}});
        dataset::Example example;
        example.lengthNt = std::clamp<std::int64_t>(facts.at("longest_nt").get<std::int64_t>(), 1, 100'000'000);
        example.targetStartNt = facts.at("target_start_nt").get<std::int64_t>();
        example.source = std::make_shared<const std::string>(std::size_t(example.lengthNt), 'A');
        data.examples.push_back(std::move(example));
    } catch (const json::exception&) {
        return fail(ErrorCode::InvalidArgument, "The facts about the data are not complete.");
    }
    return data;
}

Result<std::string> planOf(const std::string& text)
{
    json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!root.is_object() || !root.contains("dataset"))
        return fail(ErrorCode::Parse, "The plan of a training needs its settings and facts about the data.");
    const json facts = root["dataset"];
    root.erase("dataset");
    auto settings = parseFitSettings(root.dump());
    if (!settings)
        return fail(settings.error());
    const auto data = dataOf(facts, settings->task);
    if (!data)
        return fail(data.error());
    const auto net = makeNet(settings->model, *data);
    if (!net)
        return fail(net.error());
    const auto reading = Reading::of(**net, *data);
    if (!reading)
        return fail(reading.error());
    const std::int64_t lengthNt = reading->lengthNt(data->examples.front());
    const std::int64_t examples =
        std::max<std::int64_t>(1, std::min(settings->batches.mostRecords, settings->batches.maxTokens / lengthNt));
    const auto [parameters, reals] = nn::parameterCounts(**net);
    constexpr std::int64_t kCopies = 4;  // weights, gradients, two moments
    return json{{"settings", json::parse(toJson(*settings))},
                {"parameters", parameters},
                {"memory_bytes", (*net)->passBytes(examples, lengthNt, true) + kCopies * reals * std::int64_t(sizeof(float))}}
        .dump();
}

class PlanJob final : public engine::Job {
public:
    explicit PlanJob(std::string text) : m_text(std::move(text)) {}

    Result<engine::StepReport> step(std::stop_token) override
    {
        auto plan = planOf(m_text);
        if (!plan)
            return fail(plan.error());
        m_isDone = true;
        return engine::StepReport{true, {engine::metricsDelivery(*std::move(plan))}};
    }
    std::int64_t totalUnits() const override { return 1; }
    std::int64_t doneUnits() const override { return m_isDone ? 1 : 0; }

private:
    std::string m_text;
    bool m_isDone = false;
};

}  // namespace

Result<std::unique_ptr<engine::Job>> makePlanJob(const engine::Request& request)
{
    if (!request.training)
        return fail(ErrorCode::InvalidArgument, "The plan of a training needs its settings.");
    return std::make_unique<PlanJob>(request.training->configJson);
}

}  // namespace nscope::fit
