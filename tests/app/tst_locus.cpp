// Purpose: places and variants as people type them.
#include "app/locus.h"

#include <QtTest/QTest>

using namespace nscope;
using namespace nscope::app;

namespace {

data::Transcript transcript()
{
    data::Transcript made;
    made.sequence.letters = "GGATGAAATAACC";  // CDS 2..11
    made.cds = data::Interval{2, 11};
    return made;
}

std::string applied(const char* text)
{
    const auto edit = parseVariant(text, transcript());
    if (!edit)
        return "error: " + edit.error().message();
    const auto changed = data::applyEdit(transcript(), *edit);
    return changed ? changed->sequence.letters : "error: " + changed.error().message();
}

}  // namespace

class TestLocus : public QObject {
    Q_OBJECT

private slots:
    void ranges()
    {
        QCOMPARE(*parseRange("120"), (data::Interval{119, 120}));
        QCOMPARE(*parseRange("1,200-1,300"), (data::Interval{1199, 1300}));
        QCOMPARE(*parseRange("5..9"), (data::Interval{4, 9}));
        QVERIFY(!parseRange("0"));
        QVERIFY(!parseRange("9-5"));
        QVERIFY(!parseRange("HBB"));
        QVERIFY(!parseRange("99999999999999999999"));
    }

    void namesAndPlaces()
    {
        const auto isId = [](const std::string& id) { return id == "HBB" || id == "7"; };
        QCOMPARE(parseLocus("HBB", isId)->id, std::string("HBB"));
        QVERIFY(!parseLocus("HBB", isId)->span);
        QCOMPARE(*parseLocus("HBB:3-4", isId)->span, (data::Interval{2, 4}));
        QCOMPARE(parseLocus("7", isId)->id, std::string("7"));  // a name wins over a position
        QVERIFY(!parseLocus("INS", isId));
    }

    void variants_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("letters");
        QTest::newRow("first base") << "1G>A" << "AGATGAAATAACC";
        QTest::newRow("coding") << "c.1A>C" << "GGCTGAAATAACC";
        QTest::newRow("before the start") << "c.-1G>T" << "GTATGAAATAACC";
        QTest::newRow("after the stop") << "c.*1C>T" << "GGATGAAATAATC";
        QTest::newRow("RNA letters") << "c.2U>C" << "GGACGAAATAACC";
        QTest::newRow("deletion") << "c.4_6del" << "GGATGTAACC";
        QTest::newRow("duplication") << "n.3dup" << "GGAATGAAATAACC";
        QTest::newRow("insertion") << "c.3_4insCCC" << "GGATGCCCAAATAACC";
        QTest::newRow("both") << "c.4_6delinsGG" << "GGATGGGTAACC";
    }
    void variants()
    {
        QFETCH(QString, text);
        QFETCH(QString, letters);
        QCOMPARE(QString::fromStdString(applied(qPrintable(text))), letters);
    }

    void wrongVariants_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"c.1G>A", "c.99A>C", "A>C", "c.3_9insA", "c.5_4del", "c.4insA", "*3A>C", "hello"})
            QTest::newRow(text) << QString(text);
    }
    void wrongVariants()
    {
        QFETCH(QString, text);
        QVERIFY(applied(qPrintable(text)).starts_with("error: "));
    }

    void codingNeedsARegion()
    {
        data::Transcript noncoding = transcript();
        noncoding.cds.reset();
        QVERIFY(!parseVariant("c.1A>C", noncoding));
        QVERIFY(parseVariant("n.3A>C", noncoding));
    }
};

QTEST_GUILESS_MAIN(TestLocus)
#include "tst_locus.moc"
