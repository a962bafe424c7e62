// tracks: intervals and bins of a region and of whole files, in every output, and requests that make no sense.
#include "core/io/signal_file.h"
#include "tests/app_cli/cli_process.h"
#include "tests/support/big_wig_bytes.h"
#include "tests/support/shared_data.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

using namespace nscope;
using nscope::test::CliResult;
using nscope::test::readFile;
using nscope::test::refusalFault;
using nscope::test::runCli;
using nscope::test::sharedFile;
using nscope::test::writeFile;

class TestCliTracks : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_bigWig = m_folder.filePath("x.bw");
        const std::string bytes = tests::BigWigBytes(false).bytes();
        writeFile(m_bigWig, QByteArray(bytes.data(), qsizetype(bytes.size())));
        m_bedGraph = m_folder.filePath("x.bedGraph");
        writeFile(m_bedGraph, "1\t0\t10\t1\n1\t10\t20\t3\nMT\t5\t6\t7\n");
    }

    void intervalsOfARegion()
    {
        const CliResult result = runCli({"tracks", "--input", m_bigWig, "--region", "chrA:21-101", "--output", "-"});
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(result.out, QString("chrom\tstart\tend\tvalue\nchrA\t20\t25\t-2\nchrA\t100\t105\t3\n"));
        // Bases 21 to 25 are -2, and base 101 is the first one of the next interval.
        const CliResult before = runCli({"tracks", "--input", m_bigWig, "--region", "chrA:26-100", "--output", "-"});
        QCOMPARE(before.out, QString("chrom\tstart\tend\tvalue\n"));
    }

    void binsOfARegion()
    {
        const QStringList common{"tracks", "--input", m_bigWig,   "--region", "chrA:11-30",
                                 "--bins", "2",       "--output", "-",        "--quiet"};
        const CliResult mean = runCli(common);
        QVERIFY2(mean.err.isEmpty(), qPrintable(mean.err));
        QCOMPARE(mean.out, QString("chrom\tstart\tend\tvalue\nchrA\t10\t20\t1.5\nchrA\t20\t30\t-2\n"));
        const QStringList whole{"tracks", "--input", m_bigWig,   "--region", "chrA:1-1,000",
                                "--bins", "1",       "--output", "-"};
        QCOMPARE(runCli(whole + QStringList{"--summary", "max"}).out.split('\n').at(1), QString("chrA\t0\t1000\t4"));
        QCOMPARE(runCli(whole + QStringList{"--summary", "min"}).out.split('\n').at(1), QString("chrA\t0\t1000\t-2"));
        QCOMPARE(runCli(whole).out.split('\n').at(1), QString("chrA\t0\t1000\t1.6"));  // 40 of 25 covered
    }

    void wholeFilesGoThroughEveryFormat()
    {
        const QString bigWig = m_folder.filePath("o.bw"), packed = m_folder.filePath("o.bedGraph.gz");
        const QString table = m_folder.filePath("o.tsv"), again = m_folder.filePath("again.tsv");
        QCOMPARE(runCli({"tracks", "--input", m_bedGraph, "--output", bigWig}).exitCode, 0);
        QCOMPARE(runCli({"tracks", "--input", bigWig, "--output", packed}).exitCode, 0);
        QCOMPARE(runCli({"tracks", "--input", packed, "--output", again}).exitCode, 0);
        QCOMPARE(runCli({"tracks", "--input", m_bedGraph, "--output", table}).exitCode, 0);
        QCOMPARE(readFile(again), readFile(table));
        QCOMPARE(readFile(table), QByteArray("chrom\tstart\tend\tvalue\n1\t0\t10\t1\n1\t10\t20\t3\nMT\t5\t6\t7\n"));
        QVERIFY(io::openSignal(bigWig.toStdString()).has_value());
    }

    void otherNamesOfChromosomes()
    {
        const CliResult rule = runCli({"tracks", "--input", m_bedGraph, "--region", "chrM", "--output", "-"});
        QCOMPARE(rule.out, QString("chrom\tstart\tend\tvalue\nMT\t5\t6\t7\n"));
        const CliResult none = runCli({"tracks", "--input", m_bedGraph, "--region", "chrX:1-5", "--output", "-"});
        QCOMPARE(none.exitCode, 1);
        QVERIFY2(none.err.contains("chrX") && none.err.contains("1, MT"), qPrintable(none.err));
        const QString aliases = m_folder.filePath("aliases.tsv");
        writeFile(aliases, "alpha\tchrA\n");
        const CliResult aliased =
            runCli({"tracks", "--input", m_bigWig, "--region", "alpha:1-15", "--aliases", aliases, "--output", "-"});
        QVERIFY2(aliased.out.contains("chrA\t10\t20\t1.5"), qPrintable(aliased.err));
    }

    void requestsThatMakeNoSense_data()
    {
        QTest::addColumn<QStringList>("further");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("said");
        QTest::newRow("no numbers") << QStringList{"--region", "chrA:a-b"} << 2 << "chrA:a-b";
        QTest::newRow("from 0") << QStringList{"--region", "chrA:0-5"} << 2 << "counted from 1";
        QTest::newRow("backwards") << QStringList{"--region", "chrA:9-5"} << 2 << "end lies before";
        QTest::newRow("beyond the end") << QStringList{"--region", "chrA:900-1001"} << 1 << "1000 nt";
        QTest::newRow("too many bins") << QStringList{"--region", "chrA:1-5", "--bins", "6"} << 2 << "6 bins";
        QTest::newRow("no bins") << QStringList{"--bins", "0"} << 2 << "--bins";
        QTest::newRow("no aliases") << QStringList{"--region", "chrA", "--aliases", "none.tsv"} << 1 << "none.tsv";
    }
    void requestsThatMakeNoSense()
    {
        QFETCH(QStringList, further);
        QFETCH(int, status);
        QFETCH(QString, said);
        const QString output = m_folder.filePath("no.tsv");
        const CliResult result = runCli(QStringList{"tracks", "--input", m_bigWig, "--output", output} + further);
        QCOMPARE(refusalFault(result, status, said), QString());
        QVERIFY(!QFile::exists(output));
    }

    void theListOfFormatsHasThem()
    {
        const QString formats = runCli({"formats", "--json"}).out;
        for (const char* id : {"\"twobit\"", "\"bigwig\"", "\"bedgraph\"", "\"reads\""})
            QVERIFY2(formats.contains(id), id);
    }

    void noticesAreSaid()
    {
        const QString unsorted = m_folder.filePath("u.bedGraph");
        writeFile(unsorted, "chr1\t10\t20\t3\nchr1\t0\t10\t1\nchr1\t5\t7\t1\n");
        const CliResult result = runCli({"tracks", "--quiet", "--input", unsorted, "--output", "-"});
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.err.contains("not sorted") && result.err.contains("chr1:6-7 overlaps"), qPrintable(result.err));
        QCOMPARE(result.out, QString("chrom\tstart\tend\tvalue\nchr1\t0\t10\t1\nchr1\t10\t20\t3\n"));
    }

    void realTwinsGiveOneTable()
    {
        const std::string stem = "data/formats/region.1Mb.intervals.100ntStep.Plus";
        if (!tests::haveShared(stem + ".bw"))
            QSKIP("The shared data are not beside the source tree.");
        QStringList tables;
        for (const char* ending : {".bw", ".bedGraph.gz"}) {
            const CliResult result = runCli({"tracks", "--input", sharedFile(stem + ending), "--region",
                                             "1:109,506,951-110,296,550", "--bins", "50", "--output", "-", "--quiet"});
            QVERIFY2(result.exitCode == 0, qPrintable(result.err));
            tables << result.out;
        }
        const QStringList first = tables[0].split('\n'), second = tables[1].split('\n');
        QCOMPARE(first.size(), qsizetype(52));
        QCOMPARE(second.size(), qsizetype(52));
        for (qsizetype i = 1; i < 51; ++i) {
            const double a = first[i].section('\t', 3).toDouble(), b = second[i].section('\t', 3).toDouble();
            QVERIFY2(std::abs(a - b) <= 1e-6 * std::abs(b), qPrintable(first[i] + " | " + second[i]));
            QCOMPARE(first[i].section('\t', 0, 2), second[i].section('\t', 0, 2));
        }
    }

private:
    QTemporaryDir m_folder;
    QString m_bigWig, m_bedGraph;
};

QTEST_GUILESS_MAIN(TestCliTracks)
#include "tst_cli_tracks.moc"
