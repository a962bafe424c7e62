#include "app/cli/region_output.h"

#include "app/cli/run_job.h"
#include "app/cli/signal_rows.h"
#include "core/io/atomic_file.h"
#include "core/io/json_text.h"
#include "core/io/npz.h"
#include "core/io/task_files.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

namespace nscope::cli {

namespace {

using data::Interval;

constexpr std::size_t kFilesAtOnce = 64;

/// Calls `take` with every chunk, its stretch and its signal.
Result<void> forEachChunk(const SignalResult& result, std::stop_token stop,
                          const std::function<Result<void>(std::size_t stretch, const data::Track& track)>& take)
{
    for (std::size_t i = 0; i < result.chunks.size(); ++i) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const auto track = result.chunk(i);
        if (!track)
            return fail(track.error());
        if (const auto taken = take(result.chunks[i].stretch, *track); !taken)
            return taken;
    }
    return {};
}

Interval binOf(const data::Track& track, std::int64_t bin, Interval inside)
{
    const std::int64_t startNt = track.startNt + bin * track.binNt;
    return Interval{startNt, startNt + track.binNt}.intersected(inside);
}

Result<void> writeTable(const SignalResult& result, const std::string& path, std::stop_token stop)
{
    auto file = io::AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    std::string header = "chrom\tstart\tend";
    for (const std::string& row : result.rows)
        header += "\t" + row;
    if (const auto written = file->write(header + "\n"); !written)
        return written;
    const auto done = forEachChunk(result, stop, [&](std::size_t stretch, const data::Track& track) {
        const study::HeldStretch& place = result.stretches[stretch];
        std::string text;
        for (std::int64_t bin = 0; bin < track.binCount(); ++bin) {
            const Interval nt = binOf(track, bin, place.inside);
            if (nt.isEmpty())
                continue;
            text += place.chromosome + "\t" + std::to_string(nt.startNt) + "\t" + std::to_string(nt.endNt);
            for (std::size_t row = 0; row < track.rows.size(); ++row)
                text += "\t" + io::floatText(track.at(row, bin));
            text += "\n";
        }
        return file->write(text);
    });
    return done ? file->commit() : done;
}

/// Bins that the stretch may cut, each by itself.
Result<void> addCut(SignalRows& file, const study::HeldStretch& stretch, const data::Track& track, std::size_t row,
                    std::int64_t from, std::int64_t to)
{
    for (std::int64_t bin = from; bin < to; ++bin) {
        const Interval nt = binOf(track, bin, stretch.inside);
        if (nt.isEmpty())
            continue;
        if (const auto added = file.add(stretch.chromosome, {nt.startNt, nt.endNt, track.at(row, bin)}); !added)
            return added;
    }
    return {};
}

Result<void> addRow(SignalRows& file, const study::HeldStretch& stretch, const data::Track& track, std::size_t row)
{
    const auto isWhole = [&](std::int64_t bin) { return binOf(track, bin, stretch.inside).length() == track.binNt; };
    std::int64_t first = 0, end = track.binCount();
    while (first < end && !isWhole(first))
        ++first;
    while (end > first && !isWhole(end - 1))
        --end;
    if (const auto added = addCut(file, stretch, track, row, 0, first); !added)
        return added;
    const std::span<const float> values(track.values_RB.begin() + std::int64_t(row) * track.binCount() + first,
                                        std::size_t(end - first));
    if (const auto added = file.addBins(stretch.chromosome, track.startNt + first * track.binNt, track.binNt, values);
        !added)
        return added;
    return addCut(file, stretch, track, row, end, track.binCount());
}

Result<void> writeRowFiles(const SignalResult& result, const std::string& path, const std::string& extension,
                           std::stop_token stop)
{
    const auto paths = io::taskFiles(path, extension, result.rows);
    if (!paths)
        return fail(paths.error());
    std::vector<io::SignalChromosome> chromosomes;
    for (const io::GenomeChromosome& chromosome : result.chromosomes) {
        if (chromosome.lengthNt > 0)
            chromosomes.push_back({chromosome.name, chromosome.lengthNt});
    }
    for (std::size_t first = 0; first < paths->size(); first += kFilesAtOnce) {
        std::vector<std::unique_ptr<SignalRows>> files;
        for (std::size_t row = first; row < std::min(first + kFilesAtOnce, paths->size()); ++row) {
            auto file = openSignalRows((*paths)[row], extension, chromosomes);
            if (!file)
                return fail(file.error());
            files.push_back(*std::move(file));
        }
        const auto done =
            forEachChunk(result, stop, [&](std::size_t stretch, const data::Track& track) -> Result<void> {
                for (std::size_t i = 0; i < files.size(); ++i) {
                    if (const auto added = addRow(*files[i], result.stretches[stretch], track, first + i); !added)
                        return added;
                }
                return {};
            });
        if (!done)
            return done;
        for (const std::unique_ptr<SignalRows>& file : files) {
            if (const auto finished = file->finish(); !finished)
                return finished;
        }
    }
    return {};
}

/// Puts a stretch's chunks into one array, bins × rows.
class NpzStretches {
public:
    NpzStretches(const SignalResult& result, io::NpzWriter npz) : m_result(result), m_npz(std::move(npz)) {}

