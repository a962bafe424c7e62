// Tests of ORF search against brute force on random sequences, and of the Kozak context.
#include "core/data/genetic_code.h"
#include "core/data/orf.h"
#include "tests/support/random_letters.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

using namespace nscope::data;

namespace {

using Key = std::tuple<std::int64_t, std::int64_t, bool>;

// Every ATG, read on to the first stop or the end; without `nested`, only the first of each stop.
std::set<Key> bruteForce(const std::string& letters, const OrfOptions& options)
{
    std::set<Key> found;
    std::set<std::pair<std::int64_t, std::int64_t>> usedEnds;
    for (std::size_t start = 0; start + 3 <= letters.size(); ++start) {
        if (letters.substr(start, 3) != "ATG")
            continue;
        std::size_t end = start;
        bool stop = false;
        while (!stop && end + 3 <= letters.size()) {
            const std::string codon = letters.substr(end, 3);
            stop = codon == "TAA" || codon == "TAG" || codon == "TGA";
            end += 3;
        }
        const bool isOuter = usedEnds.insert({std::int64_t(end), std::int64_t(start % 3)}).second;
        const auto codons = std::int64_t(end - start) / 3 - (stop ? 1 : 0);
        if ((isOuter || options.nested) && (stop || !options.requireStop) && codons >= options.minCodons)
            found.insert({std::int64_t(start), std::int64_t(end), stop});
    }
    return found;
}

}  // namespace

class TestOrf : public QObject {
    Q_OBJECT

private slots:
    void equalsBruteForce()
    {
        std::mt19937_64 random(1);
        for (int round = 0; round < 400; ++round) {
            const std::string letters = nscope::tests::randomLetters(random, random() % 300, round % 3 == 0 ? "ATG" : "ACGT");
            const OrfOptions options{int(random() % 6), random() % 2 == 0, random() % 2 == 0};
            const auto orfs = findOrfs(letters, options);
            QVERIFY(std::ranges::is_sorted(orfs, {}, [](const Orf& o) { return o.span.startNt; }));
            std::set<Key> found;
            for (const Orf& orf : orfs) {
                QCOMPARE(orf.frame, int(orf.span.startNt % 3));
                QCOMPARE(orf.kozak, kozakStrength(letters, orf.span.startNt));
                found.insert({orf.span.startNt, orf.span.endNt, orf.hasStop});
            }
            QCOMPARE(found.size(), orfs.size());
            QCOMPARE(found, bruteForce(letters, options));
        }
    }

    void longestIsTheFirstOfTheLongest()
    {
        //                        0123456789
        const auto orf = longestOrf("ATGAAATAACATGCCCTAA");
        QVERIFY(orf.has_value());
        QCOMPARE(orf->span.startNt, 0);
        QCOMPARE(orf->span.endNt, 9);
        QVERIFY(!longestOrf("ATGAAA"));
        QVERIFY(!longestOrf(""));
        QVERIFY(!longestOrf("AT"));
    }

    void kozakContextAndStrength()
    {
        QCOMPARE(kozakContext("GCCACCATGG", 6), std::string("GCCACCATGG"));
        QCOMPARE(kozakStrength("GCCACCATGG", 6), KozakStrength::Strong);
        QCOMPARE(kozakStrength("GCCTCCATGG", 6), KozakStrength::Adequate);
        QCOMPARE(kozakStrength("GCCGCCATGA", 6), KozakStrength::Adequate);
        QCOMPARE(kozakStrength("GCCTCCATGA", 6), KozakStrength::Weak);
        QCOMPARE(kozakContext("ATG", 0), std::string("------ATG-"));
        QCOMPARE(kozakStrength("ATG", 0), KozakStrength::Weak);
    }
};

QTEST_APPLESS_MAIN(TestOrf)
#include "tst_orf.moc"
