// bigWig: real files against libBigWig and against a bedGraph twin, zoom levels against the values, both byte orders,
// round trips. Damaged files: tst_bigwig_damaged.cpp.
#include "core/io/bedgraph_reader.h"
#include "core/io/bigwig_reader.h"
#include "core/io/bigwig_stream.h"
#include "tests/support/big_wig_bytes.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <bigWig.h>

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace nscope;
using tests::contains;

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

std::vector<io::SignalInterval> allOf(io::SignalSource& source, const io::SignalChromosome& chromosome)
{
    const auto intervals = source.intervals(chromosome.name, {0, chromosome.lengthNt});
    if (!intervals)
        qWarning("%s", intervals.error().sentence().c_str());
    return intervals.value_or(std::vector<io::SignalInterval>());
}

bool sameBins(const std::vector<float>& got, const std::vector<float>& wanted)
{
    return std::ranges::equal(got, wanted, [](float a, float b) {
        return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 2e-6f * std::max(1.0f, std::abs(b));
    });
}

/// Two programs made floats of the same decimal text; they may differ in the last place.
bool sameWithinRounding(const io::SignalInterval& a, const io::SignalInterval& b)
{
    const bool isNext = std::nextafter(a.value, b.value) == b.value;
    return a.startNt == b.startNt && a.endNt == b.endNt && isNext;
}

/// Bins position by position, in double.
std::vector<float> bruteBins(const std::vector<io::SignalInterval>& intervals, data::Interval window,
                             std::int64_t count, io::Summary summary)
{
    std::vector<float> bins;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t start = window.startNt + i * window.length() / count;
        const std::int64_t end = std::max(start + 1, window.startNt + (i + 1) * window.length() / count);
        double sum = 0.0, covered = 0.0;
        float low = std::numeric_limits<float>::infinity(), high = -low;
        for (const io::SignalInterval& one : intervals) {
            const auto nt = double(data::Interval{one.startNt, one.endNt}.intersected({start, end}).length());
            if (nt <= 0)
                continue;
            sum += nt * double(one.value);
            covered += nt;
            low = std::min(low, one.value);
            high = std::max(high, one.value);
        }
        bins.push_back(covered == 0.0                 ? kNone
                       : summary == io::Summary::Mean ? float(sum / covered)
                       : summary == io::Summary::Max  ? high
                                                      : low);
    }
    return bins;
}

/// Every zoom record against the values themselves.
void compareZooms(io::BigWigReader& reader)
{
    for (std::size_t level = 0; level < reader.zoomLevels().size(); ++level) {
        double covered = 0.0, inRecords = 0.0;
        for (const io::SignalChromosome& chromosome : reader.chromosomes()) {
            const std::vector<io::SignalInterval> values = allOf(reader, chromosome);
            for (const io::SignalInterval& one : values)
                covered += double(one.endNt - one.startNt);
            const auto records = reader.zoomRecords(level, chromosome.name, {0, chromosome.lengthNt});
            QVERIFY2(records, records ? "" : records.error().sentence().c_str());
            auto first = values.begin();
            for (const io::ZoomRecord& record : *records) {
                while (first != values.end() && first->endNt <= record.startNt)
                    ++first;
                double nt = 0.0, sum = 0.0, squares = 0.0, absolute = 0.0;
                float low = std::numeric_limits<float>::infinity(), high = -low;
                for (auto one = first; one != values.end() && one->startNt < record.endNt; ++one) {
                    const auto own = double(
                        data::Interval{one->startNt, one->endNt}.intersected({record.startNt, record.endNt}).length());
                    nt += own;
                    sum += own * double(one->value);
                    absolute += own * std::abs(double(one->value));
                    squares += own * double(one->value) * double(one->value);
                    low = std::min(low, one->value);
                    high = std::max(high, one->value);
                }
                QCOMPARE(double(record.coveredNt), nt);
                QCOMPARE(record.low, low);
                QCOMPARE(record.high, high);
                // Written as a sum of floats: each of the additions may round by half a unit of the last place.
                QVERIFY(std::abs(double(record.sum) - sum) <= 1e-5 * absolute);
                QVERIFY(std::abs(double(record.sumOfSquares) - squares) <= 1e-5 * squares);
                inRecords += nt;
            }
        }
        QCOMPARE(inRecords, covered);  // no value is missing from a level
    }
}

