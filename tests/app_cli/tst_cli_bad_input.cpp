// Purpose: whatever is wrong with a file, the program says so in one sentence with the file and the record, ends with
// status 1, and leaves no output behind.
#include "tests/app_cli/tiny_model.h"

#include <QtTest/QtTest>

#include <cmath>
#include <cstring>

using nscope::test::CliResult;
using nscope::test::readFile;
using nscope::test::runCli;
using nscope::test::writeFile;

namespace {

/// gzip of ">a\n" + 300 random-like letters, cut in the middle (made with Qt's zlib: raw deflate inside qCompress).
QByteArray truncatedGzip()
{
    const QByteArray packed = qCompress(">a\n" + nscope::test::madeUpLetters(1, 3000, false) + "\n");
    const QByteArray deflate = packed.mid(4 + 2, packed.size() - 4 - 2 - 4);
    const QByteArray header = QByteArray::fromHex("1f8b0800000000000003");
    return (header + deflate).left(header.size() + deflate.size() / 2);
}

/// A safetensors file: length of the header, header, data.
QByteArray safetensors(const QByteArray& header, const QByteArray& data)
{
    const quint64 length = quint64(header.size());
    QByteArray bytes(8, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes + header + data;
}

}  // namespace

class TestCliBadInput : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void badSequencesAreNamed_data();
    void badSequencesAreNamed();
    void badCodingRegionsAreNamed();
    void badWeightsAreNamed_data();
    void badWeightsAreNamed();
    void cardWithoutWeights();
    void weightsWithoutCard();
    void brokenCard();
    void changedWeightsAreNoticed();
    void changedCardIsNoticed();
    void torchScriptRunsOnlyWhenAllowed();
    void unknownModel();
    void wrongRequestsAreUsageErrors_data();
    void wrongRequestsAreUsageErrors();
    void badTrainingSettingsAreNamed();
    void usedTrainingFolderIsRefused();

private:
    QString file(const QString& name) const { return m_folder.filePath(name); }
    void verifyFailed(const CliResult& result, int exitCode, const QStringList& mentioned) const;
    QString copyOfModel(const QString& name) const;
    /// What the model's card promises for this output.
    double goldenValue(const QString& output) const;

    QTemporaryDir m_folder;
    QString m_model;
};

void TestCliBadInput::verifyFailed(const CliResult& result, int exitCode, const QStringList& mentioned) const
{
    QVERIFY2(result.exitCode == exitCode, qPrintable(QString::number(result.exitCode) + ": " + result.err));
    QVERIFY2(result.errorLines().size() == 1, qPrintable(result.err));
    for (const QString& part : mentioned)
        QVERIFY2(result.err.contains(part), qPrintable(result.err + " lacks " + part));
    const QStringList outputs = QDir(m_folder.path()).entryList({"*output*"}, QDir::Files | QDir::Hidden);
    QVERIFY2(outputs.isEmpty(), qPrintable(outputs.join(' ')));
}

/// The model under another name, card included.
QString TestCliBadInput::copyOfModel(const QString& name) const
{
    const QString weights = file(name + ".safetensors");
    writeFile(weights, readFile(m_model));
    writeFile(file(name + ".card.json"), readFile(QString(m_model).replace(".safetensors", ".card.json")));
    return weights;
}

double TestCliBadInput::goldenValue(const QString& output) const
{
    const QByteArray card = readFile(QString(m_model).replace(".safetensors", ".card.json"));
    return QJsonDocument::fromJson(card)["golden"]["scalars"][output].toDouble(qQNaN());
}

void TestCliBadInput::initTestCase()
{
    CliResult result;
    m_model = nscope::test::trainTinyModel(m_folder.path(), result);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QVERIFY(QFileInfo::exists(m_model));
}

void TestCliBadInput::badSequencesAreNamed_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QStringList>("mentioned");
    const QByteArray binary = QByteArray::fromHex("7f454c4602010100000000000000000003003e00");
    QTest::newRow("empty") << "empty.fa" << QByteArray() << QStringList{"empty"};
    QTest::newRow("binary") << "program.fa" << binary << QStringList{};
    QTest::newRow("zero bytes") << "zero.fa" << QByteArray(">a\nACGT\n>b\nAC\0GT\n", 18) << QStringList{"b"};
    QTest::newRow("letters") << "letters.fa" << QByteArray(">good\nACGT\n>wrong one\nACGT\nACJT\n")
                             << QStringList{"wrong", "line 5", "position 7", "J"};
    QTest::newRow("late record") << "late.fa" << QByteArray(">good\nACGT\n>late\nAC1GT\n") << QStringList{"late"};
    QTest::newRow("duplicate") << "twice.fa" << QByteArray(">a\nACGT\n>b\nACGT\n>a x\nGGGG\n") << QStringList{"a"};
    QTest::newRow("no header") << "text.fa" << QByteArray("Dear all,\n") << QStringList{">"};
    QTest::newRow("no name") << "noname.fa" << QByteArray(">\nACGT\n") << QStringList{"name"};
    QTest::newRow("no letters") << "hollow.fa" << QByteArray(">a\n>b\nACGT\n") << QStringList{"record a"};
    QTest::newRow("truncated gzip") << "cut.fa.gz" << truncatedGzip() << QStringList{"truncated"};
}

