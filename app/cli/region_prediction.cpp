#include "app/cli/region_prediction.h"

#include "app/cli/genome_source.h"
#include "app/cli/model_source.h"
#include "app/cli/output_path.h"
#include "app/cli/prediction_run.h"
#include "app/cli/progress_line.h"
#include "app/cli/region_output.h"
#include "core/base/version.h"
#include "core/io/part_folder.h"
#include "core/io/sha256.h"
#include "core/io/task_files.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

namespace nscope::cli {

namespace {

namespace fs = std::filesystem;

// A chunk is what is computed in seconds to minutes and held in memory.
constexpr std::int64_t kChunkNt = 1'000'000, kMostWindows = 4'000, kFewestWindows = 32, kMostValues = 8'000'000;

std::int64_t chosenChunkNt(const study::RegionSignal& signal)
{
    const std::int64_t ofWindows = std::clamp(kChunkNt, kFewestWindows * signal.stepNt, kMostWindows * signal.stepNt);
    return std::min(ofWindows,
                    std::max<std::int64_t>(1, kMostValues / std::int64_t(signal.rows.size())) * signal.binNt);
}

/// The file itself, not where it lies: its name, size and time of change.
std::string fileText(const std::string& path)
{
    std::error_code error;
    const auto size = fs::file_size(path, error);
    const auto changed = fs::last_write_time(path, error).time_since_epoch().count();
    return fs::path(path).filename().string() + ", " + std::to_string(size) + " bytes, changed "
           + std::to_string(changed);
}

io::RunDescription describe(const RegionPrediction& prediction, const OpenedModel& model,
                            const study::RegionSignal& signal, const std::vector<study::HeldStretch>& stretches,
                            std::int64_t chunkNt)
{
    std::string places;
    for (const study::HeldStretch& stretch : stretches)
        places += stretch.chromosome + "\t" + std::to_string(stretch.inside.startNt) + "\t"
                  + std::to_string(stretch.inside.endNt) + "\t" + std::to_string(stretch.bounds.startNt) + "\t"
                  + std::to_string(stretch.bounds.endNt) + "\n";
    return {{"program", kVersion},
            {"model", model.info.id},
            {"genome", fileText(prediction.regions.genome)},
            {"regions", io::sha256(places)},
            {"strand", std::string(1, char(signal.strand))},
            {"output", signal.isProfile ? "profile" : signal.score},
            {"window", std::to_string(signal.windowNt)},
            {"step", std::to_string(signal.stepNt)},
            {"bins", std::to_string(signal.outputBinNt)},
            {"chunk", std::to_string(chunkNt)}};
}

Result<data::Track> trackOf(const io::NpzArrays& arrays, const study::RegionSignal& signal, const Where& where)
{
    const auto start = arrays.find("start"), values = arrays.find("values");
    const auto* startNt = start == arrays.end() ? nullptr : start->second.as<std::int64_t>();
    const auto* values_RB = values == arrays.end() ? nullptr : values->second.as<float>();
    if (startNt == nullptr || startNt->empty() || values_RB == nullptr || values_RB->empty()
        || values->second.shape.front() != std::int64_t(signal.rows.size()))
        return fail(ErrorCode::Parse,
                    "This part of a run does not hold what it should; delete the folder and begin anew.", where);
    return data::Track{startNt->front(), signal.outputBinNt, signal.rows, *values_RB};
}

/// Where finished chunks wait: a folder beside the output, or memory for standard output.
class FinishedChunks {
public:
    static Result<FinishedChunks> open(const std::string& output, const io::RunDescription& description)
    {
        FinishedChunks chunks;
        if (output == "-")
            return chunks;
        auto folder = io::PartFolder::open(output + ".parts", description);
        if (!folder)
            return fail(folder.error());
        chunks.m_folder.emplace(*std::move(folder));
        return chunks;
    }

