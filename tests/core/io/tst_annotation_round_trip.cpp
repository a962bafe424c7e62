// Made-up genes on both strands, written as GTF, GFF3, BED12 and GenBank and read back: exons, coding regions, phases,
// spliced letters and the place of every base are those that were made.
#include "core/data/genetic_code.h"
#include "core/data/splicing.h"
#include "core/io/annotation_file.h"
#include "tests/core/io/random_genes.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

using namespace nscope;
using data::Interval;
using tests::RandomTranscript;

class TestAnnotationRoundTrip : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        std::mt19937_64 random(20261129);
        m_genome = tests::RandomGenome::make(random, 1000);
        QVERIFY(m_genome.transcripts.size() >= 1000);
        m_folder.write("g.gtf", m_genome.gtf(random));
        m_folder.write("g.gff3", m_genome.gff3(random));
        m_folder.write("g.bed", m_genome.bed12());
        m_folder.write("g.gb", m_genome.genbank());
        int reverse = 0;
        int coding = 0;
        int phased = 0;
        for (const RandomTranscript& made : m_genome.transcripts) {
            reverse += made.model.strand == data::Strand::Reverse;
            coding += made.model.cds.has_value();
            phased += made.model.cdsPhase != 0;
        }
        QVERIFY(reverse > 300 && coding > 500 && phased > 200);
    }

    void filesGiveTheTranscripts_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"g.gtf", "g.gff3", "g.bed", "g.gb"})
            QTest::newRow(name) << name;
    }
    void filesGiveTheTranscripts()
    {
        QFETCH(QString, name);
        auto read = io::readAnnotation(m_folder.path(name.toStdString()));
        QVERIFY2(read.has_value(), read ? "" : read.error().sentence().c_str());
        QCOMPARE(read->problems.count, std::int64_t(0));
        QCOMPARE(read->transcripts.size(), m_genome.transcripts.size());
        QVERIFY(read->features.isEmpty());
        std::map<std::string, data::TranscriptModel> byId;
        for (data::TranscriptModel& model : read->transcripts)
            byId[model.id] = model;
        for (const RandomTranscript& made : m_genome.transcripts) {
            data::TranscriptModel expected = made.model;
            if (name == "g.bed") {  // which says neither gene nor phase
                expected.geneId = expected.geneName = expected.biotype = "";
                expected.cdsPhase = 0;
            }
            QVERIFY2(byId[expected.id] == expected, expected.id.c_str());
        }
        for (const data::Sequence& sequence : read->sequences)
            QVERIFY(sequence.letters == m_genome.letters.at(sequence.id));
        QCOMPARE(read->sequences.size(), name == "g.gb" ? std::size_t(3) : std::size_t(0));
    }

    void everyBaseHasItsPlace()
    {
        for (const RandomTranscript& made : m_genome.transcripts) {
            const data::TranscriptMap map(made.model);
            QCOMPARE(map.lengthNt(), std::int64_t(made.positionsNt.size()));
            for (std::size_t i = 0; i < made.positionsNt.size(); ++i) {
                QVERIFY(map.toGenome(std::int64_t(i)) == made.positionsNt[i]);
                QVERIFY(map.toTranscript(made.positionsNt[i]) == std::int64_t(i));
            }
            QVERIFY(!map.toGenome(-1) && !map.toGenome(map.lengthNt()));
            for (const Interval& exon : made.model.exons) {  // a base of an intron or of what lies around
                QVERIFY(!map.toTranscript(exon.startNt - 1));
                QVERIFY(!map.toTranscript(exon.endNt));
            }
        }
    }

    void piecesHaveTheirPlaces()
    {
        std::mt19937_64 random(5);
        for (const RandomTranscript& made : m_genome.transcripts) {
            const data::TranscriptMap map(made.model);
            const auto length = std::int64_t(made.positionsNt.size());
            const std::int64_t start = std::int64_t(random() % std::uint64_t(length));
            const std::int64_t end = start + 1 + std::int64_t(random() % std::uint64_t(length - start));
            std::vector<std::int64_t> positions;
            for (const Interval& piece : map.toGenome(Interval{start, end})) {
                std::vector<std::int64_t> inside;
                for (std::int64_t at = piece.startNt; at < piece.endNt; ++at)
                    inside.push_back(at);
                if (made.model.strand == data::Strand::Reverse)
                    std::ranges::reverse(inside);
                positions.insert(positions.end(), inside.begin(), inside.end());
            }
            QVERIFY(std::ranges::equal(
                positions, std::span(made.positionsNt).subspan(std::size_t(start), std::size_t(end - start))));
            const auto [low, high] = std::ranges::minmax(positions);
            QVERIFY((map.toTranscript(Interval{low, high + 1}) == Interval{start, end}));
            QCOMPARE(map.exons().size(), made.model.exons.size());
            QCOMPARE(map.exons().back().endNt, length);
        }
    }

    void spliceLettersAndFrames()
    {
        const data::GenomeLetters letters = [this](const std::string& chromosome,
                                                   Interval interval) -> Result<std::string> {
            return m_genome.letters.at(chromosome)
                .substr(std::size_t(interval.startNt), std::size_t(interval.length()));
        };
        for (const RandomTranscript& made : m_genome.transcripts) {
            const auto spliced = data::splice(made.model, letters);
            QVERIFY(spliced.has_value());
            const std::string& chromosome = m_genome.letters.at(made.model.chromosome);
            std::string expected;
            for (const std::int64_t at : made.positionsNt) {
                const char letter = chromosome[std::size_t(at)];
                expected += made.model.strand == data::Strand::Reverse
                                ? std::string("TGCA")[std::string("ACGT").find(letter)]
                                : letter;
            }
            QVERIFY(spliced->sequence.letters == expected);
            QVERIFY(spliced->sequence.id == made.model.id && spliced->sequence.alphabet == data::Alphabet::Rna);
            QCOMPARE(spliced->cds.has_value(), made.model.cds.has_value());
            if (!spliced->cds)
                continue;
            QVERIFY((*spliced->cds == Interval{made.codingStart + made.model.cdsPhase, made.codingEnd}));
            const std::string protein =
                data::translate(std::string_view(expected).substr(std::size_t(spliced->cds->startNt),
                                                                  std::size_t(spliced->cds->length())),
                                false);
            QVERIFY(protein.starts_with('M') && protein.find('*') == protein.size() - 1);
        }
    }

private:
    tests::RandomGenome m_genome;
    tests::TemporaryFolder m_folder;
};

QTEST_APPLESS_MAIN(TestAnnotationRoundTrip)
#include "tst_annotation_round_trip.moc"
