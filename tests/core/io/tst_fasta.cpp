// Tests of the FASTA reader: what it accepts, every kind of bad file with one clear sentence, real data.
#include "core/io/fasta.h"
#include "tests/support/random_letters.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>

using namespace nscope;
using namespace nscope::io;
using nscope::tests::contains;
using nscope::tests::TemporaryFolder;

namespace {

// A sanitizer's own memory would drown what is measured.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

std::string errorOf(const std::string& path)
{
    const auto result = readFasta(path);
    return result ? "no error" : result.error().sentence();
}

#define EXPECT_ERROR(path, part)                                                     \
    do {                                                                             \
        const std::string sentence = errorOf(path);                                  \
        QVERIFY2(contains(sentence, part), sentence.c_str());                        \
        QVERIFY2(contains(sentence, path), sentence.c_str());                        \
        QVERIFY2(!contains(sentence, "\n"), sentence.c_str());                       \
    } while (false)

}  // namespace

class TestFasta : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

private slots:
    void readsRecordsAsTheyAre()
    {
        const auto path = m_folder.write("ok.fa", "\xef\xbb\xbf\n>a first one \r\nACgt\r\nNN\r\n\r\n>b\naug uu\n>c\tx\nAAAA\n>d\nATUG");
        const auto set = readFasta(path);
        QVERIFY2(set.has_value(), set ? "" : set.error().sentence().c_str());
        QCOMPARE(set->size(), std::size_t(4));
        QCOMPARE((*set)[0]->sequence, (data::Sequence{"a", "first one", "ACGTNN", data::Alphabet::Dna}));
        QCOMPARE((*set)[1]->sequence, (data::Sequence{"b", "", "ATGTT", data::Alphabet::Rna}));
        QCOMPARE((*set)[2]->sequence, (data::Sequence{"c", "x", "AAAA", data::Alphabet::Dna}));
        QCOMPARE((*set)[3]->sequence, (data::Sequence{"d", "", "ATTG", data::Alphabet::Rna}));  // U and T mixed: RNA
        QVERIFY(!(*set)[0]->cds);
    }

    void readsARecordAtATime()
    {
        const auto path = m_folder.write("two.fa", ">a\nAC\n>b\nGT\n");
        auto reader = FastaReader::open(path);
        QCOMPARE((*reader->next())->id, std::string("a"));
        QCOMPARE(reader->recordCount(), 1);
        QCOMPARE((*reader->next())->id, std::string("b"));
        QVERIFY(!reader->next()->has_value());
        QVERIFY(!reader->next()->has_value());
        QCOMPARE(reader->fractionRead(), 1.0);
    }

    void roundTripsPlainAndCompressed()
    {
        std::mt19937_64 random(8);
        std::vector<data::Sequence> records;
        for (std::size_t i = 0; i < 50; ++i)
            records.push_back({"r" + std::to_string(i), i % 2 == 0 ? "" : "some text",
                               "T" + tests::randomLetters(random, i * 7777 % 200'000, "ACGTN"),
                               i % 3 == 0 ? data::Alphabet::Rna : data::Alphabet::Dna});
        for (const char* name : {"r.fa", "r.fa.gz", "r.fa.bgz"}) {
            QVERIFY(writeFasta(m_folder.path(name), records).has_value());
            const auto set = readFasta(m_folder.path(name));
            QVERIFY2(set.has_value(), set ? "" : set.error().sentence().c_str());
            QCOMPARE(set->size(), records.size());
            for (std::size_t i = 0; i < records.size(); ++i)
                QCOMPARE((*set)[i]->sequence, records[i]);
        }
        QVERIFY(m_folder.read("r.fa.gz").size() < m_folder.read("r.fa").size() / 2);
    }

    void emptyFiles()
    {
        EXPECT_ERROR(m_folder.write("empty.fa", ""), "is empty");
        EXPECT_ERROR(m_folder.write("blank.fa", "\n \n\r\n"), "is empty");
        EXPECT_ERROR(m_folder.path("absent.fa"), "no such file");
        EXPECT_ERROR(m_folder.path("."), "folder");
        QCOMPARE(readFasta("https://example.org/x.fa").error().code(), ErrorCode::NotFound);
    }

    void binaryFiles()
    {
        std::mt19937_64 random(9);
        std::string noise(5000, '\0');
        for (char& c : noise)
            c = char(random());
        noise[0] = char(0x7f);
        EXPECT_ERROR(m_folder.write("elf.fa", std::string("\x7f" "ELF\2\1\1\0\0\0", 10) + noise), "binary");
        EXPECT_ERROR(m_folder.write("zeros.fa", std::string(100, '\0')), "binary");
        EXPECT_ERROR(m_folder.write("head.fa", std::string(">a\0b\nACGT\n", 10)), "binary");
        EXPECT_ERROR(m_folder.write("inside.fa", std::string(">a\nAC\0GT\n", 9)), "binary");
        EXPECT_ERROR(m_folder.write("noise.fa", ">a\nACGT" + noise), "record a");
    }

    void textThatIsNoFasta()
    {
        EXPECT_ERROR(m_folder.write("text.fa", "id\tlength\nx\t3\n"), "starts with '>'");
        EXPECT_ERROR(m_folder.write("noname.fa", ">\nACGT\n"), "no name");
        EXPECT_ERROR(m_folder.write("noname2.fa", ">a\nAC\n> \nACGT\n"), "line 3");
    }

    void lettersOutsideIupacAreNamedWithTheirPlace()
    {
        const auto path = m_folder.write("bad.fa", ">good\nACGT\n>evil x\nACGT\nACZ\n");
        const Error error = readFasta(path).error();
        QCOMPARE(error.where(), (Where{path, 5, "evil", 7}));
        QVERIFY(contains(error.message(), "'Z' is not a nucleotide letter"));
        QCOMPARE(error.code(), ErrorCode::Parse);
        EXPECT_ERROR(m_folder.write("gap.fa", ">a\nAC-GT\n"), "gaps");
        EXPECT_ERROR(m_folder.write("protein.fa", ">a\nMKV*\n"), "'*'");
        EXPECT_ERROR(m_folder.write("digits.fa", ">a\n1 ACGT\n"), "'1'");
        EXPECT_ERROR(m_folder.write("utf8.fa", ">a\nAC\xc3\xa9\n"), "0xc3");
        EXPECT_ERROR(m_folder.write("glued.fa", ">a\nACGT>b\nACGT\n"), "beginning of a line");
    }

    void doubledIdsAndEmptyRecords()
    {
        const auto path = m_folder.write("twice.fa", ">a\nAC\n>b\nAC\n>a again\nGT\n");
        const Error error = readFasta(path).error();
        QCOMPARE(error.where().record, std::string("a"));
        QVERIFY(contains(error.message(), "numbers 1 and 3"));
        EXPECT_ERROR(m_folder.write("none.fa", ">a\nAC\n>b\n>c\nAC\n"), "record b: The record has a name but no letters");
        EXPECT_ERROR(m_folder.write("last.fa", ">a\nAC\n>b"), "no letters");
    }

    void anErrorEndsTheReading()
    {
        auto reader = FastaReader::open(m_folder.write("stop.fa", ">a\nAC\n>b\nZ\n>c\nAC\n"));
        QVERIFY(reader->next().has_value());
        QVERIFY(!reader->next().has_value());
        QVERIFY(!reader->next()->has_value());
    }

    void truncatedCompression()
    {
        std::mt19937_64 random(10);
        const std::vector<data::Sequence> records{{"a", "", tests::randomLetters(random, 300'000), data::Alphabet::Dna}};
        QVERIFY(writeFasta(m_folder.path("whole.fa.gz"), records).has_value());
        const std::string bytes = m_folder.read("whole.fa.gz");
        // 28 bytes are the empty block at the end of a bgzip file; without it the letters are all there, yet it is cut.
        for (const std::size_t cut : {std::size_t(1), std::size_t(28), std::size_t(29), bytes.size() / 2, bytes.size() - 100,
                                      bytes.size() - 17, bytes.size() - 5})
            EXPECT_ERROR(m_folder.write("cut.fa.gz", bytes.substr(0, bytes.size() - cut)), "truncated or damaged");
        std::string damaged = bytes;
        damaged[bytes.size() / 2] ^= 0x55;
        EXPECT_ERROR(m_folder.write("damaged.fa.gz", damaged), "truncated or damaged");
    }

    void truncatedRealGzip()
    {
        if (!tests::haveShared("data/coding/human_transcripts.fa.gz"))
            QSKIP("NSCOPE_SHARED_DIR has no human transcripts");
        std::ifstream file(tests::sharedPath("data/coding/human_transcripts.fa.gz"), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        for (const std::size_t kept : {bytes.size() - 1, bytes.size() - 8, bytes.size() - 9, std::size_t(50'000)})
            EXPECT_ERROR(m_folder.write("real.fa.gz", std::string_view(bytes).substr(0, kept)), "truncated or damaged");
    }

    void hugeLinesStayInBoundedMemory()
    {
        // A sparse file of 2 GB: a name line of zeros, and one of letters behind a limit.
        const auto sparse = m_folder.write("sparse.fa", ">a");
        QCOMPARE(::truncate(sparse.c_str(), 2'100'000'000), 0);
        EXPECT_ERROR(sparse, "binary");
        EXPECT_ERROR(m_folder.write("name.fa", ">" + std::string(70'000, 'x') + "\nACGT\n"), "64 KiB");

        const auto fifo = m_folder.path("line.fa");
        QCOMPARE(::mkfifo(fifo.c_str(), 0600), 0);
        const pid_t writer = ::fork();
        QVERIFY(writer >= 0);
        if (writer == 0) {
            ::signal(SIGPIPE, SIG_DFL);
            const int out = ::open(fifo.c_str(), O_WRONLY);
            const std::string block(1 << 20, 'A');
            bool open = ::write(out, ">long\n", 6) == 6;
            for (int i = 0; i < 2000 && open; ++i)
                open = ::write(out, block.data(), block.size()) == ssize_t(block.size());
            ::_exit(0);
        }
        FastaLimits limits;
        limits.maxRecordNt = 64'000'000;
        auto reader = FastaReader::open(fifo, limits);
        const auto record = reader->next();
        QVERIFY(!record);
        QVERIFY(contains(record.error().message(), "64000000 nt"));
        QCOMPARE(record.error().where().record, std::string("long"));
        reader = FastaReader::open(m_folder.write("x.fa", ">a\nA\n"));  // closes the pipe, so that the writer ends
        ::kill(writer, SIGKILL);
        ::waitpid(writer, nullptr, 0);
        if (!kSanitized) {
            rusage usage{};
            ::getrusage(RUSAGE_SELF, &usage);
            QVERIFY2(usage.ru_maxrss < 400'000, "the long line was held in memory");
        }
    }

    void totalIsBounded()
    {
        const FastaLimits limits{100, 10};
        const auto set = readFasta(m_folder.write("sum.fa", ">a\nACGTAC\n>b\nACGTAC\n"), limits);
        QCOMPARE(set.error().code(), ErrorCode::OutOfMemory);
    }

    void pastedText()
    {
        const auto bare = parseFasta(" augg\nCC ", "pasted");
        QCOMPARE((*bare)[0]->sequence, (data::Sequence{"pasted", "", "ATGGCC", data::Alphabet::Rna}));
        QCOMPARE(parseFasta("\n>x\nAC\n>y\nGT\n", "pasted")->size(), std::size_t(2));
        QVERIFY(!parseFasta("", "p") && !parseFasta("  \n", "p") && !parseFasta("hello!", "p"));
    }

    void aFailedWriteLeavesTheOldFile()
    {
        const auto path = m_folder.write("old.fa", "old");
        QVERIFY(!writeFasta(m_folder.path("no/such/folder.fa"), {}));
        const std::size_t before = m_folder.fileCount();
        QVERIFY(writeFasta(path, {{"a", "", "ACGT", data::Alphabet::Dna}}).has_value());
        QCOMPARE(m_folder.read("old.fa"), std::string(">a\nACGT\n"));
        QCOMPARE(m_folder.fileCount(), before);
    }

    void allHumanTranscripts()
    {
        if (!tests::haveShared("data/coding/human_transcripts.fa.gz"))
            QSKIP("NSCOPE_SHARED_DIR has no human transcripts");
        auto reader = FastaReader::open(tests::sharedPath("data/coding/human_transcripts.fa.gz"));
        std::int64_t records = 0;
        while (true) {
            const auto record = reader->next();
            QVERIFY2(record.has_value(), record ? "" : record.error().sentence().c_str());
            if (!*record)
                break;
            QVERIFY((*record)->length() >= 200);
            ++records;
        }
        QCOMPARE(records, 16'958);
        QCOMPARE(reader->fractionRead(), 1.0);
    }
};

QTEST_APPLESS_MAIN(TestFasta)
#include "tst_fasta.moc"
