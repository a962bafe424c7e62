// Shuffles of regions and codons, lost starts, early stops and saturation, on scorers known in closed form.
#include "tests/core/experiment/plain_scorers.h"

#include "core/data/genetic_code.h"
#include "core/data/shuffle.h"
#include "core/experiment/codon_scans.h"
#include "core/experiment/shuffle_tests.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace nscope;
using namespace nscope::tests;
using namespace nscope::experiment;

namespace {

/// 30 nt of 5'UTR, ATG, 40 sense codons, TAA, 30 nt of 3'UTR.
data::TranscriptPtr coding()
{
    std::string cds = "ATG";
    data::Random random(8);
    while (cds.size() < 123) {
        const std::string codon = madeLetters(3, random.next());
        if (!data::isStopCodon(codon))
            cds += codon;
    }
    cds += "TAA";
    return transcriptOf(madeLetters(30, 21) + cds + madeLetters(30, 22), data::Interval{30, 156});
}

std::string cdsOf(const data::Transcript& transcript) { return transcript.sequence.letters.substr(30, 126); }

}  // namespace

class TestTranscriptExperiments : public QObject {
    Q_OBJECT

private slots:
    void onlyTheRegionIsShuffled()
    {
        const auto transcript = coding();
        const std::string& letters = transcript->sequence.letters;
        std::set<std::string> seen;
        const auto inUtr5 = [&](const std::string& changed) {
            seen.insert(changed);
            return changed.substr(0, 30) == letters.substr(0, 30) ? 0.0 : 1.0;
        };
        const auto rows = regionShuffles({.scorer = scorerOf(inUtr5)}, transcript, {.repeats = 12, .seed = 3});
        QVERIFY(rows.has_value());
        QCOMPARE(rows->size(), std::size_t(3));
        QCOMPARE((*rows)[0].what, std::string("utr5"));
        QCOMPARE((*rows)[0].change.mean, 1.0);
        QCOMPARE((*rows)[1].region, (data::Interval{30, 156}));
        QCOMPARE((*rows)[1].change.mean, 0.0);
        QCOMPARE((*rows)[2].change.mean, 0.0);
        QVERIFY(seen.size() > 30);
        for (const std::string& changed : seen)
            QCOMPARE(std::ranges::count(changed, 'G'), std::ranges::count(letters, 'G'));
    }

    void shortRegionsAreNamedNotShuffled()
    {
        const auto transcript =
            transcriptOf("ACG" + std::string("ATGGCCTAA") + madeLetters(40, 2), data::Interval{3, 12});
        const auto rows = regionShuffles({.scorer = scorerOf(additiveScore)}, transcript, {.repeats = 2});
        QVERIFY(!(*rows)[0].skipped.empty() && !(*rows)[1].skipped.empty() && (*rows)[2].skipped.empty());
        QVERIFY(std::isnan((*rows)[0].change.mean));
        const auto whole =
            regionShuffles({.scorer = scorerOf(additiveScore)}, transcriptOf(madeLetters(50, 1)), {.repeats = 2});
        QCOMPARE(whole->size(), std::size_t(1));
        QCOMPARE((*whole)[0].what, std::string("all"));
    }

    void codonShufflesKeepWhatTheySay()
    {
        const auto transcript = coding();
        const std::string protein = data::translate(cdsOf(*transcript), false);
        int sameProtein = 0, all = 0;
        const auto check = [&](const std::string& letters) {
            const std::string cds = letters.substr(30, 126);
            ++all;
            sameProtein += data::translate(cds, false) == protein;
            std::string sorted = data::translate(cds, false), expected = protein;
            std::ranges::sort(sorted);
            std::ranges::sort(expected);
            return sorted == expected && cds.starts_with("ATG") && cds.ends_with("TAA") ? 0.0 : 100.0;
        };
        const auto rows = codonShuffles({.scorer = scorerOf(check)}, transcript, {.repeats = 10});
        QCOMPARE(rows->size(), std::size_t(2));
        QCOMPARE((*rows)[0].change.mean, 0.0);
        QCOMPARE((*rows)[1].change.mean, 0.0);
        QCOMPARE(all, 21);
        QCOMPARE(sameProtein, 11);
        QVERIFY(data::synonymousShuffle(cdsOf(*transcript), 4) != cdsOf(*transcript));
        const auto noRegion =
            codonShuffles({.scorer = scorerOf(check)}, transcriptOf(cdsOf(*transcript) + std::string(60, 'A')), {});
        QCOMPARE((*noRegion)[0].skipped, std::string("no coding region"));
    }

