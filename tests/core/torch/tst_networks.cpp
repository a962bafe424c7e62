// Properties of the networks that need no golden arrays: identities, gradients, decoding details.
#include "tests/core/torch/golden_set.h"

#include "core/interpret/gradient.h"
#include "core/interpret/ism.h"
#include "core/models/beam_search.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"
#include "core/nn/packed_feed_forward.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;

namespace {

std::shared_ptr<nn::SequenceNet> makeNet(const data::OptionMap& options, std::uint64_t seed = 7)
{
    torch::manual_seed(seed);
    auto net = models::createNet("bioseq2seq", options).value();
    net->eval();
    for (torch::Tensor parameter : net->parameters())
        parameter.requires_grad_(false);
    return net;
}

data::OptionMap smallOptions(const std::string& encoder, std::int64_t window = 20, std::int64_t layers = 3)
{
    return {{"encoder", encoder},        {"d_model", std::int64_t(16)},
            {"encoder_layers", layers},  {"decoder_layers", std::int64_t(2)},
            {"d_ff", std::int64_t(32)},  {"heads", std::int64_t(4)},
            {"window", window},          {"lambda", 0.01},
            {"kernel", std::int64_t(5)}, {"dropout", 0.3}};
}

double scoreOf(nn::SequenceNet& net, std::string_view letters)
{
    const c10::InferenceMode inference;
    return net.score_N(net.forward(net.encode(letters), {}), net.parseTarget("").value()).item<double>();
}

}  // namespace

