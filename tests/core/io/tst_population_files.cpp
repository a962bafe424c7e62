// Tests of the files of population analyses: motifs in three formats, explanations and attention read back, result tables.
#include "core/io/attention_reader.h"
#include "core/io/attention_writer.h"
#include "core/io/atomic_file.h"
#include "core/io/attribution_reader.h"
#include "core/io/attribution_writer.h"
#include "core/io/motif_file.h"
#include "core/io/npz.h"
#include "core/io/result_tables.h"
#include "tests/support/temporary_folder.h"

#include <QFile>
#include <QTest>

#include <cmath>
#include <nlohmann/json.hpp>

using namespace nscope;
using namespace nscope::io;

class TestPopulationFiles : public QObject {
    Q_OBJECT

private slots:
    void memeRoundTrip()
    {
        const data::MotifSet motifs{{"m1", "PUM2", data::Alphabet::Rna, {0.1, 0.2, 0.3, 0.4, 1, 0, 0, 0}, 12},
                                    {"m2", "", data::Alphabet::Rna, {0.25, 0.25, 0.25, 0.25}, 0}};
        QVERIFY(writeMeme(path("a.meme"), motifs).has_value());
        const auto read = readMotifs(path("a.meme"));
        QVERIFY2(read.has_value(), read ? "" : read.error().sentence().c_str());
        QCOMPARE(read->size(), std::size_t(2));
        for (std::size_t i = 0; i < 2; ++i) {
            QCOMPARE((*read)[i].id, motifs[i].id);
            QCOMPARE((*read)[i].name, motifs[i].name);
            QCOMPARE((*read)[i].sites, motifs[i].sites);
            QVERIFY((*read)[i].alphabet == data::Alphabet::Rna);
            for (std::size_t k = 0; k < motifs[i].probabilities_WC.size(); ++k)
                QVERIFY(std::abs((*read)[i].probabilities_WC[k] - motifs[i].probabilities_WC[k]) < 1e-12);
        }
        data::MotifSet mixed = motifs;
        mixed[1].alphabet = data::Alphabet::Dna;
        QVERIFY(!writeMeme(path("b.meme"), mixed));
    }
    void everyFormatGivesTheSameMotif_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("JASPAR with letters") << QByteArray(">MA1 name\nA [ 8 0 1 ]\nC [ 0 8 1 ]\nG [ 0 0 1 ]\nT [ 0 0 5 ]\n");
        QTest::newRow("four rows") << QByteArray(">MA1 name\n8 0 1\n0 8 1\n0 0 1\n0 0 5\n");
        QTest::newRow("one row per column") << QByteArray("# comment\n>MA1\tname\n8 0 0 0\n0 8 0 0\n1\t1\t1\t5\n");
        QTest::newRow("MEME") << QByteArray("MEME version 5\nALPHABET= ACGT\n\nMOTIF MA1 name\nletter-probability matrix: alength= 4 w= 3 "
                                            "nsites= 8 E= 1e-5\n1 0 0 0\n0 1 0 0\n0.125 0.125 0.125 0.625\nURL x\n");
        QTest::newRow("TRANSFAC") << QByteArray("AC MA1\nXX\nID name\nXX\nPO A C G T\n01 8 0 0 0 A\n02 0 8 0 0 C\n03 1 1 1 5 T\nXX\n//\n");
    }
    void everyFormatGivesTheSameMotif()
    {
        QFETCH(QByteArray, text);
        const auto motifs = read(text);
        QVERIFY2(motifs.has_value(), motifs ? "" : motifs.error().sentence().c_str());
        QCOMPARE(motifs->size(), std::size_t(1));
        const data::Motif& motif = motifs->front();
        QCOMPARE(motif.id, std::string("MA1"));
        QCOMPARE(motif.name, std::string("name"));
        QCOMPARE(motif.sites, 8.0);
        QCOMPARE(motif.probabilities_WC, (std::vector<double>{1, 0, 0, 0, 0, 1, 0, 0, 0.125, 0.125, 0.125, 0.625}));
    }
    void squareMatricesFollowTheOthers()
    {
        const QByteArray square = "1 0 0 0\n1 0 0 0\n0 0 1 0\n0 0 0 1\n";
        QVERIFY(!read(">only\n" + square));
        const auto upright = read(">a\n" + square + ">b\n1 0 0 0\n0 1 0 0\n");
        QVERIFY(upright.has_value());
        QCOMPARE(data::consensus(upright->front()), std::string("AAGT"));
    }
    void brokenMotifsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("mentioned");
        QTest::newRow("empty") << QByteArray("") << "empty";
        QTest::newRow("no motif") << QByteArray("MEME version 4\n") << "no motif";
        QTest::newRow("some text") << QByteArray("hello world\n") << "no motif";
        QTest::newRow("row does not sum to 1") << QByteArray("MEME version 4\nMOTIF a\nletter-probability matrix: w= 1\n0.5 0.1 0.1 0.1\n") << "line 4";
        QTest::newRow("too few rows") << QByteArray("MEME version 4\nMOTIF a\nletter-probability matrix: w= 2\n1 0 0 0\n") << "ends inside";
        QTest::newRow("huge width") << QByteArray("MEME version 4\nMOTIF a\nletter-probability matrix: w= 2000000000\n1 0 0 0\n") << "width";
        QTest::newRow("protein") << QByteArray("MEME version 4\nALPHABET= ACDEFGHIKLMNPQRSTVWY\n") << "ACGT";
        QTest::newRow("no number") << QByteArray(">a\n1 0 x 0\n") << "line 2";
        QTest::newRow("negative") << QByteArray(">a\n1 0 -1 0\n") << "-1";
        QTest::newRow("nan") << QByteArray(">a\n1 0 nan 0\n") << "nan";
        QTest::newRow("uneven rows") << QByteArray(">a\n1 0 0 0\n1 0 0\n") << "four";
        QTest::newRow("zero column") << QByteArray(">a\n0 0 0 0\n") << "zero";
        QTest::newRow("letters out of order") << QByteArray(">a\nA 1 2\nG 1 2\n") << "A, C, G, T";
        QTest::newRow("doubled id") << QByteArray(">a\n1 0 0 0\n>a\n1 0 0 0\n") << "Two motifs";
        QTest::newRow("header alone") << QByteArray(">a\n") << "four";
        QTest::newRow("TRANSFAC without end") << QByteArray("AC a\nPO A C G T\n01 1 1 1 1\n") << "//";
    }
    void brokenMotifsAreRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, mentioned);
        const auto motifs = read(text);
        QVERIFY(!motifs.has_value());
        QVERIFY2(QString::fromStdString(motifs.error().sentence()).contains(mentioned), motifs.error().sentence().c_str());
    }
    void explanationsReadBack()
    {
        data::Attribution first, second;
        first.method = second.method = "ism";
        first.target = second.target = "logit:PC-NC";
        first.meaning = second.meaning = "change";
        first.modelHash = second.modelHash = "abc";
        first.values_LC = {0, 1, 2, 3, 4, 0, 5, 6};
        first.referenceScore = 1.5;
        second.values_LC = {0.5F, 0, 0, 0};
        second.exact_L = {0};
        const data::Sequence a{"a", "", "AC", data::Alphabet::Rna}, b{"b", "", "T", data::Alphabet::Rna};
        auto writer = AttributionWriter::open(path("x.npz"));
        QVERIFY(writer && (*writer)->add(a, first) && (*writer)->add(b, second) && (*writer)->finish());
        auto reader = AttributionReader::open(path("x.npz"));
        QVERIFY2(reader.has_value(), reader ? "" : reader.error().sentence().c_str());
        QCOMPARE(reader->ids(), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(reader->method(), std::string("ism"));
        auto record = reader->next();
        QVERIFY(record && *record);
        QVERIFY((*record)->attribution == first);
        QCOMPARE((*record)->sequence.letters, std::string("AC"));
        record = reader->next();
        QVERIFY(record && *record);
        QVERIFY((*record)->attribution == second);
        QCOMPARE((*record)->sequence.letters, std::string("T"));
        QVERIFY((*record)->sequence.alphabet == data::Alphabet::Rna);
        record = reader->next();
        QVERIFY(record && !*record);
    }
    void brokenExplanationsAreRefused()
    {
        QVERIFY(!AttributionReader::open(path("missing.npz")));
        QVERIFY(writeNpz(path("other.npz"), {{"ids", NpyArray::of(std::vector<std::string>{"a"})}}).has_value());
        QVERIFY(!AttributionReader::open(path("other.npz")));
        NpzArrays arrays{{"ids", NpyArray::of(std::vector<std::string>{"a"})},
                         {"method", NpyArray::scalar(std::string("ism"))},
                         {"target", NpyArray::scalar(std::string("t"))},
                         {"meaning", NpyArray::scalar(std::string("m"))},
                         {"model_hash", NpyArray::scalar(std::string("h"))},
                         {"reference_score", NpyArray::of(std::vector<double>{1.0})},
                         {"sequence/0", NpyArray::scalar(std::string("ACG"))},
                         {"attribution/0", NpyArray::of(std::vector<float>(8), {2, 4})}};
        QVERIFY(writeNpz(path("short.npz"), arrays).has_value());
        auto reader = AttributionReader::open(path("short.npz"));
        QVERIFY(reader.has_value());
        QVERIFY(!reader->next());
        arrays["sequence/0"] = NpyArray::scalar(std::string("A?"));
        QVERIFY(writeNpz(path("letters.npz"), arrays).has_value());
        reader = AttributionReader::open(path("letters.npz"));
        QVERIFY(reader.has_value());
        QVERIFY(!reader->next());
        arrays["reference_score"] = NpyArray::of(std::vector<double>{});
        QVERIFY(writeNpz(path("scores.npz"), arrays).has_value());
        QVERIFY(!AttributionReader::open(path("scores.npz")));
    }
    void attentionReadsBack()
    {
        data::AttentionMap map;
        map.layer = 1;
        map.heads = {0, 1};
        map.queries = {"<s>"};
        map.keyStartNt = 1;
        map.keyCount = 2;
        map.weights_HQK = {0.25F, 0.75F, 0.5F, 0.5F};
        auto writer = AttentionWriter::open(path("t.npz"));
        QVERIFY(writer && (*writer)->add({"a", "", "ACG", data::Alphabet::Rna}, map) && (*writer)->finish());
        const auto reader = AttentionReader::open(path("t.npz"));
        QVERIFY(reader.has_value());
        const auto read = reader->read(0, 1);
        QVERIFY(read.has_value());
        QVERIFY(*read == map);
        QVERIFY(!reader->read(0, 0));
    }
    void tablesInThreeFormats()
    {
        const std::vector<ResultTable> tables{
            {"bins", {{"region", std::vector<std::string>{"a", "b"}}, {"bin", std::vector<std::int64_t>{0, 1}}, {"mean", std::vector<double>{0.5, NAN}}}},
            {"frames", {{"frame", std::vector<std::int64_t>{2}}}}};
        QVERIFY(writeResultTables(path("r.tsv"), tables).has_value());
        QCOMPARE(bytes("r.tsv"), QByteArray("region\tbin\tmean\na\t0\t0.5\nb\t1\tnan\n"));
        QCOMPARE(bytes("r.frames.tsv"), QByteArray("frame\n2\n"));
        QVERIFY(writeResultTables(path("r.json"), tables, {{"model", "m"}}).has_value());
        const auto json = nlohmann::json::parse(bytes("r.json").toStdString());
        QCOMPARE(json["provenance"]["model"].get<std::string>(), std::string("m"));
        QVERIFY(json["tables"]["bins"]["mean"][1].is_null());
        QCOMPARE(json["tables"]["frames"]["frame"][0].get<int>(), 2);
        QVERIFY(writeResultTables(path("r.npz"), tables).has_value());
        const auto arrays = readNpz(path("r.npz"));
        QVERIFY(arrays.has_value());
        QCOMPARE(arrays->at("bins/region").as<std::string>()->at(1), std::string("b"));
        QCOMPARE(arrays->at("bins/mean").as<double>()->at(0), 0.5);
        QVERIFY(!writeResultTables(path("r.xls"), tables));
        QVERIFY(!writeResultTables(path("u.tsv"), {{"t", {{"a", std::vector<double>{1}}, {"b", std::vector<double>{}}}}}));
        QVERIFY(!QFile::exists(QString::fromStdString(path("u.tsv"))));
    }

private:
    std::string path(const char* name) const { return m_folder.path(name); }
    QByteArray bytes(const char* name) const
    {
        QFile file(QString::fromStdString(path(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    Result<data::MotifSet> read(const QByteArray& text)
    {
        if (const auto written = writeFileAtomically(path("motifs.txt"), text.toStdString()); !written)
            return fail(written.error());
        return readMotifs(path("motifs.txt"));
    }

    tests::TemporaryFolder m_folder;
};

QTEST_APPLESS_MAIN(TestPopulationFiles)
#include "tst_population_files.moc"
