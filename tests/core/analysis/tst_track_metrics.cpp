// Tests of the numbers that compare two signals against arithmetic by hand and naive implementations on random data.
#include "core/analysis/ranking.h"
#include "core/analysis/statistics.h"
#include "core/analysis/track_metrics.h"
#include "core/data/random.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace nscope::analysis;
using nscope::data::Random;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

bool near(std::optional<double> value, double wanted, double tolerance = 1e-12)
{
    return value && std::abs(*value - wanted) <= tolerance;
}

/// Numbers with many ties, as coverage has them.
std::vector<float> coverage(std::size_t count, std::uint64_t seed, std::uint64_t levels = 12)
{
    Random random(seed);
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(float(random.below(levels)) * 0.37F);
    return values;
}

std::vector<double> doubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

/// Share of pairs of a positive and a negative row that are in order; a tie is half a pair.
double naiveAuroc(const std::vector<float>& scores, const std::vector<std::uint8_t>& labels)
{
    double right = 0.0, pairs = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i)
        for (std::size_t j = 0; j < scores.size(); ++j)
            if (labels[i] && !labels[j]) {
                pairs += 1.0;
                right += scores[i] > scores[j] ? 1.0 : scores[i] == scores[j] ? 0.5 : 0.0;
            }
    return right / pairs;
}

/// For every threshold that occurs, counted from the start.
std::pair<double, double> naiveAupr(const std::vector<float>& scores, const std::vector<std::uint8_t>& labels)
{
    std::vector<float> thresholds = scores;
    std::ranges::sort(thresholds, std::ranges::greater{});
    double all = 0.0;
    for (const std::uint8_t label : labels)
        all += label ? 1.0 : 0.0;
    double average = 0.0, trapezoid = 0.0, recallBefore = 0.0, precisionBefore = 1.0;
    for (const float threshold : thresholds) {
        double called = 0.0, right = 0.0;
        for (std::size_t i = 0; i < scores.size(); ++i)
            if (scores[i] >= threshold) {
                called += 1.0;
                right += labels[i] ? 1.0 : 0.0;
            }
        const double recall = right / all, precision = right / called;
        average += (recall - recallBefore) * precision;
        trapezoid += (recall - recallBefore) * 0.5 * (precision + precisionBefore);
        recallBefore = recall;
        precisionBefore = precision;
    }
    return {average, trapezoid};
}

}  // namespace

class TestTrackMetrics : public QObject {
    Q_OBJECT

private slots:
    void byHand()
    {
        const std::vector<float> predicted{1, 2, 3, 4}, measured{2, 1, 4, 3};
        const TrackMetrics metrics = trackMetrics(predicted, measured);
        QCOMPARE(metrics.bins, 4);
        QCOMPARE(metrics.predictedMean, 2.5);
        QCOMPARE(metrics.measuredMean, 2.5);
        QVERIFY(near(metrics.pearson, 0.6));   // 3 / 5
        QVERIFY(near(metrics.spearman, 0.6));  // 1 − 6·4/(4·15)
        QCOMPARE(metrics.meanSquaredError, 1.0);
        // Mean of ŷ minus the mean of y·ln ŷ: 2·ln 1 + 1·ln 2 + 4·ln 3 + 3·ln 4.
        QVERIFY(near(metrics.poissonNll, 2.5 - (std::log(2.0) + 4 * std::log(3.0) + 3 * std::log(4.0)) / 4.0, 1e-6));
        // Shapes .1 .2 .3 .4 and .2 .1 .4 .3, their mean .15 .15 .35 .35.
        const double divergence = 0.5
                                  * (0.1 * std::log(0.1 / 0.15) + 0.2 * std::log(0.2 / 0.15)
                                     + 0.3 * std::log(0.3 / 0.35) + 0.4 * std::log(0.4 / 0.35))
                                  * 2.0;
        QVERIFY(near(metrics.jensenShannonDistance, std::sqrt(divergence), 1e-7));
    }

    void aSignalAgainstItself()
    {
        const std::vector<float> values = coverage(5000, 3);
        const TrackMetrics metrics = trackMetrics(values, values);
        QVERIFY(near(metrics.pearson, 1.0));
        QVERIFY(near(metrics.spearman, 1.0));
        QCOMPARE(metrics.meanSquaredError, 0.0);
        QCOMPARE(metrics.jensenShannonDistance, 0.0);
        QVERIFY(near(scalingFactor(values, values), 1.0));
    }