    Result<void> add(std::size_t stretch, const data::Track& track)
    {
        if (stretch != m_stretch) {
            if (const auto ended = endStretch(); !ended)
                return ended;
            m_stretch = stretch;
        }
        if (m_values_BR.empty())
            m_startNt = track.startNt;
        for (std::int64_t bin = 0; bin < track.binCount(); ++bin) {
            for (std::size_t row = 0; row < track.rows.size(); ++row)
                m_values_BR.push_back(track.at(row, bin));
        }
        return {};
    }
    Result<void> finish()
    {
        if (const auto ended = endStretch(); !ended)
            return ended;
        return m_npz.finish({{"ids", io::NpyArray::of(m_ids)},
                             {"chroms", io::NpyArray::of(m_chromosomes)},
                             {"starts", io::NpyArray::of(m_starts)},
                             {"lengths", io::NpyArray::of(m_lengths)},
                             {"tasks", io::NpyArray::of(m_result.rows)},
                             {"bin_nt", io::NpyArray::of(std::vector<std::int64_t>{m_result.binNt})},
                             {"provenance", io::NpyArray::scalar(io::jsonText(io::Json(m_result.provenance), -1))}});
    }

private:
    Result<void> endStretch()
    {
        const study::HeldStretch& place = m_result.stretches[m_stretch];
        const auto rows = std::int64_t(m_result.rows.size());
        const auto bins = std::int64_t(m_values_BR.size()) / rows;
        const std::string name = "profile/" + std::to_string(m_ids.size());
        m_ids.push_back(place.chromosome + ":" + std::to_string(place.inside.startNt + 1) + "-"
                        + std::to_string(place.inside.endNt));
        m_chromosomes.push_back(place.chromosome);
        m_starts.push_back(m_startNt);
        m_lengths.push_back(place.inside.length());
        return m_npz.add(name, io::NpyArray::of(std::exchange(m_values_BR, {}), {bins, rows}));
    }

    const SignalResult& m_result;
    io::NpzWriter m_npz;
    std::size_t m_stretch = 0;
    std::int64_t m_startNt = 0;
    std::vector<float> m_values_BR;
    std::vector<std::string> m_ids, m_chromosomes;
    std::vector<std::int64_t> m_starts, m_lengths;
};

Result<void> writeArrays(const SignalResult& result, const std::string& path, std::stop_token stop)
{
    auto npz = io::NpzWriter::create(path);
    if (!npz)
        return fail(npz.error());
    NpzStretches stretches(result, *std::move(npz));
    const auto done = forEachChunk(
        result, stop, [&](std::size_t stretch, const data::Track& track) { return stretches.add(stretch, track); });
    return done ? stretches.finish() : done;
}

}  // namespace

Result<void> writeSignal(const SignalResult& result, const std::string& path, const std::string& extension,
                         std::stop_token stop)
{
    if (extension == ".tsv")
        return writeTable(result, path, stop);
    if (extension == ".npz")
        return writeArrays(result, path, stop);
    return writeRowFiles(result, path, extension, stop);
}

}  // namespace nscope::cli
