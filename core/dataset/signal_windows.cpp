// Purpose: the reader of profiles from a genome, regions and files of signals.
#include "core/data/number_text.h"
#include "core/dataset/profile_windows.h"
#include "core/dataset/reading.h"
#include "core/io/annotation_file.h"
#include "core/io/named_signal.h"
#include "core/io/open_genome.h"
#include "core/io/signal_bins.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <utility>

namespace nscope::dataset {
namespace {

struct Region {
    std::string chromosome;
    data::Interval interval;
    std::int64_t centreNt = 0;
    std::string name{};
};

struct Window {
    std::string chromosome;  ///< as the genome names it
    std::int64_t targetStartNt = 0;
    std::string regionName{};
};

Region regionOf(const data::Feature& feature)
{
    const data::Interval interval = feature.locus.interval;
    return {feature.locus.chromosome, interval, feature.summitNt.value_or(interval.startNt + interval.length() / 2),
            feature.name};
}

class WindowReader {
public:
    WindowReader(const ProfileSettings& settings, const SplitSettings& split, const Control& control)
        : m_settings(settings),
          m_split(split),
          m_control(control),
          m_shape(shapeOf(settings)),
          m_filter(settings, settings.signalFiles.size())
    {
    }

    Result<Reading> read();

private:
    Result<void> open();
    Result<std::vector<Region>> regions();
    Result<void> planWindows();
    void planRegion(const Region& region);
    bool isLeftOut(const std::string& chromosome) const;
    void leaveOut(const Window& window, std::string sentence);
    Result<std::optional<std::vector<float>>> valuesOf(const Window& window);
    Result<void> addWindow(const Window& window);

