// Purpose: log-odds of being coding for many records, batch by batch, so that a job can stop between batches.
#pragma once

#include "core/train/batch_encoder.h"
#include "core/train/epoch_plan.h"
#include "core/train/labelled_records.h"

namespace nscope::train {

class RecordScorer {
public:
    /// `net` is used in evaluation mode and must outlive the scorer's steps; scores come in the order of `rows`.
    RecordScorer(models::Bioseq2Seq net, const LabelledRecords& records, std::vector<std::int32_t> rows,
                 std::int64_t maxTokens);

    bool finished() const { return m_next == m_batches.size(); }
    /// Scores one batch. Throws nn::Cancelled on a stop request; the batch is then done again.
    void step(const nn::PassOptions& options);

    const std::vector<std::int32_t>& rows() const { return m_rows; }
    /// Natural log-odds log(p_PC / p_NC), complete when finished.
    const std::vector<double>& scores() const { return m_scores; }

private:
    models::Bioseq2Seq m_net;
    BatchEncoder m_encoder;
    const LabelledRecords* m_records;
    std::vector<std::int32_t> m_rows;
    std::vector<Batch> m_batches;    ///< of positions in m_rows
    std::vector<double> m_scores;
    std::size_t m_next = 0;
};

}  // namespace nscope::train
