// Purpose: the analyses as scripts use them: names of columns and arrays, order of rows, exact mutagenesis equal to
// single predictions, stopping by Ctrl+C. On a tiny model.
#include "tests/app_cli/tiny_model.h"

#include "core/io/npz.h"

#include <QtTest/QtTest>

#include <cmath>
#include <csignal>
#include <map>

using nscope::io::NpzArrays;
using nscope::test::CliResult;
using nscope::test::madeUpLetters;
using nscope::test::readFile;
using nscope::test::runCli;
using nscope::test::writeFile;

namespace {

using Table = QList<QStringList>;

Table readTable(const QString& path) { return nscope::test::rowsOf(readFile(path)); }

std::vector<std::int64_t> shapeOf(const NpzArrays& arrays, const std::string& name)
{
    const auto found = arrays.find(name);
    return found == arrays.end() ? std::vector<std::int64_t>{-1} : found->second.shape;
}

}  // namespace

class TestCliAnalyses : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void predictionsKeepOrderAndNames();
    void predictionsAreTheSameInEveryFormat();
    void predictionsRepeatExactly();
    void standardInputIsRead();
    void tablesGoToStandardOutput_data();
    void tablesGoToStandardOutput();
    void translationsAddBeams();
    void mutagenesisEqualsSinglePredictions();
    void explanationsHaveNamesAndShapes_data();
    void explanationsHaveNamesAndShapes();
    void explanationsReportOnThemselves();
    void dropoutAddsASpread();
    void attentionSumsToOne();
    void filtersHavePeriods();
    void modelsAndMethodsAreListed();
    void evaluationReports();
    void codingRegionsAreFoundByOrfs();
    void interruptLeavesNothing();
    void interruptedTrainingGoesOn();

private:
    QString file(const QString& name) const { return m_folder.filePath(name); }
    CliResult analyse(const QString& command, const QString& input, const QString& output,
                      const QStringList& more = {});
    NpzArrays arrays(const QString& name) const;

    QTemporaryDir m_folder;
    QString m_model;
};

void TestCliAnalyses::initTestCase()
{
    CliResult result;
    m_model = nscope::test::trainTinyModel(m_folder.path(), result);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QByteArray fasta;
    for (int record = 0; record < 7; ++record)
        fasta += ">r" + QByteArray::number(record) + " some words\n"
                 + madeUpLetters(quint64(100 + record), 90 - 7 * (record % 4), record % 2 == 0) + "\n";
    writeFile(file("seven.fa"), fasta);
    writeFile(file("one.fa"), ">only\n" + madeUpLetters(9, 61, true) + "\n");
}

CliResult TestCliAnalyses::analyse(const QString& command, const QString& input, const QString& output,
                                   const QStringList& more)
{
    return runCli(QStringList{command, "--model", m_model, "--input", file(input), "--output", file(output),
                              "--threads", "1", "--quiet"}
                  + more);
}

NpzArrays TestCliAnalyses::arrays(const QString& name) const
{
    auto read = nscope::io::readNpz(file(name).toStdString());
    if (!read)
        qFatal("%s", read.error().sentence().c_str());
    return *read;
}

void TestCliAnalyses::predictionsKeepOrderAndNames()
{
    const CliResult result = analyse("predict", "seven.fa", "p.tsv");
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QVERIFY(result.err.isEmpty());
    const Table table = readTable(file("p.tsv"));
    QCOMPARE(table.size(), 8);
    QCOMPARE(table[0].join(' '), QString("id length p_PC p_NC log_odds class"));
    for (int row = 1; row < table.size(); ++row) {
        const QStringList& cells = table[row];
        QCOMPARE(cells[0], "r" + QString::number(row - 1));
        QCOMPARE(cells[1].toInt(), 90 - 7 * ((row - 1) % 4));
        const double coding = cells[2].toDouble(), noncoding = cells[3].toDouble(), logOdds = cells[4].toDouble();
        QVERIFY(coding > 0 && noncoding > 0 && coding + noncoding < 1 + 1e-6);
        QVERIFY2(std::abs(std::log(coding / noncoding) - logOdds) < 1e-3, qPrintable(cells.join(' ')));
        QCOMPARE(cells[5], QString(logOdds >= 0 ? "PC" : "NC"));
    }
}

