// Purpose: every loss against an independent loop in double, and its gradient against central differences.
#include "core/fit/fit_loss.h"
#include "tests/core/fit/fit_fixture.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <limits>

using namespace nscope;
using namespace nscope::fit;
using dataset::TaskKind;
using torch::Tensor;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Tensor doubles(std::vector<double> values, at::IntArrayRef shape)
{
    return torch::tensor(values, torch::kFloat64).reshape(shape);
}

Tensor someLogits() { return doubles({0.3, -1.2, 2.0, 0.1, 0.7, -0.4, 1.5, -2.5, 0.0, 0.2, 0.9, -0.3}, {4, 3}); }

double at2(const Tensor& x, std::int64_t n, std::int64_t k) { return x[n][k].item<double>(); }

double logSoftmax(const Tensor& logits, std::int64_t n, std::int64_t k)
{
    double sum = 0.0;
    for (std::int64_t j = 0; j < logits.size(1); ++j)
        sum += std::exp(at2(logits, n, j));
    return at2(logits, n, k) - std::log(sum);
}

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

/// Largest difference between autograd and central differences.
double gradientError(const std::function<Tensor(const Tensor&)>& loss, const Tensor& at)
{
    Tensor x = at.clone().requires_grad_(true);
    loss(x).backward();
    const Tensor gradient = x.grad().flatten();
    double worst = 0.0;
    for (std::int64_t i = 0; i < at.numel(); ++i) {
        constexpr double kStep = 1e-5;
        const auto moved = [&](double by) {
            Tensor y = at.clone();
            y.flatten()[i] += by;
            return loss(y).item<double>();
        };
        worst = std::max(worst, std::abs((moved(kStep) - moved(-kStep)) / (2 * kStep) - gradient[i].item<double>()));
    }
    return worst;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-9; }

}  // namespace

class FitLossTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void crossEntropyWithWeightsAndSmoothing()
    {
        const Tensor logits = someLogits();
        const Tensor classes = torch::tensor(std::vector<std::int64_t>{2, 0, 1, 1});
        const std::vector<double> w{1.0, 3.0, 0.5};
        for (const double s : {0.0, 0.2}) {
            double sum = 0.0, weights = 0.0;
            for (std::int64_t n = 0; n < 4; ++n) {
                const auto c = classes[n].item<std::int64_t>();
                weights += w[std::size_t(c)];
                for (std::int64_t k = 0; k < 3; ++k)
                    sum -= w[std::size_t(k)] * ((k == c ? 1.0 - s : 0.0) + s / 3.0) * logSoftmax(logits, n, k);
            }
            const auto loss = [&](const Tensor& x) {
                return crossEntropy(x, classes, doubles({1.0, 3.0, 0.5}, {3}), s);
            };
            QVERIFY(near(loss(logits).item<double>(), sum / weights));
            QVERIFY(gradientError(loss, logits) < 1e-8);
        }
        const Tensor none = torch::empty({0}, torch::kInt64);
        QCOMPARE(crossEntropy(torch::empty({0, 3}), none, {}, 0.0).item<double>(), 0.0);
    }

    void focal()
    {
        const Tensor logits = someLogits();
        const Tensor classes = torch::tensor(std::vector<std::int64_t>{2, 0, 1, 1});
        double sum = 0.0;
        for (std::int64_t n = 0; n < 4; ++n) {
            const double logP = logSoftmax(logits, n, classes[n].item<std::int64_t>());
            sum -= std::pow(1.0 - std::exp(logP), 2.0) * logP;
        }
        const auto loss = [&](const Tensor& x) { return focalLoss(x, classes, {}, 2.0); };
        QVERIFY(near(loss(logits).item<double>(), sum / 4.0));
        QVERIFY(gradientError(loss, logits) < 1e-8);
        QVERIFY(near(focalLoss(logits, classes, {}, 0.0).item<double>(),
                     crossEntropy(logits, classes, {}, 0.0).item<double>()));
    }

    void klOfShares()
    {
        const Tensor logits = someLogits();
        const Tensor shares = doubles({0.5, 0.5, 0.0, 0.2, 0.3, 0.5, 1.0, 0.0, 0.0, kNaN, 0.5, 0.5}, {4, 3});
        double sum = 0.0;
        for (std::int64_t n = 0; n < 3; ++n) {
            for (std::int64_t k = 0; k < 3; ++k) {
                if (const double y = at2(shares, n, k); y > 0.0)
                    sum += y * (std::log(y) - logSoftmax(logits, n, k));
            }
        }
        const auto loss = [&](const Tensor& x) { return klDivergence(x, shares); };
        QVERIFY(near(loss(logits).item<double>(), sum / 3.0));
        QVERIFY(gradientError(loss, logits) < 1e-8);
    }

    void labelsWithUnknownOnes()
    {
        const Tensor logits = someLogits();
        const Tensor labels = doubles({1, 0, kNaN, 0, 1, 1, kNaN, kNaN, 0, 1, 0, 1}, {4, 3});
        const LabelWeights weights{doubles({1, 2, 0.5}, {3}), doubles({3, 1, 4}, {3})};
        const double w[] = {1, 2, 0.5}, positive[] = {3, 1, 4};
        for (const double gamma : {0.0, 1.5}) {
            double sum = 0.0;
            int known = 0;
            for (std::int64_t n = 0; n < 4; ++n) {
                for (std::int64_t k = 0; k < 3; ++k) {
                    const double y = at2(labels, n, k), p = sigmoid(at2(logits, n, k));
                    if (std::isnan(y))
                        continue;
                    ++known;
                    sum -= w[k]
                           * (y > 0 ? positive[k] * std::pow(1 - p, gamma) * std::log(p)
                                    : std::pow(p, gamma) * std::log(1 - p));
                }
            }
            const auto loss = [&](const Tensor& x) { return binaryCrossEntropy(x, labels, weights, gamma); };
            QVERIFY(near(loss(logits).item<double>(), sum / known));
            QVERIFY(gradientError(loss, logits) < 1e-8);
        }
        QCOMPARE(binaryCrossEntropy(logits, torch::full({4, 3}, kNaN, torch::kFloat64), {}).item<double>(), 0.0);
        // Far from 0 the loss is a number still, which probabilities would not give.
        QVERIFY(near(binaryCrossEntropy(doubles({-800.0}, {1, 1}), doubles({1.0}, {1, 1}), {}).item<double>(), 800.0));
    }

    void numbersAndProfiles()
    {
        const Tensor values = someLogits().abs() + 0.1;
        const Tensor target = doubles({1, 0, 3, 0.5, kNaN, 1, 0, 2, 2, 4, 0.3, 0}, {4, 3});
        double squares = 0.0, poisson = 0.0, known = 0.0;
        for (std::int64_t n = 0; n < 4; ++n) {
            for (std::int64_t k = 0; k < 3; ++k) {
                const double x = at2(values, n, k), y = at2(target, n, k);
                if (std::isnan(y))
                    continue;
                known += 1.0;
                squares += (x - y) * (x - y);
                poisson += x - y * std::log(x + 1e-7);
            }
        }
        QVERIFY(near(meanSquaredError(values, target).item<double>(), squares / known));
        QVERIFY(near(poissonLoss(values, target).item<double>(), poisson / known));
        double correlations = 0.0;
        for (std::int64_t k = 0; k < 3; ++k) {
            std::vector<double> x, y;
            for (std::int64_t n = 0; n < 4; ++n) {
                if (!std::isnan(at2(target, n, k))) {
                    x.push_back(at2(values, n, k));
                    y.push_back(at2(target, n, k));
                }
            }
            correlations += analysis::pearson(std::span<const double>(x), std::span<const double>(y)).value();
        }
        QVERIFY(near(pearsonLoss(values, target).item<double>(), -correlations / 3.0));
        const double r = 1.0 - correlations / 3.0, p = poisson / known;
        QVERIFY(near(pearsonPoissonLoss(values, target).item<double>(), 2 * r * p / (r + p)));
        for (const auto& loss : {meanSquaredError, poissonLoss, pearsonLoss, pearsonPoissonLoss})
            QVERIFY(gradientError([&](const Tensor& x) { return loss(x, target); }, values) < 1e-7);
        // A signal that does not vary has no correlation, and the loss stays a number.
        QVERIFY(std::isfinite(pearsonLoss(torch::ones({4, 3}), target.to(torch::kFloat32)).item<double>()));
    }

    void multinomial()
    {
        const Tensor logits = doubles({0.1, 1.0, -0.5, 0.7, 0.2, 0.0}, {1, 3, 2});
        const Tensor reads = doubles({2, 0, 1, 4, 0, 1}, {1, 3, 2});
        double sum = 0.0;
        for (std::int64_t t = 0; t < 2; ++t) {
            double total = 0.0, scale = 0.0;
            for (std::int64_t b = 0; b < 3; ++b) {
                total += reads[0][b][t].item<double>();
                scale += std::exp(logits[0][b][t].item<double>());
            }
            sum += std::lgamma(total + 1.0);
            for (std::int64_t b = 0; b < 3; ++b) {
                const double k = reads[0][b][t].item<double>();
                sum += k * (logits[0][b][t].item<double>() - std::log(scale)) - std::lgamma(k + 1.0);
            }
        }
        const auto loss = [&](const Tensor& x) { return multinomialLoss(x, reads); };
        QVERIFY(near(loss(logits).item<double>(), -sum / 2.0));
        QVERIFY(gradientError(loss, logits) < 1e-8);
        const Tensor counts = doubles({1.0, 2.0}, {1, 2});
        const double a = 1.0 - std::log1p(3.0), b = 2.0 - std::log1p(5.0);
        QVERIFY(near(countsLoss(counts, reads, true).item<double>(), (a * a + b * b) / 2.0));
        QVERIFY(near(countsLoss(counts, reads, false).item<double>(), (4.0 + 9.0) / 2.0));
        LossSettings settings;
        settings.kind = "multinomial-mse";
        settings.countsWeight = 3.0;
        const FitLoss both(TaskKind::Profile, settings, {});
        QVERIFY(near(both(logits, {{"counts_NT", counts}}, reads).item<double>(),
                     -sum / 2.0 + 3.0 * (a * a + b * b) / 2.0));
    }

    void overlappingHeads()
    {
        const Tensor apart = doubles({1, 0, 0, 0, 2, 0}, {1, 2, 1, 3});
        QVERIFY(near(attentionOverlap({{"attention.0", apart}}).item<double>(), 0.0));
        const Tensor same = doubles({1, 0, 0, 3, 0, 0}, {1, 2, 1, 3});
        QVERIFY(near(attentionOverlap({{"attention.0", same}}).item<double>(), 2.0));
        QVERIFY(!attentionOverlap({{"logits_NK", apart}}).defined());
    }

    void balancedWeights()
    {
        dataset::Dataset data;
        data.task = {TaskKind::Classes, {"a", "b"}};
        for (const float target : {0.0f, 0.0f, 0.0f, 1.0f})
            data.examples.emplace_back().target = {target};
        LossSettings settings;
        settings.balance = "balanced";
        const auto weights = labelWeights(settings, data, {0, 1, 2, 3});
        QVERIFY(weights.has_value());
        QVERIFY(torch::allclose(weights->weights_K, torch::tensor({4.0f / 6.0f, 2.0f})));
        settings.weights["c"] = 2.0;
        QVERIFY(labelWeights(settings, data, {0}).error().message().contains("loss.weights.c"));
    }
};

int nscope::tests::runFitLossSuite(int argc, char** argv)
{
    FitLossTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_loss.moc"
