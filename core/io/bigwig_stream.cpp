#include "core/io/bigwig_stream.h"

#include "core/io/bigwig_format.h"
#include "core/io/bigwig_reader.h"
#include "core/io/bigwig_zoom.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace nscope::io {
namespace {

using namespace bigwig;

constexpr std::uint16_t kVersion = 4;
constexpr std::uint16_t kMostZooms = 10;
constexpr std::int64_t kZoomStep = 4;          ///< from one level to the next
constexpr std::int64_t kValuesPerRecord = 10;  ///< about so many values in a record of the finest level
constexpr std::uint64_t kSummaryOffset = kHeaderBytes + kMostZooms * kZoomHeaderBytes;
constexpr std::uint64_t kSummaryBytes = 40;
constexpr std::uint64_t kTreeOffset = kSummaryOffset + kSummaryBytes;
constexpr std::uint32_t kValuesPerBlock = 1024;
constexpr std::uint32_t kIntervalBytes = 12;
constexpr std::uint32_t kMostBlockBytes = std::max(kBlockHeaderBytes + kValuesPerBlock * kIntervalBytes,
                                                   BigWigZoomWriter::kRecordsPerBlock* kZoomRecordBytes);
constexpr std::uint8_t kBedGraphBlock = 1, kFixedStepBlock = 3;

/// What is wrong with a sorted list of chromosomes.
std::optional<Error> problemOf(const std::vector<SignalChromosome>& sorted, const std::string& path)
{
    if (sorted.empty())
        return Error(ErrorCode::InvalidArgument,
                     "There is nothing to write: a bigWig file needs at least one sequence.", {.file = path});
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const Where where{.file = path, .record = sorted[i].name};
        if (sorted[i].name.empty())
            return Error(ErrorCode::InvalidArgument, "A bigWig file needs a name for every sequence.", where);
        if (sorted[i].lengthNt < 1 || sorted[i].lengthNt > std::int64_t(std::numeric_limits<std::uint32_t>::max()))
            return Error(ErrorCode::InvalidArgument, "A bigWig file holds sequences of 1 to 4,294,967,295 nt.", where);
        if (i > 0 && sorted[i].name == sorted[i - 1].name)
            return Error(ErrorCode::InvalidArgument,
                         "Two sequences have this name, and a bigWig file holds one of each.", where);
    }
    return std::nullopt;
}

}  // namespace

struct BigWigStream::Impl {
    AtomicFile file;
    std::vector<SignalChromosome> chromosomes;
    BigWigOutput output;
    std::size_t current = 0;  ///< chromosome that is written
    std::int64_t endNt = 0;   ///< of what was written of it
    std::uint64_t dataOffset = 0;
    std::uint64_t valueCount = 0;
    double coveredNt = 0.0, sum = 0.0, sumOfSquares = 0.0;
    float low = std::numeric_limits<float>::infinity(), high = -std::numeric_limits<float>::infinity();
    std::vector<BigWigSpan> spans;
    std::vector<SignalInterval> waiting;  ///< for a block

    Impl(AtomicFile target, std::vector<SignalChromosome> sorted)
        : file(std::move(target)), chromosomes(std::move(sorted)), output(file.temporaryPath())
    {
        output.write(std::string(kTreeOffset, '\0'));
        output.writeChromosomes(chromosomes);
        dataOffset = output.position();
        output.write(std::string(sizeof(std::uint64_t), '\0'));
    }

    /// The error of whatever could not be written so far.
    Result<void> status() const
    {
        if (!output.failed())
            return {};
        return fail(ErrorCode::Io, "The bigWig file could not be written; is the disk full?", {.file = file.path()});
    }

    /// Checks that a stretch follows what was written, and goes on to its chromosome.
    Result<void> advance(const std::string& chromosome, data::Interval stretch)
    {
        const Where where{.file = file.path(), .record = chromosome};
        if (chromosomes[current].name != chromosome) {
            const auto next = std::ranges::find(chromosomes.begin() + std::ptrdiff_t(current), chromosomes.end(),
                                                chromosome, &SignalChromosome::name);
            if (next == chromosomes.end())
                return fail(ErrorCode::InvalidArgument, "The chromosome is not in the file's list or comes too late.",
                            where);
            flushIntervals();
            current = std::size_t(next - chromosomes.begin());
            endNt = 0;
        }
        if (stretch.isEmpty() || stretch.startNt < endNt || stretch.endNt > chromosomes[current].lengthNt)
            return fail(ErrorCode::InvalidArgument,
                        "The values from " + std::to_string(stretch.startNt + 1) + " to "
                            + std::to_string(stretch.endNt)
                            + " are out of order or lie behind the end of the chromosome.",
                        where);
        endNt = stretch.endNt;
        return {};
    }

