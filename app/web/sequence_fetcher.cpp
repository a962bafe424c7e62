#include "app/web/sequence_fetcher.h"

#include "core/data/alphabet.h"
#include "core/data/splicing.h"
#include "core/io/annotation_file.h"
#include "core/io/fasta.h"
#include "widgets/number_text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryFile>

#include <algorithm>
#include <optional>
#include <utility>

namespace nscope::app {

namespace {

constexpr WebSpecies kSpecies[] = {
    {QT_TRANSLATE_NOOP("WebSpecies", "human"), "homo_sapiens", "hg38"},
    {QT_TRANSLATE_NOOP("WebSpecies", "mouse"), "mus_musculus", "mm39"},
    {QT_TRANSLATE_NOOP("WebSpecies", "rat"), "rattus_norvegicus", "rn7"},
    {QT_TRANSLATE_NOOP("WebSpecies", "zebrafish"), "danio_rerio", "danRer11"},
    {QT_TRANSLATE_NOOP("WebSpecies", "fruit fly"), "drosophila_melanogaster", "dm6"},
    {QT_TRANSLATE_NOOP("WebSpecies", "C. elegans"), "caenorhabditis_elegans", "ce11"},
    {QT_TRANSLATE_NOOP("WebSpecies", "yeast"), "saccharomyces_cerevisiae", "sacCer3"},
};

QString encoded(const QString& text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); }

/// The first record of a FASTA answer; nothing if it is none.
std::optional<data::Sequence> firstRecord(const QByteArray& fasta, const QString& fallbackId)
{
    const auto records = io::parseFasta(fasta.toStdString(), fallbackId.toStdString());
    return records && !records->empty() ? std::optional(records->front()->sequence) : std::nullopt;
}

}  // namespace

std::span<const WebSpecies> webSpecies() { return kSpecies; }

SequenceFetcher::SequenceFetcher(WebSettings settings, WebServers servers, QObject* parent)
    : QObject(parent), m_client(std::move(settings)), m_servers(std::move(servers))
{
    connect(&m_client, &WebClient::progressed, this, &SequenceFetcher::progressed);
}

SequenceFetcher::Kind SequenceFetcher::kindOf(const QString& text)
{
    static const QRegularExpression kEnsembl("^ENS[A-Z]{0,4}([TG])\\d{11}(\\.\\d+)?$");
    static const QRegularExpression kAccession(
        "^([NX][MRCGTW]_\\d{5,12}|[A-Z]{1,2}\\d{5,8}|[A-Z]{4}\\d{8,10})(\\.\\d+)?$");
    const QString wanted = text.trimmed();
    if (wanted.isEmpty())
        return Kind::None;
    if (const auto match = kEnsembl.match(wanted); match.hasMatch())
        return match.captured(1) == "T" ? Kind::EnsemblTranscript : Kind::EnsemblGene;
    if (kAccession.match(wanted).hasMatch())
        return Kind::Accession;
    const auto place = data::parseLocus(wanted.toStdString());
    return place && !place->interval.isEmpty() ? Kind::Place : Kind::Symbol;
}

QString SequenceFetcher::plan(const QString& text, const WebSpecies& species)
{
    const QString wanted = text.trimmed();
    switch (kindOf(wanted)) {
    case Kind::None: return {};
    case Kind::EnsemblTranscript: return tr("Ensembl: transcript %1 with its coding region").arg(wanted);
    case Kind::EnsemblGene: return tr("Ensembl: the canonical transcript of gene %1").arg(wanted);
    case Kind::Accession: return tr("NCBI: record %1 with its coding region").arg(wanted);
    case Kind::Place: return tr("UCSC: the letters of %1 (%2)").arg(wanted, QString::fromLatin1(species.assembly));
    case Kind::Symbol:
        return tr("Ensembl: the canonical transcript of gene %1 (%2)")
            .arg(wanted, QCoreApplication::translate("WebSpecies", species.name));
    }
    return {};
}

