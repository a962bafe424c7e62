// Splicing: a RefSeq transcript from the genome, both strands and the frame by hand, and what cannot be spliced.
// Random genes on both strands: tests/core/io/tst_annotation_round_trip.cpp.
#include "core/data/genetic_code.h"
#include "core/data/splicing.h"
#include "core/io/annotation_file.h"
#include "core/io/fasta.h"
#include "tests/support/shared_data.h"

#include <QTest>

using namespace nscope;
using data::Interval;
using data::Strand;
using data::TranscriptModel;

class TestSplicing : public QObject {
    Q_OBJECT

private slots:
    void bothStrandsByHand()
    {
        //                       0         1
        //                       01234567890123456789
        const std::string dna = "CCATGAAGTCCGTAGATACC";
        const auto letters = of(dna);
        const TranscriptModel forward{"f", "g", "", "", "c", Strand::Forward, {{1, 7}, {13, 18}}, Interval{2, 16}, 0};
        const auto f = data::splice(forward, letters, data::Alphabet::Dna);
        QCOMPARE(f->sequence.letters, std::string("CATGAAAGATA"));
        QVERIFY((f->cds == Interval{1, 9}));
        QCOMPARE(f->sequence.description, std::string("g c:2-18:+"));
        QVERIFY(f->sequence.alphabet == data::Alphabet::Dna);
        TranscriptModel reverse = forward;
        reverse.strand = Strand::Reverse;
        reverse.cdsPhase = 2;
        const auto r = data::splice(reverse, letters);
        QCOMPARE(r->sequence.letters, std::string("TATCTTTCATG"));
        QVERIFY((r->cds == Interval{4, 10}));  // two bases belong to a codon that begins before the transcript
        QCOMPARE(r->sequence.displayed(), std::string("UAUCUUUCAUG"));
        TranscriptModel none = forward;
        none.strand = Strand::None;
        none.cds.reset();
        QCOMPARE(data::splice(none, letters)->sequence.letters, f->sequence.letters);
    }

    void aFrameThatLeavesNothingIsNone()
    {
        const TranscriptModel model{"t", "", "", "", "c", Strand::Forward, {{0, 9}}, Interval{3, 5}, 2};
        QVERIFY(!data::TranscriptMap(model).cds());
    }

    void whatCannotBeSpliced()
    {
        const TranscriptModel model{"t", "", "", "", "c", Strand::Forward, {{1, 4}, {6, 12}}, {}, 0};
        const auto beyond = data::splice(model, of("ACGTACGT"));
        QVERIFY(!beyond.has_value());
        QCOMPARE(beyond.error().where().record, std::string("t"));
        QVERIFY(QString::fromStdString(beyond.error().message())
                    .contains("c:7-12 reaches beyond the end of c;"));
        QVERIFY(!data::splice(model, of("ACGTACGT!!!!!")).has_value());
        const auto other = data::splice(model, [](const std::string&, Interval) -> Result<std::string> {
            return fail(ErrorCode::NotFound, "There is no such chromosome.");
        });
        QVERIFY(other.error().code() == ErrorCode::NotFound && other.error().where().record == "t");
    }

    void refSeqTranscriptFromItsGenome()
    {
        if (!tests::haveShared("data/formats/gata4.fa"))
            QSKIP("The shared data are not beside the source tree.");
        const auto shared = [](const char* name) { return tests::sharedPath(std::string("data/formats/") + name); };
        const auto annotation = io::readAnnotation(shared("NM_002052_hg19.bed"));
        const auto genome = io::readFasta(shared("gata4.fa"));
        const auto published = io::readFasta(shared("NM_002052.fa"));
        QVERIFY(annotation && genome && published);
        const data::Sequence& piece = genome->at(0)->sequence;
        const auto place = data::locusOfRecord(piece.id, piece.length());
        QVERIFY((place == data::Locus{"chr8", {11496144, 11627216}}));
        const auto spliced = data::splice(
            annotation->transcripts.at(0), [&](const std::string& chromosome, Interval at) -> Result<std::string> {
                if (chromosome != place->chromosome || at.intersected(place->interval) != at)
                    return fail(ErrorCode::NotFound, "The genome has no such place.");
                return piece.letters.substr(std::size_t(at.startNt - place->interval.startNt),
                                            std::size_t(at.length()));
            });
        QVERIFY(spliced.has_value());
        const std::string& expected = published->at(0)->sequence.letters;
        QCOMPARE(spliced->sequence.length(), std::int64_t(3408));
        QCOMPARE(spliced->sequence.letters, expected);  // every base: this piece of hg19 and RefSeq agree
        const std::string protein = data::translate(
            std::string_view(expected).substr(std::size_t(spliced->cds->startNt), std::size_t(spliced->cds->length())),
            false);
        QCOMPARE(protein.size(), std::size_t(443));  // 442 amino acids and the stop
        QVERIFY(protein.starts_with("MYQSLAMAANHGPPPGAYEAGGPGAFMHGAGAASSPVYVPTPRVPSSVLGLSYLQ"));
        QCOMPARE(protein.find('*'), std::size_t(442));
    }

private:
    /// Letters of a genome with one chromosome, cut off where it ends.
    static data::GenomeLetters of(std::string dna)
    {
        return [dna = std::move(dna)](const std::string&, Interval at) -> Result<std::string> {
            return dna.substr(std::min(dna.size(), std::size_t(at.startNt)), std::size_t(at.length()));
        };
    }
};

QTEST_APPLESS_MAIN(TestSplicing)
#include "tst_splicing.moc"