/// Chromosomes, all intervals and exact bins against what libBigWig reads.
void compareWithLibBigWig(const std::string& path)
{
    const auto reader = io::openBigWigReader(path, {.usesZoomLevels = false});
    QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
    bigWigFile_t* const other = bwOpen(path.c_str(), nullptr, "r");
    QVERIFY(other != nullptr);
    QCOMPARE(std::int64_t((*reader)->chromosomes().size()), other->cl->nKeys);
    std::size_t compared = 0;
    for (const io::SignalChromosome& chromosome : (*reader)->chromosomes()) {
        const char* const name = chromosome.name.c_str();
        const auto lengthNt = std::uint32_t(chromosome.lengthNt);
        QVERIFY(bwGetTid(other, name) != std::uint32_t(-1));
        QCOMPARE(other->cl->len[bwGetTid(other, name)], lengthNt);
        bwOverlappingIntervals_t* const wanted = bwGetOverlappingIntervals(other, name, 0, lengthNt);
        const std::vector<io::SignalInterval> got = allOf(**reader, chromosome);
        QCOMPARE(got.size(), std::size_t(wanted == nullptr ? 0 : wanted->l));
        for (std::size_t i = 0; i < got.size(); ++i)
            QVERIFY((got[i] == io::SignalInterval{wanted->start[i], wanted->end[i], wanted->value[i]}));
        compared += got.size();
        if (wanted != nullptr)
            bwDestroyOverlappingIntervals(wanted);
        if (got.empty())
            continue;
        const data::Interval window{got.front().startNt, got.back().endNt};
        for (const io::Summary summary : {io::Summary::Mean, io::Summary::Max, io::Summary::Min}) {
            const auto bins = (*reader)->bins(chromosome.name, window, 37, summary);
            QVERIFY(bins && sameBins(*bins, bruteBins(got, window, 37, summary)));
        }
    }
    bwClose(other);
    QVERIFY(compared > 3);
}

}  // namespace

