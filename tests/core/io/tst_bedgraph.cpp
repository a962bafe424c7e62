// bedGraph: real files, the forms of lines, what is left out and sorted, broken files, and what the writer writes.
#include "core/io/bedgraph_reader.h"
#include "core/io/bedgraph_writer.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <htslib/bgzf.h>
#include <htslib/hts.h>

#include <QTest>

#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <limits>
#include <random>

using namespace nscope;
using tests::contains;

namespace {

using Intervals = std::vector<io::SignalInterval>;

Intervals allOf(io::SignalSource& source, const std::string& chromosome)
{
    const auto intervals = source.intervals(chromosome, {0, std::int64_t(1) << 40});
    if (!intervals)
        qWarning("%s", intervals.error().sentence().c_str());
    return intervals.value_or(Intervals());
}

}  // namespace

class TestBedGraph : public QObject {
    Q_OBJECT

private slots:
    void everySharedFileReads_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("lines");
        QTest::newRow("A172") << "data/profiles/dnase_A172.bedGraph.gz" << 102683;
        QTest::newRow("GM12865") << "data/profiles/dnase_GM12865.bedGraph.gz" << 98348;
        QTest::newRow("HepG2") << "data/profiles/dnase_HepG2.bedGraph.gz" << 74909;
        QTest::newRow("Xpresso") << "data/formats/region.1Mb.intervals.100ntStep.Plus.bedGraph.gz" << 7896;
    }
    void everySharedFileReads()
    {
        QFETCH(QString, file);
        QFETCH(int, lines);
        if (!tests::haveShared(file.toStdString()))
            QSKIP("The shared data are not beside the source tree.");
        const auto reader = io::openBedGraphReader(tests::sharedPath(file.toStdString()));
        QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
        std::int64_t read = (*reader)->problems().count;
        for (const io::SignalChromosome& chromosome : (*reader)->chromosomes())
            read += std::int64_t(allOf(**reader, chromosome.name).size());
        QCOMPARE(read, std::int64_t(lines));
        QCOMPARE((*reader)->problems().count, std::int64_t(0));
    }

    void linesOfEveryForm()
    {
        const tests::TemporaryFolder folder;
        const auto reader = io::openBedGraphReader(folder.write(
            "a.bedGraph", "browser position chr1:1-100\r\n#comment\ntrack type=bedGraph name=\"x y\"\n\n"
                          "chr1\t0\t10\t1.5\r\nchr1 10  12\t-3e-2 \nchr1\t+15\t4294967295\t0\nbrowserless\t1\t2\t7"));
        QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
        QVERIFY((*reader)->notices().empty());
        const Intervals wanted{{0, 10, 1.5f}, {10, 12, -0.03f}, {15, 4294967295, 0.0f}};
        QVERIFY(allOf(**reader, "chr1") == wanted);
        QCOMPARE(allOf(**reader, "browserless").size(), std::size_t(1));
        const auto bins = (*reader)->bins("chr1", {8, 16}, 4, io::Summary::Mean);
        QVERIFY(bins);
        QCOMPARE((*bins)[0], 1.5f);
        QCOMPARE((*bins)[1], -0.03f);
        QVERIFY(std::isnan((*bins)[2]));
        QCOMPARE((*bins)[3], 0.0f);  // half of the bin has a value
    }

    void aByteOrderMarkIsNoPartOfTheFirstLine()
    {
        const tests::TemporaryFolder folder;
        const auto reader = io::openBedGraphReader(folder.write("m.bedGraph", "\xef\xbb\xbf"
                                                                              "chr1\t0\t10\t1\n"));
        QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
        QCOMPARE((*reader)->chromosomes().front().name, std::string("chr1"));
        const auto header = io::openBedGraphReader(folder.write("h.bedGraph", "\xef\xbb\xbf"
                                                                              "track\nchr1\t0\t10\t1\n"));
        QVERIFY2(header, header ? "" : header.error().sentence().c_str());
    }

    /// How long standard input is cannot be told, so its progress has neither a total nor a place.
    void standardInputHasNoProgress()
    {
        const tests::TemporaryFolder folder;
        std::string text;
        for (int i = 0; i < 20000; ++i)
            text += "chr1\t" + std::to_string(i) + "\t" + std::to_string(i + 1) + "\t1\n";
        const int file = ::open(folder.write("i.bedGraph", text).c_str(), O_RDONLY);
        const int kept = ::dup(STDIN_FILENO);
        QVERIFY(file >= 0 && ::dup2(file, STDIN_FILENO) >= 0);
        Progress progress;
        const auto reader = io::openBedGraphReader("-", {}, &progress);
        if (kept >= 0)
            ::dup2(kept, STDIN_FILENO);
        QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
        QCOMPARE(allOf(**reader, "chr1").size(), std::size_t(20000));
        QCOMPARE(progress.snapshot().done, std::int64_t(0));
        QCOMPARE(progress.snapshot().total, std::int64_t(0));
    }

    void unsortedIsSortedAndOverlapsAreListed()
    {
        const tests::TemporaryFolder folder;
        const auto reader = io::openBedGraphReader(folder.write(
            "a.bedGraph",
            "chr2\t50\t60\t5\nchr1\t30\t40\t3\nchr1\t0\t10\t1\nchr2\t10\t20\t4\nchr1\t35\t45\t9\nchr1\t10\t20\t2\n"));
        QVERIFY(reader);
        const Intervals first{{0, 10, 1.0f}, {10, 20, 2.0f}, {30, 40, 3.0f}};
        const Intervals second{{10, 20, 4.0f}, {50, 60, 5.0f}};
        QVERIFY(allOf(**reader, "chr1") == first);
        QVERIFY(allOf(**reader, "chr2") == second);
        QCOMPARE((*reader)->problems().count, std::int64_t(1));
        QVERIFY(contains((*reader)->problems().first[0].sentence(), "chr1:36-45 overlaps chr1:31-40"));
        QCOMPARE((*reader)->notices().size(), std::size_t(2));
        QVERIFY2(contains((*reader)->notices()[0], "line 3"), (*reader)->notices()[0].c_str());
    }

    void brokenLinesAreListedWithTheirNumber()
    {
        const tests::TemporaryFolder folder;
        const auto reader = io::openBedGraphReader(folder.write(
            "b.bedGraph",
            "chr1\t0\t10\t1\nchr1\t30\t20\t1\nchr1\t30\t30\t1\nchr1\t-5\t30\t1\nchr1\tx\t30\t1\nchr1\t30\t40\tnan\n"
            "chr1\t30\t40\tinf\nchr1\t30\t40\t1,5\nchr1\t30\t40\nchr1\t30\t40\t1\t2\nchr1\t30\t4294967296\t1\n"
            "chr1\t30\t99999999999999999999\t1\nchr1\t30\t40\t1e999\nchr1\t30\t40\t8\n"));
        QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
        const Intervals kept{{0, 10, 1.0f}, {30, 40, 8.0f}};
        QVERIFY(allOf(**reader, "chr1") == kept);
        QCOMPARE((*reader)->problems().count, std::int64_t(12));
        for (std::size_t i = 0; i < 12; ++i) {
            QCOMPARE((*reader)->problems().first[i].where().line, std::int64_t(i) + 2);
            QVERIFY(contains((*reader)->problems().first[i].where().file, "b.bedGraph"));
        }
        QVERIFY(contains((*reader)->notices().front(), "12 lines were left out"));
    }

    void otherFilesAreSentences_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("said");
        QTest::newRow("empty") << QByteArray() << "empty";
        QTest::newRow("only a header") << QByteArray("track type=bedGraph\n") << "empty";
        QTest::newRow("FASTA") << QByteArray(">chr1\nACGT\n") << "4 columns";
        QTest::newRow("wiggle") << QByteArray("track type=wiggle_0\nfixedStep chrom=chr1 start=1 step=1\n5\n")
                                << "wigToBigWig";
        QTest::newRow("binary") << QByteArray("\0\1\2\3\n", 5) << "binary";
        QTest::newRow("start after end") << QByteArray("chr1\t9\t3\t1\n") << "not behind its start";
    }
    void otherFilesAreSentences()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, said);
        const tests::TemporaryFolder folder;
        const auto source = io::openSignal(folder.write("o.bedGraph", bytes.toStdString()));
        QVERIFY(!source);
        QVERIFY2(contains(source.error().sentence(), said.toStdString()), source.error().sentence().c_str());
        QVERIFY(contains(source.error().where().file, "o.bedGraph"));
    }

    void whatIsWrittenIsRead_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("plain") << "w.bedGraph";
        QTest::newRow("bgzip") << "w.bedGraph.gz";
    }
    void whatIsWrittenIsRead()
    {
        QFETCH(QString, name);
        const tests::TemporaryFolder folder;
        const std::string path = folder.path(name.toStdString());
        std::mt19937 random(2);
        Intervals written;
        std::int64_t at = 0;
        for (int i = 0; i < 20000; ++i) {
            const std::int64_t start = at + std::int64_t(random() % 3) * 7;
            at = start + 1 + std::int64_t(random() % 90);
            written.push_back({start, at, float(random()) * 1e-7f - 200.0f});
        }
        {
            auto writer = io::BedGraphWriter::create(path);
            QVERIFY(writer);
            for (const io::SignalInterval& one : written)
                QVERIFY(writer->add("chr1", one));
            QVERIFY(writer->add("chr2", {0, 5, std::numeric_limits<float>::quiet_NaN()}));
            QVERIFY(writer->add("chr2", {5, 6, 0.1f}));
            QCOMPARE(folder.fileCount(), std::size_t(1));  // not in its place yet
            QVERIFY(writer->finish());
        }
        QCOMPARE(folder.fileCount(), std::size_t(1));
        BGZF* const file = bgzf_open(path.c_str(), "r");
        QVERIFY(file != nullptr);
        QCOMPARE(bgzf_compression(file), int(name.endsWith(".gz") ? bgzf : no_compression));
        QCOMPARE(bgzf_close(file), 0);
        const auto reader = io::openBedGraphReader(path);
        QVERIFY(reader);
        QVERIFY((*reader)->notices().empty());
        QVERIFY(allOf(**reader, "chr1") == written);
        const Intervals other{{5, 6, 0.1f}};
        QVERIFY(allOf(**reader, "chr2") == other);
    }

    void cutCompressionAndAStopAreSentences()
    {
        const tests::TemporaryFolder folder;
        const std::string path = folder.path("w.bedGraph.gz");
        auto writer = io::BedGraphWriter::create(path);
        QVERIFY(writer);
        for (std::int64_t i = 0; i < 50000; ++i)
            QVERIFY(writer->add("chr1", {i * 10, i * 10 + 5, float(i % 13)}));
        QVERIFY(writer->finish());
        const std::string whole = folder.read("w.bedGraph.gz");
        constexpr std::size_t kEndBlock = 28;
        for (const std::size_t left : {whole.size() - kEndBlock, whole.size() / 2, std::size_t(9)}) {
            const auto cut = io::openBedGraphReader(folder.write("c.bedGraph.gz", whole.substr(0, left)));
            QVERIFY(!cut);
            QVERIFY2(contains(cut.error().sentence(), "c.bedGraph.gz"), cut.error().sentence().c_str());
        }
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = io::openBedGraphReader(path, stop.get_token());
        QVERIFY(!stopped && stopped.error().code() == ErrorCode::Cancelled);
        Progress progress;
        QVERIFY(io::openBedGraphReader(path, {}, &progress));
        QVERIFY(progress.snapshot().fraction() > 0.5);
    }
};

QTEST_APPLESS_MAIN(TestBedGraph)
#include "tst_bedgraph.moc"
