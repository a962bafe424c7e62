// Global importance analysis against additive and multiplicative scorers.
#include "tests/core/experiment/plain_scorers.h"

#include "core/experiment/backgrounds.h"
#include "core/experiment/gia_scans.h"
#include "core/experiment/motif_pattern.h"
#include "core/experiment/occlusion.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace nscope;
using namespace nscope::tests;
using namespace nscope::experiment;

namespace {

bool close(double a, double b, double tolerance = 1e-9) { return std::abs(a - b) <= tolerance; }

data::TranscriptSet backgrounds(int count = 40, std::int64_t length = 60)
{
    return *sampledBackgrounds({1, 1, 1, 1}, data::Alphabet::Dna, {.count = count, .lengthNt = length, .seed = 5});
}

std::map<std::string, int> dinucleotides(const std::string& letters)
{
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i + 1 < letters.size(); ++i)
        ++counts[letters.substr(i, 2)];
    return counts;
}

/// 1 + how often the word occurs, multiplied: the effects of two words are not additive.
double product(const std::string& letters)
{
    const auto count = [&](const char* word) { return double(instances(letters, word).size()); };
    return (1.0 + count("TGACTCA")) * (1.0 + count("GGGCGGG"));
}

}  // namespace

class TestGia : public QObject {
    Q_OBJECT

private slots:
    void patternsAreRead()
    {
        QCOMPARE(*parsePattern("..uga"), std::string("NNTGA"));
        QVERIFY(!parsePattern("TG-A"));
        QVERIFY(!parsePattern(""));
        QCOMPARE(*expanded("ARN", 8),
                 (std::vector<std::string>{"AAA", "AAC", "AAG", "AAT", "AGA", "AGC", "AGG", "AGT"}));
        QVERIFY(!expanded("ARN", 7));
        QCOMPARE(embedded("AAAAAA", "NTGN", 1, 3), std::string("AATGAA"));
        QCOMPARE(embedded("CCCC", "RNNY", 0, 3).substr(1), std::string("CCC"));
        QVERIFY(std::string("AG").find(embedded("CCCC", "RNNY", 0, 3)[0]) != std::string::npos);
        QCOMPARE(instances("TGATGATGA", "TGATGA"), (std::vector<std::int64_t>{0}));
        QCOMPARE(instances("ANA", "AR"), std::vector<std::int64_t>{});
    }

    void shuffledBackgroundsKeepDinucleotides()
    {
        const data::TranscriptSet sources{transcriptOf(madeLetters(90, 1)), transcriptOf(madeLetters(70, 2))};
        const auto made = shuffledBackgrounds(sources, {.count = 6, .seed = 9});
        QVERIFY(made.has_value());
        std::set<std::string> distinct;
        for (std::size_t i = 0; i < 6; ++i) {
            const std::string& letters = (*made)[i]->sequence.letters;
            QCOMPARE(dinucleotides(letters), dinucleotides(sources[i % 2]->sequence.letters));
            distinct.insert(letters);
        }
        QCOMPARE(distinct.size(), std::size_t(6));
        QCOMPARE((*shuffledBackgrounds(sources, {.count = 6, .seed = 9}))[3]->sequence.letters,
                 (*made)[3]->sequence.letters);
        const auto windows = shuffledBackgrounds(sources, {.count = 4, .lengthNt = 80, .seed = 9});
        for (const auto& window : *windows)
            QCOMPARE(window->sequence.length(), std::int64_t(80));
        QVERIFY(!shuffledBackgrounds(sources, {.count = 4, .lengthNt = 91}));
        QVERIFY(!shuffledBackgrounds({}, {.count = 4}));
    }

    void sampledBackgroundsFollowTheComposition()
    {
        const auto made =
            sampledBackgrounds({0, 3, 1, 0}, data::Alphabet::Rna, {.count = 20, .lengthNt = 500, .seed = 2});
        double c = 0, g = 0;
        for (const auto& background : *made) {
            c += double(std::ranges::count(background->sequence.letters, 'C'));
            g += double(std::ranges::count(background->sequence.letters, 'G'));
        }
        QCOMPARE(c + g, 10000.0);
        QVERIFY(std::abs(c / 10000 - 0.75) < 0.02);
        QVERIFY(!sampledBackgrounds({0, 0, 0, 0}, data::Alphabet::Dna, {.lengthNt = 5}));
    }

    void additiveEffectIsTheWeights()
    {
        const Run run{.scorer = scorerOf(additiveScore)};
        const auto scored = scoreBackgrounds(run, backgrounds(), 1);
        const auto effect = motifEffect(run, *scored, {{"TGACTCA", 20}});
        QVERIFY(effect.has_value());
        double expected = 0;
        for (const auto& background : scored->sequences) {
            for (std::size_t i = 0; i < 7; ++i)
                expected += weightAt(20 + i, "TGACTCA"[i]) - weightAt(20 + i, background->sequence.letters[20 + i]);
        }
        QVERIFY(close(effect->effect.mean, expected / 40));
        QVERIFY(effect->effect.low < effect->effect.mean && effect->effect.mean < effect->effect.high);
        QCOMPARE(effect->effect.count, std::int64_t(40));
        QVERIFY(close(effect->meanWith - effect->meanWithout, effect->effect.mean));
        QVERIFY(!motifEffect(run, *scored, {{"TGACTCA", 54}}));
        QVERIFY(motifEffect(run, *scored, {{"TGACTCA", 53}}));
    }

    void intervalCoversTheStandardError()
    {
        std::vector<double> values;
        for (int i = 0; i < 400; ++i)
            values.push_back(i % 2 ? 1.0 : -1.0);
        const auto mean = bootstrapMean(values, 3);
        QVERIFY(close(mean.mean, 0));
        QVERIFY(close(mean.high, 1.96 / 20, 0.02) && close(mean.low, -1.96 / 20, 0.02));
    }

