// Lists of layers: blocks with Keras' conventions, plans, and what every architecture made of them must do.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/interpret/gradient.h"
#include "core/models/model_zoo.h"
#include "core/nn/layer_stack.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;
using data::OptionMap;

namespace {

/// Small forms of every architecture that is a list of layers, and of GPN.
struct Mini {
    const char* name;
    const char* architecture;
    OptionMap options;
};
const std::vector<Mini>& minis()
{
    static const std::vector<Mini> list = {
        {"basenji", "basenji", {{"filters", whole(16)}, {"final_filters", whole(24)}, {"tasks", text("a,b")}}},
        {"basenji per base", "basenji", {{"filters", whole(8)}, {"residual_blocks", whole(3)}, {"bin_size", whole(1)},
                                         {"final_filters", whole(16)}, {"tasks", text("a,b")}}},
        {"basenjimod", "basenji", {{"variant", text("mod")}, {"filters", whole(8)}, {"tower_filters", whole(16)},
                                   {"residual_filters", whole(8)}, {"final_filters", whole(16)}, {"tasks", text("a")}}},
        {"basenji w1_b64", "basenji", {{"variant", text("w1_b64")}, {"filters", whole(8)}, {"tower_filters", whole(16)},
                                       {"residual_filters", whole(8)}, {"final_filters", whole(16)},
                                       {"tasks", text("a")}}},
        {"basenji binary", "basenji",
         {{"variant", text("binary")}, {"filters", whole(16)}, {"final_filters", whole(24)},
          {"end_activation", text("exponential")}}},
        {"bpnet", "bpnet", {{"filters", whole(12)}, {"tasks", text("a,b,c")}}},
        {"ori_bpnet", "bpnet", {{"variant", text("ori_bpnet")}, {"filters", whole(12)}, {"bin_size", whole(8)}}},
        {"cnn single", "cnn-profile", {{"filters", text("8,12,16")}, {"dense", whole(16)}, {"bin_size", whole(32)},
                                       {"head_filters", whole(12)}}},
        {"cnn task", "cnn-profile", {{"filters", text("8,12,16")}, {"dense", whole(16)}, {"bin_size", whole(64)},
                                     {"head_filters", whole(12)}, {"task_filters", whole(6)}, {"head", text("task")},
                                     {"activation", text("exponential")}}},
        {"cnn binary", "cnn-profile", {{"filters", text("8,12,16")}, {"dense", whole(16)}, {"head", text("binary")}}},
        {"residualbind single", "residualbind", {{"filters", text("8,10,12")}, {"dense", whole(16)},
                                                 {"bin_size", whole(128)}, {"head_filters", whole(12)}}},
        {"residualbind task", "residualbind",
         {{"filters", text("8,10,12")}, {"dense", whole(16)}, {"head", text("task")}, {"bin_size", whole(32)},
          {"head_filters", whole(12)}, {"task_filters", whole(4)}}},
        {"residualbind binary", "residualbind", {{"filters", text("8,10,12")}, {"dense", whole(16)},
                                                 {"head", text("binary")}}},
        {"residualbind-32", "residualbind-32", {{"filters", text("8,10,12")}, {"head_filters", whole(12)}}},
        {"basset", "basset", {{"filters", text("12,10,8")}, {"dense", whole(24)}}},
        {"mpra cnn", "mpra-cnn", {{"filters", text("12,16")}, {"dense", text("24,12")}}},
        {"mpra residualbind", "mpra-cnn", {{"form", text("residualbind")}, {"filters", text("12,16")},
                                           {"dense", text("24,12")}}},
        {"mpra resnet", "mpra-cnn", {{"form", text("resnet")}, {"filters", text("12,16")}, {"dense", text("24,12")}}},
        {"mprann", "mprann", {{"filters", text("16,14,12,10")}, {"dense", text("24,12")}}},
        {"peak", "peak-cnn", {{"filters", text("8,10,12")}, {"dense", whole(16)}}},
        {"insert", "insert-cnn", {{"filters", text("12,16")}, {"dense", whole(16)}, {"reduce", whole(6)}}},
        {"rbp", "rbp-net", {{"filters", text("12,16")}, {"dense", whole(16)}}},
        {"gpn", "gpn", {{"dim", whole(24)}, {"layers", whole(8)}}},
        {"custom", "custom", {}},
        {"custom, any length", "custom",
         {{"layers", text(R"({"head": {"kind": "profile", "names": ["a", "b"]}, "layers": [
             {"type": "conv", "filters": 8, "kernel": 9}, {"type": "activation", "function": "relu"},
             {"type": "maxpool", "width": 3, "padding": "same"},
             {"type": "dilated_residual", "filters": 8, "dilations": [1, 2]},
             {"type": "bilstm", "units": 5}, {"type": "dense", "units": 2}]})")}}},
    };
    return list;
}

/// Applies a check to the mini of the current row.
void addMinis()
{
    QTest::addColumn<int>("mini");
    for (std::size_t i = 0; i < minis().size(); ++i)
        QTest::newRow(minis()[i].name) << int(i);
}

std::shared_ptr<nn::SequenceNet> makeMini(int index)
{
    return randomNet(minis()[std::size_t(index)].architecture, minis()[std::size_t(index)].options);
}

const char* fault(const std::string& found, const std::string& where)
{
    static std::string kept;
    kept = found.empty() ? std::string() : where + ": " + found;
    return kept.c_str();
}

}  // namespace

class TestStackNets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyNetPredicts_data() { addMinis(); }
    void everyNetPredicts()
    {
        QFETCH(int, mini);
        const auto net = makeMini(mini);
        for (const std::int64_t length : {1, 173, 230, 2048, 2500}) {
            std::string letters = randomLetters(length, std::uint64_t(length));
            letters[letters.size() / 2] = 'N';
            letters.back() = 'U';
            QVERIFY2(predictionFault(*net, letters).empty(),
                     fault(predictionFault(*net, letters), std::to_string(length) + " nt"));
        }
        const std::string real = realLetters(2048);
        if (real.empty())
            QSKIP("random letters passed; NSCOPE_SHARED_DIR has no genome");
        QVERIFY2(predictionFault(*net, real).empty(), fault(predictionFault(*net, real), "real letters"));
        QVERIFY2(mutagenesisFault(net, real).empty(), fault(mutagenesisFault(net, real), "real letters"));
        QVERIFY2(gradientFault(*net, real).empty(), fault(gradientFault(*net, real), "real letters"));
    }

