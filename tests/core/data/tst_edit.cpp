// Tests of edits: place and letters checked, CDS shifting, inverse, names, history, alignment of ALT to REF.
#include "core/data/edit.h"
#include "tests/support/random_letters.h"

#include <QTest>

#include <random>

using namespace nscope::data;

namespace {

//                                    0         1         2
//                                    012345678901234567890123
constexpr const char* kLetters = "CCACCATGGTGCATTAAGCAAAAA";
const Interval kCds{5, 17};

Transcript sample() { return {{"t", "", kLetters, Alphabet::Rna}, kCds}; }

Edit randomEdit(std::mt19937_64& random, const std::string& letters)
{
    const std::size_t start = nscope::tests::randomBelow(random, letters.size() + 1);
    const std::size_t removed = nscope::tests::randomBelow(random, std::min<std::size_t>(letters.size() - start, 6) + 1);
    std::string inserted = nscope::tests::randomLetters(random, nscope::tests::randomBelow(random, 7));
    if (removed == letters.size())
        inserted += 'A';
    return {std::int64_t(start), letters.substr(start, removed), inserted, "random"};
}

std::optional<Interval> cdsAfter(const Edit& edit)
{
    const auto changed = applyEdit(sample(), edit);
    return changed ? changed->cds : std::optional<Interval>(Interval{-1, -1});
}

}  // namespace

class TestEdit : public QObject {
    Q_OBJECT

private slots:
    void applyThenInverseGivesTheSameBack()
    {
        std::mt19937_64 random(6);
        for (int round = 0; round < 2000; ++round) {
            Transcript before{{"r", "d", nscope::tests::randomLetters(random, 1 + random() % 40), Alphabet::Dna}, {}};
            if (before.sequence.length() > 8)
                before.cds = Interval{2, before.sequence.length() - 1};
            const Edit edit = randomEdit(random, before.sequence.letters);
            const auto after = applyEdit(before, edit);
            if (before.sequence.length() + edit.shiftNt() == 0) {
                QVERIFY(!after);
                continue;
            }
            QVERIFY(after.has_value());
            QCOMPARE(after->sequence.length(), before.sequence.length() + edit.shiftNt());
            const auto back = applyEdit(*after, inverse(edit));
            QVERIFY(back.has_value());
            QCOMPARE(back->sequence, before.sequence);
            // An edit that touches the ends of a region is read from either side, so only regions that both
            // directions keep must agree in length.
            if (after->cds && back->cds)
                QCOMPARE(back->cds->length(), before.cds->length());
        }
    }

    void cdsFollowsIndels()
    {
        QCOMPARE(cdsAfter({0, "", "GG", ""}), std::optional(Interval{7, 19}));       // before
        QCOMPARE(cdsAfter({5, "", "GG", ""}), std::optional(Interval{7, 19}));       // right before the start codon
        QCOMPARE(cdsAfter({1, "CA", "", ""}), std::optional(Interval{3, 15}));
        QCOMPARE(cdsAfter({17, "", "GGG", ""}), std::optional(kCds));                // right after the stop codon
        QCOMPARE(cdsAfter({20, "AAAA", "", ""}), std::optional(kCds));
        QCOMPARE(cdsAfter({8, "", "GCA", ""}), std::optional(Interval{5, 20}));      // right after the start codon
        QCOMPARE(cdsAfter({14, "", "GCA", ""}), std::optional(Interval{5, 20}));     // right before the stop codon
        QCOMPARE(cdsAfter({8, "GTG", "", ""}), std::optional(Interval{5, 14}));
        QCOMPARE(cdsAfter({9, "T", "", ""}), std::optional(Interval{5, 16}));        // frame shift
    }

    void cdsIsDroppedWhenAnEndIsCutThrough()
    {
        QCOMPARE(cdsAfter({6, "", "G", ""}), std::optional<Interval>());
        QCOMPARE(cdsAfter({4, "CA", "", ""}), std::optional<Interval>());
        QCOMPARE(cdsAfter({15, "A", "", ""}), std::optional<Interval>());
        QCOMPARE(cdsAfter({16, "AG", "", ""}), std::optional<Interval>());
        QCOMPARE(cdsAfter({0, kLetters, "ACGTA", ""}), std::optional<Interval>());
    }

    void substitutionsKeepTheCds()
    {
        QCOMPARE(cdsAfter({5, "A", "G", ""}), std::optional(kCds));                  // start-codon loss stays visible
        QCOMPARE(cdsAfter({14, "TAA", "CAA", ""}), std::optional(kCds));
        QCOMPARE(cdsAfter({0, "CCACCATG", "GTACCACC", ""}), std::optional(kCds));
        // Common letters at the ends do not count: this inserts GCA after the start codon.
        QCOMPARE(cdsAfter({5, "ATGGTG", "ATGGCAGTG", ""}), std::optional(Interval{5, 20}));
    }

