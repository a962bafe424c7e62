// Purpose: rows of a dataset judged by a network, batch by batch: as they are or with changed letters; and what is done
// with rows that were held out at the end of a run. Thread: one at a time (it runs the network).
#pragma once

#include "core/fit/fit_batch.h"
#include "core/fit/fit_judge.h"
#include "core/fit/fit_loss.h"
#include "core/fit/fit_report.h"

namespace nscope::fit {

class Judging {
public:
    /// `batches` and `loss` must outlive it. `changedShare`: of the letters, which become others.
    Judging(const dataset::Task& task, const BatchMaker& batches, const FitLoss& loss,
            const std::vector<std::int32_t>& rows, double changedShare = 0.0);

    /// One batch. The network is in evaluation mode. Throws nn::Cancelled.
    void step(nn::SequenceNet& net, const nn::PassOptions& options);
    bool isDone() const { return m_next == m_plan.size(); }
    std::int64_t doneExamples() const { return m_done; }
    const Judge& judge() const { return m_judge; }

private:
    const BatchMaker& m_batches;
    const FitLoss& m_loss;
    double m_changedShare;
    std::vector<train::Batch> m_plan;
    std::size_t m_next = 0;
    std::int64_t m_done = 0;
    Judge m_judge;
};

/// Held-out rows: judged as they are, some of them again with more and more letters changed, then by simple baselines;
/// leaves model.safetensors, model.card.json and predictions.tsv.
class HeldOutTest {
public:
    /// Judges the test part, or where it is empty the part that validated. All that is given must outlive it.
    HeldOutTest(const dataset::Dataset& data, const BatchMaker& batches, const FitLoss& loss,
                const FitSettings& settings);

    /// One batch. Throws nn::Cancelled.
    void step(nn::SequenceNet& net, const nn::PassOptions& options);
    bool isDone() const { return !m_judging; }
    /// Examples that are judged, each as often as it is, and those done.
    std::int64_t totalExamples() const;
    std::int64_t doneExamples() const { return m_done + (m_judging ? m_judging->doneExamples() : 0); }
    const Judgement& result() const { return m_result; }

    /// When done. Returns the line of metrics to publish. `origin`: how the weights came about.
    Result<std::string> write(nn::SequenceNet& net, const WeightsOrigin& origin, const train::RunFolder& folder,
                              std::stop_token stop) const;

private:
    /// Of the rows as they are, then with more and more letters changed.
    void endPart(const nn::PassOptions& options);
    std::size_t disturbances() const;

    const dataset::Dataset& m_data;
    const BatchMaker& m_batches;
    const FitLoss& m_loss;
    const FitSettings& m_settings;
    bool m_hasTestRows;
    std::vector<std::int32_t> m_rows, m_disturbedRows;
    std::optional<Judging> m_judging;
    std::optional<Judge> m_judge;  ///< of the rows as they are
    Judgement m_result;
    std::vector<DisturbedJudgement> m_disturbed;
    std::int64_t m_done = 0;
};

}  // namespace nscope::fit
