// Tests of datasets from genomes and signals, from arrays of targets, and of a corpus cut into windows.
#include "core/io/npy.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/support/random_letters.h"

#include <cmath>

using namespace nscope;
using namespace nscope::dataset;
using nscope::tests::contains;
using nscope::tests::countOf;
using nscope::tests::hasNote;
using nscope::tests::haveShared;
using nscope::tests::idsOf;
using nscope::tests::readRun;
using nscope::tests::sentenceOf;
using nscope::tests::sharedPath;
using nscope::tests::TemporaryFolder;

class TestDatasetProfiles : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;
    std::string m_chr1, m_chr2;
    std::string folder() const { return m_folder.path("."); }

private slots:
    void initTestCase()
    {
        std::mt19937_64 random(1);
        m_chr1 = tests::randomLetters(random, 400);
        m_chr2 = tests::randomLetters(random, 100);
        m_chr2.replace(40, 20, std::string(20, 'N'));
        // Of chr1 the file holds 1000-1400.
        m_folder.write("g.fa", ">chr1:1000-1400\n" + m_chr1 + "\n>chr2\n" + m_chr2 + "\n");
        m_folder.write("a.bedGraph", "chr1\t1100\t1104\t8\nchr1\t1110\t1120\t2\nchr2\t0\t100\t1\n");
        m_folder.write("b.bedGraph", "1\t1000\t1400\t3\n2\t0\t50\t4\n");
    }

    void windowsStandAroundPeaks()
    {
        m_folder.write("p.bed",
                       "chr1\t1100\t1120\tx\nchr1\t1000\t1010\ty\nchr2\t10\t30\tz\nchr2\t45\t55\tz\nchr7\t1\t2\tz\n"
                       "chrY\t1\t2\tz\n");
        const auto read =
            readRun("profile",
                    "'genome': '@g.fa', 'regions': '@p.bed', 'window_nt': 40, 'target_nt': 20, 'bin_nt': 4,"
                    "'signals': [{'name': 'A', 'file': '@a.bedGraph'}, {'file': '@b.bedGraph'}],"
                    "'chromosomes_left_out': ['Y'], 'split': {'by': 'column', 'validation': ['z']}",
                    folder());
        REQUIRE_READ(read);
        QCOMPARE(read->task.names, (std::vector<std::string>{"A", "b"}));
        QCOMPARE(read->task.bins, 5);
        QCOMPARE(read->task.binNt, 4);
        QCOMPARE(read->examples.size(), std::size_t(2));
        const Example& peak = read->examples[0];
        QCOMPARE(peak.id, std::string("chr1:1,091-1,130"));
        QCOMPARE(std::string(peak.letters()), m_chr1.substr(90, 40));
        QCOMPARE(peak.targetStartNt, 10);
        QCOMPARE(peak.chromosomeStartNt, 1090);
        QCOMPARE(peak.group, std::string("chr1"));
        // Bins of 4 from 1100: 8 over the first, nothing until 1110, then 2.
        QCOMPARE(peak.target, (std::vector<float>{8, 0, 1, 2, 2, 3, 3, 3, 3, 3}));
        QCOMPARE(idsOf(*read, Part::Validation), std::string("chr2:1-40"));
        QCOMPARE(read->leftOutCount, 3);
        QVERIFY(contains(read->leftOut[0].message(), "reaches beyond the letters"));
        QVERIFY(contains(read->leftOut[1].message(), "no such chromosome"));
        QVERIFY(contains(read->leftOut[2].message(), "50 % of the window's letters"));
        QVERIFY(hasNote(*read, "1 regions lie on chromosomes"));
    }

    void tilesKeepWhatIsCovered()
    {
        const std::string data =
            "'genome': '@g.fa', 'windows': 'tiles', 'window_nt': 20, 'bin_nt': 10, 'stride_nt': 10,"
            "'signals': [{'file': '@a.bedGraph'}], 'unknown_share': 1, 'min_coverage': 3,"
            "'split': {'by': 'chromosomes', 'validation': ['chr2']}";
        const auto read = readRun("profile", data, folder());
        REQUIRE_READ(read);
        // Only the bin 1100-1110 has a mean above 3 (3.2): two windows of two bins hold it.
        QCOMPARE(idsOf(*read, Part::Train), std::string("chr1:1,091-1,110 chr1:1,101-1,120"));
        QVERIFY(hasNote(*read, "46 of 48 windows were passed over: no bin is above 3"));
        auto all = data;
        all.replace(all.find("'min_coverage': 3"), 17, "'min_coverage': 0");
        const auto whole = readRun("profile", all, folder());
        REQUIRE_READ(whole);
        QCOMPARE(countOf(*whole, Part::Train), std::size_t(39));
        QCOMPARE(countOf(*whole, Part::Validation), std::size_t(9));
        all.replace(all.find("'unknown"), 0, "'uncovered': 'missing', ");
        const auto missing = readRun("profile", all, folder());
        REQUIRE_READ(missing);
        QCOMPARE(missing->examples.size(), std::size_t(9 + 3));
        QVERIFY(contains(missing->leftOut[0].message(), "No bin"));
        QVERIFY(std::isnan(missing->examples[0].target[0]));
    }

    void arraysAreCutIntoWindows()
    {
        // Two records of 80 nt with targets over the middle 40: 4 bins of 10 nt, 2 signals.
        std::vector<float> values;
        for (int i = 0; i < 16; ++i)
            values.push_back(float(i));
        m_folder.write("t.npy", io::npyBytes(io::NpyArray::of(values, {2, 4, 2})).value());
        m_folder.write("t.fa", ">chr3:500-580 target=520-560 part=test\n" + m_chr1.substr(0, 80)
                                   + "\n>own target=20-60\n" + m_chr1.substr(80, 80) + "\n");
        const std::string data = "'targets': '@t.npy', 'fasta': '@t.fa', 'bin_nt': 10, 'signal_names': ['a', 'b'],"
                                 "'split': {'column': 'part'}";
        const auto whole = readRun("profile", data, folder());
        REQUIRE_READ(whole);
        QCOMPARE(whole->examples.size(), std::size_t(2));
        QCOMPARE(whole->task.bins, 4);
        QCOMPARE(whole->examples[0].target, (std::vector<float>{0, 2, 4, 6, 1, 3, 5, 7}));
        QCOMPARE(whole->examples[0].targetStartNt, 20);
        QCOMPARE(whole->examples[0].group, std::string("chr3"));
        QVERIFY(whole->examples[0].part == Part::Test);
        QVERIFY(whole->examples[1].part == Part::Train);
        const auto cut =
            readRun("profile", data + ", 'window_nt': 30, 'target_nt': 20, 'stride_nt': 10, 'bin_nt': 20", folder());
        REQUIRE_READ(cut);
        QCOMPARE(cut->examples.size(), std::size_t(6));
        QCOMPARE(cut->examples[1].id, std::string("chr3:526-555"));
        QCOMPARE(cut->examples[1].chromosomeStartNt, 525);
        QCOMPARE(std::string(cut->examples[1].letters()), m_chr1.substr(25, 30));
        QCOMPARE(cut->examples[1].targetStartNt, 5);
        QCOMPARE(cut->examples[1].target, (std::vector<float>{3, 4}));
        QCOMPARE(cut->examples[5].target, (std::vector<float>{13, 14}));
        QVERIFY(cut->examples[0].source == cut->examples[2].source);
        QCOMPARE(cut->examples[3].group, std::string("own"));
    }

    void arraysThatDoNotFitAreSentences()
    {
        m_folder.write("u.npy", io::npyBytes(io::NpyArray::of(std::vector<float>(12), {3, 2, 2})).value());
        m_folder.write("u.fa", ">a target=0-10\n" + m_chr1.substr(0, 20) + "\n");
        const std::string data = "'targets': '@u.npy', 'fasta': '@u.fa', 'bin_nt': 5";
        QVERIFY(contains(sentenceOf(readRun("profile", data, folder())), "1 records, but the array of targets has 3"));
        m_folder.write("u.fa", ">a target=0-11\n" + m_chr1.substr(0, 20) + "\n");
        QVERIFY(contains(sentenceOf(readRun("profile", data, folder())), "cannot be the 2 bins"));
        m_folder.write("u.fa", ">a target=10-30\n" + m_chr1.substr(0, 20) + "\n");
        QVERIFY(contains(sentenceOf(readRun("profile", data, folder())), "does not lie inside"));
        m_folder.write("u.npy", io::npyBytes(io::NpyArray::of(std::vector<float>(), {1, 0, 2})).value());
        QVERIFY(contains(sentenceOf(readRun("profile", data, folder())), "not empty"));
        QVERIFY(
            contains(sentenceOf(readRun("profile", "'genome': 'g.fa', 'window_nt': 10", folder())), "one of the two"));
        QVERIFY(contains(
            sentenceOf(readRun("profile", "'targets': 'a', 'fasta': 'b', 'window_nt': 30, 'bin_nt': 16", folder())),
            "must divide"));
    }

    void corpusIsCutIntoWindows()
    {
        m_folder.write("c.fa", ">long\n" + m_chr1.substr(0, 250) + "\n>short\nACGT\n>one\n" + m_chr1.substr(0, 60)
                                   + "\n>n\n" + std::string(100, 'N') + "\n");
        const auto read = readRun("masked-letters",
                                  "'fasta': '@c.fa', 'window_nt': 100, 'split': {'validation_share': 0.3, "
                                  "'test_share': 0}",
                                  folder());
        REQUIRE_READ(read);
        QCOMPARE(read->examples.size(), std::size_t(4));
        QCOMPARE(read->examples[2].id, std::string("long:201-250"));
        QCOMPARE(std::string(read->examples[2].letters()), m_chr1.substr(200, 50));
        QCOMPARE(read->examples[3].id, std::string("one"));
        QCOMPARE(read->leftOutCount, 2);
        QVERIFY(contains(read->leftOut[0].message(), "shorter than 50 nt"));
        QVERIFY(contains(read->leftOut[1].message(), "100 %"));
        const auto dense = readRun("masked-letters", "'fasta': '@c.fa', 'window_nt': 100, 'stride_nt': 75", folder());
        REQUIRE_READ(dense);
        QCOMPARE(dense->examples[2].id, std::string("long:151-250"));
        QCOMPARE(dense->examples[3].id, std::string("one"));
    }

    void signalsAndArrayOfTheSameLociAgree()
    {
        if (!haveShared("data/profiles/dnase_10tracks.npy.gz"))
            QSKIP("the shared data are absent");
        const std::string shape = "'window_nt': 3072, 'target_nt': 2048, 'bin_nt': 32, 'unknown_share': 1,";
        const auto array = readRun("profile",
                                   shape
                                       + "'targets': '@profiles/dnase_10tracks.npy.gz', 'fasta': "
                                         "'@profiles/hg38_loci_131072.fa.gz'",
                                   sharedPath("data"));
        const auto files = readRun("profile",
                                   shape
                                       + "'genome': '@profiles/hg38_loci_131072.fa.gz', 'regions': "
                                         "'@profiles/hg38_loci.bed', 'windows': 'tiles', 'signals': [{'name': 'HepG2', "
                                         "'file': '@profiles/dnase_HepG2.bedGraph.gz'}]",
                                   sharedPath("data"));
        REQUIRE_READ(array);
        REQUIRE_READ(files);
        QCOMPARE(array->examples.size(), std::size_t(55 * 32));
        QCOMPARE(files->examples.size(), array->examples.size());
        QCOMPARE(array->task.names.size(), std::size_t(10));
        for (std::size_t i = 0; i < array->examples.size(); ++i) {
            const Example &a = array->examples[i], &b = files->examples[i];
            QCOMPARE(a.id, b.id);
            QVERIFY(a.letters() == b.letters());
            QVERIFY(a.part == b.part);
            for (std::size_t bin = 0; bin < 64; ++bin)
                QVERIFY2(std::abs(a.target[64 + bin] - b.target[bin]) <= 1e-3F * std::max(1.0F, b.target[bin]),
                         a.id.c_str());
        }
        QCOMPARE(countOf(*array, Part::Train), std::size_t(45 * 32));
        QCOMPARE(countOf(*array, Part::Validation), std::size_t(10 * 32));
    }
};

QTEST_APPLESS_MAIN(TestDatasetProfiles)
#include "tst_dataset_profiles.moc"
