// `bench` measures what it says it measures: both ways of mutagenesis, of the same network, with the same answer. How
// fast they are is not tested.
#include "tests/app_cli/cli_process.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace nscope::test;

class TestCliBench : public QObject {
    Q_OBJECT

private slots:
    void bothWaysGiveTheSameScores()
    {
        const CliResult run = runCli({"bench", "--rows", "cnn-bilstm64/200", "--seconds", "0.05", "--json", "--quiet"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.err));
        const QJsonArray rows = QJsonDocument::fromJson(run.out.toUtf8()).array();
        QCOMPARE(rows.size(), 1);
        const auto number = [&](const char* key) { return rows[0][QLatin1String(key)].toString().toDouble(); };
        QCOMPARE(rows[0]["network"].toString(), "cnn-bilstm64/200");
        QCOMPARE(number("mutants"), 600.0);
        QVERIFY(number("whole_s") > 0.0 && number("s") > 0.0);
        QVERIFY(qAbs(number("times") * number("s") / number("whole_s") - 1.0) < 0.05);
        QVERIFY(number("timed") >= 1.0 && number("timed_own") >= 48.0);
        QVERIFY2(number("worst") > 0.0 && number("worst") < 1e-3, "float32 rounds, and nothing more");
    }

    void unknownRowsAreNamed()
    {
        const CliResult run = runCli({"bench", "--rows", "basset/1000,alexnet/10", "--quiet"});
        QCOMPARE(run.exitCode, 2);
        QCOMPARE(run.errorLines().size(), 1);
        QVERIFY2(run.err.contains("alexnet/10") && run.err.contains("lfnet/3000"), qPrintable(run.err));
    }
};

QTEST_GUILESS_MAIN(TestCliBench)

#include "tst_cli_bench.moc"
