// Robust predictions over shifted windows, and the spread under dropout.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/method_rig.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/torch_module/predict_job.h"
#include "core/torch_module/prediction_spread.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;
using data::OptionMap;

namespace {

constexpr const char* kProfile = R"({"length": 40, "head": {"kind": "profile", "names": ["a", "b"]}, "layers": [
    {"type": "conv", "filters": 4, "kernel": 5}, {"type": "activation", "function": "softplus"},
    {"type": "maxpool", "width": 4}, {"type": "dense", "units": 2}, {"type": "activation", "function": "softplus"}]})";

constexpr const char* kDropout = R"({"length": 60, "head": {"kind": "classes", "names": ["a", "b"]}, "layers": [
    {"type": "conv", "filters": 6, "kernel": 7}, {"type": "batchnorm"}, {"type": "activation", "function": "relu"},
    {"type": "dropout", "rate": 0.5}, {"type": "globalpool"}, {"type": "dense", "units": 2}]})";

torch_module::PredictOrder orderOf(const std::shared_ptr<nn::SequenceNet>& net, const std::vector<std::string>& letters,
                                   const OptionMap& options)
{
    torch_module::PredictOrder order{net, "hash", {}, engine::completeOptions(options, torch_module::predictOptions()).value()};
    for (const std::string& sequence : letters) {
        data::Transcript transcript;
        transcript.sequence = {"t", "", sequence, data::Alphabet::Dna};
        order.transcripts.push_back(std::make_shared<const data::Transcript>(std::move(transcript)));
    }
    return order;
}

std::vector<data::Prediction> predicted(const std::shared_ptr<nn::SequenceNet>& net,
                                        const std::vector<std::string>& letters, const OptionMap& options = {})
{
    const auto order = orderOf(net, letters, options);
    if (const auto possible = torch_module::checkPrediction(order); !possible)
        throw std::runtime_error(possible.error().sentence());
    torch_module::PredictJob job(order);
    std::vector<data::Prediction> result(letters.size());
    for (;;) {
        const auto report = job.step({});
        for (const engine::Delivery& delivery : report->deliveries)
            result[delivery.transcript] = *std::get<std::shared_ptr<const data::Prediction>>(delivery.payload);
        if (report->finished)
            return result;
    }
}

double valueOf(const std::vector<data::NamedValue>& values, const std::string& name)
{
    for (const data::NamedValue& value : values) {
        if (value.name == name)
            return value.value;
    }
    throw std::runtime_error("There is no value " + name + ".");
}

}  // namespace