    void gradientsReachTheLetters_data() { addMinis(); }
    void gradientsReachTheLetters()
    {
        QFETCH(int, mini);
        const auto net = makeMini(mini);
        for (const std::int64_t length : {100, 230, 2300}) {
            const std::string found = gradientFault(*net, randomLetters(length, 7));
            QVERIFY2(found.empty(), fault(found, std::to_string(length) + " nt"));
        }
    }

    void batchEqualsSingle_data() { addMinis(); }
    void batchEqualsSingle()
    {
        QFETCH(int, mini);
        const auto net = makeMini(mini);
        const std::string found = batchFault(*net, {randomLetters(200, 1), randomLetters(64, 2), randomLetters(2100, 3),
                                                    randomLetters(200, 4), randomLetters(1, 5)});
        QVERIFY2(found.empty(), found.c_str());
    }

    void diagramEndsWithTheOutput_data() { addMinis(); }
    void diagramEndsWithTheOutput()
    {
        QFETCH(int, mini);
        const auto net = makeMini(mini);
        const std::vector<nn::Stage> stages = net->stages(300);
        QVERIFY(stages.size() >= 3);
        for (const nn::Stage& stage : stages) {
            QVERIFY(!stage.name.empty());
            QCOMPARE(stage.shape.front(), std::int64_t(1));
        }
        nn::PassOptions pass;
        pass.keepHidden = true;
        const c10::InferenceMode inference;
        const nn::NamedTensors outputs = net->forward(net->encode(randomLetters(300, 3)), pass);
        QVERIFY(net->spec().outputs.embeddings);
        QCOMPARE(outputs.at("embedding_ND").dim(), std::int64_t(2));
        QVERIFY(outputs.contains("hidden.0"));
    }

    void specsAreComplete()
    {
        for (const models::Family& family : models::modelZoo()) {
            const engine::ModelSpec& spec = family.spec;
            QVERIFY2(!spec.name.empty() && !spec.help.empty() && !spec.citation.empty(), spec.architecture.c_str());
            QVERIFY2(!spec.targets.empty(), spec.architecture.c_str());
        }
    }

