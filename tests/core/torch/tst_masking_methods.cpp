// Methods that hide letters, and checks of explanations: hidden windows equal direct predictions, zipcodes are joined
// windows, certainty is the entropy that is missing; agreement of a linear network is perfect.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/method_rig.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/analysis/agreement.h"
#include "core/interpret/checks.h"
#include "core/interpret/gradient.h"
#include "core/interpret/masked_entropy.h"
#include "core/interpret/zipcode.h"

#include <QtTest>

#include <functional>
#include <numeric>

using namespace nscope;
using namespace nscope::tests;
using data::OptionMap;

class TestMaskingMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void occlusionEqualsPredictions()
    {
        const auto net = customNet(kKinked);
        const std::string letters = randomLetters(60, 14);
        const double whole60 = scoreOf(*net, letters);
        const auto expected = [&](const std::function<double(std::int64_t, std::int64_t)>& hiddenScore,
                                  std::int64_t window, std::int64_t stride) {
            torch::Tensor sum = torch::zeros({60}, torch::kFloat64), count = torch::zeros({60}, torch::kFloat64);
            for (std::int64_t start = 0; start == 0 || start - stride + window < 60; start += stride) {
                const std::int64_t end = std::min<std::int64_t>(60, start + window);
                sum.narrow(0, start, end - start) += whole60 - hiddenScore(start, end);
                count.narrow(0, start, end - start) += 1.0;
            }
            return sum / count.clamp_min(1.0);
        };
        const auto zeroed = [&](std::int64_t start, std::int64_t end) {
            torch::Tensor x = onehot_LC(*net, letters).clone();
            x.narrow(0, start, end - start).zero_();
            return scoreOf(*net, x);
        };
        const auto unknown = [&](std::int64_t start, std::int64_t end) {
            std::string hidden = letters;
            std::fill(hidden.begin() + start, hidden.begin() + end, 'N');
            return scoreOf(*net, hidden);
        };
        for (const auto& [window, stride] : {std::pair{7, 1}, {10, 7}, {60, 1}, {100, 5}}) {
            const OptionMap grid = {{"window", whole(window)}, {"stride", whole(stride)}};
            const torch::Tensor zero = expected(zeroed, window, stride);
            QVERIFY(largest(values_L(runMethod(net, {"occlusion", letters, grid})) - zero) <= 1e-6 * largest(zero));
            OptionMap withN = grid;
            withN["replacement"] = text("n");
            const torch::Tensor n = expected(unknown, window, stride);
            QVERIFY(largest(values_L(runMethod(net, {"occlusion", letters, withN})) - n) <= 1e-6 * largest(n) + 1e-12);
        }
        const OptionMap random = {{"replacement", text("random")}, {"draws", whole(3)}, {"seed", whole(4)}};
        OptionMap other = random;
        other["seed"] = whole(5);
        const torch::Tensor once = values_L(runMethod(net, {"occlusion", letters, random}));
        QVERIFY(torch::equal(once, values_L(runMethod(net, {"occlusion", letters, random}))));
        QVERIFY(!torch::equal(once, values_L(runMethod(net, {"occlusion", letters, other}))));
    }

    void checksOfALinearNetworkArePerfect()
    {
        const auto net = customNet(kLinear);
        const std::string letters = randomLetters(40, 18);
        for (const char* method : {"taylor", "gradient", "gradient-corrected", "mdig"}) {
            const data::Attribution result = runMethod(net, {method, letters, {{"compare_ism", whole(15)}}});
            QVERIFY(std::abs(diagnostic(result, "ism_correlation") - 1.0) < 1e-6);
            QVERIFY(std::abs(diagnostic(result, "ism_cosine") - 1.0) < 1e-6);
            QCOMPARE(diagnostic(result, "ism_positions"), 15.0);
        }
        const data::Attribution plain = runMethod(net, {"gradient", letters});
        QVERIFY(plain.diagnostics.empty());
        const data::Attribution shifted =
            runMethod(net, {"gradient", letters, {{"shifts", whole(4)}, {"max_shift", whole(3)}}});
        QVERIFY(shifted.values_LC == plain.values_LC);
        QVERIFY(diagnostic(shifted, "shift_correlation") >= diagnostic(shifted, "shift_correlation_least"));
        QVERIFY(diagnostic(shifted, "shift_score_sd") > 0.0);
        const auto tooShort = tryMethod(net, {"gradient", letters, {{"shifts", whole(1)}, {"max_shift", whole(20)}}});
        QVERIFY(!tooShort && tooShort.error().code() == ErrorCode::InvalidArgument);
    }

    /// A mean over positions does not see where a letter stands.
    void shiftsOfAnInvariantNetworkChangeNothing()
    {
        const auto net = customNet(R"({"head": {"kind": "values", "names": ["y"]}, "layers": [
            {"type": "conv", "filters": 1, "kernel": 1}, {"type": "globalpool"}, {"type": "dense", "units": 1}]})");
        const data::Attribution result = runMethod(
            net, {"gradient", randomLetters(80, 20), {{"shifts", whole(3)}}});
        QVERIFY(std::abs(diagnostic(result, "shift_correlation") - 1.0) < 1e-6);
    }

    void correlationsLeaveOutZeros()
    {
        const std::vector<double> a = {1, 2, 3, 0, 5}, b = {2, 4, 6, 100, 0};
        QVERIFY(std::abs(analysis::sharedPearson(a, b).value() - 1.0) < 1e-12);
        QVERIFY(!analysis::sharedPearson(std::vector<double>{1, 0}, std::vector<double>{1, 1}));
        QVERIFY(!analysis::sharedPearson(std::vector<double>{1, 1}, std::vector<double>{1, 2}));
        const std::vector<double> rows = {1, 0, 0, 1, 1, 1}, others = {1, 0, 1, 0, -1, -1};
        QCOMPARE(analysis::medianCosine(rows, others, 2).value(), 0.0);
        QVERIFY(!analysis::medianCosine(std::vector<double>{0, 0}, std::vector<double>{1, 1}, 2));
    }

    void maskedEntropyIsWhatTheModelLacks()
    {
        const auto net = randomNet("gpn", {{"dim", whole(24)}, {"layers", whole(4)}});
        const std::string letters = randomLetters(50, 22);
        std::vector<std::int64_t> positions(50);
        std::iota(positions.begin(), positions.end(), 0);
        const torch::Tensor p = net->maskedLetters_P4(letters, positions, {}).to(torch::kFloat64);
        const torch::Tensor bits = -(p * p.log2()).sum(1);
        const torch::Tensor alphabet =
            values_L(runMethod(net, {"masked-entropy", letters, {{"most", text("alphabet")}}}));
        QVERIFY(largest(alphabet - (2.0 - bits)) < 1e-6);
        const data::Attribution result = runMethod(net, {"masked-entropy", letters});
        QVERIFY(largest(values_L(result) - (bits.max() - bits)) < 1e-6);
        const torch::Tensor gradient = interpret::inputGradient(*net, letters, net->parseTarget("").value(), {})
                                           .gradient_LC.narrow(1, 0, 4);
        const torch::Tensor product =
            values_L(runMethod(net, {"masked-entropy", letters, {{"times_gradient", true}}}));
        QVERIFY(largest(product - (bits.max() - bits) * gradient.norm(2, 1)) < 1e-6 * (1.0 + largest(product)));
        QVERIFY(std::abs(interpret::entropyBits(torch::tensor({{1.0, 0.0, 0.0, 0.0}})).front()) < 1e-12);
        QVERIFY(!tryMethod(customNet(kSmooth), {"masked-entropy", letters}));
    }

    void hiddenLettersAreWhatTheModelExpects()
    {
        for (const auto& net : {randomNet("gpn", {{"dim", whole(24)}, {"layers", whole(4)}}),
                                randomNet("utrbert", {{"preset", text("mini")}, {"task", text("mlm")}, {"layers", whole(2)}})}) {
            const std::string letters = randomLetters(40, 23);
            std::vector<std::int64_t> positions(40);
            std::iota(positions.begin(), positions.end(), 0);
            const torch::Tensor expected = net->maskedLetters_P4(letters, positions, {}).to(torch::kFloat64).log();
            const torch::Tensor all = values_LC(runMethod(net, {"masked-letters", letters}));
            QVERIFY(largest(all - expected) < 1e-5);
            QVERIFY(largest(all.exp().sum(1) - 1.0) < 1e-5);
            MethodRun part{"masked-letters", letters};
            part.only = data::Interval{10, 13};
            const torch::Tensor some = values_LC(runMethod(net, part));
            QVERIFY(largest(some.narrow(0, 10, 3) - all.narrow(0, 10, 3)) < 1e-5);
            QCOMPARE(largest(some.narrow(0, 0, 10)) + largest(some.narrow(0, 13, 27)), 0.0);
        }
        QVERIFY(!tryMethod(customNet(kSmooth), {"masked-letters", randomLetters(60, 1)}));
    }

    void zipcodesAreJoinedWindows()
    {
        using interpret::HiddenWindow, interpret::Zipcode;
        std::vector<HiddenWindow> windows;
        for (std::int64_t start = 0; start < 30; ++start)
            windows.push_back({{start, start + 10}, 0.001, -0.1});
        windows[3].divergence = 0.02;
        windows[5].divergence = 0.05;
        windows[16].divergence = 0.03;
        windows[4] = {{4, 14}, 0.04, 0.2};
        const auto found = interpret::zipcodes(windows, 0.01);
        QCOMPARE(found.size(), std::size_t(3));
        QVERIFY((found[0] == Zipcode{{3, 15}, true, 0.05}));
        QVERIFY((found[1] == Zipcode{{4, 14}, false, 0.04}));
        QVERIFY((found[2] == Zipcode{{16, 26}, true, 0.03}));
        QCOMPARE(interpret::separateWindows(windows, 0.01, true).size(), std::size_t(2));
        QCOMPARE(interpret::separateWindows(windows, 0.01, true).front().where.startNt, std::int64_t(5));
        QVERIFY(interpret::zipcodes(windows, 0.06).empty());
        const std::vector<double> cutoffs = interpret::zipcodeCutoffs();
        QCOMPARE(cutoffs.size(), std::size_t(100));
        QVERIFY(std::abs(cutoffs.front() - 1e-5) < 1e-15 && std::abs(cutoffs.back() - 0.05) < 1e-15);
        const std::vector<double> p = {0.5, 0.5}, q = {0.25, 0.75};
        QVERIFY(std::abs(interpret::divergence(p, q) - (0.5 * std::log(2.0) + 0.5 * std::log(2.0 / 3.0))) < 1e-12);
        QCOMPARE(interpret::divergence(p, p), 0.0);
    }

    void maskTestEqualsPredictions()
    {
        const auto net = randomNet("rnatracker", {{"length", whole(600)}});
        net->to(torch::kFloat64);
        const std::string letters = randomLetters(300, 25);
        const auto sharesOf = [&](const torch::Tensor& x_LC) {
            const c10::InferenceMode inference;
            const nn::NetInput input{{}, x_LC.unsqueeze(0).to(net->scalarType())};
            std::vector<double> shares;
            for (const data::NamedValue& share : net->prediction(net->forward(input, {}), 0).scalars)
                shares.push_back(share.value);
            return shares;
        };
        const torch::Tensor x = onehot_LC(*net, letters);
        const std::vector<double> whole300 = sharesOf(x);
        const auto dominant = std::ranges::max_element(whole300) - whole300.begin();
        const data::Attribution result = runMethod(
            net, {"zipcode", letters, {{"window", whole(100)}, {"stride", whole(100)}, {"cutoff", 0.0}, {"sweep", true}}});
        const torch::Tensor values = values_L(result);
        double positive = 0.0;
        for (std::int64_t start = 0; start < 300; start += 100) {
            torch::Tensor hidden = x.clone();
            hidden.narrow(0, start, 100).zero_();
            const std::vector<double> shares = sharesOf(hidden);
            const bool lowers = shares[std::size_t(dominant)] < whole300[std::size_t(dominant)];
            positive += lowers ? 1.0 : 0.0;
            const double effect = interpret::divergence(whole300, shares) * (lowers ? 1.0 : -1.0);
            QVERIFY(std::abs(values[start + 50].item<double>() - effect) <= 1e-6 * std::abs(effect) + 1e-12);
        }
        QCOMPARE(diagnostic(result, "positive_windows_apart") + diagnostic(result, "negative_windows_apart") >= 1.0, true);
        QVERIFY(diagnostic(result, "positive_zipcodes") <= positive);
        QVERIFY(diagnostic(result, "positive_zipcodes_at_1e-05") >= 0.0);

        const data::Attribution utr3 = runMethod(
            net, {"zipcode", letters, {{"part", text("utr3")}}, "", std::int64_t(64) << 20, {}, data::Interval{10, 150}});
        QVERIFY(largest(values_L(utr3).narrow(0, 0, 150)) == 0.0);
        QVERIFY(largest(values_L(utr3).narrow(0, 150, 150)) > 0.0);
        QVERIFY(!tryMethod(net, {"zipcode", letters, {{"part", text("utr3")}}}));
        QVERIFY(!tryMethod(customNet(kSmooth), {"zipcode", letters}));
    }
};

QObject* makeMaskingMethodTests() { return new TestMaskingMethods; }

#include "tst_masking_methods.moc"
