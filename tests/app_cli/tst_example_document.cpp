// Purpose: the example document says what biology says: every coding region translates to its known protein, every
// named variant has its known consequence, and the shuffled controls are what the seeded command makes.
#include "tests/app_cli/cli_process.h"

#include "core/data/genetic_code.h"
#include "core/data/orf.h"
#include "core/io/cds_table.h"
#include "core/io/fasta.h"
#include "core/io/session.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <map>

using namespace nscope;
using nscope::test::readFile;
using nscope::test::runCli;

namespace {

const QString kFolder = QStringLiteral(NSCOPE_SOURCE_DIR "/resources/examples/");

/// HBB, UniProt P68871.
const std::string kBetaGlobin =
    "MVHLTPEEKSAVTALWGKVNVDEVGGEALGRLLVVYPWTQRFFESFGDLSTPDAVMGNPKVKAHGKKVLGAFSDGLAHLDNLKGTFATLSELHCDKLHVDPENFRLLGN"
    "VLVCVLAHHFGKEFTPPVQAAYQKVVAGVANALAHKYH";
/// INS, UniProt P01308.
const std::string kInsulin = "MALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLVEALYLVCGERGFFYTPKTRREAEDLQVGQVELGGGPGAGSLQPLALEG"
                             "SLQKRGIVEQCCTSICSLYQLENYCN";
/// HBA1, UniProt P69905.
const std::string kAlphaGlobin =
    "MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHGKKVADALTNAVAHVDDMPNALSALSDLHAHKLRVDPVNFKLLSHCLLVTL"
    "AAHLPAEFTPAVHASLDKFLASVSTVLTSKYR";
/// OXT, UniProt P01178.
const std::string kOxytocin = "MAGPSLACCLLGLLALTSACYIQNCPLGGKRAAPDLDVRKCLPCGPGGKGRCFGPNICCAEELGCFVGTAEALRCQEENYLPSP"
                              "CQSGQKACGSGGRCAVLGLCCSPDGCHADPACDAEATFSQR";

std::string replaced(std::string text, std::size_t position, char letter)
{
    text[position] = letter;
    return text;
}

}  // namespace

class TestExampleDocument : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void proteinsAreTheKnownOnes_data();
    void proteinsAreTheKnownOnes();
    void variantsDifferInOneBase_data();
    void variantsDifferInOneBase();
    void startLossHasNoRegion();
    void noncodingRnaHasNoLongOrf();
    void controlsAreWhatTheCommandMakes();
    void controlsKeepTheCounts();
    void sessionHoldsBothFiles();

private:
    std::map<std::string, data::TranscriptPtr> m_transcripts;
};

void TestExampleDocument::initTestCase()
{
    const auto fasta = io::readFasta((kFolder + "textbook.fa").toStdString());
    QVERIFY2(fasta.has_value(), fasta ? "" : fasta.error().sentence().c_str());
    const auto table = io::CdsTable::read((kFolder + "textbook_cds.tsv").toStdString());
    QVERIFY(table.has_value());
    const auto joined = table->join(*fasta);
    QVERIFY(joined.has_value());
    QVERIFY(joined->report.unknownIds.empty());
    for (const auto& transcript : joined->transcripts)
        m_transcripts[transcript->sequence.id] = transcript;
    QCOMPARE(m_transcripts.size(), std::size_t(8));
}

void TestExampleDocument::proteinsAreTheKnownOnes_data()
{
    QTest::addColumn<std::string>("id");
    QTest::addColumn<std::string>("protein");
    QTest::newRow("HBB") << std::string("HBB") << kBetaGlobin;
    QTest::newRow("HbS: Glu7Val") << std::string("HBB_HbS") << replaced(kBetaGlobin, 6, 'V');
    QTest::newRow("codon 39: Gln40Ter") << std::string("HBB_codon39") << kBetaGlobin.substr(0, 39);
    QTest::newRow("INS") << std::string("INS") << kInsulin;
    QTest::newRow("HBA1") << std::string("HBA1") << kAlphaGlobin;
    QTest::newRow("OXT") << std::string("OXT") << kOxytocin;
}