    void count(std::int64_t nt, float value)
    {
        ++valueCount;
        coveredNt += double(nt);
        sum += double(nt) * double(value);
        sumOfSquares += double(nt) * double(value) * double(value);
        low = std::min(low, value);
        high = std::max(high, value);
    }

    void putBlock(data::Interval stretch, std::uint32_t binNt, std::uint8_t kind, std::size_t items,
                  const BigWigBytes& body)
    {
        BigWigBytes block;
        for (const std::int64_t value :
             {std::int64_t(current), stretch.startNt, stretch.endNt, std::int64_t(binNt), std::int64_t(binNt)})
            block.put(std::uint32_t(value));
        block.put(kind);
        block.put(std::uint8_t(0));
        block.put(std::uint16_t(items));
        BigWigSpan span{std::uint32_t(current), std::uint32_t(stretch.startNt), std::uint32_t(stretch.endNt), 0, 0};
        output.writeBlock(block.text() + body.text(), span);
        spans.push_back(span);
    }

    void flushIntervals()
    {
        if (waiting.empty())
            return;
        BigWigBytes body;
        for (const SignalInterval& one : waiting) {
            body.put(std::uint32_t(one.startNt));
            body.put(std::uint32_t(one.endNt));
            body.put(one.value);
            count(one.endNt - one.startNt, one.value);
        }
        putBlock({waiting.front().startNt, waiting.back().endNt}, 0, kBedGraphBlock, waiting.size(), body);
        waiting.clear();
    }

    /// Finite values in a row, of which the file holds no positions but the first.
    void putRun(std::int64_t startNt, std::int64_t binNt, std::span<const float> run)
    {
        while (!run.empty()) {
            const auto part = run.first(std::min<std::size_t>(run.size(), kValuesPerBlock));
            BigWigBytes body;
            for (const float value : part) {
                body.put(value);
                count(binNt, value);
            }
            const std::int64_t partEndNt = startNt + std::int64_t(part.size()) * binNt;
            putBlock({startNt, partEndNt}, std::uint32_t(binNt), kFixedStepBlock, part.size(), body);
            startNt = partEndNt;
            run = run.subspan(part.size());
        }
    }

    void writeHeader(std::uint64_t indexOffset, const std::vector<std::pair<std::uint32_t, std::uint64_t>>& zooms)
    {
        BigWigBytes header;
        header.put(kMagic);
        header.put(kVersion);
        header.put(std::uint16_t(zooms.size()));
        for (const std::uint64_t offset : {kTreeOffset, dataOffset, indexOffset})
            header.put(offset);
        header.put(std::uint32_t(0));  // fields and text, of bigBed
        header.put(std::uint64_t(0));
        header.put(kSummaryOffset);
        header.put(kMostBlockBytes);
        header.put(std::uint64_t(0));
        for (const auto& [reductionNt, offset] : zooms) {
            header.put(reductionNt);
            header.put(std::uint32_t(0));
            header.put(dataOffset);  // blocks of all levels lie together, and readers ask the index
            header.put(offset);
        }
        output.patch(0, header.text());
        BigWigBytes summary;
        summary.put(std::uint64_t(coveredNt));
        for (const double value :
             {valueCount > 0 ? double(low) : 0.0, valueCount > 0 ? double(high) : 0.0, sum, sumOfSquares})
            summary.put(value);
        output.patch(kSummaryOffset, summary.text());
        BigWigBytes blocks;
        blocks.put(std::uint64_t(spans.size()));
        output.patch(dataOffset, blocks.text());
    }

    /// Levels from about kValuesPerRecord values a record up to one record per chromosome.
    std::vector<BigWigZoomWriter> zoomLevels()
    {
        const std::int64_t longest = std::ranges::max(chromosomes, {}, &SignalChromosome::lengthNt).lengthNt;
        std::vector<BigWigZoomWriter> levels;
        std::int64_t reductionNt =
            kValuesPerRecord * std::max<std::int64_t>(1, std::llround(coveredNt / double(valueCount)));
        for (; reductionNt < longest && levels.size() < kMostZooms; reductionNt *= kZoomStep)
            levels.emplace_back(std::uint32_t(reductionNt), output);
        return levels;
    }

