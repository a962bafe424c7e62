// Tests of importance windows and of motif discovery: by hand, by brute force, with planted motifs, on real binding sites.
#include "core/analysis/importance_windows.h"
#include "core/analysis/motif_discovery.h"
#include "core/analysis/statistics.h"
#include "core/data/genetic_code.h"
#include "core/data/shuffle.h"
#include "core/io/tsv_table.h"
#include "tests/support/random_letters.h"
#include "tests/support/shared_data.h"

#include <QTest>

#include <cmath>
#include <random>
#include <set>

using namespace nscope::analysis;
using nscope::data::Interval;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string_view> views(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

}  // namespace

class TestMotifDiscovery : public QObject {
    Q_OBJECT

private slots:
    void spikesStayInTheirRegion()
    {
        std::vector<double> values(200, 1.0);
        values[63] = 5;
        values[120] = 9;
        QVERIFY(spikeWindow(values, {50, 110}, {}) == (Interval{53, 74}));
        QVERIFY(spikeWindow(values, {60, 111}, {}) == (Interval{60, 81}));   // moved to the region's start
        QVERIFY(spikeWindow(values, {60, 122}, {}) == (Interval{101, 122}));  // and to its end
        QVERIFY(!spikeWindow(values, {50, 100}, {}));                         // 50 nt are too short
        values[120] = kNaN;
        QVERIFY(spikeWindow(values, {100, 160}, {})->startNt == 100);
        QVERIFY(!spikeWindow(std::vector<double>(200, kNaN), {0, 100}, {}));
        // Smoothed, a broad hill beats a single spike.
        std::vector<double> hill(100, 0.0);
        hill[20] = 4;
        for (std::size_t i = 50; i < 71; ++i)
            hill[i] = -1;
        QVERIFY(spikeWindow(hill, {0, 100}, {21, 51, 1}) == (Interval{10, 31}));
        QVERIFY(spikeWindow(hill, {0, 100}, {21, 51, 21}) == (Interval{50, 71}));
    }
    void controlsKeepAway()
    {
        nscope::data::Random random(1);
        std::set<std::int64_t> starts;
        const Interval spike{40, 61};
        for (int i = 0; i < 2000; ++i) {
            const auto control = controlWindow({10, 110}, spike, {}, random);
            QVERIFY(control.has_value());
            QCOMPARE(control->length(), 21);
            QVERIFY(control->startNt >= 10 && control->endNt <= 110);
            QVERIFY(control->intersected(spike).isEmpty());
            starts.insert(control->startNt);
        }
        QCOMPARE(starts.size(), std::size_t(10 + 29));  // 10…19 and 61…89
        QVERIFY(!controlWindow({40, 80}, spike, {}, random));
    }
    void maskHoldsWhatCanBecomeAStop()
    {
        std::mt19937_64 random(2);
        for (int round = 0; round < 50; ++round) {
            const std::string letters = nscope::tests::randomLetters(random, 5 + 3 * (3 + random() % 20) + 4);
            const Interval cds{5, std::int64_t(letters.size()) - 4};
            const std::vector<bool> mask = nonsenseMask(letters, cds);
            for (std::int64_t i = 0; i < std::int64_t(letters.size()); ++i) {
                bool expected = cds.contains(i) && (i < cds.startNt + 3 || i >= cds.endNt - 3);
                for (const char base : nscope::data::kBases) {
                    std::string mutant = letters;
                    mutant[std::size_t(i)] = base;
                    const std::int64_t codon = cds.startNt + (i - cds.startNt) / 3 * 3;
                    if (cds.contains(i) && base != letters[std::size_t(i)])
                        expected |= nscope::data::isStopCodon(mutant.substr(std::size_t(codon), 3));
                }
                QCOMPARE(bool(mask[std::size_t(i)]), expected);
            }
        }
    }
    void highRegionsByHand()
    {
        // Mean 2.5, minimum .1: high is above 2.5 (and above 1).
        const std::vector<double> scores{0.1, 5, 6, 7, 0.1, 5, 0.1, 0.1, 4, 4, 0.2, 0.2};
        QVERIFY(highRegions(scores, 2) == (std::vector<Interval>{{1, 4}, {8, 10}}));
        QVERIFY(highRegions(scores, 3) == (std::vector<Interval>{{1, 4}}));
        QVERIFY(highRegions(std::vector<double>(5, 1.0), 1).empty());
        QVERIFY(highRegions(std::vector<double>{kNaN, 0, 3, 3, kNaN}, 2) == (std::vector<Interval>{{2, 4}}));
        QVERIFY(highRegions({}, 1).empty());
    }
    void enrichmentCountsOncePerSequence()
    {
        const std::vector<std::string> positives{"ACGACGACG", "TTACGTT", "GGGG", "CACGC"}, negatives{"TTTT", "ACGTT", "CCCC"};
        const auto rows = wordEnrichment({"ACG", "GGG", "ACG", "TTT"}, views(positives), views(negatives));
        QVERIFY(rows.has_value());
        QCOMPARE(rows->size(), std::size_t(3));
        const auto row = std::ranges::find(*rows, std::string("ACG"), &EnrichedWord::letters);
        QCOMPARE(row->positivesWith, 3);
        QCOMPARE(row->negativesWith, 1);
        // Of 7 sequences 4 hold it, 3 of them among the 4 positives: (4·3·1 … ) C(4,3)·C(3,1)/C(7,4) + C(4,4)/C(7,4).
        QVERIFY(std::abs(row->p - (12.0 + 1.0) / 35) < 1e-12);
        QVERIFY(!wordEnrichment({"A"}, {}, views(negatives)));
    }
    void alignmentsEqualBruteForce()
    {
        std::mt19937_64 random(3);
        for (int round = 0; round < 500; ++round) {
            const std::string a = nscope::tests::randomLetters(random, 1 + random() % 8);
            const std::string b = nscope::tests::randomLetters(random, 1 + random() % 8);
            std::int64_t best = 0;
            for (int shift = -10; shift <= 10; ++shift) {
                std::int64_t matches = 0;
                for (int i = 0; i < int(a.size()); ++i)
                    matches += i - shift >= 0 && i - shift < int(b.size()) && a[std::size_t(i)] == b[std::size_t(i - shift)];
                best = std::max(best, matches);
            }
            const WordAlignment alignment = alignWords(a, b);
            QCOMPARE(alignment.matches, best);
            std::int64_t again = 0;
            for (std::int64_t i = 0; i < std::int64_t(a.size()); ++i)
                again += i >= alignment.shift && i < alignment.shift + std::int64_t(b.size())
                    && a[std::size_t(i)] == b[std::size_t(i - alignment.shift)];
            QCOMPARE(again, best);
        }
    }
    void wordsMergeWithTheirBestMotif()
    {
        // GTAAA is TGTAAA's end; CCCCC founds its own; TGTAAAT joins the longer overlap.
        const auto merged = mergeWords({"TGTAAAT", "GTAAA", "CCCCC", "GTAAA"}, 4);
        QCOMPARE(merged.size(), std::size_t(2));
        const auto& first = merged[0].members.front().letters == "GTAAA" ? merged[0] : merged[1];
        QCOMPARE(first.members.size(), std::size_t(2));
        QCOMPARE(first.members[1].letters, std::string("TGTAAAT"));
        QCOMPARE(first.members[1].shift, -1);
        // Three letters agree: enough for minWord 4, not for 5.
        QCOMPARE(mergeWords({"ACGT", "ACGA"}, 4).size(), std::size_t(1));
        QCOMPARE(mergeWords({"ACGT", "ACGA"}, 5).size(), std::size_t(2));
        // A tie joins both.
        const auto tie = mergeWords({"AACC", "GGTT", "AACCGGTT"}, 4);
        QCOMPARE(tie.size(), std::size_t(2));
        QCOMPARE(tie[0].members.size() + tie[1].members.size(), std::size_t(4));
    }
    void plantedMotifIsFound()
    {
        std::mt19937_64 random(4);
        std::vector<std::string> positives, negatives;
        for (int i = 0; i < 120; ++i) {
            positives.push_back(nscope::tests::randomLetters(random, 21));
            negatives.push_back(nscope::tests::randomLetters(random, 21));
            if (i % 3 != 0)
                positives.back().replace(random() % 14, 7, i % 2 == 0 ? "TGTAAAT" : "TGTACAT");
        }
        DiscoverySettings settings;
        settings.windowNt = 7;
        const auto found = discoverMotifs(views(positives), views(negatives), allWords(views(positives), 4, 7), settings);
        QVERIFY(found.has_value());
        QVERIFY(!found->motifs.empty());
        bool isThere = false;
        for (const DiscoveredMotif& motif : found->motifs) {
            QVERIFY(motif.bestQ < 0.005);
            QCOMPARE(motif.motif.width(), 7);
            isThere |= nscope::data::consensus(motif.motif).contains("UGUA");
        }
        QVERIFY(isThere);
        QVERIFY(found->motifs.front().motif.sites >= 70);
        // Shuffled against shuffled there is nothing.
        const auto nothing = discoverMotifs(views(negatives), views(negatives), allWords(views(negatives), 4, 7), settings);
        QVERIFY(nothing.has_value());
        QVERIFY(nothing->motifs.empty());
    }
    void instancesAreAlignedOnTheFoundingWord()
    {
        // Candidates are places: the word's first letter must lie in the middle of the window.
        std::vector<std::string> positives, negatives(40, "CCCCCCCCCCCCCC");
        std::vector<WordInstance> candidates;
        for (std::size_t i = 0; i < 40; ++i) {
            positives.emplace_back("CCCCTGTAACCCCC");
            candidates.push_back({i, i % 2 == 0 ? Interval{4, 9} : Interval{3, 9}});  // TGTAA, CTGTAA
        }
        DiscoverySettings settings;
        settings.windowNt = 7;
        const auto found = discoverMotifs(views(positives), views(negatives), candidates, settings);
        QVERIFY(found.has_value());
        QCOMPARE(found->motifs.size(), std::size_t(1));
        QCOMPARE(found->motifs[0].words, (std::vector<std::string>{"TGTAA", "CTGTAA"}));
        QCOMPARE(found->motifs[0].motif.sites, 40.0);
        QCOMPARE(nscope::data::consensus(found->motifs[0].motif), std::string("CUGUAAC"));
    }
    void realBindingSitesGiveMotifs()
    {
        if (!nscope::tests::haveShared("data/rbp/rbp_windows_100nt.tsv"))
            QSKIP("NSCOPE_SHARED_DIR has no RBP windows");
        const auto table = nscope::io::TsvTable::read(nscope::tests::sharedPath("data/rbp/rbp_windows_100nt.tsv"));
        QVERIFY(table.has_value());
        std::vector<std::string> positives, negatives;
        for (std::size_t row = 0; row < table->rowCount(); ++row)
            (table->cell(row, 1) == "1" ? positives : negatives).push_back(nscope::data::canonical(table->cell(row, 0)));
        const auto found = discoverMotifs(views(positives), views(negatives), allWords(views(positives), 5, 5), {});
        QVERIFY(found.has_value());
        QVERIFY(!found->motifs.empty());
        QVERIFY(found->tested.front().q < 1e-5);
        // Labels drawn at random give nothing.
        std::vector<std::string> mixedA, mixedB;
        std::mt19937_64 random(6);
        for (const auto* set : {&positives, &negatives})
            for (const std::string& letters : *set)
                (random() % 2 == 0 ? mixedA : mixedB).push_back(letters);
        const auto nothing = discoverMotifs(views(mixedA), views(mixedB), allWords(views(mixedA), 5, 5), {});
        QVERIFY(nothing->motifs.empty());
    }
};

QTEST_APPLESS_MAIN(TestMotifDiscovery)
#include "tst_motif_discovery.moc"