    bool has(std::size_t chunk) const { return m_folder ? m_folder->has(chunk) : m_memory.contains(chunk); }
    Result<void> put(std::size_t chunk, data::Track track)
    {
        if (!m_folder) {
            m_memory[chunk] = std::move(track);
            return {};
        }
        const std::vector<std::int64_t> shape{std::int64_t(track.rows.size()), track.binCount()};
        return m_folder->put(chunk, {{"start", io::NpyArray::scalar(track.startNt)},
                                     {"values", io::NpyArray::of(std::move(track.values_RB), shape)}});
    }
    Result<data::Track> get(std::size_t chunk, const study::RegionSignal& signal) const
    {
        if (!m_folder)
            return m_memory.at(chunk);
        const auto arrays = m_folder->get(chunk);
        if (!arrays)
            return fail(arrays.error());
        return trackOf(*arrays, signal, {.file = m_folder->path()});
    }
    Result<void> remove() { return m_folder ? m_folder->remove() : Result<void>(); }
    const io::PartFolder* folder() const { return m_folder ? &*m_folder : nullptr; }

private:
    std::optional<io::PartFolder> m_folder;
    std::map<std::size_t, data::Track> m_memory;
};

class RegionRun {
public:
    RegionRun(const RegionPrediction& prediction, const Context& context, OpenedModel model, study::OpenGenome genome,
              std::vector<study::HeldStretch> stretches)
        : m_prediction(prediction),
          m_context(context),
          m_model(std::move(model)),
          m_genome(std::move(genome)),
          m_line("Predicting", "nt", context.common.quiet)
    {
        m_result.stretches = std::move(stretches);
        m_runner = [this](const data::TranscriptSet& windows, const study::WindowVisitor& visit) {
            return runWindows(windows, visit);
        };
    }

    Result<void> run(const std::string& extension)
    {
        if (const auto planned = plan(); !planned)
            return planned;
        if (hasRowFiles(extension)) {
            if (const auto files = io::taskFiles(m_prediction.output, extension, m_signal.rows); !files)
                return fail(files.error());
        }
        const std::int64_t chunkNt = m_prediction.chunkNt > 0 ? m_prediction.chunkNt : chosenChunkNt(m_signal);
        placeChunks(chunkNt);
        auto chunks = FinishedChunks::open(m_prediction.output,
                                           describe(m_prediction, m_model, m_signal, m_result.stretches, chunkNt));
        if (!chunks)
            return fail(chunks.error());
        Result<void> done = predictAll(*chunks);
        if (done) {
            m_result.chunk = [&](std::size_t chunk) { return chunks->get(chunk, m_signal); };
            done = writeSignal(m_result, m_prediction.output, extension, m_context.stop);
        }
        if (!done)
            return stopped(done.error(), *chunks);
        m_line.finish(m_totalNt);
        return chunks->remove();
    }

private:
    Result<void> plan()
    {
        auto signal = study::planSignal(m_model.info, m_prediction.order, m_runner);
        if (!signal)
            return fail(signal.error());
        m_signal = *std::move(signal);
        m_result.rows = m_signal.rows;
        m_result.binNt = m_signal.outputBinNt;
        m_result.chromosomes = m_genome.file->chromosomes();
        m_result.provenance = provenance(
            m_model,
            {{"genome", m_prediction.regions.genome},
             {"strand", m_signal.strand == data::Strand::None ? "both" : std::string(1, char(m_signal.strand))},
             {"window_nt", std::to_string(m_signal.windowNt)},
             {"step_nt", std::to_string(m_signal.stepNt)}});
        return {};
    }

    void placeChunks(std::int64_t chunkNt)
    {
        for (std::size_t stretch = 0; stretch < m_result.stretches.size(); ++stretch) {
            m_totalNt += m_result.stretches[stretch].inside.length();
            for (const data::Interval& chunk : study::chunksOf(m_signal, m_result.stretches[stretch], chunkNt))
                m_result.chunks.push_back({stretch, chunk});
        }
    }

    std::int64_t lengthNt(const ChunkPlace& chunk) const
    {
        return chunk.interval.intersected(m_result.stretches[chunk.stretch].inside).length();
    }

    Result<void> predictAll(FinishedChunks& chunks)
    {
        std::int64_t doneNt = 0, found = 0;
        for (std::size_t i = 0; i < m_result.chunks.size(); ++i) {
            if (chunks.has(i)) {
                doneNt += lengthNt(m_result.chunks[i]);
                ++found;
            }
        }
        if (found > 0)
            m_line.note(std::to_string(found) + " of " + std::to_string(m_result.chunks.size())
                        + " parts are there from an earlier run, in " + chunks.folder()->path() + ".");
        m_line.goOnFrom(doneNt, double(doneNt) / double(m_totalNt));
        for (std::size_t i = 0; i < m_result.chunks.size(); ++i) {
            if (chunks.has(i))
                continue;
            const ChunkPlace& chunk = m_result.chunks[i];
            const auto progressed = [&](std::int64_t done, std::int64_t all) {
                const std::int64_t nt = doneNt + lengthNt(chunk) * done / all;
                m_line.update(nt, double(nt) / double(m_totalNt));
            };
            auto track = study::chunkSignal(m_signal, m_result.stretches[chunk.stretch], chunk.interval,
                                            m_genome.reader(), m_runner, progressed);
            if (!track)
                return fail(track.error());
            if (const auto kept = chunks.put(i, *std::move(track)); !kept)
                return kept;
            doneNt += lengthNt(chunk);
        }
        return {};
    }

