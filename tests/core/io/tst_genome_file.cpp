// Genomes: FASTA plain, bgzip and gzip, 2bit of both byte orders, pieces of chromosomes, indexes that are missing, old
// or wrong, and damaged files.
#include "core/data/alphabet.h"
#include "core/io/chromosome_aliases.h"
#include "core/io/genome_file.h"
#include "tests/support/random_letters.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/two_bit_writer.h"

#include <htslib/bgzf.h>

#include <QFile>
#include <QTest>

#include <chrono>
#include <filesystem>
#include <random>
#include <sstream>

using namespace nscope;
using tests::contains;
namespace fs = std::filesystem;

namespace {

std::string inLines(const std::string& letters, std::size_t width, const std::string& ending = "\n")
{
    std::string text;
    for (std::size_t i = 0; i < letters.size(); i += width)
        text += letters.substr(i, width) + ending;
    return text;
}

void writeBgzip(const std::string& path, const std::string& text, const char* mode = "w")
{
    BGZF* file = bgzf_open(path.c_str(), mode);
    QVERIFY(file != nullptr);
    QCOMPARE(bgzf_write(file, text.data(), text.size()), ssize_t(text.size()));
    QCOMPARE(bgzf_close(file), 0);
}

std::string sentenceOf(const std::string& path)
{
    const auto genome = io::GenomeFile::open(path);
    return genome ? std::string() : genome.error().sentence();
}

/// Random letters in both cases with codes for unclear bases.
std::string randomLetters(std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    return tests::randomLetters(random, count, "ACGTacgtNnRy");
}

std::string plainLetters(std::size_t count)
{
    std::mt19937_64 random(7);
    return tests::randomLetters(random, count);
}

/// Every one of many random intervals against the letters themselves.
void compareAtRandomPlaces(const io::GenomeFile& genome, const std::string& chromosome, const std::string& letters)
{
    std::mt19937 random(5);
    const auto length = std::int64_t(letters.size());
    for (int i = 0; i < 200; ++i) {
        const std::int64_t start = std::int64_t(random()) % length;
        const std::int64_t end = std::min<std::int64_t>(length, start + 1 + std::int64_t(random() % 300));
        const auto got = genome.letters(chromosome, {start, end});
        QVERIFY2(got, got ? "" : got.error().sentence().c_str());
        QCOMPARE(*got, data::canonical(letters.substr(std::size_t(start), std::size_t(end - start))));
    }
    QCOMPARE(genome.letters(chromosome, {0, length}).value_or(""), data::canonical(letters));
}

}  // namespace

