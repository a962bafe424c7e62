#include "app/cli/codons_command.h"

#include "app/cli/attribution_source.h"
#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "core/study/codons.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace nscope::cli {

namespace {

struct CodonsOptions {
    AttributionSourceOptions source;
    std::string output;
    analysis::CodonSettings settings;
};

Result<void> runCodons(const CodonsOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    if (options.source.computed.input.cdsTable.empty())
        return fail(ErrorCode::InvalidArgument, "Codons need coding regions: give --cds.");
    Result<AttributionSource> source = AttributionSource::open(options.source, context, "Counting codons");
    if (!source)
        return fail(source.error());
    analysis::CodonTableBuilder builder(options.settings);
    while (true) {
        const Result<std::optional<ExplainedTranscript>> explained = source->next();
        if (!explained)
            return fail(explained.error());
        if (!*explained)
            break;
        const data::Transcript& transcript = *(*explained)->transcript;
        if (transcript.cds)
            builder.add(*(*explained)->attribution, transcript.sequence.letters, *transcript.cds);
    }
    const analysis::CodonStatistics statistics = builder.result();
    const Result<study::Outcome> found = study::codonOutcome(statistics);
    if (!found)
        return fail(found.error());
    io::Provenance made = source->provenance();
    made["transcripts"] = std::to_string(statistics.used);
    made["left_out_of_frame"] = std::to_string(statistics.outOfFrame);
    made["left_out_ambiguous_codons"] = std::to_string(statistics.ambiguousCodons);
    if (const Result<void> written = io::writeResultTables(options.output, found->tables, made); !written)
        return written;
    source->finish();
    if (!context.common.quiet)
        for (const std::string& note : found->notes)
            std::cerr << note << '\n';
    printTable(found->tables.back(), context.common.json);
    return {};
}

}  // namespace

Runner addCodons(CLI::App& app)
{
    auto options = std::make_shared<CodonsOptions>();
    addAttributionSource(app, options->source);
    app.add_option("--output", options->output, "Tables to write: .tsv (several files), .json or .npz")->required();
    app.add_option("--bins", options->settings.bins, "Bins of the coding region")->check(CLI::Range(1, 1000))->capture_default_str();
    return [options](const Context& context) { return runCodons(*options, context); };
}

}  // namespace nscope::cli