    Result<void> runWindows(const data::TranscriptSet& windows, const study::WindowVisitor& visit)
    {
        engine::Request request;
        request.analysis = engine::Analysis::Predict;
        request.model = m_model.info.id;
        request.transcripts = windows;
        const auto noted = [&](const std::string& sentence) { m_line.note(sentence); };
        return visitPredictions(
            m_model, request, m_context.stop,
            [&](std::size_t window, const PredictionPtr& prediction) { return visit(window, *prediction); }, noted);
    }

    /// What ended the run, and what there is of it.
    Result<void> stopped(const Error& error, FinishedChunks& chunks)
    {
        const io::PartFolder* folder = chunks.folder();
        std::int64_t found = 0;
        for (std::size_t i = 0; folder != nullptr && i < m_result.chunks.size(); ++i)
            found += folder->has(i) ? 1 : 0;
        if (found == 0) {
            if (const auto removed = chunks.remove(); !removed)
                m_line.note(removed.error().sentence());
            return fail(error);
        }
        const std::string kept = std::to_string(found) + " of " + std::to_string(m_result.chunks.size())
                                 + " parts are kept in " + folder->path()
                                 + ", and the same command goes on from there.";
        if (error.code() == ErrorCode::Cancelled)
            return fail(ErrorCode::Cancelled, "Stopped; " + kept);
        m_line.note(kept);
        return fail(error);
    }

    const RegionPrediction& m_prediction;
    const Context& m_context;
    OpenedModel m_model;
    study::OpenGenome m_genome;
    study::WindowRunner m_runner;
    study::RegionSignal m_signal;
    SignalResult m_result;
    std::int64_t m_totalNt = 0;
    ProgressLine m_line;
};

}  // namespace

void addRegionPredictionOptions(CLI::App& app, RegionPrediction& prediction)
{
    const char* group = "Along a genome";
    addRegionOptions(app, prediction.regions);
    study::RegionOrder& order = prediction.order;
    const auto takeStrand = [&order](const std::string& text) {
        order.strand = text == "+" ? data::Strand::Forward : text == "-" ? data::Strand::Reverse : data::Strand::None;
    };
    const CLI::Range lengths(std::int64_t(1), std::int64_t(1'000'000'000));
    app.add_option_function<std::string>(
           "--strand", takeStrand,
           "+, - (the reverse complement is read) or both: of profiles the mean, of numbers a track each (default: +)")
        ->check(CLI::IsMember({"+", "-", "both"}))
        ->group(group);
    app.add_option("--score", order.score,
                   "The number per window that becomes the track: a scalar or class of the model (default: the "
                   "profile, else the first scalar, "
                   "else the first class)")
        ->group(group);
    app.add_option("--step", order.stepNt,
                   "From one window to the next, nt (default: of profiles half a window's profile, of numbers 100)")
        ->check(lengths)
        ->group(group);
    app.add_option("--bins", order.outputBinNt, "Means over bins of N nt, a multiple of the model's bins or of --step")
        ->check(lengths)
        ->group(group);
    app.add_option("--window", order.windowNt, "Of models that read any length: how many nt at a time")
        ->check(lengths)
        ->group(group);
    app.add_option(
           "--chunk", prediction.chunkNt,
           "How many nt of the genome are kept together as a part (default: 1,000,000, fewer where that is much work)")
        ->check(lengths)
        ->group(group);
    CLI::Option* const genome = app.get_option("--genome");
    for (CLI::Option* option :
         app.get_options([&](CLI::Option* option) { return option != genome && option->get_group() == group; }))
        option->needs(genome);
}

Result<void> predictRegions(const RegionPrediction& prediction, const Context& context)
{
    const Result<std::string> extension =
        checkOutputPath(prediction.output, {".tsv", ".bedgraph", ".bedgraph.gz", ".bw", ".bigwig", ".npz"});
    if (!extension)
        return fail(extension.error());
    if (const auto checked = checkRegionOptions(prediction.regions); !checked)
        return checked;
    Result<study::OpenGenome> genome = openGenome(prediction.regions.genome, context);
    if (!genome)
        return fail(genome.error());
    auto stretches = stretchesOf(*genome, prediction.regions, context.stop);
    if (!stretches)
        return fail(stretches.error());
    Result<OpenedModel> model = openModel(prediction.model, context.common);
    if (!model)
        return fail(model.error());
    for (const engine::InputSpec& further : model->info.spec.input.further) {
        if (further.required)
            return fail(ErrorCode::InvalidArgument, "The model " + model->info.card.id + " needs the input '"
                                                        + further.id + "', which the windows of a genome do not have.");
    }
    return RegionRun(prediction, context, *std::move(model), *std::move(genome), *std::move(stretches)).run(*extension);
}

}  // namespace nscope::cli
