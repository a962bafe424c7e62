// Purpose: the metrics of every task against numbers worked out by hand, and their intervals.
#include "core/fit/fit_judge.h"
#include "tests/core/fit/fit_fixture.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace nscope;
using namespace nscope::fit;
using analysis::ConfusionTable;
using dataset::TaskKind;
using torch::Tensor;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

FitBatch batchOf(const Tensor& target)
{
    FitBatch batch;
    batch.target = target;
    for (std::int64_t n = 0; n < target.size(0); ++n)
        batch.rows.push_back(std::int32_t(n));
    return batch;
}

Judgement judged(dataset::Task task, const Tensor& raw, const Tensor& target, std::int64_t draws = 0)
{
    Judge judge(std::move(task));
    judge.add(batchOf(target), raw, 1.5);
    return judge.result(draws, 1, [] {});
}

bool near(std::optional<double> value, double expected) { return value && std::abs(*value - expected) < 1e-6; }

}  // namespace

class FitMetricsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void confusion()
    {
        ConfusionTable table(3);
        const int counts[3][3] = {{5, 1, 0}, {2, 6, 2}, {0, 1, 3}};
        for (std::size_t truth = 0; truth < 3; ++truth) {
            for (std::size_t called = 0; called < 3; ++called) {
                for (int i = 0; i < counts[truth][called]; ++i)
                    table.add(truth, called);
            }
        }
        QVERIFY(near(table.accuracy(), 14.0 / 20.0));
        // Gorodkin: (c·s − Σ p·t) / √(s² − Σp²) / √(s² − Σt²), t = 6, 10, 4 and p = 7, 8, 5.
        QVERIFY(near(table.mcc(),
                     (14.0 * 20 - (6 * 7 + 10 * 8 + 4 * 5)) / std::sqrt(400.0 - 138.0) / std::sqrt(400.0 - 152.0)));
        QVERIFY(near(table.macroF1(), (10.0 / 13 + 12.0 / 18 + 6.0 / 9) / 3));
        ConfusionTable two(2);
        constexpr std::pair<int, int> kRows[] = {{0, 0}, {0, 1}, {1, 1}, {1, 1}, {1, 0}, {0, 0}};
        for (const auto& [truth, called] : kRows)
            two.add(std::size_t(truth), std::size_t(called));
        QVERIFY(near(two.mcc(), (2.0 * 2 - 1 * 1) / std::sqrt(3.0 * 3 * 3 * 3)));
        QCOMPARE(ConfusionTable(2).accuracy(), std::optional<double>());
        QCOMPARE(ConfusionTable(2).mcc(), 0.0);
    }

    void correlationsFromSums()
    {
        const std::vector<float> a{1.0f, 2.5f, -3.0f, 4.0f}, b{0.5f, 2.0f, -1.0f, 1.0f};
        analysis::PairSums first, second;
        for (std::size_t i = 0; i < a.size(); ++i)
            (i < 2 ? first : second).add(a[i], b[i]);
        first += second;
        QVERIFY(near(first.pearson(), analysis::pearson(std::span<const float>(a), std::span<const float>(b)).value()));
        QVERIFY(near(first.meanSquaredError(), analysis::meanSquaredError(a, b).value()));
        analysis::PairSums flat;
        for (int i = 0; i < 5; ++i)
            flat.add(0.1, double(i));
        QVERIFY(!flat.pearson());
        const std::vector<float> measured{1.0f, 2.0f, 3.0f, kNaN}, predicted{1.0f, 2.5f, 2.0f, 9.0f};
        QVERIFY(near(analysis::rSquared(predicted, measured), 1.0 - 1.25 / 2.0));
        QVERIFY(!analysis::rSquared(std::vector<float>{1.0f, 2.0f}, std::vector<float>{3.0f, 3.0f}));
        QVERIFY(near(analysis::klDivergence(std::vector<float>{0.5f, 0.5f}, std::vector<float>{1.0f, 0.0f}),
                     std::log(2.0)));
    }

    void classes()
    {
        const Tensor logits = torch::tensor({2.0f, 0.0f, 0.0f, 1.0f, 0.5f, 0.0f, 0.0f, 3.0f}).reshape({4, 2});
        const Judgement j = judged({TaskKind::Classes, {"no", "yes"}}, logits,
                                   torch::tensor(std::vector<std::int64_t>{0, 1, 1, 1}), 200);
        QVERIFY(near(j.value("accuracy"), 0.75));
        QVERIFY(near(j.value("AUROC"), 1.0));
        QVERIFY(near(j.value("loss"), 1.5));
        QVERIFY(!j.value("AUROC yes"));  // there is but one
        const auto accuracy = std::ranges::find(j.metrics, "accuracy", &Metric::name);
        QVERIFY(accuracy->interval && accuracy->interval->low >= 0.0 && accuracy->interval->low < 0.75
                && accuracy->interval->high == 1.0);
        const Judgement again = judged({TaskKind::Classes, {"no", "yes"}}, logits,
                                       torch::tensor(std::vector<std::int64_t>{0, 1, 1, 1}), 200);
        QCOMPARE(std::ranges::find(again.metrics, "accuracy", &Metric::name)->interval->low, accuracy->interval->low);
    }

    void labels()
    {
        const Tensor logits = torch::tensor({1.0f, -1.0f, -1.0f, 2.0f, 0.5f, 0.3f}).reshape({3, 2});
        const Tensor labels = torch::tensor({1.0f, 0.0f, 0.0f, kNaN, 0.0f, 1.0f}).reshape({3, 2});
        const Judgement j = judged({TaskKind::Labels, {"a", "b"}}, logits, labels);
        QVERIFY(near(j.value("AUROC a"), 1.0));
        QVERIFY(near(j.value("AUROC b"), 1.0));
        QVERIFY(near(j.value("accuracy"), 0.8));  // of five that are known
    }

    void sharesAndNumbers()
    {
        const Tensor logits = torch::zeros({3, 2});
        const Tensor shares = torch::tensor({1.0f, 0.0f, 0.5f, 0.5f, 0.5f, 0.5f}).reshape({3, 2});
        QVERIFY(near(judged({TaskKind::Distribution, {"x", "y"}}, logits, shares).value("KL"), std::log(2.0) / 3.0));
        const Tensor values = torch::tensor({1.0f, 2.0f, 4.0f, 3.0f}).reshape({4, 1});
        const Tensor target = torch::tensor({1.0f, 2.0f, 3.0f, kNaN}).reshape({4, 1});
        const Judgement j = judged({TaskKind::Numbers, {"expression"}}, values, target);
        QVERIFY(near(j.value("MSE"), 1.0 / 3.0));
        QVERIFY(near(j.value("R2"), 1.0 - 1.0 / 2.0));
        QVERIFY(near(j.value("spearman"), 1.0));
    }

    void profiles()
    {
        const Tensor profile = torch::tensor({1.0f, 2.0f, 3.0f, 6.0f, 5.0f, 5.0f}).reshape({2, 3, 1});
        const Tensor target = torch::tensor({1.0f, 2.0f, 3.0f, 1.0f, 2.0f, 2.0f}).reshape({2, 3, 1});
        const Judgement j = judged({TaskKind::Profile, {"s"}, 3, 8}, profile, target);
        QVERIFY(near(j.value("pearson_per_example"), 0.0));  // 1 and −1
        QVERIFY(near(j.value("MSE"), (25.0 + 9.0 + 9.0) / 6.0));
        const std::vector<float> x{1, 2, 3, 6, 5, 5}, y{1, 2, 3, 1, 2, 2};
        QVERIFY(
            near(j.value("pearson"), analysis::pearson(std::span<const float>(x), std::span<const float>(y)).value()));
        double nll = 0.0;
        for (std::size_t i = 0; i < x.size(); ++i)
            nll += (x[i] - y[i] * std::log(x[i])) / 6.0;
        QVERIFY(std::abs(*j.value("poisson_NLL") - nll) < 1e-5);
    }

    void letters()
    {
        FitBatch batch = batchOf(torch::tensor(std::vector<std::int64_t>{0, 1, 2}));
        batch.rows = {0, 1};
        batch.hiddenOf = {0, 0, 1};
        Judge judge({TaskKind::MaskedLetters, {}});
        judge.add(batch, torch::zeros({3, 4}), std::log(4.0));
        const Judgement j = judge.result(50, 1, [] {});
        QVERIFY(near(j.value("perplexity"), 4.0));
        QCOMPARE(j.examples, std::int64_t(2));
    }
};

int nscope::tests::runFitMetricsSuite(int argc, char** argv)
{
    FitMetricsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_metrics.moc"
