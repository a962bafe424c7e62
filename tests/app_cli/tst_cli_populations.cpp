// Purpose: the population commands as scripts use them: what they write, that files and models give the same, and what
// they refuse. Explanations are made up here, except where the tiny model makes them.
#include "tests/app_cli/tiny_model.h"

#include "core/data/alphabet.h"
#include "core/io/attribution_writer.h"
#include "core/io/npz.h"
#include "core/io/zip_archive.h"

#include <QtTest/QtTest>

#include <cmath>
#include <random>

using namespace nscope;
using nscope::test::CliResult;
using nscope::test::madeUpLetters;
using nscope::test::readFile;
using nscope::test::refusalFault;
using nscope::test::runCli;
using nscope::test::writeFile;

namespace {

constexpr int kRecords = 12;
constexpr int kStart = 30, kCodons = 20, kTail = 34;

/// A transcript with 5'UTR, CDS and 3'UTR of fixed lengths.
std::string transcript(std::mt19937_64& random)
{
    static const char* const kSense[] = {"GCT", "CGA", "AAC", "GAT", "TGC", "CAG", "GGT", "CAC", "CTG", "AAG"};
    std::string letters;
    const auto noise = [&](int count) {
        for (int i = 0; i < count; ++i)
            letters += "ACGT"[random() & 3];
    };
    noise(kStart);
    letters += "ATG";
    for (int codon = 0; codon < kCodons - 2; ++codon)
        letters += kSense[random() % 10];
    letters += "TAA";
    noise(kTail);
    return letters;
}

/// Substitutions at the third position of codons cost −3, elsewhere in the CDS −1, outside −.1.
data::Attribution periodic(const std::string& letters)
{
    data::Attribution attribution;
    attribution.method = "ism";
    attribution.target = "logit:PC-NC";
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const bool isCoding = i >= kStart && i < kStart + 3 * kCodons;
        const float effect = !isCoding ? -0.1F : (i - kStart) % 3 == 2 ? -3.0F : -1.0F;
        for (const char base : data::kBases)
            attribution.values_LC.push_back(base == letters[i] ? 0.0F : effect);
    }
    return attribution;
}

}  // namespace

class TestCliPopulations : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void metageneAveragesWhatIsThere();
    void codonsAreCounted();
    void agreementOfAFileWithItself();
    void spikesBecomeMotifs();
    void motifsAreComparedAndTested();
    void filtersBecomeMotifs();
    void vectorsAreLaidOut();
    void modelAndFileGiveTheSame();
    void attentionIsAveraged();
    void wrongUseIsRefused_data();
    void wrongUseIsRefused();

private:
    QString file(const QString& name) const { return m_folder.filePath(name); }
    QByteArrayList lines(const QString& name) const { return readFile(file(name)).trimmed().split('\n'); }
    CliResult run(const QStringList& arguments) const { return runCli(arguments + QStringList{"--quiet"}); }

    QTemporaryDir m_folder;
};

void TestCliPopulations::initTestCase()
{
    std::mt19937_64 random(1);
    QByteArray fasta, cds = "id\tcds_start\tcds_end\n";
    auto writer = io::AttributionWriter::open(file("ism.npz").toStdString());
    QVERIFY(writer.has_value());
    for (int record = 0; record < kRecords; ++record) {
        const std::string letters = transcript(random);
        const QByteArray id = "r" + QByteArray::number(record);
        fasta += ">" + id + "\n" + QByteArray::fromStdString(letters) + "\n";
        cds += id + "\t" + QByteArray::number(kStart) + "\t" + QByteArray::number(kStart + 3 * kCodons) + "\n";
        QVERIFY((*writer)->add({id.toStdString(), "", letters, data::Alphabet::Rna}, periodic(letters)).has_value());
    }
    QVERIFY((*writer)->finish().has_value());
    writeFile(file("x.fa"), fasta);
    writeFile(file("cds.tsv"), cds);
}

