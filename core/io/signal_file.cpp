#include "core/io/signal_file.h"

#include "core/data/chromosome_names.h"
#include "core/io/alignment_coverage.h"
#include "core/io/bedgraph_reader.h"
#include "core/io/bigwig_reader.h"
#include "core/io/signal_bins.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::io {
namespace {

/// Bins of one answer: more than any screen or model has, few enough for memory.
constexpr std::int64_t kMostBins = 100'000'000;

}  // namespace

float SignalSource::uncoveredValue() const { return std::numeric_limits<float>::quiet_NaN(); }

Result<std::size_t> SignalSource::find(const std::string& chromosome, data::Interval interval)
{
    const std::vector<SignalChromosome>& known = chromosomes();
    if (m_indexOf.empty()) {
        for (std::size_t i = 0; i < known.size(); ++i)
            m_indexOf.emplace(known[i].name, i);
    }
    const auto found = m_indexOf.find(chromosome);
    const Where where{.file = m_path, .record = chromosome};
    if (found == m_indexOf.end()) {
        std::vector<std::string> names;
        for (const SignalChromosome& other : known)
            names.push_back(other.name);
        return fail(ErrorCode::NotFound, "The file has no such chromosome; it has " + data::namesInShort(names) + ".",
                    where);
    }
    const std::string asked = std::to_string(interval.startNt + 1) + "-" + std::to_string(interval.endNt);
    if (interval.isEmpty() || interval.startNt < 0)
        return fail(ErrorCode::InvalidArgument,
                    "An interval begins at 1 or later and ends where it begins or later; this one is " + asked + ".",
                    where);
    if (knowsLengths() && interval.endNt > known[found->second].lengthNt)
        return fail(ErrorCode::InvalidArgument,
                    "The chromosome has " + std::to_string(known[found->second].lengthNt) + " nt in this file, and "
                        + asked + " ends behind that.",
                    where);
    return found->second;
}

Result<void> SignalSource::visit(const std::string& chromosome, data::Interval interval, const SignalVisitor& visitor)
{
    const Result<std::size_t> index = find(chromosome, interval);
    return index ? visitInside(*index, interval, visitor) : fail(index.error());
}

Result<std::vector<SignalInterval>> SignalSource::intervals(const std::string& chromosome, data::Interval interval)
{
    std::vector<SignalInterval> all;
    const Result<void> visited = visit(chromosome, interval, [&all](const SignalInterval& one) -> Result<void> {
        all.push_back(one);
        return {};
    });
    return visited ? Result<std::vector<SignalInterval>>(std::move(all)) : fail(visited.error());
}

Result<std::vector<float>> SignalSource::bins(const std::string& chromosome, data::Interval interval,
                                              std::int64_t count, Summary summary)
{
    const Result<std::size_t> index = find(chromosome, interval);
    if (!index)
        return fail(index.error());
    if (count < 1 || count > kMostBins)
        return fail(ErrorCode::InvalidArgument, "The number of bins is 1 to " + std::to_string(kMostBins) + ".",
                    {.file = m_path, .record = chromosome});
    return binsInside(*index, interval, count, summary);
}

Result<std::vector<float>> SignalSource::binsInside(std::size_t chromosome, data::Interval interval, std::int64_t count,
                                                    Summary summary)
{
    SignalBins bins(interval, count);
    const Result<void> visited = visitInside(chromosome, interval, [&bins](const SignalInterval& one) -> Result<void> {
        if (!std::isnan(one.value))
            bins.add({one.startNt, one.endNt}, double(one.value));
        return {};
    });
    return visited ? Result<std::vector<float>>(bins.finish(summary, uncoveredValue())) : fail(visited.error());
}

Result<std::unique_ptr<SignalSource>> openSignal(const std::string& path, const SignalOptions& options,
                                                 std::stop_token stop, Progress* progress)
{
    if (isBigWig(path))
        return openBigWig(path, options);
    if (isAlignment(path))
        return openCoverage(path, options, std::move(stop), progress);
    return openBedGraph(path, std::move(stop), progress);
}

}  // namespace nscope::io
