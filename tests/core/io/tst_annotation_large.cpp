// Large annotation: a GTF file of 100 MB and a BED file of ten million lines, read whole in bounded memory. Seconds and
// memory are printed; only memory is asserted.
#include "core/data/gene_index.h"
#include "core/io/annotation_file.h"
#include "tests/support/peak_memory.h"
#include "tests/support/temporary_folder.h"

#include <QElapsedTimer>
#include <QTest>

#include <fstream>

using namespace nscope;

namespace {

constexpr std::int64_t kMiB = 1 << 20;

}  // namespace

class TestAnnotationLarge : public QObject {
    Q_OBJECT

private slots:
    void gtfOf100Megabytes()
    {
        const std::string path = m_folder.path("large.gtf");
        const std::size_t transcripts = writeGtf(path, 100'000'000);
        const std::int64_t before = tests::peakMemory();
        QElapsedTimer timer;
        timer.start();
        const auto read = io::readAnnotation(path);
        report("GTF", std::filesystem::file_size(path), timer.elapsed(), before);
        QVERIFY(read.has_value());
        QCOMPARE(read->problems.count, std::int64_t(0));
        QCOMPARE(read->transcripts.size(), transcripts);
        if (tests::kPeakIsTheProgramsOwn)
            QVERIFY(tests::peakMemory() - before < 100 * kMiB);  // less than the file
        timer.start();
        const data::GeneIndex index(std::make_shared<const std::vector<data::TranscriptModel>>(read->transcripts));
        report("gene index of it", 0, timer.elapsed(), before);
        timer.start();
        QVERIFY(index.search("gene10").size() > 1);
        report("search", 0, timer.elapsed(), before);
    }

    void bedOfTenMillionLines()
    {
        const std::string path = m_folder.path("large.bed");
        {
            std::ofstream file(path, std::ios::binary);
            for (int i = 0; i < 10'000'000; ++i)
                file << "chr" << 1 + i % 22 << '\t' << i * 20LL << '\t' << i * 20LL + 150 << "\tpeak_number_" << i
                     << '\t' << i % 1000 << "\t+\n";
        }
        const std::int64_t before = tests::peakMemory();
        QElapsedTimer timer;
        timer.start();
        const auto read = io::readAnnotation(path);
        report("BED", std::filesystem::file_size(path), timer.elapsed(), before);
        QVERIFY(read.has_value());
        QCOMPARE(read->features.size(), std::size_t(10'000'000));
        QCOMPARE(read->features.at(9'999'999).name, std::string("peak_number_9999999"));
        if (tests::kPeakIsTheProgramsOwn)
            QVERIFY(tests::peakMemory() - before < 1536 * kMiB);  // as many data::Feature alone take more
        data::IntervalIndex index;
        timer.start();
        for (std::size_t i = 0; i < read->features.size(); ++i)
            index.add(read->features.chromosome(i), read->features.interval(i), i);
        index.build();
        report("index of it", 0, timer.elapsed(), before);
        QCOMPARE(index.overlapping("chr1", {0, 1}).size(), std::size_t(1));
    }

private:
    /// Transcripts with ten exons and nine coding rows, as GENCODE writes them; returns how many.
    static std::size_t writeGtf(const std::string& path, std::size_t bytes)
    {
        std::ofstream file(path, std::ios::binary);
        std::size_t transcripts = 0;
        std::string text;
        for (std::size_t written = 0; written < bytes; written += text.size(), ++transcripts) {
            text.clear();
            const std::string number = std::to_string(100'000 + transcripts);
            const std::string names = "gene_id \"ENSG00000" + number + ".5\"; transcript_id \"ENST00000" + number
                                      + ".9\"; gene_type \"protein_coding\"; gene_name \"GENE" + number
                                      + "\"; transcript_type \"protein_coding\"; transcript_name \"GENE" + number
                                      + "-201\"; level 2; protein_id \"ENSP00000" + number
                                      + ".1\"; tag \"basic\"; tag \"CCDS\";\n";
            const std::string chromosome = "chr" + std::to_string(1 + transcripts % 22);
            const std::size_t start = 10'000 + transcripts / 22 * 30'000;
            const auto row = [&](const char* type, std::size_t from, std::size_t to, const char* phase) {
                text += chromosome + "\tHAVANA\t" + type + "\t" + std::to_string(from) + "\t" + std::to_string(to)
                        + "\t.\t+\t" + phase + "\t" + names;
            };
            row("transcript", start, start + 9 * 2000 + 149, ".");
            for (std::size_t exon = 0; exon < 10; ++exon) {
                row("exon", start + exon * 2000, start + exon * 2000 + 149, ".");
                if (exon > 0)
                    row("CDS", start + exon * 2000, start + exon * 2000 + 149, "0");
            }
            file << text;
        }
        return transcripts;
    }

    static void report(const char* what, std::uintmax_t bytes, qint64 elapsedMs, std::int64_t peakBefore)
    {
        qInfo("%s: %.0f MB in %.3f s, peak memory %lld MiB (%lld MiB before)", what, double(bytes) / 1e6,
              double(elapsedMs) / 1e3, static_cast<long long>(tests::peakMemory() / kMiB),
              static_cast<long long>(peakBefore / kMiB));
    }

    tests::TemporaryFolder m_folder;
};

QTEST_APPLESS_MAIN(TestAnnotationLarge)
#include "tst_annotation_large.moc"