class TestPredictionSpread : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void meansAndDeviations()
    {
        const std::vector<data::Prediction> two = {
            {.modelHash = "h", .classProbabilities = {{"p_a", 0.2}, {"p_b", 0.8}}, .scalars = {{"x", 1.0}},
             .predictedClass = "b", .profiles = {{0, 2, {"t"}, {1, 2, 3}}}, .translations = {}},
            {.modelHash = "h", .classProbabilities = {{"p_a", 0.9}, {"p_b", 0.1}}, .scalars = {{"x", 3.0}},
             .predictedClass = "a", .profiles = {{3, 2, {"t"}, {5, 6, 7}}}, .translations = {}}};
        const data::Prediction mean = torch_module::meanPrediction(two);
        QVERIFY(std::abs(mean.classProbabilities.front().value - 0.55) < 1e-12);
        QCOMPARE(mean.predictedClass, std::string("a"));
        QCOMPARE(mean.scalars.front().value, 2.0);
        QVERIFY((mean.profiles.front() == data::Track{3, 1, {"t"}, {3.5f, 4.0f, 4.5f}}));
        const auto spread = torch_module::spread(two, "shift_");
        QVERIFY(std::abs(valueOf(spread, "p_a_sd") - 0.7 / std::sqrt(2.0)) < 1e-12);
        QVERIFY(std::abs(valueOf(spread, "x_sd") - std::sqrt(2.0)) < 1e-12);
        // Differences of 3, 2 and 3 around means of 3.5, 4 and 4.5.
        QVERIFY(std::abs(valueOf(spread, "shift_variation_t") - 8.0 / std::sqrt(2.0) / 12.0) < 1e-12);
    }

    /// Of a sequence one letter longer than the window there are two windows.
    void shiftedWindowsAreAveraged()
    {
        const auto net = customNet(kKinked);
        const std::string letters = randomLetters(61, 5);
        const double first = scoreOf(*net, letters.substr(0, 60)), second = scoreOf(*net, letters.substr(1));
        const auto robust = predicted(net, {letters, letters}, {{"shifts", whole(9)}, {"seed", whole(2)}});
        const double mean = valueOf(robust[0].scalars, "y");
        const double firsts = 9.0 * (mean - second) / (first - second);
        QVERIFY(std::abs(firsts - std::round(firsts)) < 1e-6 && firsts > 0.5 && firsts < 8.5);
        const double n = std::round(firsts), share = n / 9.0;
        const double deviation = std::abs(first - second) * std::sqrt(share * (1.0 - share) * 9.0 / 8.0);
        QVERIFY(std::abs(valueOf(robust[0].scalars, "y_sd") - deviation) < 1e-9);
        QVERIFY(robust[0] == robust[1]);
    }

    void profilesAreAveragedWhereAllWindowsReach()
    {
        const auto net = customNet(kProfile);
        const std::string letters = randomLetters(41, 6);
        const auto windows = predicted(net, {letters.substr(0, 40), letters.substr(1)});
        const data::Prediction robust = predicted(net, {letters}, {{"shifts", whole(6)}, {"seed", whole(1)}}).front();
        const data::Track& track = robust.profiles.front();
        QCOMPARE(track.binNt, std::int64_t(1));
        QCOMPARE(track.startNt, std::int64_t(1));
        QCOMPARE(track.binCount(), std::int64_t(39));
        const auto at = [&](std::size_t window, std::size_t row, std::int64_t position) {
            const data::Track& whole40 = windows[window].profiles.front();
            return double(whole40.at(row, whole40.binOf(position - std::int64_t(window))));
        };
        const double share = (track.at(0, 4) - at(1, 0, 5)) / (at(0, 0, 5) - at(1, 0, 5));
        QVERIFY(share > 0.0 && share < 1.0);
        for (std::size_t row = 0; row < 2; ++row) {
            for (std::int64_t i = 1; i < 40; ++i)
                QVERIFY(std::abs(track.at(row, i - 1) - (share * at(0, row, i) + (1.0 - share) * at(1, row, i))) < 1e-4);
        }
        QVERIFY(valueOf(robust.scalars, "shift_variation_a") > 0.0);
    }

    void dropoutSpreadsAndLeavesNothingBehind()
    {
        const auto net = customNet(kDropout);
        const std::string letters = randomLetters(60, 7);
        const data::Prediction plain = predicted(net, {letters}).front();
        torch::NoGradGuard noGrad;
        std::map<std::string, torch::Tensor> buffers;
        for (const auto& buffer : net->named_buffers())
            buffers[buffer.key()] = buffer.value().clone();
        const auto spread = [&](std::int64_t seed) {
            return predicted(net, {letters}, {{"dropout", whole(20)}, {"seed", seed}}).front();
        };
        const data::Prediction once = spread(1);
        QVERIFY(once.classProbabilities == plain.classProbabilities);
        QVERIFY(valueOf(once.scalars, "p_a_sd") > 1e-4);
        QVERIFY(once == spread(1));
        QVERIFY(valueOf(once.scalars, "p_a_sd") != valueOf(spread(2).scalars, "p_a_sd"));
        QVERIFY(!net->is_training());
        QVERIFY(predicted(net, {letters}).front() == plain);
        for (const auto& buffer : net->named_buffers())
            QVERIFY2(torch::equal(buffer.value(), buffers.at(buffer.key())), buffer.key().c_str());
        const auto steady = predicted(customNet(kSmooth), {letters}, {{"dropout", whole(5)}}).front();
        QVERIFY(valueOf(steady.scalars, "y_sd") < 1e-12);
    }

    void impossibleSpreadsAreRefused()
    {
        const auto fixed = customNet(kKinked);
        const auto anyLength = randomNet("bioseq2seq", {{"d_model", whole(8)}, {"encoder_layers", whole(1)},
                                                        {"decoder_layers", whole(1)}, {"d_ff", whole(8)},
                                                        {"heads", whole(2)}, {"window", whole(20)}});
        const auto refused = [](const auto& net, std::int64_t length, const OptionMap& options) {
            return !torch_module::checkPrediction(orderOf(net, {randomLetters(length, 1)}, options)).has_value();
        };
        QVERIFY(refused(anyLength, 100, {{"shifts", whole(3)}}));
        QVERIFY(refused(fixed, 60, {{"shifts", whole(3)}}));
        QVERIFY(refused(fixed, 80, {{"shifts", whole(1)}}));
        QVERIFY(refused(fixed, 80, {{"shifts", whole(3)}, {"dropout", whole(3)}}));
        QVERIFY(!refused(fixed, 80, {{"shifts", whole(3)}}));
        QVERIFY(!refused(anyLength, 80, {{"dropout", whole(3)}}));
    }
};

QObject* makePredictionSpreadTests() { return new TestPredictionSpread; }

#include "tst_prediction_spread.moc"
