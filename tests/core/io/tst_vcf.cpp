// VCF and BCF: alleles, malformed records with their lines, files that are none; and tables of measured variants.
#include "core/io/variant_table.h"
#include "core/io/vcf.h"
#include "tests/support/shared_data.h"

#include <htslib/vcf.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <set>

using namespace nscope;

namespace {

const QByteArray kHeader = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=1000>\n"
                           "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

struct Content {
    std::vector<data::Variant> variants;
    io::ReadProblems problems;
    std::int64_t withoutAlternative = 0;
    std::optional<Error> error;
};

Content readAll(const std::string& path)
{
    Content content;
    auto reader = io::VcfReader::open(path);
    if (!reader) {
        content.error = reader.error();
        return content;
    }
    while (true) {
        auto next = reader->next();
        if (!next)
            content.error = next.error();
        if (!next || !*next)
            break;
        content.variants.push_back(**next);
    }
    content.problems = reader->problems();
    content.withoutAlternative = reader->withoutAlternative();
    return content;
}

}  // namespace

class TestVcf : public QObject {
    Q_OBJECT

private slots:
    void allelesOfEveryKind()
    {
        const Content read = readAll(write("a.vcf", kHeader
                                                        + "chr1\t10\trs1\tA\tC,GT,<DEL>\t.\t.\t.\r\n"
                                                          "chr1\t11\t.\tacg\ta\t50\tPASS\tDP=3\tGT\t0/1\n"
                                                          "chr1\t12\t.\tT\t.\t.\t.\t.\n"
                                                          "chr1\t13\t.\tT\t*\t.\t.\t.\n"
                                                          "chr1\t14\t.\tT\tT[chr2:5[\t.\t.\t."));
        QVERIFY(!read.error);
        QCOMPARE(read.problems.count, std::int64_t(0));
        QCOMPARE(read.withoutAlternative, std::int64_t(1));
        QCOMPARE(read.variants.size(), std::size_t(6));
        QVERIFY((read.variants[0] == data::Variant{"chr1", 9, "rs1", "A", "C", false, 4}));
        QVERIFY((read.variants[1] == data::Variant{"chr1", 9, "rs1", "A", "GT", false, 4}));
        QVERIFY((read.variants[2] == data::Variant{"chr1", 9, "rs1", "A", "<DEL>", true, 4}));
        QVERIFY((read.variants[3] == data::Variant{"chr1", 10, "", "ACG", "A", false, 5}));
        QVERIFY(read.variants[4].symbolic && read.variants[5].symbolic);
    }

    void aByteOrderMarkIsNoPartOfTheFirstLine()
    {
        const Content read = readAll(write("m.vcf", "\xef\xbb\xbf" + kHeader + "chr1\t10\trs1\tA\tC\t.\t.\t.\n"));
        QVERIFY2(!read.error, read.error ? read.error->sentence().c_str() : "");
        QCOMPARE(read.variants.size(), std::size_t(1));
    }

    void malformedRecordsAreNamedWithTheirLine()
    {
        const Content read = readAll(write("bad.vcf", kHeader
                                                          + "chr1\tten\t.\tA\tC\t.\t.\t.\n"
                                                            "chr1\t0\t.\tA\tC\t.\t.\t.\n"
                                                            "chr1\t5\t.\tA-\tC\t.\t.\t.\n"
                                                            "chr1\t5\t.\tA\tC,,G\t.\t.\t.\n"
                                                            "chr1\t5\t.\tA\tC\n"
                                                            "\t5\t.\tA\tC\t.\t.\t.\n"
                                                            "chr1\t7\t.\tA\tG\t.\t.\t.\n"
                                                            "chr1\t99999999999999999999\t.\tA\tG\t.\t.\t.\n"));
        QVERIFY(!read.error);
        QCOMPARE(read.variants.size(), std::size_t(1));
        QCOMPARE(read.variants[0].line, std::int64_t(10));
        QCOMPARE(read.problems.count, std::int64_t(7));
        const std::int64_t lines[] = {4, 5, 6, 7, 8, 9, 11};
        for (std::size_t i = 0; i < 7; ++i)
            QCOMPARE(read.problems.first[i].where().line, lines[i]);
        QVERIFY(QString::fromStdString(read.problems.first[0].message()).contains("POS"));
        QVERIFY(QString::fromStdString(read.problems.first[4].message()).contains("5 columns"));
    }

