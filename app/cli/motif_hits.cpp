// Purpose: `motifs scan`: where motifs are met, by region, place in the region and reading frame.
#include "app/cli/motif_subcommands.h"

#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "app/cli/transcript_source.h"
#include "core/base/version.h"
#include "core/io/motif_file.h"
#include "core/study/motif_sites.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct HitsOptions {
    std::string motifs;
    InputOptions input;
    std::string output;
    analysis::ScanSettings settings;
};

Result<void> scanAll(TranscriptSource& source, const Context& context, study::HitsStudy& hits)
{
    RecordProgress progress("Scanning", source.totalNt(), context.common.quiet);
    while (true) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const Result<data::TranscriptPtr> record = source.next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        hits.add(**record);
        progress.recordDone((*record)->sequence.length());
    }
    for (const std::string& summary : source.summaries())
        progress.note(summary);
    progress.finish();
    return {};
}

Result<void> runHits(const HitsOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    const Result<data::MotifSet> motifs = io::readMotifs(options.motifs);
    if (!motifs)
        return fail(motifs.error());
    Result<TranscriptSource> source = TranscriptSource::open(options.input, context.stop);
    if (!source)
        return fail(source.error());
    study::HitsStudy hits(*motifs, options.settings);
    if (const Result<void> scanned = scanAll(*source, context, hits); !scanned)
        return scanned;
    const std::vector<io::ResultTable> tables = hits.outcome().tables;
    const io::Provenance made{{"motifs", options.motifs}, {"input", options.input.input},
                              {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (const Result<void> written = io::writeResultTables(options.output, tables, made); !written)
        return written;
    printTable(tables.back(), context.common.json);
    return {};
}

}  // namespace

Runner addMotifScan(CLI::App& app)
{
    auto options = std::make_shared<HitsOptions>();
    app.add_option("--motifs", options->motifs, "Motifs: MEME, JASPAR or TRANSFAC")->required();
    addInputOptions(app, options->input);
    app.add_option("--output", options->output, "Tables to write: .tsv (three files), .json or .npz")->required();
    app.add_option("--p-value", options->settings.pValue, "Chance at which a random word counts as an instance")
        ->check(CLI::Range(1e-12, 0.5))
        ->capture_default_str();
    app.add_flag("--both-strands", options->settings.bothStrands, "Also instances on the reverse strand");
    return [options](const Context& context) { return runHits(*options, context); };
}

}  // namespace nscope::cli
