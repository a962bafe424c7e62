#include "app/cli/explain_command.h"

#include "app/cli/explanation_run.h"
#include "app/cli/output_path.h"
#include "core/io/attribution_writer.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct ExplainOptions {
    ExplanationOptions explanation;
    std::string output;
};

Result<void> explainAll(ExplanationRun& run, const Context& context, io::AttributionWriter& writer)
{
    RecordProgress progress("Explaining", run.totalNt(), context.common.quiet);
    while (true) {
        const Result<std::optional<ExplainedTranscript>> explained = run.next(progress);
        if (!explained)
            return fail(explained.error());
        if (!*explained)
            break;
        const Result<void> written = writer.add((*explained)->transcript->sequence, *(*explained)->attribution);
        if (!written)
            return written;
    }
    for (const std::string& summary : run.summaries())
        progress.note(summary);
    const Result<void> finished = writer.finish();
    if (finished)
        progress.finish();
    return finished;
}

Result<void> runExplain(const ExplainOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".npz", ".tsv", ".bw"}); !extension)
        return fail(extension.error());
    Result<ExplanationRun> run = ExplanationRun::open(options.explanation, context);
    if (!run)
        return fail(run.error());
    Result<std::unique_ptr<io::AttributionWriter>> writer = io::AttributionWriter::open(options.output, run->provenance());
    if (!writer)
        return fail(writer.error());
    return explainAll(*run, context, **writer);
}

}  // namespace

Runner addExplain(CLI::App& app)
{
    auto options = std::make_shared<ExplainOptions>();
    addExplanationOptions(app, options->explanation);
    app.add_option("--output", options->output, "File to write: .npz, .tsv or .bw")->required();
    return [options](const Context& context) { return runExplain(*options, context); };
}

}  // namespace nscope::cli