void TestExampleDocument::proteinsAreTheKnownOnes()
{
    QFETCH(std::string, id);
    QFETCH(std::string, protein);
    const data::Transcript& transcript = *m_transcripts.at(id);
    QVERIFY(transcript.cds.has_value());
    const std::string cds =
        transcript.sequence.letters.substr(std::size_t(transcript.cds->startNt), std::size_t(transcript.cds->length()));
    QCOMPARE(data::translate(cds, true), protein);
    QCOMPARE(cds.substr(0, 3), std::string("ATG"));
    QVERIFY(data::isStopCodon(cds.substr(cds.size() - 3)));
    QCOMPARE(cds.size(), 3 * (protein.size() + 1));
    QVERIFY(data::longestOrf(transcript.sequence.letters)->span == *transcript.cds || id == "HBB_codon39");
}

void TestExampleDocument::variantsDifferInOneBase_data()
{
    QTest::addColumn<std::string>("id");
    QTest::addColumn<int>("codingPosition");
    QTest::addColumn<char>("reference");
    QTest::addColumn<char>("variant");
    QTest::newRow("c.20A>T") << std::string("HBB_HbS") << 20 << 'A' << 'T';
    QTest::newRow("c.118C>T") << std::string("HBB_codon39") << 118 << 'C' << 'T';
    QTest::newRow("c.2T>C") << std::string("HBB_startloss") << 2 << 'T' << 'C';
}

void TestExampleDocument::variantsDifferInOneBase()
{
    QFETCH(std::string, id);
    QFETCH(int, codingPosition);
    QFETCH(char, reference);
    QFETCH(char, variant);
    const data::Transcript& wildType = *m_transcripts.at("HBB");
    const std::string& before = wildType.sequence.letters;
    const std::string& after = m_transcripts.at(id)->sequence.letters;
    const std::size_t position = std::size_t(wildType.cds->startNt + codingPosition - 1);
    QCOMPARE(before[position], reference);
    QCOMPARE(after, replaced(before, position, variant));
}

void TestExampleDocument::startLossHasNoRegion()
{
    const data::Transcript& lost = *m_transcripts.at("HBB_startloss");
    QVERIFY(!lost.cds.has_value());
    const auto start = std::size_t(m_transcripts.at("HBB")->cds->startNt);
    QCOMPARE(lost.sequence.letters.substr(start, 3), std::string("ACG"));
}

void TestExampleDocument::noncodingRnaHasNoLongOrf()
{
    const data::Transcript& rna = *m_transcripts.at("RN7SK");
    QVERIFY(!rna.cds.has_value());
    const auto orf = data::longestOrf(rna.sequence.letters);
    QVERIFY(!orf || orf->span.length() < 100);
}

void TestExampleDocument::controlsAreWhatTheCommandMakes()
{
    QTemporaryDir folder;
    const QString made = folder.filePath("made.fa");
    const auto result = runCli(
        {"shuffle", "--input", kFolder + "textbook.fa", "--output", made, "--kind", "di", "--seed", "2026", "--quiet"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QVERIFY(!readFile(made).isEmpty());
    QCOMPARE(readFile(made), readFile(kFolder + "textbook_controls.fa"));
}

void TestExampleDocument::sessionHoldsBothFiles()
{
    const auto document = io::readSession((kFolder + "textbook.nscope").toStdString());
    QVERIFY2(document.has_value(), document ? "" : document.error().sentence().c_str());
    QCOMPARE((*document)->entries.size(), 2 * m_transcripts.size());
    for (const auto& [id, transcript] : m_transcripts) {
        const int index = (*document)->indexOf(id);
        QVERIFY2(index >= 0, id.c_str());
        QVERIFY(*(*document)->entries[std::size_t(index)]->current == *transcript);
        QVERIFY((*document)->indexOf(id + "_di") >= 0);
    }
}

void TestExampleDocument::controlsKeepTheCounts()
{
    const auto controls = io::readFasta((kFolder + "textbook_controls.fa").toStdString());
    QVERIFY(controls.has_value());
    QCOMPARE(controls->size(), m_transcripts.size());
    for (const auto& control : *controls) {
        const std::string& id = control->sequence.id;
        std::string shuffled = control->sequence.letters;
        std::string original = m_transcripts.at(id.substr(0, id.size() - 3))->sequence.letters;
        QVERIFY2(shuffled != original, id.c_str());
        std::ranges::sort(shuffled);
        std::ranges::sort(original);
        QCOMPARE(shuffled, original);
    }
}

QTEST_GUILESS_MAIN(TestExampleDocument)
#include "tst_example_document.moc"
