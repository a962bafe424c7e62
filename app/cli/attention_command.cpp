#include "app/cli/attention_command.h"

#include "app/cli/model_source.h"
#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/run_job.h"
#include "app/cli/transcript_source.h"
#include "core/io/attention_writer.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct AttentionOptions {
    std::string model;
    int layer = -1;  ///< −1: all
    std::vector<std::string> assignments;
    InputOptions input;
    std::string output;
};

Result<void> readLayer(OpenedModel& model, const engine::Request& request, const Context& context,
                       io::AttentionWriter& writer, RecordProgress& progress)
{
    const data::Sequence& sequence = request.transcripts.front()->sequence;
    const JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                   const auto* map =
                                       std::get_if<std::shared_ptr<const data::AttentionMap>>(&delivery.payload);
                                   if (delivery.partial || !map)
                                       return {};
                                   return writer.add(sequence, **map);
                               },
                               .progressed = {},
                               .noted = [&](const std::string& sentence) { progress.note(sentence); }};
    const Result<void> result = runJob(*model.backend, request, context.stop, listener);
    if (!result && result.error().code() != ErrorCode::Cancelled)
        return fail(result.error().at({.record = sequence.id}));
    return result;
}

/// 0-based layers asked for.
Result<std::vector<int>> chosenLayers(const engine::ModelInfo& model, int layer)
{
    if (model.attentionLayers == 0)
        return fail(ErrorCode::InvalidArgument, "The model " + model.card.id + " has no attention on positions.");
    if (layer >= model.attentionLayers)
        return fail(ErrorCode::InvalidArgument, "--layer must be below " + std::to_string(model.attentionLayers)
                                                    + ", the number of attention layers; the first is 0.");
    if (layer >= 0)
        return std::vector<int>{layer};
    std::vector<int> all;
    for (int each = 0; each < model.attentionLayers; ++each)
        all.push_back(each);
    return all;
}

Result<void> readAll(OpenedModel& model, TranscriptSource& source, engine::Request request,
                     const std::vector<int>& layers, const Context& context, io::AttentionWriter& writer)
{
    RecordProgress progress("Reading attention", source.totalNt(), context.common.quiet);
    while (true) {
        Result<data::TranscriptPtr> record = source.next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        request.transcripts = {std::move(*record)};
        for (const int layer : layers) {
            request.options["layer"] = std::int64_t(layer);
            if (const Result<void> done = readLayer(model, request, context, writer, progress); !done)
                return done;
        }
        progress.recordDone(request.transcripts.front()->sequence.length());
    }
    for (const std::string& summary : source.summaries())
        progress.note(summary);
    const Result<void> finished = writer.finish();
    if (finished)
        progress.finish();
    return finished;
}

Result<void> runAttention(const AttentionOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".npz", ".tsv"}); !extension)
        return fail(extension.error());
    Result<TranscriptSource> source = TranscriptSource::open(options.input, context.stop);
    if (!source)
        return fail(source.error());
    Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    if (const Result<void> taken = source->furtherInputs().checkModel(model->info); !taken)
        return taken;
    const Result<std::vector<int>> layers = chosenLayers(model->info, options.layer);
    if (!layers)
        return fail(layers.error());
    const Result<engine::MethodSpec> method = findMethod(*model->backend, engine::MethodKind::Attention, {});
    if (!method)
        return fail(method.error());
    const Result<data::OptionMap> given = engine::parseOptions(options.assignments, method->options);
    if (!given)
        return fail(given.error());

    engine::Request request;
    request.analysis = engine::Analysis::Attention;
    request.model = model->info.id;
    request.method = method->id;
    request.options = *given;
    Result<std::unique_ptr<io::AttentionWriter>> writer =
        io::AttentionWriter::open(options.output, provenance(*model, {{"input", options.input.input}}));
    if (!writer)
        return fail(writer.error());
    return readAll(*model, *source, std::move(request), *layers, context, **writer);
}

}  // namespace

Runner addAttention(CLI::App& app)
{
    auto options = std::make_shared<AttentionOptions>();
    addModelOption(app, options->model);
    app.add_option("--layer", options->layer, "Attention layer, the first is 0; default: all")
        ->check(CLI::Range(0, 999));
    app.add_option("--option", options->assignments,
                   "An option of the method as id=value (see methods); may be repeated")
        ->allow_extra_args();
    addInputOptions(app, options->input);
    addFurtherOptions(app, options->input.further);
    app.add_option("--output", options->output, "File to write: .npz or .tsv")->required();
    return [options](const Context& context) { return runAttention(*options, context); };
}

}  // namespace nscope::cli
