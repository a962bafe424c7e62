// Purpose: the reader of profiles from an array of targets and the FASTA file of its sequences.
#include "core/data/locus.h"
#include "core/data/number_text.h"
#include "core/dataset/profile_windows.h"
#include "core/dataset/reading.h"
#include "core/io/annotation_lines.h"
#include "core/io/fasta.h"
#include "core/io/npy.h"
#include "core/io/text_input.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace nscope::dataset {
namespace {

/// A record of the FASTA file, where it lies, and where its targets do.
struct Region {
    std::string id;
    std::shared_ptr<const std::string> letters;
    std::string chromosome;
    std::int64_t chromosomeStartNt = -1;
    data::Interval target{};  ///< in the record
    std::string splitValue{};
};

/// The value of "key=value" in a header; empty without it.
std::string headerValue(std::string_view description, const std::string& key)
{
    std::size_t at = 0;
    while (at < description.size()) {
        const std::size_t end = std::min(description.find_first_of(" \t", at), description.size());
        const std::string_view word = description.substr(at, end - at);
        if (word.starts_with(key + "="))
            return std::string(word.substr(key.size() + 1));
        at = end + 1;
    }
    return {};
}

/// "32868-98404", 0-based half-open, on the chromosome where the record's name tells its place, else in the record.
std::optional<data::Interval> targetOf(const std::string& text, std::int64_t chromosomeStartNt)
{
    const std::size_t dash = text.find('-');
    if (dash == std::string::npos)
        return std::nullopt;
    const auto start = io::wholeNumber(text.substr(0, dash)), end = io::wholeNumber(text.substr(dash + 1));
    if (!start || !end || *start >= *end)
        return std::nullopt;
    const std::int64_t shift = std::max<std::int64_t>(0, chromosomeStartNt);
    return data::Interval{*start - shift, *end - shift};
}

class ArrayReader {
public:
    ArrayReader(const ProfileSettings& settings, const SplitSettings& split, const Control& control)
        : m_settings(settings), m_split(split), m_control(control)
    {
    }

    Result<Reading> read();

private:
    Result<void> readArray();
    Result<void> readRegions();
    Result<Region> regionOf(data::Sequence record) const;
    Result<void> shapeBins();
    void addRegion(std::size_t region);
    std::vector<float> valuesOf(std::size_t region, std::int64_t targetStartNt) const;

