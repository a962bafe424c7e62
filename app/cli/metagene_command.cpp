#include "app/cli/metagene_command.h"

#include "app/cli/output_path.h"
#include "app/cli/position_source.h"
#include "app/cli/result_output.h"
#include "core/study/metagene.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct MetageneOptions {
    PositionSourceOptions source;
    std::string output;
    study::MetageneSettings settings;
};

Result<void> runMetagene(const MetageneOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    Result<PositionSource> source = PositionSource::open(options.source, context, "Averaging");
    if (!source)
        return fail(source.error());
    study::MetageneStudy metagene(options.settings);
    while (true) {
        const Result<std::optional<ScoredTranscript>> scored = source->next();
        if (!scored)
            return fail(scored.error());
        if (!*scored)
            break;
        metagene.add(*(*scored)->transcript, (*scored)->values_L);
    }
    const Result<study::Outcome> found = metagene.outcome();
    if (!found && found.error().code() == ErrorCode::NotFound)
        return fail(ErrorCode::InvalidArgument, "No record has a coding region: give --cds, or --longest-orf to take the longest "
                                                "open reading frame.");
    if (!found)
        return fail(found.error());
    if (const Result<void> written = io::writeResultTables(options.output, found->tables, source->provenance()); !written)
        return written;
    source->finish();
    printTable(found->tables.back(), context.common.json);
    return {};
}

}  // namespace

Runner addMetagene(CLI::App& app)
{
    auto options = std::make_shared<MetageneOptions>();
    addPositionSource(app, options->source);
    app.add_option("--output", options->output, "Tables to write: .tsv (several files), .json or .npz")->required();
    app.add_option("--bins", options->settings.binned.binsPerRegion, "Bins per region")->check(CLI::Range(1, 1000))->capture_default_str();
    app.add_option("--min-region", options->settings.binned.minRegionNt, "Shortest region that is binned (nt)")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--trim", options->settings.binned.trim, "Share of the transcripts cut off at each end for the trimmed mean")
        ->check(CLI::Range(0.0, 0.49))
        ->capture_default_str();
    app.add_option("--min-share", options->settings.aligned.minShare, "Share of the transcripts that an aligned position needs")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--segment", options->settings.segmentNt, "Segment of Welch's power spectrum (nt)")
        ->check(CLI::Range(8, 100000))
        ->capture_default_str();
    app.add_flag("--longest-orf", options->settings.longestOrf, "Take the longest open reading frame where there is no coding region");
    return [options](const Context& context) { return runMetagene(*options, context); };
}

}  // namespace nscope::cli