    void everyOtherStartCodon()
    {
        const auto transcript = coding();
        const auto scan = startLossScan({.scorer = scorerOf(additiveScore)}, transcript);
        QVERIFY(scan.has_value());
        QCOMPARE(scan->rows.size(), std::size_t(63));
        for (const ScanRow& row : scan->rows) {
            QCOMPARE(row.consequence, std::string("start"));
            QCOMPARE(row.before, std::string("ATG"));
            double expected = 0;
            for (std::size_t i = 0; i < 3; ++i)
                expected += weightAt(30 + i, row.after[i]) - weightAt(30 + i, row.before[i]);
            QVERIFY(std::abs(row.change - expected) < 1e-9);
        }
        QVERIFY(!startLossScan({.scorer = scorerOf(additiveScore)}, transcriptOf("ACGT")));
    }

    void earlyStops()
    {
        // How many codons are read before the first stop.
        const auto readCodons = [](const std::string& letters) {
            return double(data::translate(std::string_view(letters).substr(30), true).size());
        };
        const auto transcript = coding();
        const auto scan = prematureStopScan({.scorer = scorerOf(readCodons)}, transcript, {});
        QVERIFY(scan.has_value());
        QCOMPARE(scan->score, 41.0);
        QCOMPARE(scan->rows.size(), std::size_t(120));
        for (const ScanRow& row : scan->rows) {
            QCOMPARE(row.consequence, std::string("nonsense"));
            QCOMPARE(row.score, double(row.codon));
        }
        const auto bins = binnedByCodon(*scan, 20, 1);
        QCOMPARE(bins.size(), std::size_t(3));
        QCOMPARE(bins[0].change.count, std::int64_t(57));
        QCOMPARE(bins[0].change.mean, 10.0 - 41.0);
        QCOMPARE(prematureStopScan({.scorer = scorerOf(readCodons)}, transcript, {{"TGA"}, 10})->rows.size(),
                 std::size_t(4));
        QVERIFY(!prematureStopScan({.scorer = scorerOf(readCodons)}, transcript, {{"TGG"}, 1}));
    }

    void saturationIsTheWeights()
    {
        const auto transcript = coding();
        const auto scan = saturate({.scorer = scorerOf(additiveScore)}, transcript, {25, 40});
        QVERIFY(scan.has_value());
        QCOMPARE(scan->rows.size(), std::size_t(45));
        for (const ScanRow& row : scan->rows) {
            const auto at = std::size_t(row.startNt);
            QVERIFY(std::abs(row.change - (weightAt(at, row.after[0]) - weightAt(at, row.before[0]))) < 1e-9);
            QCOMPARE(row.consequence == "utr5", row.startNt < 30);
            QCOMPARE(row.consequence == "start", row.startNt >= 30 && row.startNt < 33);
        }
        QVERIFY(!saturate({.scorer = scorerOf(additiveScore)}, transcript, {180, 187}));
    }

    void consequencesAreNamed()
    {
        const auto t = transcriptOf("CCATGAAATGGTAACC", data::Interval{2, 14});  // M K W stop
        QCOMPARE(consequenceOf(*t, 0, "A"), std::string("utr5"));
        QCOMPARE(consequenceOf(*t, 7, "G"), std::string("synonymous"));  // AAA to AAG
        QCOMPARE(consequenceOf(*t, 5, "G"), std::string("missense"));
        QCOMPARE(consequenceOf(*t, 5, "T"), std::string("nonsense"));
        QCOMPARE(consequenceOf(*t, 11, "C"), std::string("stop-lost"));
        QCOMPARE(consequenceOf(*t, 4, "CC"), std::string("start"));
        QCOMPARE(consequenceOf(*t, 15, "A"), std::string("utr3"));
        QCOMPARE(consequenceOf(*transcriptOf("ACGT"), 1, "A"), std::string());
    }
};

QTEST_APPLESS_MAIN(TestTranscriptExperiments)
#include "tst_transcript_experiments.moc"
