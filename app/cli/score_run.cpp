#include "app/cli/score_run.h"

#include "app/cli/prediction_run.h"
#include "app/cli/run_job.h"

#include <CLI/CLI.hpp>

namespace nscope::cli {

void addScoreOptions(CLI::App& app, ScoreOptions& options)
{
    addModelOption(app, options.model);
    app.add_option("--target", options.target,
                   "What is scored, as logit:PC-NC, class:PC or task:NAME; default: the model's first target");
}

ScoreRun::ScoreRun(OpenedModel model, std::string target, const Context& context, const std::string& what,
                   const std::string& unit)
    : m_model(std::move(model)),
      m_target(std::move(target)),
      m_context(context),
      m_line(what, unit, context.common.quiet)
{
}

Result<std::unique_ptr<ScoreRun>> ScoreRun::open(const ScoreOptions& options, const Context& context,
                                                 const std::string& what, const std::string& unit)
{
    Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    std::string target = options.target;
    if (target.empty() && !model->info.spec.targets.empty())
        target = model->info.spec.targets.front().id;
    return std::unique_ptr<ScoreRun>(new ScoreRun(std::move(*model), std::move(target), context, what, unit));
}

experiment::Run ScoreRun::run(bool countsSequences)
{
    // The job that scores looks at the stop token.
    return {.scorer = [this, countsSequences](
                          std::span<const data::TranscriptPtr> sequences) { return score(sequences, countsSequences); },
            .progress = countsSequences ? &m_progress : nullptr};
}

Result<std::vector<double>> ScoreRun::score(std::span<const data::TranscriptPtr> sequences, bool countsSequences)
{
    engine::Request request;
    request.analysis = engine::Analysis::Score;
    request.model = m_model.info.id;
    request.target = m_target;
    request.transcripts.assign(sequences.begin(), sequences.end());
    std::vector<double> scores(sequences.size());
    const JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                   if (const auto* score =
                                           std::get_if<std::shared_ptr<const data::TargetScore>>(&delivery.payload))
                                       scores.at(delivery.transcript) = (*score)->score;
                                   return {};
                               },
                               .progressed =
                                   [&](std::int64_t done, std::int64_t) {
                                       const ProgressSnapshot now = m_progress.snapshot();
                                       const std::int64_t all = now.done + (countsSequences ? done : 0);
                                       m_line.update(all, now.total > 0 ? double(all) / double(now.total) : -1.0);
                                   },
                               .noted = [&](const std::string& sentence) { m_line.note(sentence); }};
    if (const Result<void> done = runJob(*m_model.backend, request, m_context.stop, listener); !done)
        return fail(done.error());
    return scores;
}

Result<std::vector<std::vector<float>>> ScoreRun::embed(std::span<const data::TranscriptPtr> sequences)
{
    engine::Request request;
    request.analysis = engine::Analysis::Predict;
    request.model = m_model.info.id;
    request.options["embedding"] = true;
    request.transcripts.assign(sequences.begin(), sequences.end());
    std::vector<std::vector<float>> vectors(sequences.size());
    const auto keep = [&](std::size_t index, const PredictionPtr& prediction) -> Result<void> {
        vectors.at(index) = prediction->embedding;
        return {};
    };
    const auto noted = [&](const std::string& sentence) { m_line.note(sentence); };
    if (const Result<void> done = visitPredictions(m_model, request, m_context.stop, keep, noted); !done)
        return fail(done.error());
    return vectors;
}

Result<std::shared_ptr<const data::Attribution>> ScoreRun::explain(const data::TranscriptPtr& sequence,
                                                                   const std::string& method, data::Interval only)
{
    const Result<engine::MethodSpec> known =
        findMethod(*m_model.backend, engine::MethodKind::Attribution, method);
    if (!known)
        return fail(known.error());
    engine::Request request;
    request.analysis = engine::Analysis::Explain;
    request.model = m_model.info.id;
    request.method = known->id;
    request.only = only;
    request.transcripts = {sequence};
    std::shared_ptr<const data::Attribution> explanation;
    const JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                   const auto* attribution =
                                       std::get_if<std::shared_ptr<const data::Attribution>>(&delivery.payload);
                                   if (!delivery.partial && attribution)
                                       explanation = *attribution;
                                   return {};
                               },
                               .progressed = {},
                               .noted = [&](const std::string& sentence) { m_line.note(sentence); }};
    if (const Result<void> done = runJob(*m_model.backend, request, m_context.stop, listener); !done)
        return fail(done.error());
    if (!explanation)
        return fail(ErrorCode::Internal, "The model gave no explanation.", {.record = sequence->sequence.id});
    return explanation;
}

io::Provenance ScoreRun::provenance(std::initializer_list<std::pair<const std::string, std::string>> more) const
{
    io::Provenance all = cli::provenance(m_model, more);
    all["target"] = m_target;
    all["seed"] = std::to_string(m_context.common.seed.value_or(1));
    return all;
}

Result<data::TranscriptSet> readTranscripts(const InputOptions& options, const Context& context, ScoreRun& run)
{
    Result<TranscriptSource> source = TranscriptSource::open(options, context.stop);
    if (!source)
        return fail(source.error());
    if (const Result<void> taken = source->furtherInputs().checkModel(run.model()); !taken)
        return fail(taken.error());
    data::TranscriptSet all;
    while (true) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        Result<data::TranscriptPtr> record = source->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        all.push_back(std::move(*record));
    }
    for (const std::string& summary : source->summaries())
        run.note(summary);
    return all;
}

}  // namespace nscope::cli
