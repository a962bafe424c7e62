// Coverage of BAM and CRAM files that the test writes with htslib, against counting base by base; indexes that are
// missing or old; files that are not sorted, cut or no alignments.
#include "core/io/signal_file.h"
#include "tests/support/random_letters.h"
#include "tests/support/temporary_folder.h"

#include <htslib/faidx.h>
#include <htslib/sam.h>

#include <QTest>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <random>

using namespace nscope;
using tests::contains;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kLengthNt = 20000;
constexpr const char* kHeader = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:20000\n@SQ\tSN:chr2\tLN:5000\n";

struct Read {
    std::int64_t startNt = 0;
    int chromosome = 0;
    std::uint16_t flag = 0;
    std::vector<std::pair<int, int>> cigar;  ///< operation and length
};

std::vector<Read> randomReads(unsigned seed, int count)
{
    std::mt19937 random(seed);
    constexpr std::uint16_t kFlags[] = {0,
                                        0,
                                        0,
                                        BAM_FREVERSE,
                                        BAM_FREVERSE,
                                        BAM_FDUP,
                                        BAM_FSECONDARY,
                                        BAM_FSUPPLEMENTARY,
                                        BAM_FUNMAP,
                                        BAM_FQCFAIL,
                                        BAM_FREVERSE | BAM_FDUP};
    const auto some = [&random](int least, int most) { return least + int(random() % unsigned(most - least + 1)); };
    std::vector<Read> reads;
    for (int i = 0; i < count; ++i) {
        Read read;
        read.chromosome = int(random() % 8 == 0);
        read.startNt = some(0, read.chromosome == 0 ? 18000 : 3000);
        read.flag = kFlags[random() % std::size(kFlags)];
        read.cigar = {{BAM_CSOFT_CLIP, some(1, 5)}, {BAM_CMATCH, some(1, 40)},        {BAM_CDEL, some(1, 4)},
                      {BAM_CEQUAL, some(1, 10)},    {BAM_CREF_SKIP, some(100, 1500)}, {BAM_CDIFF, some(1, 3)},
                      {BAM_CINS, some(1, 3)},       {BAM_CMATCH, some(1, 30)},        {BAM_CHARD_CLIP, some(1, 9)}};
        if (random() % 3 == 0)
            read.cigar = {{BAM_CMATCH, some(20, 100)}};
        reads.push_back(read);
    }
    std::ranges::sort(reads, [](const Read& a, const Read& b) {
        return a.chromosome != b.chromosome ? a.chromosome < b.chromosome : a.startNt < b.startNt;
    });
    return reads;
}

/// Writes reads as they come; `mode` is "wb" or "wc".
void writeReads(const std::string& path, const std::vector<Read>& reads, const char* mode,
                const std::string& reference = {}, const char* headerLines = kHeader)
{
    samFile* const file = sam_open(path.c_str(), mode);
    QVERIFY(file != nullptr);
    if (!reference.empty())
        QCOMPARE(hts_set_fai_filename(file, reference.c_str()), 0);
    sam_hdr_t* const header = sam_hdr_init();
    QCOMPARE(sam_hdr_add_lines(header, headerLines, std::strlen(headerLines)), 0);
    QCOMPARE(sam_hdr_write(file, header), 0);
    bam1_t* const record = bam_init1();
    std::mt19937_64 random(4);
    for (std::size_t i = 0; i < reads.size(); ++i) {
        std::vector<std::uint32_t> cigar;
        std::size_t letters = 0;
        for (const auto& [operation, length] : reads[i].cigar) {
            cigar.push_back(bam_cigar_gen(std::uint32_t(length), std::uint32_t(operation)));
            letters += (bam_cigar_type(operation) & 1) != 0 ? std::size_t(length) : 0;
        }
        const std::string name = "r" + std::to_string(i);
        const std::string sequence = tests::randomLetters(random, letters);
        QVERIFY(bam_set1(record, name.size(), name.c_str(), reads[i].flag, reads[i].chromosome, reads[i].startNt, 30,
                         cigar.size(), cigar.data(), -1, -1, 0, letters, sequence.c_str(), nullptr, 0)
                >= 0);
        QVERIFY(sam_write1(file, header, record) >= 0);
    }
    bam_destroy1(record);
    sam_hdr_destroy(header);
    QCOMPARE(sam_close(file), 0);
}