    const ProfileSettings& m_settings;
    const SplitSettings& m_split;
    const Control& m_control;
    io::NpyArray m_array;  ///< regions, bins, signals
    std::int64_t m_arrayBinNt = 1;
    std::vector<Region> m_regions;
    WindowShape m_shape;
    std::optional<WindowFilter> m_filter;
    Reading m_reading;
};

Result<void> ArrayReader::readArray()
{
    auto input = io::TextInput::open(m_settings.targets);
    if (!input)
        return fail(input.error());
    std::string bytes;
    while (true) {
        const auto chunk = input->chunk();
        if (!chunk)
            return fail(chunk.error());
        if (chunk->empty())
            break;
        if (auto poll = m_control.poll(0); !poll)
            return poll;
        bytes += *chunk;
        // The array is held as bytes, as numbers, and as targets.
        if (auto fits = m_control.afford(3 * std::int64_t(bytes.size()), "The array " + m_settings.targets); !fits)
            return fits;
    }
    auto array = io::parseNpy(bytes);
    const Where where{.file = m_settings.targets};
    if (!array)
        return fail(array.error().at(where));
    if (array->shape.size() != 3 || array->as<float>() == nullptr || array->elementCount() == 0)
        return fail(ErrorCode::Unsupported,
                    "The targets must be a float32 array of three axes, regions, bins and signals, and not empty.",
                    where);
    m_array = *std::move(array);
    return {};
}

Result<Region> ArrayReader::regionOf(data::Sequence record) const
{
    const std::int64_t lengthNt = record.length();
    Region region{.id = record.id, .letters = {}, .chromosome = {}};
    const Where where{.file = m_settings.fasta, .record = record.id};
    if (const auto place = data::locusOfRecord(record.id, lengthNt)) {
        if (place->strand == data::Strand::Reverse)
            return fail(ErrorCode::Unsupported,
                        "The record is of the reverse strand, but targets run along the forward one.", where);
        region.chromosome = place->chromosome;
        region.chromosomeStartNt = place->interval.startNt;
    }
    const std::string told = headerValue(record.description, "target");
    const auto target =
        told.empty() ? std::optional(data::Interval{0, lengthNt}) : targetOf(told, region.chromosomeStartNt);
    if (!target || target->startNt < 0 || target->endNt > lengthNt)
        return fail(ErrorCode::Parse, "The header's target range \"" + told + "\" does not lie inside the record.",
                    where);
    if (target->length() % m_array.shape[1] != 0)
        return fail(ErrorCode::Parse,
                    "The " + data::groupedText(target->length()) + " nt with targets cannot be the "
                        + data::groupedText(m_array.shape[1]) + " bins of the array.",
                    where);
    region.target = *target;
    region.splitValue =
        m_split.by == "chromosomes" ? region.chromosome : headerValue(record.description, m_split.column);
    region.letters = std::make_shared<const std::string>(std::move(record.letters));
    return region;
}

Result<void> ArrayReader::readRegions()
{
    auto reader = io::FastaReader::open(m_settings.fasta);
    if (!reader)
        return fail(reader.error());
    std::int64_t bytes = 0;
    while (true) {
        auto record = reader->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        bytes += (*record)->length();
        auto goesOn = m_control.poll(0);
        if (goesOn)
            goesOn = m_control.afford(bytes, "The sequences of " + m_settings.fasta);
        if (!goesOn)
            return goesOn;
        auto region = regionOf(*std::move(*record));
        if (!region)
            return fail(region.error());
        m_regions.push_back(*std::move(region));
        if (m_regions.back().target.length() != m_regions.front().target.length())
            return fail(ErrorCode::Parse, "The record has targets over another length than the first one.",
                        {.file = m_settings.fasta, .record = m_regions.back().id});
    }
    if (std::int64_t(m_regions.size()) != m_array.shape[0])
        return fail(ErrorCode::Parse,
                    "The file has " + std::to_string(m_regions.size()) + " records, but the array of targets has "
                        + std::to_string(m_array.shape[0]) + " regions.",
                    {.file = m_settings.fasta});
    return {};
}

Result<void> ArrayReader::shapeBins()
{
    const std::int64_t targetNt = m_regions.front().target.length();
    m_arrayBinNt = targetNt / m_array.shape[1];
    if (m_settings.binNt % m_arrayBinNt != 0 || targetNt % m_settings.binNt != 0)
        return fail(ErrorCode::InvalidArgument, "The bins of the array are of " + std::to_string(m_arrayBinNt)
                                                    + " nt: data.bin_nt must be a multiple of that and divide "
                                                    + std::to_string(targetNt) + " nt.");
    if (m_settings.strideNt % m_arrayBinNt != 0)
        return fail(ErrorCode::InvalidArgument, "data.stride_nt must be a multiple of the array's bins of "
                                                    + std::to_string(m_arrayBinNt) + " nt.");
    m_shape = shapeOf(m_settings);
    if (m_settings.windowNt == 0)
        m_shape.targetNt = targetNt;
    const auto signals = std::size_t(m_array.shape[2]);
    m_reading.task = {
        .kind = TaskKind::Profile, .names = m_settings.signalNames, .bins = m_shape.bins(), .binNt = m_shape.binNt};
    if (m_reading.task.names.empty()) {
        for (std::size_t k = 0; k < signals; ++k)
            m_reading.task.names.push_back("signal_" + std::to_string(k + 1));
    }
    if (m_reading.task.names.size() != signals)
        return fail(ErrorCode::InvalidArgument, "data.signal_names has " + std::to_string(m_reading.task.names.size())
                                                    + " names, but the array holds " + std::to_string(signals)
                                                    + " signals.");
    m_filter.emplace(m_settings, signals);
    return {};
}

/// Means of the array's bins, values_KB.
std::vector<float> ArrayReader::valuesOf(std::size_t region, std::int64_t targetStartNt) const
{
    const auto bins = std::size_t(m_array.shape[1]), signals = std::size_t(m_array.shape[2]);
    const auto group = std::size_t(m_shape.binNt / m_arrayBinNt);
    const auto first = std::size_t((targetStartNt - m_regions[region].target.startNt) / m_arrayBinNt);
    const std::span<const float> all = *m_array.as<float>();
    const auto values_BK = all.subspan((region * bins + first) * signals);
    const auto outputBins = std::size_t(m_shape.bins());
    std::vector<float> values(signals * outputBins);
    for (std::size_t k = 0; k < signals; ++k) {
        for (std::size_t b = 0; b < outputBins; ++b) {
            double sum = 0.0;
            for (std::size_t i = 0; i < group; ++i)
                sum += double(values_BK[(b * group + i) * signals + k]);
            values[k * outputBins + b] = float(sum / double(group));
        }
    }
    return values;
}

void ArrayReader::addRegion(std::size_t index)
{
    const Region& region = m_regions[index];
    const data::Interval whole{0, std::int64_t(region.letters->size())};
    const bool isWhole = m_settings.windowNt == 0;
    const auto starts = isWhole ? std::vector{region.target.startNt} : tiles(m_shape, region.target, whole);
    for (const std::int64_t start : starts) {
        const data::Interval window = isWhole ? whole : m_shape.windowOf(start);
        Example example{.id = region.id,
                        .source = region.letters,
                        .startNt = window.startNt,
                        .lengthNt = window.length(),
                        .targetStartNt = start - window.startNt,
                        .target = valuesOf(index, start),
                        .group = region.chromosome.empty() ? region.id : region.chromosome,
                        .chromosomeStartNt =
                            region.chromosomeStartNt < 0 ? -1 : region.chromosomeStartNt + window.startNt};
        if (!isWhole)
            example.id = region.chromosomeStartNt < 0 ? data::locusText({region.id, window})
                                                      : data::locusText({region.chromosome,
                                                                         {region.chromosomeStartNt + window.startNt,
                                                                          region.chromosomeStartNt + window.endNt}});
        if (!m_filter->isCovered(example.target))
            continue;
        if (std::string problem = m_filter->problem(example.letters(), example.target); !problem.empty()) {
            m_reading.leftOut.add(Error(ErrorCode::InvalidArgument, std::move(problem),
                                        {.file = m_settings.fasta, .record = example.id}));
            continue;
        }
        m_reading.splitValues_N.push_back(region.splitValue);
        m_reading.examples.push_back(std::move(example));
    }
}

Result<Reading> ArrayReader::read()
{
    for (const auto step : {&ArrayReader::readArray, &ArrayReader::readRegions, &ArrayReader::shapeBins}) {
        if (auto done = (this->*step)(); !done)
            return fail(done.error());
    }
    const std::int64_t perRegion =
        m_settings.windowNt == 0
            ? 1
            : std::int64_t(
                tiles(m_shape, m_regions.front().target, {0, std::int64_t(m_regions.front().letters->size())}).size());
    if (auto fits = m_control.afford(std::int64_t(m_regions.size()) * perRegion
                                         * m_shape.exampleBytes(m_reading.task.names.size()),
                                     "The windows of " + m_settings.fasta);
        !fits)
        return fail(fits.error());
    m_control.setTotal(std::int64_t(m_regions.size()));
    for (std::size_t region = 0; region < m_regions.size(); ++region) {
        if (auto poll = m_control.poll(std::int64_t(region)); !poll)
            return fail(poll.error());
        addRegion(region);
    }
    m_filter->addNotes(m_reading.notes);
    return std::move(m_reading);
}

}  // namespace

Result<Reading> readTargetArray(const ProfileSettings& settings, const SplitSettings& split, const Control& control)
{
    return ArrayReader(settings, split, control).read();
}

}  // namespace nscope::dataset