void SequenceFetcher::fetch(const QString& text, const WebSpecies& species, bool anew)
{
    const QString wanted = text.trimmed();
    m_client.cancel();
    m_client.setAskingAnew(anew);
    m_isBusy = true;
    m_notes.clear();
    switch (kindOf(wanted)) {
    case Kind::None: return endFailed(tr("Type an accession, a gene or a place."));
    case Kind::EnsemblTranscript: return askTranscript(wanted);
    case Kind::EnsemblGene: return askGene(QStringLiteral("/lookup/id/") + encoded(wanted));
    case Kind::Accession: return askAccession(wanted);
    case Kind::Place: return askPlace(*data::parseLocus(wanted.toStdString()), species);
    case Kind::Symbol:
        return askGene(
            QStringLiteral("/lookup/symbol/%1/%2").arg(QString::fromLatin1(species.ensembl), encoded(wanted)));
    }
}

void SequenceFetcher::ask(const QString& address, const QByteArray& accept, Next next)
{
    m_client.get(QUrl(address), accept, [this, next = std::move(next)](const Result<QByteArray>& answer) {
        if (answer)
            next(*answer);
        else
            endFailed(QString::fromStdString(answer.error().sentence()));
    });
}

/// Ensembl's lookup of a gene names its canonical transcript.
void SequenceFetcher::askGene(const QString& path)
{
    ask(m_servers.ensembl + path, "application/json", [this](const QByteArray& answer) {
        const QString transcript = QJsonDocument::fromJson(answer).object()["canonical_transcript"].toString();
        if (transcript.isEmpty())
            return reject(tr("Ensembl's answer names no transcript of this gene."));
        askTranscript(transcript);
    });
}

/// Ensembl takes ids without their version, and says the version it has.
void SequenceFetcher::askTranscript(const QString& id)
{
    const QString bare = id.section('.', 0, 0);
    m_source = m_servers.ensembl + QStringLiteral("/sequence/id/%1?type=cdna").arg(encoded(bare));
    ask(m_source, "text/x-fasta", [this, bare](const QByteArray& answer) {
        auto cdna = firstRecord(answer, bare);
        if (!cdna)
            return reject(tr("Ensembl's answer about %1 is no sequence.").arg(bare));
        askCoding(bare, *cdna);
    });
}

/// The coding region is where its letters stand in the transcript. A transcript that codes for nothing has none.
void SequenceFetcher::askCoding(const QString& id, const data::Sequence& cdna)
{
    const auto finish = [this, cdna](const std::optional<data::Sequence>& coding) {
        auto transcript = std::make_shared<data::Transcript>();
        transcript->sequence = cdna;
        transcript->sequence.alphabet = data::Alphabet::Rna;
        const std::size_t start = coding ? cdna.letters.find(coding->letters) : std::string::npos;
        if (start != std::string::npos)
            transcript->cds = data::Interval{std::int64_t(start), std::int64_t(start + coding->letters.size())};
        else if (coding)
            m_notes << tr("The letters of its coding region do not stand in the transcript: it is shown without one.");
        end({transcript});
    };
    m_client.get(QUrl(m_servers.ensembl + QStringLiteral("/sequence/id/%1?type=cds").arg(encoded(id))), "text/x-fasta",
                 [this, finish, id](const Result<QByteArray>& answer) {
                     if (!answer && answer.error().code() != ErrorCode::NotFound)
                         return endFailed(QString::fromStdString(answer.error().sentence()));
                     const auto coding = answer ? firstRecord(*answer, id) : std::nullopt;
                     if (answer && !coding) {
                         m_client.forgetLast();
                         m_notes << tr("Ensembl's answer about the coding region is no sequence: the transcript is "
                                       "shown without one.");
                     }
                     finish(coding);
                 });
}

