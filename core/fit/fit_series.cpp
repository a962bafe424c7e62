#include "core/fit/fit_series.h"

#include "core/analysis/statistics.h"
#include "core/dataset/read_dataset.h"
#include "core/engine/metrics_delivery.h"
#include "core/fit/ensemble_run.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

namespace nscope::fit {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::size_t kLargestMetrics = std::size_t(1) << 30;

/// The line with the member's name.
engine::Delivery named(const engine::Delivery& delivery, const std::string& member)
{
    const auto* line = std::get_if<std::shared_ptr<const engine::MetricsLine>>(&delivery.payload);
    if (!line)
        return delivery;
    json all = json::parse((*line)->json);
    all["run"] = member;
    if (all["type"] == "result")
        all["type"] = "member";
    return engine::metricsDelivery(all.dump());
}

}  // namespace

std::vector<SeriesMember> replicates(const FitSettings& settings, const DatasetSource& source)
{
    std::vector<SeriesMember> members;
    for (std::int64_t i = 0; i < settings.replicates; ++i) {
        SeriesMember member{"replicate-" + std::to_string(i + 1), settings, source};
        member.settings.replicates = 1;
        member.settings.ensemble = false;
        member.settings.seed += i;
        members.push_back(std::move(member));
    }
    return members;
}

std::vector<SeriesMember> foldMembers(const FitSettings& settings, const dataset::DataSettings& data)
{
    std::vector<SeriesMember> members;
    for (std::int64_t fold = 0; fold < settings.folds; ++fold) {
        dataset::DataSettings own = data;
        own.split.by = "folds";
        own.split.folds = settings.folds;
        own.split.fold = fold;
        own.split.validationShare = 0.0;
        own.split.nextFoldValidates = settings.isWatched();  // otherwise all other folds train
        SeriesMember member{"fold-" + std::to_string(fold + 1), settings, readerOf(own, settings.task)};
        member.settings.replicates = 1;
        member.settings.folds = 0;
        member.settings.dataJson = dataset::toJson(own, settings.task).dump();
        members.push_back(std::move(member));
    }
    return members;
}

DatasetSource readerOf(dataset::DataSettings data, dataset::TaskKind task)
{
    return [data = std::move(data), task](std::stop_token stop) {
        return dataset::readDataset(data, task, std::move(stop));
    };
}

SeriesRun::SeriesRun(FitSettings settings, std::vector<SeriesMember> members, FitPlace place)
    : m_settings(std::move(settings)),
      m_members(std::move(members)),
      m_place(std::move(place)),
      m_folder(m_place.directory)
{
}

std::string SeriesRun::nameOf(std::size_t run) const { return run < m_members.size() ? m_members[run].name : "ensemble"; }

std::int64_t SeriesRun::doneUnits() const
{
    std::int64_t done = std::int64_t(m_next) * kUnitsOfMember;
    if (m_run && m_run->totalUnits() > 0)
        done += kUnitsOfMember * m_run->doneUnits() / m_run->totalUnits();
    return std::min(done, totalUnits());
}

Result<engine::StepReport> SeriesRun::step(std::stop_token stop)
{
    engine::StepReport report;
    if (!m_begun && !m_place.resume) {
        if (auto made = m_folder.create(toJson(m_settings)); !made)
            return fail(made.error());
    }
    m_begun = true;
    if (m_next == runCount()) {
        auto line = finish();
        if (!line)
            return fail(line.error());
        report.deliveries.push_back(engine::metricsDelivery(*std::move(line)));
        report.finished = true;
        return report;
    }
    if (!m_run) {
        if (auto begun = beginMember(); !begun)
            return fail(begun.error());
        return report;
    }
    auto step = m_run->step(stop);
    if (!step)
        return fail(step.error());
    for (const engine::Delivery& delivery : step->deliveries)
        report.deliveries.push_back(named(delivery, nameOf(m_next)));
    if (step->finished) {
        m_run.reset();
        ++m_next;
    }
    return report;
}

Result<void> SeriesRun::beginMember()
{
    const train::RunFolder folder(directoryOf(m_next));
    std::error_code problem;
    if (m_place.resume && fs::exists(folder.cardPath(), problem)) {
        ++m_next;
        return {};
    }
    FitPlace place = m_place;
    place.directory = directoryOf(m_next);
    place.resume = m_place.resume && folder.hasCheckpoint();
    // A member that was stopped before its first checkpoint starts anew, and so does the ensemble, which has none.
    if (m_place.resume && !place.resume)
        fs::remove_all(place.directory, problem);
    m_run = makeRun(std::move(place));
    return {};
}

std::unique_ptr<engine::Job> SeriesRun::makeRun(FitPlace place) const
{
    if (m_next < m_members.size())
        return std::make_unique<FitRun>(m_members[m_next].settings, m_members[m_next].source, std::move(place));
    std::vector<std::string> folders;
    for (std::size_t member = 0; member < m_members.size(); ++member)
        folders.push_back(directoryOf(member));
    return std::make_unique<EnsembleRun>(m_members.front().settings, m_members.front().source, std::move(place),
                                         std::move(folders));
}

Result<std::string> SeriesRun::resultOf(const std::string& directory) const
{
    const auto text = io::readWholeFile(train::RunFolder(directory).filePath("metrics.jsonl"), kLargestMetrics);
    if (!text)
        return fail(text.error());
    std::istringstream in(*text);
    std::string last;
    for (std::string line; std::getline(in, line);)
        last = line;
    return last;
}

Result<std::string> SeriesRun::finish()
{
    std::map<std::string, std::vector<double>> values;
    json models = json::array(), bestValues = json::array();
    std::size_t best = 0;
    double bestValue = 0.0;
    for (std::size_t member = 0; member < m_members.size(); ++member) {
        const auto line = resultOf(directoryOf(member));
        if (!line)
            return fail(line.error());
        const json result = json::parse(*line);
        models.push_back(result["model"]);
        for (const auto& [name, value] : result["metrics"].items()) {
            if (value.is_number())
                values[name].push_back(value.get<double>());
        }
        const double value = result["best_value"].get<double>();
        bestValues.push_back(value);
        if (member == 0 || value > bestValue) {
            best = member;
            bestValue = value;
        }
    }
    json summary = {{"models", models}, {"best_values", bestValues}, {"metrics", json::object()}};
    for (const auto& [name, all] : values) {
        analysis::MeanAccumulator mean;
        for (const double value : all)
            mean.add(value);
        summary["metrics"][name] = {
            {"mean", mean.mean()}, {"standard_deviation", mean.standardDeviation()}, {"values", all}};
    }
    if (m_settings.folds == 0) {
        if (auto chosen = choose(m_settings.ensemble ? m_members.size() : best, summary); !chosen)
            return fail(chosen.error());
    }
    if (auto written = io::writeFileAtomically(m_folder.filePath("series.json"), summary.dump(2) + "\n"); !written)
        return fail(written.error());
    summary["type"] = "result";
    return summary.dump();
}

Result<void> SeriesRun::choose(std::size_t run, json& summary)
{
    if (m_settings.ensemble) {
        const auto line = resultOf(directoryOf(run));
        if (!line)
            return fail(line.error());
        const json result = json::parse(*line);
        summary["ensemble"] = {{"metrics", result["metrics"]}, {"intervals", result["intervals"]}};
    }
    summary["model"] = m_folder.modelPath();
    summary["chosen"] = nameOf(run);
    return m_folder.takeModel(train::RunFolder(directoryOf(run)));
}

}  // namespace nscope::fit
