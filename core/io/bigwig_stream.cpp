#include "core/io/bigwig_stream.h"

#include "core/io/bigwig_layout.h"

#include <bigWig.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace nscope::io {
namespace {

constexpr int kZoomLevels = 7;
constexpr std::size_t kChunk = 1 << 16;  ///< intervals that are handed over together

struct CloseBigWig {
    void operator()(bigWigFile_t* file) const { bwClose(file); }
};

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
    std::unique_ptr<bigWigFile_t, CloseBigWig> bigWig;
    std::size_t current = 0;  ///< chromosome that is written
    std::int64_t endNt = 0;   ///< of what was written of it
    bool hasValues = false;
    std::vector<std::uint32_t> starts, ends;  ///< intervals that wait for the next chunk
    std::vector<float> values;

    std::unexpected<Error> failure() const
    {
        return fail(ErrorCode::Io, "The bigWig file could not be written; is the disk full?", {.file = file.path()});
    }

    Result<void> begin()
    {
        std::vector<const char*> names;
        std::vector<std::uint32_t> lengths;
        for (const SignalChromosome& chromosome : chromosomes) {
            names.push_back(chromosome.name.c_str());
            lengths.push_back(std::uint32_t(chromosome.lengthNt));
        }
        bigWig.reset(bwOpen(file.temporaryPath().c_str(), nullptr, "w"));
        if (!bigWig || bwCreateHdr(bigWig.get(), kZoomLevels) != 0)
            return failure();
        bigWig->cl = bwCreateChromList(names.data(), lengths.data(), std::int64_t(names.size()));
        if (!bigWig->cl || bwWriteHdr(bigWig.get()) != 0)
            return failure();
        return {};
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
            if (const Result<void> flushed = flush(); !flushed)
                return flushed;
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

    Result<void> flush()
    {
        if (values.empty())
            return {};
        const std::vector<const char*> names(values.size(), chromosomes[current].name.c_str());
        const int status = bwAddIntervals(bigWig.get(), names.data(), starts.data(), ends.data(), values.data(),
                                          std::uint32_t(values.size()));
        starts.clear();
        ends.clear();
        values.clear();
        hasValues = true;
        return status == 0 ? Result<void>() : failure();
    }

    /// Finite values in a row; of such a run the file holds no positions but the first.
    Result<void> addRun(std::int64_t startNt, std::int64_t binNt, std::span<const float> run)
    {
        hasValues = true;
        const int status =
            bwAddIntervalSpanSteps(bigWig.get(), chromosomes[current].name.c_str(), std::uint32_t(startNt),
                                   std::uint32_t(binNt), std::uint32_t(binNt), run.data(), std::uint32_t(run.size()));
        return status == 0 ? Result<void>() : failure();
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
    auto impl = std::make_unique<Impl>(Impl{*std::move(file), std::move(chromosomes), {}, 0, 0, false, {}, {}, {}});
    if (const Result<void> begun = impl->begin(); !begun)
        return fail(begun.error());
    return BigWigStream(std::move(impl));
}

Result<void> BigWigStream::add(const std::string& chromosome, const SignalInterval& interval)
{
    if (!std::isfinite(interval.value))
        return {};
    if (const Result<void> ready = m_impl->advance(chromosome, {interval.startNt, interval.endNt}); !ready)
        return ready;
    m_impl->starts.push_back(std::uint32_t(interval.startNt));
    m_impl->ends.push_back(std::uint32_t(interval.endNt));
    m_impl->values.push_back(interval.value);
    return m_impl->values.size() < kChunk ? Result<void>() : m_impl->flush();
}

Result<void> BigWigStream::add(const std::string& chromosome, std::int64_t startNt, std::int64_t binNt,
                               std::span<const float> values)
{
    if (values.empty())
        return {};
    const data::Interval stretch{startNt, startNt + std::int64_t(values.size()) * binNt};
    if (const Result<void> ready = m_impl->advance(chromosome, stretch); !ready)
        return ready;
    if (const Result<void> flushed = m_impl->flush(); !flushed)
        return flushed;
    for (std::size_t first = 0; first < values.size();) {
        std::size_t end = first;
        while (end < values.size() && std::isfinite(values[end]))
            ++end;
        if (end > first) {
            const auto run = values.subspan(first, end - first);
            if (const Result<void> written = m_impl->addRun(startNt + std::int64_t(first) * binNt, binNt, run);
                !written)
                return written;
        }
        first = end + 1;
    }
    return {};
}

Result<void> BigWigStream::finish()
{
    if (const Result<void> flushed = m_impl->flush(); !flushed)
        return flushed;
    m_impl->bigWig.reset();
    // libBigWig writes the index when it closes and does not say whether that went well; the header tells.
    const Result<BigWigLayout> written = BigWigLayout::open(m_impl->file.temporaryPath());
    if (!written || (m_impl->hasValues && written->indexOffset() == 0))
        return m_impl->failure();
    return m_impl->file.commit();
}

}  // namespace nscope::io
