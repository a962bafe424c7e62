// Purpose: one training run as a job: each step is one micro-batch, one validation batch or one part of the finish, so
// that it can be stopped at any time; a stop leaves a checkpoint from which a later run goes on exactly.
// With limits in optimiser steps alone, the same settings and seed give the same run; a limit in minutes depends on the
// machine. Thread: one lane; the run owns its network. Source of the procedure: spec/models.md 1.6.
#pragma once

#include "core/engine/backend.h"
#include "core/train/batch_encoder.h"
#include "core/train/labelled_records.h"
#include "core/train/auxiliary_loss.h"
#include "core/train/optimiser.h"
#include "core/train/record_scorer.h"
#include "core/train/run_folder.h"

#include <chrono>

namespace nscope::train {

class TrainingRun : public engine::Job {
public:
    /// `resume`: goes on from the folder's checkpoint; otherwise the folder is made when the first step runs.
    TrainingRun(TrainConfig config, std::string directory, bool resume);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override;
    std::int64_t doneUnits() const override;

private:
    enum class Phase { Loading, Training, Validating, Calibrating, Testing, Writing, Done };

    Result<void> load(std::stop_token stop);
    Result<void> buildNetworks();
    Result<void> restore();
    Result<void> trainMicroBatch(const nn::PassOptions& options);
    Result<void> finishOptimiserStep();
    Result<void> endOfTraining();
    void nextMicroBatch();
    LossParts lossOf(const MicroBatch& batch, const nn::PassOptions& options);
    Result<void> score(const nn::PassOptions& options);
    Result<void> judgeValidation();
    Result<void> beginFinish();
    Result<void> calibrate();
    Result<void> writeResults(const nn::PassOptions& options);
    void beginScoring(Phase phase, const std::vector<std::int32_t>& rows);
    Result<void> useWeights(const models::StateDict& weights);
    Result<void> saveCheckpoint();
    Result<void> emit(const std::string& json);
    Result<void> stopped();

    double fraction() const;
    std::int64_t modelDim() const { return m_net->options().modelDim; }
    std::vector<std::int32_t> thresholdRows() const;
    /// What a noncoding row of these counts, so that the classes stand to each other as in all training rows.
    double negativeWeight(std::span<const std::uint8_t> labels) const;

    TrainConfig m_config;
    RunFolder m_folder;
    bool m_resume = false;
    Phase m_phase = Phase::Loading;
    TrainingData m_data;
    std::vector<std::int64_t> m_lengthsNt;

    models::Bioseq2Seq m_net{nullptr};
    models::Bioseq2Seq m_judged{nullptr};   ///< same network, the weights that are validated or shipped
    AuxiliaryHead m_head{nullptr};
    std::unique_ptr<BatchEncoder> m_encoder;
    std::unique_ptr<Optimiser> m_optimiser;
    std::unique_ptr<RecordScorer> m_scorer;
    models::StateDict m_best;

    RunProgress m_now;          ///< moves with every micro-batch
    RunProgress m_committed;    ///< as of the last optimiser step: what a checkpoint holds
    std::vector<Batch> m_plan;
    double m_stepFraction = 0.0;
    std::int64_t m_accumulated = 0;
    double m_threshold = 0.0;
    double m_secondsSinceCheckpoint = 0.0;
    std::int64_t m_ntSinceLine = 0;
    double m_secondsSinceLine = 0.0;
    std::vector<engine::Delivery> m_deliveries;
};

}  // namespace nscope::train