    // An embedding stands for the letters: the prediction follows it, and gradients to letters are zero.
    void embeddingHeads_data()
    {
        QTest::addColumn<QString>("form");
        QTest::addColumn<int>("positions");
        QTest::newRow("ridge") << "ridge" << 1;
        QTest::newRow("ridge on two positions") << "ridge" << 2;
        QTest::newRow("mlp") << "mlp" << 1;
        QTest::newRow("cnn") << "cnn" << 60;
    }
    void embeddingHeads()
    {
        QFETCH(QString, form);
        QFETCH(int, positions);
        const auto net = randomNet("embedding-head", {{"form", form.toStdString()}, {"positions", whole(positions)},
                                                      {"embedding_dim", whole(6)}, {"filters", text("8,8")},
                                                      {"dense", text("12,8")}, {"reduce", whole(5)}});
        data::FeatureMap features;
        features["embedding"].assign(std::size_t(6 * positions), 0.25f);
        const std::string letters = randomLetters(60, 2);
        QVERIFY2(predictionFault(*net, letters, features).empty(), "prediction");
        QVERIFY2(mutagenesisFault(net, letters, features).empty(), "mutagenesis");
        const auto target = net->parseTarget("").value();
        const auto first = interpret::inputGradient(*net, letters, target, {}, features);
        QCOMPARE(first.gradient_LC.abs().max().item<double>(), 0.0);
        features["embedding"].front() = 2.0f;
        QVERIFY(interpret::inputGradient(*net, letters, target, {}, features).score != first.score);
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, net->encode(letters, {}));
        QVERIFY(net->stages(60).size() >= 2);
    }

    // Pooling, odd kernels and transposed convolutions against sums written out by hand from Keras' rules.
    void kerasPooling()
    {
        const torch::Tensor x = torch::tensor({3.0, -1.0, 4.0, -1.0, -5.0, -9.0, -2.0}).reshape({1, 1, 7});
        const auto values = [](const torch::Tensor& t) { return t.flatten(); };
        QVERIFY(maxDifference(values(nn::maxPooled(x, 3)), torch::tensor({4.0, -1.0})) == 0.0);
        // 7 positions in windows of 3: two are missing, one before and one after.
        QVERIFY(maxDifference(values(nn::maxPooled(x, 3, nn::Padding::Same)), torch::tensor({3.0, 4.0, -2.0})) == 0.0);
        QVERIFY(maxDifference(values(nn::averagePooled(x, 3, nn::Padding::Same)),
                              torch::tensor({1.0, -2.0 / 3.0, -5.5})) < 1e-6);
        QVERIFY(maxDifference(values(nn::averagePooled(x, 2)), torch::tensor({1.0, 1.5, -7.0})) < 1e-6);
    }

    void transposedConvolutionIsTheGradientOfAConvolution()
    {
        // Keras crops a transposed convolution so that it is the gradient of the "same" convolution of that stride.
        using Sizes = std::pair<std::int64_t, std::int64_t>;
        for (const auto& [kernel, stride] : {Sizes{5, 2}, Sizes{7, 1}, Sizes{4, 1}, Sizes{2, 2}, Sizes{4, 3}}) {
            torch::manual_seed(4);
            const auto conv = nn::makeTransposedConv({.in = 3, .out = 2, .kernelNt = kernel, .bias = false}, stride);
            const std::int64_t positions = 6, fine = positions * stride;
            const torch::Tensor small = torch::randn({1, 3, positions});
            const torch::Tensor large = torch::randn({1, 2, fine}).requires_grad_(true);
            const std::int64_t missing = (positions - 1) * stride + kernel - fine;
            const torch::Tensor padded = torch::constant_pad_nd(large, {missing / 2, missing - missing / 2});
            const torch::Tensor down = at::conv1d(padded, conv->weight.detach(), {}, stride);
            const torch::Tensor expected = torch::autograd::grad({(down * small).sum()}, {large}).front();
            QVERIFY(maxDifference(nn::transposedConvolved(small, conv).detach(), expected) < 1e-5);
        }
    }

    void chunkedConvolutionEqualsWhole()
    {
        torch::manual_seed(5);
        for (const nn::Padding padding : {nn::Padding::Same, nn::Padding::Valid}) {
            const auto conv = nn::makeConv({.in = 3, .out = 4, .kernelNt = 6, .dilation = 5});
            const torch::Tensor x = torch::randn({2, 3, 103});
            int polls = 0;
            const torch::Tensor pieces = nn::convolvedInChunks(x, conv, padding, 10, [&] { ++polls; });
            QVERIFY(maxDifference(pieces.detach(), nn::convolved(x, conv, padding).detach()) < 1e-5);
            QVERIFY(polls >= 7);
        }
    }

    void initialWeightsHaveTheirSpread_data()
    {
        QTest::addColumn<int>("initial");
        QTest::addColumn<double>("deviation");
        QTest::addColumn<double>("largest");
        const double in = 20 * 7, out = 50 * 7;
        const auto row = [](const char* name, nn::InitialWeights initial, double deviation, double largest) {
            QTest::newRow(name) << int(initial) << deviation << largest;
        };
        const double cut = 2.0 / 0.87962566103423978;  // deviations that the cut normal reaches
        row("glorot uniform", nn::InitialWeights::GlorotUniform, std::sqrt(2.0 / (in + out)),
            std::sqrt(6.0 / (in + out)));
        row("glorot normal", nn::InitialWeights::GlorotNormal, std::sqrt(2.0 / (in + out)),
            cut * std::sqrt(2.0 / (in + out)));
        row("he uniform", nn::InitialWeights::HeUniform, std::sqrt(2.0 / in), std::sqrt(6.0 / in));
        row("he normal", nn::InitialWeights::HeNormal, std::sqrt(2.0 / in), cut * std::sqrt(2.0 / in));
    }
    void initialWeightsHaveTheirSpread()
    {
        QFETCH(int, initial);
        QFETCH(double, deviation);
        QFETCH(double, largest);
        torch::manual_seed(6);
        auto conv = nn::makeConv({.in = 20, .out = 50, .kernelNt = 7});
        nn::initialise(*conv, nn::InitialWeights(initial));
        QVERIFY(std::abs(conv->weight.std().item<double>() / deviation - 1.0) < 0.03);
        const double reached = conv->weight.abs().max().item<double>();
        QVERIFY(reached <= largest * 1.0001 && reached > 0.97 * largest);
        QCOMPARE(conv->bias.abs().max().item<double>(), 0.0);
    }

    void receptiveFieldIsWhatGradientsReach()
    {
        const auto net = randomNet("bpnet", {{"tasks", text("a")}, {"filters", whole(4)}, {"layers", whole(3)},
                                             {"length", whole(256)}, {"bin_size", whole(4)}});
        const auto target = net->parseTarget("task:a@129-132").value();  // one bin
        const torch::Tensor gradient_LC =
            interpret::inputGradient(*net, randomLetters(256, 8), target, {}).gradient_LC;
        const torch::Tensor reached = gradient_LC.abs().sum(1).gt(0).nonzero().flatten();
        const std::int64_t width = (reached.max() - reached.min()).item<std::int64_t>() + 1;
        // 25 + 2·(2 + 4 + 8) of the trunk, 6 of the head, 3 of the bin.
        QCOMPARE(net->spec().input.receptiveFieldNt, std::int64_t(25 + 28 + 6 + 3));
        QVERIFY(width <= net->spec().input.receptiveFieldNt && width > net->spec().input.receptiveFieldNt / 2);
    }

    void trainingUpdatesAndDropsOut()
    {
        torch::manual_seed(12);
        const auto net = models::createNet("peak-cnn", {{"filters", text("8,10,12")}, {"dense", whole(16)}}).value();
        const std::string a = randomLetters(200, 1), b = randomLetters(200, 2);
        const std::vector<std::string_view> letters{a, b};
        net->train();
        const auto once = net->forward(net->encode(letters), {}).at("logits_NK");
        const auto again = net->forward(net->encode(letters), {}).at("logits_NK");
        QVERIFY(maxDifference(once.detach(), again.detach()) > 0.0);  // other units are dropped
        once.sum().backward();
        for (const auto& item : net->named_parameters())
            QVERIFY2(item.value().grad().defined(), item.key().c_str());
        net->eval();
        const auto still = net->forward(net->encode(letters), {}).at("logits_NK");
        QVERIFY(maxDifference(still.detach(), net->forward(net->encode(letters), {}).at("logits_NK").detach()) == 0.0);
    }
};

QObject* makeStackNetTests() { return new TestStackNets; }

#include "tst_stack_nets.moc"