void TestCliBadInput::badSequencesAreNamed()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QStringList, mentioned);
    writeFile(file(name), bytes);
    const CliResult result =
        runCli({"predict", "--model", m_model, "--input", file(name), "--output", file("output.tsv"), "--quiet"});
    verifyFailed(result, 1, QStringList{name} + mentioned);
}

void TestCliBadInput::badCodingRegionsAreNamed()
{
    writeFile(file("short.fa"), ">a\nATGTAA\n");
    writeFile(file("long.tsv"), "id\tcds_start\tcds_end\na\t0\t9\n");
    const CliResult result = runCli({"predict", "--model", m_model, "--input", file("short.fa"), "--cds",
                                     file("long.tsv"), "--output", file("output.tsv"), "--quiet"});
    verifyFailed(result, 1, {"long.tsv", "record a", "line 2"});
}

void TestCliBadInput::badWeightsAreNamed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("mentioned");
    const QByteArray tensor = R"({"dtype":"F32","shape":[2],"data_offsets":)";
    QTest::newRow("empty") << QByteArray() << "";
    QTest::newRow("header beyond the file") << QByteArray(8, '\x7f') << "";
    QTest::newRow("header not JSON") << safetensors("not json", "") << "";
    QTest::newRow("overlap") << safetensors("{\"a\":" + tensor + "[0,8]},\"b\":" + tensor + "[4,12]}}",
                                            QByteArray(12, '\0'))
                             << "b";
    QTest::newRow("hole") << safetensors("{\"a\":" + tensor + "[0,8]},\"b\":" + tensor + "[12,20]}}",
                                         QByteArray(20, '\0'))
                          << "b";
    QTest::newRow("huge offsets") << safetensors("{\"a\":" + tensor + "[18446744073709551608,18446744073709551616]}}",
                                                 QByteArray(8, '\0'))
                                  << "a";
    QTest::newRow("offsets beyond the file") << safetensors("{\"a\":" + tensor + "[0,8]}}", QByteArray(4, '\0')) << "a";
    QTest::newRow("other weights") << safetensors("{\"a\":" + tensor + "[0,8]}}", QByteArray(8, '\0')) << "encoder";
}

void TestCliBadInput::badWeightsAreNamed()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, mentioned);
    const QString weights = copyOfModel("weights");
    writeFile(weights, bytes);
    verifyFailed(runCli({"models", weights}), 1, {"weights.safetensors", mentioned});
}

void TestCliBadInput::cardWithoutWeights()
{
    const QString weights = copyOfModel("lonely");
    QVERIFY(QFile::remove(weights));
    verifyFailed(runCli({"models", weights}), 1, {"lonely"});
    verifyFailed(runCli({"models", file("lonely.card.json")}), 1, {"lonely"});
}

void TestCliBadInput::weightsWithoutCard()
{
    const QString weights = copyOfModel("bare");
    QVERIFY(QFile::remove(file("bare.card.json")));
    verifyFailed(runCli({"models", weights}), 1, {"bare"});
}

void TestCliBadInput::brokenCard()
{
    const QString weights = copyOfModel("broken");
    writeFile(file("broken.card.json"), "{\"id\": \"broken\", ");
    verifyFailed(runCli({"models", weights}), 1, {"broken.card.json"});
    writeFile(file("broken.card.json"), "{\"id\": \"broken\", \"architecture\": \"bioseq2seq\", \"licens\": \"\"}");
    verifyFailed(runCli({"models", weights}), 1, {"broken.card.json", "licens"});
}

/// Output, computed and expected value must be named: "log_odds is 0.25 instead of 1.25".
void TestCliBadInput::changedWeightsAreNoticed()
{
    const QString weights = copyOfModel("changed");
    QByteArray bytes = readFile(weights);
    const float other = 3.25f;
    for (qsizetype at = bytes.size() / 2; at + 4 <= bytes.size(); at += 64)
        std::memcpy(bytes.data() + at - at % 4, &other, sizeof other);
    writeFile(weights, bytes);
    const CliResult result = runCli({"models", weights});
    verifyFailed(result, 1, {"changed.safetensors", "golden example", "do not belong together"});
    static const QRegularExpression kDifference("(\\w+) is (-?[0-9.e-]+) instead of (-?[0-9.e-]+)\\.");
    const QRegularExpressionMatch said = kDifference.match(result.err);
    QVERIFY2(said.hasMatch(), qPrintable(result.err));
    QVERIFY(std::abs(said.captured(3).toDouble() - goldenValue(said.captured(1))) < 1e-6);
    QVERIFY(std::abs(said.captured(2).toDouble() - goldenValue(said.captured(1))) > 1e-4);
}

