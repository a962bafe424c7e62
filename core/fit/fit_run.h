// Purpose: the training of a network of the zoo as a job: each step is one micro-batch, one batch that is judged, or one
// part of the beginning and the end, so that it can be stopped at any time; a stop leaves a checkpoint from which a
// later run goes on exactly. The next batch is made by a helper thread meanwhile.
// With limits in epochs and steps alone, the same settings, data and seed give the same run on a machine; a limit in
// minutes depends on its speed. Thread: one lane; the run owns its networks. Errors: those of the data source; wrong
// settings and data that do not fit the network, before anything is trained; Io where a checkpoint cannot be written,
// the one before it being kept.
#pragma once

#include "core/engine/backend.h"
#include "core/fit/batch_helper.h"
#include "core/fit/fit_lines.h"
#include "core/fit/fit_progress.h"
#include "core/fit/fit_step.h"
#include "core/fit/judging.h"
#include "core/fit/training_group.h"
#include "core/train/optimiser.h"
#include "core/train/run_folder.h"

#include <chrono>

namespace nscope::fit {

using DatasetSource = std::function<Result<dataset::Dataset>(std::stop_token)>;

/// Where a run works.
struct FitPlace {
    std::string directory;
    bool resume = false;  ///< from the folder's checkpoint; otherwise the folder must be new
    torch::Device device = torch::kCPU;
    std::int64_t memoryBudgetBytes = 0;  ///< 0: not known
    std::shared_ptr<TrainingGroup> group{};  ///< processes that train together; null: this one alone
};

class FitRun : public engine::Job {
public:
    FitRun(FitSettings settings, DatasetSource source, FitPlace place);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override;
    std::int64_t doneUnits() const override;

    /// Of the held-out rows. Precondition: finished.
    const Judgement& heldOut() const { return m_heldOutTest->result(); }
    /// Of the last validation.
    const Judgement& validated() const { return m_validated; }

private:
    enum class Phase { Loading, Preparing, Training, Judging, Testing, Writing, Done };

    Result<void> load(std::stop_token stop);
    Result<void> checkData() const;
    Result<void> checkSettings() const;
    Result<void> buildNetworks();
    Result<void> checkMemory() const;
    Result<void> prepare(const nn::PassOptions& options);
    Result<void> restore();
    Result<void> begin();

    Result<void> trainMicroBatch(const nn::PassOptions& options);
    void beginOptimiserStep();
    Result<void> learn(const nn::PassOptions& options);
    FitBatch nextBatch();
    void startHelper(std::int64_t index);
    Result<void> moveWeights();
    Result<void> finishOptimiserStep();
    Result<void> saveOrJudge();
    void setEnds();
    double rateOf(std::int64_t step, double fraction) const;

    Result<void> judgeBatch(const nn::PassOptions& options);
    Result<void> validate();
    Result<void> endValidation();
    bool isBetter(const Judgement& judgement, double& value) const;
    void lowerRateOnPlateau(double loss);
    Result<void> beginFinish();
    Result<void> testBatch(const nn::PassOptions& options);
    Result<void> writeResults(std::stop_token stop);

    Result<void> useWeights(const models::StateDict& weights);
    models::StateDict averagedState() const;
    Result<void> saveCheckpoint();
    void commit();
    Result<void> emit(const std::string& json);
    Result<void> stopped();
    double fraction() const;
    std::int64_t modelDim() const;

    // With other processes (fit_run_group.cpp).
    Result<void> checkGroup() const;
    bool writes() const { return !m_place.group || m_place.group->isFirst(); }
    /// Whether this process learns from micro-batch `index` of the epoch.
    bool isOwn(std::int64_t index) const;
    /// The first own one from `index` on.
    std::int64_t nextOwn(std::int64_t index) const;
    /// Gradients, sums and running statistics of all processes.
    Result<void> addUp();
    /// Whether any process was asked to stop; always false within a step.
    Result<bool> shallStop(bool isAsked) const;
    Result<void> followFirst();
    bool isFixedUnits() const { return m_settings.limits.minutes == 0.0 && m_settings.limits.epochs == 0; }

    FitSettings m_settings;
    DatasetSource m_source;
    FitPlace m_place;
    train::RunFolder m_folder;
    Phase m_phase = Phase::Loading;
    dataset::Dataset m_data;
    std::vector<std::int32_t> m_train, m_validation, m_test;
    std::optional<Reading> m_reading;
    std::optional<BatchMaker> m_batches;

    std::shared_ptr<nn::SequenceNet> m_net;
    std::shared_ptr<nn::SequenceNet> m_judged;  ///< the same network, the weights that are validated or shipped
    std::optional<FitLoss> m_loss;
    std::unique_ptr<train::Optimiser> m_optimiser;
    models::StateDict m_best;
    std::map<std::string, torch::Tensor> m_statistics;  ///< running ones, as of the last optimiser step
    StartFacts m_facts;

    FitProgress m_now;        ///< moves with every micro-batch
    FitProgress m_committed;  ///< as of the last optimiser step: what a checkpoint holds
    std::vector<train::Batch> m_plan;
    std::int64_t m_ofStep = 1, m_accumulated = 0;  ///< micro-batches of this optimiser step, and those done
    FitSums m_stepSums;                            ///< of this optimiser step
    double m_stepSeconds = 0.0;
    double m_stepFraction = 0.0;
    double m_secondsSinceCheckpoint = 0.0, m_secondsSinceLine = 0.0;
    std::int64_t m_examplesSinceLine = 0;

    std::optional<Judging> m_judging;
    Judgement m_validated;
    std::optional<HeldOutTest> m_heldOutTest;
    std::vector<engine::Delivery> m_deliveries;
    BatchHelper m_helper;  ///< last, so that it ends before the data it reads
};

}  // namespace nscope::fit
