// Places as text, and pieces of chromosomes by the names of their records.
#include "core/data/locus.h"

#include <QTest>

using namespace nscope;
using data::Interval;
using data::Locus;
using data::Strand;

class TestGenomicLocus : public QObject {
    Q_OBJECT

private slots:
    void places_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("chromosome");
        QTest::addColumn<qlonglong>("start");
        QTest::addColumn<qlonglong>("end");
        QTest::addColumn<char>("strand");
        QTest::addColumn<QString>("again");
        const auto row = [](const char* text, const char* chromosome, qlonglong start, qlonglong end, char strand,
                            const char* again) {
            QTest::newRow(text) << text << chromosome << start << end << strand << again;
        };
        row("chr5:90,339,000-90,349,000", "chr5", 90338999, 90349000, '.', "chr5:90,339,000-90,349,000");
        row(" chr5:100-200:+\n", "chr5", 99, 200, '+', "chr5:100-200:+");
        row("chr5:100-200(-)", "chr5", 99, 200, '-', "chr5:100-200:-");
        row("chr5", "chr5", 0, 0, '.', "chr5");
        row("chr5:-", "chr5", 0, 0, '-', "chr5:-");
        row("X:7", "X", 6, 7, '.', "X:7-7");
        row("1:1-1000", "1", 0, 1000, '.', "1:1-1,000");
        row("HLA-A*01:01:01:01", "HLA-A*01:01:01:01", 0, 0, '.', "HLA-A*01:01:01:01");
        row("HLA-A*01:01:5-9", "HLA-A*01:01", 4, 9, '.', "HLA-A*01:01:5-9");
        row("NC_000008.11:11,700,033-11,760,002", "NC_000008.11", 11700032, 11760002, '.',
            "NC_000008.11:11,700,033-11,760,002");
    }
    void places()
    {
        QFETCH(QString, text);
        QFETCH(QString, chromosome);
        QFETCH(qlonglong, start);
        QFETCH(qlonglong, end);
        QFETCH(char, strand);
        QFETCH(QString, again);
        const auto locus = data::parseLocus(text.toStdString());
        QVERIFY2(locus.has_value(), locus ? "" : locus.error().message().c_str());
        QCOMPARE(locus->chromosome, chromosome.toStdString());
        QVERIFY((locus->interval == Interval{start, end}));
        QVERIFY(char(locus->strand) == strand);
        QCOMPARE(data::locusText(*locus), again.toStdString());
        QVERIFY(data::parseLocus(data::locusText(*locus)) == *locus);
    }

    void othersAreErrors_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "  ", ":1-5", "chr5:abc", "chr5:5-2", "chr5:0-9", "chr5:1-", "chr5:-4-9",
                                 "chr5:1-2-3", "chr5:1..9", "chr 5", "chr5:9999999999999999999999", "chr5:,5-9"})
            QTest::newRow(text) << text;
    }
    void othersAreErrors()
    {
        QFETCH(QString, text);
        const auto locus = data::parseLocus(text.toStdString());
        QVERIFY(!locus.has_value());
        QVERIFY(locus.error().code() == ErrorCode::InvalidArgument);
        QVERIFY(QString::fromStdString(locus.error().message()).endsWith('.'));
    }

    void recordsSayWhereTheyLie()
    {
        QVERIFY((data::locusOfRecord("chr8:11496144-11627216", 131072) == Locus{"chr8", {11496144, 11627216}}));
        QVERIFY((data::locusOfRecord("chr8:11496145-11627216", 131072) == Locus{"chr8", {11496144, 11627216}}));
        QVERIFY((data::locusOfRecord("chr8:0-10", 10) == Locus{"chr8", {0, 10}}));
        QVERIFY((data::locusOfRecord("chr1:5-9(-)", 4) == Locus{"chr1", {5, 9}, Strand::Reverse}));
        QVERIFY((data::locusOfRecord("chr1:1,001-2,000", 1000) == Locus{"chr1", {1000, 2000}}));
        QVERIFY(!data::locusOfRecord("chr8:11496144-11627216", 131071 - 1));
        QVERIFY(!data::locusOfRecord("chr8", 10) && !data::locusOfRecord(":1-10", 10)
                && !data::locusOfRecord("a:b-c", 1));
    }
};

QTEST_APPLESS_MAIN(TestGenomicLocus)
#include "tst_genomic_locus.moc"
