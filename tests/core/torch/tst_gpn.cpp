// GPN: the authors' names, hidden letters, padding.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/models/gpn.h"
#include "core/models/weights.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;

namespace {

std::shared_ptr<nn::SequenceNet> mini()
{
    return randomNet("gpn", {{"dim", std::int64_t(16)}, {"layers", std::int64_t(7)}});
}

std::vector<std::int64_t> allPositions(const std::string& letters)
{
    std::vector<std::int64_t> positions(letters.size());
    std::iota(positions.begin(), positions.end(), 0);
    return positions;
}

}  // namespace

class TestGpn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void weightsCarryTheAuthorsNames()
    {
        const models::StateDict state = models::stateOf(*mini());
        QCOMPARE(state.size(), std::size_t(7 * 8 + 6));
        for (const char* name : {"model.encoder.0.conv.1.weight", "model.encoder.6.conv.4.bias",
                                 "model.encoder.3.ffn.0.weight", "model.encoder.3.ffn.2.weight", "cls.decoder.0.bias",
                                 "cls.decoder.2.weight", "cls.decoder.3.weight"})
            QVERIFY2(state.contains(name), name);
        QCOMPARE(state.at("model.encoder.0.conv.1.weight").sizes(), at::IntArrayRef({16, 16, 9}));
        QCOMPARE(state.at("cls.decoder.3.weight").sizes(), at::IntArrayRef({7, 16}));
    }

    // The blocks written out with LibTorch's own functions.
    void passEqualsThePublishedFormula()
    {
        const auto net = mini();
        const models::StateDict w = models::stateOf(*net);
        const std::string letters = "ACGTNACCGTTAGCATTGACCAGTNNGATTACA";
        const c10::InferenceMode inference;
        torch::Tensor tokens = torch::zeros({1, std::int64_t(letters.size())}, torch::kInt64);
        for (std::size_t i = 0; i < letters.size(); ++i) {
            const auto base = std::string_view("ACGT").find(letters[i]);
            tokens[0][std::int64_t(i)] = base == std::string_view::npos ? 2 : std::int64_t(3 + base);
        }
        torch::Tensor x = torch::one_hot(tokens, 16).to(torch::kFloat32);
        const auto norm = [&](const torch::Tensor& t, const std::string& name) {
            return at::layer_norm(t, {16}, w.at(name + ".weight"), w.at(name + ".bias"));
        };
        const auto linear = [&](const torch::Tensor& t, const std::string& name) {
            return at::linear(t, w.at(name + ".weight"), w.at(name + ".bias"));
        };
        for (int i = 0; i < 7; ++i) {
            const std::string block = "model.encoder." + std::to_string(i);
            const std::int64_t dilation = std::int64_t(1) << (i % 6);
            const torch::Tensor conv = at::conv1d(x.transpose(1, 2), w.at(block + ".conv.1.weight"),
                                                  w.at(block + ".conv.1.bias"), 1, at::IntArrayRef{4 * dilation},
                                                  dilation);
            x = x + norm(at::gelu(conv.transpose(1, 2)), block + ".conv.4");
            x = x + norm(at::gelu(linear(x, block + ".ffn.0")), block + ".ffn.2");
        }
        const torch::Tensor logits =
            linear(norm(at::gelu(linear(x, "cls.decoder.0")), "cls.decoder.2"), "cls.decoder.3");
        const auto outputs = net->forward(net->encode(letters), {});
        QVERIFY(maxDifference(outputs.at("logits_NLV"), logits) < 1e-4);
        const torch::Tensor bases = at::softmax(logits.narrow(2, 3, 4), 2);
        QVERIFY(maxDifference(outputs.at("profile_NBT"), bases) < 1e-5);
    }

    void hiddenLettersCannotBeSeen()
    {
        const auto net = mini();
        std::string letters = randomLetters(150, 4);
        const std::vector<std::int64_t> asked{70, 3, 149};
        const torch::Tensor before = net->maskedLetters_P4(letters, asked, {});
        QCOMPARE(before.sizes(), at::IntArrayRef({3, 4}));
        QVERIFY(maxDifference(before.sum(1), torch::ones({3})) < 1e-5);
        letters[70] = letters[70] == 'A' ? 'T' : 'A';
        const torch::Tensor after = net->maskedLetters_P4(letters, asked, {});
        QVERIFY(maxDifference(after[0], before[0]) < 1e-6);   // its own letter is hidden
        QVERIFY(maxDifference(after[1], before[1]) > 1e-6);   // but the others see it
    }

    void positionsDoNotDependOnTheirBatch()
    {
        const auto net = mini();
        const std::string letters = randomLetters(400, 6);
        const torch::Tensor all = net->maskedLetters_P4(letters, allPositions(letters), {});
        QCOMPARE(all.size(0), std::int64_t(400));
        for (const std::int64_t position : {0, 199, 399}) {
            const torch::Tensor one = net->maskedLetters_P4(letters, std::array{position}, {});
            QVERIFY(maxDifference(all[position], one[0]) < 1e-5);
        }
        QCOMPARE(net->maskedLetters_P4(letters, {}, {}).size(0), std::int64_t(0));
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument,
                                 net->maskedLetters_P4(letters, std::array{std::int64_t(400)}, {}));
    }

    void chunkedEqualsUnchunked()
    {
        const auto net = mini();
        const c10::InferenceMode inference;
        const nn::NetInput input = net->encode(randomLetters(500, 9));
        nn::PassOptions chunked;
        chunked.rowChunkNt = 64;
        QVERIFY(maxDifference(net->forward(input, chunked).at("logits_NLV"), net->forward(input, {}).at("logits_NLV"))
                < 1e-4);
    }

    void embeddingIsTheMeanOfTheLastLayer()
    {
        const auto net = mini();
        const c10::InferenceMode inference;
        nn::PassOptions keep;
        keep.keepHidden = true;
        const std::string a = randomLetters(90, 1), b = randomLetters(40, 2);
        const std::vector<std::string_view> both{a, b};
        const auto together = net->forward(net->encode(both), keep);
        QCOMPARE(together.at("hidden.7").sizes(), at::IntArrayRef({2, 90, 16}));
        const auto alone = net->forward(net->encode(b), keep);
        QVERIFY(maxDifference(alone.at("embedding_ND")[0], alone.at("hidden.7")[0].mean(0)) < 1e-5);
        QVERIFY(maxDifference(together.at("embedding_ND")[1], alone.at("embedding_ND")[0]) < 1e-4);
    }

    void stopsWhenAsked()
    {
        const auto net = mini();
        std::stop_source stop;
        stop.request_stop();
        nn::PassOptions options;
        options.stop = stop.get_token();
        QVERIFY_THROWS_EXCEPTION(nn::Cancelled, net->forward(net->encode(randomLetters(100, 1)), options));
    }
};

QObject* makeGpnTests() { return new TestGpn; }

#include "tst_gpn.moc"
