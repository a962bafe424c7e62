#include "app/genome/genome_controller.h"

#include "app/reader_pool.h"

#include <QtCore/QFileInfo>

#include <algorithm>
#include <map>
#include <utility>

namespace nscope::app {

namespace {

std::vector<std::string> namesOf(const std::vector<ChromosomeLength>& chromosomes)
{
    std::vector<std::string> names;
    for (const ChromosomeLength& chromosome : chromosomes)
        names.push_back(chromosome.name);
    return names;
}

constexpr std::size_t kCompletions = 20;
constexpr double kMargin = 0.12;  ///< of a gene's length that is shown on each side

}  // namespace

GenomeController::GenomeController(ReaderPool& readers, QObject* parent) : QObject(parent), m_readers(readers) {}

void GenomeController::openGenome(const QString& path)
{
    m_readers.cancel(m_genomeRead);  // overtaken
    const auto job = std::make_shared<std::uint64_t>();
    m_genomeRead = *job = m_readers.start(
        tr("Reading %1").arg(QFileInfo(path).fileName()),
        [file = path.toStdString()](std::stop_token stop, Progress& progress) {
            return OpenGenome::open(file, stop, &progress);
        },
        [this, job](Result<OpenGenome> genome) {
            if (m_genomeRead != *job)
                return;
            m_genomeRead = 0;
            if (!genome) {
                if (genome.error().code() != ErrorCode::Cancelled)
                    emit said(QString::fromStdString(genome.error().sentence()), true);
                emit readingEnded();
                return;
            }
            for (const std::string& notice : genome->file->notices())
                emit said(QString::fromStdString(notice), false);
            m_genome = std::move(*genome);
            settleChromosomes();
            emit genomeChanged();
            emit readingEnded();
        });
}

void GenomeController::openTracks(const QStringList& paths)
{
    for (const QString& path : paths) {
        const auto job = std::make_shared<std::uint64_t>();
        *job = m_readers.start(
            tr("Reading %1").arg(QFileInfo(path).fileName()),
            [file = path.toStdString()](std::stop_token stop, Progress& progress) {
                return loadTracks(file, stop, progress);
            },
            [this, job](Result<LoadedTracks> loaded) {
                if (m_tracksReads.erase(*job) == 0)
                    return;  // everything was closed since
                if (loaded)
                    take(std::move(*loaded));
                else if (loaded.error().code() != ErrorCode::Cancelled)
                    emit said(QString::fromStdString(loaded.error().sentence()), true);
                emit readingEnded();
            });
        m_tracksReads.insert(*job);
    }
}

void GenomeController::take(LoadedTracks loaded)
{
    for (const std::string& note : loaded.notes)
        emit said(QString::fromStdString(note), false);
    const bool hadChromosomes = !m_chromosomes.empty();
    for (GenomeTrack& track : loaded.tracks) {
        const bool isKnown = !hadChromosomes || std::ranges::any_of(track.chromosomes, [this](const auto& c) {
            return chromosome(c.name) != nullptr;
        });
        if (!isKnown)
            emit said(QString::fromStdString(data::mismatchSentence(m_genome ? "the genome" : "what is open",
                                                                    namesOf(m_chromosomes), track.title,
                                                                    namesOf(track.chromosomes))),
                      true);
        track.id = ++m_lastId;
        m_tracks.push_back(std::move(track));
    }
    settleChromosomes();
    emit tracksChanged();
}

void GenomeController::removeTrack(int id)
{
    std::erase_if(m_tracks, [id](const GenomeTrack& track) { return track.id == id; });
    settleChromosomes();
    emit tracksChanged();
}

void GenomeController::closeAll()
{
    m_readers.cancel(std::exchange(m_genomeRead, 0));
    for (const std::uint64_t job : std::exchange(m_tracksReads, {}))
        m_readers.cancel(job);
    if (isEmpty())
        return;
    m_genome.reset();
    m_tracks.clear();
    settleChromosomes();
    emit genomeChanged();
}

const GenomeTrack* GenomeController::track(int id) const
{
    const auto found = std::ranges::find(m_tracks, id, &GenomeTrack::id);
    return found == m_tracks.end() ? nullptr : &*found;
}

/// The genome's; without one those of all tracks, each as long as the longest that is said of it.
void GenomeController::settleChromosomes()
{
    m_chromosomes.clear();
    if (m_genome) {
        for (const io::GenomeChromosome& chromosome : m_genome->file->chromosomes())
            m_chromosomes.push_back({chromosome.name, chromosome.lengthNt});
        m_names = m_genome->names;
        return;
    }
    std::map<std::string, std::size_t> places;
    for (const GenomeTrack& track : m_tracks) {
        for (const ChromosomeLength& chromosome : track.chromosomes) {
            const auto [place, isNew] = places.try_emplace(data::chromosomeKey(chromosome.name), m_chromosomes.size());
            if (isNew)
                m_chromosomes.push_back(chromosome);
            auto& length = m_chromosomes[place->second].lengthNt;
            length = std::max(length, chromosome.lengthNt);
        }
    }
    m_names = std::make_shared<const data::ChromosomeNames>(namesOf(m_chromosomes));
}

std::optional<std::string> GenomeController::nameIn(const GenomeTrack& track, const std::string& chromosome)
{
    return track.names ? track.names->resolve(chromosome) : std::nullopt;
}

const ChromosomeLength* GenomeController::chromosome(const std::string& name) const
{
    const auto resolved = m_names ? m_names->resolve(name) : std::nullopt;
    const auto found =
        resolved ? std::ranges::find(m_chromosomes, *resolved, &ChromosomeLength::name) : m_chromosomes.end();
    return found == m_chromosomes.end() ? nullptr : &*found;
}

Result<data::Locus> GenomeController::find(const QString& text) const
{
    const std::string wanted = text.trimmed().toStdString();
    if (m_chromosomes.empty())
        return fail(ErrorCode::InvalidArgument, "Open a genome or tracks first.");
    for (const GenomeTrack& track : m_tracks) {
        if (!track.genes)
            continue;
        for (const data::GeneIndex::Hit& hit : track.genes->search(wanted, 1)) {
            const ChromosomeLength* there = chromosome(hit.locus.chromosome);
            if (hit.match != data::GeneIndex::Match::Exact || !there)
                continue;
            const auto margin = std::max<std::int64_t>(20, std::int64_t(kMargin * double(hit.locus.interval.length())));
            const data::Interval around{hit.locus.interval.startNt - margin, hit.locus.interval.endNt + margin};
            return data::Locus{there->name,
                               around.intersected({0, std::max(there->lengthNt, hit.locus.interval.endNt)}),
                               hit.locus.strand};
        }
    }
    const bool isBareName = chromosome(wanted) != nullptr;
    auto place =
        isBareName ? Result<data::Locus>(data::Locus{wanted, {}, data::Strand::None}) : data::parseLocus(wanted);
    const ChromosomeLength* there = place ? chromosome(place->chromosome) : nullptr;
    if (!there)
        return fail(ErrorCode::NotFound,
                    "\"" + wanted
                        + "\" is no gene, transcript or place that is open: type a name, or a place "
                          "such as "
                        + m_chromosomes.front().name + ":1,000-2,000.");
    const std::int64_t length = there->lengthNt;
    if (place->interval.isEmpty())
        place->interval = {0, length};
    if (place->interval.startNt >= length)
        return fail(ErrorCode::InvalidArgument,
                    there->name + " has " + std::to_string(length) + " nt; the place lies beyond its end.");
    return data::Locus{there->name, place->interval.intersected({0, length}), place->strand};
}

QStringList GenomeController::completions(const QString& text) const
{
    QStringList names;
    for (const GenomeTrack& track : m_tracks) {
        if (!track.genes)
            continue;
        for (const data::GeneIndex::Hit& hit : track.genes->search(text.trimmed().toStdString(), kCompletions))
            names << QString::fromStdString(hit.name);
    }
    names.removeDuplicates();
    return names;
}

std::optional<data::Locus> GenomeController::nextFeature(const std::string& chromosome, std::int64_t fromNt,
                                                         bool isForward, bool isExon) const
{
    std::optional<data::Locus> nearest;
    const auto take = [&](std::optional<data::Locus> found) {
        if (!found)
            return;
        const bool isNearer = !nearest
                              || (isForward ? found->interval.startNt < nearest->interval.startNt
                                            : found->interval.startNt > nearest->interval.startNt);
        if (isNearer)
            nearest = std::move(found);
    };
    for (const GenomeTrack& track : m_tracks) {
        const auto name = nameIn(track, chromosome);
        if (!name)
            continue;
        if (track.genes) {
            take(isExon
                     ? (isForward ? track.genes->nextExon(*name, fromNt) : track.genes->previousExon(*name, fromNt))
                     : (isForward ? track.genes->nextGene(*name, fromNt) : track.genes->previousGene(*name, fromNt)));
        } else if (track.features) {
            const auto item =
                isForward ? track.features->places.next(*name, fromNt) : track.features->places.previous(*name, fromNt);
            if (item)
                take(data::Locus{chromosome, item->interval, data::Strand::None});
        }
    }
    if (nearest)
        nearest->chromosome = chromosome;
    return nearest;
}

Result<std::string> GenomeController::letters(const std::string& chromosome, data::Interval range) const
{
    if (!m_genome)
        return fail(ErrorCode::NotFound, "No genome is open: choose Open genome… and pick its FASTA or 2bit file.");
    return m_genome->letters(chromosome, range);
}

}  // namespace nscope::app