    const ProfileSettings& m_settings;
    const SplitSettings& m_split;
    const Control& m_control;
    WindowShape m_shape;
    WindowFilter m_filter;
    io::OpenGenome m_genome;
    std::vector<io::NamedSignal> m_signals;
    std::vector<Window> m_windows;
    std::int64_t m_bytes = 0;
    Reading m_reading;
};

Result<void> WindowReader::open()
{
    auto genome = io::OpenGenome::open(m_settings.genome, m_control.stop, m_control.progress);
    if (!genome)
        return fail(genome.error());
    m_genome = *std::move(genome);
    for (const std::string& notice : m_genome.file->notices())
        m_reading.notes.push_back(m_settings.genome + ": " + notice);
    m_reading.task = {.kind = TaskKind::Profile, .bins = m_shape.bins(), .binNt = m_shape.binNt};
    for (const SignalSettings& asked : m_settings.signalFiles) {
        auto signal = io::NamedSignal::open(asked.file, {}, m_control.stop, {.usesZoomLevels = false},
                                             m_control.progress);
        if (!signal)
            return fail(signal.error());
        for (const std::string& notice : signal->source().notices())
            m_reading.notes.push_back(asked.file + ": " + notice);
        m_signals.push_back(*std::move(signal));
        const std::string stem = std::filesystem::path(asked.file).filename().string();
        m_reading.task.names.push_back(asked.name.empty() ? stem.substr(0, stem.find('.')) : asked.name);
    }
    return {};
}

Result<std::vector<Region>> WindowReader::regions()
{
    std::vector<Region> all;
    if (m_settings.regions.empty()) {
        for (const io::GenomeChromosome& chromosome : m_genome.file->chromosomes()) {
            const std::vector<data::Interval> whole{{0, chromosome.lengthNt}};
            for (const data::Interval& piece : chromosome.pieces.empty() ? whole : chromosome.pieces)
                all.push_back({chromosome.name, piece, piece.startNt + piece.length() / 2});
        }
        return all;
    }
    auto read = io::readAnnotation(m_settings.regions, {.stop = m_control.stop});
    if (!read)
        return fail(read.error());
    for (std::size_t i = 0; i < read->features.size(); ++i)
        all.push_back(regionOf(read->features.at(i)));
    for (const data::TranscriptModel& transcript : read->transcripts)
        all.push_back({transcript.chromosome, transcript.span(),
                       transcript.span().startNt + transcript.span().length() / 2, transcript.id});
    m_reading.leftOut = std::move(read->problems);
    return all;
}

bool WindowReader::isLeftOut(const std::string& chromosome) const
{
    return std::ranges::any_of(m_settings.chromosomesLeftOut, [&](const std::string& name) {
        return data::chromosomeKey(name) == data::chromosomeKey(chromosome);
    });
}

void WindowReader::leaveOut(const Window& window, std::string sentence)
{
    const std::string place = data::locusText({window.chromosome, m_shape.windowOf(window.targetStartNt)});
    m_reading.leftOut.add(
        Error(ErrorCode::InvalidArgument, std::move(sentence),
              {.file = m_settings.regions.empty() ? m_settings.genome : m_settings.regions, .record = place}));
}

void WindowReader::planRegion(const Region& region)
{
    const auto name = m_genome.names->resolve(region.chromosome);
    const std::int64_t centredNt = region.centreNt - m_shape.windowNt / 2 + m_shape.targetOffsetNt();
    if (!name)
        return leaveOut({region.chromosome, centredNt}, "The genome has no such chromosome.");
    const auto stretches = m_genome.held(*name, region.interval).value_or(std::vector<io::HeldStretch>());
    if (m_settings.windows == "peaks" && !m_settings.regions.empty()) {
        const data::Interval window = m_shape.windowOf(centredNt);
        const bool isInside = std::ranges::any_of(
            stretches, [&](const io::HeldStretch& stretch) { return window.intersected(stretch.bounds) == window; });
        if (isInside)
            m_windows.push_back({*name, centredNt, region.name});
        else
            leaveOut({*name, centredNt}, "The window reaches beyond the letters that the genome's file holds.");
        return;
    }
    const std::size_t before = m_windows.size();
    for (const io::HeldStretch& stretch : stretches) {
        for (const std::int64_t start : tiles(m_shape, stretch.inside, stretch.bounds))
            m_windows.push_back({*name, start, region.name});
    }
    if (m_windows.size() == before && !m_settings.regions.empty())
        leaveOut({*name, centredNt}, "No whole window fits into the region and the letters of the genome's file.");
}

Result<void> WindowReader::planWindows()
{
    const auto all = regions();
    if (!all)
        return fail(all.error());
    std::int64_t skipped = 0;
    for (const Region& region : *all) {
        if (isLeftOut(region.chromosome))
            ++skipped;
        else
            planRegion(region);
    }
    if (skipped > 0)
        m_reading.notes.push_back(data::groupedText(skipped)
                                  + " regions lie on chromosomes that data.chromosomes_left_out names.");
    if (m_windows.empty())
        return fail(ErrorCode::InvalidArgument,
                    "No window of " + data::groupedText(m_shape.windowNt)
                        + " nt fits into the regions and the letters of the genome's file.",
                    {.file = m_settings.regions.empty() ? m_settings.genome : m_settings.regions});
    if (m_settings.minCoverage > 0.0)
        return {};
    return m_control.afford(std::int64_t(m_windows.size()) * m_shape.exampleBytes(m_signals.size()),
                            data::groupedText(std::int64_t(m_windows.size())) + " windows");
}

/// Values_KB; none where a signal's file lacks the chromosome or ends before the window.
Result<std::optional<std::vector<float>>> WindowReader::valuesOf(const Window& window)
{
    const float uncovered = m_settings.uncovered == "zero" ? 0.0F : std::numeric_limits<float>::quiet_NaN();
    const data::Interval target{window.targetStartNt, window.targetStartNt + m_shape.targetNt};
    std::vector<float> values;
    for (const io::NamedSignal& signal : m_signals) {
        const auto name = signal.resolve(window.chromosome);
        if (!name || (signal.source().knowsLengths() && target.endNt > signal.lengthOf(*name)))
            return std::nullopt;
        io::SignalBins bins(target, m_shape.bins());
        const auto visited = signal.source().visit(*name, target, [&](const io::SignalInterval& one) -> Result<void> {
            if (std::isfinite(one.value))
                bins.add({one.startNt, one.endNt}, double(one.value));
            return {};
        });
        if (!visited)
            return fail(visited.error());
        const auto row = bins.finish(io::Summary::Mean, uncovered);
        values.insert(values.end(), row.begin(), row.end());
    }
    return values;
}

Result<void> WindowReader::addWindow(const Window& window)
{
    auto found = valuesOf(window);
    if (!found)
        return fail(found.error());
    std::optional<std::vector<float>>& values = *found;
    if (!values) {
        leaveOut(window, "A file of signals does not have this chromosome, or ends before the window.");
        return {};
    }
    if (!m_filter.isCovered(*values))
        return {};
    const data::Interval place = m_shape.windowOf(window.targetStartNt);
    auto letters = m_genome.file->letters(window.chromosome, place);
    if (!letters)
        return fail(letters.error());
    if (std::string problem = m_filter.problem(*letters, *values); !problem.empty()) {
        leaveOut(window, std::move(problem));
        return {};
    }
    m_bytes += m_shape.exampleBytes(m_signals.size());
    m_reading.splitValues_N.push_back(m_split.by == "chromosomes" ? window.chromosome : window.regionName);
    m_reading.examples.push_back({.id = data::locusText({window.chromosome, place}),
                                  .source = std::make_shared<const std::string>(*std::move(letters)),
                                  .startNt = 0,
                                  .lengthNt = m_shape.windowNt,
                                  .targetStartNt = m_shape.targetOffsetNt(),
                                  .target = *std::move(values),
                                  .group = window.chromosome,
                                  .chromosomeStartNt = place.startNt});
    return m_control.afford(m_bytes, "The windows above data.min_coverage");
}

Result<Reading> WindowReader::read()
{
    if (m_split.by == "column" && m_settings.regions.empty())
        return fail(ErrorCode::InvalidArgument, "Windows of a whole genome have no column to split by; let "
                                                "data.split.by be \"chromosomes\".");
    if (auto opened = open(); !opened)
        return fail(opened.error());
    if (auto planned = planWindows(); !planned)
        return fail(planned.error());
    m_control.setTotal(std::int64_t(m_windows.size()));
    for (std::size_t i = 0; i < m_windows.size(); ++i) {
        auto added = m_control.poll(std::int64_t(i));
        if (added)
            added = addWindow(m_windows[i]);
        if (!added)
            return fail(added.error());
    }
    m_filter.addNotes(m_reading.notes);
    return std::move(m_reading);
}

}  // namespace

Result<Reading> readSignalWindows(const ProfileSettings& settings, const SplitSettings& split, const Control& control)
{
    return WindowReader(settings, split, control).read();
}

}  // namespace nscope::dataset