/// Depth at every position of a chromosome, read by read and base by base.
std::vector<int> bruteDepth(const std::vector<Read>& reads, int chromosome, data::Strand strand)
{
    std::vector<int> depth(kLengthNt, 0);
    for (const Read& read : reads) {
        const bool isReverse = (read.flag & BAM_FREVERSE) != 0;
        const bool isLeftOut = (read.flag & (BAM_FUNMAP | BAM_FSECONDARY | BAM_FDUP | BAM_FSUPPLEMENTARY)) != 0;
        if (read.chromosome != chromosome || isLeftOut || (strand == data::Strand::Forward && isReverse)
            || (strand == data::Strand::Reverse && !isReverse))
            continue;
        std::int64_t at = read.startNt;
        for (const auto& [operation, length] : read.cigar) {
            const bool counts = operation == BAM_CMATCH || operation == BAM_CEQUAL || operation == BAM_CDIFF;
            const bool moves = counts || operation == BAM_CDEL || operation == BAM_CREF_SKIP;
            for (int i = 0; i < length && moves; ++i, ++at)
                depth[std::size_t(at)] += counts ? 1 : 0;
        }
    }
    return depth;
}

void compareDepth(io::SignalSource& source, const std::string& name, const std::vector<int>& wanted,
                  data::Interval window)
{
    const auto intervals = source.intervals(name, window);
    QVERIFY2(intervals, intervals ? "" : intervals.error().sentence().c_str());
    std::vector<int> got(wanted.size(), 0);
    std::int64_t lastEnd = window.startNt;
    for (const io::SignalInterval& one : *intervals) {
        QVERIFY(one.startNt >= lastEnd && one.endNt <= window.endNt && one.endNt > one.startNt && one.value > 0.0f);
        lastEnd = one.endNt;
        std::fill(got.begin() + one.startNt, got.begin() + one.endNt, int(one.value));
    }
    for (std::int64_t at = window.startNt; at < window.endNt; ++at)
        QCOMPARE(got[std::size_t(at)], wanted[std::size_t(at)]);
    const auto bins = source.bins(name, window, 13, io::Summary::Mean);
    const auto highs = source.bins(name, window, 13, io::Summary::Max);
    const auto lows = source.bins(name, window, 13, io::Summary::Min);
    QVERIFY(bins && highs && lows);
    for (std::int64_t i = 0; i < 13; ++i) {
        const auto first = wanted.begin() + window.startNt + i * window.length() / 13;
        const auto last = wanted.begin() + window.startNt + (i + 1) * window.length() / 13;
        const double mean = double(std::accumulate(first, last, 0)) / double(last - first);
        QVERIFY(std::abs(double((*bins)[std::size_t(i)]) - mean) < 1e-5);
        QCOMPARE((*highs)[std::size_t(i)], float(*std::max_element(first, last)));
        QCOMPARE((*lows)[std::size_t(i)], float(*std::min_element(first, last)));
    }
}

}  // namespace