    void otherFilesAreErrors_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("fasta") << QByteArray(">a\nACGT\n");
        QTest::newRow("no columns") << QByteArray("##fileformat=VCFv4.2\n##contig=<ID=chr1>\n");
        QTest::newRow("record too early") << QByteArray("##fileformat=VCFv4.2\nchr1\t5\t.\tA\tC\t.\t.\t.\n");
        QTest::newRow("binary") << QByteArray("\0\1\2\3", 4);
        QTest::newRow("half a BCF") << QByteArray("BCF\2\2\0\0", 7);
    }
    void otherFilesAreErrors()
    {
        QFETCH(QByteArray, bytes);
        const Content read = readAll(write("other.vcf", bytes));
        QVERIFY(read.error.has_value());
        QVERIFY(read.error->code() == ErrorCode::Parse);
        QVERIFY(!read.error->where().file.empty());
        QVERIFY(readAll(m_folder.filePath("missing.vcf").toStdString()).error->code() == ErrorCode::NotFound);
    }

    void realFileTextAndBinary()
    {
        const std::string path = tests::sharedPath("data/formats/chr22_ENST00000319363.vcf.gz");
        if (!tests::haveShared("data/formats/chr22_ENST00000319363.vcf.gz"))
            QSKIP("The shared data are not beside the source tree.");
        const Content text = readAll(path);
        QVERIFY(!text.error);
        QCOMPARE(text.problems.count, std::int64_t(0));
        QVERIFY(text.variants.size() + std::size_t(text.withoutAlternative) >= 9212);
        QCOMPARE(text.variants[0].contig, std::string("chr22"));
        QCOMPARE(text.variants[0].startNt, std::int64_t(17565850));
        QCOMPARE(text.variants[0].id, std::string("rs758850786"));
        const std::string binaryPath = m_folder.filePath("real.bcf").toStdString();
        writeBcf(text.variants, binaryPath);
        const Content binary = readAll(binaryPath);
        QVERIFY(!binary.error);
        QCOMPARE(binary.variants.size(), text.variants.size());
        for (std::size_t i = 0; i < text.variants.size(); ++i) {
            data::Variant other = binary.variants[i];
            QCOMPARE(other.line, std::int64_t(i) + 1);
            other.line = text.variants[i].line;
            QVERIFY(other == text.variants[i]);
        }
        QFile cut(QString::fromStdString(binaryPath));
        QVERIFY(cut.resize(cut.size() / 2));
        QVERIFY(readAll(binaryPath).error.has_value());
    }

    void tablesOfMeasuredVariants()
    {
        const auto read = io::readVariantTable(
            write("t.tsv", "element\toffset0\tref\talt\teffect\nF9\t0\tg\tu\t-0.5\nF9\t3\tA\tC\tNA\n"));
        QVERIFY(read.has_value());
        QCOMPARE(read->size(), std::size_t(2));
        QVERIFY((read->front().variant == data::Variant{"F9", 0, "", "G", "T", false, 2}));
        QCOMPARE(read->front().effect, -0.5);
        QVERIFY(std::isnan(read->back().effect));
        const auto own = io::readVariantTable(write("o.tsv", "id\tpos\tref\talt\nx\t7\tA\tC\n"));
        QCOMPARE(own->front().variant.startNt, std::int64_t(6));
        QCOMPARE(io::readVariantTable(write("b.tsv", "id\tpos\tref\talt\nx\t0\tA\tC\n")).error().where().line,
                 std::int64_t(2));
        QVERIFY(!io::readVariantTable(write("b.tsv", "id\tpos\tref\talt\nx\t1\tA\t-\n")));
        QVERIFY(!io::readVariantTable(write("b.tsv", "id\tref\talt\nx\tA\tC\n")));
    }

    void cagiTable()
    {
        if (!tests::haveShared("data/cagi5/cagi5_training_variants.tsv.gz"))
            QSKIP("The shared data are not beside the source tree.");
        const auto read = io::readVariantTable(tests::sharedPath("data/cagi5/cagi5_training_variants.tsv.gz"));
        QVERIFY(read.has_value());
        QCOMPARE(read->size(), std::size_t(4643));
        std::set<std::string> elements;
        for (const io::MeasuredVariant& measured : *read)
            elements.insert(measured.variant.contig);
        QCOMPARE(elements.size(), std::size_t(15));
        QCOMPARE((*read)[2].effect, 0.34);
    }

private:
    std::string write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(name));
        return file.fileName().toStdString();
    }

    /// The records with their five columns that are read; htslib writes none that has no INFO, as the real file's.
    static void writeBcf(const std::vector<data::Variant>& variants, const std::string& to)
    {
        htsFile* out = hts_open(to.c_str(), "wb");
        bcf_hdr_t* header = bcf_hdr_init("w");
        QVERIFY(out && header && bcf_hdr_append(header, "##contig=<ID=chr22,length=50818468>") == 0);
        QVERIFY(bcf_hdr_sync(header) == 0 && bcf_hdr_write(out, header) == 0);
        bcf1_t* record = bcf_init();
        for (const data::Variant& variant : variants) {
            bcf_clear(record);
            record->rid = bcf_hdr_name2id(header, variant.contig.c_str());
            record->pos = variant.startNt;
            QCOMPARE(bcf_update_id(header, record, variant.id.empty() ? "." : variant.id.c_str()), 0);
            QCOMPARE(bcf_update_alleles_str(header, record, (variant.ref + "," + variant.alt).c_str()), 0);
            QCOMPARE(bcf_write(out, header, record), 0);
        }
        bcf_destroy(record);
        bcf_hdr_destroy(header);
        QCOMPARE(hts_close(out), 0);
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestVcf)
#include "tst_vcf.moc"