class TestGenomeFile : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString(m_cache.path("cache"))); }

    void fastaAtRandomPlaces_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("ending");
        QTest::newRow("plain") << "g.fa"
                               << "\n";
        QTest::newRow("Windows line ends") << "w.fa"
                                           << "\r\n";
        QTest::newRow("bgzip") << "g.fa.bgz"
                               << "\n";
        QTest::newRow("gzip") << "g.fa.gz"
                              << "\n";
    }
    void fastaAtRandomPlaces()
    {
        QFETCH(QString, name);
        QFETCH(QString, ending);
        const std::string first = randomLetters(200003, 1), second = randomLetters(60, 2), third = randomLetters(7, 3);
        const std::string end = ending.toStdString();
        const std::string text = ">chr1 first" + end + inLines(first, 61, end) + ">chr2" + end
                                 + inLines(second, 60, end) + ">chrUn_1" + end + third;  // no end of the last line
        const tests::TemporaryFolder folder;
        const std::string path = folder.path(name.toStdString());
        if (name.endsWith(".fa"))
            folder.write(name.toStdString(), text);
        else
            writeBgzip(path, text, name.endsWith(".bgz") ? "w" : "wg");
        for (int opening = 0; opening < 2; ++opening) {  // without an index, then with it
            Progress progress;
            const auto genome = io::GenomeFile::open(path, {}, &progress);
            QVERIFY2(genome, genome ? "" : genome.error().sentence().c_str());
            QCOMPARE(progress.snapshot().done > 0, opening == 0);
            QCOMPARE(genome->chromosomes().size(), std::size_t(3));
            QCOMPARE(genome->chromosomes()[0].name, std::string("chr1"));
            QCOMPARE(genome->chromosomes()[0].lengthNt, std::int64_t(200003));
            QVERIFY(genome->chromosomes()[0].pieces.empty());
            compareAtRandomPlaces(*genome, "chr1", first);
            compareAtRandomPlaces(*genome, "chr2", second);
            compareAtRandomPlaces(*genome, "chrUn_1", third);
            const bool saysCopy = !genome->notices().empty() && contains(genome->notices()[0], "bgzip copy");
            QCOMPARE(saysCopy, name == "g.fa.gz" && opening == 0);
        }
        QCOMPARE(fs::exists(path + ".fai"), name != "g.fa.gz");
    }

    void intervalsOutsideAreSentences()
    {
        const tests::TemporaryFolder folder;
        const auto genome = io::GenomeFile::open(folder.write("g.fa", ">chr1\nACGTU\nAC\n"));
        QVERIFY(genome);
        QCOMPARE(genome->letters("chr1", {3, 7}).value_or(""), std::string("TTAC"));
        const data::Interval outside[] = {{0, 8}, {7, 8}, {100, 200}, {-1, 3}, {4, 2}, {3, 3}};
        for (const data::Interval& interval : outside) {
            const auto got = genome->letters("chr1", interval);
            QVERIFY(!got);
            QVERIFY(got.error().code() == ErrorCode::InvalidArgument);
            QCOMPARE(got.error().where().record, std::string("chr1"));
        }
        const auto other = genome->letters("chr7", {0, 1});
        QVERIFY(!other && other.error().code() == ErrorCode::NotFound);
        QVERIFY(contains(other.error().message(), "it has chr1"));
    }

    void piecesKeepTheirChromosomesPositions()
    {
        const tests::TemporaryFolder folder;
        // 0-based, 1-based as samtools writes it, turned round by UCSC, and a name whose numbers mean something else.
        const auto genome = io::GenomeFile::open(
            folder.write("p.fa", ">x range=chr9:11-14 5'pad=0 strand=- repeatMasking=none\nAACG\n>chr8:100-104\nACGT\n"
                                 ">chr8:201-204 more\nTTTT\n>HLA:1-9\nACGT\n"
                                 ">chr7:10-14(-)\nAACG\n"));
        QVERIFY2(genome, genome ? "" : genome.error().sentence().c_str());
        QCOMPARE(genome->letters("chr9", {10, 14}).value_or(""), std::string("CGTT"));
        QCOMPARE(genome->letters("chr9", {10, 12}).value_or(""), std::string("CG"));
        QCOMPARE(genome->letters("chr7", {10, 12}).value_or(""), std::string("CG"));  // turned round by bedtools
        QCOMPARE(genome->letters("chr8", {101, 104}).value_or(""), std::string("CGT"));
        QCOMPARE(genome->letters("chr8", {200, 203}).value_or(""), std::string("TTT"));
        QCOMPARE(genome->letters("HLA:1-9", {0, 4}).value_or(""), std::string("ACGT"));
        QCOMPARE(genome->chromosomes().size(), std::size_t(4));
        const auto gap = genome->letters("chr8", {103, 201});
        QVERIFY(!gap);
        QVERIFY2(contains(gap.error().sentence(), "101-104, 201-204"), gap.error().sentence().c_str());
        QVERIFY(!genome->notices().empty() && contains(genome->notices()[0], "4 records"));
        QVERIFY(contains(sentenceOf(folder.write("d.fa", ">chr1\nACGT\n>chr1:100-104\nACGT\n")), "same chromosome"));
        // Whole records are no pieces: the sentence names the first that is one.
        const auto mixed = io::GenomeFile::open(folder.write("m.fa", ">chr1\nACGT\n>chr8:1000-1004\nACGT\n"));
        QVERIFY(mixed && mixed->notices().size() == 1);
        QVERIFY2(contains(mixed->notices()[0], "(the first: chr8:1,001-1,004)"), mixed->notices()[0].c_str());
    }

    void oldAndWrongIndexesAreBuiltAgain()
    {
        const tests::TemporaryFolder folder;
        const std::string path = folder.write("g.fa", ">chr1\nACGT\nAC\n");
        QVERIFY(io::GenomeFile::open(path));
        folder.write("g.fa", ">chr1\nAACCGGTT\nAC\n>chr2\nTTT\n");
        const auto now = fs::last_write_time(path);
        fs::last_write_time(path + ".fai", now - std::chrono::seconds(10));
        const auto later = io::GenomeFile::open(path);
        QVERIFY(later);
        QVERIFY(!later->notices().empty() && contains(later->notices()[0], "older than its file"));
        QCOMPARE(later->letters("chr1", {0, 10}).value_or(""), std::string("AACCGGTTAC"));
        for (const char* wrong :
             {"chr1\t10\t6\t8\n", "chr1\t10\t600\t8\t9\n", "chr1\tten\t6\t8\t9\n", "", "\xff\xfe"}) {
            folder.write("g.fa.fai", wrong);
            const auto again = io::GenomeFile::open(path);
            QVERIFY2(again && again->chromosomes().size() == 2, wrong);
            QVERIFY(!again->notices().empty() && contains(again->notices()[0], "did not fit"));
        }
        // An index that fits by its size and not by its content is found out when letters are read.
        folder.write("g.fa.fai", "chr1\t10\t8\t8\t9\n");
        const auto shifted = io::GenomeFile::open(path);
        const auto header = shifted ? shifted->letters("chr1", {0, 10}) : fail(shifted.error());
        QVERIFY(!header);
        QVERIFY(contains(header.error().sentence(), "fai"));
    }

    void anIndexThatCannotLieBesideLiesInTheCache()
    {
        const tests::TemporaryFolder folder;
        const std::string path = folder.write("g.fa", ">chr1\nACGT\nAC\n");
        const fs::path parent = fs::path(path).parent_path();
        fs::permissions(parent, fs::perms::owner_read | fs::perms::owner_exec);
        const auto genome = io::GenomeFile::open(path);
        const auto again = io::GenomeFile::open(path);
        fs::permissions(parent, fs::perms::owner_all);
        QVERIFY2(genome && again, genome ? "" : genome.error().sentence().c_str());
        QCOMPARE(again->letters("chr1", {3, 6}).value_or(""), std::string("TAC"));
        QVERIFY(!fs::exists(path + ".fai"));
        // An old one beside the file stays old: the one in the cache is used, and none is built.
        folder.write("g.fa.fai", "chr1\t6\t6\t4\t5\n");
        fs::last_write_time(path + ".fai", fs::last_write_time(path) - std::chrono::seconds(10));
        fs::permissions(parent, fs::perms::owner_read | fs::perms::owner_exec);
        const auto beside = io::GenomeFile::open(path);
        fs::permissions(parent, fs::perms::owner_all);
        QVERIFY(beside && beside->notices().size() == 1);
        QVERIFY2(contains(beside->notices()[0], "g.fa.fai was older") && !contains(beside->notices()[0], "built"),
                 beside->notices()[0].c_str());
    }

    void aStopEndsTheIndexing()
    {
        const tests::TemporaryFolder folder;
        const std::string path = folder.write("g.fa", ">chr1\nACGT\n");
        std::stop_source stop;
        stop.request_stop();
        const auto genome = io::GenomeFile::open(path, stop.get_token());
        QVERIFY(!genome && genome.error().code() == ErrorCode::Cancelled);
        QCOMPARE(folder.fileCount(), std::size_t(1));
    }

    void malformedFastaIsASentence_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("said");
        QTest::addColumn<int>("line");
        QTest::newRow("empty") << QByteArray() << "empty" << -1;
        QTest::newRow("no header") << QByteArray("ACGT\n") << "starts with '>'" << 1;
        QTest::newRow("uneven") << QByteArray(">a\nACGT\nAC\nACGT\n") << "equally long" << 4;
        QTest::newRow("longer") << QByteArray(">a\nACGT\nACGTA\n") << "equally long" << 3;
        QTest::newRow("empty line inside") << QByteArray(">a\nACGT\n\nACGT\n") << "equally long" << 4;
        QTest::newRow("mixed line ends") << QByteArray(">a\nACGT\r\nACGT\nACGT\r\n") << "Windows" << 3;
        QTest::newRow("twice") << QByteArray(">a\nACGT\n>a\nACGT\n") << "Two records" << 3;
        QTest::newRow("no letters") << QByteArray(">a\n>b\nACGT\n") << "no letters" << 2;
        QTest::newRow("no letters at the end") << QByteArray(">b\nACGT\n>a\n") << "no letters" << 4;
        QTest::newRow("no name") << QByteArray("> a\nACGT\n") << "no name" << 1;
        QTest::newRow("binary") << QByteArray("\0\1\2\3\n\n", 6) << "starts with '>'" << 1;
    }
    void malformedFastaIsASentence()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, said);
        QFETCH(int, line);
        const tests::TemporaryFolder folder;
        const auto genome = io::GenomeFile::open(folder.write("bad.fa", bytes.toStdString()));
        QVERIFY(!genome);
        QVERIFY(genome.error().code() == ErrorCode::Parse);
        QVERIFY2(contains(genome.error().message(), said.toStdString()), genome.error().sentence().c_str());
        QCOMPARE(genome.error().where().line, std::int64_t(line));
        QVERIFY(contains(genome.error().where().file, "bad.fa"));
        QCOMPARE(folder.fileCount(), std::size_t(1));  // no index of a broken file
    }

    void otherLettersAreFoundWhereTheyAreRead()
    {
        const tests::TemporaryFolder folder;
        const auto genome = io::GenomeFile::open(folder.write("g.fa", ">chr1\nACGT\nA*GT\n"));
        QVERIFY(genome);
        QVERIFY(genome->letters("chr1", {0, 5}));
        const auto wrong = genome->letters("chr1", {2, 7});
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().where().position, std::int64_t(6));
    }

    void truncatedCompressionIsASentence()
    {
        const tests::TemporaryFolder folder;
        const std::string text = ">chr1\n" + inLines(plainLetters(100000), 60);
        writeBgzip(folder.path("g.fa.gz"), text);
        const std::string whole = folder.read("g.fa.gz");
        constexpr std::size_t kEndBlock = 28;
        for (const std::size_t left : {whole.size() - kEndBlock, whole.size() - 5, whole.size() / 2, std::size_t(10)}) {
            folder.write("cut.fa.gz", whole.substr(0, left));
            QVERIFY2(contains(sentenceOf(folder.path("cut.fa.gz")), "truncated or damaged"),
                     std::to_string(left).c_str());
        }
        writeBgzip(folder.path("p.fa.gz"), text, "wg");
        const std::string gzip = folder.read("p.fa.gz");
        QVERIFY(contains(sentenceOf(folder.write("q.fa.gz", gzip.substr(0, gzip.size() / 2))), "truncated or damaged"));
        QVERIFY(contains(sentenceOf(folder.path("none.fa")), "no such file"));
        QVERIFY(contains(sentenceOf(fs::path(folder.path("x")).parent_path().string()), "folder"));
    }

    void twoBitInBothByteOrders_data()
    {
        QTest::addColumn<bool>("swapped");
        QTest::addColumn<int>("version");
        QTest::newRow("little endian") << false << 0;
        QTest::newRow("big endian") << true << 0;
        QTest::newRow("64-bit offsets") << false << 1;
        QTest::newRow("64-bit offsets, big endian") << true << 1;
    }
    void twoBitInBothByteOrders()
    {
        QFETCH(bool, swapped);
        QFETCH(int, version);
        std::string first = plainLetters(10007), second = "acgtNNNNNTTg";
        first.replace(0, 100, 100, 'N');
        first.replace(5000, 3, "nnn");
        first.replace(10006, 1, "N");
        const tests::TemporaryFolder folder;
        const std::string bytes =
            tests::twoBitBytes({{"chr1", first}, {"chr2", second}}, swapped, std::uint32_t(version));
        const auto genome = io::GenomeFile::open(folder.write("g.2bit", bytes));
        QVERIFY2(genome, genome ? "" : genome.error().sentence().c_str());
        QCOMPARE(genome->chromosomes().size(), std::size_t(2));
        QCOMPARE(genome->chromosomes()[0].lengthNt, std::int64_t(10007));
        compareAtRandomPlaces(*genome, "chr1", first);
        compareAtRandomPlaces(*genome, "chr2", second);
        QVERIFY(!genome->letters("chr2", {5, 13}));
    }

    void damagedTwoBitNeverCrashes()
    {
        const tests::TemporaryFolder folder;
        std::string first = plainLetters(501);
        first.replace(20, 30, 30, 'N');
        const std::string whole = tests::twoBitBytes({{"chr1", first}, {"chr2", "ACGTNN"}}, false, 0);
        std::mt19937 random(11);
        int refused = 0;
        for (int trial = 0; trial < 2000; ++trial) {
            std::string bytes = whole;
            if (trial < int(whole.size()))
                bytes.resize(std::size_t(trial));
            else
                for (int change = 0; change < 3; ++change)
                    bytes[random() % bytes.size()] = char(random());
            const auto genome = io::GenomeFile::open(folder.write("d.2bit", bytes));
            if (!genome) {
                QVERIFY(!genome.error().where().file.empty());
                ++refused;
                continue;
            }
            for (const io::GenomeChromosome& chromosome : genome->chromosomes()) {
                const auto letters =
                    genome->letters(chromosome.name, {0, std::min<std::int64_t>(100000, chromosome.lengthNt)});
                refused += letters ? 0 : 1;
                QVERIFY(letters || !letters.error().where().file.empty());
            }
        }
        QVERIFY2(refused > int(whole.size()) / 2, std::to_string(refused).c_str());
    }

    void everySharedFastaReads()
    {
        if (!tests::haveShared("data/formats/gata4.fa"))
            QSKIP("The shared data are not beside the source tree.");
        const tests::TemporaryFolder folder;
        const auto opened = [&folder](const std::string& file) {
            const std::string copy = folder.path(fs::path(file).filename().string());
            fs::copy_file(tests::sharedPath(file), copy);
            fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write);
            return io::GenomeFile::open(copy);
        };
        const auto gata4 = opened("data/formats/gata4.fa");
        QVERIFY2(gata4, gata4 ? "" : gata4.error().sentence().c_str());
        QCOMPARE(gata4->letters("chr8", {11496144, 11496160}).value_or(""), std::string("AAACATGAGGACTGGA"));
        QVERIFY(!gata4->letters("chr8", {11496143, 11496150}));
        // NM_002052 spliced on it is its transcript, so the offset is right.
        const auto transcript = opened("data/formats/NM_002052.fa");
        QVERIFY(transcript);
        std::istringstream bed(QByteArray(readShared("data/formats/NM_002052_hg19.bed")).toStdString());
        compareSpliced(*gata4, *transcript, bed);

        const auto chr22 = opened("data/formats/hg38_chr22_32000000_32300000.fa.gz");
        QVERIFY2(chr22, chr22 ? "" : chr22.error().sentence().c_str());
        QCOMPARE(chr22->chromosomes()[0].lengthNt, std::int64_t(32300000));
        QCOMPARE(chr22->letters("chr22", {32000000, 32000010}).value_or(""), std::string("AAGTTCCGGG"));

        const auto loci = opened("data/profiles/hg38_loci_131072.fa.gz");
        QVERIFY2(loci, loci ? "" : loci.error().sentence().c_str());
        std::size_t pieces = 0;
        for (const io::GenomeChromosome& chromosome : loci->chromosomes()) {
            for (const data::Interval& piece : chromosome.pieces) {
                ++pieces;
                QCOMPARE(piece.length(), std::int64_t(131072));
                QVERIFY(loci->letters(chromosome.name, piece));
            }
        }
        QCOMPARE(pieces, std::size_t(55));
    }

    void aliasTablesHaveLines()
    {
        const tests::TemporaryFolder folder;
        const auto aliases = io::readChromosomeAliases(
            folder.write("a.tsv", "# ucsc\trefseq\nchrIV\tNC_001136.10\r\n\nchrV\tV2\t\tfive\n"));
        QVERIFY(aliases);
        const data::ChromosomeNames names({"chrIV", "chrV"}, *aliases);
        QCOMPARE(names.resolve("NC_001136.10").value_or(""), std::string("chrIV"));
        QCOMPARE(names.resolve("five").value_or(""), std::string("chrV"));
        const auto marked = io::readChromosomeAliases(folder.write("m.tsv", "\xef\xbb\xbf"
                                                                            "chrIV\tNC_001136.10\n"));
        QVERIFY(marked);
        QCOMPARE(data::ChromosomeNames({"chrIV"}, *marked).resolve("NC_001136.10").value_or(""), std::string("chrIV"));
        const auto wrong = io::readChromosomeAliases(folder.write("b.tsv", "chrIV\tIV\nchrV V\n"));
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().where().line, std::int64_t(2));
    }

