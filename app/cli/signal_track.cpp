#include "app/cli/signal_track.h"

#include "app/cli/region_source.h"
#include "app/cli/shown_work.h"
#include "app/cli/signal_rows.h"
#include "core/io/chromosome_aliases.h"
#include "core/study/track_regions.h"

#include <algorithm>

namespace nscope::cli {

namespace {

/// Opens the file on a thread of its own, so that progress is shown while a large one is read through.
Result<study::NamedSignal> openShowing(const TrackOrder& order, const Context& context)
{
    // Names of chromosomes are looked up only for a region.
    const auto aliases = io::readChromosomeAliases(order.region.empty() ? std::string() : order.aliases);
    if (!aliases)
        return fail(aliases.error());
    ProgressLine line("Opening", "bytes", context.common.quiet);
    Progress progress;
    const io::SignalOptions how{.usesZoomLevels = false, .strand = order.strand};
    return runShowing(line, progress,
                      [&] { return study::NamedSignal::open(order.input, *aliases, context.stop, how, &progress); });
}

std::vector<data::Locus> wholeFile(const io::SignalSource& source)
{
    std::vector<data::Locus> stretches;
    for (const io::SignalChromosome& chromosome : source.chromosomes()) {
        if (chromosome.lengthNt > 0)
            stretches.push_back({chromosome.name, {0, chromosome.lengthNt}});
    }
    return stretches;
}

/// What is to be written, under the file's own names of its chromosomes.
Result<std::vector<data::Locus>> stretchesOf(const TrackOrder& order, const study::NamedSignal& signal)
{
    if (order.region.empty())
        return wholeFile(signal.source());
    auto asked = parsePlace(order.region);
    if (!asked)
        return fail(asked.error());
    auto own = signal.require(asked->chromosome);
    if (!own)
        return fail(own.error());
    asked->chromosome = *std::move(own);
    if (asked->interval.isEmpty())
        asked->interval = {0, signal.lengthOf(asked->chromosome)};
    if (order.bins > asked->interval.length())
        return fail(ErrorCode::InvalidArgument, "The region has " + std::to_string(asked->interval.length())
                                                    + " nt, which cannot be cut into " + std::to_string(order.bins)
                                                    + " bins.");
    return std::vector{*std::move(asked)};
}

/// Bins as intervals, and how many; a whole file may have chromosomes that are shorter than the number of bins.
Result<std::int64_t> writeBins(io::SignalSource& source, const data::Locus& stretch, const TrackOrder& order,
                               SignalRows& rows)
{
    const std::int64_t lengthNt = stretch.interval.length();
    const std::int64_t count = std::min(order.bins, lengthNt);
    const Result<std::vector<float>> values = source.bins(stretch.chromosome, stretch.interval, count, order.summary);
    if (!values)
        return fail(values.error());
    for (std::int64_t i = 0; i < count; ++i) {
        const io::SignalInterval bin{stretch.interval.startNt + i * lengthNt / count,
                                     stretch.interval.startNt + (i + 1) * lengthNt / count, (*values)[std::size_t(i)]};
        if (const Result<void> written = rows.add(stretch.chromosome, bin); !written)
            return fail(written.error());
    }
    return count;
}

Result<void> writeAll(io::SignalSource& source, const std::vector<data::Locus>& stretches, const TrackOrder& order,
                      const Context& context, ProgressLine& line)
{
    auto rows = openSignalRows(order.output, order.extension, source.chromosomes());
    if (!rows)
        return fail(rows.error());
    std::int64_t count = 0;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        const data::Locus& stretch = stretches[i];
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        if (order.bins > 0) {
            const Result<std::int64_t> written = writeBins(source, stretch, order, **rows);
            if (!written)
                return fail(written.error());
            count += *written;
            line.update(count, double(i + 1) / double(stretches.size()));
            continue;
        }
        const auto visit = [&](const io::SignalInterval& one) -> Result<void> {
            if (context.stop.stop_requested())
                return fail(ErrorCode::Cancelled, kStoppedSentence);
            ++count;
            const double part = double(one.endNt - stretch.interval.startNt) / double(stretch.interval.length());
            line.update(count, (double(i) + std::clamp(part, 0.0, 1.0)) / double(stretches.size()));
            return (*rows)->add(stretch.chromosome, one);
        };
        if (const Result<void> written = source.visit(stretch.chromosome, stretch.interval, visit); !written)
            return written;
    }
    const Result<void> finished = (*rows)->finish();
    if (finished)
        line.finish(count);
    return finished;
}

}  // namespace

Result<void> writeSignalTrack(const TrackOrder& order, const Context& context)
{
    const Result<study::NamedSignal> signal = openShowing(order, context);
    if (!signal)
        return fail(signal.error());
    ProgressLine line("Reading", order.bins > 0 ? "bins" : "intervals", context.common.quiet);
    for (const std::string& notice : signal->source().notices())
        line.say(notice);
    Result<std::vector<data::Locus>> stretches = stretchesOf(order, *signal);
    if (!stretches)
        return fail(stretches.error());
    if (isBigWigExtension(order.extension))
        std::ranges::sort(*stretches, {}, &data::Locus::chromosome);
    return writeAll(signal->source(), *stretches, order, context, line);
}

}  // namespace nscope::cli
