#include "app/cli/prediction_run.h"

#include "app/cli/run_job.h"

namespace nscope::cli {

Result<void> visitPredictions(OpenedModel& model, const engine::Request& request, std::stop_token stop,
                              const PredictionVisitor& visit, const std::function<void(const std::string&)>& noted)
{
    const JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                   const auto* prediction = std::get_if<PredictionPtr>(&delivery.payload);
                                   return delivery.partial || !prediction ? Result<void>()
                                                                          : visit(delivery.transcript, *prediction);
                               },
                               .progressed = {},
                               .noted = noted};
    return runJob(*model.backend, request, stop, listener);
}

Result<std::vector<PredictionPtr>> runPredictions(OpenedModel& model, const engine::Request& request,
                                                  const Context& context, RecordProgress& progress)
{
    std::vector<PredictionPtr> predictions(request.transcripts.size());
    const auto keep = [&](std::size_t index, const PredictionPtr& prediction) -> Result<void> {
        predictions.at(index) = prediction;
        progress.recordDone(request.transcripts[index]->sequence.length());
        return {};
    };
    const auto noted = [&](const std::string& sentence) { progress.note(sentence); };
    if (const Result<void> done = visitPredictions(model, request, context.stop, keep, noted); !done)
        return fail(done.error());
    for (std::size_t index = 0; index < predictions.size(); ++index) {
        if (!predictions[index])
            return fail(ErrorCode::Internal, "The model gave no prediction for this record.",
                        {.record = request.transcripts[index]->sequence.id});
    }
    return predictions;
}

}  // namespace nscope::cli