class TestBigWig : public QObject {
    Q_OBJECT

private slots:
    void realFilesAgreeWithLibBigWig_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("pyBigWig") << "pybigwig_test.bw";
        QTest::newRow("Xpresso") << "region.1Mb.intervals.100ntStep.Plus.bw";
        QTest::newRow("ENCODE") << "wgEncodeCaltechRnaSeqGm12878R2x75Il400SigRep2V2.sample.bigWig";
    }
    void realFilesAgreeWithLibBigWig()
    {
        QFETCH(QString, file);
        const std::string path = tests::sharedPath("data/formats/" + file.toStdString());
        if (!tests::haveShared("data/formats/" + file.toStdString()))
            QSKIP("The shared data are not beside the source tree.");
        compareWithLibBigWig(path);
    }

    void everyZoomRecordAgreesWithTheValues()
    {
        if (!tests::haveShared("data/formats/pybigwig_test.bw"))
            QSKIP("The shared data are not beside the source tree.");
        for (const char* file : {"pybigwig_test.bw", "region.1Mb.intervals.100ntStep.Plus.bw",
                                 "wgEncodeCaltechRnaSeqGm12878R2x75Il400SigRep2V2.sample.bigWig"}) {
            const auto reader = io::openBigWigReader(tests::sharedPath(std::string("data/formats/") + file));
            QVERIFY(reader);
            QVERIFY(!(*reader)->zoomLevels().empty());
            compareZooms(**reader);
        }
    }

    void aBigWigEqualsItsBedGraphTwin()
    {
        const std::string stem = "data/formats/region.1Mb.intervals.100ntStep.Plus";
        if (!tests::haveShared(stem + ".bw"))
            QSKIP("The shared data are not beside the source tree.");
        const auto wide = io::openBigWigReader(tests::sharedPath(stem + ".bw"));
        const auto exact = io::openBigWigReader(tests::sharedPath(stem + ".bw"), {.usesZoomLevels = false});
        const auto twin = io::openBedGraphReader(tests::sharedPath(stem + ".bedGraph.gz"));
        QVERIFY(wide && exact && twin);
        QCOMPARE((*twin)->problems().count, std::int64_t(0));
        QVERIFY((*twin)->notices().empty());
        std::size_t compared = 0;
        for (const io::SignalChromosome& chromosome : (*twin)->chromosomes()) {
            const std::vector<io::SignalInterval> wanted = allOf(**twin, chromosome);
            const auto got = (*exact)->intervals(chromosome.name, {0, chromosome.lengthNt});
            QVERIFY(got);
            QVERIFY(std::ranges::equal(*got, wanted, sameWithinRounding));
            compared += wanted.size();
            const data::Interval window{wanted.front().startNt, wanted.back().endNt};
            for (const std::int64_t count : {1, 7, 100, 1000}) {
                for (const io::Summary summary : {io::Summary::Mean, io::Summary::Max, io::Summary::Min}) {
                    const std::vector<float> brute = bruteBins(wanted, window, count, summary);
                    QVERIFY(sameBins((*exact)->bins(chromosome.name, window, count, summary).value(), brute));
                    QVERIFY(sameBins((*twin)->bins(chromosome.name, window, count, summary).value(), brute));
                }
            }
            compareWideBins(**wide, chromosome.name, window, wanted);
        }
        QCOMPARE(compared, std::size_t(7896));
    }

    void whatIsWrittenIsRead()
    {
        std::mt19937 random(3);
        std::vector<io::SignalInterval> sparse;
        for (std::int64_t at = 5; at < 248'000'000; at += 1 + std::int64_t(random() % 600)) {
            const std::int64_t end = at + 1 + std::int64_t(random() % 300);
            sparse.push_back({at, end, float(random() % 1000) / 7.0f - 50.0f});
            at = end;
        }
        const tests::TemporaryFolder folder;
        const std::string path = folder.path("s.bw");
        auto stream = io::BigWigStream::create(path, {{"chr2", 1000}, {"chr1", 248'956'422}, {"chr10", 50}});
        QVERIFY(stream);
        QCOMPARE(stream->chromosomes()[1].name, std::string("chr10"));
        for (const io::SignalInterval& one : sparse)
            QVERIFY(stream->add("chr1", one));
        const std::vector<float> first{1.0f, 2.0f, kNone, 4.0f, std::numeric_limits<float>::infinity()};
        const std::vector<float> second{7.0f};
        QVERIFY(stream->add("chr2", 100, 25, first));
        QVERIFY(stream->add("chr2", 225, 25, second));
        QVERIFY(stream->add("chr2", {990, 1000, -1.0f}));
        const auto early = stream->add("chr1", {0, 1, 1.0f});
        QVERIFY(!early && early.error().where().record == "chr1");
        QVERIFY(!stream->add("chr2", {995, 998, 1.0f}));
        QVERIFY(!stream->add("chr2", {999, 1001, 1.0f}));
        QVERIFY(!stream->add("chr3", {0, 1, 1.0f}));
        QVERIFY(stream->finish());
        const auto reader = io::openBigWigReader(path);
        QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
        QVERIFY(allOf(**reader, {"chr1", 248'956'422}) == sparse);
        const std::vector<io::SignalInterval> small{
            {100, 125, 1.0f}, {125, 150, 2.0f}, {175, 200, 4.0f}, {225, 250, 7.0f}, {990, 1000, -1.0f}};
        QVERIFY(allOf(**reader, {"chr2", 1000}) == small);
        QVERIFY(allOf(**reader, {"chr10", 50}).empty());
        compareZooms(**reader);
        compareWithLibBigWig(path);
        compareWideBins(**reader, "chr1", {0, 248'956'422}, sparse);
        QVERIFY(!io::BigWigStream::create(path, {}));
        QVERIFY(!io::BigWigStream::create(path, {{"a", 5}, {"a", 6}}));
        QVERIFY(!io::BigWigStream::create(path, {{"", 5}}));
    }

    void manyChromosomesAreFound_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("two levels of the tree") << 700;
        QTest::newRow("three levels") << 70'000;
    }
    void manyChromosomesAreFound()
    {
        QFETCH(int, count);
        const tests::TemporaryFolder folder;
        const std::string path = folder.path("m.bw");
        std::vector<io::SignalChromosome> chromosomes;
        for (int i = 0; i < count; ++i)
            chromosomes.push_back({"contig" + std::to_string(i * 7), 100 + i % 50});
        auto stream = io::BigWigStream::create(path, chromosomes);
        QVERIFY(stream);
        for (const io::SignalChromosome& chromosome : stream->chromosomes())
            QVERIFY(stream->add(chromosome.name, {5, chromosome.lengthNt, float(chromosome.lengthNt)}));
        QVERIFY(stream->finish());
        const auto reader = io::openBigWigReader(path);
        QVERIFY2(reader, reader ? "" : reader.error().sentence().c_str());
        QCOMPARE(int((*reader)->chromosomes().size()), count);
        for (const io::SignalChromosome& chromosome : chromosomes) {
            const std::vector<io::SignalInterval> wanted{{5, chromosome.lengthNt, float(chromosome.lengthNt)}};
            QVERIFY(allOf(**reader, chromosome) == wanted);
        }
        if (count < 1000)  // libBigWig looks through all names for each
            compareWithLibBigWig(path);
    }

    void sumsThatLibBigWigForgotAreSettled()
    {
        const tests::TemporaryFolder folder;
        const std::string path = folder.path("l.bw");
        constexpr std::uint32_t kCount = 30000;
        const char* const name = "chr1";
        const std::uint32_t lengthNt = kCount * 1000;
        bigWigFile_t* const file = bwOpen(path.c_str(), nullptr, "w");
        QVERIFY(file != nullptr && bwCreateHdr(file, 4) == 0);
        file->cl = bwCreateChromList(&name, &lengthNt, 1);
        QCOMPARE(bwWriteHdr(file), 0);
        for (std::uint32_t i = 0; i < kCount; ++i) {
            const std::uint32_t start = i * 1000, end = start + 100;
            const float value = 1.0f + float(i % 5);
            QCOMPARE(bwAddIntervals(file, &name, &start, &end, &value, 1), 0);
        }
        bwClose(file);
        const auto reader = io::openBigWigReader(path);
        QVERIFY(reader);
        QVERIFY((*reader)->zoomRecords(0, name, {0, lengthNt})->size() > 2000);
        compareZooms(**reader);
    }

    void bothByteOrdersAndAllKindsOfBlocks()
    {
        for (const bool swapped : {false, true}) {
            const tests::TemporaryFolder folder;
            const tests::BigWigBytes file(swapped);
            const auto source = io::openSignal(folder.write("x.dat", file.bytes()));
            QVERIFY2(source, source ? "" : source.error().sentence().c_str());
            QCOMPARE((*source)->chromosomes().size(), std::size_t(2));
            QCOMPARE((*source)->chromosomes()[1].lengthNt, std::int64_t(500));
            const std::vector<io::SignalInterval> first{
                {10, 20, 1.5f}, {20, 25, -2.0f}, {100, 105, 3.0f}, {200, 205, 4.0f}};
            const std::vector<io::SignalInterval> second{{0, 10, 1.0f}, {20, 30, 2.0f}, {40, 50, 3.0f}};
            QVERIFY(allOf(**source, {"chrA", 1000}) == first);
            QVERIFY(allOf(**source, {"chrB", 500}) == second);
            const std::vector<io::SignalInterval> touched{first[1], first[2]};
            QVERIFY((*source)->intervals("chrA", {24, 101}).value() == touched);
            QVERIFY((*source)->intervals("chrA", {25, 100}).value().empty());
            QVERIFY(sameBins((*source)->bins("chrA", {10, 30}, 3, io::Summary::Mean).value(),
                             {1.5f, (4 * 1.5f - 6) / 7, -2.0f}));
            QVERIFY(sameBins((*source)->bins("chrA", {8, 12}, 8, io::Summary::Max).value(),
                             {kNone, kNone, kNone, kNone, 1.5f, 1.5f, 1.5f, 1.5f}));
        }
    }

    void placesOutsideAreSentences()
    {
        const tests::TemporaryFolder folder;
        const auto source = io::openSignal(folder.write("x.bw", tests::BigWigBytes(false).bytes()));
        QVERIFY(source);
        const data::Interval outside[] = {{0, 1001}, {1000, 1001}, {-1, 5}, {7, 7}, {9, 3}};
        for (const data::Interval& window : outside) {
            const auto intervals = (*source)->intervals("chrA", window);
            QVERIFY(!intervals && intervals.error().code() == ErrorCode::InvalidArgument);
            QVERIFY(contains(intervals.error().sentence(), "x.bw, record chrA"));
            QVERIFY(!(*source)->bins("chrA", window, 3, io::Summary::Mean));
        }
        QVERIFY(!(*source)->bins("chrA", {0, 10}, 0, io::Summary::Mean));
        const auto other = (*source)->intervals("chr1", {0, 10});
        QVERIFY(!other && contains(other.error().message(), "chrA, chrB"));
        const auto reader = io::openBigWigReader(folder.path("x.bw"));
        QVERIFY(reader && !(*reader)->zoomRecords(0, "chrA", {0, 10}));
    }