    void additiveMotifsDoNotCooperate()
    {
        const Run run{.scorer = scorerOf(additiveScore)};
        const auto scored = scoreBackgrounds(run, backgrounds(), 1);
        const auto found = cooperativity(run, *scored, {"TGACTCA", 5}, {"GGSCGGG", 30});
        QVERIFY(found.has_value());
        QVERIFY(close(found->interaction.mean, 0) && close(found->interaction.high, 0));
        QVERIFY(close(found->both.mean, found->sumOfSingles.mean));
        QVERIFY(!cooperativity(run, *scored, {"TGACTCA", 5}, {"GGGCGGG", 11}));
    }

    void productsCooperate()
    {
        data::TranscriptSet empty;
        for (int i = 0; i < 5; ++i)
            empty.push_back(transcriptOf(std::string(60, 'A')));
        const Run run{.scorer = scorerOf(product)};
        const auto scored = scoreBackgrounds(run, empty, 1);
        const auto found = cooperativity(run, *scored, {"TGACTCA", 5}, {"GGGCGGG", 30});
        QCOMPARE(found->first.mean, 1.0);
        QCOMPARE(found->both.mean, 3.0);
        QCOMPARE(found->interaction.mean, 1.0);
        QCOMPARE(found->interaction.low, 1.0);
        const auto scan = distanceScan(
            run, *scored, {.first = {"TGACTCA", 20}, .second = "GGGCGGG", .fromNt = 0, .toNt = 54, .stepNt = 1});
        QVERIFY(scan.has_value());
        QCOMPARE(scan->skipped, std::int64_t(13));
        QCOMPARE(scan->rows.size(), std::size_t(41));
        for (const DistanceRow& row : scan->rows) {
            QCOMPARE(row.both.mean, 3.0);
            QCOMPARE(row.interaction->mean, 1.0);
            QCOMPARE(row.distanceNt, row.secondStartNt - 20);
        }
        QVERIFY(!distanceScan(run, *scored, {.first = {"TGACTCA", 20}, .second = "GGG", .fromNt = 50, .toNt = 59}));
    }

    void flanksAreRankedByTheWeights()
    {
        const Run run{.scorer = scorerOf(additiveScore)};
        const auto scored = scoreBackgrounds(run, backgrounds(10), 1);
        const auto ranked = flankScan(run, *scored, {"NTGAN", 11});
        QVERIFY(ranked.has_value());
        QCOMPARE(ranked->size(), std::size_t(16));
        const auto sum = [](const MotifEffect& e) {
            return weightAt(11, e.motifs[0].pattern[0]) + weightAt(15, e.motifs[0].pattern[4]);
        };
        for (std::size_t i = 1; i < 16; ++i) {
            QVERIFY((*ranked)[i - 1].effect.mean >= (*ranked)[i].effect.mean);
            QVERIFY(close((*ranked)[0].effect.mean - (*ranked)[i].effect.mean, sum((*ranked)[0]) - sum((*ranked)[i])));
        }
        QVERIFY(!flankScan(run, *scored, {std::string(9, 'N'), 11}));
    }

    void occlusionGroupsByInstances()
    {
        // The number of words, so that each instance is worth 1 unless chance writes the word again.
        const auto words = [](const std::string& letters) { return double(instances(letters, "GATTACAG").size()); };
        const std::string word = "GATTACAG", space = "CCCCCC";
        const data::TranscriptSet sequences{transcriptOf(space + space), transcriptOf(space + word + space, {}, "one"),
                                            transcriptOf(word + space + word, {}, "two"),
                                            transcriptOf(word + space + word + word + word, {}, "four")};
        const Run run{.scorer = scorerOf(words)};
        const auto found = occludeMotif(run, sequences, {.pattern = word, .draws = 20, .seed = 4});
        QVERIFY(found.has_value());
        QCOMPARE(found->without, std::int64_t(1));
        QCOMPARE(found->sequences.size(), std::size_t(3));
        QCOMPARE(found->groups.size(), std::size_t(3));
        const double all[] = {1, 2, 4};
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(found->groups[i].instances, int(i) + 1);
            QCOMPARE(found->groups[i].all.count, std::int64_t(1));
            QCOMPARE(found->groups[i].all.mean, all[i]);
            QCOMPARE(found->groups[i].each.mean, 1.0);
        }
        QCOMPARE(found->sequences[2].effectOfEach.size(), std::size_t(4));
    }

    void sequencesAreMadeInChunksAndStopped()
    {
        std::size_t largest = 0;
        std::stop_source stop;
        Progress progress;
        const Scorer scorer = [&](std::span<const data::TranscriptPtr> all) -> Result<std::vector<double>> {
            largest = std::max(largest, all.size());
            return std::vector<double>(all.size(), 1.0);
        };
        const Run run{scorer, stop.get_token(), &progress};
        run.expect(1000);
        const auto make = [&](std::size_t i) {
            if (i == 700)
                stop.request_stop();
            return transcriptOf("ACGT");
        };
        const auto scores = scoreEach(run, 1000, make);
        QVERIFY(!scores && scores.error().code() == ErrorCode::Cancelled);
        QVERIFY(largest > 1 && largest <= 256);
        QCOMPARE(progress.snapshot().total, std::int64_t(1000));
        QVERIFY(progress.snapshot().done >= 700 && progress.snapshot().done < 1000);
        const Run broken{.scorer = scorerOf([](const std::string&) { return std::nan(""); })};
        QVERIFY(!scoreAll(broken, {transcriptOf("ACGT", {}, "bad")}));
    }
};

QTEST_APPLESS_MAIN(TestGia)
#include "tst_gia.moc"
