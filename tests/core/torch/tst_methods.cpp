// Identities of the explanation methods, on networks small enough for float64: sums equal differences of predictions,
// linear networks are explained exactly, chunks change nothing, refusals say why.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/method_rig.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/data/shuffle.h"
#include "core/interpret/gradient.h"
#include "core/interpret/quadrature.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;
using data::OptionMap;

namespace {

torch::Tensor quarter_LC(const nn::SequenceNet& net, const std::string& letters)
{
    torch::Tensor rows = torch::zeros_like(onehot_LC(net, letters));
    for (const int channel : net.baseChannels())
        rows.select(1, channel).fill_(0.25);
    return rows;
}

double shuffledScore(nn::SequenceNet& net, const std::string& letters, std::uint64_t seed)
{
    return scoreOf(net, data::shuffled(letters, data::ShuffleKind::Dinucleotide, seed).value());
}

std::shared_ptr<nn::SequenceNet> smallBioseq2Seq()
{
    auto net = randomNet("bioseq2seq", {{"d_model", whole(16)}, {"encoder_layers", whole(2)},
                                        {"decoder_layers", whole(1)}, {"d_ff", whole(32)}, {"heads", whole(4)},
                                        {"window", whole(20)}});
    net->to(torch::kFloat64);
    return net;
}

}  // namespace

class TestMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nodesIntegratePolynomials()
    {
        for (const int n : {1, 2, 5, 8, 50}) {
            double sum = 0.0, power = 0.0;
            for (const interpret::PathNode& node : interpret::pathNodes(interpret::PathRule::GaussLegendre, n)) {
                QVERIFY(node.alpha > 0.0 && node.alpha < 1.0);
                sum += node.weight;
                power += node.weight * std::pow(node.alpha, 2 * n - 1);
            }
            QVERIFY(std::abs(sum - 1.0) < 1e-13);
            QVERIFY(std::abs(power - 1.0 / (2.0 * n)) < 1e-13);
        }
        for (const auto rule : {interpret::PathRule::Trapezoid, interpret::PathRule::Mean}) {
            const auto nodes = interpret::pathNodes(rule, 9);
            double sum = 0.0;
            for (const interpret::PathNode& node : nodes)
                sum += node.weight;
            QVERIFY(std::abs(sum - 1.0) < 1e-14);
            QCOMPARE(nodes.front().alpha, 0.0);
            QCOMPARE(nodes.back().alpha, 1.0);
            QCOMPARE(nodes.front().weight < nodes[1].weight, rule == interpret::PathRule::Trapezoid);
        }
    }

    void integratedGradientsAddUp_data()
    {
        QTest::addColumn<QString>("baseline");
        for (const char* baseline : {"uniform", "zero", "shuffled"})
            QTest::newRow(baseline) << baseline;
    }
    void integratedGradientsAddUp()
    {
        QFETCH(QString, baseline);
        const auto net = customNet(kSmooth);
        const std::string letters = randomLetters(60, 4);
        const data::Attribution result =
            runMethod(net, {"integrated-gradients", letters,
                            {{"baseline", baseline.toStdString()}, {"shuffles", whole(3)}, {"seed", whole(5)},
                             {"nodes", whole(40)}, {"gap", 0.0}}});
        double from = 0.0;
        if (baseline == "uniform")
            from = scoreOf(*net, quarter_LC(*net, letters));
        else if (baseline == "zero")
            from = scoreOf(*net, torch::zeros_like(onehot_LC(*net, letters)));
        else
            for (const std::uint64_t seed : {5, 6, 7})
                from += shuffledScore(*net, letters, seed) / 3.0;
        const double difference = scoreOf(*net, letters) - from;
        QVERIFY(std::abs(difference) > 1e-6);
        QCOMPARE(result.referenceScore, scoreOf(*net, letters));
        // The sum of the float64 values; those delivered are float32.
        QVERIFY(std::abs(diagnostic(result, "completeness_gap")) <= 1e-12 * (1.0 + std::abs(difference)));
        QVERIFY(std::abs(sumOf(result) - difference) <= 1e-6 * largest(values_LC(result)) * 60);
    }

    void synonymousBaselinesNeedACodingRegion()
    {
        const std::string letters = randomLetters(60, 31);
        const data::Interval cds{9, 51};
        for (const auto& [method, options] :
             {std::pair<std::string, OptionMap>{"integrated-gradients", {{"nodes", whole(40)}, {"gap", 0.0}}},
              {"expected-gradients", {{"samples", whole(600)}}},
              {"deeplift", {}}}) {
            MethodRun run{method, letters, options};
            run.options["baseline"] = text("synonymous");
            run.options["shuffles"] = whole(3);
            run.options["seed"] = whole(5);
            const auto net = customNet(kSmooth);
            QVERIFY(!tryMethod(net, run));
            run.cds = data::Interval{9, 50};
            QVERIFY(!tryMethod(net, run));
            run.cds = cds;
            double from = 0.0;
            for (const std::uint64_t seed : {5, 6, 7})
                from += scoreOf(*net, data::synonymousControl(letters, cds, seed).value()) / 3.0;
            const data::Attribution result = runMethod(net, run);
            const double difference = scoreOf(*net, letters) - from, gap = diagnostic(result, "completeness_gap");
            QVERIFY(std::abs(sumOf(result) - gap - difference) <= 1e-6 * largest(values_LC(result)) * 60);
            if (method != "expected-gradients")
                QVERIFY(std::abs(gap) <= 1e-9 * (1.0 + std::abs(difference)));
        }
    }

    void shiftsTakeTheCodingRegionAlong()
    {
        MethodRun run{"integrated-gradients", randomLetters(60, 32),
                      {{"baseline", text("synonymous")}, {"shuffles", whole(2)}, {"shifts", whole(4)}, {"max_shift", whole(20)}}};
        run.cds = data::Interval{6, 51};
        QVERIFY(diagnostic(runMethod(customNet(kSmooth), run), "shift_correlation_least") <= 1.0);
    }

    void smallerGapsTakeMorePoints()
    {
        const auto net = customNet(kKinked);
        const std::string letters = randomLetters(60, 9);
        double before = 0.0;
        for (const double gap : {0.3, 0.003}) {
            const data::Attribution result = runMethod(
                net, {"integrated-gradients", letters,
                      {{"nodes", whole(2)}, {"gap", gap}, {"max_nodes", whole(4096)}, {"baseline", text("zero")}}});
            const double difference =
                scoreOf(*net, letters) - scoreOf(*net, torch::zeros_like(onehot_LC(*net, letters)));
            QVERIFY(diagnostic(result, "completeness_gap_share") <= gap);
            QVERIFY(std::abs(sumOf(result) - difference - diagnostic(result, "completeness_gap")) < 1e-5);
            QVERIFY(diagnostic(result, "gradient_points") > before);
            before = diagnostic(result, "gradient_points");
        }
        const data::Attribution limited = runMethod(
            net, {"integrated-gradients", letters, {{"nodes", whole(2)}, {"gap", 1e-9}, {"max_nodes", whole(8)}}});
        QCOMPARE(diagnostic(limited, "gradient_points"), 14.0);
    }

    void mutationDirectedGradientsAddUpPerBase_data()
    {
        QTest::addColumn<double>("beta");
        for (const double beta : {0.1, 0.5, 1.0})
            QTest::addRow("%g", beta) << beta;
    }
    void mutationDirectedGradientsAddUpPerBase()
    {
        QFETCH(double, beta);
        const auto net = customNet(kSmooth);
        const std::string letters = randomLetters(60, 8);
        const data::Attribution result =
            runMethod(net, {"mdig", letters, {{"beta", beta}, {"nodes", whole(40)}, {"gap", 0.0}}});
        const torch::Tensor values = values_LC(result), x = onehot_LC(*net, letters);
        for (int base = 0; base < 4; ++base) {
            const torch::Tensor all = onehot_LC(*net, std::string(60, "ACGT"[base]));
            const double change = scoreOf(*net, x + beta * (all - x)) - scoreOf(*net, letters);
            const double sum = values.select(1, base).sum().item<double>();
            QVERIFY(std::abs(sum - change) <= 1e-5 * (std::abs(change) + largest(values)));
            const std::string name = std::string("completeness_gap_") + "ACGT"[base];
            QVERIFY(std::abs(diagnostic(result, name)) <= 1e-12 * (1.0 + std::abs(change)));
            for (std::int64_t i = 0; i < 60; ++i)
                QVERIFY(letters[std::size_t(i)] != "ACGT"[base] || values[i][base].item<double>() == 0.0);
        }
    }

    void pathFormsFollowFromTheValues()
    {
        const auto net = customNet(kSmooth);
        const std::string letters = randomLetters(60, 12);
        const auto form = [&](const char* name) {
            return values_LC(runMethod(net, {"integrated-gradients", letters, {{"form", text(name)}}}));
        };
        const torch::Tensor plain = form("attribution");
        const torch::Tensor own = onehot_LC(*net, letters).narrow(1, 0, 4);
        QVERIFY(largest(form("paper") - (plain - (plain * own).sum(1, true))) < 1e-6 * largest(plain));
        QVERIFY(largest(form("code") + plain * (1.0 - own)) < 1e-6 * largest(plain));
        const auto mdig = [&](const char* name) {
            return values_LC(runMethod(net, {"mdig", letters, {{"form", text(name)}}}));
        };
        QVERIFY(largest(mdig("paper") - mdig("code")) > 1e-3 * largest(mdig("code")));
    }

    void linearNetworksAreExplainedExactly()
    {
        const auto net = customNet(kLinear);
        const std::string letters = randomLetters(40, 3);
        const torch::Tensor ism = values_LC(runMethod(net, {"ism", letters, {{"algorithm", text("full")}}}));
        const double scale = largest(ism);
        const auto differs = [&](const char* method, const OptionMap& options = {}) {
            return largest(values_LC(runMethod(net, {method, letters, options})) - ism) / scale;
        };
        QVERIFY(differs("taylor") < 1e-6);
        QVERIFY(differs("integrated-gradients", {{"form", text("paper")}, {"nodes", whole(1)}, {"baseline", text("uniform")}})
                > 1e-3);  // a quarter of the gradient: (x − ¼) g, not the effect of a mutation
        QVERIFY(differs("mdig", {{"beta", 1.0}, {"nodes", whole(1)}}) < 1e-6);
        const torch::Tensor half = values_LC(runMethod(net, {"mdig", letters, {{"nodes", whole(1)}}}));
        QVERIFY(largest(2.0 * half - ism) / scale < 1e-6);  // β = .5: half the way
        const torch::Tensor gradient = values_LC(runMethod(net, {"gradient", letters}));
        const torch::Tensor own = onehot_LC(*net, letters).narrow(1, 0, 4);
        QVERIFY(largest(gradient - (gradient * own).sum(1, true) - ism) / scale < 1e-6);
        const torch::Tensor corrected = values_LC(runMethod(net, {"gradient-corrected", letters}));
        QVERIFY(largest(corrected.sum(1)) / scale < 1e-6);
        QVERIFY(largest(corrected - (corrected * own).sum(1, true) - ism) / scale < 1e-6);
        const torch::Tensor timesInput = values_LC(runMethod(net, {"gradient-input", letters}));
        QVERIFY(largest(timesInput - gradient * own) == 0.0);
        const torch::Tensor zeroIg = values_LC(
            runMethod(net, {"integrated-gradients", letters, {{"baseline", text("zero")}, {"nodes", whole(1)}}}));
        QVERIFY(largest(zeroIg - timesInput) / scale < 1e-6);
        const torch::Tensor lift = values_LC(runMethod(net, {"deeplift", letters, {{"baseline", text("zero")}}}));
        QVERIFY(largest(lift - timesInput) / scale < 1e-6);
        const torch::Tensor hidden = values_LC(runMethod(net, {"occlusion", letters, {{"window", whole(1)}}}));
        QVERIFY(largest(hidden - timesInput) / scale < 1e-6);
        const torch::Tensor smooth = values_LC(runMethod(net, {"smoothgrad", letters}));
        QVERIFY(largest(smooth - gradient) / scale < 1e-6);
    }

    void quietSmoothGradIsTheGradient()
    {
        const auto net = customNet(kKinked);
        const std::string letters = randomLetters(60, 2);
        const torch::Tensor gradient = values_LC(runMethod(net, {"gradient", letters}));
        const auto smooth = [&](double sigma, std::int64_t seed) {
            return values_LC(runMethod(net, {"smoothgrad", letters, {{"sigma", sigma}, {"seed", seed}}}));
        };
        QVERIFY(largest(smooth(0.0, 1) - gradient) < 1e-7 * largest(gradient));
        QVERIFY(largest(smooth(0.1, 1) - gradient) > 1e-3 * largest(gradient));
        QVERIFY(largest(smooth(0.1, 1) - smooth(0.1, 1)) == 0.0);
        QVERIFY(largest(smooth(0.1, 1) - smooth(0.1, 2)) > 1e-4 * largest(gradient));
    }

    void expectedGradientsOfOneShuffleAreIntegratedGradients()
    {
        const auto net = customNet(kSmooth);
        const std::string letters = randomLetters(60, 6);
        const OptionMap one = {{"shuffles", whole(1)}, {"seed", whole(3)}};
        OptionMap many = one, path = one;
        many["samples"] = whole(4000);
        path["baseline"] = text("shuffled");
        const torch::Tensor expected = values_LC(runMethod(net, {"expected-gradients", letters, many}));
        const torch::Tensor integrated = values_LC(runMethod(net, {"integrated-gradients", letters, path}));
        QVERIFY(largest(expected - integrated) < 1e-4 * largest(integrated));
        many["samples"] = whole(20);
        many["shuffles"] = whole(20);
        const data::Attribution few = runMethod(net, {"expected-gradients", letters, many});
        QCOMPARE(diagnostic(few, "gradient_points"), 20.0);
        double from = 0.0;
        for (std::uint64_t seed = 3; seed < 23; ++seed)
            from += shuffledScore(*net, letters, seed) / 20.0;
        const double gap = sumOf(few) - (scoreOf(*net, letters) - from);
        QVERIFY(std::abs(gap - diagnostic(few, "completeness_gap")) < 1e-5);
    }

    void deepLiftAddsUp_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<OptionMap>("options");
        const auto row = [](const char* name, const char* architecture, const OptionMap& options) {
            QTest::newRow(name) << QString(architecture) << options;
        };
        row("kinked", "custom", {{"layers", text(kKinked)}});
        row("smooth", "custom", {{"layers", text(kSmooth)}});
        row("basset", "basset", {{"filters", text("12,10,8")}, {"dense", whole(24)}});
        row("basenji", "basenji", {{"filters", whole(16)}, {"final_filters", whole(24)}, {"tasks", text("a,b")}});
        row("bpnet", "bpnet", {{"filters", whole(12)}, {"tasks", text("a,b,c")}});
        row("ori_bpnet", "bpnet", {{"variant", text("ori_bpnet")}, {"filters", whole(12)}, {"bin_size", whole(8)}});
        row("residualbind", "residualbind",
            {{"filters", text("8,10,12")}, {"dense", whole(16)}, {"head", text("task")}, {"bin_size", whole(32)},
             {"head_filters", whole(12)}, {"task_filters", whole(4)}});
        row("mpra resnet", "mpra-cnn", {{"form", text("resnet")}, {"filters", text("12,16")}, {"dense", text("24,12")}});
        row("peak", "peak-cnn", {{"filters", text("8,10,12")}, {"dense", whole(16)}});
    }
    void deepLiftAddsUp()
    {
        QFETCH(QString, architecture);
        QFETCH(OptionMap, options);
        const auto net = randomNet(architecture.toStdString(), options);
        net->to(torch::kFloat64);
        const std::int64_t length = net->spec().input.lengthNt;
        const std::string letters = randomLetters(length > 0 ? length : 300, 7);
        for (const OptionMap& given : {OptionMap{{"baseline", text("zero")}}, OptionMap{},
                                       OptionMap{{"baseline", text("shuffled")}, {"shuffles", whole(2)}}}) {
            const data::Attribution result = runMethod(net, {"deeplift", letters, given});
            const double gap = diagnostic(result, "completeness_gap");
            QVERIFY2(std::abs(gap) <= 1e-8 * (std::abs(sumOf(result)) + largest(values_LC(result))),
                     qPrintable(QString("gap %1 of %2").arg(gap).arg(sumOf(result))));
            QVERIFY(std::abs(sumOf(result)) > 0.0);
        }
        const double reference = scoreOf(*net, torch::zeros_like(onehot_LC(*net, letters)));
        const double sum = sumOf(runMethod(net, {"deeplift", letters, {{"baseline", text("zero")}}}));
        const double difference = scoreOf(*net, letters) - reference;
        QVERIFY(std::abs(sum - difference) <= 1e-5 * std::abs(difference) + 1e-9);
        // The rule is gone afterwards.
        const auto target = net->parseTarget("").value();
        const torch::Tensor before = interpret::inputGradient(*net, letters, target, {}).gradient_LC;
        runMethod(net, {"deeplift", letters});
        QVERIFY(torch::equal(interpret::inputGradient(*net, letters, target, {}).gradient_LC, before));
    }

    void deepLiftSaysWhereItIsNotDefined()
    {
        const auto refusal = [](const std::shared_ptr<nn::SequenceNet>& net, const char* target = "") {
            const auto result = tryMethod(net, {"deeplift", randomLetters(60, 1), {}, target});
            return result || result.error().code() != ErrorCode::Unsupported ? std::string() : result.error().message();
        };
        const auto mentions = [](const std::string& sentence, const char* word) {
            return sentence.find(word) != std::string::npos;
        };
        QVERIFY(mentions(refusal(smallBioseq2Seq()), "integrated gradients"));
        const auto recurrent = customNet(R"({"length": 60, "head": {"kind": "values", "names": ["y"]}, "layers": [
            {"type": "branches", "branches": [[{"type": "bilstm", "units": 3}]]}, {"type": "globalpool"},
            {"type": "dense", "units": 1}]})");
        QVERIFY(mentions(refusal(recurrent), "recurrent"));
        const auto normed = customNet(R"({"length": 60, "head": {"kind": "values", "names": ["y"]}, "layers": [
            {"type": "conv", "filters": 4, "kernel": 3}, {"type": "residual", "layers": [{"type": "layernorm"}]},
            {"type": "globalpool"}, {"type": "dense", "units": 1}]})");
        QVERIFY(mentions(refusal(normed), "layer norm"));
        const auto classes = customNet(kClasses);
        QVERIFY(mentions(refusal(classes, "class:a"), "logit:"));
        QVERIFY(tryMethod(classes, {"deeplift", randomLetters(60, 1), {}, "logit:a-b"}).has_value());
    }

    void chunksChangeNothing_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<OptionMap>("options");
        QTest::newRow("ig") << "integrated-gradients" << OptionMap{{"baseline", text("shuffled")}, {"shuffles", whole(3)}};
        QTest::newRow("eg") << "expected-gradients" << OptionMap{{"samples", whole(30)}};
        QTest::newRow("mdig") << "mdig" << OptionMap{};
        QTest::newRow("smoothgrad") << "smoothgrad" << OptionMap{};
        QTest::newRow("occlusion") << "occlusion" << OptionMap{{"replacement", text("random")}, {"draws", whole(2)}};
        QTest::newRow("zipcode") << "zipcode" << OptionMap{{"window", whole(9)}};
    }
    void chunksChangeNothing()
    {
        QFETCH(QString, method);
        QFETCH(OptionMap, options);
        const auto net = customNet(kClasses);
        MethodRun run{method.toStdString(), randomLetters(60, 33), options};
        const torch::Tensor together = values_LC(runMethod(net, run));
        run.budgetBytes = 1;  // a row at a time
        QVERIFY(largest(values_LC(runMethod(net, run)) - together) <= 1e-6 * largest(together));
        run.budgetBytes = std::int64_t(64) << 20;
        run.halvings = 3;
        QVERIFY(largest(values_LC(runMethod(net, run)) - together) <= 1e-6 * largest(together));
    }

    void onlyTheWantedRowsAreGiven_data()
    {
        QTest::addColumn<QString>("method");
        for (const char* method : {"gradient", "gradient-input", "gradient-corrected", "taylor", "integrated-gradients",
                                   "expected-gradients", "mdig", "smoothgrad", "deeplift", "occlusion"})
            QTest::newRow(method) << method;
    }
    void onlyTheWantedRowsAreGiven()
    {
        QFETCH(QString, method);
        const auto net = customNet(kSmooth);
        MethodRun run{method.toStdString(), randomLetters(60, 33)};
        const torch::Tensor all = values_LC(runMethod(net, run));
        run.only = data::Interval{20, 31};
        const data::Attribution part = runMethod(net, run);
        QVERIFY(!part.isExact(19) && part.isExact(20) && part.isExact(30) && !part.isExact(31));
        const torch::Tensor values = values_LC(part);
        QVERIFY(largest(values.narrow(0, 0, 20)) == 0.0 && largest(values.narrow(0, 31, 29)) == 0.0);
        QVERIFY(largest(values.narrow(0, 20, 11) - all.narrow(0, 20, 11)) <= 1e-6 * largest(all));
    }

    void pathsOfAPublishedArchitectureAddUp()
    {
        const auto net = smallBioseq2Seq();
        const std::string letters = randomLetters(120, 40);
        const data::Attribution result = runMethod(net, {"integrated-gradients", letters, {{"gap", 0.001}}});
        const double difference = scoreOf(*net, letters) - scoreOf(*net, quarter_LC(*net, letters));
        QVERIFY(std::abs(sumOf(result) - difference - diagnostic(result, "completeness_gap"))
                < 1e-5 * largest(values_LC(result)));
        QVERIFY(diagnostic(result, "completeness_gap_share") <= 0.001 || diagnostic(result, "gradient_points") == 56.0);
    }

    void attentionRowsAddUpToOne()
    {
        const auto net = smallBioseq2Seq();
        const c10::InferenceMode inference;
        nn::PassOptions options;
        options.keepAttention = true;
        const nn::NamedTensors outputs = net->forward(net->encode(randomLetters(90, 41)), options);
        for (int layer = 0; layer < net->attentionLayerCount(); ++layer) {
            const torch::Tensor sums = outputs.at("attention." + std::to_string(layer)).sum(-1);
            QVERIFY(largest(sums - 1.0) < 1e-12);
        }
    }

    void gradientsEqualCentralDifferences()
    {
        for (const char* json : {kSmooth, kKinked, kLinear})
            QCOMPARE(gradientFault(*customNet(json), randomLetters(std::string_view(json) == kLinear ? 40 : 60, 17)),
                     std::string());
    }

};

QObject* makeMethodTests() { return new TestMethods; }

#include "tst_methods.moc"
