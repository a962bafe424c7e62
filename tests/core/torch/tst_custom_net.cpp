// The user's own network: golden convolution nets written as JSON, and descriptions that must be refused.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/interpret/gradient.h"
#include "core/interpret/ism.h"
#include "core/models/custom_net.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"

#include <QtTest>

#include <regex>

using namespace nscope;
using namespace nscope::tests;

namespace {

/// The convolution net of both golden sets.
std::string convnet(int lengthNt, int filters)
{
    return R"({"length": )" + std::to_string(lengthNt) + R"(, "head": {"kind": "values", "names": ["y"]}, "layers": [
        {"type": "conv", "name": "conv1", "filters": )" + std::to_string(filters) + R"(, "kernel": 7,
         "padding": "valid"},
        {"type": "activation", "function": "relu"},
        {"type": "maxpool", "width": 2},
        {"type": "conv", "name": "conv2", "filters": )" + std::to_string(filters) + R"(, "kernel": 5, "dilation": 2,
         "padding": "valid"},
        {"type": "activation", "function": "relu"},
        {"type": "globalpool"},
        {"type": "dense", "name": "fc", "units": 1}]})";
}

/// The BPNet-like stack of ism_500nt.
std::string dilatedStack()
{
    std::string layers = R"({"type": "conv", "name": "stem", "filters": 64, "kernel": 21},
                            {"type": "activation", "function": "relu"})";
    for (int i = 0; i < 5; ++i)
        layers += R"(, {"type": "residual", "name": "layers)" + std::to_string(i) + R"(", "layers": [
                       {"type": "conv", "name": "conv", "filters": 64, "kernel": 3, "dilation": )"
                + std::to_string(2 << i) + R"(}, {"type": "activation", "function": "relu"}]})";
    return R"({"length": 500, "head": {"kind": "values", "names": ["y"]}, "layers": [)" + layers
         + R"(, {"type": "globalpool"}, {"type": "dense", "name": "fc", "units": 1}]})";
}

/// A network of a description with the golden weights of a prefix.
std::shared_ptr<nn::SequenceNet> goldenNet(const std::string& json, const Arrays& weights, const std::string& prefix)
{
    const auto net = randomNet("custom", {{"layers", json}});
    models::StateDict state;
    for (const auto& [name, array] : weights) {
        if (name.starts_with(prefix))
            state[std::regex_replace(name.substr(prefix.size()), std::regex("^layers\\.(\\d)\\."), "layers$1.conv.")] =
                array.to(torch::kFloat32);
    }
    if (const auto applied = models::applyState(*net, state); !applied)
        throw std::runtime_error(applied.error().sentence());
    return net;
}

std::string lettersOfOnehot(const torch::Tensor& x_4L)
{
    const torch::Tensor bases = x_4L.argmax(0);
    std::string letters;
    for (std::int64_t i = 0; i < bases.size(0); ++i)
        letters += "ACGT"[bases[i].item<std::int64_t>()];
    return letters;
}

double scoreOf(nn::SequenceNet& net, const std::string& letters)
{
    const c10::InferenceMode inference;
    return net.score_N(net.forward(net.encode(letters), {}), net.parseTarget("").value()).item<double>();
}

/// Every single-base variant's difference, [4,L], as the manifests have it.
torch::Tensor mutagenesis_4L(const std::shared_ptr<nn::SequenceNet>& net, const std::string& letters)
{
    const auto scorer = interpret::fullMutantScorer(net, letters, net->parseTarget("").value(), std::int64_t(256) << 20,
                                                    {});
    std::vector<nn::Mutation> mutations;
    for (int base = 0; base < 4; ++base) {
        for (std::size_t i = 0; i < letters.size(); ++i)
            mutations.push_back({std::int64_t(i), base});
    }
    const std::vector<double> scores = scorer->scores(mutations, {});
    return torch::tensor(scores, torch::kFloat64).reshape({4, std::int64_t(letters.size())}) - scorer->referenceScore();
}

}  // namespace