/// A GenBank record: its transcripts if it has some, else its sequence.
void SequenceFetcher::askAccession(const QString& accession)
{
    m_source = m_servers.ncbi
               + QStringLiteral("/efetch.fcgi?db=nuccore&id=%1&rettype=gb&retmode=text").arg(encoded(accession));
    ask(m_source, "text/plain", [this, accession](const QByteArray& answer) {
        QTemporaryFile file(QDir::tempPath() + "/nucleoscope-XXXXXX.gb");
        if (!file.open() || file.write(answer) != answer.size() || !file.flush())
            return endFailed(tr("The answer could not be kept in the folder for temporary files."));
        const auto read = io::readAnnotation(file.fileName().toStdString());
        if (!read || read->sequences.empty())
            return reject(tr("NCBI's answer about %1 is no GenBank record.").arg(accession));
        data::TranscriptSet found;
        const auto letters = [&](const std::string& name, data::Interval range) -> Result<std::string> {
            const auto sequence = std::ranges::find(read->sequences, name, &data::Sequence::id);
            if (sequence == read->sequences.end() || range.endNt > sequence->length())
                return fail(ErrorCode::NotFound, "The record lacks these letters.");
            return sequence->letters.substr(std::size_t(range.startNt), std::size_t(range.length()));
        };
        for (const Error& problem : read->problems.first)
            m_notes << tr("Left out: %1").arg(QString::fromStdString(problem.message()));
        for (const data::TranscriptModel& model : read->transcripts) {
            if (auto spliced = data::splice(model, letters))
                found.push_back(std::make_shared<const data::Transcript>(std::move(*spliced)));
            else
                m_notes << tr("Left out: %1").arg(QString::fromStdString(spliced.error().message()));
        }
        if (found.empty())
            for (const data::Sequence& sequence : read->sequences)
                found.push_back(std::make_shared<const data::Transcript>(
                    data::Transcript{.sequence = sequence, .cds = std::nullopt}));
        end(found);
    });
}

void SequenceFetcher::askPlace(const data::Locus& place, const WebSpecies& species)
{
    if (place.interval.length() > kMostPlaceNt)
        return endFailed(tr("%1 nt are too many: ask for at most %2.")
                             .arg(widgets::countText(place.interval.length()), widgets::countText(kMostPlaceNt)));
    m_source = m_servers.ucsc
               + QStringLiteral("/getData/sequence?genome=%1;chrom=%2;start=%3;end=%4")
                     .arg(QString::fromLatin1(species.assembly), encoded(QString::fromStdString(place.chromosome)))
                     .arg(place.interval.startNt)
                     .arg(place.interval.endNt);
    ask(m_source, "application/json", [this, place](const QByteArray& answer) {
        const std::string dna = QJsonDocument::fromJson(answer).object()["dna"].toString().toStdString();
        QString id = QString::fromStdString(data::locusText(place));
        id.remove(QLatin1Char(','));
        const auto record = firstRecord(QByteArray::fromStdString(">" + id.toStdString() + "\n" + dna + "\n"), id);
        if (dna.empty() || !record || record->length() != place.interval.length())
            return reject(tr("UCSC's answer holds no letters of this place."));
        auto transcript = std::make_shared<data::Transcript>();
        transcript->sequence = *record;
        if (place.strand == data::Strand::Reverse)
            transcript->sequence.letters = data::reverseComplement(record->letters);
        end({transcript});
    });
}

void SequenceFetcher::end(const data::TranscriptSet& transcripts)
{
    m_isBusy = false;
    emit fetched(transcripts, m_source);
    for (const QString& note : std::exchange(m_notes, {}))
        emit noticed(note);
}

void SequenceFetcher::reject(const QString& sentence)
{
    m_client.forgetLast();
    endFailed(sentence);
}

void SequenceFetcher::endFailed(const QString& sentence)
{
    m_isBusy = false;
    emit failed(sentence);
}

}  // namespace nscope::app
