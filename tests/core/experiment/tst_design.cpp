// Designs against scorers whose optimum is known.
#include "tests/core/experiment/plain_scorers.h"

#include "core/data/genetic_code.h"
#include "core/experiment/design.h"
#include "core/experiment/motif_pattern.h"

#include <QTest>

#include <cmath>

using namespace nscope;
using namespace nscope::tests;
using namespace nscope::experiment;

namespace {

double bestAdditive(std::size_t length, bool upwards)
{
    double sum = 0;
    for (std::size_t i = 0; i < length; ++i) {
        double best = weightAt(i, 'A');
        for (const char base : data::kBases)
            best = upwards ? std::max(best, weightAt(i, base)) : std::min(best, weightAt(i, base));
        sum += best;
    }
    return sum;
}

DesignSettings manyEdits()
{
    DesignSettings settings;
    settings.mostEdits = 500;
    return settings;
}

const Run kAdditive{.scorer = scorerOf(additiveScore)};

}  // namespace

class TestDesign : public QObject {
    Q_OBJECT

private slots:
    void greedyReachesTheOptimum_data()
    {
        QTest::addColumn<bool>("upwards");
        QTest::addColumn<int>("beam");
        QTest::newRow("up") << true << 1;
        QTest::newRow("down") << false << 1;
        QTest::newRow("beam") << true << 4;
    }
    void greedyReachesTheOptimum()
    {
        QFETCH(bool, upwards);
        QFETCH(int, beam);
        DesignSettings settings = manyEdits();
        settings.upwards = upwards;
        settings.beamWidth = beam;
        const auto made = design(kAdditive, transcriptOf(madeLetters(40, 3)), settings);
        QVERIFY(made.has_value());
        QVERIFY(std::abs(made->score - bestAdditive(40, upwards)) < 1e-9);
        QVERIFY(made->end == DesignEnd::NoImprovement);
        QCOMPARE(additiveScore(made->designed->sequence.letters), made->score);
        std::string letters = made->start->sequence.letters;
        double score = made->startScore;
        for (const DesignStep& step : made->steps) {
            QCOMPARE(letters.substr(std::size_t(step.move.startNt), 1), step.move.before);
            letters = DesignMoves::applied(letters, step.move);
            QVERIFY(std::abs(step.score - score - step.change) < 1e-9);
            QVERIFY(upwards ? step.change > 0 : step.change < 0);
            score = step.score;
        }
        QCOMPARE(letters, made->designed->sequence.letters);
        if (beam == 1)  // the largest gain first
            for (std::size_t i = 1; i < made->steps.size(); ++i)
                QVERIFY(std::abs(made->steps[i].change) <= std::abs(made->steps[i - 1].change) + 1e-9);
    }

    void beamFindsWhatGreedyMisses()
    {
        // From A: C is the best first step and a dead end; G opens the way to GG.
        const auto trap = [](const std::string& letters) {
            return letters == "CA" ? 2.0 : letters == "GA" ? 1.0 : letters == "GG" ? 5.0 : letters == "AA" ? 0.0 : -1.0;
        };
        DesignSettings settings = manyEdits();
        const Run run{.scorer = scorerOf(trap)};
        QCOMPARE(design(run, transcriptOf("AA"), settings)->score, 2.0);
        settings.beamWidth = 2;
        const auto made = design(run, transcriptOf("AA"), settings);
        QCOMPARE(made->score, 5.0);
        QCOMPARE(made->steps.size(), std::size_t(2));
        QCOMPARE(made->steps[0].move.after, std::string("G"));
    }

