#include "core/train/metrics_lines.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace nscope::train {

using nlohmann::json;

std::string startLine(const TrainConfig& config, const TrainingData& data, const models::Bioseq2SeqImpl& net,
                      const RunProgress& progress)
{
    return json{{"type", "start"},
                {"architecture", config.model.architecture},
                {"parameters", nn::parameterCounts(net).first},
                {"step", progress.step},
                {"train_coding", data.rows.trainCoding.size()},
                {"train_noncoding", data.rows.trainNoncoding.size()},
                {"validation_rows", data.rows.validation.size()},
                {"test_rows", data.rows.test.size()},
                {"sequences_without_row", data.labelled.recordsWithoutRow}}
        .dump();
}

json trainingPart(const RunState& p, double learningRate, double fraction)
{
    return {{"type", "train"},
            {"step", p.step},
            {"epoch", p.epoch},
            {"fraction", fraction},
            {"learning_rate", learningRate},
            {"training_seconds", p.trainingSeconds}};
}

json validationPart(const RunState& p, double fraction, bool best)
{
    json part = {{"type", "validation"},
                 {"step", p.step},
                 {"epoch", p.epoch},
                 {"fraction", fraction},
                 {"best", best},
                 {"training_seconds", p.trainingSeconds}};
    if (p.ended)
        part["end"] = p.endReason;
    return part;
}

std::string trainingLine(const RunProgress& p, double learningRate, double fraction, double ntPerSecond)
{
    const double batches = double(std::max<std::int64_t>(1, p.sums.microBatches));
    const double steps = double(std::max<std::int64_t>(1, p.sums.optimiserSteps));
    json line = trainingPart(p, learningRate, fraction);
    line.update({{"cap_nt", p.capNt},
                 {"loss", p.sums.total / batches},
                 {"loss_class", p.sums.classToken / batches},
                 {"loss_translation", p.sums.translation / batches},
                 {"loss_cds", p.sums.cds / batches},
                 {"loss_orf", p.sums.orf / batches},
                 {"loss_codon", p.sums.codon / batches},
                 {"loss_attention", p.sums.attention / batches},
                 {"class_accuracy", p.sums.correct / batches},
                 {"gradient_norm", p.sums.gradientNorm / steps},
                 {"seen_nt", p.seenNt},
                 {"nt_per_second", ntPerSecond}});
    return line.dump();
}

std::string validationLine(const RunProgress& p, double fraction, const ClassMetrics& metrics, double logLoss, bool best)
{
    json line = metricsJson(metrics);
    line.update(validationPart(p, fraction, best));
    line["log_loss"] = logLoss;
    return line.dump();
}

json metricsJson(const ClassMetrics& metrics)
{
    json all = json::object();
    for (const auto& [name, value] : namedMetrics(metrics))
        all[name] = value;
    all["threshold"] = metrics.threshold;
    return all;
}

std::vector<data::NamedValue> namedMetrics(const ClassMetrics& m)
{
    return {{"rows", double(m.rows())},   {"accuracy", m.accuracy}, {"precision", m.precision}, {"recall", m.recall},
            {"F1", m.f1},                 {"MCC", m.mcc},           {"AUROC", m.auroc},         {"AUPRC", m.auprc},
            {"true_positives", double(m.truePositives)},   {"false_positives", double(m.falsePositives)},
            {"true_negatives", double(m.trueNegatives)},   {"false_negatives", double(m.falseNegatives)}};
}

double meanLogLoss(std::span<const double> logOdds, std::span<const std::uint8_t> labels)
{
    if (logOdds.empty())
        return 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < logOdds.size(); ++i) {
        const double margin = labels[i] ? logOdds[i] : -logOdds[i];
        sum += std::max(0.0, -margin) + std::log1p(std::exp(-std::abs(margin)));
    }
    return sum / double(logOdds.size());
}

}  // namespace nscope::train
