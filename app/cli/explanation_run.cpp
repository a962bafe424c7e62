#include "app/cli/explanation_run.h"

#include "app/cli/run_job.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>

namespace nscope::cli {

namespace {

/// The method's options as given; --seed is the method's seed if it has one that was not given.
Result<data::OptionMap> methodOptions(const engine::MethodSpec& method, const std::vector<std::string>& assignments,
                                      std::optional<std::uint64_t> seed)
{
    Result<data::OptionMap> options = engine::parseOptions(assignments, method.options);
    const bool takesSeed = std::ranges::find(method.options, "seed", &engine::OptionSpec::id) != method.options.end();
    if (options && takesSeed && seed)
        options->try_emplace("seed", std::int64_t(*seed));
    return options;
}

Result<void> checkTarget(const engine::ModelInfo& model, const std::string& target)
{
    std::string known;
    for (const engine::TargetSpec& spec : model.spec.targets) {
        if (target.empty() || spec.id == target)
            return {};
        known += (known.empty() ? "" : ", ") + spec.id;
    }
    return fail(ErrorCode::InvalidArgument,
                "The model " + model.card.id + " has no target '" + target + "'; there are " + known + ".");
}

}  // namespace

void addExplanationOptions(CLI::App& app, ExplanationOptions& options)
{
    addModelOption(app, options.model);
    app.add_option("--method", options.method, "gradient, taylor, ism …; see methods")->required();
    app.add_option("--target", options.target,
                   "What is explained, as logit:PC-NC or class:PC; default: the model's first target");
    app.add_option("--option", options.assignments, "An option of the method as id=value; may be repeated")
        ->allow_extra_args();
    addInputOptions(app, options.input);
    addFurtherOptions(app, options.input.further);
}

ExplanationRun::ExplanationRun(TranscriptSource source, OpenedModel model, engine::Request request, std::stop_token stop,
                               std::string input)
    : m_source(std::move(source)), m_model(std::move(model)), m_request(std::move(request)), m_stop(std::move(stop)),
      m_input(std::move(input))
{
}

Result<ExplanationRun> ExplanationRun::open(const ExplanationOptions& options, const Context& context)
{
    Result<TranscriptSource> source = TranscriptSource::open(options.input, context.stop);
    if (!source)
        return fail(source.error());
    Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    if (const Result<void> taken = source->furtherInputs().checkModel(model->info); !taken)
        return fail(taken.error());
    const Result<engine::MethodSpec> method =
        findMethod(*model->backend, engine::MethodKind::Attribution, options.method);
    if (!method)
        return fail(method.error());
    const Result<data::OptionMap> given = methodOptions(*method, options.assignments, context.common.seed);
    if (!given)
        return fail(given.error());
    if (const Result<void> known = checkTarget(model->info, options.target); !known)
        return fail(known.error());

    engine::Request request;
    request.analysis = engine::Analysis::Explain;
    request.model = model->info.id;
    request.method = method->id;
    request.target = options.target;
    request.options = *given;
    return ExplanationRun(*std::move(source), *std::move(model), std::move(request), context.stop, options.input.input);
}

io::Provenance ExplanationRun::provenance() const { return cli::provenance(m_model, {{"input", m_input}}); }

Result<std::optional<ExplainedTranscript>> ExplanationRun::next(RecordProgress& progress)
{
    Result<data::TranscriptPtr> record = m_source.next();
    if (!record)
        return fail(record.error());
    if (!*record)
        return std::optional<ExplainedTranscript>();
    ExplainedTranscript explained{*record, nullptr};
    m_request.transcripts = {*std::move(record)};
    const data::Sequence& sequence = explained.transcript->sequence;
    const JobListener listener{
        .delivered = [&](const engine::Delivery& delivery) -> Result<void> {
            const auto* attribution = std::get_if<std::shared_ptr<const data::Attribution>>(&delivery.payload);
            if (!delivery.partial && attribution)
                explained.attribution = *attribution;
            return {};
        },
        .progressed =
            [&](std::int64_t done, std::int64_t total) {
                progress.partOfRecord(sequence.length(), total > 0 ? double(done) / double(total) : 0.0);
            },
        .noted = [&](const std::string& sentence) { progress.note(sentence); }};
    const Result<void> result = runJob(*m_model.backend, m_request, m_stop, listener);
    if (!result)
        return fail(result.error().code() == ErrorCode::Cancelled ? result.error()
                                                                  : result.error().at({.record = sequence.id}));
    if (!explained.attribution)
        return fail(ErrorCode::Internal, "The model gave no explanation.", {.record = sequence.id});
    progress.recordDone(sequence.length());
    return explained;
}

}  // namespace nscope::cli
