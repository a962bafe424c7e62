// Files of the size of a genome: a FASTA file of 1 GB, ten million lines of bedGraph, ten million intervals of bigWig.
// Each must be read in bounded memory; the seconds are printed, not asserted.
#include "core/io/bedgraph_reader.h"
#include "core/io/bigwig_stream.h"
#include "core/io/genome_file.h"
#include "tests/support/peak_memory.h"
#include "tests/support/random_letters.h"
#include "tests/support/temporary_folder.h"

#include <QElapsedTimer>
#include <QTest>

#include <fstream>
#include <thread>

using namespace nscope;

namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kIntervals = 10'000'000;

/// Prints what a step took and asserts how much memory it added to the highest so far.
void report(const char* what, const QElapsedTimer& timer, std::int64_t peakBefore, std::int64_t mostMiB)
{
    const std::int64_t grownMiB = (tests::peakMemory() - peakBefore) / kMiB;
    qInfo("%s: %.2f s, %lld MiB more, %lld MiB in all", what, double(timer.elapsed()) / 1000.0,
          static_cast<long long>(grownMiB), static_cast<long long>(tests::peakMemory() / kMiB));
    if (tests::kPeakIsTheProgramsOwn)
        QVERIFY2(grownMiB <= mostMiB, what);
}

}  // namespace

class TestLargeSignals : public QObject {
    Q_OBJECT

private slots:
    // The order matters: memory is measured as the highest so far, and the bedGraph is the one that holds its values.
    void aFastaOfOneGigabyteOpens()
    {
        constexpr int kChromosomes = 5;
        constexpr std::int64_t kLines = 3'400'000;
        std::mt19937_64 random(1);
        std::string block;
        constexpr std::int64_t kLinesPerBlock = 20'000;
        for (std::int64_t i = 0; i < kLinesPerBlock; ++i)
            block += tests::randomLetters(random, 60) + "\n";
        const std::string path = m_folder.path("large.fa");
        {
            std::ofstream file(path, std::ios::binary);
            for (int i = 1; i <= kChromosomes; ++i) {
                file << ">chr" << i << "\n";
                for (std::int64_t line = 0; line < kLines; line += kLinesPerBlock)
                    file << block;
            }
        }
        QVERIFY(std::filesystem::file_size(path) > 1'000'000'000);
        const std::int64_t before = tests::peakMemory();
        QElapsedTimer timer;
        timer.start();
        Progress progress;
        // Progress moves while the file is read, so that a person can be shown it.
        int moves = 0;
        std::jthread looker([&](std::stop_token stop) {
            for (std::int64_t last = 0; !stop.stop_requested();
                 std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
                const std::int64_t now = progress.snapshot().done;
                moves += now > last ? 1 : 0;
                last = now;
            }
        });
        const auto genome = io::GenomeFile::open(path, {}, &progress);
        looker.request_stop();
        looker.join();
        QVERIFY2(genome, genome ? "" : genome.error().sentence().c_str());
        QVERIFY2(moves >= 3, std::to_string(moves).c_str());
        report("FASTA of 1 GB, without index", timer, before, 16);
        QCOMPARE(genome->chromosomes()[4].lengthNt, kLines * 60);
        timer.restart();
        QVERIFY(io::GenomeFile::open(path));
        report("FASTA of 1 GB, with index", timer, before, 16);
        const std::int64_t start = (kLinesPerBlock * 7 + 123) * 60 + 17;
        const auto letters = genome->letters("chr5", {start, start + 100});
        QVERIFY(letters);
        std::string plain;
        for (std::size_t i = 123 * 61 + 17; plain.size() < 100; ++i)
            plain += block[i] == '\n' ? "" : std::string(1, block[i]);
        QCOMPARE(*letters, plain);
    }

    void aBigWigOfTenMillionIntervalsIsWrittenAndVisited()
    {
        const std::string path = m_folder.path("large.bw");
        const std::int64_t before = tests::peakMemory();
        QElapsedTimer timer;
        timer.start();
        auto stream = io::BigWigStream::create(path, {{"chr1", 250'000'000}});
        QVERIFY(stream);
        for (std::int64_t i = 0; i < kIntervals; ++i)
            QVERIFY(stream->add("chr1", {i * 25, i * 25 + 10, valueOf(i)}));
        QVERIFY(stream->finish());
        report("bigWig of 10,000,000 intervals, written", timer, before, 16);
        timer.restart();
        const auto source = io::openSignal(path);
        QVERIFY(source);
        std::int64_t count = 0;
        const auto visited =
            (*source)->visit("chr1", {0, 250'000'000}, [&count](const io::SignalInterval& one) -> Result<void> {
                count += one == io::SignalInterval{count * 25, count * 25 + 10, valueOf(count)} ? 1 : 0;
                return {};
            });
        QVERIFY(visited);
        QCOMPARE(count, kIntervals);
        report("bigWig of 10,000,000 intervals, visited", timer, before, 16);
        timer.restart();
        QVERIFY((*source)->bins("chr1", {0, 250'000'000}, 2000, io::Summary::Mean));
        report("bigWig of 10,000,000 intervals, 2,000 bins", timer, before, 16);
    }

    void tenMillionLinesOfBedGraphAreHeldCompactly()
    {
        const std::string path = m_folder.path("large.bedGraph");
        {
            std::ofstream file(path, std::ios::binary);
            for (std::int64_t i = 0; i < kIntervals; ++i)
                file << "chr1\t" << i * 25 << '\t' << i * 25 + 10 << '\t' << i % 1000 << '\n';
        }
        const std::int64_t before = tests::peakMemory();
        QElapsedTimer timer;
        timer.start();
        const auto reader = io::openBedGraphReader(path);
        QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
        // 12 bytes a line are 115 MiB.
        report("bedGraph of 10,000,000 lines", timer, before, 140);
        const auto some = (*reader)->intervals("chr1", {249'000'000, 249'000'030});
        const std::vector<io::SignalInterval> wanted{{249'000'000, 249'000'010, 0.0f},
                                                     {249'000'025, 249'000'035, 1.0f}};
        QVERIFY(some && *some == wanted);
    }

private:
    static float valueOf(std::int64_t i) { return float(i % 1000); }

    tests::TemporaryFolder m_folder;
};

QTEST_APPLESS_MAIN(TestLargeSignals)
#include "tst_large_signals.moc"
