// Purpose: how well a loaded model separates coding from noncoding records, next to the baselines on the same rows: a
// JSON report and a table with one line per record. Records are computed one by one and unpadded, as `predict` does.
// Thread: the inference lane.
#pragma once

#include "core/data/model_card.h"
#include "core/engine/backend.h"
#include "core/nn/sequence_net.h"
#include "core/train/labelled_records.h"

namespace nscope::train {

class EvaluateJob : public engine::Job {
public:
    /// `reportPath` ends in .json; the table is written beside it with .tsv.
    EvaluateJob(EvaluateConfig config, std::string reportPath, std::shared_ptr<nn::SequenceNet> net,
                data::ModelCard card);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override { return std::int64_t(m_rows.size()); }
    std::int64_t doneUnits() const override { return std::int64_t(m_scores.size()); }

private:
    /// Reads the records: the first step. Until then the number of units is unknown.
    Result<void> load(std::stop_token stop);
    Result<std::string> writeReport(const nn::PassOptions& options) const;
    Result<void> writeTable() const;

    EvaluateConfig m_config;
    std::string m_reportPath;
    std::shared_ptr<nn::SequenceNet> m_net;
    data::ModelCard m_card;
    LabelledRecords m_labelled;
    std::vector<std::int32_t> m_rows, m_thresholdRows;
    std::vector<double> m_scores;
    bool m_loaded = false;
};

}  // namespace nscope::train
