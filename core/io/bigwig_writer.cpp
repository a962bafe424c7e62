#include "core/io/bigwig_writer.h"

#include "core/io/atomic_file.h"

#include <bigWig.h>

#include <cmath>
#include <limits>
#include <memory>

namespace nscope::io {

namespace {

constexpr int kZoomLevels = 7;

struct CloseBigWig {
    void operator()(bigWigFile_t* file) const { bwClose(file); }
};

/// A run of finite values.
struct Run {
    std::size_t first = 0;
    std::size_t count = 0;
};

std::vector<Run> finiteRuns(const std::vector<float>& values)
{
    std::vector<Run> runs;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i]))
            continue;
        if (!runs.empty() && runs.back().first + runs.back().count == i)
            ++runs.back().count;
        else
            runs.push_back({i, 1});
    }
    return runs;
}

}  // namespace

Result<void> BigWigWriter::add(const std::string& chromosome, std::int64_t lengthNt, std::int64_t startNt,
                               std::int64_t binNt, std::vector<float> values)
{
    const Where where{.file = m_path, .record = chromosome};
    if (chromosome.empty())
        return fail(ErrorCode::InvalidArgument, "A bigWig file needs a name for every sequence.", where);
    if (binNt < 1 || lengthNt < 1 || lengthNt > std::int64_t(std::numeric_limits<std::uint32_t>::max()))
        return fail(ErrorCode::InvalidArgument, "A bigWig file holds sequences of 1 to 4,294,967,295 nt.", where);
    const std::int64_t before = startNt < 0 ? (-startNt + binNt - 1) / binNt : 0;
    const std::int64_t fitting = std::max<std::int64_t>(0, (lengthNt - startNt) / binNt);
    if (fitting < std::int64_t(values.size()))
        values.resize(std::size_t(fitting));
    values.erase(values.begin(), values.begin() + std::min<std::int64_t>(before, std::int64_t(values.size())));
    if (!m_signals.try_emplace(chromosome, Signal{lengthNt, startNt + before * binNt, binNt, std::move(values)}).second)
        return fail(ErrorCode::InvalidArgument, "Two sequences have this name, and a bigWig file holds one of each.", where);
    return {};
}

Result<void> BigWigWriter::finish()
{
    auto file = AtomicFile::create(m_path);
    if (!file)
        return fail(file.error());
    if (file->temporaryPath().empty())
        return fail(ErrorCode::Unsupported, "A bigWig file needs a file of its own, not a pipe or a device.", {.file = m_path});
    if (m_signals.empty())
        return fail(ErrorCode::InvalidArgument, "There is nothing to write: a bigWig file needs at least one sequence.",
                    {.file = m_path});
    if (auto written = write(file->temporaryPath()); !written)
        return written;
    return file->commit();
}

Result<void> BigWigWriter::write(const std::string& path) const
{
    const auto failure = [this] {
        return fail(ErrorCode::Io, "The bigWig file could not be written; is the disk full?", {.file = m_path});
    };
    std::vector<const char*> names;
    std::vector<std::uint32_t> lengths;
    for (const auto& [name, signal] : m_signals) {
        names.push_back(name.c_str());
        lengths.push_back(std::uint32_t(signal.lengthNt));
    }
    const std::unique_ptr<bigWigFile_t, CloseBigWig> file(bwOpen(path.c_str(), nullptr, "w"));
    if (!file || bwCreateHdr(file.get(), kZoomLevels) != 0)
        return failure();
    file->cl = bwCreateChromList(names.data(), lengths.data(), std::int64_t(names.size()));
    if (!file->cl || bwWriteHdr(file.get()) != 0)
        return failure();
    for (const auto& [name, signal] : m_signals) {
        const auto bin = std::uint32_t(signal.binNt);
        for (const Run& run : finiteRuns(signal.values)) {
            const auto start = std::uint32_t(signal.startNt + std::int64_t(run.first) * signal.binNt);
            if (bwAddIntervalSpanSteps(file.get(), name.c_str(), start, bin, bin, signal.values.data() + run.first,
                                       std::uint32_t(run.count)) != 0)
                return failure();
        }
    }
    return {};
}

}  // namespace nscope::io