void TestCliAnalyses::predictionsAreTheSameInEveryFormat()
{
    QCOMPARE(analyse("predict", "seven.fa", "p.tsv").exitCode, 0);
    QCOMPARE(analyse("predict", "seven.fa", "p.npz").exitCode, 0);
    QCOMPARE(analyse("predict", "seven.fa", "p.json").exitCode, 0);
    const Table table = readTable(file("p.tsv"));
    const NpzArrays npz = arrays("p.npz");
    const auto logOdds = npz.at("log_odds").toDoubles();
    const auto* ids = npz.at("ids").as<std::string>();
    QVERIFY(logOdds && ids);
    QCOMPARE(logOdds->size(), std::size_t(7));
    for (std::size_t row = 0; row < 7; ++row) {
        QCOMPARE(QString::fromStdString((*ids)[row]), table[int(row) + 1][0]);
        QVERIFY(std::abs((*logOdds)[row] - table[int(row) + 1][4].toDouble()) < 1e-5);
    }
    QVERIFY(readFile(file("p.json")).contains("\"log_odds\""));
    QVERIFY(readFile(file("p.json")).contains("\"r6\""));
}

void TestCliAnalyses::predictionsRepeatExactly()
{
    QCOMPARE(analyse("predict", "seven.fa", "a.tsv").exitCode, 0);
    QCOMPARE(analyse("predict", "seven.fa", "b.tsv").exitCode, 0);
    QVERIFY(!readFile(file("a.tsv")).isEmpty());
    QCOMPARE(readFile(file("a.tsv")), readFile(file("b.tsv")));
}

