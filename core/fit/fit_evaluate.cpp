#include "core/fit/fit_evaluate.h"

#include "core/dataset/data_settings.h"
#include "core/engine/metrics_delivery.h"
#include "core/fit/fit_lines.h"
#include "core/fit/fit_recipe.h"
#include "core/io/atomic_file.h"
#include "core/models/ensemble.h"
#include "core/train/config_parts.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <numeric>

namespace nscope::fit {

using dataset::Part;
using nlohmann::json;

namespace {

/// Of an ensemble, that of its members, whose recipe judges it.
std::string architectureOf(const nn::SequenceNet& net)
{
    const models::ZooNet* zoo = models::zooNetOf(net);
    return zoo ? zoo->spec().architecture : net.spec().architecture;
}

}  // namespace

Result<FitEvaluation> parseFitEvaluation(std::string_view text)
{
    auto root = train::settingsGroup(text, "evaluation");
    if (!root)
        return fail(root.error());
    auto dataJson = takeData(*root);
    if (!dataJson)
        return fail(dataJson.error());
    FitEvaluation evaluation;
    evaluation.dataJson = *std::move(dataJson);
    io::SettingsFields fields(*root, "");
    std::string task = "classes";
    fields.require("task");
    fields.read("task", task);
    const auto kind = dataset::taskNamed(task);
    if (!kind)
        fields.reject("task", "names no task: \"" + task + "\".");
    evaluation.task = kind.value_or(evaluation.task);
    auto batches = fields.object("batches");
    batches.read("examples", evaluation.examples, 1, 1'000'000);
    fields.absorb(std::move(batches));
    fields.read("bootstrap", evaluation.bootstrap, 0, 100'000);
    fields.read("seed", evaluation.seed, 0);
    if (auto problem = fields.finish())
        return fail(*problem);
    return evaluation;
}

EvaluateFitJob::EvaluateFitJob(FitEvaluation evaluation, DatasetSource source, std::string reportPath,
                               std::shared_ptr<nn::SequenceNet> net, data::ModelCard card)
    : m_evaluation(std::move(evaluation)),
      m_source(std::move(source)),
      m_reportPath(std::move(reportPath)),
      m_net(std::move(net)),
      m_card(std::move(card)),
      m_settings(publishedRecipe(architectureOf(*m_net), m_evaluation.task))
{
    m_settings.seed = m_evaluation.seed;
    m_settings.batches.mostRecords = m_evaluation.examples;
}

Result<void> EvaluateFitJob::load(std::stop_token stop)
{
    auto data = m_source(stop);
    if (!data)
        return fail(data.error());
    m_data = std::move(*data);
    if (m_data.task.kind != m_evaluation.task)
        return fail(ErrorCode::InvalidArgument, "The data are of another task than the evaluation names.");
    if (auto sound = checkExamples(m_data); !sound)
        return sound;
    if (auto fits = checkHead(*m_net, m_data.task); !fits)
        return fits;
    if (const auto* masked = dynamic_cast<nn::MaskedLetterNet*>(m_net.get());
        masked && m_evaluation.task == dataset::TaskKind::MaskedLetters && masked->letterTokens().mostNt > 0)
        cutIntoWindows(m_data, masked->letterTokens().mostNt);
    auto reading = Reading::of(*m_net, m_data);
    if (!reading)
        return fail(reading.error());
    m_reading = std::move(*reading);
    std::vector<std::int32_t> rows = m_data.rows(Part::Test);
    m_part = "test rows";
    if (rows.empty()) {
        rows = m_data.rows(Part::Validation);
        m_part = "validation rows";
    }
    if (rows.empty()) {
        rows.resize(m_data.examples.size());
        std::iota(rows.begin(), rows.end(), 0);
        m_part = "all rows";
    }
    if (rows.empty())
        return fail(ErrorCode::InvalidArgument, "The data have no example to judge the model by.");
    m_total = std::int64_t(rows.size());
    m_batches.emplace(m_data, *m_reading, m_settings);
    m_loss.emplace(m_evaluation.task, m_settings.loss, LabelWeights());
    m_judging.emplace(m_data.task, *m_batches, *m_loss, rows);
    m_net->eval();
    return {};
}

Result<engine::StepReport> EvaluateFitJob::step(std::stop_token stop)
{
    nn::PassOptions options;
    options.stop = stop;
    engine::StepReport report;
    try {
        options.poll();
        if (!m_judging) {
            if (auto loaded = load(stop); !loaded)
                return fail(loaded.error());
        } else if (!m_judging->isDone()) {
            m_judging->step(*m_net, options);
        } else {
            auto line = writeReport(options);
            if (!line)
                return fail(line.error());
            report.deliveries.push_back(engine::metricsDelivery(*std::move(line)));
            report.finished = true;
        }
        return report;
    } catch (const nn::Cancelled&) {
        return fail(ErrorCode::Cancelled, "The evaluation was stopped; no report was written.");
    }
}

Result<std::string> EvaluateFitJob::writeReport(const nn::PassOptions& options)
{
    const Judge& judge = m_judging->judge();
    const Judgement judgement =
        judge.result(m_evaluation.bootstrap, std::uint64_t(m_evaluation.seed), [&] { options.poll(); });
    json report = {{"model", m_card.id},
                   {"model_hash", m_card.weightsHash},
                   {"task", dataset::taskName(m_evaluation.task)},
                   {"rows", m_part},
                   {"rows_left_out", m_data.leftOutCount},
                   {"metrics", metricsJson(judgement)},
                   {"intervals", intervalsJson(judgement)}};
    if (auto written = io::writeFileAtomically(m_reportPath, report.dump(2) + "\n"); !written)
        return fail(written.error());
    if (const std::string table = predictionTable(m_data, judge); !table.empty()) {
        const std::string path = std::filesystem::path(m_reportPath).replace_extension(".tsv").string();
        if (auto written = io::writeFileAtomically(path, table); !written)
            return fail(written.error());
    }
    report["type"] = "result";
    return report.dump();
}

}  // namespace nscope::fit
