// compare-tracks: tables in every output, several lines, notes on standard error, and requests that make no sense.
#include "tests/app_cli/cli_process.h"
#include "tests/support/shared_data.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace nscope;
using nscope::test::CliResult;
using nscope::test::readFile;
using nscope::test::refusalFault;
using nscope::test::runCli;
using nscope::test::sharedFile;
using nscope::test::writeFile;

class TestCliCompareTracks : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_predicted = path("p.bedGraph");
        m_measured = path("m.bedGraph");
        writeFile(m_predicted, "chr1\t0\t10\t1\nchr1\t10\t20\t2\nchr1\t20\t30\t3\nchr1\t30\t40\t4\n");
        writeFile(m_measured, "1\t0\t10\t2\n1\t10\t20\t1\n1\t20\t30\t4\n1\t30\t40\t3\n");
    }

    void tablesOfOnePair()
    {
        const QString output = path("o.tsv");
        const CliResult result = runCli({"compare-tracks", "--predicted", m_predicted, "--measured", m_measured,
                                         "--bin", "10", "--threshold", "2.5", "--output", output, "--json", "--quiet"});
        QVERIFY2(result.exitCode == 0 && result.err.isEmpty(), qPrintable(result.err));
        const QJsonObject row = QJsonDocument::fromJson(result.out.toUtf8()).array().at(0).toObject();
        QCOMPARE(row["line"].toString(), QString("p.bedGraph"));
        QCOMPARE(row["bins"].toString(), QString("4"));
        QVERIFY(std::abs(row["pearson"].toString().toDouble() - 0.6) < 1e-12);
        QCOMPARE(row["mse"].toString(), QString("1"));
        QCOMPARE(row["auroc"].toString(), QString("1"));
        for (const char* table : {"regions", "bin_triangle", "thresholds", "classes", "curves"})
            QVERIFY2(QFile::exists(path(QString("o.%1.tsv").arg(table))), table);
        QVERIFY(!QFile::exists(path("o.left_out.tsv")));
        QVERIFY(readFile(path("o.regions.tsv")).contains("chr1\t0\t40\t4\t0"));
        // Bins of 10, 20 … nt: 1.5 and 3.5 against the same.
        const QList<QByteArray> cells = readFile(path("o.bin_triangle.tsv")).split('\n').at(2).split('\t');
        QCOMPARE(cells.mid(0, 4), (QList<QByteArray>{"p.bedGraph", "10", "20", "2"}));
        QVERIFY(std::abs(cells.at(4).toDouble() - 1.0) < 1e-12);
        QCOMPARE(cells.at(6), QByteArray("0"));
    }

    void severalLines()
    {
        const QString output = path("s.json");
        const CliResult result =
            runCli({"compare-tracks", "--predicted", m_predicted, m_measured, "--measured", m_measured, m_measured,
                    "--line", "A", "B", "--bin", "10", "--output", output});
        QCOMPARE(result.exitCode, 0);
        // Four bins of each of the two files of both lines.
        QVERIFY2(result.err.contains("Comparing: 16 bins in"), qPrintable(result.err));
        const QJsonObject tables = QJsonDocument::fromJson(readFile(output)).object()["tables"].toObject();
        const QJsonArray pearson = tables["lines"].toObject()["pearson"].toArray();
        QCOMPARE(pearson.size(), 3);
        QVERIFY(std::abs(pearson.at(0).toDouble() - 0.6) < 1e-12);
        QVERIFY(std::abs(pearson.at(2).toDouble() - 0.8) < 1e-12);
        const QString pairs = path("pairs.tsv");
        writeFile(pairs, "line\tpredicted\tmeasured\nA\tp.bedGraph\tm.bedGraph\nB\tm.bedGraph\tm.bedGraph\n");
        const QString again = path("t.json");
        QCOMPARE(runCli({"compare-tracks", "--pairs", pairs, "--bin", "10", "--output", again}).exitCode, 0);
        QCOMPARE(QJsonDocument::fromJson(readFile(again)).object()["tables"].toObject(), tables);
    }

    void notesAreSaid()
    {
        const QString regions = path("r.bed");
        writeFile(regions, "chr1\t0\t60\nchrX\t0\t60\n");
        const CliResult result = runCli({"compare-tracks", "--predicted", m_predicted, "--measured", m_measured,
                                         "--bin", "10", "--regions", regions, "--output", path("n.tsv"), "--quiet"});
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.err.contains("4 of 6 bins have a value in both files"), qPrintable(result.err));
        QVERIFY2(result.err.contains("no such chromosome"), qPrintable(result.err));
        QVERIFY(readFile(path("n.left_out.tsv")).contains("chrX:1-60"));
    }

    void requestsThatMakeNoSense_data()
    {
        QTest::addColumn<QStringList>("further");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("said");
        QTest::newRow("no such file") << QStringList{"--regions", "none.bed"} << 1 << "none.bed";
        QTest::newRow("no such chromosome") << QStringList{"--chromosomes", "chr9"} << 1 << "chr9";
        QTest::newRow("too few names") << QStringList{"--line", "A", "B"} << 2 << "--line";
        QTest::newRow("pairs too") << QStringList{"--pairs", "x.tsv"} << 2 << "--pairs";
        QTest::newRow("no bin") << QStringList{"--bin", "0"} << 2 << "--bin";
        QTest::newRow("wide filter") << QStringList{"--smooth", "10000001"} << 2 << "--smooth";
        QTest::newRow("wide bins of the model") << QStringList{"--train-bin", "10000001"} << 2 << "--train-bin";
        QTest::newRow("window below bin") << QStringList{"--window", "8"} << 2 << "window";
    }
    void requestsThatMakeNoSense()
    {
        QFETCH(QStringList, further);
        QFETCH(int, status);
        QFETCH(QString, said);
        const QString output = path("no.tsv");
        const CliResult result = runCli(
            QStringList{"compare-tracks", "--predicted", m_predicted, "--measured", m_measured, "--output", output}
            + further);
        QCOMPARE(refusalFault(result, status, said), QString());
        QVERIFY(!QFile::exists(output));
    }

    void realSignals()
    {
        if (!tests::haveShared("data/profiles/dnase_HepG2.bedGraph.gz"))
            QSKIP("needs the shared data");
        const CliResult result =
            runCli({"compare-tracks", "--predicted", sharedFile("data/profiles/dnase_A172.bedGraph.gz"), "--measured",
                    sharedFile("data/profiles/dnase_HepG2.bedGraph.gz"), "--regions",
                    sharedFile("data/profiles/hg38_loci.bed"), "--missing", "zero", "--threshold", "1", "--output",
                    path("real.tsv"), "--json"});
        QCOMPARE(result.exitCode, 0);
        const QJsonObject row = QJsonDocument::fromJson(result.out.toUtf8()).array().at(0).toObject();
        // Worked out apart from this program, from the text of both files.
        const std::pair<const char*, double> numbers[]{{"pearson", 0.315047322},     {"spearman", 0.398524079},
                                                       {"mse", 0.149264686},         {"poisson_nll", 0.367211911},
                                                       {"js_distance", 0.465314248}, {"region_pearson", 0.426744547},
                                                       {"auroc", 0.883072771}};
        for (const auto& [name, wanted] : numbers)
            QVERIFY2(std::abs(row[name].toString().toDouble() - wanted) < 1e-8, name);
        QCOMPARE(row["bins"].toString(), QString("112640"));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    QString m_predicted, m_measured;
};

QTEST_GUILESS_MAIN(TestCliCompareTracks)
#include "tst_cli_compare_tracks.moc"