class TestCoverage : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString(m_cache.path("cache"))); }

    void depthAgreesWithCounting_data()
    {
        QTest::addColumn<bool>("isCram");
        QTest::addColumn<int>("strand");
        for (const bool isCram : {false, true}) {
            for (const char strand : {'.', '+', '-'})
                QTest::addRow("%s %c", isCram ? "CRAM" : "BAM", strand) << isCram << int(strand);
        }
    }
    void depthAgreesWithCounting()
    {
        QFETCH(bool, isCram);
        QFETCH(int, strand);
        const tests::TemporaryFolder folder;
        const std::vector<Read> reads = randomReads(7, 3000);
        const std::string path = folder.path(isCram ? "r.cram" : "r.bam");
        writeFile(folder, path, reads, isCram);
        for (int opening = 0; opening < 2; ++opening) {
            const auto source = io::openSignal(path, {.strand = data::Strand(char(strand))});
            QVERIFY2(source, source ? "" : source.error().sentence().c_str());
            QVERIFY((*source)->notices().empty());
            QCOMPARE((*source)->chromosomes().size(), std::size_t(2));
            QCOMPARE((*source)->chromosomes()[1].lengthNt, std::int64_t(5000));
            const std::vector<int> first = bruteDepth(reads, 0, data::Strand(char(strand)));
            const std::vector<int> second = bruteDepth(reads, 1, data::Strand(char(strand)));
            QVERIFY(std::ranges::max(first) > 3);
            compareDepth(**source, "chr1", first, {0, kLengthNt});
            compareDepth(**source, "chr1", first, {5000, 5101});
            compareDepth(**source, "chr1", first, {17950, 18000});
            compareDepth(**source, "chr2", second, {0, 5000});
        }
        QVERIFY(fs::exists(path + (isCram ? ".crai" : ".bai")));
    }

    void anOldIndexIsBuiltAgain()
    {
        const tests::TemporaryFolder folder;
        const std::string path = folder.path("r.bam");
        writeReads(path, randomReads(1, 50), "wb");
        QVERIFY(io::openSignal(path));
        const std::vector<Read> later = randomReads(2, 2000);
        writeReads(path, later, "wb");
        fs::last_write_time(path + ".bai", fs::last_write_time(path) - std::chrono::seconds(5));
        const auto source = io::openSignal(path);
        QVERIFY(source);
        QVERIFY(!(*source)->notices().empty() && contains((*source)->notices()[0], "older than its file"));
        compareDepth(**source, "chr1", bruteDepth(later, 0, data::Strand::None), {0, kLengthNt});
    }

    void theNoticeNamesTheIndexThatIsUsed()
    {
        const tests::TemporaryFolder folder;
        const std::string path = folder.path("r.bam");
        writeReads(path, randomReads(1, 50), "wb");
        QVERIFY(io::openSignal(path));  // makes the .bai
        QCOMPARE(sam_index_build3(path.c_str(), (path + ".csi").c_str(), 14, 0), 0);
        fs::last_write_time(path + ".bai", fs::last_write_time(path) - std::chrono::seconds(5));
        const auto source = io::openSignal(path);
        QVERIFY(source);
        const std::vector<std::string>& notices = (*source)->notices();
        QCOMPARE(notices.size(), std::size_t(1));
        QVERIFY2(!contains(notices[0], "built") && contains(notices[0], "r.bam.csi is used"), notices[0].c_str());
    }

    /// A .bai file reaches to 512 Mb; wheat and salamanders have longer chromosomes.
    void longChromosomesHaveTheIndexThatReaches()
    {
        const tests::TemporaryFolder folder;
        const std::string path = folder.path("long.bam");
        constexpr std::int64_t kFarNt = 590'000'000;
        writeReads(path,
                   {{.startNt = 1000, .cigar = {{BAM_CMATCH, 20}}}, {.startNt = kFarNt, .cigar = {{BAM_CMATCH, 30}}}},
                   "wb", {}, "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:600000000\n");
        for (int opening = 0; opening < 2; ++opening) {
            const auto source = io::openSignal(path);
            QVERIFY2(source, source ? "" : source.error().sentence().c_str());
            QVERIFY((*source)->notices().empty());
            const auto reads = (*source)->intervals("chr1", {kFarNt - 1000, 600'000'000});
            QVERIFY(reads);
            const std::vector<io::SignalInterval> wanted{{kFarNt, kFarNt + 30, 1.0f}};
            QVERIFY(*reads == wanted);
            QVERIFY(fs::exists(path + ".csi") && !fs::exists(path + ".bai"));
        }
        // Where nothing can be written beside the file, the same index lies in the cache and is found there.
        fs::remove(path + ".csi");
        const fs::path parent = fs::path(path).parent_path();
        fs::permissions(parent, fs::perms::owner_read | fs::perms::owner_exec);
        const auto first = io::openSignal(path);
        Progress progress;
        const auto second = io::openSignal(path, {}, {}, &progress);
        fs::permissions(parent, fs::perms::owner_all);
        QVERIFY2(first && second, first ? "" : first.error().sentence().c_str());
        QCOMPARE(progress.snapshot().total, std::int64_t(0));  // nothing was built
        QVERIFY(!fs::exists(path + ".csi"));
    }

    void brokenFilesAreSentences()
    {
        const tests::TemporaryFolder folder;
        std::vector<Read> reads = randomReads(3, 3000);
        const std::string path = folder.path("r.bam");
        writeReads(path, reads, "wb");
        const std::string whole = folder.read("r.bam");
        constexpr std::size_t kEndBlock = 28;
        for (const std::size_t left : {whole.size() - kEndBlock, whole.size() / 2, std::size_t(60)}) {
            const auto cut = io::openSignal(folder.write("cut.bam", whole.substr(0, left)));
            QVERIFY(!cut);
            QVERIFY2(contains(cut.error().sentence(), "cut.bam"), cut.error().sentence().c_str());
        }
        std::ranges::reverse(reads);
        writeReads(folder.path("u.bam"), reads, "wb");
        const auto unsorted = io::openSignal(folder.path("u.bam"));
        QVERIFY(!unsorted);
        QVERIFY2(contains(unsorted.error().sentence(), "samtools sort"), unsorted.error().sentence().c_str());
        QVERIFY(!fs::exists(folder.path("u.bam.bai")));
        const auto text =
            io::openSignal(folder.write("t.sam", std::string(kHeader) + "r\t0\tchr1\t1\t30\t4M\t*\t0\t0\tACGT\t*\n"));
        QVERIFY(!text);
        QVERIFY2(contains(text.error().sentence(), "SAM text"), text.error().sentence().c_str());
        folder.write("r.bam.bai", "BAI\1\xff\xff\xff\x7f");
        fs::last_write_time(path + ".bai", fs::last_write_time(path) + std::chrono::seconds(5));
        const auto index = io::openSignal(path);
        QVERIFY(!index);
        QVERIFY2(contains(index.error().sentence(), "bai"), index.error().sentence().c_str());
        fs::remove(path + ".bai");
        const auto source = io::openSignal(path);
        QVERIFY(source);
        const auto beyond = (*source)->intervals("chr1", {0, kLengthNt + 1});
        QVERIFY(!beyond && contains(beyond.error().sentence(), "20000 nt"));
        QVERIFY(!(*source)->intervals("chr1", {5, 3}));
    }

    void damagedBytesNeverCrash()
    {
        const tests::TemporaryFolder folder;
        writeReads(folder.path("r.bam"), randomReads(5, 2000), "wb");
        const std::string whole = folder.read("r.bam");
        std::mt19937 random(23);
        int refused = 0;
        for (int trial = 0; trial < 100; ++trial) {
            std::string bytes = whole;
            bytes[random() % bytes.size()] ^= char(1 + random() % 255);
            fs::remove(folder.path("d.bam.bai"));
            const auto source = io::openSignal(folder.write("d.bam", bytes));
            const auto read = source ? (*source)->intervals("chr1", {0, kLengthNt}) : fail(source.error());
            refused += read ? 0 : 1;
            QVERIFY(read || !read.error().where().file.empty());
        }
        QVERIFY2(refused > 90, std::to_string(refused).c_str());
    }

    void aStopEndsTheIndexing()
    {
        const tests::TemporaryFolder folder;
        writeReads(folder.path("r.bam"), randomReads(6, 70000), "wb");
        std::stop_source stop;
        stop.request_stop();
        const auto source = io::openSignal(folder.path("r.bam"), {}, stop.get_token());
        QVERIFY(!source && source.error().code() == ErrorCode::Cancelled);
        QCOMPARE(folder.fileCount(), std::size_t(1));
    }

private:
    /// A CRAM file is made with a reference that is gone when it is read, and with no way to fetch one.
    static void writeFile(const tests::TemporaryFolder& folder, const std::string& path, const std::vector<Read>& reads,
                          bool isCram)
    {
        if (!isCram) {
            writeReads(path, reads, "wb");
            return;
        }
        std::mt19937_64 random(8);
        const std::string reference =
            folder.write("ref.fa", ">chr1\n" + tests::randomLetters(random, kLengthNt) + "\n>chr2\n"
                                       + tests::randomLetters(random, 5000) + "\n");
        QCOMPARE(fai_build(reference.c_str()), 0);
        writeReads(path, reads, "wc", reference + ".fai");
        fs::remove(reference);
        fs::remove(reference + ".fai");
    }

    tests::TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(TestCoverage)
#include "tst_coverage.moc"