private:
    static QByteArray readShared(const std::string& file)
    {
        QFile shared(QString::fromStdString(tests::sharedPath(file)));
        return shared.open(QIODevice::ReadOnly) ? shared.readAll() : QByteArray();
    }

    /// The blocks of a BED12 line, joined, against the one record of `transcript`.
    static void compareSpliced(const io::GenomeFile& genome, const io::GenomeFile& transcript, std::istream& bed)
    {
        std::string chromosome, skipped, strand, sizes, starts;
        std::int64_t start = 0, end = 0;
        bed >> chromosome >> start >> end >> skipped >> skipped >> strand >> skipped >> skipped >> skipped >> skipped
            >> sizes >> starts;
        QCOMPARE(strand, std::string("+"));
        std::istringstream sizeList(sizes), startList(starts);
        std::string spliced, size, offset;
        while (std::getline(sizeList, size, ',') && std::getline(startList, offset, ',')) {
            const std::int64_t from = start + std::stoll(offset);
            spliced += genome.letters(chromosome, {from, from + std::stoll(size)}).value_or("");
        }
        const io::GenomeChromosome& record = transcript.chromosomes().front();
        QCOMPARE(spliced, transcript.letters(record.name, {0, record.lengthNt}).value_or("none"));
    }

    tests::TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(TestGenomeFile)
#include "tst_genome_file.moc"
