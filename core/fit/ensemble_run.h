// Purpose: trained runs that differ in their seed become one model, the mean of theirs (core/models/ensemble.h), which is
// judged on the held-out rows like each of them. Leaves a folder of a run: config.json, metrics.jsonl, the model with its
// card, predictions.tsv. Errors: those of the data source; InvalidArgument where the runs differ in more than their
// seed or cannot be averaged; NotFound for a run without a model; Io. Thread: one lane.
#pragma once

#include "core/fit/fit_run.h"

namespace nscope::fit {

/// Whether runs can become an ensemble. Errors: Io, Parse; InvalidArgument for fewer than two, and where the config.json
/// of one differs from the first's in more than seed, card, threads and how often it says or saves something.
Result<void> checkAlike(const std::vector<std::string>& runFolders);

class EnsembleRun : public engine::Job {
public:
    /// `settings`: of the members. `place` must be new.
    EnsembleRun(FitSettings settings, DatasetSource source, FitPlace place, std::vector<std::string> runFolders);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override { return m_test ? m_test->totalExamples() : 0; }
    std::int64_t doneUnits() const override { return m_test ? m_test->doneExamples() : 0; }

private:
    Result<void> load(std::stop_token stop);
    Result<void> takeMembers();
    Result<void> emit(const std::string& json, engine::StepReport& report);
    Error stopped() const;

    FitSettings m_settings;
    DatasetSource m_source;
    FitPlace m_place;
    std::vector<std::string> m_runFolders;
    train::RunFolder m_folder;
    dataset::Dataset m_data;
    std::shared_ptr<nn::SequenceNet> m_net;
    std::string m_procedure;  ///< of the first member
    std::optional<Reading> m_reading;
    std::optional<BatchMaker> m_batches;
    std::optional<FitLoss> m_loss;
    std::optional<HeldOutTest> m_test;
};

}  // namespace nscope::fit