    void synonymousChangesKeepTheProtein()
    {
        const std::string cds = "ATGGCTCGTTTACTGAGCTCATGGGGATAA";
        const auto start = transcriptOf("ACGTAC" + cds + "ACGTAC", data::Interval{6, 36});
        DesignSettings settings = manyEdits();
        settings.constraints.synonymousOnly = true;
        const auto made = design(kAdditive, start, settings);
        QVERIFY(made.has_value());
        const std::string& letters = made->designed->sequence.letters;
        QVERIFY(made->steps.size() > 3);
        QCOMPARE(data::translate(letters.substr(6, 30), false), data::translate(cds, false));
        QCOMPARE(letters.substr(0, 6) + letters.substr(36), std::string("ACGTACACGTAC"));
        // Additive: every codon ends as the best of its synonyms.
        for (std::size_t at = 6; at < 36; at += 3) {
            const std::string codon = letters.substr(at, 3);
            const auto score = [at](const std::string& c) {
                return weightAt(at, c[0]) + weightAt(at + 1, c[1]) + weightAt(at + 2, c[2]);
            };
            for (const std::string& other : data::synonymousCodons(codon))
                QVERIFY(score(other) <= score(codon));
        }
        QVERIFY(!design(kAdditive, transcriptOf(cds), settings));
    }

    void constraintsHold()
    {
        const std::string letters = madeLetters(20, 5) + "TGACTCA" + madeLetters(20, 6);
        DesignSettings settings = manyEdits();
        settings.constraints.keptMotifs = {"TGASTCA"};
        settings.constraints.kept = {{0, 10}};
        settings.constraints.region = data::Interval{5, 40};
        settings.constraints.leastGc = 0.4;
        settings.constraints.mostGc = 0.6;
        const auto made = design(kAdditive, transcriptOf(letters), settings);
        QVERIFY(made.has_value());
        const std::string& designed = made->designed->sequence.letters;
        QVERIFY(!made->steps.empty());
        QCOMPARE(designed.substr(0, 10), letters.substr(0, 10));
        QCOMPARE(designed.substr(40), letters.substr(40));
        QVERIFY(matchesAt(designed, "TGASTCA", 20));
        QVERIFY(gcShare(designed) >= 0.4 && gcShare(designed) <= 0.6);
        settings.constraints.keptMotifs = {"GGGGGGGG"};
        QVERIFY(!design(kAdditive, transcriptOf(letters), settings));
        settings.constraints.keptMotifs.clear();
        settings.constraints.kept = {{40, 60}};
        QVERIFY(!design(kAdditive, transcriptOf(letters), settings));
    }

    void gcOutsideTheRangeComesCloser()
    {
        DesignSettings settings = manyEdits();
        settings.constraints.mostGc = 0.5;
        const auto fewerG = [](const std::string& letters) { return -double(std::ranges::count(letters, 'A')); };
        const auto made = design({.scorer = scorerOf(fewerG)}, transcriptOf("GGGGCCCCAA"), settings);
        QVERIFY(gcShare(made->designed->sequence.letters) <= 0.8);
        for (const DesignStep& step : made->steps)
            QVERIFY(step.gc <= 0.8);
    }

    void editsGoalAndSamplesEndIt()
    {
        const auto start = transcriptOf(madeLetters(40, 3));
        DesignSettings settings;
        settings.mostEdits = 3;
        auto made = design(kAdditive, start, settings);
        QVERIFY(made->end == DesignEnd::MostEdits);
        QCOMPARE(made->steps.size(), std::size_t(3));
        QCOMPARE(made->steps[0].tried, std::size_t(120));
        settings = manyEdits();
        settings.goal = made->startScore + 12;
        made = design(kAdditive, start, settings);
        QVERIFY(made->end == DesignEnd::GoalReached);
        QVERIFY(made->score >= *settings.goal && made->steps[made->steps.size() - 2].score < *settings.goal);
        settings = manyEdits();
        settings.candidates = 30;
        settings.seed = 7;
        const auto sampled = design(kAdditive, start, settings);
        QCOMPARE(sampled->steps[0].tried, std::size_t(30));
        QCOMPARE(design(kAdditive, start, settings)->designed->sequence.letters, sampled->designed->sequence.letters);
    }
};

QTEST_APPLESS_MAIN(TestDesign)
#include "tst_design.moc"
