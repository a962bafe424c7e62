// Purpose: metrics, thresholds and baselines against values worked out by hand.
#include "core/train/baselines.h"
#include "core/train/metrics.h"
#include "core/train/metrics_lines.h"
#include "tests/core/train/train_fixture.h"

#include <QTest>

using namespace nscope::train;

class TrainMetricsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void confusionTable()
    {
        // 6 of 8 positives found, 1 of 4 negatives called positive.
        std::vector<double> scores;
        std::vector<std::uint8_t> labels;
        for (int i = 0; i < 12; ++i) {
            labels.push_back(i < 8);
            scores.push_back(i < 6 || i == 8 ? 1.0 : -1.0);
        }
        const ClassMetrics m = classMetrics(scores, labels, 0.0);
        QCOMPARE(m.truePositives, std::int64_t(6));
        QCOMPARE(m.falseNegatives, std::int64_t(2));
        QCOMPARE(m.falsePositives, std::int64_t(1));
        QCOMPARE(m.trueNegatives, std::int64_t(3));
        QCOMPARE(m.accuracy, 9.0 / 12.0);
        QCOMPARE(m.precision, 6.0 / 7.0);
        QCOMPARE(m.recall, 6.0 / 8.0);
        QCOMPARE(m.f1, 12.0 / 15.0);
        QCOMPARE(m.mcc, 16.0 / std::sqrt(1120.0));
    }

    void thresholdItselfIsPositive()
    {
        const std::vector<double> scores{0.0, -1e-9};
        const std::vector<std::uint8_t> labels{1, 0};
        QCOMPARE(classMetrics(scores, labels, 0.0).mcc, 1.0);
    }

    void areasWithoutTies()
    {
        const std::vector<double> scores{0.1, 0.4, 0.35, 0.8};
        const std::vector<std::uint8_t> labels{0, 0, 1, 1};
        QCOMPARE(auroc(scores, labels), 0.75);
        QCOMPARE(auprc(scores, labels), 0.5 + 0.5 * 2.0 / 3.0);
    }

    void areasWithTies()
    {
        const std::vector<double> scores{1, 1, 0, 0};
        const std::vector<std::uint8_t> labels{1, 0, 1, 0};
        QCOMPARE(auroc(scores, labels), 0.5);
        QCOMPARE(auprc(scores, labels), 0.5);
        // Pairs: (3,1) won, (3,2) won, (2,1) won, (2,2) tied → 3.5 of 4.
        const std::vector<double> half{1, 2, 2, 3};
        const std::vector<std::uint8_t> halfLabels{0, 0, 1, 1};
        QCOMPARE(auroc(half, halfLabels), 3.5 / 4.0);
    }

    void oneClassOnly()
    {
        const std::vector<double> scores{1, 2};
        const std::vector<std::uint8_t> positive{1, 1};
        QCOMPARE(auroc(scores, positive), 0.5);
        QCOMPARE(classMetrics(scores, positive, 0.0).mcc, 0.0);
        QCOMPARE(classMetrics({}, {}, 0.0).accuracy, 0.0);
    }

    void bestThresholdIsHalfway()
    {
        const std::vector<double> scores{-2, -1, 3, 4};
        const std::vector<std::uint8_t> labels{0, 0, 1, 1};
        QCOMPARE(bestThreshold(scores, labels), 1.0);
        // Two cuts are equally good (MCC of one error on either side): their median.
        const std::vector<double> mixed{0, 1, 2, 3};
        const std::vector<std::uint8_t> mixedLabels{0, 1, 0, 1};
        QCOMPARE(bestThreshold(mixed, mixedLabels), 1.5);
    }

    void smoothedThresholdFollowsTheClasses()
    {
        std::vector<double> scores;
        std::vector<std::uint8_t> labels;
        for (int i = 0; i < 200; ++i) {
            const bool positive = i % 2;
            const double quantile = (i / 2 + 0.5) / 100.0;  // of a logistic distribution around ±1.5
            scores.push_back((positive ? 1.5 : -1.5) + std::log(quantile / (1.0 - quantile)));
            labels.push_back(positive);
        }
        const double even = smoothedThreshold(scores, labels, 1.0);
        QVERIFY(std::abs(even) < 0.3);
        QVERIFY(smoothedThreshold(scores, labels, 8.0) > even + 0.2);
    }

    void logLoss()
    {
        const std::vector<double> odds{0.0, std::log(3.0)};
        const std::vector<std::uint8_t> labels{1, 0};
        QVERIFY(std::abs(meanLogLoss(odds, labels) - 0.5 * (std::log(2.0) + std::log(4.0))) < 1e-12);
        const std::vector<double> far{1000.0};
        const std::vector<std::uint8_t> wrong{0};
        QCOMPARE(meanLogLoss(far, wrong), 1000.0);
    }

    void baselines()
    {
        QCOMPARE(longestOrfScore("CCATGAAATAGCC"), 9.0);
        QCOMPARE(longestOrfScore("CCCCCCCC"), 0.0);
        QCOMPARE(periodicityScore("ATGATGATG"), 3.0);
        QVERIFY(std::abs(periodicityScore("AAAAAA")) < 1e-12);
        QCOMPARE(periodicityScore(""), 0.0);
        const BaselineScores scores{"x", {1, 2, 8, 9}, {0, 10, 4, 6}};
        const std::vector<std::uint8_t> train{0, 0, 1, 1}, test{0, 1, 1, 0};
        const ClassMetrics m = baselineMetrics(scores, train, test);
        QCOMPARE(m.threshold, 5.0);
        QCOMPARE(m.truePositives, std::int64_t(1));
        QCOMPARE(m.falsePositives, std::int64_t(1));
    }
};

int nscope::tests::runMetricsSuite(int argc, char** argv)
{
    TrainMetricsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_train_metrics.moc"
