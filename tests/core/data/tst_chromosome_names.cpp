// Names of chromosomes: the rules, aliases of a user, ambiguous lists, and the sentence about two files that disagree.
#include "core/data/chromosome_names.h"

#include <QTest>

using namespace nscope;

class TestChromosomeNames : public QObject {
    Q_OBJECT

private slots:
    void rules_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("key");
        QTest::newRow("UCSC") << "chr1"
                              << "1";
        QTest::newRow("Ensembl") << "1"
                                 << "1";
        QTest::newRow("capital") << "Chr12"
                                 << "12";
        QTest::newRow("chrM") << "chrM"
                              << "MT";
        QTest::newRow("M") << "M"
                           << "MT";
        QTest::newRow("MT") << "MT"
                            << "MT";
        QTest::newRow("chrMT") << "chrMT"
                               << "MT";
        QTest::newRow("human 1") << "NC_000001.11"
                                 << "1";
        QTest::newRow("human 1, hg19") << "NC_000001.10"
                                       << "1";
        QTest::newRow("human 22") << "NC_000022.11"
                                  << "22";
        QTest::newRow("human X") << "NC_000023.11"
                                 << "X";
        QTest::newRow("human Y") << "NC_000024.10"
                                 << "Y";
        QTest::newRow("human mitochondrion") << "NC_012920.1"
                                             << "MT";
        QTest::newRow("mouse 1") << "NC_000067.7"
                                 << "1";
        QTest::newRow("mouse 19") << "NC_000085.7"
                                  << "19";
        QTest::newRow("mouse X") << "NC_000086.8"
                                 << "X";
        QTest::newRow("mouse Y") << "NC_000087.8"
                                 << "Y";
        QTest::newRow("mouse mitochondrion") << "NC_005089.1"
                                             << "MT";
        QTest::newRow("no version") << "NC_000002"
                                    << "2";
        QTest::newRow("other species") << "NC_001133.9"
                                       << "NC_001133.9";
        QTest::newRow("not a version") << "NC_000001.x"
                                       << "NC_000001.x";
        QTest::newRow("contig") << "GL000220.1"
                                << "GL000220.1";
        QTest::newRow("yeast") << "chrIV"
                               << "IV";
        QTest::newRow("only chr") << "chr"
                                  << "chr";
    }
    void rules()
    {
        QFETCH(QString, name);
        QFETCH(QString, key);
        QCOMPARE(QString::fromStdString(data::chromosomeKey(name.toStdString())), key);
    }

    void namesAreResolvedAgainstAList()
    {
        const data::ChromosomeNames ensembl({"1", "2", "X", "MT", "KI270706.1"});
        QCOMPARE(ensembl.resolve("chr1").value_or(""), std::string("1"));
        QCOMPARE(ensembl.resolve("chrM").value_or(""), std::string("MT"));
        QCOMPARE(ensembl.resolve("NC_000023.10").value_or(""), std::string("X"));
        QCOMPARE(ensembl.resolve("KI270706.1").value_or(""), std::string("KI270706.1"));
        QVERIFY(!ensembl.resolve("chr3"));
        QVERIFY(!ensembl.resolve("chr1_KI270706v1_random"));
        QVERIFY(!ensembl.resolve(""));
        // A list may hold two spellings; the one that is asked for is meant, and a third spelling means neither.
        const data::ChromosomeNames both({"chr1", "1"});
        QCOMPARE(both.resolve("chr1").value_or(""), std::string("chr1"));
        QCOMPARE(both.resolve("1").value_or(""), std::string("1"));
        QVERIFY(!both.resolve("NC_000001.11"));
    }

    void aliasesJoinGroups()
    {
        data::ChromosomeAliases aliases;
        aliases.add("chrIV", "NC_001136.10");
        aliases.add("NC_001136.10", "ref|NC_001136|");
        aliases.add("chr1_KI270706v1_random", "KI270706.1");
        const data::ChromosomeNames names({"IV", "KI270706.1"}, aliases);
        QCOMPARE(names.resolve("ref|NC_001136|").value_or(""), std::string("IV"));
        QCOMPARE(names.resolve("chrIV").value_or(""), std::string("IV"));
        QCOMPARE(names.resolve("chr1_KI270706v1_random").value_or(""), std::string("KI270706.1"));
        QVERIFY(!names.resolve("chrV"));
        // Two groups that were apart become one.
        data::ChromosomeAliases joined;
        joined.add("a", "b");
        joined.add("c", "d");
        joined.add("b", "c");
        QCOMPARE(data::ChromosomeNames({"a"}, joined).resolve("d").value_or(""), std::string("a"));
    }

    void aDisagreementNamesBothLists()
    {
        const std::vector<std::string> genome{"chr1", "chr2", "chr3", "chr4"};
        const std::vector<std::string> peaks{"I", "II"};
        const QString sentence =
            QString::fromStdString(data::mismatchSentence("the genome", genome, "the peaks file", peaks));
        QVERIFY2(sentence.startsWith("The genome has chr1, chr2, chr3 …; the peaks file has I, II,"),
                 qPrintable(sentence));
        QVERIFY(data::mismatchSentence("a", {}, "b", peaks).find("no chromosomes") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestChromosomeNames)
#include "tst_chromosome_names.moc"