    void editsThatDoNotFitAreRefused()
    {
        QVERIFY(!applyEdit(sample(), {-1, "", "A", ""}));
        QVERIFY(!applyEdit(sample(), {25, "", "A", ""}));
        QVERIFY(!applyEdit(sample(), {23, "AA", "", ""}));
        QVERIFY(!applyEdit(sample(), {0, "G", "A", ""}));
        QVERIFY(!applyEdit(sample(), {0, "C", "X", ""}));
        QVERIFY(!applyEdit(sample(), {0, kLetters, "", ""}));
        QVERIFY(!applyEdit(sample(), {INT64_MAX, "A", "", ""}));
        QCOMPARE(applyEdit(sample(), {0, "C", "u", ""})->sequence.letters[0], 'T');
    }

    void namesAreTheFields()
    {
        QCOMPARE(describeEdit({19, "A", "T", ""}, Alphabet::Dna), std::string("20A>T"));
        QCOMPARE(describeEdit({19, "A", "T", ""}, Alphabet::Rna), std::string("20A>U"));
        QCOMPARE(describeEdit({20, "ACG", "", ""}, Alphabet::Dna), std::string("21_23del"));
        QCOMPARE(describeEdit({20, "A", "", ""}, Alphabet::Dna), std::string("21del"));
        QCOMPARE(describeEdit({20, "", "ACG", ""}, Alphabet::Dna), std::string("20_21insACG"));
        QCOMPARE(describeEdit({0, "", "A", ""}, Alphabet::Dna), std::string("0_1insA"));
        QCOMPARE(describeEdit({19, "ACG", "T", ""}, Alphabet::Rna), std::string("20_22delinsU"));
        QCOMPARE(describeEdit({10, "GAC", "GTC", ""}, Alphabet::Dna), std::string("12A>T"));
        QCOMPARE(describeEdit({10, "", std::string(40, 'A'), ""}, Alphabet::Dna), std::string("10_11ins(40 nt)"));
        QCOMPARE(describeEdit({10, "AC", "AC", ""}, Alphabet::Dna), std::string("11_12="));
    }

    void historyBranches()
    {
        const Transcript reference = sample();
        const EditHistory first = EditHistory().withEdit({0, "C", "A", "one"});
        const EditHistory second = first.withEdit({1, "C", "", "two"});
        const EditHistory undone = *second.at(0);
        const EditHistory branch = undone.withEdit({1, "C", "G", "three"});
        QCOMPARE(branch.nodes().size(), std::size_t(3));
        QCOMPARE(branch.nodes()[2].parent, 0);
        QCOMPARE(branch.path().size(), std::size_t(2));
        QCOMPARE(branch.path()[1].label, std::string("three"));
        QCOMPARE(branch.apply(reference)->sequence.letters.substr(0, 3), std::string("AGA"));
        QCOMPARE(second.apply(reference)->sequence.letters.substr(0, 3), std::string("AAC"));
        QCOMPARE(*branch.at(-1)->apply(reference), reference);
        QVERIFY(branch.at(-1)->isReference());
        QVERIFY(!branch.at(3) && !branch.at(-2));
        QCOMPARE(*EditHistory::fromNodes(branch.nodes(), 2), branch);
        QVERIFY(!EditHistory::fromNodes({{1, {}}, {-1, {}}}, 0));
        QVERIFY(!EditHistory::fromNodes({{0, {}}}, 0));
        QVERIFY(!EditHistory::fromNodes({{-1, {}}}, 1));
    }

    void altPositionsPointAtTheirReference()
    {
        // Letters of a REF whose positions are all different can be followed by eye; random ones by marking inserts.
        std::mt19937_64 random(7);
        for (int round = 0; round < 500; ++round) {
            const std::string reference = nscope::tests::randomLetters(random, 1 + random() % 60, "ACGT");
            std::string alt = reference;
            std::vector<Edit> path;
            for (int k = 0; k < 4; ++k) {
                Edit edit = randomEdit(random, alt);
                edit.inserted = std::string(edit.inserted.size() + (edit.removed.size() == alt.size() ? 1 : 0), 'N');
                alt.replace(std::size_t(edit.startNt), edit.removed.size(), edit.inserted);
                path.push_back(edit);
            }
            const auto map = altToRef(path, std::int64_t(reference.size()));
            QCOMPARE(map.size(), alt.size());
            std::int64_t last = -1;
            for (std::size_t i = 0; i < map.size(); ++i) {
                if (alt[i] != 'N')
                    QCOMPARE(reference[std::size_t(map[i])], alt[i]);
                if (map[i] >= 0) {
                    QVERIFY(map[i] > last);
                    last = map[i];
                }
            }
        }
    }

    void indelsDoNotShiftTheAlignment()
    {
        using Map = std::vector<std::int64_t>;
        QCOMPARE(altToRef({}, 3), (Map{0, 1, 2}));
        QCOMPARE(altToRef({{1, "", "GG", ""}}, 3), (Map{0, -1, -1, 1, 2}));
        QCOMPARE(altToRef({{1, "C", "", ""}}, 3), (Map{0, 2}));
        QCOMPARE(altToRef({{1, "C", "GT", ""}}, 3), (Map{0, 1, -1, 2}));
        QCOMPARE(altToRef({{0, "ACG", "AG", ""}}, 3), (Map{0, 2}));
        QCOMPARE(altToRef({{1, "", "GG", ""}, {2, "GC", "", ""}}, 3), (Map{0, -1, 2}));
    }
};

QTEST_APPLESS_MAIN(TestEdit)
#include "tst_edit.moc"
