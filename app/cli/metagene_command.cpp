#include "app/cli/metagene_command.h"

#include "app/cli/output_path.h"
#include "app/cli/position_source.h"
#include "app/cli/result_output.h"
#include "core/analysis/frame_statistics.h"
#include "core/analysis/metagene.h"
#include "core/analysis/spectrum.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace nscope::cli {

namespace {

struct MetageneOptions {
    PositionSourceOptions source;
    std::string output;
    analysis::BinnedSettings binned;
    analysis::AlignedSettings aligned;
    int segmentNt = 256;
    bool longestOrf = false;
};

struct Builders {
    explicit Builders(const MetageneOptions& options)
        : binned(options.binned), start(withAnchor(options.aligned, analysis::Anchor::Start)),
          stop(withAnchor(options.aligned, analysis::Anchor::Stop))
    {
    }
    static analysis::AlignedSettings withAnchor(analysis::AlignedSettings settings, analysis::Anchor anchor)
    {
        settings.anchor = anchor;
        return settings;
    }
    void add(const std::vector<double>& values_L, data::Interval cds)
    {
        binned.add(values_L, cds);
        start.add(values_L, cds);
        stop.add(values_L, cds);
        frames.add(values_L, cds);
    }

    analysis::BinnedMetageneBuilder binned;
    analysis::AlignedMetageneBuilder start;
    analysis::AlignedMetageneBuilder stop;
    analysis::FrameStatisticsBuilder frames;
    std::int64_t withoutRegion = 0;
};

io::ResultTable binTable(const analysis::BinnedMetagene& metagene)
{
    std::vector<std::string> regions;
    std::vector<std::int64_t> bins;
    std::vector<analysis::MeanEstimate> estimates;
    std::vector<double> trimmed;
    for (const analysis::BinnedMetagene::Bin& bin : metagene.bins) {
        regions.emplace_back(analysis::kRegionNames[bin.region]);
        bins.push_back(bin.bin);
        estimates.push_back(bin.estimate);
        trimmed.push_back(bin.trimmedMean);
    }
    io::ResultTable table{"bins", {{"region", std::move(regions)}, {"bin", std::move(bins)}}};
    addEstimateColumns(table, estimates);
    table.columns.push_back({"trimmed_mean", std::move(trimmed)});
    return table;
}

io::ResultTable alignedTable(const std::string& name, const analysis::AlignedMetagene& metagene)
{
    std::vector<std::int64_t> offsets;
    for (std::size_t i = 0; i < metagene.values.size(); ++i)
        offsets.push_back(metagene.firstOffsetNt + std::int64_t(i));
    io::ResultTable table{name, {{"offset", std::move(offsets)}}};
    addEstimateColumns(table, metagene.values);
    return table;
}

/// Of the part from the start codon on, where the reading frame is; empty if it is too short.
Result<io::ResultTable> spectrumTable(const std::vector<double>& signal, int segmentNt)
{
    io::ResultTable table{"spectrum", {{"frequency", std::vector<double>()}, {"density", std::vector<double>()}}};
    if (signal.size() < 8)
        return table;
    Result<analysis::PowerSpectrum> spectrum = analysis::welchSpectrum(signal, {.segmentNt = segmentNt});
    if (!spectrum)
        return fail(spectrum.error());
    table.columns[0].values = std::move(spectrum->frequencies);
    table.columns[1].values = std::move(spectrum->density);
    return table;
}

io::ResultTable frameTable(const analysis::FrameStatistics& frames)
{
    io::ResultTable table{"frames", {{"frame", std::vector<std::int64_t>{0, 1, 2}}}};
    addEstimateColumns(table, frames.frames);
    table.columns.push_back({"transcripts_preferring", std::vector<std::int64_t>(frames.preferred.begin(), frames.preferred.end())});
    return table;
}

io::ResultTable summaryTable(const Builders& builders, const analysis::BinnedMetagene& binned, const analysis::FrameStatistics& frames,
                             double share)
{
    const std::vector<std::pair<std::string, double>> numbers{
        {"transcripts_aligned", double(builders.start.result().used)},
        {"transcripts_binned", double(binned.used)},
        {"left_out_short_region", double(binned.tooShort)},
        {"left_out_no_coding_region", double(builders.withoutRegion)},
        {"period_3_share", share},
        {"frame_vector_length", frames.vectorLength.mean},
        {"frame_resultant_length", frames.resultantLength},
        {"frame_mean_direction", frames.meanDirection},
        {"frame_rayleigh_p", frames.rayleighP}};
    std::vector<std::string> names;
    std::vector<double> values;
    for (const auto& [name, value] : numbers) {
        names.push_back(name);
        values.push_back(value);
    }
    return {"summary", {{"name", std::move(names)}, {"value", std::move(values)}}};
}

Result<std::vector<io::ResultTable>> tablesOf(const Builders& builders, int segmentNt)
{
    const analysis::BinnedMetagene binned = builders.binned.result();
    const analysis::AlignedMetagene start = builders.start.result();
    const analysis::FrameStatistics frames = builders.frames.result();
    std::vector<double> fromStart = start.means();
    fromStart.erase(fromStart.begin(), fromStart.begin() + std::min<std::ptrdiff_t>(std::max<std::int64_t>(0, -start.firstOffsetNt),
                                                                                   std::ptrdiff_t(fromStart.size())));
    Result<io::ResultTable> spectrum = spectrumTable(fromStart, segmentNt);
    if (!spectrum)
        return fail(spectrum.error());
    return std::vector<io::ResultTable>{binTable(binned), alignedTable("start", start), alignedTable("stop", builders.stop.result()),
                                        *std::move(spectrum), frameTable(frames),
                                        summaryTable(builders, binned, frames, analysis::periodShare(fromStart, 3.0))};
}

Result<void> runMetagene(const MetageneOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    Result<PositionSource> source = PositionSource::open(options.source, context, "Averaging");
    if (!source)
        return fail(source.error());
    Builders builders(options);
    while (true) {
        const Result<std::optional<ScoredTranscript>> scored = source->next();
        if (!scored)
            return fail(scored.error());
        if (!*scored)
            break;
        const data::Transcript& transcript = *(*scored)->transcript;
        const std::optional<data::Interval> cds =
            analysis::codingRegion(transcript.cds, transcript.sequence.letters, options.longestOrf);
        if (cds)
            builders.add((*scored)->values_L, *cds);
        else
            ++builders.withoutRegion;
    }
    if (builders.start.result().used == 0)
        return fail(ErrorCode::InvalidArgument, "No record has a coding region: give --cds, or --longest-orf to take the longest "
                                                "open reading frame.");
    const Result<std::vector<io::ResultTable>> tables = tablesOf(builders, options.segmentNt);
    if (!tables)
        return fail(tables.error());
    if (const Result<void> written = io::writeResultTables(options.output, *tables, source->provenance()); !written)
        return written;
    source->finish();
    printTable(tables->back(), context.common.json);
    return {};
}

}  // namespace

Runner addMetagene(CLI::App& app)
{
    auto options = std::make_shared<MetageneOptions>();
    addPositionSource(app, options->source);
    app.add_option("--output", options->output, "Tables to write: .tsv (several files), .json or .npz")->required();
    app.add_option("--bins", options->binned.binsPerRegion, "Bins per region")->check(CLI::Range(1, 1000))->capture_default_str();
    app.add_option("--min-region", options->binned.minRegionNt, "Shortest region that is binned (nt)")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--trim", options->binned.trim, "Share of the transcripts cut off at each end for the trimmed mean")
        ->check(CLI::Range(0.0, 0.49))
        ->capture_default_str();
    app.add_option("--min-share", options->aligned.minShare, "Share of the transcripts that an aligned position needs")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--segment", options->segmentNt, "Segment of Welch's power spectrum (nt)")
        ->check(CLI::Range(8, 100000))
        ->capture_default_str();
    app.add_flag("--longest-orf", options->longestOrf, "Take the longest open reading frame where there is no coding region");
    return [options](const Context& context) { return runMetagene(*options, context); };
}

}  // namespace nscope::cli
