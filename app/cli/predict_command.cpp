#include "app/cli/predict_command.h"

#include "app/cli/model_source.h"
#include "app/cli/output_path.h"
#include "app/cli/prediction_run.h"
#include "app/cli/region_prediction.h"
#include "app/cli/transcript_source.h"
#include "core/io/table_writer.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct PredictOptions {
    std::string model;
    InputOptions input;
    std::string output;
    bool translate = false;
    std::int64_t beam = 4;
    std::int64_t maxLength = 400;
    std::int64_t shifts = 0;
    std::int64_t dropout = 0;
    bool members = false;
    RegionPrediction alongGenome;
};

data::OptionMap requestOptions(const PredictOptions& options, const Context& context)
{
    data::OptionMap map{{"translate", options.translate}};
    if (options.shifts > 0)
        map["shifts"] = options.shifts;
    if (options.dropout > 0)
        map["dropout"] = options.dropout;
    if (options.members)
        map["members"] = true;
    if (context.common.seed)
        map["seed"] = std::int64_t(*context.common.seed);
    if (options.translate) {
        map["beam"] = options.beam;
        map["best"] = options.beam;
        map["max_length"] = options.maxLength;
    }
    return map;
}

Result<void> predictChunk(OpenedModel& model, const engine::Request& request, const Context& context,
                          io::PredictionWriter& writer, RecordProgress& progress)
{
    const auto predictions = runPredictions(model, request, context, progress);
    if (!predictions)
        return fail(predictions.error());
    for (std::size_t index = 0; index < predictions->size(); ++index) {
        const data::Sequence& sequence = request.transcripts[index]->sequence;
        if (const Result<void> written = writer.add(sequence, *(*predictions)[index]); !written)
            return written;
    }
    return {};
}

Result<void> predictAll(OpenedModel& model, TranscriptSource& source, const PredictOptions& options,
                        const Context& context, io::PredictionWriter& writer)
{
    RecordProgress progress("Predicting", source.totalNt(), context.common.quiet);
    engine::Request request;
    request.analysis = engine::Analysis::Predict;
    request.model = model.info.id;
    request.options = requestOptions(options, context);
    while (true) {
        Result<data::TranscriptSet> chunk = source.nextChunk({});
        if (!chunk)
            return fail(chunk.error());
        if (chunk->empty())
            break;
        request.transcripts = std::move(*chunk);
        if (const Result<void> done = predictChunk(model, request, context, writer, progress); !done)
            return done;
    }
    for (const std::string& summary : source.summaries())
        progress.note(summary);
    const Result<void> finished = writer.finish();
    if (finished)
        progress.finish();
    return finished;
}

Result<void> runAlongGenome(const PredictOptions& options, const Context& context)
{
    const FurtherOptions& further = options.input.further;
    if (!options.input.input.empty() || !options.input.cdsTable.empty())
        return fail(ErrorCode::InvalidArgument, "Give either --input or --genome; --cds goes with --input.");
    if (options.translate || options.shifts > 0 || options.dropout > 0 || options.members
        || !further.structureFile.empty() || further.fold || !further.features.empty())
        return fail(ErrorCode::InvalidArgument,
                    "--translate, --shifts, --dropout, --members, --structure, --fold and --features are for records of "
                    "--input, not for a genome.");
    RegionPrediction along = options.alongGenome;
    along.model = options.model;
    along.output = options.output;
    return predictRegions(along, context);
}

Result<void> runPredict(const PredictOptions& options, const Context& context)
{
    if (!options.alongGenome.regions.genome.empty())
        return runAlongGenome(options, context);
    if (options.input.input.empty())
        return fail(ErrorCode::InvalidArgument, "Give sequences with --input, or a genome with --genome.");
    const Result<std::string> extension = checkOutputPath(options.output, {".tsv", ".json", ".npz", ".bw"});
    if (!extension)
        return fail(extension.error());
    if (options.translate && *extension == ".npz")
        return fail(ErrorCode::InvalidArgument, "Translations go to .tsv or .json, not to .npz.",
                    {.file = options.output});
    Result<TranscriptSource> source = TranscriptSource::open(options.input, context.stop);
    if (!source)
        return fail(source.error());
    Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    if (const Result<void> taken = source->furtherInputs().checkModel(model->info); !taken)
        return taken;
    if (options.translate && !model->info.spec.outputs.translations)
        return fail(ErrorCode::InvalidArgument, "The model " + model->info.card.id + " gives no translations.");
    const bool profiles = !model->info.spec.outputs.profileTasks.empty();
    const io::PredictionWriterOptions how{.beams = options.translate ? int(options.beam) : 0,
                                          .profiles = profiles,
                                          .provenance = provenance(*model, {{"input", options.input.input}})};
    Result<std::unique_ptr<io::PredictionWriter>> writer = io::PredictionWriter::open(options.output, how);
    if (!writer)
        return fail(writer.error());
    return predictAll(*model, *source, options, context, **writer);
}

}  // namespace

Runner addPredict(CLI::App& app)
{
    auto options = std::make_shared<PredictOptions>();
    addModelOption(app, options->model);
    addInputOptions(app, options->input);
    app.get_option("--input")->required(false);
    addFurtherOptions(app, options->input.further);
    app.add_option("--output", options->output,
                   "File to write: .tsv, .json, .npz or (profiles) .bw; along a genome .bw, .bedGraph, .bedGraph.gz, "
                   ".tsv or .npz")
        ->required();
    app.add_flag("--translate", options->translate, "Also write out the proteins the model reads, by beam search");
    app.add_option("--beam", options->beam, "Translations per record (with --translate)")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--max-length", options->maxLength, "Longest translation in amino acids (with --translate)")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--shifts", options->shifts,
                   "Mean over N random windows of sequences longer than the model's window, and their spread")
        ->check(CLI::Range(2, 1000));
    app.add_option("--dropout", options->dropout, "Spread over N passes with dropout left on")
        ->check(CLI::Range(2, 10000));
    app.add_flag("--members", options->members, "Also how far the members of an ensemble lie apart");
    addRegionPredictionOptions(app, options->alongGenome);
    return [options](const Context& context) { return runPredict(*options, context); };
}

}  // namespace nscope::cli
