#include "core/fit/fit_progress.h"

#include <nlohmann/json.hpp>

namespace nscope::fit {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FitSums, loss, penalty, gradientNorm, microBatches, optimiserSteps)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FitProgress, step, epoch, nextBatch, examples, trainingSeconds, validations,
                                   validationDue, ended, endReason, hasBest, bestValue, bestStep, withoutImprovement,
                                   rateFactor, lowestLoss, plateau, metricsBytes, sums)

std::string toJson(const FitProgress& progress) { return nlohmann::json(progress).dump(2); }

Result<FitProgress> parseFitProgress(std::string_view text)
{
    try {
        return nlohmann::json::parse(text).get<FitProgress>();
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Parse, "The checkpoint's state.json is damaged: start the training anew.");
    }
}

}  // namespace nscope::fit
