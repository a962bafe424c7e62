#include "app/cli/explain_command.h"

#include "app/cli/model_source.h"
#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/run_job.h"
#include "app/cli/transcript_source.h"
#include "core/io/atomic_file.h"
#include "core/io/attribution_writer.h"
#include "core/io/table_writer.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace nscope::cli {

namespace {

struct ExplainOptions {
    std::string model;
    std::string method;
    std::string target;
    std::vector<std::string> assignments;
    InputOptions input;
    std::string output;
    std::string diagnostics;
};

/// What methods report on themselves, a line each: id, diagnostic, value. Without a path nothing is written.
class DiagnosticsTable {
public:
    static Result<DiagnosticsTable> open(const std::string& path)
    {
        DiagnosticsTable table;
        if (path.empty())
            return table;
        auto file = io::AtomicFile::create(path);
        if (!file)
            return fail(file.error());
        table.m_file.emplace(std::move(*file));
        if (auto written = table.m_file->write("id\tdiagnostic\tvalue\n"); !written)
            return fail(written.error());
        return table;
    }

    Result<void> add(const data::Sequence& sequence, const data::Attribution& attribution)
    {
        std::string lines;
        for (const data::NamedValue& diagnostic : attribution.diagnostics)
            lines += sequence.id + "\t" + diagnostic.name + "\t" + io::numberText(diagnostic.value) + "\n";
        return m_file ? m_file->write(lines) : Result<void>();
    }
    Result<void> finish() { return m_file ? m_file->commit() : Result<void>(); }

private:
    std::optional<io::AtomicFile> m_file;
};

/// Where results go.
struct Outputs {
    std::unique_ptr<io::AttributionWriter> values;
    DiagnosticsTable diagnostics;

    Result<void> add(const data::Sequence& sequence, const data::Attribution& attribution)
    {
        const Result<void> added = values->add(sequence, attribution);
        return added ? diagnostics.add(sequence, attribution) : added;
    }
    Result<void> finish()
    {
        const Result<void> finished = values->finish();
        return finished ? diagnostics.finish() : finished;
    }
};

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

/// Explains one record and writes the finished result.
Result<void> explainRecord(OpenedModel& model, const engine::Request& request, const Context& context,
                           Outputs& outputs, RecordProgress& progress)
{
    const data::Sequence& sequence = request.transcripts.front()->sequence;
    const JobListener listener{
        .delivered = [&](const engine::Delivery& delivery) -> Result<void> {
            const auto* attribution = std::get_if<std::shared_ptr<const data::Attribution>>(&delivery.payload);
            if (delivery.partial || !attribution)
                return {};
            return outputs.add(sequence, **attribution);
        },
        .progressed =
            [&](std::int64_t done, std::int64_t total) {
                progress.partOfRecord(sequence.length(), total > 0 ? double(done) / double(total) : 0.0);
            },
        .noted = [&](const std::string& sentence) { progress.note(sentence); }};
    const Result<void> result = runJob(*model.backend, request, context.stop, listener);
    if (!result)
        return fail(result.error().code() == ErrorCode::Cancelled ? result.error()
                                                                  : result.error().at({.record = sequence.id}));
    progress.recordDone(sequence.length());
    return {};
}

Result<void> explainAll(OpenedModel& model, TranscriptSource& source, engine::Request request, const Context& context,
                        Outputs& outputs)
{
    RecordProgress progress("Explaining", source.totalNt(), context.common.quiet);
    while (true) {
        Result<data::TranscriptPtr> record = source.next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        request.transcripts = {std::move(*record)};
        if (const Result<void> done = explainRecord(model, request, context, outputs, progress); !done)
            return done;
    }
    for (const std::string& summary : source.summaries())
        progress.note(summary);
    const Result<void> finished = outputs.finish();
    if (finished)
        progress.finish();
    return finished;
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

Result<void> runExplain(const ExplainOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".npz", ".tsv", ".bw"}); !extension)
        return fail(extension.error());
    if (!options.diagnostics.empty()) {
        if (const auto extension = checkOutputPath(options.diagnostics, {".tsv"}); !extension)
            return fail(extension.error());
    }
    Result<TranscriptSource> source = TranscriptSource::open(options.input, context.stop);
    if (!source)
        return fail(source.error());
    Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    if (const Result<void> taken = source->furtherInputs().checkModel(model->info); !taken)
        return taken;
    const Result<engine::MethodSpec> method =
        findMethod(*model->backend, engine::MethodKind::Attribution, options.method);
    if (!method)
        return fail(method.error());
    const Result<data::OptionMap> given = methodOptions(*method, options.assignments, context.common.seed);
    if (!given)
        return fail(given.error());
    if (const Result<void> known = checkTarget(model->info, options.target); !known)
        return known;

    engine::Request request;
    request.analysis = engine::Analysis::Explain;
    request.model = model->info.id;
    request.method = method->id;
    request.target = options.target;
    request.options = *given;
    Result<std::unique_ptr<io::AttributionWriter>> writer =
        io::AttributionWriter::open(options.output, provenance(*model, {{"input", options.input.input}}));
    if (!writer)
        return fail(writer.error());
    Result<DiagnosticsTable> diagnostics = DiagnosticsTable::open(options.diagnostics);
    if (!diagnostics)
        return fail(diagnostics.error());
    Outputs outputs{std::move(*writer), std::move(*diagnostics)};
    return explainAll(*model, *source, std::move(request), context, outputs);
}

}  // namespace

Runner addExplain(CLI::App& app)
{
    auto options = std::make_shared<ExplainOptions>();
    addModelOption(app, options->model);
    app.add_option("--method", options->method, "gradient, taylor, ism …; see methods")->required();
    app.add_option("--target", options->target,
                   "What is explained, as logit:PC-NC or class:PC; default: the model's first target");
    app.add_option("--option", options->assignments, "An option of the method as id=value; may be repeated")
        ->allow_extra_args();
    addInputOptions(app, options->input);
    addFurtherOptions(app, options->input.further);
    app.add_option("--output", options->output, "File to write: .npz, .tsv or .bw")->required();
    app.add_option("--diagnostics", options->diagnostics,
                   "Also write what the method reports on itself, such as its completeness gap, to this .tsv");
    return [options](const Context& context) { return runExplain(*options, context); };
}

}  // namespace nscope::cli
