// Purpose: sequences by name from public databases: Ensembl (transcript and gene ids, gene symbols), NCBI (accessions,
// with their coding regions), UCSC (places on a genome). What a text is follows from its form. Thread: GUI; nothing
// blocks.
#pragma once

#include "app/web/web_client.h"
#include "core/data/locus.h"
#include "core/data/transcript.h"

#include <QtCore/QStringList>

#include <span>

namespace nscope::app {

/// A species as the databases call it.
struct WebSpecies {
    const char* name;      ///< as on screen
    const char* ensembl;   ///< "homo_sapiens"
    const char* assembly;  ///< of UCSC: "hg38"
};
std::span<const WebSpecies> webSpecies();

/// Addresses of the servers; a test puts its own here.
struct WebServers {
    QString ensembl = QStringLiteral("https://rest.ensembl.org");
    QString ncbi = QStringLiteral("https://eutils.ncbi.nlm.nih.gov/entrez/eutils");
    QString ucsc = QStringLiteral("https://api.genome.ucsc.edu");
};

class SequenceFetcher : public QObject {
    Q_OBJECT

public:
    enum class Kind { None, EnsemblTranscript, EnsemblGene, Accession, Place, Symbol };

    explicit SequenceFetcher(WebSettings settings = {}, WebServers servers = {}, QObject* parent = nullptr);

    static Kind kindOf(const QString& text);
    /// What asking for a text will do, one sentence; empty for an empty text.
    static QString plan(const QString& text, const WebSpecies& species);

    void fetch(const QString& text, const WebSpecies& species, bool anew);
    void cancel() { m_client.cancel(); }
    bool isBusy() const { return m_isBusy; }

    static constexpr std::int64_t kMostPlaceNt = 5'000'000;

signals:
    void progressed(qint64 bytes, qint64 all);
    /// `source`: the address that the sequences are from.
    void fetched(const nscope::data::TranscriptSet& transcripts, const QString& source);
    /// After fetched: what could not be used of the answers.
    void noticed(const QString& sentence);
    void failed(const QString& sentence);

private:
    using Next = std::function<void(const QByteArray&)>;

    void ask(const QString& address, const QByteArray& accept, Next next);
    void askTranscript(const QString& id);
    void askCoding(const QString& id, const data::Sequence& cdna);
    void askGene(const QString& path);
    void askAccession(const QString& accession);
    void askPlace(const data::Locus& place, const WebSpecies& species);
    void end(const data::TranscriptSet& transcripts);
    void endFailed(const QString& sentence);
    /// An answer that is not what was asked for; it is not kept.
    void reject(const QString& sentence);

    WebClient m_client;
    WebServers m_servers;
    QString m_source;
    QStringList m_notes;
    bool m_isBusy = false;
};

}  // namespace nscope::app
