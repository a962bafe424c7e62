#include "app/cli/session_command.h"

#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/transcript_source.h"
#include "core/data/document.h"
#include "core/io/model_card.h"
#include "core/io/session.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct SessionOptions {
    std::vector<std::string> inputs;
    std::string cdsTable;
    std::string model;
    std::string output;
};

/// The document with the records of one more file.
Result<data::DocumentPtr> withFile(const data::Document& document, const InputOptions& input, RecordProgress& progress,
                                   std::stop_token stop)
{
    Result<TranscriptSource> source = TranscriptSource::open(input, stop);
    if (!source)
        return fail(source.error());
    data::TranscriptSet transcripts;
    while (true) {
        Result<data::TranscriptPtr> record = source->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        if (document.indexOf((*record)->sequence.id) >= 0)
            return fail(ErrorCode::Parse, "An earlier file of this session has a record of the same name.",
                        {.file = input.input, .record = (*record)->sequence.id});
        progress.recordDone((*record)->sequence.length());
        transcripts.push_back(std::move(*record));
    }
    if (const std::string summary = source->cdsSummary(); !summary.empty())
        progress.note(summary);
    return data::withEntries(document, transcripts, input.input);
}

Result<void> runSession(const SessionOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".nscope"}); !extension)
        return fail(extension.error());
    auto document = std::make_shared<const data::Document>();
    RecordProgress progress("Reading", -1, context.common.quiet);
    for (const std::string& input : options.inputs) {
        Result<data::DocumentPtr> more = withFile(*document, {input, options.cdsTable}, progress, context.stop);
        if (!more)
            return fail(more.error());
        document = std::move(*more);
    }
    if (!options.model.empty()) {
        const Result<data::ModelCard> card = io::readModelCard(options.model);
        if (!card)
            return fail(card.error());
        document = data::withModel(*document, card->id, card->weightsHash);
    }
    const Result<void> written = io::writeSession(options.output, *document);
    if (written)
        progress.finish();
    return written;
}

}  // namespace

Runner addSession(CLI::App& app)
{
    auto options = std::make_shared<SessionOptions>();
    app.add_option("--input", options->inputs, "FASTA files; may be repeated")->required();
    app.add_option("--cds", options->cdsTable,
                   "Table of coding regions: columns id, cds_start, cds_end (0-based, end not included)");
    app.add_option("--model", options->model, "The model the session opens with: a starter model's id or a path");
    app.add_option("--output", options->output, "Session file to write (.nscope)")->required();
    return [options](const Context& context) { return runSession(*options, context); };
}

}  // namespace nscope::cli