    /// The values once more, out of the file, which can be read since its header is there.
    Result<std::vector<std::pair<std::uint32_t, std::uint64_t>>> writeZooms()
    {
        std::vector<std::pair<std::uint32_t, std::uint64_t>> zooms;
        std::vector<BigWigZoomWriter> levels = zoomLevels();
        const auto reader = openBigWigReader(file.temporaryPath());
        if (!reader)
            return fail(reader.error());
        for (std::size_t id = 0; id < chromosomes.size(); ++id) {
            const auto visited = (*reader)->visit(chromosomes[id].name, {0, chromosomes[id].lengthNt},
                                                  [&](const SignalInterval& one) -> Result<void> {
                                                      for (BigWigZoomWriter& level : levels)
                                                          level.add(std::uint32_t(id), one);
                                                      return {};
                                                  });
            if (!visited)
                return fail(visited.error());
        }
        for (BigWigZoomWriter& level : levels) {
            level.finish();
            zooms.emplace_back(level.reductionNt(), output.position());
            output.writeIndex(level.spans(), BigWigZoomWriter::kRecordsPerBlock);
        }
        return zooms;
    }

    Result<void> finish()
    {
        flushIntervals();
        std::uint64_t indexOffset = 0;
        std::vector<std::pair<std::uint32_t, std::uint64_t>> zooms;
        if (!spans.empty()) {
            indexOffset = output.position();
            output.writeIndex(spans, kValuesPerBlock);
            writeHeader(indexOffset, {});
            if (!output.flush())
                return status();
            auto written = writeZooms();
            if (!written)
                return fail(written.error());
            zooms = *std::move(written);
        }
        writeHeader(indexOffset, zooms);
        BigWigBytes end;
        end.put(kMagic);  // a file without it was cut
        output.write(end.text());
        output.flush();
        const Result<void> whole = status();
        return whole ? file.commit() : whole;
    }
};

BigWigStream::BigWigStream(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
BigWigStream::~BigWigStream() = default;
BigWigStream::BigWigStream(BigWigStream&&) noexcept = default;
const std::vector<SignalChromosome>& BigWigStream::chromosomes() const { return m_impl->chromosomes; }

Result<BigWigStream> BigWigStream::create(const std::string& path, std::vector<SignalChromosome> chromosomes)
{
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    if (file->temporaryPath().empty())
        return fail(ErrorCode::Unsupported, "A bigWig file needs a file of its own, not a pipe or a device.",
                    {.file = path});
    std::ranges::sort(chromosomes, {}, &SignalChromosome::name);
    if (std::optional<Error> problem = problemOf(chromosomes, path))
        return fail(*std::move(problem));
    auto impl = std::make_unique<Impl>(*std::move(file), std::move(chromosomes));
    if (const Result<void> begun = impl->status(); !begun)
        return fail(begun.error());
    return BigWigStream(std::move(impl));
}

Result<void> BigWigStream::add(const std::string& chromosome, const SignalInterval& interval)
{
    if (!std::isfinite(interval.value))
        return {};
    if (const Result<void> ready = m_impl->advance(chromosome, {interval.startNt, interval.endNt}); !ready)
        return ready;
    m_impl->waiting.push_back(interval);
    if (m_impl->waiting.size() == kValuesPerBlock)
        m_impl->flushIntervals();
    return m_impl->status();
}

Result<void> BigWigStream::add(const std::string& chromosome, std::int64_t startNt, std::int64_t binNt,
                               std::span<const float> values)
{
    if (values.empty())
        return {};
    const data::Interval stretch{startNt, startNt + std::int64_t(values.size()) * binNt};
    if (const Result<void> ready = m_impl->advance(chromosome, stretch); !ready)
        return ready;
    m_impl->flushIntervals();
    for (std::size_t first = 0; first < values.size();) {
        std::size_t end = first;
        while (end < values.size() && std::isfinite(values[end]))
            ++end;
        m_impl->putRun(startNt + std::int64_t(first) * binNt, binNt, values.subspan(first, end - first));
        first = end + 1;
    }
    return m_impl->status();
}

Result<void> BigWigStream::finish() { return m_impl->finish(); }

}  // namespace nscope::io
