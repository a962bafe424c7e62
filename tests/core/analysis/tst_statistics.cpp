// Tests of the shared statistics against formulas written out here and brute force.
#include "core/analysis/statistics.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

using namespace nscope::analysis;

namespace {

// Counts draws by enumerating every subset.
double bruteTail(int population, int successes, int draws, int observed)
{
    int all = 0, tail = 0;
    for (unsigned mask = 0; mask < (1U << population); ++mask) {
        if (std::popcount(mask) != draws)
            continue;
        ++all;
        tail += std::popcount(mask & ((1U << successes) - 1)) >= observed;
    }
    return double(tail) / all;
}

}  // namespace

class TestStatistics : public QObject {
    Q_OBJECT

private slots:
    void meansAndIntervals()
    {
        MeanAccumulator accumulator;
        for (const double value : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0})
            accumulator.add(value);
        const MeanEstimate estimate = accumulator.estimate();
        QCOMPARE(estimate.mean, 5.0);
        QCOMPARE(estimate.count, 8);
        QVERIFY(std::abs(accumulator.standardDeviation() - std::sqrt(32.0 / 7.0)) < 1e-12);
        QVERIFY(std::abs(estimate.high - (5.0 + 1.959963984540054 * std::sqrt(32.0 / 7.0 / 8.0))) < 1e-12);
        QVERIFY(std::isnan(MeanAccumulator().estimate().mean));
    }
    void quantiles()
    {
        QCOMPARE(quantile({4, 1, 3, 2}, 0.5), 2.5);
        QCOMPARE(quantile({4, 1, 3, 2}, 0.25), 1.75);
        QCOMPARE(quantile({7}, 0.9), 7.0);
        QCOMPARE(quantile({4, 1, 3, 2}, 1.0), 4.0);
        QCOMPARE(trimmedMean({100, 1, 2, 3, -50}, 0.2), 2.0);
        QCOMPARE(trimmedMean({1, 2, 3}, 0.0), 2.0);
    }
    void correlations()
    {
        const std::vector<double> a{1, 2, 3, 4, 5}, b{2, 1, 4, 3, 5};
        QVERIFY(std::abs(*pearson(a, b) - 0.8) < 1e-12);
        QVERIFY(std::abs(*spearman(a, b) - 0.8) < 1e-12);  // 1 − 6·4/(5·24)
        const std::vector<double> monotone{1, 10, 100, 1000, 10000};
        QVERIFY(std::abs(*spearman(a, monotone) - 1.0) < 1e-12);
        QVERIFY(*pearson(a, monotone) < 0.8);
        QVERIFY(!pearson(a, std::vector<double>(5, 1.0)));
        QVERIFY(std::abs(*cosine(std::vector<double>{3, 4}, std::vector<double>{4, 3}) - 24.0 / 25) < 1e-12);
        QCOMPARE(ranks(std::vector<double>{10, 20, 10, 5}), (std::vector<double>{2.5, 4, 2.5, 1}));
    }
    void hypergeometricEqualsEnumeration()
    {
        for (int population = 1; population <= 12; ++population)
            for (int successes = 0; successes <= population; ++successes)
                for (int draws = 0; draws <= population; ++draws)
                    for (int observed = std::max(0, draws + successes - population); observed <= std::min(draws, successes); ++observed) {
                        const double tail = hypergeometricTail(population, successes, draws, observed);
                        QVERIFY(std::abs(tail - bruteTail(population, successes, draws, observed)) < 1e-10);
                    }
    }
    void benjaminiHochbergByHand()
    {
        // Sorted .01 .02 .03 .5: times 4/rank .04 .04 .04 .5, minimum from the right.
        const auto rates = falseDiscoveryRates(std::vector<double>{0.02, 0.5, 0.01, 0.03});
        QVERIFY(std::abs(rates[0] - 0.04) < 1e-12);
        QVERIFY(std::abs(rates[1] - 0.5) < 1e-12);
        QVERIFY(std::abs(rates[2] - 0.04) < 1e-12);
        QVERIFY(std::abs(rates[3] - 0.04) < 1e-12);
        QVERIFY(std::abs(falseDiscoveryRates(std::vector<double>{0.02, 0.5}, 0.5)[1] - 0.25) < 1e-12);
    }
    void nullShareFindsTheMixture()
    {
        std::mt19937_64 random(3);
        std::vector<double> p;
        for (int i = 0; i < 20000; ++i) {
            const double uniform = double(random() >> 11) * 0x1p-53;
            p.push_back(i % 5 < 3 ? uniform : uniform * 1e-4);  // 60 % null
        }
        QVERIFY(std::abs(nullShare(p) - 0.6) < 0.02);
        QCOMPARE(nullShare(std::vector<double>{0.1, 0.9}), 1.0);
    }
    void bootstrapCoversTheMean()
    {
        std::mt19937_64 random(5);
        std::vector<double> values(400);
        for (double& value : values)
            value = double(random() >> 11) * 0x1p-53;
        const auto meanOf = [&](std::span<const std::size_t> sample) {
            double sum = 0;
            for (const std::size_t i : sample)
                sum += values[i];
            return sum / double(sample.size());
        };
        const ConfidenceInterval interval = bootstrapInterval(values.size(), meanOf, 2000, 1);
        // ±1.96·sqrt(1/12/400) around the mean, within Monte Carlo error.
        double mean = 0;
        for (const double value : values)
            mean += value / double(values.size());
        const double half = 1.96 * std::sqrt(1.0 / 12 / 400);
        QVERIFY(std::abs(interval.low - (mean - half)) < 0.2 * half);
        QVERIFY(std::abs(interval.high - (mean + half)) < 0.2 * half);
        const ConfidenceInterval again = bootstrapInterval(values.size(), meanOf, 2000, 1);
        QCOMPARE(again.low, interval.low);
    }
};

QTEST_APPLESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
