// Purpose: how good a loaded model is on a dataset: report.json with the metrics of the task and their intervals, and a
// table with a line per example beside it. Rows: the test part of the data, else the validation part, else all.
// Errors: those of the data source; InvalidArgument where the model does not answer the task. Thread: the inference lane.
#pragma once

#include "core/data/model_card.h"
#include "core/engine/backend.h"
#include "core/fit/fit_run.h"

namespace nscope::fit {

/// {"task": …, "data": {…}, "batches": {"examples": …}, "bootstrap": …, "seed": …}
struct FitEvaluation {
    dataset::TaskKind task = dataset::TaskKind::Classes;
    std::string dataJson = "{}";
    std::int64_t examples = 32;  ///< of a batch
    std::int64_t bootstrap = 1000;
    std::int64_t seed = 1;
};

Result<FitEvaluation> parseFitEvaluation(std::string_view json);

class EvaluateFitJob : public engine::Job {
public:
    /// `reportPath` ends in .json.
    EvaluateFitJob(FitEvaluation evaluation, DatasetSource source, std::string reportPath,
                   std::shared_ptr<nn::SequenceNet> net, data::ModelCard card);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override { return m_total; }
    std::int64_t doneUnits() const override { return m_judging ? m_judging->doneExamples() : 0; }

private:
    Result<void> load(std::stop_token stop);
    Result<std::string> writeReport(const nn::PassOptions& options);

    FitEvaluation m_evaluation;
    DatasetSource m_source;
    std::string m_reportPath;
    std::shared_ptr<nn::SequenceNet> m_net;
    data::ModelCard m_card;
    FitSettings m_settings;
    dataset::Dataset m_data;
    std::string m_part;
    std::optional<Reading> m_reading;
    std::optional<BatchMaker> m_batches;
    std::optional<FitLoss> m_loss;
    std::optional<Judging> m_judging;
    std::int64_t m_total = 0;
};

}  // namespace nscope::fit
