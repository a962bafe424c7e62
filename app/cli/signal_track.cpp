#include "app/cli/signal_track.h"

#include "app/cli/progress_line.h"
#include "app/cli/run_job.h"
#include "app/cli/signal_rows.h"
#include "core/data/chromosome_names.h"
#include "core/io/chromosome_aliases.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <future>

namespace nscope::cli {

namespace {

/// A stretch to be written, under the file's own name of its chromosome.
struct Stretch {
    std::string chromosome;
    data::Interval interval;
};

/// A whole number from 1 with or without commas; 0: none.
std::int64_t parsePosition(std::string text)
{
    std::erase(text, ',');
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= 1 ? value : 0;
}

/// "chr1:1,001-2,000", 1-based inclusive. A name alone gives an empty interval: all of the chromosome.
Result<Stretch> parseRegion(const std::string& region)
{
    const std::size_t colon = region.rfind(':');
    if (colon == std::string::npos)
        return Stretch{region, {}};
    const std::size_t dash = region.find('-', colon);
    const std::int64_t first = parsePosition(region.substr(colon + 1, dash - colon - 1));
    const std::int64_t last = dash == std::string::npos ? 0 : parsePosition(region.substr(dash + 1));
    if (colon == 0 || first == 0 || last < first)
        return fail(ErrorCode::InvalidArgument,
                    "The region \"" + region + "\" is not of the form chr1:1,001-2,000 (the first base is 1) or chr1.");
    return Stretch{region.substr(0, colon), {first - 1, last}};
}

/// Opens the file on a thread of its own, so that progress is shown while a large one is read through.
Result<std::unique_ptr<io::SignalSource>> openShowing(const TrackOrder& order, const Context& context)
{
    ProgressLine line("Opening", "bytes", context.common.quiet);
    Progress progress;
    const io::SignalOptions how{.usesZoomLevels = false, .strand = order.strand};
    auto opening =
        std::async(std::launch::async, [&] { return io::openSignal(order.input, how, context.stop, &progress); });
    constexpr std::chrono::milliseconds kLook(100);
    while (opening.wait_for(kLook) != std::future_status::ready) {
        const ProgressSnapshot now = progress.snapshot();
        line.update(now.done, now.total > 0 ? now.fraction() : -1.0);
    }
    auto source = opening.get();
    if (!source && source.error().code() == ErrorCode::Cancelled)
        return fail(ErrorCode::Cancelled, kStoppedSentence);
    return source;
}

std::vector<Stretch> wholeFile(const io::SignalSource& source)
{
    std::vector<Stretch> stretches;
    for (const io::SignalChromosome& chromosome : source.chromosomes()) {
        if (chromosome.lengthNt > 0)
            stretches.push_back({chromosome.name, {0, chromosome.lengthNt}});
    }
    return stretches;
}

Result<std::vector<Stretch>> stretchesOf(const TrackOrder& order, const io::SignalSource& source)
{
    if (order.region.empty())
        return wholeFile(source);
    Result<Stretch> asked = parseRegion(order.region);
    if (!asked)
        return fail(asked.error());
    data::ChromosomeAliases aliases;
    if (!order.aliases.empty()) {
        Result<data::ChromosomeAliases> read = io::readChromosomeAliases(order.aliases);
        if (!read)
            return fail(read.error());
        aliases = *std::move(read);
    }
    std::vector<std::string> names;
    for (const io::SignalChromosome& chromosome : source.chromosomes())
        names.push_back(chromosome.name);
    const auto own = data::ChromosomeNames(names, std::move(aliases)).resolve(asked->chromosome);
    if (!own)
        return fail(ErrorCode::NotFound,
                    "The file has no chromosome \"" + asked->chromosome + "\", nor one that means the same; it has "
                        + data::namesInShort(names) + ".",
                    {.file = order.input});
    const auto known = std::ranges::find(source.chromosomes(), *own, &io::SignalChromosome::name);
    if (asked->interval.isEmpty())
        asked->interval = {0, known->lengthNt};
    if (order.bins > asked->interval.length())
        return fail(ErrorCode::InvalidArgument, "The region has " + std::to_string(asked->interval.length())
                                                    + " nt, which cannot be cut into " + std::to_string(order.bins)
                                                    + " bins.");
    return std::vector<Stretch>{{*own, asked->interval}};
}

/// Bins as intervals; a whole file may have chromosomes that are shorter than the number of bins.
Result<void> writeBins(io::SignalSource& source, const Stretch& stretch, const TrackOrder& order, SignalRows& rows)
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
            return written;
    }
    return {};
}

Result<void> writeAll(io::SignalSource& source, const std::vector<Stretch>& stretches, const TrackOrder& order,
                      const Context& context, ProgressLine& line)
{
    auto rows = openSignalRows(order.output, order.extension, source.chromosomes());
    if (!rows)
        return fail(rows.error());
    std::int64_t count = 0;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        const Stretch& stretch = stretches[i];
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const auto visit = [&](const io::SignalInterval& one) -> Result<void> {
            if (context.stop.stop_requested())
                return fail(ErrorCode::Cancelled, kStoppedSentence);
            ++count;
            const double part = double(one.endNt - stretch.interval.startNt) / double(stretch.interval.length());
            line.update(count, (double(i) + std::clamp(part, 0.0, 1.0)) / double(stretches.size()));
            return (*rows)->add(stretch.chromosome, one);
        };
        const Result<void> written = order.bins > 0 ? writeBins(source, stretch, order, **rows)
                                                    : source.visit(stretch.chromosome, stretch.interval, visit);
        if (!written)
            return written;
        count += order.bins > 0 ? std::min(order.bins, stretch.interval.length()) : 0;
    }
    const Result<void> finished = (*rows)->finish();
    if (finished)
        line.finish(count);
    return finished;
}

}  // namespace

Result<void> writeSignalTrack(const TrackOrder& order, const Context& context)
{
    Result<std::unique_ptr<io::SignalSource>> source = openShowing(order, context);
    if (!source)
        return fail(source.error());
    ProgressLine line("Reading", order.bins > 0 ? "bins" : "intervals", context.common.quiet);
    for (const std::string& notice : (*source)->notices())
        line.note(notice);
    Result<std::vector<Stretch>> stretches = stretchesOf(order, **source);
    if (!stretches)
        return fail(stretches.error());
    if (isBigWigExtension(order.extension))
        std::ranges::sort(*stretches, {}, &Stretch::chromosome);
    return writeAll(**source, *stretches, order, context, line);
}

}  // namespace nscope::cli