class TestNetworks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void inverseTransformUndoesTransform_data()
    {
        QTest::addColumn<int>("window");
        QTest::addColumn<int>("length");
        for (const int window : {4, 20, 50, 250}) {
            for (const int length : {1, 9, 125, 500, 1003})
                QTest::addRow("W %d, %d nt", window, length) << window << length;
        }
    }
    void inverseTransformUndoesTransform()
    {
        QFETCH(int, window);
        QFETCH(int, length);
        torch::manual_seed(1);
        const nn::StftFilter filter(window, 0.0);
        const torch::Tensor x = torch::randn({2, length, 3}, torch::kFloat64);
        QVERIFY(maxDifference(filter.inverse(filter.transform(x), length), x) < 1e-9);
    }

    void chunkedEqualsUnchunked_data()
    {
        QTest::addColumn<QString>("encoder");
        for (const char* encoder : {"lfnet", "cnn", "transformer"})
            QTest::newRow(encoder) << encoder;
    }
    void chunkedEqualsUnchunked()
    {
        QFETCH(QString, encoder);
        const auto net = makeNet(smallOptions(encoder.toStdString()));
        const std::string letters = randomLetters(700, 3);
        const c10::InferenceMode inference;
        nn::PassOptions chunked;
        chunked.rowChunkNt = 64;
        const auto whole = net->forward(net->encode(letters), {}).at("logits_NQV");
        QVERIFY(maxDifference(net->forward(net->encode(letters), chunked).at("logits_NQV"), whole) < 1e-5);
        const auto target = net->parseTarget("").value();
        const c10::InferenceMode outside(false);
        const auto gradient = interpret::inputGradient(*net, letters, target, {});
        const auto inChunks = interpret::inputGradient(*net, letters, target, chunked);
        QVERIFY(maxDifference(inChunks.gradient_LC, gradient.gradient_LC)
                <= 1e-4 * gradient.gradient_LC.abs().max().item<double>());
    }

    void gradientEqualsCentralDifferences_data() { chunkedEqualsUnchunked_data(); }
    void gradientEqualsCentralDifferences()
    {
        QFETCH(QString, encoder);
        const auto net = makeNet(smallOptions(encoder.toStdString()));
        net->to(torch::kFloat64);
        const std::string letters = randomLetters(90, 11);
        const auto target = net->parseTarget("").value();
        const torch::Tensor gradient = interpret::inputGradient(*net, letters, target, {}).gradient_LC;
        const c10::InferenceMode inference;
        const nn::NetInput input = net->onehot(net->encode(letters));
        const double step = 1e-5, scale = gradient.abs().max().item<double>();
        for (std::int64_t i = 0; i < 90; i += 7) {
            const std::int64_t channel = 2 + i % 4;
            const auto shifted = [&](double by) {
                nn::NetInput moved{{}, input.onehot_NLC.clone(), {}};
                moved.onehot_NLC[0][i][channel] += by;
                return net->score_N(net->forward(moved, {}), target).item<double>();
            };
            const double expected = (shifted(step) - shifted(-step)) / (2 * step);
            QVERIFY(std::abs(gradient[i][channel].item<double>() - expected) <= 1e-6 * scale);
        }
    }

    // The hidden layer that stays in the cache: sizes that fill neither a tile nor a part.
    void feedForwardInTheCacheIsTheFormula()
    {
        torch::manual_seed(3);
        torch::nn::Linear first(50, 301), second(301, 50);
        first->to(torch::kFloat64);
        second->to(torch::kFloat64);
        const c10::InferenceMode inference;
        const torch::Tensor in = torch::randn({700, 50}, torch::kFloat64);
        const torch::Tensor formula = second->forward(at::relu(first->forward(in)));
        const nn::PackedFeedForward<double> packed(first, second);
        const torch::Tensor out = packed.run(in, [] {});
        QVERIFY((out - formula).abs().max().item<double>() < 1e-13);
        QVERIFY(torch::equal(packed.run(in.narrow(0, 130, 101), [] {}), out.narrow(0, 130, 101)));
        QVERIFY_THROWS_EXCEPTION(nn::Cancelled, packed.run(in, [] { throw nn::Cancelled(); }));
    }

    void trainedPathEqualsFrozenPath()
    {
        const auto net = makeNet(smallOptions("lfnet"));
        const std::string letters = randomLetters(300, 5);
        const double frozen = scoreOf(*net, letters);
        for (torch::Tensor parameter : net->parameters())
            parameter.requires_grad_(true);
        const auto score = net->score_N(net->forward(net->encode(letters), {}), net->parseTarget("").value());
        QVERIFY(std::abs(score.item<double>() - frozen) < 1e-5);
        score.sum().backward();
        for (const auto& item : net->named_parameters())
            QVERIFY2(item.value().grad().defined(), item.key().c_str());
    }

    void attentionRowsSumToOne()
    {
        const auto net = makeNet(smallOptions("lfnet"));
        const c10::InferenceMode inference;
        nn::PassOptions options;
        options.keepAttention = true;
        options.decoderInput_NQ = torch::tensor({{2, 4, 16, 8}}, torch::kInt64);
        const auto outputs = net->forward(net->encode(randomLetters(400, 2)), options);
        for (const char* name : {"attention.0", "attention.1"}) {
            QCOMPARE(outputs.at(name).sizes(), at::IntArrayRef({1, 4, 4, 400}));
            QVERIFY(maxDifference(outputs.at(name).sum(-1), torch::ones({1, 4, 4})) < 1e-5);
        }
    }

    void cachedDecodingEqualsTeacherForcing()
    {
        const auto net = makeNet(smallOptions("lfnet"));
        auto& model = dynamic_cast<models::Bioseq2SeqImpl&>(*net);
        const c10::InferenceMode inference;
        const auto outputs = net->forward(net->encode(randomLetters(200, 4)), {});
        models::BeamSearch search(model, outputs.at("memory_NLD"), {}, {.beam = 3, .best = 3, .maxTokens = 25});
        while (search.advance({})) {
        }
        for (const auto& hypothesis : search.best()) {
            std::vector<std::int64_t> inputs{models::kStartId};
            inputs.insert(inputs.end(), hypothesis.ids.begin(), hypothesis.ids.end() - 1);
            const torch::Tensor logits =
                model.decode(torch::tensor(inputs, torch::kInt64).unsqueeze(0), outputs.at("memory_NLD"), {}, {});
            const torch::Tensor chosen =
                torch::log_softmax(logits[0], -1).gather(1, torch::tensor(hypothesis.ids, torch::kInt64).unsqueeze(1));
            QVERIFY(std::abs(chosen.sum().item<double>() - hypothesis.logProbability) < 1e-3);
            QVERIFY(std::abs(hypothesis.score - hypothesis.logProbability / double(hypothesis.ids.size() + 1)) < 1e-9);
        }
    }

    void mutateAndRevertIsBitEqual()
    {
        const auto net = makeNet(smallOptions("lfnet"));
        std::string letters = randomLetters(333, 8);
        const double before = scoreOf(*net, letters);
        const char own = letters[100];
        letters[100] = own == 'A' ? 'G' : 'A';
        QVERIFY(scoreOf(*net, letters) != before);
        letters[100] = own;
        QCOMPARE(scoreOf(*net, letters), before);
    }

    void ambiguityCodesHaveTheirTokens()
    {
        const auto net = makeNet(smallOptions("lfnet"));
        QCOMPARE(net->idOf('R'), std::int64_t(7));
        QCOMPARE(net->idOf('N'), std::int64_t(6));
        QCOMPARE(net->idOf('Y'), std::int64_t(6));
        QCOMPARE(net->idOf('T'), std::int64_t(5));
    }

    void targetsAreParsed()
    {
        const auto net = makeNet(smallOptions("lfnet"));
        QCOMPARE(net->parseTarget("").value().id, std::string("logit:PC-NC"));
        QCOMPARE(net->parseTarget("logit:NC-PC").value().positive, int(models::kNcId));
        QVERIFY(net->parseTarget("class:NC").value().kind == nn::Target::Kind::LogProbability);
        for (const char* wrong : {"PC", "logit:PC", "logit:PC-PC", "class:XX", "task:a"})
            QVERIFY2(!net->parseTarget(wrong), wrong);
    }

    void wrongOptionsAreNamed()
    {
        QVERIFY(models::createNet("bioseq2seq", {{"d_model", std::int64_t(30)}}).error().message().find("heads")
                != std::string::npos);
        QVERIFY(!models::createNet("bioseq2seq", {{"depth", std::int64_t(3)}}));
        QVERIFY(models::createNet("nothing", {}).error().message().find("bioseq2seq") != std::string::npos);
    }

    void weightsThatDoNotFitAreNamed()
    {
        const auto net = makeNet(smallOptions("lfnet"));
        models::StateDict state = models::stateOf(*net);
        QVERIFY(state.contains("encoder.fnet.0.global_filter.real"));
        state["encoder.fnet.0.stft.window"] = torch::ones({20});
        QVERIFY(models::applyState(*net, state).has_value());
        state.erase("decoder.layer_norm.bias");
        state["extra"] = torch::ones({1});
        state["generator.proj.bias"] = torch::ones({3});
        const std::string message = models::applyState(*net, state).error().message();
        for (const char* name : {"decoder.layer_norm.bias", "extra", "generator.proj.bias"})
            QVERIFY2(message.find(name) != std::string::npos, message.c_str());
    }

    void peptidesAreAlignedToTheirOrf()
    {
        const std::string letters = "CCATGGCTTGGTAACC";  // frame 2: ATG GCT TGG TAA
        QCOMPARE(models::exactOrf(letters, "MAW", true), std::optional(data::Interval{2, 14}));
        QCOMPARE(models::exactOrf(letters, "MA", true), std::optional<data::Interval>());
        QCOMPARE(models::exactOrf(letters, "MA", false), std::optional(data::Interval{2, 8}));
        QCOMPARE(models::exactOrf(letters, "", true), std::optional<data::Interval>());
    }

    void stopTokenEndsAPass()
    {
        const auto net = makeNet(smallOptions("lfnet"));
        std::stop_source source;
        source.request_stop();
        nn::PassOptions options;
        options.stop = source.get_token();
        const std::string letters = randomLetters(100, 1);
        QVERIFY_THROWS_EXCEPTION(nn::Cancelled, net->forward(net->encode(letters), options));
        QVERIFY_THROWS_EXCEPTION(nn::Cancelled,
                                 interpret::inputGradient(*net, letters, net->parseTarget("").value(), options));
    }

    void rowsAreComputedFromTheVisibleWindowOutwards()
    {
        const auto rows = interpret::rowOrder({0, 200}, data::Interval{100, 110});
        QCOMPARE(rows.size(), std::size_t(200));
        QCOMPARE(rows.front(), std::int64_t(100));
        QCOMPARE(rows[9], std::int64_t(109));
        std::int64_t farthest = 0;
        for (const std::int64_t row : rows) {
            const std::int64_t distance = row < 100 ? 100 - row : row - 109;
            QVERIFY(distance >= farthest - 16);
            farthest = std::max(farthest, distance);
        }
    }
};

QObject* makeNetworkTests() { return new TestNetworks; }

#include "tst_networks.moc"
