#include "app/cli/orfs_command.h"

#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/run_job.h"
#include "app/cli/transcript_source.h"
#include "core/data/genetic_code.h"
#include "core/data/orf.h"
#include "core/io/atomic_file.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace nscope::cli {

namespace {

struct OrfsOptions {
    InputOptions input;
    std::string output;
    int minCodons = 30;
    bool open = false;
    bool nested = false;
};

const char* kozakText(data::KozakStrength strength)
{
    switch (strength) {
    case data::KozakStrength::Weak: return "weak";
    case data::KozakStrength::Adequate: return "adequate";
    case data::KozakStrength::Strong: return "strong";
    }
    return "weak";
}

std::string rowsOf(const data::Transcript& transcript, const data::OrfOptions& how)
{
    const data::Sequence& sequence = transcript.sequence;
    std::string rows;
    for (const data::Orf& orf : data::findOrfs(sequence.letters, how)) {
        const std::string_view letters =
            std::string_view(sequence.letters).substr(std::size_t(orf.span.startNt), std::size_t(orf.span.length()));
        const std::string peptide = data::translate(letters, true);
        rows += sequence.id + "\t" + std::to_string(orf.span.startNt) + "\t" + std::to_string(orf.span.endNt) + "\t"
                + std::to_string(orf.frame) + "\t" + std::to_string(peptide.size()) + "\t"
                + (orf.hasStop ? "yes" : "no") + "\t" + kozakText(orf.kozak) + "\t"
                + data::kozakContext(sequence.letters, orf.span.startNt) + "\t"
                + (transcript.cds == orf.span ? "yes" : "no") + "\t" + peptide + "\n";
    }
    return rows;
}

Result<void> writeAll(TranscriptSource& source, const data::OrfOptions& how, const Context& context,
                      io::AtomicFile& file)
{
    RecordProgress progress("Finding ORFs", source.totalNt(), context.common.quiet);
    if (const auto done = file.write("id\tstart\tend\tframe\tcodons\thas_stop\tkozak\tcontext\tis_cds\tpeptide\n");
        !done)
        return done;
    while (true) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const Result<data::TranscriptPtr> record = source.next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        if (const Result<void> written = file.write(rowsOf(**record, how)); !written)
            return written;
        progress.recordDone((*record)->sequence.length());
    }
    const Result<void> committed = file.commit();
    if (committed)
        progress.finish();
    return committed;
}

Result<void> runOrfs(const OrfsOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv"}); !extension)
        return fail(extension.error());
    Result<TranscriptSource> source = TranscriptSource::open(options.input, context.stop);
    if (!source)
        return fail(source.error());
    Result<io::AtomicFile> file = io::AtomicFile::create(options.output);
    if (!file)
        return fail(file.error());
    return writeAll(*source, {.minCodons = options.minCodons, .requireStop = !options.open, .nested = options.nested},
                    context, *file);
}

}  // namespace

Runner addOrfs(CLI::App& app)
{
    auto options = std::make_shared<OrfsOptions>();
    addInputOptions(app, options->input);
    app.add_option("--output", options->output, "Table to write (.tsv); start and end are 0-based, end not included")
        ->required();
    app.add_option("--min-codons", options->minCodons, "Shortest ORF in codons, the stop not counted")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_flag("--open", options->open, "Also ORFs that run off the 3' end");
    app.add_flag("--nested", options->nested, "Also ORFs inside a longer one of the same frame");
    return [options](const Context& context) { return runOrfs(*options, context); };
}

}  // namespace nscope::cli
