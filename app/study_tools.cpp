#include "app/study_tools.h"

#include "app/engine_door.h"

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

using engine::Analysis;
using engine::Delivery;

/// The tools of one run.
class Asker {
public:
    Asker(std::shared_ptr<const StudyContext> context, std::shared_ptr<EngineDoor> door, std::stop_token stop)
        : m_context(std::move(context)), m_door(std::move(door)), m_stop(std::move(stop))
    {
    }

    Result<std::vector<double>> score(std::span<const data::TranscriptPtr> sequences) const
    {
        engine::Request request = requestFor(Analysis::Score);
        request.target = m_context->target;
        request.transcripts.assign(sequences.begin(), sequences.end());
        const Result<std::vector<Delivery>> deliveries = m_door->ask(std::move(request), m_stop);
        if (!deliveries)
            return fail(deliveries.error());
        std::vector<double> scores(sequences.size());
        std::vector<bool> known(sequences.size(), false);
        for (const Delivery& delivery : *deliveries) {
            const auto* score = std::get_if<std::shared_ptr<const data::TargetScore>>(&delivery.payload);
            if (!score || delivery.transcript >= scores.size())
                continue;
            scores[delivery.transcript] = (*score)->score;
            known[delivery.transcript] = true;
        }
        if (std::ranges::find(known, false) != known.end())
            return fail(ErrorCode::Internal, "The model did not score every sequence.");
        return scores;
    }

    Result<std::shared_ptr<const data::Attribution>>
    explain(const data::TranscriptPtr& transcript, const std::string& method, std::optional<data::Interval> only) const
    {
        const bool isChosen = method.empty() || method == m_context->method;
        const std::string& id = isChosen ? m_context->method : method;
        if (!hasMethod(id))
            return fail(ErrorCode::NotFound, "The program has no method '" + id + "'.");
        engine::Request request = requestFor(Analysis::Explain);
        request.method = id;
        request.target = m_context->target;
        request.only = only;
        if (isChosen)
            request.options = m_context->methodOptions;
        request.transcripts = {transcript};
        return single<data::Attribution>(std::move(request), "explanation");
    }

    Result<std::shared_ptr<const data::AttentionMap>> attend(const data::TranscriptPtr& transcript, int layer) const
    {
        const auto method =
            std::ranges::find(m_context->methods, engine::MethodKind::Attention, &engine::MethodSpec::kind);
        if (m_context->model->attentionLayers == 0 || method == m_context->methods.end())
            return fail(ErrorCode::Unsupported,
                        "The model " + m_context->model->card.id + " has no attention on positions.");
        if (layer >= m_context->model->attentionLayers)
            return fail(ErrorCode::InvalidArgument, "The layer must be below "
                                                        + std::to_string(m_context->model->attentionLayers)
                                                        + ", the number of attention layers; the first is 0.");
        engine::Request request = requestFor(Analysis::Attention);
        request.method = method->id;
        request.options["layer"] = std::int64_t(layer);
        request.transcripts = {transcript};
        return single<data::AttentionMap>(std::move(request), "attention");
    }

    Result<std::shared_ptr<const data::Prediction>> predict(const data::TranscriptPtr& transcript) const
    {
        engine::Request request = requestFor(Analysis::Predict);
        if (m_context->model->spec.outputs.embeddings)
            request.options["embedding"] = true;
        request.transcripts = {transcript};
        return single<data::Prediction>(std::move(request), "prediction");
    }

private:
    engine::Request requestFor(Analysis analysis) const
    {
        engine::Request request;
        request.analysis = analysis;
        request.model = m_context->model->id;
        return request;
    }

    bool hasMethod(const std::string& id) const
    {
        return std::ranges::any_of(m_context->methods, [&id](const engine::MethodSpec& method) {
            return method.kind == engine::MethodKind::Attribution && method.id == id;
        });
    }

    /// The complete answer about one sequence.
    template <class Value>
    Result<std::shared_ptr<const Value>> single(engine::Request request, const char* what) const
    {
        const std::string record = request.transcripts.front()->sequence.id;
        const Result<std::vector<Delivery>> deliveries = m_door->ask(std::move(request), m_stop);
        if (!deliveries)
            return fail(deliveries.error().code() == ErrorCode::Cancelled ? deliveries.error()
                                                                          : deliveries.error().at({.record = record}));
        for (auto delivery = deliveries->rbegin(); delivery != deliveries->rend(); ++delivery)
            if (const auto* value = std::get_if<std::shared_ptr<const Value>>(&delivery->payload); value && *value)
                return *value;
        return fail(ErrorCode::Internal, std::string("The model gave no ") + what + ".", {.record = record});
    }

    std::shared_ptr<const StudyContext> m_context;
    std::shared_ptr<EngineDoor> m_door;
    std::stop_token m_stop;
};

}  // namespace

study::Tools studyTools(std::shared_ptr<const StudyContext> context, std::shared_ptr<EngineDoor> door,
                        std::stop_token stop, Progress& progress)
{
    const auto asker = std::make_shared<const Asker>(std::move(context), std::move(door), stop);
    study::Tools tools;
    tools.score = [asker](std::span<const data::TranscriptPtr> sequences) { return asker->score(sequences); };
    tools.explain = [asker](const data::TranscriptPtr& transcript, const std::string& method,
                            std::optional<data::Interval> only) { return asker->explain(transcript, method, only); };
    tools.attend = [asker](const data::TranscriptPtr& transcript, int layer) {
        return asker->attend(transcript, layer);
    };
    tools.predict = [asker](const data::TranscriptPtr& transcript) { return asker->predict(transcript); };
    tools.stop = std::move(stop);
    tools.progress = &progress;
    return tools;
}

}  // namespace nscope::app
