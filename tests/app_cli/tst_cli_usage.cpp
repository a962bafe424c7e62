// Purpose: usage errors end with status 2 and one sentence; help and lists say what there is.
#include "tests/app_cli/cli_process.h"

#include <QtTest/QtTest>

#include <array>

using nscope::test::CliResult;
using nscope::test::refusalFault;
using nscope::test::runCli;

namespace {

constexpr std::array kCommands{
    "models",     "methods", "formats",  "predict", "explain", "attention", "filters",     "variants",       "gia",
    "experiment", "design",  "metagene", "codons",  "motifs",  "embed",     "agreement",   "train",          "evaluate",
    "import",     "tracks",  "figure",   "session", "shuffle", "bench",     "transcripts", "compare-tracks", "orfs",
    "dataset"};

}  // namespace

class TestCliUsage : public QObject {
    Q_OBJECT

private slots:
    void wrongUseIsRefusedInOneSentence_data();
    void wrongUseIsRefusedInOneSentence();
    void helpNamesEveryCommand();
    void everyCommandHasHelpAndCommonOptions();
    void versionIsPrinted();
};

void TestCliUsage::wrongUseIsRefusedInOneSentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("mentioned");
    QTest::newRow("nothing") << QStringList{} << "subcommand";
    QTest::newRow("unknown command") << QStringList{"predikt"} << "predikt";
    QTest::newRow("unknown option") << QStringList{"methods", "--fast"} << "--fast";
    QTest::newRow("option without value") << QStringList{"methods", "--device"} << "--device";
    QTest::newRow("threads not a number") << QStringList{"methods", "--threads", "many"} << "--threads";
    QTest::newRow("missing output") << QStringList{"predict", "--model", "m", "--input", "x.fa"} << "--output";
    QTest::newRow("unknown extension") << QStringList{"predict", "--model",  "m",     "--input",
                                                      "x.fa",    "--output", "y.docx"}
                                       << ".tsv";
    QTest::newRow("neither records nor genome")
        << QStringList{"predict", "--model", "m", "--output", "y.tsv"} << "--input";
    QTest::newRow("regions without genome") << QStringList{"predict", "--model",  "m",    "--region", "chr1",
                                                           "--input", "x.fa",     "--output", "y.bw"}
                                            << "--genome";
    QTest::newRow("regions as JSON") << QStringList{"predict", "--model",  "m",    "--genome", "g.fa",
                                                    "--whole-genome", "--output", "y.json"}
                                     << ".bedgraph";
    QTest::newRow("figure extension") << QStringList{"figure", "--session", nscope::test::cliPath(), "--output",
                                                     "y.gif"}
                                      << ".svg";
    QTest::newRow("unknown shuffle") << QStringList{"shuffle", "--input", "x.fa", "--output", "y.fa", "--kind", "tri"}
                                     << "tri";
    QTest::newRow("unknown summary") << QStringList{"tracks", "--input",   "x.bw", "--output",
                                                    "y.tsv",  "--summary", "mode"}
                                     << "mode";
    QTest::newRow("tracks extension") << QStringList{"tracks", "--input", "x.bw", "--output", "y.png"} << ".bw";
    QTest::newRow("compared with nothing")
        << QStringList{"compare-tracks", "--predicted", "x.bw", "--output", "y.tsv"} << "--measured";
    QTest::newRow("unknown rule of missing values")
        << QStringList{"compare-tracks", "--predicted", "x.bw", "--measured", "z.bw", "--output", "y.tsv", "--missing",
                       "nearest"}
        << "nearest";
    QTest::newRow("train without folder") << QStringList{"train", "--config", "run.json"} << "--output";
}

void TestCliUsage::wrongUseIsRefusedInOneSentence()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, mentioned);
    const CliResult result = runCli(arguments);
    QCOMPARE(refusalFault(result, 2, mentioned), QString());
    QVERIFY(result.out.isEmpty());
}

void TestCliUsage::helpNamesEveryCommand()
{
    const CliResult result = runCli({"--help"});
    QCOMPARE(result.exitCode, 0);
    for (const char* command : kCommands)
        QVERIFY2(result.out.contains(command), command);
}

void TestCliUsage::everyCommandHasHelpAndCommonOptions()
{
    for (const char* command : kCommands) {
        const CliResult result = runCli({command, "--help"});
        QCOMPARE(result.exitCode, 0);
        for (const char* option : {"--device", "--threads", "--seed", "--quiet", "--json"})
            QVERIFY2(result.out.contains(option), qPrintable(QString("%1 %2").arg(command, option)));
    }
}

void TestCliUsage::versionIsPrinted()
{
    const CliResult result = runCli({"--version"});
    QCOMPARE(result.exitCode, 0);
    QVERIFY(result.out.startsWith("nucleoscope-cli "));
}

QTEST_GUILESS_MAIN(TestCliUsage)
#include "tst_cli_usage.moc"
