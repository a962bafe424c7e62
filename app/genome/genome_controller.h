// Purpose: the genome and the tracks that are open, under the names of one list of chromosomes; finding places in them.
// Files are read by the reader pool, with progress and cancel. Thread: GUI.
#pragma once

#include "app/genome/genome_track.h"
#include "core/data/locus.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstdint>
#include <optional>
#include <set>

namespace nscope::app {

class ReaderPool;

class GenomeController : public QObject {
    Q_OBJECT

public:
    explicit GenomeController(ReaderPool& readers, QObject* parent = nullptr);

    /// Reads a genome, which takes the place of the one before.
    void openGenome(const QString& path);
    void openTracks(const QStringList& paths);
    void removeTrack(int id);
    void closeAll();

    const std::optional<OpenGenome>& genome() const { return m_genome; }
    const std::vector<GenomeTrack>& tracks() const { return m_tracks; }
    const GenomeTrack* track(int id) const;
    bool isEmpty() const { return !m_genome && m_tracks.empty(); }
    bool isReading() const { return m_genomeRead != 0 || !m_tracksReads.empty(); }

    /// Of the genome, else of the first track that knows lengths, else of all tracks together.
    const std::vector<ChromosomeLength>& chromosomes() const { return m_chromosomes; }
    /// One of chromosomes(), under any spelling of its name, or null.
    const ChromosomeLength* chromosome(const std::string& name) const;
    /// A track's own name for one of chromosomes(); none: the track has nothing there.
    static std::optional<std::string> nameIn(const GenomeTrack& track, const std::string& chromosome);

    /// A place as people write it ("chr5:90,339,000-90,349,000", "GATA4", a transcript's id), under one of
    /// chromosomes()' names and inside it. Errors: a sentence.
    Result<data::Locus> find(const QString& text) const;
    /// Names of genes and transcripts for what is being typed.
    QStringList completions(const QString& text) const;
    /// The next or previous gene, or exon, after a place.
    std::optional<data::Locus> nextFeature(const std::string& chromosome, std::int64_t fromNt, bool isForward,
                                           bool isExon) const;

    /// Canonical letters; an error where there is no genome or none there.
    Result<std::string> letters(const std::string& chromosome, data::Interval range) const;

signals:
    void genomeChanged();
    void tracksChanged();
    /// A file was read, or could not be.
    void readingEnded();
    void said(const QString& sentence, bool isError);

private:
    void take(LoadedTracks loaded);
    void settleChromosomes();

    ReaderPool& m_readers;
    std::optional<OpenGenome> m_genome;
    std::vector<GenomeTrack> m_tracks;
    std::vector<ChromosomeLength> m_chromosomes;
    std::shared_ptr<const data::ChromosomeNames> m_names;
    int m_lastId = 0;
    std::uint64_t m_genomeRead = 0;          ///< job that reads the genome; 0: none
    std::set<std::uint64_t> m_tracksReads;  ///< jobs that read tracks
};

}  // namespace nscope::app