void TestCliBadInput::changedCardIsNoticed()
{
    const QString weights = copyOfModel("promised"), card = file("promised.card.json");
    QJsonObject json = QJsonDocument::fromJson(readFile(card)).object();
    QJsonObject golden = json["golden"].toObject();
    QJsonObject scalars = golden["scalars"].toObject();
    const double computed = scalars["log_odds"].toDouble();
    scalars["log_odds"] = computed + 1.0;
    golden["scalars"] = scalars;
    json["golden"] = golden;
    writeFile(card, QJsonDocument(json).toJson());
    const CliResult result = runCli({"models", weights});
    verifyFailed(result, 1, {"promised.safetensors", "log_odds is ", " instead of "});
    static const QRegularExpression kDifference("log_odds is (-?[0-9.e-]+) instead of (-?[0-9.e-]+)\\.");
    const QRegularExpressionMatch said = kDifference.match(result.err);
    QVERIFY2(said.hasMatch(), qPrintable(result.err));
    QVERIFY(std::abs(said.captured(1).toDouble() - computed) < 1e-4);
    QVERIFY(std::abs(said.captured(2).toDouble() - computed - 1.0) < 1e-6);
    // The same card unharmed loads.
    QCOMPARE(runCli({"models", copyOfModel("promised")}).exitCode, 0);
}

void TestCliBadInput::torchScriptRunsOnlyWhenAllowed()
{
    writeFile(file("script.pt"), "no zip archive");
    writeFile(file("script.card.json"), R"({"id": "script", "architecture": "torchscript", "options": {"names": "a"},
        "golden": {"sequence": "ACGT", "scalars": {"a": 1.0}}})");
    verifyFailed(runCli({"models", file("script.pt")}), 1, {"script.pt", "--allow-torchscript"});
    verifyFailed(runCli({"models", file("script.pt"), "--allow-torchscript"}), 1,
                 {"script.pt", "not a TorchScript file"});
}

void TestCliBadInput::unknownModel()
{
    writeFile(file("good.fa"), ">a\nACGTACGT\n");
    verifyFailed(runCli({"predict", "--model", "no-such-model", "--input", file("good.fa"), "--output",
                         file("output.tsv"), "--quiet"}),
                 1, {"no-such-model"});
}

void TestCliBadInput::wrongRequestsAreUsageErrors_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("mentioned");
    QTest::newRow("method") << QStringList{"explain", "--method", "guess"} << "ism";
    QTest::newRow("target") << QStringList{"explain", "--method", "gradient", "--target", "class:XX"} << "logit:PC-NC";
    QTest::newRow("method option") << QStringList{"explain", "--method", "gradient", "--option", "speed=9"} << "speed";
    QTest::newRow("layer") << QStringList{"attention", "--layer", "9"} << "--layer";
    QTest::newRow("device") << QStringList{"predict", "--device", "toaster"} << "toaster";
}

void TestCliBadInput::wrongRequestsAreUsageErrors()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, mentioned);
    writeFile(file("good.fa"), ">a\nACGTACGTACGTACGTACGTACGT\n");
    const QString output = file(arguments.first() == "predict" ? "output.tsv" : "output.npz");
    verifyFailed(
        runCli(arguments + QStringList{"--model", m_model, "--input", file("good.fa"), "--output", output, "--quiet"}),
        2, {mentioned});
}

void TestCliBadInput::badTrainingSettingsAreNamed()
{
    writeFile(file("wrong.json"), "{\"data\": {\"fasta\": \"a\", \"table\": \"b\"}, \"limits\": {\"max_stepz\": 3}}");
    const CliResult result = runCli({"train", "--config", file("wrong.json"), "--output", file("wrong_run")});
    QVERIFY2(result.exitCode != 0, qPrintable(result.err));
    QCOMPARE(result.errorLines().size(), 1);
    QVERIFY2(result.err.contains("max_stepz"), qPrintable(result.err));
    QVERIFY(!QFileInfo::exists(file("wrong_run")));
}

void TestCliBadInput::usedTrainingFolderIsRefused()
{
    const QByteArray before = readFile(m_model);
    const CliResult result = runCli({"train", "--config", file("run.json"), "--output", file("run")});
    QVERIFY(result.exitCode != 0);
    QCOMPARE(result.errorLines().size(), 1);
    QCOMPARE(readFile(m_model), before);
}

QTEST_GUILESS_MAIN(TestCliBadInput)
#include "tst_cli_bad_input.moc"
