// Tests of the shuffles: what each must keep, that it does shuffle, and that a seed means the same everywhere.
#include "core/data/genetic_code.h"
#include "core/data/shuffle.h"
#include "tests/support/random_letters.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace nscope::data;

namespace {

std::map<std::string, int> counts(const std::string& letters, std::size_t k, std::size_t step)
{
    std::map<std::string, int> table;
    for (std::size_t i = 0; i + k <= letters.size(); i += step)
        ++table[letters.substr(i, k)];
    return table;
}

}  // namespace

class TestShuffle : public QObject {
    Q_OBJECT

private slots:
    void dinucleotideCountsAreKept()
    {
        std::mt19937_64 random(2);
        for (int round = 0; round < 300; ++round) {
            const std::string letters = nscope::tests::randomLetters(random, random() % 200, round % 2 == 0 ? "ACGT" : "AACN");
            const auto result = shuffled(letters, ShuffleKind::Dinucleotide, random());
            QVERIFY(result.has_value());
            QCOMPARE(counts(*result, 2, 1), counts(letters, 2, 1));
            QCOMPARE(counts(*result, 1, 1), counts(letters, 1, 1));
        }
    }

    void synonymousControlsKeepTheProtein()
    {
        std::mt19937_64 random(9);
        for (int round = 0; round < 100; ++round) {
            const auto part = [&](std::size_t most) { return nscope::tests::randomLetters(random, random() % most); };
            const std::string before = part(60), coding = nscope::tests::randomLetters(random, 3 * (1 + random() % 40)),
                              after = part(60);
            const Interval cds{std::int64_t(before.size()), std::int64_t(before.size() + coding.size())};
            const auto control = synonymousControl(before + coding + after, cds, random());
            QVERIFY(control.has_value());
            const std::string made = control->substr(before.size(), coding.size());
            QCOMPARE(translate(made, false), translate(coding, false));
            QCOMPARE(counts(made, 3, 3), counts(coding, 3, 3));
            QCOMPARE(counts(control->substr(0, before.size()), 2, 1), counts(before, 2, 1));
            QCOMPARE(counts(control->substr(before.size() + coding.size()), 2, 1), counts(after, 2, 1));
        }
        QVERIFY(synonymousControl("CTTATGCTACTGCTTTAACC", {3, 18}, 1) != synonymousControl("CTTATGCTACTGCTTTAACC", {3, 18}, 2));
        QVERIFY(!synonymousControl("ATGAC", {0, 5}, 1));
        QVERIFY(!synonymousControl("ATGACC", {3, 9}, 1));
        QVERIFY(!synonymousControl("ATGACC", {3, 3}, 1));
    }

    void dinucleotideShuffleReachesEveryArrangement()
    {
        // All sequences with the dinucleotides of ACAGATA, found by trying every permutation.
        const std::string letters = "ACAGATA";
        std::string permutation = letters;
        std::ranges::sort(permutation);
        std::set<std::string> possible;
        do {
            if (permutation.front() == letters.front() && counts(permutation, 2, 1) == counts(letters, 2, 1))
                possible.insert(permutation);
        } while (std::ranges::next_permutation(permutation).found);
        std::map<std::string, int> seen;
        for (std::uint64_t seed = 0; seed < 6000; ++seed)
            ++seen[*shuffled(letters, ShuffleKind::Dinucleotide, seed)];
        QCOMPARE(possible.size(), std::size_t(6));
        QCOMPARE(seen.size(), possible.size());
        for (const auto& [arrangement, times] : seen) {
            QVERIFY(possible.contains(arrangement));
            QVERIFY2(times > 850 && times < 1150, "the six arrangements are equally likely");
        }
    }

    void mononucleotideCountsAreKept()
    {
        std::mt19937_64 random(3);
        const std::string letters = nscope::tests::randomLetters(random, 500);
        const auto result = shuffled(letters, ShuffleKind::Mononucleotide, 7);
        QCOMPARE(counts(*result, 1, 1), counts(letters, 1, 1));
        QVERIFY(*result != letters);
    }

    void codonsStayWholeAndEndsStay()
    {
        std::mt19937_64 random(4);
        for (int codonCount : {0, 1, 2, 3, 50}) {
            const std::string letters = nscope::tests::randomLetters(random, std::size_t(codonCount) * 3);
            const auto kept = shuffled(letters, ShuffleKind::Codon, 5);
            QCOMPARE(counts(*kept, 3, 3), counts(letters, 3, 3));
            if (codonCount > 0) {
                QCOMPARE(kept->substr(0, 3), letters.substr(0, 3));
                QCOMPARE(kept->substr(kept->size() - 3), letters.substr(letters.size() - 3));
            }
            if (codonCount == 50)
                QVERIFY(*kept != letters);
        }
        const auto all = shuffled("AAACCCGGGTTTACG", ShuffleKind::Codon, 1, false);
        QCOMPARE(counts(*all, 3, 3), counts("AAACCCGGGTTTACG", 3, 3));
        QVERIFY(!shuffled("AAAC", ShuffleKind::Codon, 1));
    }

    void aSeedMeansTheSameEverywhere()
    {
        const std::string letters = "ATGGTGCATCTGACTCCTGAGGAGAAGTCTGCC";
        for (const ShuffleKind kind : {ShuffleKind::Mononucleotide, ShuffleKind::Dinucleotide, ShuffleKind::Codon}) {
            QCOMPARE(*shuffled(letters, kind, 11), *shuffled(letters, kind, 11));
            QVERIFY(*shuffled(letters, kind, 11) != *shuffled(letters, kind, 12));
        }
        QCOMPARE(*shuffled(letters, ShuffleKind::Mononucleotide, 42), std::string("GATTAGAGTGGTCCACCGTCTTCTGAAGCAGGC"));
        QCOMPARE(*shuffled(letters, ShuffleKind::Dinucleotide, 42), std::string("ATGAGTCACTGTCCTCTGAGAAGCTGGGATGCC"));
        QCOMPARE(*shuffled(letters, ShuffleKind::Codon, 42), std::string("ATGAAGCCTTCTCTGGAGGAGGTGACTCATGCC"));
    }
};

QTEST_APPLESS_MAIN(TestShuffle)
#include "tst_shuffle.moc"