    void againstNaiveFormulas()
    {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const std::vector<float> a = coverage(301, seed), b = coverage(301, seed + 100);
            const TrackMetrics metrics = trackMetrics(a, b);
            const std::vector<double> x = doubles(a), y = doubles(b);
            QVERIFY(near(metrics.pearson, *pearson(x, y)));
            QVERIFY(near(metrics.spearman, *pearson(ranks(x), ranks(y))));
            double squares = 0.0, poisson = 0.0, sumX = 0.0, sumY = 0.0;
            for (std::size_t i = 0; i < x.size(); ++i) {
                squares += (x[i] - y[i]) * (x[i] - y[i]);
                poisson += x[i] - y[i] * std::log(x[i] + 1e-7);
                sumX += x[i];
                sumY += y[i];
            }
            QVERIFY(near(metrics.meanSquaredError, squares / 301.0));
            QVERIFY(near(metrics.poissonNll, poisson / 301.0));
            QVERIFY(near(scalingFactor(a, b), sumY / sumX));
            double divergence = 0.0;
            for (std::size_t i = 0; i < x.size(); ++i) {
                const double p = x[i] / sumX, q = y[i] / sumY, m = (p + q) / 2;
                divergence += (p > 0 ? p * std::log(p / m) : 0.0) / 2 + (q > 0 ? q * std::log(q / m) : 0.0) / 2;
            }
            QVERIFY(near(metrics.jensenShannonDistance, std::sqrt(divergence)));
        }
    }

    void missingBinsDoNotCount()
    {
        const std::vector<float> predicted{1, kNaN, 2, 3, 9, 4}, measured{2, 5, 1, 4, kNaN, 3};
        const TrackMetrics some = trackMetrics(predicted, measured);
        const TrackMetrics whole = trackMetrics(std::vector<float>{1, 2, 3, 4}, std::vector<float>{2, 1, 4, 3});
        QCOMPARE(some.bins, 4);
        QCOMPARE(some.pearson, whole.pearson);
        QCOMPARE(some.spearman, whole.spearman);
        QCOMPARE(some.meanSquaredError, whole.meanSquaredError);
        QCOMPARE(some.poissonNll, whole.poissonNll);
        QCOMPARE(some.jensenShannonDistance, whole.jensenShannonDistance);
        QVERIFY(near(scalingFactor(predicted, measured), 1.0));
    }

    void whatIsNotDefined()
    {
        const TrackMetrics none = trackMetrics({}, {});
        QCOMPARE(none.bins, 0);
        QVERIFY(!none.pearson && !none.spearman && !none.meanSquaredError && !none.poissonNll);
        QVERIFY(!none.jensenShannonDistance && !none.predictedMean);
        const std::vector<float> missing{kNaN, kNaN}, ones{1, 1};
        QCOMPARE(trackMetrics(missing, ones).bins, 0);
        QVERIFY(!trackMetrics(missing, ones).meanSquaredError);
        // 0.1 has no exact sum: the mean of many differs from each of them.
        const std::vector<float> flat(1000, 0.1F), varied = coverage(1000, 5), zero(1000, 0.0F);
        const TrackMetrics constant = trackMetrics(flat, varied);
        QVERIFY(!constant.pearson && !constant.spearman);
        QVERIFY(constant.meanSquaredError && constant.jensenShannonDistance);
        QVERIFY(!trackMetrics(zero, varied).jensenShannonDistance);
        QVERIFY(!scalingFactor(zero, varied));
        QVERIFY(!scalingFactor(varied, zero));
        QVERIFY(!poissonNll(std::vector<float>{-1, 2}, ones));
        // Nothing predicted where something was measured: dear, but a number.
        QVERIFY(near(poissonNll(std::vector<float>{0}, std::vector<float>{1}), -std::log(1e-7)));
        QCOMPARE(poissonNll(std::vector<float>{0}, std::vector<float>{0}), 0.0);
    }

    void theFarthestShapes()
    {
        QVERIFY(
            near(jensenShannonDistance(std::vector<float>{1, 0}, std::vector<float>{0, 7}), std::sqrt(std::log(2.0))));
        // What is below 0 counts as 0, so that these are the same shape.
        QCOMPARE(jensenShannonDistance(std::vector<float>{-3, 2}, std::vector<float>{0, 1}), 0.0);
    }

    void boxCarAgainstNaive()
    {
        std::vector<float> values = coverage(200, 9);
        for (const std::size_t i : {0U, 17U, 18U, 19U, 20U, 199U})
            values[i] = kNaN;
        for (const std::int64_t width : {1, 2, 3, 8, 500}) {
            const std::vector<float> smooth = boxCar(values, width);
            for (std::int64_t i = 0; i < 200; ++i) {
                double sum = 0.0, used = 0.0;
                for (std::int64_t j = i - width / 2; j < i - width / 2 + width; ++j) {
                    if (j < 0 || j >= 200 || std::isnan(values[std::size_t(j)]))
                        continue;
                    sum += double(values[std::size_t(j)]);
                    used += 1.0;
                }
                const float found = smooth[std::size_t(i)];
                if (std::isnan(values[std::size_t(i)]))
                    QVERIFY(std::isnan(found));
                else
                    QVERIFY(std::abs(double(found) - sum / used) < 1e-6);
            }
        }
        // Where all bins are there, as NumPy: convolve([0, 0, 0, 4, 0, 0, 0], [.25]*4, "same").
        const std::vector<float> even = boxCar(std::vector<float>{0, 0, 0, 4, 0, 0, 0}, 4);
        QCOMPARE(std::vector<float>(even.begin() + 2, even.begin() + 6), (std::vector<float>{1, 1, 1, 1}));
        QCOMPARE(even[1], 0.0F);
        QCOMPARE(even[6], 0.0F);
    }

    void coarserBinsAreMeans()
    {
        const std::vector<float> coarse = coarserBins(std::vector<float>{1, 3, kNaN, 5, kNaN, kNaN, 9}, 2);
        QCOMPARE(coarse.size(), 3U);
        QCOMPARE(coarse[0], 2.0F);
        QCOMPARE(coarse[1], 5.0F);
        QVERIFY(std::isnan(coarse[2]));
        const std::vector<float> fine = coverage(64, 2);
        QCOMPARE(coarserBins(fine, 1), fine);
        QVERIFY(coarserBins(fine, 65).empty());
    }

    void thresholdCurves()
    {
        const std::vector<TrackMetrics> regions{{.bins = 5, .pearson = 0.2, .spearman = 0.4, .meanSquaredError = 1.0},
                                                {.bins = 5, .pearson = 0.6, .spearman = {}, .meanSquaredError = 3.0},
                                                {.bins = 5, .pearson = {}, .spearman = {}, .meanSquaredError = 8.0},
                                                {.bins = 0}};
        const std::vector<double> highest{1.0, 2.0, 3.0, std::nan("")}, thresholds{0.0, 1.0, 2.0, 3.0};
        const std::vector<ThresholdPoint> curve = thresholdCurve(regions, highest, thresholds);
        QCOMPARE(curve.size(), 4U);
        QCOMPARE(curve[0].regions, 3);
        QVERIFY(near(curve[0].pearson, 0.4) && near(curve[0].spearman, 0.4) && near(curve[0].meanSquaredError, 4.0));
        QCOMPARE(curve[1].regions, 2);  // above, not at the threshold
        QVERIFY(near(curve[1].pearson, 0.6) && !curve[1].spearman);
        QCOMPARE(curve[2].regions, 1);
        QVERIFY(!curve[2].pearson && near(curve[2].meanSquaredError, 8.0));
        QCOMPARE(curve[3].regions, 0);
        QVERIFY(!curve[3].meanSquaredError);
    }

    void rankingByHand()
    {
        const std::vector<float> scores{4, 3, 2, 1};
        const Ranking ranking = rankingOf(scores, std::vector<std::uint8_t>{1, 0, 1, 0});
        QCOMPARE(ranking.positives, 2);
        QCOMPARE(ranking.auroc, 0.75);
        QCOMPARE(ranking.averagePrecision, 0.5 + 0.5 * 2.0 / 3.0);
        // Trapezoids: .5·(1 + 1)/2, then recall stands still, then .5·(1/2 + 2/3)/2.
        QVERIFY(near(ranking.trapezoidAupr, 0.5 + 0.5 * (0.5 + 2.0 / 3.0) / 2.0));
        QCOMPARE(ranking.curve.size(), 4U);
        QCOMPARE(ranking.curve[1].truePositives, 1);
        QCOMPARE(ranking.curve[1].falsePositives, 1);
        QCOMPARE(ranking.curve[1].score, 3.0);
        const Ranking one = rankingOf(scores, std::vector<std::uint8_t>{1, 1, 1, 1});
        QVERIFY(!one.auroc && near(one.averagePrecision, 1.0));
        const Ranking no = rankingOf(scores, std::vector<std::uint8_t>{0, 0, 0, 0});
        QVERIFY(!no.auroc && !no.averagePrecision && !no.trapezoidAupr);
        QVERIFY(rankingOf(std::span<const float>(), {}).curve.empty());
    }

    void rankingAgainstNaive()
    {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            const std::vector<float> scores = coverage(150, seed);
            std::vector<std::uint8_t> labels;
            Random random(seed + 50);
            for (const float score : scores)
                labels.push_back(random.uniform() * 6.0 < double(score) ? 1 : 0);
            const Ranking ranking = rankingOf(scores, labels);
            const auto [average, trapezoid] = naiveAupr(scores, labels);
            QVERIFY(near(ranking.auroc, naiveAuroc(scores, labels)));
            QVERIFY(near(ranking.averagePrecision, average));
            QVERIFY(near(ranking.trapezoidAupr, trapezoid));
            const std::vector<double> wide = doubles(scores);
            QCOMPARE(rankingOf(wide, labels).auroc, ranking.auroc);
        }
    }

    void thinnedCurvesKeepTheAreas()
    {
        std::vector<float> scores;
        std::vector<std::uint8_t> labels;
        Random random(77);
        for (int i = 0; i < 20'000; ++i) {
            scores.push_back(float(random.uniform()));
            labels.push_back(random.uniform() < double(scores.back()) ? 1 : 0);
        }
        const Ranking all = rankingOf(scores, labels), thin = rankingOf(scores, labels, 200);
        QCOMPARE(thin.auroc, all.auroc);
        QCOMPARE(thin.averagePrecision, all.averagePrecision);
        QVERIFY(all.curve.size() > 19'000);
        QVERIFY(thin.curve.size() > 150 && thin.curve.size() <= 201);
        QCOMPARE(thin.curve.back().truePositives, thin.positives);
        QCOMPARE(thin.curve.back().falsePositives, thin.negatives);
    }
};

QTEST_APPLESS_MAIN(TestTrackMetrics)
#include "tst_track_metrics.moc"