private:
    /// Bins from zoom levels: extremes lie within those of a window that is wider by half a bin at each side, and the
    /// whole is conserved, since every record goes into bins by its share.
    static void compareWideBins(io::SignalSource& source, const std::string& chromosome, data::Interval window,
                                const std::vector<io::SignalInterval>& values)
    {
        constexpr std::int64_t kCount = 20;
        const std::int64_t half = window.length() / kCount / 2 + 1;
        const auto means = source.bins(chromosome, window, kCount, io::Summary::Mean);
        const auto highs = source.bins(chromosome, window, kCount, io::Summary::Max);
        const auto lows = source.bins(chromosome, window, kCount, io::Summary::Min);
        QVERIFY(means && highs && lows);
        for (std::int64_t i = 0; i < kCount; ++i) {
            const data::Interval bin{window.startNt + i * window.length() / kCount,
                                     window.startNt + (i + 1) * window.length() / kCount};
            const data::Interval wider{bin.startNt - half, bin.endNt + half};
            const auto at = std::size_t(i);
            const float inside = bruteBins(values, bin, 1, io::Summary::Max)[0];
            const float around = bruteBins(values, wider, 1, io::Summary::Max)[0];
            QVERIFY((*highs)[at] >= inside && (*highs)[at] <= around);
            const float lowInside = bruteBins(values, bin, 1, io::Summary::Min)[0];
            const float lowAround = bruteBins(values, wider, 1, io::Summary::Min)[0];
            QVERIFY((*lows)[at] <= lowInside && (*lows)[at] >= lowAround);
            QVERIFY((*means)[at] >= (*lows)[at] && (*means)[at] <= (*highs)[at]);
        }
    }
};

QTEST_APPLESS_MAIN(TestBigWig)
#include "tst_bigwig.moc"
