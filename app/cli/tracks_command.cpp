#include "app/cli/tracks_command.h"

#include "app/cli/output_path.h"
#include "app/cli/signal_track.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace nscope::cli {

namespace {

Result<void> runTracks(TrackOrder order, const Context& context)
{
    Result<std::string> extension =
        checkOutputPath(order.output, {".tsv", ".bedgraph", ".bedgraph.gz", ".bw", ".bigwig"});
    if (!extension)
        return fail(extension.error());
    order.extension = *std::move(extension);
    return writeSignalTrack(order, context);
}

}  // namespace

Runner addTracks(CLI::App& app)
{
    auto order = std::make_shared<TrackOrder>();
    const std::map<std::string, io::Summary> summaries{
        {"mean", io::Summary::Mean}, {"max", io::Summary::Max}, {"min", io::Summary::Min}};
    const std::map<std::string, data::Strand> strands{
        {"both", data::Strand::None}, {"forward", data::Strand::Forward}, {"reverse", data::Strand::Reverse}};
    app.add_option("--input", order->input, "bigWig, bedGraph (plain, gzip or bgzip), or BAM or CRAM for its coverage")
        ->required();
    app.add_option("--region", order->region,
                   "chr1:1,001-2,000 (the first base is 1) or chr1; default: the whole file");
    app.add_option("--bins", order->bins,
                   "Cut the region (without one: every chromosome) into so many bins; default: intervals as stored")
        ->check(CLI::Range(std::int64_t(1), std::int64_t(100'000'000)));
    app.add_option("--summary", order->summary, "What a bin gets of its values: mean, max or min (default: mean)")
        ->transform(CLI::CheckedTransformer(summaries));
    app.add_option("--strand", order->strand,
                   "BAM, CRAM: reads of one strand: forward, reverse or both (default: both)")
        ->transform(CLI::CheckedTransformer(strands));
    app.add_option("--aliases", order->aliases,
                   "Table of chromosome names, two columns (.tsv), for --region where names differ");
    app.add_option("--output", order->output, ".tsv, .bedGraph, .bedGraph.gz or .bw; - is standard output, as .tsv")
        ->required();
    return [order](const Context& context) { return runTracks(*order, context); };
}

}  // namespace nscope::cli