void TestCliPopulations::metageneAveragesWhatIsThere()
{
    const CliResult result = run({"metagene", "--explanation", file("ism.npz"), "--cds", file("cds.tsv"), "--output", file("m.tsv"), "--json"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QJsonArray summary = QJsonDocument::fromJson(result.out.toUtf8()).array();
    QMap<QString, double> numbers;
    for (const QJsonValue& row : summary)
        numbers[row["name"].toString()] = row["value"].toString().toDouble();
    QCOMPARE(numbers["transcripts_aligned"], double(kRecords));
    QCOMPARE(numbers["transcripts_binned"], double(kRecords));
    QVERIFY(numbers["frame_rayleigh_p"] < 1e-4);
    QCOMPARE(numbers["frame_mean_direction"], 2.0);
    const QByteArrayList bins = lines("m.tsv");
    QCOMPARE(bins.size(), 1 + 75);
    QCOMPARE(bins[0], QByteArray("region\tbin\tmean\tlow\thigh\tcount\ttrimmed_mean"));
    QVERIFY(std::abs(bins[1].split('\t')[2].toDouble() - 0.1) < 1e-6);
    QVERIFY(bins[26].startsWith("cds\t0\t"));
    const QByteArrayList frames = lines("m.frames.tsv");
    QVERIFY(std::abs(frames[3].split('\t')[1].toDouble() - 3) < 1e-6);
    QCOMPARE(frames[3].split('\t').last(), QByteArray::number(kRecords));
    const QByteArrayList start = lines("m.start.tsv");
    QCOMPARE(start.size(), 1 + kStart + 3 * kCodons + kTail);
    QVERIFY(start[1].startsWith("-30\t"));
    QVERIFY(QFile::exists(file("m.stop.tsv")) && QFile::exists(file("m.spectrum.tsv")) && QFile::exists(file("m.summary.tsv")));
    const CliResult npz = run({"metagene", "--explanation", file("ism.npz"), "--longest-orf", "--output", file("m.npz"), "--score", "for"});
    QVERIFY2(npz.exitCode == 0, qPrintable(npz.err));
    const auto arrays = io::readNpz(file("m.npz").toStdString());
    QVERIFY(arrays.has_value());
    QCOMPARE(arrays->at("bins/mean").shape, std::vector<std::int64_t>{75});
}

void TestCliPopulations::codonsAreCounted()
{
    const CliResult result = run({"codons", "--explanation", file("ism.npz"), "--cds", file("cds.tsv"), "--output", file("c.json")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QJsonObject tables = QJsonDocument::fromJson(readFile(file("c.json")))["tables"].toObject();
    const QJsonObject pairs = tables["pairs"].toObject();
    const QJsonArray from = pairs["from"].toArray(), to = pairs["to"].toArray(), mean = pairs["mean"].toArray();
    QVERIFY(from.size() > 80);
    for (qsizetype i = 0; i < from.size(); ++i) {
        const bool isThird = from[i].toString().left(2) == to[i].toString().left(2);
        QVERIFY(std::abs(mean[i].toDouble() - (isThird ? -3.0 : -1.0)) < 1e-6);
    }
    QCOMPARE(tables["synonymous"].toObject().size(), 65);
    QCOMPARE(tables["positions"].toObject()["mean"].toArray().size(), 12);
    QVERIFY(result.out.contains("synonymous"));
}

void TestCliPopulations::agreementOfAFileWithItself()
{
    const CliResult result = run({"agreement", "--first", file("ism.npz"), "--second", file("ism.npz"), "--output", file("a.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QByteArrayList records = lines("a.tsv");
    QCOMPARE(records.size(), 1 + kRecords);
    QCOMPARE(records[1].split('\t')[1].toDouble(), 1.0);
    QVERIFY(readFile(file("a.summary.tsv")).contains("pooled_pearson\t1"));
}

void TestCliPopulations::spikesBecomeMotifs()
{
    // Every sequence has GATTACA at one place, and the importance peaks there.
    std::mt19937_64 random(3);
    auto writer = io::AttributionWriter::open(file("spikes.npz").toStdString());
    QVERIFY(writer.has_value());
    QByteArray fasta;
    for (int record = 0; record < 60; ++record) {
        std::string letters(200, 'A');
        for (char& letter : letters)
            letter = "ACGT"[random() & 3];
        const std::size_t place = 40 + random() % 100;
        letters.replace(place, 7, "GATTACA");
        data::Attribution attribution;
        for (std::size_t i = 0; i < letters.size(); ++i)
            for (const char base : data::kBases)
                attribution.values_LC.push_back(base == letters[i] ? 0.0F : i == place + 3 ? -5.0F : -0.1F);
        QVERIFY((*writer)->add({"s" + std::to_string(record), "", letters, data::Alphabet::Dna}, attribution).has_value());
        fasta += ">s" + QByteArray::number(record) + "\n" + QByteArray::fromStdString(letters) + "\n";
    }
    QVERIFY((*writer)->finish().has_value());
    writeFile(file("spikes.fa"), fasta);
    const CliResult result = run({"motifs", "discover", "--explanation", file("spikes.npz"), "--output", file("found.meme"),
                                  "--table", file("found.tsv"), "--seed", "5"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QVERIFY2(readFile(file("found.meme")).startsWith("MEME version 4"), "MEME");
    QVERIFY2(result.out.contains("GATTACA") || result.out.contains("ATTACA"), qPrintable(result.out));
    QVERIFY(lines("found.words.tsv").size() > 100);
}

void TestCliPopulations::motifsAreComparedAndTested()
{
    writeFile(file("db.meme"), "MEME version 4\nALPHABET= ACGT\n"
                               "MOTIF hit gene\nletter-probability matrix: w= 5 nsites= 20\n0 0 1 0\n1 0 0 0\n0 0 0 1\n0 0 0 1\n1 0 0 0\n"
                               "MOTIF other\nletter-probability matrix: w= 5 nsites= 20\n0 1 0 0\n0 1 0 0\n0 0 1 0\n0 1 0 0\n0 0 1 0\n"
                               "MOTIF third\nletter-probability matrix: w= 5 nsites= 20\n0 0 1 0\n0 1 0 0\n0 0 1 0\n0 0 1 0\n0 0 0 1\n");
    writeFile(file("query.pfm"), ">q\nA [ 0 9 0 0 9 0 9 ]\nC [ 0 0 0 0 0 9 0 ]\nG [ 9 0 0 0 0 0 0 ]\nT [ 0 0 9 9 0 0 0 ]\n");
    CliResult result = run({"motifs", "compare", "--query", file("query.pfm"), "--database", file("db.meme"), "--output", file("cmp.tsv"), "--max-q", "1"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QByteArrayList rows = lines("cmp.tsv");
    QCOMPARE(rows.size(), 4);
    const QByteArrayList best = rows[1].split('\t');
    QCOMPARE(best[1], QByteArray("hit"));
    QCOMPARE(best[2], QByteArray("gene"));
    QCOMPARE(best[8], QByteArray("0"));
    QVERIFY(best[3].toDouble() < 0.05);

    QVERIFY(QFile::exists(file("spikes.fa")));
    result = run({"motifs", "enrich", "--motifs", file("query.pfm"), "--input", file("spikes.fa"), "--output", file("enr.json"), "--json"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QJsonObject row = QJsonDocument::fromJson(result.out.toUtf8()).array()[0].toObject();
    QCOMPARE(row["sequences_with"].toString(), QString("60"));
    QVERIFY(row["q"].toString().toDouble() < 1e-10);

    writeFile(file("scan.fa"), ">s\nCCGATTACACCATGGATTACATAAGATTACA\n");
    writeFile(file("scan.tsv"), "id\tcds_start\tcds_end\ns\t11\t24\n");
    result = run({"motifs", "scan", "--motifs", file("query.pfm"), "--input", file("scan.fa"), "--cds", file("scan.tsv"), "--output", file("hits.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QByteArrayList hits = lines("hits.tsv");
    QCOMPARE(hits.size(), 4);
    const QByteArrayList coding = hits[2].split('\t');
    QCOMPARE(coding[2], QByteArray("14"));
    QCOMPARE(coding[7], QByteArray("cds"));
    QCOMPARE(coding[9], QByteArray("0"));
    QVERIFY(hits[1].contains("\tutr5\t") && hits[3].contains("\tutr3\t"));
    QVERIFY(readFile(file("hits.frames.tsv")).contains("q\t0\t1\n"));
}

void TestCliPopulations::filtersBecomeMotifs()
{
    const QByteArrayList fasta = lines("spikes.fa");
    std::vector<std::string> ids;
    io::NpzArrays arrays;
    for (int record = 0; record < 60; ++record) {
        const std::string letters = fasta[2 * record + 1].toStdString();
        std::vector<float> activations;
        for (std::size_t p = 0; p + 7 <= letters.size(); ++p) {
            activations.push_back(letters.substr(p, 7) == "GATTACA" ? 4.0F : 0.1F);
            activations.push_back(letters.substr(p, 7) == "GATTACA" ? 2.0F : 0.0F);
            activations.push_back(float(p % 7));
        }
        ids.push_back("s" + std::to_string(record));
        arrays["activations/" + std::to_string(record)] =
            io::NpyArray::of(activations, {std::int64_t(activations.size() / 3), 3});
    }
    arrays["ids"] = io::NpyArray::of(ids);
    QVERIFY(io::writeNpz(file("act.npz").toStdString(), arrays).has_value());
    const CliResult result = run({"motifs", "filters", "--activations", file("act.npz"), "--input", file("spikes.fa"), "--kernel", "7",
                                  "--output", file("filters.meme"), "--table", file("filters.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QByteArrayList rows = lines("filters.tsv");
    QCOMPARE(rows.size(), 4);
    QCOMPARE(rows[1].split('\t')[3], QByteArray("GATTACA"));
    QCOMPARE(rows[1].split('\t')[2], QByteArray("60"));
    QVERIFY(readFile(file("filters.meme")).contains("MOTIF filter0"));
    QCOMPARE(lines("filters.merges.tsv").size(), 3);
    writeFile(file("fewer.fa"), ">s0\nACGT\n");
    QCOMPARE(run({"motifs", "filters", "--activations", file("act.npz"), "--input", file("fewer.fa"), "--kernel", "7",
                  "--output", file("f2.meme")}).exitCode, 1);
}

void TestCliPopulations::vectorsAreLaidOut()
{
    std::mt19937_64 random(4);
    QByteArray table = "id\ta\tb\tc\n";
    for (int i = 0; i < 60; ++i) {
        table += "v" + QByteArray::number(i);
        for (int column = 0; column < 3; ++column)
            table += "\t" + QByteArray::number((i % 2 == 0 ? 0.0 : 20.0) + double(random() % 1000) / 500);
        table += "\n";
    }
    writeFile(file("v.tsv"), table);
    CliResult result = run({"embed", "--vectors", file("v.tsv"), "--method", "pca", "--output", file("pca.tsv"), "--json"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QCOMPARE(lines("pca.tsv")[0], QByteArray("id\tpc1\tpc2"));
    const QJsonArray components = QJsonDocument::fromJson(result.out.toUtf8()).array();
    QVERIFY(components[0]["explained_share"].toString().toDouble() > 0.95);
    const QStringList umap{"embed", "--vectors", file("v.tsv"), "--neighbours", "10", "--epochs", "100", "--seed", "3", "--output"};
    QVERIFY(run(umap + QStringList{file("u1.tsv")}).exitCode == 0);
    QVERIFY(run(umap + QStringList{file("u2.tsv")}).exitCode == 0);
    QCOMPARE(readFile(file("u1.tsv")), readFile(file("u2.tsv")));
    QCOMPARE(lines("u1.tsv").size(), 61);
}

void TestCliPopulations::modelAndFileGiveTheSame()
{
    CliResult trained;
    const QString model = nscope::test::trainTinyModel(m_folder.path(), trained);
    QVERIFY2(trained.exitCode == 0, qPrintable(trained.err));
    const QStringList asked{"--model", model, "--method", "taylor", "--input", file("x.fa"), "--threads", "1"};
    CliResult result = run(QStringList{"explain", "--output", file("t.npz")} + asked);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    result = run(QStringList{"metagene", "--cds", file("cds.tsv"), "--output", file("direct.tsv")} + asked);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    result = run({"metagene", "--cds", file("cds.tsv"), "--output", file("byfile.tsv"), "--explanation", file("t.npz")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QCOMPARE(readFile(file("direct.tsv")), readFile(file("byfile.tsv")));
    QCOMPARE(readFile(file("direct.spectrum.tsv")), readFile(file("byfile.spectrum.tsv")));
    QCOMPARE(lines("direct.tsv").size(), 76);
}

void TestCliPopulations::attentionIsAveraged()
{
    const QString model = m_folder.path() + "/run/model.safetensors";
    QVERIFY(QFile::exists(model));
    CliResult result = run({"attention", "--model", model, "--input", file("x.fa"), "--threads", "1", "--output", file("att.npz")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    result = run({"metagene", "--attention", file("att.npz"), "--input", file("x.fa"), "--cds", file("cds.tsv"), "--layer", "1",
                  "--head", "0", "--output", file("attm.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    double sum = 0;
    const QByteArrayList rows = lines("attm.start.tsv");
    for (qsizetype i = 1; i < rows.size(); ++i)
        sum += rows[i].split('\t')[1].toDouble();
    QVERIFY2(std::abs(sum - 1) < 1e-4, qPrintable(QString::number(sum)));  // all transcripts are equally long
    result = run({"metagene", "--attention", file("att.npz"), "--input", file("x.fa"), "--cds", file("cds.tsv"), "--head", "99",
                  "--output", file("attm.tsv")});
    QCOMPARE(result.exitCode, 1);
}

void TestCliPopulations::wrongUseIsRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("mentioned");
    const QString ism = file("ism.npz"), cds = file("cds.tsv"), out = file("no.tsv");
    QTest::newRow("no source") << QStringList{"metagene", "--output", out} << 2 << "--explanation";
    QTest::newRow("two sources") << QStringList{"metagene", "--explanation", ism, "--model", "m", "--output", out} << 2 << "--explanation";
    QTest::newRow("no coding region") << QStringList{"metagene", "--explanation", ism, "--output", out} << 2 << "--cds";
    QTest::newRow("codons without regions") << QStringList{"codons", "--explanation", ism, "--output", out} << 2 << "--cds";
    QTest::newRow("no explanation file") << QStringList{"metagene", "--explanation", cds, "--output", out} << 1 << "cds.tsv";
    QTest::newRow("motifs alone") << QStringList{"motifs"} << 2 << "subcommand";
    QTest::newRow("motifs of a FASTA") << QStringList{"motifs", "compare", "--query", file("x.fa"), "--database", file("x.fa"), "--output", out}
                                       << 1 << "x.fa";
    QTest::newRow("unknown score") << QStringList{"metagene", "--explanation", ism, "--score", "big", "--output", out} << 2 << "--score";
    QTest::newRow("other sequences") << QStringList{"agreement", "--first", ism, "--second", file("spikes.npz"), "--output", out} << 1 << "same sequences";
    QTest::newRow("embed a FASTA") << QStringList{"embed", "--vectors", file("x.fa"), "--output", out} << 1 << "x.fa";
    QTest::newRow("too many neighbours") << QStringList{"embed", "--vectors", file("v.tsv"), "--neighbours", "100", "--output", out}
                                         << 2 << "neighbours";
}

void TestCliPopulations::wrongUseIsRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QString, mentioned);
    const CliResult result = run(arguments);
    QCOMPARE(refusalFault(result, status, mentioned), QString());
    QVERIFY(!QFile::exists(file("no.tsv")));
}

QTEST_GUILESS_MAIN(TestCliPopulations)
#include "tst_cli_populations.moc"