class TestCustomNet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void captumConvnet_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"s0", "s1", "s2"})
            QTest::newRow(file) << file;
    }
    void captumConvnet()
    {
        const std::string folder = goldenFolder("captum_convnet");
        if (folder.empty())
            QSKIP("NSCOPE_SHARED_DIR has no golden arrays");
        QFETCH(QString, file);
        const Arrays golden = readArrays(folder + "/" + file.toStdString() + ".npz");
        const auto net = goldenNet(convnet(200, 8), readArrays(folder + "/weights.npz"), "");
        const std::string letters = lettersOfOnehot(golden.at("x"));
        QVERIFY(std::abs(scoreOf(*net, letters) - golden.at("y_f64").item<double>()) < 1e-5);
        const torch::Tensor gradient_4L = interpret::inputGradient(*net, letters, net->parseTarget("").value(), {})
                                              .gradient_LC.narrow(1, 0, 4).t();
        QVERIFY(maxDifference(gradient_4L, golden.at("saliency_signed")) < 2e-6);
        QVERIFY(maxDifference(gradient_4L * golden.at("x"), golden.at("input_x_gradient")) < 2e-6);
        QVERIFY(maxDifference(mutagenesis_4L(net, letters), golden.at("ism")) < 2e-6);
    }

    void mutagenesisOf500nt_data()
    {
        QTest::addColumn<QString>("json");
        QTest::newRow("conv") << QString::fromStdString(convnet(500, 10));
        QTest::newRow("bp") << QString::fromStdString(dilatedStack());
    }
    void mutagenesisOf500nt()
    {
        const std::string folder = goldenFolder("ism_500nt");
        if (folder.empty())
            QSKIP("NSCOPE_SHARED_DIR has no golden arrays");
        QFETCH(QString, json);
        const std::string prefix = QTest::currentDataTag();
        const Arrays golden = readArrays(folder + "/ism.npz");
        const auto net = goldenNet(json.toStdString(), readArrays(folder + "/weights.npz"), prefix + ".");
        const std::string letters = lettersOfOnehot(golden.at("x"));
        QVERIFY(std::abs(scoreOf(*net, letters) - golden.at(prefix + "_wt_f64").item<double>()) < 2e-6);
        QVERIFY(maxDifference(mutagenesis_4L(net, letters), golden.at(prefix + "_ism")) < 2e-6);
    }

    void everyLayerTypeRuns()
    {
        const std::string json = R"({"length": 96, "channels": "TGCA", "unknown": 0.25, "too_long": "last",
            "too_short": "start", "head": {"kind": "classes", "names": ["no", "yes"]}, "layers": [
            {"type": "conv", "filters": 6, "kernel": 4, "initial": "he_normal"}, {"type": "batchnorm"},
            {"type": "activation", "function": "exponential"},
            {"type": "branches", "branches": [[{"type": "conv", "filters": 3, "kernel": 1}],
                                              [{"type": "conv", "filters": 5, "kernel": 3, "bias": false}]]},
            {"type": "avgpool", "width": 2}, {"type": "transposed_conv", "filters": 8, "kernel": 4, "stride": 2},
            {"type": "upsample", "factor": 2}, {"type": "maxpool", "width": 4, "padding": "same"},
            {"type": "layernorm"},
            {"type": "dilated_residual", "filters": 8, "dilations": [1, 2, 4], "function": "gelu", "bias": false},
            {"type": "residual", "layers": [{"type": "dense", "units": 8}, {"type": "activation", "function": "silu"}]},
            {"type": "dropout", "rate": 0.3}, {"type": "flatten"}, {"type": "reshape", "positions": 12, "channels": 32},
            {"type": "bilstm", "units": 4}, {"type": "bigru", "units": 3}, {"type": "attention_pool", "hidden": 5},
            {"type": "dense", "units": 2}]})";
        const auto net = randomNet("custom", {{"layers", json}});
        for (const std::int64_t length : {1, 96, 200}) {
            QVERIFY2(predictionFault(*net, randomLetters(length, 2)).empty(), "prediction");
            QVERIFY2(mutagenesisFault(net, randomLetters(length, 2)).empty(), "mutagenesis");
        }
        QCOMPARE(gradientFault(*net, randomLetters(96, 3)), std::string());
        QVERIFY(net->spec().outputs.classes == (std::vector<std::string>{"no", "yes"}));
        QCOMPARE(net->spec().input.channelOrder, std::string("TGCA"));
        QVERIFY(net->spec().input.padding.find("last 96 nt") != std::string::npos);
        QVERIFY(net->named_parameters().contains("conv1.weight"));
        QVERIFY(net->named_parameters().contains("dilated_residual10.conv2.weight"));
    }

    void channelOrderAndUnknownLetters()
    {
        const std::string json = R"({"length": 3, "channels": "TGCA", "unknown": 0.5, "head": {"kind": "values",
            "names": ["y"]}, "layers": [{"type": "flatten"}, {"type": "dense", "name": "out", "units": 1}]})";
        const auto net = randomNet("custom", {{"layers", json}});
        const at::NoGradGuard noGrad;
        net->named_parameters()["out.weight"].copy_(torch::arange(12.0).reshape({1, 12}));
        net->named_parameters()["out.bias"].zero_();
        QCOMPARE(scoreOf(*net, "TAC"), 0.0 + 7.0 + 10.0);  // channel of T is 0, of A 3, of C 2
        QCOMPARE(scoreOf(*net, "NTT"), 0.5 * (0 + 1 + 2 + 3) + 4.0 + 8.0);
    }

    // The middle of a profile made by valid convolutions and pools lies where its bases are.
    void profileFrameFollowsTheLayers()
    {
        const auto net = randomNet("custom", {{"layers", std::string(R"({"length": 100, "head": {"kind": "profile",
            "names": ["y"]}, "layers": [{"type": "conv", "filters": 4, "kernel": 11, "padding": "valid"},
            {"type": "maxpool", "width": 3}, {"type": "conv", "filters": 1, "kernel": 5, "padding": "valid"}]})")}});
        const c10::InferenceMode inference;
        const nn::NamedTensors outputs = net->forward(net->encode(randomLetters(120, 1)), {});
        const data::Track track = net->prediction(outputs, 0).profiles.at(0);
        QCOMPARE(track.binNt, std::int64_t(3));
        QCOMPARE(track.binCount(), std::int64_t(26));
        QCOMPARE(track.startNt, std::int64_t(10 + 5 + 2 * 3));
    }

    void refused_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const QString& layers, const char* says) {
            QTest::newRow(name)
                << QStringLiteral(R"({"length": 50, "head": {"kind": "values", "names": ["y"]}, "layers": [)")
                                       + layers + "]}"
                                << QString(says);
        };
        const QString end = R"({"type": "globalpool"}, {"type": "dense", "units": 1})";
        row("unknown type", R"({"type": "lambda"}, )" + end, "Layer 1: there is no layer type “lambda”");
        row("no type", "{}, " + end, "Layer 1: there is no layer type “”");
        row("not an object", "7, " + end, "Layer 1");
        row("misspelt field", R"({"type": "conv", "filters": 3, "kernal": 5}, )" + end,
            "Layer 1 (conv), field “kernal”");
        row("field of a wrong type", R"({"type": "conv", "filters": "8", "kernel": 5}, )" + end, "field “filters”");
        row("missing size", R"({"type": "conv", "kernel": 5}, )" + end, "Layer 1 (conv): filters must be");
        row("huge size", R"({"type": "conv", "filters": 100000, "kernel": 5}, )" + end, "filters must be");
        row("unknown activation", R"({"type": "activation", "function": "eval"}, )" + end, "field “function”");
        row("kernel too long", R"({"type": "conv", "filters": 2, "kernel": 60, "padding": "valid"}, )" + end,
            "Layer 1 (conv): its kernel reaches over 60");
        row("pooled away", R"({"type": "maxpool", "width": 40}, {"type": "maxpool", "width": 4}, )" + end,
            "Layer 2 (maxpool)");
        row("flat before a convolution", R"({"type": "flatten"}, {"type": "conv", "filters": 2, "kernel": 3})",
            "Layer 2 (conv): it needs positions");
        row("residual of another shape",
            R"({"type": "residual", "layers": [{"type": "conv", "filters": 9, "kernel": 3}]}, )" + end,
            "Layer 1 (residual): its layers must give back the shape");
        row("wrong inside", R"({"type": "residual", "layers": [{"type": "dropout", "rate": 1.5}]}, )" + end,
            "Layer 1 (residual): inside it, layer 1 (dropout): rate");
        row("wrong type inside", R"({"type": "branches", "branches": [[{"type": "exec"}]]}, )" + end,
            "Layer 1 (branches): inside it: Layer 1: there is no layer type “exec”");
        row("branches of other lengths", R"({"type": "branches", "branches": [[{"type": "maxpool", "width": 2}],
            [{"type": "maxpool", "width": 3}]]}, )" + end, "different numbers of positions");
        row("name twice", R"({"type": "batchnorm", "name": "n"}, {"type": "batchnorm", "name": "n"}, )" + end,
            "Layer 2 (batchnorm): the name “n” is used twice");
        row("a name with a dot", R"({"type": "batchnorm", "name": "a.b"}, )" + end, "letters, digits and _");
        row("too many parameters", R"({"type": "flatten"}, {"type": "dense", "units": 65536},
            {"type": "dense", "units": 65536}, {"type": "dense", "units": 1})", "thousand million parameters");
        row("positions left", R"({"type": "conv", "filters": 1, "kernel": 3})", "still has positions");
        row("too few outputs", R"({"type": "globalpool"}, {"type": "dense", "units": 3})", "gives 3 numbers");
        QTest::newRow("not JSON") << "{" << "cannot be read";
        QTest::newRow("unknown head") << R"({"head": {"kind": "magic", "names": ["y"]}, "layers": []})"
            << "field “kind”";
        QTest::newRow("no names") << R"({"head": {"kind": "values", "names": []}, "layers": []})" << "no names";
        QTest::newRow("unknown field") << R"({"code": 1, "head": {}, "layers": []})" << "field “code”";
        QTest::newRow("channels") << R"({"channels": "ACGG", "head": {}, "layers": []})" << "field “channels”";
        QTest::newRow("profile of a vector")
            << R"({"length": 9, "head": {"kind": "profile", "names": ["y"]}, "layers": [
            {"type": "flatten"}, {"type": "dense", "units": 1}]})" << "needs positions along the sequence";
        QTest::newRow("flatten any length") << R"({"head": {"kind": "values", "names": ["y"]}, "layers": [
            {"type": "flatten"}, {"type": "dense", "units": 1}]})" << "fixed input length";
    }
    void refused()
    {
        QFETCH(QString, json);
        QFETCH(QString, says);
        const auto net = models::createNet("custom", {{"layers", json.toStdString()}});
        QVERIFY(!net);
        QVERIFY2(QString::fromStdString(net.error().sentence()).contains(says), net.error().sentence().c_str());
    }

    void tooManyLayersAreRefused()
    {
        std::string layers = R"({"type": "flatten"})";
        for (int i = 0; i < 2000; ++i)
            layers += R"(, {"type": "flatten"})";
        const auto recipe = models::parseCustomNetwork(R"({"head": {"kind": "values", "names": ["y"]}, "layers": [)"
                                                       + layers
                                                       + "]}");
        QVERIFY(!recipe);
        QVERIFY(recipe.error().sentence().find("more than 2000 layers") != std::string::npos);
    }

    void tooShortSequencesAreNamed()
    {
        const auto net = randomNet("custom", {{"layers", std::string(R"({"head": {"kind": "values", "names": ["y"]},
            "layers": [{"type": "conv", "filters": 2, "kernel": 9, "padding": "valid"}, {"type": "globalpool"},
            {"type": "dense", "units": 1}]})")}});
        QVERIFY2(predictionFault(*net, randomLetters(9, 1)).empty(), "9 nt");
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, net->forward(net->encode(randomLetters(8, 1)), {}));
    }
};

QObject* makeCustomNetTests() { return new TestCustomNet; }

#include "tst_custom_net.moc"
