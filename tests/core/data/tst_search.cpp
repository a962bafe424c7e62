// Tests of motif and regular-expression search.
#include "core/data/alphabet.h"
#include "core/data/search.h"
#include "tests/support/random_letters.h"

#include <QTest>

#include <random>

using namespace nscope::data;

namespace {

std::vector<std::int64_t> starts(const std::vector<SearchHit>& hits)
{
    std::vector<std::int64_t> list;
    for (const SearchHit& hit : hits)
        list.push_back(hit.span.startNt);
    return list;
}
using List = std::vector<std::int64_t>;

}  // namespace

class TestSearch : public QObject {
    Q_OBJECT

private slots:
    void iupacMotifsMatchTheirLettersAndOverlap()
    {
        QCOMPARE(starts(*searchIupac("AAAA", "AA", false)), (List{0, 1, 2}));
        QCOMPARE(starts(*searchIupac("ATGATCATN", "atr", false)), (List{0}));
        QCOMPARE(starts(*searchIupac("ATGATCATN", "AUN", false)), (List{0, 3, 6}));
        QCOMPARE(starts(*searchIupac("ATGATCATR", "ATD", false)), (List{0, 6}));
        QVERIFY(searchIupac("AC", "ACG", false)->empty());
    }

    void bothStrands()
    {
        const auto hits = searchIupac("GATGCCATC", "ATG", true);
        QCOMPARE(hits->size(), std::size_t(2));
        QCOMPARE((*hits)[0], (SearchHit{{1, 4}, false}));
        QCOMPARE((*hits)[1], (SearchHit{{5, 8}, true}));
        QCOMPARE(searchIupac("GGATCC", "GGATCC", true)->size(), std::size_t(1));
    }

    void motifsThatAreNoneAreRefused()
    {
        const auto bad = searchIupac("ACGT", "AXG", false);
        QVERIFY(!bad);
        QCOMPARE(bad.error().where().position, 2);
        QVERIFY(!searchIupac("ACGT", "", false));
    }

    void expressionsReadUAndTAlikeInAnyCase()
    {
        QCOMPARE(starts(*searchRegex("CCATGAAATAGATG", "aug(...)*?u(aa|ag|ga)")), (List{2}));
        QCOMPARE((*searchRegex("CCATGAAATAGATG", "aug(...)*?u(aa|ag|ga)"))[0].span.endNt, 11);
        QCOMPARE(starts(*searchRegex("ACACACAC", "ACA")), (List{0, 4}));
        QCOMPARE(starts(*searchRegex("AATT", "^A")), (List{0}));
        QCOMPARE(starts(*searchRegex("AATT", "T$")), (List{3}));
        QCOMPARE(starts(*searchRegex("AACTA", "\\bA|[^A\\s]+")), (List{0, 2}));
        QVERIFY(searchRegex("ACGT", "X*")->empty());
        QCOMPARE(searchRegex("AAAA", "A", 3)->size(), std::size_t(3));
    }

    void longSequencesAreSearchedWhole()
    {
        std::mt19937_64 random(5);
        const std::string letters = nscope::tests::randomLetters(random, 30'000);
        List expected;
        for (std::size_t i = letters.find("GATTACA"); i != std::string::npos; i = letters.find("GATTACA", i + 7))
            expected.push_back(std::int64_t(i));
        QCOMPARE(starts(*searchRegex(letters, "GAT{2}ACA")), expected);
        // A match of 6,000 nt wherever it lies with respect to the windows.
        for (std::size_t at : {0, 1000, 8191, 8192, 16'000, 16'383, 33'000}) {
            std::string text(40'000, 'C');
            text.replace(at, 6000, std::string(6000, 'A'));
            const auto hits = searchRegex(text, "A+");
            QCOMPARE(hits->size(), std::size_t(1));
            QCOMPARE((*hits)[0].span, (Interval{std::int64_t(at), std::int64_t(at) + 6000}));
        }
        QCOMPARE(starts(*searchRegex(std::string(19'000, 'C') + "A", "A$")), (List{19'000}));
        QVERIFY(searchRegex(std::string(19'000, 'C'), "A$|^A")->empty());
    }

    void hostileExpressionsEnd()
    {
        QVERIFY(!searchRegex("ACGT", "(A"));
        QVERIFY(!searchRegex("ACGT", ""));
        QVERIFY(!searchRegex("ACGT", std::string(500, 'A')));
        const auto slow = searchRegex(std::string(3000, 'A'), "(A*)*C");
        QVERIFY(!slow);
        QVERIFY(slow.error().message().find("too much work") != std::string::npos);
        QVERIFY(searchRegex(std::string(100'000, 'A'), "(A|C)*").has_value());  // deep recursion
        const std::string nested = std::string(80, '(') + "A|C" + std::string(80, ')') + "*";
        (void)searchRegex(std::string(100'000, 'A'), nested);  // deeper than the stack: an error or an answer, no crash
        QVERIFY(!searchRegex(std::string(100, 'A'), "(){90000}"));
        QVERIFY(!searchRegex(std::string(100, 'A'), "((){300}){300}"));
        QVERIFY(searchRegex(std::string(1000, 'A'), "A{20,300}").has_value());
    }
};

QTEST_APPLESS_MAIN(TestSearch)
#include "tst_search.moc"
