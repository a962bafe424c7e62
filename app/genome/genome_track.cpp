#include "app/genome/genome_track.h"

#include "core/io/annotation_file.h"
#include "core/io/format_list.h"
#include "core/io/vcf.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <span>

namespace nscope::app {

namespace {

std::string fileName(const std::string& path) { return std::filesystem::path(path).filename().string(); }

/// The file's name without what says its format.
std::string titleOf(const std::string& path)
{
    std::filesystem::path name = std::filesystem::path(path).filename();
    if (name.extension() == ".gz" || name.extension() == ".bgz")
        name = name.stem();
    return name.has_stem() ? name.stem().string() : name.string();
}

/// What was left out, with the first reasons.
void noteProblems(const io::ReadProblems& problems, const std::string& path, std::vector<std::string>& notes)
{
    if (problems.count == 0)
        return;
    constexpr std::size_t kNamed = 3;
    std::string note = std::to_string(problems.count) + (problems.count == 1 ? " record of " : " records of ")
                       + fileName(path) + (problems.count == 1 ? " was left out: " : " were left out: ");
    for (std::size_t i = 0; i < std::min(kNamed, problems.first.size()); ++i)
        note += (i > 0 ? " " : "") + problems.first[i].sentence();
    if (problems.count > std::int64_t(kNamed))
        note += " …";
    notes.push_back(std::move(note));
}

/// Chromosomes in the order of the file, as long as what lies on them.
class Extents {
public:
    void add(const std::string& chromosome, std::int64_t endNt)
    {
        const auto [place, isNew] = m_places.try_emplace(chromosome, m_lengths.size());
        if (isNew)
            m_lengths.push_back({chromosome, 0});
        auto& length = m_lengths[place->second].lengthNt;
        length = std::max(length, endNt);
    }
    void giveTo(GenomeTrack& track) const
    {
        track.chromosomes = m_lengths;
        std::vector<std::string> names;
        for (const ChromosomeLength& chromosome : m_lengths)
            names.push_back(chromosome.name);
        track.names = std::make_shared<const data::ChromosomeNames>(std::move(names));
    }

private:
    std::map<std::string, std::size_t> m_places;
    std::vector<ChromosomeLength> m_lengths;
};

void addFeatures(data::FeatureSet features, GenomeTrack::Kind kind, const std::string& path, LoadedTracks& loaded)
{
    if (features.isEmpty())
        return;
    auto placed = std::make_shared<PlacedFeatures>();
    placed->features = std::move(features);
    Extents extents;
    for (std::size_t i = 0; i < placed->features.size(); ++i) {
        const data::Interval range = placed->features.interval(i);
        placed->places.add(placed->features.chromosome(i), range, i);
        extents.add(placed->features.chromosome(i), range.endNt);
    }
    placed->places.build();
    GenomeTrack track;
    track.kind = kind;
    track.title = titleOf(path);
    track.path = path;
    track.features = std::move(placed);
    extents.giveTo(track);
    loaded.tracks.push_back(std::move(track));
}

Result<LoadedTracks> loadAnnotation(const std::string& path, std::stop_token stop, Progress& progress)
{
    auto read = io::readAnnotation(path, {stop, &progress});
    if (!read)
        return fail(read.error());
    LoadedTracks loaded;
    noteProblems(read->problems, path, loaded.notes);
    if (!read->transcripts.empty()) {
        GenomeTrack track;
        track.kind = GenomeTrack::Kind::Genes;
        track.title = titleOf(path);
        track.path = path;
        Extents extents;
        for (const data::TranscriptModel& transcript : read->transcripts)
            extents.add(transcript.chromosome, transcript.span().endNt);
        extents.giveTo(track);
        track.genes = std::make_shared<const data::GeneIndex>(
            std::make_shared<const std::vector<data::TranscriptModel>>(std::move(read->transcripts)));
        loaded.tracks.push_back(std::move(track));
    }
    addFeatures(std::move(read->features), GenomeTrack::Kind::Features, path, loaded);
    return loaded;
}

Result<LoadedTracks> loadVariants(const std::string& path, std::stop_token stop, Progress& progress)
{
    auto reader = io::VcfReader::open(path);
    if (!reader)
        return fail(reader.error());
    data::FeatureSet features;
    auto variants = std::make_shared<std::vector<data::Variant>>();
    progress.setTotal(1000);
    for (std::int64_t n = 0;; ++n) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Reading was stopped.", {.file = path});
        auto variant = reader->next();
        if (!variant)
            return fail(variant.error());
        if (!*variant)
            break;
        data::Feature feature;
        feature.locus = {(*variant)->contig,
                         {(*variant)->startNt, (*variant)->startNt + std::int64_t((*variant)->ref.size())},
                         data::Strand::None};
        feature.name = (*variant)->ref + ">" + (*variant)->alt;
        if (!(*variant)->id.empty())
            feature.name = (*variant)->id + " " + feature.name;
        feature.kind = "variant";
        features.add(feature);
        variants->push_back(std::move(**variant));
        if (n % 1024 == 0)
            progress.setDone(std::int64_t(1000 * std::max(0.0, reader->fractionRead())));
    }
    LoadedTracks loaded;
    noteProblems(reader->problems(), path, loaded.notes);
    addFeatures(std::move(features), GenomeTrack::Kind::Variants, path, loaded);
    for (GenomeTrack& track : loaded.tracks)
        track.variants = variants;
    return loaded;
}

Result<LoadedTracks> loadSignal(const std::string& path, std::stop_token stop, Progress& progress)
{
    auto source = io::openSignal(path, {}, stop, &progress);
    if (!source)
        return fail(source.error());
    LoadedTracks loaded;
    loaded.notes = (*source)->notices();
    GenomeTrack track;
    track.kind = GenomeTrack::Kind::Signal;
    track.title = titleOf(path);
    track.path = path;
    Extents extents;
    for (const io::SignalChromosome& chromosome : (*source)->chromosomes())
        extents.add(chromosome.name, chromosome.lengthNt);
    extents.giveTo(track);
    track.signal = std::make_shared<SharedSignal>();
    track.signal->source = std::move(*source);
    loaded.tracks.push_back(std::move(track));
    return loaded;
}

constexpr std::string_view kAnnotation[] = {"gtf", "gff3", "bed", "narrowpeak", "genbank"};
constexpr std::string_view kSignals[] = {"bigwig", "bedgraph", "reads"};

bool isOneOf(std::span<const std::string_view> ids, const io::FormatSpec* format)
{
    return format && std::ranges::find(ids, format->id) != ids.end();
}

std::string lowerCase(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

}  // namespace

bool isTrackFile(const std::string& path)
{
    const io::FormatSpec* format = io::formatOfPath(path);
    return isOneOf(kAnnotation, format) || isOneOf(kSignals, format) || (format && format->id == "vcf");
}

bool isGenomeFile(const std::string& path)
{
    std::error_code ignored;
    return lowerCase(path).ends_with(".2bit") || std::filesystem::exists(path + ".fai", ignored);
}

Result<LoadedTracks> loadTracks(const std::string& path, std::stop_token stop, Progress& progress)
{
    const io::FormatSpec* format = io::formatOfPath(path);
    if (format && format->id == "vcf")
        return loadVariants(path, stop, progress);
    if (isOneOf(kAnnotation, format))
        return loadAnnotation(path, stop, progress);
    return loadSignal(path, stop, progress);  // by its content
}

}  // namespace nscope::app
