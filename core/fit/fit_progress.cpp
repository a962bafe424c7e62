#include "core/fit/fit_progress.h"

#include "core/train/state_json.h"

namespace nscope::fit {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FitSums, loss, penalty, gradientNorm, microBatches, optimiserSteps)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FitProgress, step, epoch, nextBatch, examples, trainingSeconds, validations,
                                   validationDue, ended, endReason, hasBest, bestValue, bestStep, withoutImprovement,
                                   rateFactor, lowestLoss, plateau, metricsBytes, sums)

std::string toJson(const FitProgress& progress) { return nlohmann::json(progress).dump(2); }

Result<FitProgress> parseFitProgress(std::string_view text) { return train::progressOf<FitProgress>(text); }

}  // namespace nscope::fit
