#include "core/train/evaluate_job.h"

#include "core/engine/metrics_delivery.h"
#include "core/io/atomic_file.h"
#include "core/io/table_writer.h"
#include "core/train/baselines.h"
#include "core/train/metrics_lines.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <numeric>

namespace nscope::train {
namespace {

constexpr std::chrono::milliseconds kStepTime{40};

}  // namespace

EvaluateJob::EvaluateJob(EvaluateConfig config, std::string reportPath, std::shared_ptr<nn::SequenceNet> net,
                         data::ModelCard card)
    : m_config(std::move(config)), m_reportPath(std::move(reportPath)), m_net(std::move(net)), m_card(std::move(card))
{
}

Result<void> EvaluateJob::load(std::stop_token stop)
{
    const std::vector<RowFilter> filters{m_config.rows, m_config.thresholdRows};
    auto labelled = readLabelledRecords(m_config.fasta, m_config.table, filters, stop);
    if (!labelled)
        return fail(labelled.error());
    m_labelled = std::move(*labelled);
    m_rows = m_labelled.groups[0];
    if (m_config.rows.values.empty()) {
        m_rows.resize(m_labelled.records.size());
        std::iota(m_rows.begin(), m_rows.end(), 0);
    }
    m_thresholdRows = m_config.thresholdRows.values.empty() ? m_rows : m_labelled.groups[1];
    if (m_rows.empty() || m_thresholdRows.empty())
        return fail(ErrorCode::InvalidArgument, "No row of the table matches what is to be evaluated.",
                    {.file = m_config.table});
    m_loaded = true;
    return {};
}

Result<engine::StepReport> EvaluateJob::step(std::stop_token stop)
{
    const torch::NoGradGuard noGrad;
    nn::PassOptions options;
    options.stop = stop;
    const auto until = std::chrono::steady_clock::now() + kStepTime;
    engine::StepReport report;
    if (!m_loaded) {
        if (auto loaded = load(stop); !loaded)
            return fail(loaded.error());
        return report;
    }
    try {
        while (m_scores.size() < m_rows.size() && std::chrono::steady_clock::now() < until) {
            options.poll();
            const std::string_view letters = m_labelled.records[std::size_t(m_rows[m_scores.size()])].letters;
            const auto outputs = m_net->forward(m_net->encode(letters), options);
            const data::Prediction prediction = m_net->prediction(outputs, 0);
            if (prediction.scalars.empty())
                return fail(ErrorCode::Unsupported, "This model gives no log-odds, so it cannot be evaluated on classes.");
            m_scores.push_back(prediction.scalars.front().value);
        }
        if (m_scores.size() < m_rows.size())
            return report;
        auto line = writeReport(options);
        if (!line)
            return fail(line.error());
        if (auto table = writeTable(); !table)
            return fail(table.error());
        report.deliveries.push_back(engine::metricsDelivery(*line));
        report.finished = true;
        return report;
    } catch (const nn::Cancelled&) {
        return fail(ErrorCode::Cancelled, "The evaluation was stopped; no report was written.");
    }
}

Result<std::string> EvaluateJob::writeReport(const nn::PassOptions& options) const
{
    const auto labels = m_labelled.labels(m_rows);
    const auto thresholdLabels = m_labelled.labels(m_thresholdRows);
    nlohmann::json report = {{"model", m_card.id},
                             {"model_hash", m_card.weightsHash},
                             {"fasta", m_config.fasta},
                             {"table", m_config.table},
                             {"metrics", metricsJson(classMetrics(m_scores, labels, 0.0))},
                             {"baselines", nlohmann::json::object()}};
    for (const BaselineScores& baseline : baselineScores(m_labelled.letters(m_thresholdRows), m_labelled.letters(m_rows),
                                                         [&options] { options.poll(); }))
        report["baselines"][baseline.name] = metricsJson(baselineMetrics(baseline, thresholdLabels, labels));
    if (auto written = io::writeFileAtomically(m_reportPath, report.dump(2) + "\n"); !written)
        return fail(written.error());
    report["type"] = "result";
    return report.dump();
}

Result<void> EvaluateJob::writeTable() const
{
    std::string text = "id\tlength\tlabel\tlog_odds\tclass\tlongest_orf_nt\tperiodicity\n";
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const LabelledRecord& record = m_labelled.records[std::size_t(m_rows[i])];
        text += record.id + "\t" + std::to_string(record.letters.size()) + "\t" + (record.coding ? "PC" : "NC") + "\t"
            + io::floatText(float(m_scores[i])) + "\t" + (m_scores[i] >= 0.0 ? "PC" : "NC") + "\t"
            + std::to_string(std::int64_t(longestOrfScore(record.letters))) + "\t"
            + io::floatText(float(periodicityScore(record.letters))) + "\n";
    }
    return io::writeFileAtomically(std::filesystem::path(m_reportPath).replace_extension(".tsv").string(), text);
}

}  // namespace nscope::train