void TestCliAnalyses::standardInputIsRead()
{
    QCOMPARE(analyse("predict", "seven.fa", "a.tsv").exitCode, 0);
    QProcess process;
    process.setStandardInputFile(file("seven.fa"));
    process.start(nscope::test::cliPath(),
                  {"predict", "--model", m_model, "--input", "-", "--output", file("s.tsv"), "--threads", "1"});
    QVERIFY(process.waitForFinished(120000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(readFile(file("s.tsv")), readFile(file("a.tsv")));
}

void TestCliAnalyses::tablesGoToStandardOutput_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::newRow("predict") << QStringList{"predict", "--model", m_model};
    QTest::newRow("explain") << QStringList{"explain", "--method", "gradient", "--model", m_model};
    QTest::newRow("attention") << QStringList{"attention", "--model", m_model};
    QTest::newRow("orfs") << QStringList{"orfs", "--min-codons", "2"};
}

void TestCliAnalyses::tablesGoToStandardOutput()
{
    QFETCH(QStringList, command);
    command += {"--input", file("one.fa"), "--threads", "1", "--output"};
    const QStringList before = QDir(m_folder.path()).entryList();
    const CliResult shown = runCli(command + QStringList{"-"});
    QVERIFY2(shown.exitCode == 0, qPrintable(shown.err));
    QCOMPARE(QDir(m_folder.path()).entryList(), before);
    QCOMPARE(runCli(command + QStringList{file("shown.tsv")}).exitCode, 0);
    QVERIFY(shown.out.count('\n') >= 2);
    QCOMPARE(shown.out.toUtf8(), readFile(file("shown.tsv")));
}

void TestCliAnalyses::translationsAddBeams()
{
    const CliResult result =
        analyse("predict", "one.fa", "t.tsv", {"--translate", "--beam", "2", "--max-length", "12"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const Table table = readTable(file("t.tsv"));
    QCOMPARE(table.size(), 2);
    QCOMPARE(table[0].mid(6).join(' '),
             QString("beam1_class beam1_score beam1_log_probability beam1_ended beam1_orf_start beam1_orf_end "
                     "beam1_peptide beam2_class beam2_score beam2_log_probability beam2_ended beam2_orf_start "
                     "beam2_orf_end beam2_peptide"));
    QVERIFY(table[1][7].toDouble() >= table[1][14].toDouble());
    QVERIFY(table[1][12].size() <= 12);
}

void TestCliAnalyses::mutagenesisEqualsSinglePredictions()
{
    const CliResult result = analyse("explain", "one.fa", "ism.tsv", {"--method", "ism"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QByteArray letters = madeUpLetters(9, 61, true);
    QByteArray mutants = ">reference\n" + letters + "\n";
    for (int position = 0; position < letters.size(); ++position)
        for (const char base : QByteArray("ACGT")) {
            QByteArray mutant = letters;
            mutant[position] = base;
            if (mutant != letters)
                mutants += ">" + QByteArray::number(position + 1) + base + "\n" + mutant + "\n";
        }
    writeFile(file("mutants.fa"), mutants);
    QCOMPARE(analyse("predict", "mutants.fa", "mutants.tsv").exitCode, 0);
    std::map<QString, double> logOdds;
    for (const QStringList& row : readTable(file("mutants.tsv")).mid(1))
        logOdds[row[0]] = row[4].toDouble();
    QCOMPARE(logOdds.size(), std::size_t(1 + 3 * letters.size()));

    const Table table = readTable(file("ism.tsv"));
    QCOMPARE(table[0].join(' '), QString("id pos ref A C G U"));
    QCOMPARE(table.size(), 1 + letters.size());
    double largest = 0;
    for (int position = 0; position < letters.size(); ++position) {
        const QStringList& row = table[position + 1];
        QCOMPARE(row[0], QString("only"));
        QCOMPARE(row[1].toInt(), position + 1);
        for (int base = 0; base < 4; ++base) {
            const QString key = row[1] + "ACGT"[base];
            const double delta = "ACGT"[base] == letters[position] ? 0.0 : logOdds.at(key) - logOdds.at("reference");
            QVERIFY2(std::abs(row[3 + base].toDouble() - delta) < 2e-4, qPrintable(row.join(' ')));
            largest = std::max(largest, std::abs(delta));
        }
    }
    QVERIFY2(largest > 1e-3, "the tiny model must react to mutations for this test to mean anything");
}

void TestCliAnalyses::explanationsHaveNamesAndShapes_data()
{
    QTest::addColumn<QString>("method");
    QTest::newRow("gradient") << "gradient";
    QTest::newRow("taylor") << "taylor";
    QTest::newRow("ism") << "ism";
    for (const char* method : {"gradient-input", "gradient-corrected", "integrated-gradients", "expected-gradients", "mdig",
                               "smoothgrad", "occlusion", "zipcode"})
        QTest::newRow(method) << method;
}

void TestCliAnalyses::explanationsHaveNamesAndShapes()
{
    QFETCH(QString, method);
    const CliResult result = analyse("explain", "seven.fa", "e.npz", {"--method", method, "--target", "logit:PC-NC"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const NpzArrays npz = arrays("e.npz");
    QCOMPARE(shapeOf(npz, "ids"), std::vector<std::int64_t>{7});
    QCOMPARE(shapeOf(npz, "lengths"), std::vector<std::int64_t>{7});
    const auto lengths = npz.at("lengths").toIntegers();
    QVERIFY(lengths.has_value());
    for (std::size_t record = 0; record < 7; ++record)
        QCOMPARE(shapeOf(npz, "attribution/" + std::to_string(record)),
                 (std::vector<std::int64_t>{(*lengths)[record], 4}));
    for (const char* name : {"target", "method", "meaning", "sequence/0"})
        QVERIFY2(npz.contains(name), name);
    const auto* target = npz.at("target").as<std::string>();
    QVERIFY(target && !target->empty());
    QCOMPARE(target->front(), std::string("logit:PC-NC"));
}

void TestCliAnalyses::explanationsReportOnThemselves()
{
    const CliResult result =
        analyse("explain", "one.fa", "g.npz",
                {"--method", "integrated-gradients", "--option", "compare_ism=5", "--diagnostics", file("g.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const Table table = readTable(file("g.tsv"));
    QCOMPARE(table.front(), (QStringList{"id", "diagnostic", "value"}));
    QStringList names;
    for (const QStringList& line : table.mid(1)) {
        QCOMPARE(line.size(), 3);
        names << line[1];
    }
    for (const char* name : {"completeness_gap", "completeness_gap_share", "gradient_points", "ism_correlation"})
        QVERIFY2(names.contains(name), name);
    const NpzArrays npz = arrays("g.npz");
    const auto* stored = npz.at("diagnostic_names/0").as<std::string>();
    QVERIFY(stored && qsizetype(stored->size()) == names.size());
    QCOMPARE(shapeOf(npz, "diagnostics/0"), std::vector<std::int64_t>{std::int64_t(names.size())});
    const CliResult wrong = analyse("explain", "one.fa", "g.npz", {"--method", "gradient", "--diagnostics", file("g.txt")});
    QVERIFY(wrong.exitCode != 0 && wrong.err.contains(".tsv"));
}

void TestCliAnalyses::dropoutAddsASpread()
{
    const CliResult result = analyse("predict", "one.fa", "d.tsv", {"--dropout", "3"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QVERIFY(readTable(file("d.tsv")).front().contains("log_odds_sd"));
    const CliResult shifted = analyse("predict", "one.fa", "s.tsv", {"--shifts", "3"});
    QVERIFY(shifted.exitCode != 0 && shifted.err.contains("window"));
}

void TestCliAnalyses::attentionSumsToOne()
{
    const CliResult result = analyse("attention", "one.fa", "a.npz");
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const NpzArrays npz = arrays("a.npz");
    for (const char* name : {"attention/0/layer0", "attention/0/layer1"}) {
        const std::vector<std::int64_t> shape = shapeOf(npz, name);
        QCOMPARE(shape.size(), std::size_t(3));
        QCOMPARE(shape[0], std::int64_t(2));
        QCOMPARE(shape[2], std::int64_t(61));
        const auto weights = npz.at(name).toDoubles();
        for (std::int64_t row = 0; row < shape[0] * shape[1]; ++row) {
            double sum = 0;
            for (std::int64_t key = 0; key < shape[2]; ++key)
                sum += (*weights)[std::size_t(row * shape[2] + key)];
            QVERIFY(std::abs(sum - 1) < 1e-4);
        }
    }
    QCOMPARE(analyse("attention", "one.fa", "a.tsv", {"--layer", "1"}).exitCode, 0);
    const Table table = readTable(file("a.tsv"));
    QCOMPARE(table[0].join(' '), QString("id layer head query token pos weight"));
    QCOMPARE(table[1][1], QString("1"));
}

void TestCliAnalyses::filtersHavePeriods()
{
    const CliResult npzRun = runCli({"filters", "--model", m_model, "--output", file("f.npz"), "--quiet"});
    QVERIFY2(npzRun.exitCode == 0, qPrintable(npzRun.err));
    QCOMPARE(shapeOf(arrays("f.npz"), "layer1/magnitude"), (std::vector<std::int64_t>{10, 8}));
    QCOMPARE(runCli({"filters", "--model", m_model, "--output", file("f.tsv"), "--quiet"}).exitCode, 0);
    const Table table = readTable(file("f.tsv"));
    QCOMPARE(table[0].join(' '), QString("layer bin period_nt channel magnitude phase"));
    QCOMPARE(table.size(), 1 + 2 * 10 * 8);
    bool hasThree = false;
    for (const QStringList& row : table.mid(1))
        hasThree = hasThree || (row[1] == "6" && row[2].toDouble() == 3.0);
    QVERIFY(hasThree);
}

void TestCliAnalyses::modelsAndMethodsAreListed()
{
    const CliResult models = runCli({"models", "--json"}, m_folder.filePath("run"));
    QVERIFY2(models.exitCode == 0, qPrintable(models.err));
    QVERIFY2(models.out.contains("\"model\""), qPrintable(models.out));
    const CliResult card = runCli({"models", m_model});
    QVERIFY2(card.exitCode == 0, qPrintable(card.err));
    QVERIFY(card.out.contains(QRegularExpression("parameters: [1-9][0-9]+")));
    QVERIFY(card.out.contains("licence: GPL-3.0-or-later"));
    const CliResult methods = runCli({"methods"});
    QCOMPARE(methods.exitCode, 0);
    for (const char* method : {"gradient", "taylor", "ism"})
        QVERIFY2(methods.out.contains(method), qPrintable(methods.out));
    const CliResult formats = runCli({"formats", "--json"});
    QCOMPARE(formats.exitCode, 0);
    QVERIFY(formats.out.contains("\"fasta\""));
}

void TestCliAnalyses::evaluationReports()
{
    const CliResult result = runCli({"evaluate", "--model", m_model, "--data", file("train.fa"), "--rows",
                                     "split=valid", "--output", file("report.json"), "--quiet"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QVERIFY(result.out.contains("MCC") && result.out.contains("AUROC"));
    const QJsonObject report = QJsonDocument::fromJson(readFile(file("report.json"))).object();
    QCOMPARE(report["metrics"].toObject()["rows"].toInt(), 8);
    QVERIFY(report["baselines"].toObject().size() >= 2);
    QCOMPARE(readTable(file("report.tsv")).size(), 9);
}

void TestCliAnalyses::codingRegionsAreFoundByOrfs()
{
    writeFile(file("orf.fa"), ">x\nGCCACCATGGCTTGTTAAGG\n");
    writeFile(file("orf.tsv"), "id\tcds_start\tcds_end\nx\t6\t18\n");
    const CliResult result = runCli({"orfs", "--input", file("orf.fa"), "--cds", file("orf.tsv"), "--output",
                                     file("orfs.tsv"), "--min-codons", "2", "--quiet"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const Table table = readTable(file("orfs.tsv"));
    QCOMPARE(table.size(), 2);
    QCOMPARE(table[0].join(' '), QString("id start end frame codons has_stop kozak context is_cds peptide"));
    QCOMPARE(table[1].join(' '), QString("x 6 18 0 3 yes strong GCCACCATGG yes MAC"));
}

void TestCliAnalyses::interruptLeavesNothing()
{
    writeFile(file("long.fa"), ">long\n" + madeUpLetters(3, 30000, true) + "\n");
    const QStringList before = QDir(m_folder.path()).entryList(QDir::AllEntries | QDir::Hidden);
    QProcess process;
    process.start(nscope::test::cliPath(),
                  {"explain", "--model", m_model, "--method", "ism", "--input", file("long.fa"), "--output",
                   file("stopped.npz"), "--threads", "1", "--quiet"});
    QVERIFY(process.waitForStarted());
    QVERIFY2(!process.waitForFinished(4000), "the run must be long enough to be stopped");
    ::kill(pid_t(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(20000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    QCOMPARE(QString::fromUtf8(process.readAllStandardError()), QString("Stopped; nothing was written.\n"));
    QCOMPARE(QDir(m_folder.path()).entryList(QDir::AllEntries | QDir::Hidden), before);
}

void TestCliAnalyses::interruptedTrainingGoesOn()
{
    QTemporaryDir folder;
    nscope::test::writeTrainingFiles(folder.path(), 1'000'000);
    QProcess process;
    process.start(nscope::test::cliPath(), {"train", "--config", folder.filePath("run.json"), "--output",
                                            folder.filePath("run"), "--threads", "1", "--quiet"});
    QVERIFY(process.waitForStarted());
    QVERIFY(!process.waitForFinished(5000));
    ::kill(pid_t(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(20000));
    QCOMPARE(process.exitCode(), 1);
    const QString sentence = QString::fromUtf8(process.readAllStandardError());
    QVERIFY2(sentence.contains("--resume") && sentence.count('\n') == 1, qPrintable(sentence));
    QVERIFY(QFileInfo::exists(folder.filePath("run/checkpoint")));

    process.start(nscope::test::cliPath(), {"train", "--resume", folder.filePath("run"), "--json", "--threads", "1"});
    QVERIFY(process.waitForStarted());
    QVERIFY(!process.waitForFinished(5000));
    ::kill(pid_t(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(20000));
    const QByteArray lines = process.readAllStandardOutput();
    QVERIFY2(lines.startsWith('{') && lines.contains("\"type\":\"start\""), lines.left(300).constData());
}

QTEST_GUILESS_MAIN(TestCliAnalyses)
#include "tst_cli_analyses.moc"
