#include "app/cli/prediction_run.h"

#include "app/cli/run_job.h"

namespace nscope::cli {

Result<std::vector<std::shared_ptr<const data::Prediction>>>
runPredictions(OpenedModel& model, const engine::Request& request, const Context& context, RecordProgress& progress)
{
    std::vector<std::shared_ptr<const data::Prediction>> predictions(request.transcripts.size());
    const JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                   const auto* prediction =
                                       std::get_if<std::shared_ptr<const data::Prediction>>(&delivery.payload);
                                   if (delivery.partial || !prediction)
                                       return {};
                                   predictions.at(delivery.transcript) = *prediction;
                                   progress.recordDone(request.transcripts[delivery.transcript]->sequence.length());
                                   return {};
                               },
                               .progressed = {},
                               .noted = [&](const std::string& sentence) { progress.note(sentence); }};
    if (const Result<void> done = runJob(*model.backend, request, context.stop, listener); !done)
        return fail(done.error());
    for (std::size_t index = 0; index < predictions.size(); ++index) {
        if (!predictions[index])
            return fail(ErrorCode::Internal, "The model gave no prediction for this record.",
                        {.record = request.transcripts[index]->sequence.id});
    }
    return predictions;
}

}  // namespace nscope::cli
