#include "core/train/run_progress.h"

#include "core/train/state_json.h"

namespace nscope::train {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LossSums, total, classToken, translation, cds, orf, codon, attention, correct,
                                   gradientNorm, microBatches, optimiserSteps)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunProgress, step, epoch, nextBatch, capNt, seenNt, trainingSeconds, validations,
                                   validationDue, ended, endReason, hasBest, bestValue, bestStep, withoutImprovement,
                                   metricsBytes, sums)

void endAtLimit(RunState& now, double fraction)
{
    now.ended = fraction >= 1.0;
    if (now.ended)
        now.endReason = "The limit of the run was reached.";
}

void noteValidation(RunState& now, bool isBetter, double value, std::int64_t patience)
{
    if (isBetter) {
        now.hasBest = true;
        now.bestValue = value;
        now.bestStep = now.step;
        now.withoutImprovement = 0;
    } else if (++now.withoutImprovement >= patience && patience > 0 && !now.ended) {
        now.ended = true;
        now.endReason = "No improvement in " + std::to_string(patience) + " validations.";
    }
}

Error stoppedAt(const RunState& committed)
{
    return Error(ErrorCode::Cancelled, committed.step > 0
                                           ? "Training was stopped after step " + std::to_string(committed.step)
                                                 + "; its checkpoint is kept and the run can be resumed."
                                           : std::string("Training was stopped before its first step."));
}

std::string toJson(const RunProgress& progress) { return nlohmann::json(progress).dump(2); }

Result<RunProgress> parseRunProgress(std::string_view text) { return progressOf<RunProgress>(text); }

}  // namespace nscope::train
