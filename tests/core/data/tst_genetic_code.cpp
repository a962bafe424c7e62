// Tests of the standard genetic code against NCBI's table 1, written in its own order (T, C, A, G).
#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace nscope::data;

namespace {

// The line "AAs" of NCBI's genetic code table 1 (bases in the order TCAG).
constexpr std::string_view kNcbi = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";

template <class Visit>
void forEachCodon(Visit visit)
{
    constexpr std::string_view order = "TCAG";
    for (std::size_t i = 0; i < 64; ++i)
        visit(std::string{order[i / 16], order[i / 4 % 4], order[i % 4]}, kNcbi[i]);
}

}  // namespace

class TestGeneticCode : public QObject {
    Q_OBJECT

private slots:
    void everyCodonIsNcbis()
    {
        forEachCodon([](const std::string& codon, char aminoAcid) {
            QCOMPARE(translateCodon(codon), aminoAcid);
            QCOMPARE(isStopCodon(codon), aminoAcid == '*');
        });
    }

    void ambiguousLettersCountOnlyWhenTheyMatter()
    {
        QCOMPARE(translateCodon("GCN"), 'A');
        QCOMPARE(translateCodon("TAR"), '*');
        QCOMPARE(translateCodon("TRA"), '*');
        QCOMPARE(translateCodon("MGR"), 'R');
        QCOMPARE(translateCodon("YTA"), 'L');
        QCOMPARE(translateCodon("CAN"), 'X');
        QCOMPARE(translateCodon("NNN"), 'X');
        QCOMPARE(translateCodon("AT"), 'X');
        QVERIFY(!isStopCodon("TAN"));
    }

    void translationStopsWhereAsked()
    {
        QCOMPARE(translate("ATGGTGCATTAAATG", true), std::string("MVH"));
        QCOMPARE(translate("ATGGTGCATTAAATG", false), std::string("MVH*M"));
        QCOMPARE(translate("ATGGT", true), std::string("M"));
        QCOMPARE(translate("", true), std::string());
    }

    void synonymousCodonsAreAllOthersOfTheAminoAcid()
    {
        std::map<char, int> codonsOf;
        forEachCodon([&](const std::string&, char aminoAcid) { ++codonsOf[aminoAcid]; });
        forEachCodon([&](const std::string& codon, char aminoAcid) {
            const auto others = synonymousCodons(codon);
            QCOMPARE(int(others.size()), codonsOf[aminoAcid] - 1);
            QVERIFY(std::ranges::is_sorted(others));
            for (const std::string& other : others) {
                QVERIFY(other != codon);
                QCOMPARE(translateCodon(other), aminoAcid);
            }
        });
        QVERIFY(synonymousCodons("ATG").empty());
        QVERIFY(synonymousCodons("GCN").empty());
        QVERIFY(synonymousCodons("GC").empty());
    }
};

QTEST_APPLESS_MAIN(TestGeneticCode)
#include "tst_genetic_code.moc"
