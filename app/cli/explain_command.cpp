#include "app/cli/explain_command.h"

#include "app/cli/explanation_run.h"
#include "app/cli/output_path.h"
#include "core/io/atomic_file.h"
#include "core/io/attribution_writer.h"
#include "core/io/table_writer.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct ExplainOptions {
    ExplanationOptions explanation;
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

Result<void> explainAll(ExplanationRun& run, const Context& context, Outputs& outputs)
{
    RecordProgress progress("Explaining", run.totalNt(), context.common.quiet);
    while (true) {
        const Result<std::optional<ExplainedTranscript>> explained = run.next(progress);
        if (!explained)
            return fail(explained.error());
        if (!*explained)
            break;
        const Result<void> written = outputs.add((*explained)->transcript->sequence, *(*explained)->attribution);
        if (!written)
            return written;
    }
    for (const std::string& summary : run.summaries())
        progress.note(summary);
    const Result<void> finished = outputs.finish();
    if (finished)
        progress.finish();
    return finished;
}

Result<void> runExplain(const ExplainOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".npz", ".tsv", ".bw"}); !extension)
        return fail(extension.error());
    if (!options.diagnostics.empty()) {
        if (const auto extension = checkOutputPath(options.diagnostics, {".tsv"}); !extension)
            return fail(extension.error());
    }
    Result<ExplanationRun> run = ExplanationRun::open(options.explanation, context);
    if (!run)
        return fail(run.error());
    Result<std::unique_ptr<io::AttributionWriter>> writer = io::AttributionWriter::open(options.output, run->provenance());
    if (!writer)
        return fail(writer.error());
    Result<DiagnosticsTable> diagnostics = DiagnosticsTable::open(options.diagnostics);
    if (!diagnostics)
        return fail(diagnostics.error());
    Outputs outputs{std::move(*writer), std::move(*diagnostics)};
    return explainAll(*run, context, outputs);
}

}  // namespace

Runner addExplain(CLI::App& app)
{
    auto options = std::make_shared<ExplainOptions>();
    addExplanationOptions(app, options->explanation);
    app.add_option("--output", options->output, "File to write: .npz, .tsv or .bw")->required();
    app.add_option("--diagnostics", options->diagnostics,
                   "Also write what the method reports on itself, such as its completeness gap, to this .tsv");
    return [options](const Context& context) { return runExplain(*options, context); };
}

}  // namespace nscope::cli
