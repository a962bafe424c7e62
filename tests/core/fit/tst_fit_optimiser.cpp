// Purpose: the optimisers against LibTorch's own where it has them, NAdam against its formula, a restored state, and the
// schedules that networks of the zoo use.
#include "core/train/optimiser.h"
#include "core/train/schedule.h"
#include "tests/core/fit/fit_fixture.h"

#include <QTest>

#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <cmath>

using namespace nscope;
using torch::Tensor;
using train::Optimiser;
using train::OptimiserConfig;

namespace {

constexpr int kSteps = 12;

Tensor start() { return torch::linspace(-1.0, 2.0, 12, torch::kFloat64).reshape({3, 4}).clone(); }

/// A loss that is no sphere.
Tensor lossOf(const Tensor& x) { return (x.pow(4) / 4.0 - x.sin() * 2.0).sum() + x.select(1, 0).dot(x.select(1, 2)); }

torch::OrderedDict<std::string, Tensor> named(const Tensor& x)
{
    torch::OrderedDict<std::string, Tensor> all;
    all.insert("w", x);
    return all;
}

Tensor ours(const OptimiserConfig& config, double rate, int from = 0, int to = kSteps, Optimiser* optimiser = nullptr,
            Tensor x = {})
{
    if (!x.defined())
        x = start().requires_grad_(true);
    Optimiser own(named(x), config);
    Optimiser& used = optimiser ? *optimiser : own;
    for (int i = from; i < to; ++i) {
        used.clearGradients();
        lossOf(x).backward();
        used.step(rate);
    }
    return x.detach();
}

template <class Theirs, class Options>
Tensor theirs(const Options& options)
{
    Tensor x = start().requires_grad_(true);
    Theirs optimiser(std::vector<Tensor>{x}, options);
    for (int i = 0; i < kSteps; ++i) {
        optimiser.zero_grad();
        lossOf(x).backward();
        optimiser.step();
    }
    return x.detach();
}

OptimiserConfig config(const std::string& kind, double decay)
{
    OptimiserConfig c;
    c.kind = kind;
    c.weightDecay = decay;
    return c;
}

bool same(const Tensor& a, const Tensor& b) { return torch::allclose(a, b, 0.0, 1e-12); }

}  // namespace

class FitOptimiserTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asLibTorchHasThem()
    {
        using namespace torch::optim;
        for (const double decay : {0.0, 0.1}) {
            QVERIFY(same(ours(config("adam", decay), 0.05), theirs<Adam>(AdamOptions(0.05).weight_decay(decay))));
            QVERIFY(same(ours(config("adamw", decay), 0.05), theirs<AdamW>(AdamWOptions(0.05).weight_decay(decay))));
            QVERIFY(same(ours(config("sgd", decay), 0.01),
                         theirs<SGD>(SGDOptions(0.01).momentum(0.9).weight_decay(decay))));
        }
        QVERIFY(!same(ours(config("adam", 0.1), 0.05), ours(config("adamw", 0.1), 0.05)));
    }

    void nadamByItsFormula()
    {
        std::vector<double> x(12), first(12, 0.0), second(12, 0.0);
        const Tensor begin = start().flatten();
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = begin[std::int64_t(i)].item<double>();
        double product = 1.0;
        const auto momentum = [](int t) { return 0.9 * (1.0 - 0.5 * std::pow(0.96, t * 0.004)); };
        for (int t = 1; t <= kSteps; ++t) {
            Tensor at = torch::tensor(x, torch::kFloat64).reshape({3, 4}).requires_grad_(true);
            lossOf(at).backward();
            const Tensor gradient = at.grad().flatten();
            product *= momentum(t);
            for (std::size_t i = 0; i < x.size(); ++i) {
                const double g = gradient[std::int64_t(i)].item<double>();
                first[i] = 0.9 * first[i] + 0.1 * g;
                second[i] = 0.999 * second[i] + 0.001 * g * g;
                const double m = momentum(t + 1) * first[i] / (1.0 - product * momentum(t + 1))
                                 + (1.0 - momentum(t)) * g / (1.0 - product);
                x[i] -= 0.05 * m / (std::sqrt(second[i] / (1.0 - std::pow(0.999, t))) + 1e-8);
            }
        }
        QVERIFY(same(ours(config("nadam", 0.0), 0.05), torch::tensor(x, torch::kFloat64).reshape({3, 4})));
    }

    void restoredExactly()
    {
        for (const char* kind : {"adam", "adamw", "nadam", "sgd"}) {
            OptimiserConfig c = config(kind, 0.01);
            c.averageDecay = 0.9;
            const Tensor whole = ours(c, 0.01);
            Tensor x = start().requires_grad_(true);
            models::StateDict state;
            {
                Optimiser half(named(x), c);
                ours(c, 0.01, 0, 5, &half, x);
                for (const auto& [name, tensor] : half.state())
                    state[name] = tensor.clone();
            }
            Optimiser other(named(x), c);
            QVERIFY(other.restore(state, 5).has_value());
            QVERIFY2(torch::equal(ours(c, 0.01, 5, kSteps, &other, x), whole), kind);
        }
    }

    void schedules()
    {
        train::ScheduleConfig c;
        c.rate = 2.0;
        c.kind = "warmup-linear";
        c.warmupFraction = 0.1;
        QVERIFY(train::learningRate(c, 1, 1, 0.0) < 0.1);
        QVERIFY(std::abs(train::learningRate(c, 1, 1, 0.1) - 2.0) < 1e-12);
        QVERIFY(std::abs(train::learningRate(c, 1, 1, 0.55) - 1.0) < 1e-12);
        QVERIFY(std::abs(train::learningRate(c, 1, 1, 1.0)) < 1e-12);
        c.kind = "plateau";
        c.warmupFraction = 0.0;
        QCOMPARE(train::learningRate(c, 1, 1, 0.7), 2.0);
    }
};

int nscope::tests::runFitOptimiserSuite(int argc, char** argv)
{
    FitOptimiserTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_optimiser.moc"
