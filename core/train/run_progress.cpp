#include "core/train/run_progress.h"

#include <nlohmann/json.hpp>

namespace nscope::train {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LossSums, total, classToken, translation, cds, orf, codon, attention, correct,
                                   gradientNorm,                                  microBatches, optimiserSteps)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunProgress, step, epoch, nextBatch, capNt, seenNt, trainingSeconds, validations,
                                   validationDue, ended, endReason, hasBest, bestValue, bestStep, withoutImprovement,
                                   metricsBytes, sums)

std::string toJson(const RunProgress& progress) { return nlohmann::json(progress).dump(2); }

Result<RunProgress> parseRunProgress(std::string_view text)
{
    try {
        return nlohmann::json::parse(text).get<RunProgress>();
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Parse, "The checkpoint's state.json is damaged: start the training anew.");
    }
}

}  // namespace nscope::train
