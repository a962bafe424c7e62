// Purpose: `motifs scan`: where motifs are met, by region, place in the region and reading frame.
#include "app/cli/motif_subcommands.h"

#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "app/cli/transcript_source.h"
#include "core/analysis/metagene.h"
#include "core/analysis/motif_scan.h"
#include "core/base/version.h"
#include "core/io/motif_file.h"

#include <CLI/CLI.hpp>

#include <array>
#include <limits>
#include <memory>

namespace nscope::cli {

namespace {

constexpr std::int64_t kPlaceBins = 50;

struct HitsOptions {
    std::string motifs;
    InputOptions input;
    std::string output;
    analysis::ScanSettings settings;
};

/// Columns of the hits and what is counted of them.
struct Hits {
    explicit Hits(std::size_t motifs) : places(motifs * analysis::kRegionCount * kPlaceBins, 0), frames(motifs * 3, 0) {}

    std::vector<std::string> id, motif, strand, region;
    std::vector<std::int64_t> start, end, frame;
    std::vector<double> score, p, place;
    std::vector<std::int64_t> places;  ///< motifs × regions × bins
    std::vector<std::int64_t> frames;  ///< motifs × frames, in the coding region

    void add(const data::Transcript& transcript, std::size_t index, const data::Motif& found, const analysis::MotifScanner& scanner,
             const analysis::MotifHit& hit)
    {
        id.push_back(transcript.sequence.id);
        motif.push_back(found.id);
        strand.emplace_back(hit.reverseStrand ? "-" : "+");
        start.push_back(hit.startNt);
        end.push_back(hit.startNt + found.width());
        score.push_back(hit.score);
        p.push_back(scanner.pValueOf(hit.score));
        region.emplace_back("none");
        place.push_back(std::numeric_limits<double>::quiet_NaN());
        frame.push_back(-1);
        if (transcript.cds)
            locate(index, hit.startNt, *transcript.cds, transcript.sequence.length());
    }

private:
    void locate(std::size_t index, std::int64_t startNt, data::Interval cds, std::int64_t lengthNt)
    {
        for (int each = 0; each < analysis::kRegionCount; ++each) {
            const data::Interval span = analysis::regionOf(each, cds, lengthNt);
            if (!span.contains(startNt))
                continue;
            region.back() = analysis::kRegionNames[each];
            place.back() = double(startNt - span.startNt) / double(span.length());
            const std::int64_t bin = (startNt - span.startNt) * kPlaceBins / span.length();
            ++places[(index * analysis::kRegionCount + std::size_t(each)) * kPlaceBins + std::size_t(bin)];
        }
        if (cds.contains(startNt)) {
            frame.back() = (startNt - cds.startNt) % 3;
            ++frames[index * 3 + std::size_t(frame.back())];
        }
    }
};

io::ResultTable placeTable(const Hits& hits, const data::MotifSet& motifs)
{
    std::vector<std::string> names, regions;
    std::vector<std::int64_t> bins;
    for (std::size_t i = 0; i < hits.places.size(); ++i) {
        const std::size_t row = i / kPlaceBins;
        names.push_back(motifs[row / analysis::kRegionCount].id);
        regions.emplace_back(analysis::kRegionNames[row % analysis::kRegionCount]);
        bins.push_back(std::int64_t(i) % kPlaceBins);
    }
    return {"places", {{"motif", names}, {"region", regions}, {"bin", bins}, {"hits", hits.places}}};
}

io::ResultTable frameTable(const Hits& hits, const data::MotifSet& motifs)
{
    std::vector<std::string> names;
    std::vector<std::int64_t> frames;
    for (std::size_t i = 0; i < hits.frames.size(); ++i) {
        names.push_back(motifs[i / 3].id);
        frames.push_back(std::int64_t(i) % 3);
    }
    return {"frames", {{"motif", names}, {"frame", frames}, {"hits", hits.frames}}};
}

Result<void> scanAll(TranscriptSource& source, const data::MotifSet& motifs, const analysis::ScanSettings& settings,
                     const Context& context, Hits& hits)
{
    std::vector<analysis::MotifScanner> scanners;
    for (const data::Motif& motif : motifs)
        scanners.emplace_back(motif, settings);
    RecordProgress progress("Scanning", source.totalNt(), context.common.quiet);
    while (true) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const Result<data::TranscriptPtr> record = source.next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        for (std::size_t i = 0; i < motifs.size(); ++i)
            for (const analysis::MotifHit& hit : scanners[i].hits((*record)->sequence.letters))
                hits.add(**record, i, motifs[i], scanners[i], hit);
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
    Hits hits(motifs->size());
    if (const Result<void> scanned = scanAll(*source, *motifs, options.settings, context, hits); !scanned)
        return scanned;
    const std::vector<io::ResultTable> tables{
        {"hits", {{"id", hits.id}, {"motif", hits.motif}, {"start", hits.start}, {"end", hits.end}, {"strand", hits.strand},
                  {"score", hits.score}, {"p", hits.p}, {"region", hits.region}, {"place", hits.place}, {"frame", hits.frame}}},
        placeTable(hits, *motifs), frameTable(hits, *motifs)};
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
