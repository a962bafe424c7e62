// bigWig files whose numbers lie, that are cut off or full of random bytes, and other files under its name: a sentence,
// never a crash.
#include "core/io/bigwig_reader.h"
#include "tests/support/big_wig_bytes.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <fstream>
#include <random>

using namespace nscope;
using tests::contains;

class TestBigWigDamaged : public QObject {
    Q_OBJECT

private slots:
    void numbersThatLieAreFound_data()
    {
        QTest::addColumn<QString>("what");
        for (const char* what :
             {"version", "tree outside", "index outside", "count of block", "kind of block", "end before start",
              "behind the chromosome", "block outside", "block too large", "index in a loop", "chromosomes in a loop",
              "many chromosomes", "key size", "zoom outside", "many zooms"})
            QTest::newRow(what) << what;
    }
    void numbersThatLieAreFound()
    {
        QFETCH(QString, what);
        for (const bool swapped : {false, true}) {
            tests::BigWigBytes file(swapped);
            const std::size_t index = file.indexOffset + 48, tree = file.treeOffset;
            if (what == "version")
                file.set(4, std::uint16_t(77));
            else if (what == "tree outside")
                file.set(8, std::uint64_t(1) << 62);
            else if (what == "index outside")
                file.set(24, ~std::uint64_t(0));
            else if (what == "count of block")
                file.set(file.lastBlock + 22, std::uint16_t(65535));
            else if (what == "kind of block")
                file.set(file.lastBlock + 20, std::uint8_t(9));
            else if (what == "end before start")
                file.set(file.firstBlock + 28, std::uint32_t(3));
            else if (what == "behind the chromosome")
                file.set(file.lastBlock + 4, std::uint32_t(460));
            else if (what == "block outside")
                file.set(index + 4 + 16, ~std::uint64_t(7));
            else if (what == "block too large")
                file.set(index + 4 + 24, std::uint64_t(1) << 40);
            else if (what == "index in a loop") {
                file.set(index, std::uint8_t(0));
                for (std::size_t child = 0; child < 3; ++child) {
                    file.set(index + 4 + child * 24 + 8, std::uint32_t(9));
                    file.set(index + 4 + child * 24, std::uint32_t(0));
                    file.set(index + 4 + child * 24 + 4, std::uint32_t(0));
                    file.set(index + 4 + child * 24 + 16, std::uint64_t(index));
                }
            } else if (what == "chromosomes in a loop") {
                file.set(tree + 32, std::uint8_t(0));
                file.set(tree + 36 + 8, std::uint64_t(tree + 32));
            } else if (what == "many chromosomes")
                file.set(tree + 16, std::uint64_t(1) << 50);
            else if (what == "key size")
                file.set(tree + 8, std::uint32_t(0));
            else if (what == "zoom outside")
                file.set(6, std::uint16_t(1));
            else
                file.set(6, std::uint16_t(60000));
            const tests::TemporaryFolder folder;
            const auto source = io::openSignal(folder.write("lie.bw", file.bytes()));
            Result<void> read = source ? Result<void>() : fail(source.error());
            for (std::size_t i = 0; source && read && i < (*source)->chromosomes().size(); ++i) {
                const io::SignalChromosome chromosome = (*source)->chromosomes()[i];
                const auto intervals = (*source)->intervals(chromosome.name, {0, chromosome.lengthNt});
                if (!intervals)
                    read = fail(intervals.error());
            }
            QVERIFY(!read);
            QVERIFY2(contains(read.error().where().file, "lie.bw"), read.error().sentence().c_str());
            QVERIFY2(read.error().code() == ErrorCode::Parse || what == "version", read.error().sentence().c_str());
        }
    }

    void truncatedAndRandomBytesNeverCrash_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("synthetic") << QString();
        QTest::newRow("pyBigWig") << "data/formats/pybigwig_test.bw";
        QTest::newRow("Xpresso") << "data/formats/region.1Mb.intervals.100ntStep.Plus.bw";
    }
    void truncatedAndRandomBytesNeverCrash()
    {
        QFETCH(QString, file);
        if (!file.isEmpty() && !tests::haveShared(file.toStdString()))
            QSKIP("The shared data are not beside the source tree.");
        const tests::TemporaryFolder folder;
        std::string whole = tests::BigWigBytes(false).bytes();
        if (!file.isEmpty()) {
            std::ifstream shared(tests::sharedPath(file.toStdString()), std::ios::binary);
            whole.assign(std::istreambuf_iterator<char>(shared), {});
        }
        std::mt19937 random(17);
        int refused = 0;
        constexpr int kTrials = 400;
        for (int trial = 0; trial < kTrials; ++trial) {
            std::string bytes = whole;
            if (trial % 4 == 0)
                bytes.resize(random() % bytes.size());
            else
                for (int change = 0; change < 1 + trial % 5; ++change)
                    bytes[random() % (trial % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 600))] =
                        char(random());
            refused += isRefused(folder.write("d.bw", bytes)) ? 1 : 0;
        }
        QVERIFY2(refused >= kTrials / 4, std::to_string(refused).c_str());
    }

    void otherFilesAreSentences()
    {
        const tests::TemporaryFolder folder;
        std::string bigBed = tests::BigWigBytes(false).bytes();
        bigBed.replace(0, 4, "\xEB\xF2\x89\x87");
        QVERIFY(contains(io::openBigWigReader(folder.write("b.bb", bigBed)).error().message(), "bigBed"));
        const auto signal = io::openSignal(folder.path("b.bb"));
        QVERIFY(!signal && signal.error().code() == ErrorCode::Unsupported);
        QVERIFY2(contains(signal.error().message(), "bigBed"), signal.error().message().c_str());
        QVERIFY(contains(io::openBigWigReader(folder.write("f.bw", std::string(100, 'x'))).error().message(),
                         "not a bigWig"));
        QVERIFY(contains(io::openBigWigReader(folder.write("e.bw", "")).error().message(), "ends inside its header"));
        QVERIFY(io::openSignal(folder.path("none.bw")).error().code() == ErrorCode::NotFound);
    }

private:
    static bool isRefused(const std::string& path)
    {
        const auto source = io::openBigWigReader(path);
        if (!source)
            return true;
        bool refused = false;
        for (const io::SignalChromosome& chromosome : (*source)->chromosomes()) {
            const data::Interval window{0, chromosome.lengthNt};
            refused = refused || !(*source)->intervals(chromosome.name, window)
                      || !(*source)->bins(chromosome.name, window, 10, io::Summary::Mean);
        }
        return refused;
    }
};

QTEST_APPLESS_MAIN(TestBigWigDamaged)
#include "tst_bigwig_damaged.moc"
