#include "app/cli/filters_command.h"

#include "app/cli/model_source.h"
#include "app/cli/output_path.h"
#include "app/cli/prediction_run.h"
#include "app/cli/run_job.h"
#include "app/cli/transcript_source.h"
#include "core/io/filter_writer.h"
#include "core/io/json_text.h"
#include "core/io/npz.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct FiltersOptions {
    std::string model;
    InputOptions input;
    std::int64_t convolution = 1;
    std::string output;
};

/// Activations are as many as letters times filters.
constexpr ChunkLimits kChunk{.records = 64, .nt = 100'000};

/// Writes what `motifs filters` reads.
class ActivationWriter {
public:
    static Result<ActivationWriter> create(const std::string& path)
    {
        Result<io::NpzWriter> npz = io::NpzWriter::create(path);
        if (!npz)
            return fail(npz.error());
        return ActivationWriter(*std::move(npz));
    }

    Result<void> add(const std::string& id, const data::Prediction& filters)
    {
        const data::Track& track = filters.profiles.front();
        const std::int64_t positions = track.binCount(), count = std::int64_t(track.rows.size());
        std::vector<float> values_PF(track.values_RB.size());
        for (std::int64_t filter = 0; filter < count; ++filter) {
            for (std::int64_t p = 0; p < positions; ++p)
                values_PF[std::size_t(p * count + filter)] = track.at(std::size_t(filter), p);
        }
        const std::string name = "activations/" + std::to_string(m_ids.size());
        m_ids.push_back(id);
        m_widthNt = std::int64_t(filters.scalars.front().value);
        return m_npz.add(name, io::NpyArray::of(std::move(values_PF), {positions, count}));
    }

    Result<void> finish(const io::Provenance& made)
    {
        return m_npz.finish({{"ids", io::NpyArray::of(m_ids)},
                             {"filter_width_nt", io::NpyArray::scalar(m_widthNt)},
                             {"provenance", io::NpyArray::scalar(io::jsonText(io::Json(made), -1))}});
    }

    std::int64_t widthNt() const { return m_widthNt; }

private:
    explicit ActivationWriter(io::NpzWriter npz) : m_npz(std::move(npz)) {}

    io::NpzWriter m_npz;
    std::vector<std::string> m_ids;
    std::int64_t m_widthNt = 0;
};

Result<void> writeChunk(OpenedModel& model, const engine::Request& request, const Context& context,
                        ActivationWriter& writer, RecordProgress& progress)
{
    const auto made = runPredictions(model, request, context, progress);
    if (!made)
        return fail(made.error());
    for (std::size_t i = 0; i < made->size(); ++i) {
        if (const Result<void> written = writer.add(request.transcripts[i]->sequence.id, *(*made)[i]); !written)
            return written;
    }
    return {};
}

/// What the filters of a first convolution make of every record.
Result<void> runActivations(const FiltersOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".npz"}); !extension)
        return fail(extension.error());
    Result<TranscriptSource> source = TranscriptSource::open(options.input, context.stop);
    if (!source)
        return fail(source.error());
    Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    Result<ActivationWriter> writer = ActivationWriter::create(options.output);
    if (!writer)
        return fail(writer.error());
    RecordProgress progress("Filters", source->totalNt(), context.common.quiet);
    engine::Request request;
    request.analysis = engine::Analysis::Predict;
    request.model = model->info.id;
    request.options = {{"filters", options.convolution}};
    while (true) {
        Result<data::TranscriptSet> chunk = source->nextChunk(kChunk);
        if (!chunk)
            return fail(chunk.error());
        if (chunk->empty())
            break;
        request.transcripts = std::move(*chunk);
        if (const auto done = writeChunk(*model, request, context, *writer, progress); !done)
            return done;
    }
    for (const std::string& summary : source->summaries())
        progress.note(summary);
    progress.note("For motifs: nucleoscope-cli motifs filters --kernel " + std::to_string(writer->widthNt())
                  + " --activations " + options.output);
    const auto finished = writer->finish(provenance(*model, {{"input", options.input.input}}));
    if (finished)
        progress.finish();
    return finished;
}

Result<void> runSpectrum(const FiltersOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".npz", ".tsv"}); !extension)
        return fail(extension.error());
    Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    if (!model->info.spec.outputs.frequencyFilters)
        return fail(ErrorCode::InvalidArgument,
                    "The model " + model->info.card.id + " has no frequency filters; those with an LFNet encoder do.");
    const Result<engine::MethodSpec> method = findMethod(*model->backend, engine::MethodKind::Filters, {});
    if (!method)
        return fail(method.error());

    engine::Request request;
    request.analysis = engine::Analysis::Filters;
    request.model = model->info.id;
    request.method = method->id;
    std::shared_ptr<const data::FilterSpectrum> spectrum;
    const JobListener listener{.delivered = [&spectrum](const engine::Delivery& delivery) -> Result<void> {
                                   if (const auto* got =
                                           std::get_if<std::shared_ptr<const data::FilterSpectrum>>(&delivery.payload))
                                       spectrum = *got;
                                   return {};
                               },
                               .progressed = {},
                               .noted = {}};
    if (const Result<void> done = runJob(*model->backend, request, context.stop, listener); !done)
        return done;
    if (!spectrum)
        return fail(ErrorCode::Internal, "The model gave no filters.");
    return io::writeFilterSpectrum(options.output, *spectrum, provenance(*model));
}

}  // namespace

Runner addFilters(CLI::App& app)
{
    auto options = std::make_shared<FiltersOptions>();
    addModelOption(app, options->model);
    addInputOptions(app, options->input);
    app.get_option("--input")->required(false)->description(
        "FASTA file: write what the filters of the first convolution make of its records, for motifs filters. Without "
        "it, the frequency filters of an LFNet encoder");
    app.add_option("--convolution", options->convolution, "Which first convolution, of networks that have several")
        ->check(CLI::Range(1, 16))
        ->capture_default_str();
    app.add_option("--output", options->output, "File to write: .npz, or .tsv of frequency filters")->required();
    return [options](const Context& context) {
        return options->input.input.empty() ? runSpectrum(*options, context) : runActivations(*options, context);
    };
}

}  // namespace nscope::cli
