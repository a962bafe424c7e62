// Keras models as our networks: files with random weights, imported, against the same layers in plain loops; and files
// that do not fit.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/keras_reference.h"
#include "tests/support/temporary_folder.h"

#include "core/models/import/import.h"
#include "core/models/model_zoo.h"

#include <QtTest>

#include <algorithm>

using namespace nscope;
using namespace nscope::tests;
using keras::Grid;
using Layers = std::vector<keras::Layer>;
using Names = std::vector<std::string>;

namespace {

const data::OptionMap kSmallTracker{{"filters", std::int64_t(5)},    {"kernel", std::int64_t(4)},
                                    {"lstm_units", std::int64_t(3)}, {"attention_units", std::int64_t(6)},
                                    {"tasks", std::string("a,b,c")}};

data::OptionMap with(data::OptionMap options, const data::OptionMap& more)
{
    for (const auto& [id, value] : more)
        options[id] = value;
    return options;
}

Grid convAndPool(const Grid& x, const keras::Layer& layer, bool same)
{
    return keras::maxPool(keras::relu(keras::conv(x, layer, same)), 3);
}

/// A residual block of GOPHER: layers[first…] are convolutions and batch norms in turn.
Grid dilatedBlock(const Grid& x, const Layers& layers, std::size_t first, int count)
{
    Grid y = x;
    for (int i = 0; i < count; ++i) {
        if (i > 0)
            y = keras::relu(y);
        const std::size_t at = first + 2 * std::size_t(i);
        y = keras::batchNorm(keras::conv(y, layers[at], true, 1 << i), layers[at + 1]);
    }
    return keras::relu(keras::added(x, y));
}

}  // namespace

class TestKerasImport : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    Result<models::ImportedState> importedFrom(const Layers& layers, const std::string& architecture,
                                               const data::OptionMap& options, const std::string& config = {})
    {
        const std::string path = m_folder.path("weights.h5");
        keras::writeFile(path, layers, config);
        const auto file = io::openWeights(path, models::importWeightOptions());
        if (!file)
            return fail(file.error());
        return models::importWeights(*file, architecture, options);
    }

    /// The network with the file's weights, in float64. Throws with what does not fit.
    std::shared_ptr<nn::SequenceNet> netFrom(const Layers& layers, const std::string& architecture,
                                             const data::OptionMap& options)
    {
        const auto imported = importedFrom(layers, architecture, options);
        if (!imported)
            throw std::runtime_error(imported.error().sentence());
        for (const Names* names : {&imported->missing, &imported->surplus, &imported->misshapen}) {
            if (!names->empty())
                throw std::runtime_error("does not fit: " + names->front());
        }
        const auto net = models::createNet(architecture, imported->options).value();
        if (const auto applied = models::applyState(*net, imported->state); !applied)
            throw std::runtime_error(applied.error().sentence());
        net->eval();
        net->to(torch::kFloat64);
        return net;
    }

    static double difference(nn::SequenceNet& net, const std::string& letters, const std::string& output,
                             const Grid& expected, const data::FeatureMap& features = {})
    {
        const c10::InferenceMode inference;
        const torch::Tensor got = net.forward(net.encode(letters, features), {}).at(output).flatten();
        const torch::Tensor wanted = torch::tensor(expected.values, torch::kFloat64);
        if (got.numel() != wanted.numel())
            return std::numeric_limits<double>::infinity();
        return (got - wanted).abs().max().item<double>() / (1.0 + wanted.abs().max().item<double>());
    }

    /// Basset with small layers, in the order of the file.
    static Layers bassetLayers()
    {
        keras::Maker make(4);
        return {make.conv(10, 4, 3), make.batchNorm(3), make.conv(11, 3, 4), make.batchNorm(4),
                make.conv(7, 4, 5),  make.batchNorm(5), make.dense(10, 6),   make.dense(6, 6),
                make.dense(6, 2)};
    }
    static data::OptionMap bassetOptions()
    {
        return {{"filters", std::string("3,4,5")}, {"dense", std::int64_t(6)}, {"length", std::int64_t(96)},
                {"tasks", std::string("a,b")}};
    }

private Q_SLOTS:
    void rnaTrackerOfFixedLength()
    {
        keras::Maker make(1);
        const Layers layers{make.letterTable(4),     make.conv(4, 4, 5, false), make.conv(4, 5, 5, false),
                            make.bidirectional(5, 3), make.dense(6, 6),          make.dense(6, 1, false),
                            make.dense(6, 3)};
        const auto net = netFrom(layers, "rnatracker", with(kSmallTracker, {{"length", std::int64_t(100)}}));
        for (const int count : {31, 100, 130}) {  // the first two steps of a short sequence are silent
            const std::string sequence = randomLetters(count, 7);
            Grid x = convAndPool(keras::letters(sequence, 100), layers[1], false);
            x = convAndPool(x, layers[2], false);
            const Grid h = keras::beside(keras::lstm(x, layers[3], "forward/", true),
                                         keras::lstm(x, layers[3], "backward/", true));
            const Grid logits = keras::dense(keras::attended(h, layers[4], layers[5]), layers[6]);
            QVERIFY(difference(*net, sequence, "logits_NK", logits) < 1e-9);
        }
    }

    void rnaTrackerWithoutAttention()
    {
        keras::Maker make(2);
        const Layers layers{make.letterTable(4), make.conv(4, 4, 5), make.conv(4, 5, 5), make.bidirectional(5, 3),
                            make.dense(9 * 6, 3)};
        const auto net = netFrom(layers, "rnatracker",
                                 with(kSmallTracker, {{"length", std::int64_t(100)},
                                                      {"attention", std::string("none")}}));
        const std::string sequence = randomLetters(64, 8);
        const Grid x = convAndPool(convAndPool(keras::letters(sequence, 100), layers[1], false), layers[2], false);
        const Grid h = keras::beside(keras::lstm(x, layers[3], "forward/", true),
                                     keras::lstm(x, layers[3], "backward/", true));
        QVERIFY(difference(*net, sequence, "logits_NK", keras::dense(keras::flat(h), layers[4])) < 1e-9);
    }

    void rnaTrackerWithStructureOfItsOwn()
    {
        keras::Maker make(3);
        const Layers layers{make.letterTable(4),       make.letterTable(6),  make.conv(4, 4, 5), make.conv(4, 6, 5),
                            make.conv(4, 5, 5),        make.conv(4, 5, 5),   make.bidirectional(10, 3),
                            make.dense(6, 6),          make.dense(6, 1, false), make.dense(6, 3)};
        const auto net = netFrom(layers, "rnatracker",
                                 with(kSmallTracker, {{"length", std::int64_t(100)},
                                                      {"structure", std::string("separate")}}));
        const std::string sequence = randomLetters(100, 9);
        std::vector<float> states;
        Grid structure(100, 6);
        for (int l = 0; l < 100; ++l) {
            states.push_back(float(l * 7 % 6));
            structure.at(l, l * 7 % 6) = 1.0;
        }
        const Grid bases = convAndPool(convAndPool(keras::letters(sequence), layers[2], false), layers[4], false);
        const Grid folds = convAndPool(convAndPool(structure, layers[3], false), layers[5], false);
        const Grid x = keras::beside(bases, folds);
        const Grid h = keras::beside(keras::lstm(x, layers[6], "forward/", true),
                                     keras::lstm(x, layers[6], "backward/", true));
        const Grid logits = keras::dense(keras::attended(h, layers[7], layers[8]), layers[9]);
        QVERIFY(difference(*net, sequence, "logits_NK", logits, {{"structure", states}}) < 1e-9);
    }

    void rnaTrackerOfFullLength_data()
    {
        QTest::addColumn<bool>("hasLstm");
        QTest::newRow("LSTM") << true;
        QTest::newRow("NoLSTM") << false;
    }
    void rnaTrackerOfFullLength()
    {
        QFETCH(bool, hasLstm);
        keras::Maker make(4);
        Layers layers{make.letterTable(4), make.conv(4, 4, 5), make.conv(4, 5, 5), make.conv(4, 5, 5),
                      make.conv(4, 5, 5)};
        if (hasLstm)
            layers.push_back(make.bidirectional(5, 3));
        const hsize_t width = hasLstm ? 6 : 5;
        layers.insert(layers.end(), {make.dense(width, 6), make.dense(6, 1, false), make.dense(width, 3)});
        const auto net = netFrom(layers, "rnatracker-full", with(kSmallTracker, {{"lstm", hasLstm}}));
        const std::string sequence = randomLetters(333, 10);
        Grid x = keras::letters(sequence);
        for (std::size_t i = 1; i <= 4; ++i)
            x = convAndPool(x, layers[i], true);
        if (hasLstm)
            x = keras::beside(keras::lstm(x, layers[5], "forward/", false),
                              keras::lstm(x, layers[5], "backward/", false));
        const std::size_t last = layers.size() - 1;
        const Grid logits = keras::dense(keras::attended(x, layers[last - 2], layers[last - 1]), layers[last]);
        QVERIFY(difference(*net, sequence, "logits_NK", logits) < 1e-9);
    }

    void basset()
    {
        const Layers layers = bassetLayers();
        const auto net = netFrom(layers, "basset", bassetOptions());
        const std::string sequence = randomLetters(96, 11);
        Grid x = keras::letters(sequence);
        const int pools[] = {3, 4, 4};
        for (std::size_t i = 0; i < 3; ++i)
            x = keras::maxPool(keras::relu(keras::batchNorm(keras::conv(x, layers[2 * i], true), layers[2 * i + 1])),
                               pools[i]);
        x = keras::relu(keras::dense(keras::relu(keras::dense(keras::flat(x), layers[6])), layers[7]));
        QVERIFY(difference(*net, sequence, "logits_NK", keras::dense(x, layers[8])) < 1e-9);
    }

    void cnnProfileWithTaskHeads()
    {
        keras::Maker make(5);
        Layers layers{make.conv(19, 4, 3), make.batchNorm(3), make.conv(7, 3, 4), make.batchNorm(4),
                      make.conv(7, 4, 5),  make.batchNorm(5), make.dense(10, 6),  make.batchNorm(6),
                      make.dense(6, 8),    make.batchNorm(8), make.conv(7, 2, 5), make.batchNorm(5)};
        for (int task = 0; task < 3; ++task)  // Keras lists heads side by side
            layers.push_back(make.conv(7, 5, 3));
        for (int task = 0; task < 3; ++task)
            layers.push_back(make.batchNorm(3));
        for (int task = 0; task < 3; ++task)
            layers.push_back(make.dense(3, 1));
        const auto net = netFrom(layers, "cnn-profile",
                                 {{"filters", std::string("3,4,5")}, {"dense", std::int64_t(6)},
                                  {"length", std::int64_t(256)}, {"bin_size", std::int64_t(64)},
                                  {"bottleneck", std::int64_t(2)}, {"head_filters", std::int64_t(5)},
                                  {"task_filters", std::int64_t(3)}, {"tasks", std::string("a,b,c")},
                                  {"head", std::string("task")}, {"activation", std::string("exponential")}});
        const std::string sequence = randomLetters(256, 12);
        const auto normed = [&](const Grid& x, std::size_t at) {
            const bool isConv = layers[at]["kernel"].shape.size() == 3;
            return keras::batchNorm(isConv ? keras::conv(x, layers[at], true) : keras::dense(x, layers[at]),
                                    layers[at + 1]);
        };
        Grid x = keras::maxPool(keras::exponential(normed(keras::letters(sequence), 0)), 8);
        x = keras::maxPool(keras::relu(normed(x, 2)), 4);
        x = keras::maxPool(keras::relu(normed(x, 4)), 4);
        x = keras::relu(normed(keras::relu(normed(keras::flat(x), 6)), 8));
        x = keras::relu(normed(keras::reshaped(x, 4, 2), 10));
        Grid profile(4, 0);
        for (std::size_t task = 0; task < 3; ++task) {
            const Grid y = keras::relu(keras::batchNorm(keras::conv(x, layers[12 + task], true), layers[15 + task]));
            profile = keras::beside(profile, keras::softplus(keras::dense(y, layers[18 + task])));
        }
        QVERIFY(difference(*net, sequence, "profile_NBT", profile) < 1e-9);
    }

    void residualBind32()
    {
        keras::Maker make(6);
        Layers layers;
        const hsize_t filters[] = {4, 3, 4, 5};
        const int blocks[] = {5, 5, 3};
        for (std::size_t i = 0; i < 3; ++i) {
            layers.insert(layers.end(), {make.conv(i == 0 ? 19 : 7, filters[i], filters[i + 1]),
                                         make.batchNorm(filters[i + 1])});
            for (int k = 0; k < blocks[i]; ++k)
                layers.insert(layers.end(),
                              {make.conv(3, filters[i + 1], filters[i + 1]), make.batchNorm(filters[i + 1])});
        }
        layers.insert(layers.end(), {make.dense(5, 6), make.batchNorm(6), make.dense(6, 2)});
        const auto net = netFrom(layers, "residualbind-32",
                                 {{"filters", std::string("3,4,5")}, {"length", std::int64_t(256)},
                                  {"head_filters", std::int64_t(6)}, {"tasks", std::string("a,b")}});
        const std::string sequence = randomLetters(256, 13);
        Grid x = keras::letters(sequence);
        const int pools[] = {4, 4, 2};
        std::size_t at = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            x = keras::relu(keras::batchNorm(keras::conv(x, layers[at], true), layers[at + 1]));
            x = keras::maxPool(dilatedBlock(x, layers, at + 2, blocks[i]), pools[i]);
            at += 2 + 2 * std::size_t(blocks[i]);
        }
        x = keras::relu(keras::batchNorm(keras::dense(x, layers[at]), layers[at + 1]));
        const Grid profile = keras::softplus(keras::dense(x, layers[at + 2]));
        QVERIFY(difference(*net, sequence, "profile_NBT", profile) < 1e-9);
    }

    void bpnet_data()
    {
        QTest::addColumn<bool>("original");
        QTest::newRow("GOPHER's") << false;
        QTest::newRow("with reads") << true;
    }
    void bpnet()
    {
        QFETCH(bool, original);
        keras::Maker make(7);
        Layers layers{make.conv(25, 4, 4), make.conv(3, 4, 4), make.conv(3, 4, 4)};
        for (int task = 0; task < 2; ++task)
            layers.push_back(make.transposed(original ? 25 : 7, 4, 1));
        for (int task = 0; original && task < 2; ++task)
            layers.push_back(make.dense(4, 1));
        const auto net = netFrom(layers, "bpnet",
                                 {{"filters", std::int64_t(4)}, {"layers", std::int64_t(2)},
                                  {"length", std::int64_t(64)}, {"bin_size", std::int64_t(4)},
                                  {"tasks", std::string("a,b")},
                                  {"variant", std::string(original ? "ori_bpnet" : "bpnet")}});
        const std::string sequence = randomLetters(64, 14);
        Grid x = keras::relu(keras::conv(keras::letters(sequence), layers[0], true));
        for (const int i : {1, 2})
            x = keras::added(x, keras::relu(keras::conv(x, layers[std::size_t(i)], true, 1 << i)));
        Grid profile(16, 0), reads(1, 0);
        for (std::size_t task = 0; task < 2; ++task) {
            profile = keras::beside(profile, keras::averagePool(keras::transposed(x, layers[3 + task]), 4));
            if (original)
                reads = keras::beside(reads, keras::dense(keras::averagePool(x, 64), layers[5 + task]));
        }
        QVERIFY(difference(*net, sequence, "profile_NBT", original ? profile : keras::softplus(profile)) < 1e-9);
        if (original)
            QVERIFY(difference(*net, sequence, "counts_NT", reads) < 1e-9);
    }

    void basenji()
    {
        keras::Maker make(8);
        Layers layers{make.conv(15, 4, 4, false), make.batchNorm(4)};
        for (int block = 0; block < 3; ++block)
            layers.insert(layers.end(), {make.conv(3, 4, 2, false), make.batchNorm(2), make.conv(1, 2, 4, false),
                                         make.batchNorm(4)});
        layers.insert(layers.end(), {make.conv(1, 4, 5, false), make.batchNorm(5), make.dense(5, 2)});
        const auto net = netFrom(layers, "basenji",
                                 {{"filters", std::int64_t(4)}, {"residual_blocks", std::int64_t(3)},
                                  {"final_filters", std::int64_t(5)}, {"length", std::int64_t(64)},
                                  {"bin_size", std::int64_t(8)}, {"tasks", std::string("a,b")}});
        const std::string sequence = randomLetters(64, 15);
        const auto block = [&](const Grid& x, std::size_t at, int dilation = 1) {
            return keras::batchNorm(keras::conv(keras::basenjiGelu(x), layers[at], true, dilation), layers[at + 1]);
        };
        Grid x = keras::maxPool(block(keras::letters(sequence), 0), 2);
        const int dilations[] = {1, 2, 2};  // 1, 1.5 and 2.25, rounded
        for (std::size_t i = 0; i < 3; ++i)
            x = keras::added(x, block(block(x, 2 + 4 * i, dilations[i]), 4 + 4 * i));
        const Grid profile = keras::softplus(keras::dense(keras::averagePool(block(x, 14), 4), layers[16]));
        QVERIFY(difference(*net, sequence, "profile_NBT", profile) < 1e-9);
    }

    void recurrentLayersOfOnesOwnNetwork()
    {
        keras::Maker make(9);
        const Layers layers{make.conv(5, 4, 3),    make.bidirectional(3, 4), make.bidirectional(8, 2, 3),
                            make.dense(4, 3),      make.dense(3, 1, false),  make.dense(4, 2)};
        const std::string network = R"({"length": 30, "head": {"kind": "values", "names": ["a", "b"]}, "layers": [
            {"type": "conv", "filters": 3, "kernel": 5}, {"type": "bilstm", "units": 4}, {"type": "bigru", "units": 2},
            {"type": "attention_pool", "hidden": 3}, {"type": "dense", "units": 2}]})";
        const auto net = netFrom(layers, "custom", {{"layers", network}});
        const std::string sequence = randomLetters(30, 16);
        Grid x = keras::conv(keras::letters(sequence), layers[0], true);
        x = keras::beside(keras::lstm(x, layers[1], "forward/", false, keras::sigmoid),
                          keras::lstm(x, layers[1], "backward/", false, keras::sigmoid));
        x = keras::beside(keras::gru(x, layers[2], "forward/"), keras::gru(x, layers[2], "backward/"));
        const Grid values = keras::dense(keras::attended(x, layers[3], layers[4]), layers[5]);
        QVERIFY(difference(*net, sequence, "values_NT", values) < 1e-9);
    }

    void aLayerTooFewOrTooManyIsNamedAlone()
    {
        Layers layers = bassetLayers();
        const keras::Layer norm = layers[3];
        layers.erase(layers.begin() + 3);
        auto imported = importedFrom(layers, "basset", bassetOptions());
        QVERIFY2(imported.has_value(), imported ? "" : imported.error().sentence().c_str());
        QCOMPARE(imported->missing, (Names{"bn1.bias", "bn1.running_mean", "bn1.running_var", "bn1.weight"}));
        QVERIFY(imported->surplus.empty() && imported->misshapen.empty());

        layers = bassetLayers();
        keras::Maker make(1);
        keras::Layer extra = make.dense(6, 6);
        extra.name = "dense_extra";
        layers.insert(layers.begin() + 7, extra);
        imported = importedFrom(layers, "basset", bassetOptions());
        QVERIFY(imported->missing.empty() && imported->misshapen.empty());
        QCOMPARE(imported->surplus.size(), std::size_t(2));  // one of three dense layers that look alike

        layers = bassetLayers();
        std::swap(layers[2], layers[3]);  // a batch norm before its convolution: another network
        imported = importedFrom(layers, "basset", bassetOptions());
        QVERIFY(!imported->missing.empty() && !imported->surplus.empty());
    }

    void anotherShapeIsNamed()
    {
        Layers layers = bassetLayers();
        keras::Maker make(1);
        layers[2].weights = make.conv(9, 3, 4).weights;
        const auto imported = importedFrom(layers, "basset", bassetOptions());
        QVERIFY2(imported.has_value(), imported ? "" : imported.error().sentence().c_str());
        QVERIFY(imported->missing.empty() && imported->surplus.empty());
        QCOMPARE(imported->misshapen, (Names{"conv1.weight: 4 × 3 × 9 in the file, 4 × 3 × 11 in the network"}));
    }

    void weightsWithoutAPlaceAreNamed()
    {
        Layers layers = bassetLayers();
        keras::Maker make(1);
        layers[0].weights.push_back({"depth_multiplier", make.weight({3})});
        layers.push_back({"odd_1", {{"alpha", make.weight({3})}}});
        const auto imported = importedFrom(layers, "basset", bassetOptions());
        QVERIFY(imported->missing.empty() && imported->misshapen.empty());
        QCOMPARE(imported->surplus, (Names{layers[0].name + "/" + layers[0].name + "/depth_multiplier:0",
                                           "odd_1/odd_1/alpha:0"}));
    }

    void configurationsTellOptions()
    {
        const std::string config =
            R"({"class_name":"Sequential","config":{"layers":[{"class_name":"Activation","config":)"
            R"({"name":"first","activation":"exponential"}},{"class_name":"Activation","config":)"
            R"({"name":"second","activation":"relu"}}]}})";
        Layers layers = bassetLayers();
        layers.insert(layers.begin() + 2, {"first", {}});
        layers.insert(layers.begin() + 5, {"second", {}});
        auto imported = importedFrom(layers, "basset", bassetOptions(), config);
        QVERIFY2(imported.has_value(), imported ? "" : imported.error().sentence().c_str());
        QVERIFY(imported->options.at("activation") == data::OptionValue(std::string("exponential")));
        QVERIFY(contains(imported->notes.front(), "By the layer first"));
        imported = importedFrom(layers, "basset", with(bassetOptions(), {{"activation", std::string("relu")}}), config);
        QCOMPARE(imported.error().code(), ErrorCode::ModelMismatch);
        QVERIFY(contains(imported.error().message(), "layer first says exponential"));

        keras::Maker make(1);
        const Layers tracker{make.letterTable(4),     make.conv(4, 4, 5, false), make.conv(4, 5, 5, false),
                             make.bidirectional(5, 3), make.dense(6, 6),          make.dense(6, 1, false),
                             make.dense(6, 3)};
        const std::string gates =
            R"({"class_name":"Model","config":{"layers":[{"class_name":"Bidirectional","config":)"
            R"({"name":"bidirectional_1","layer":{"class_name":"LSTM","config":{"name":"lstm_1","recurrent_activation":"sigmoid"}}}}]}})";
        imported = importedFrom(tracker, "rnatracker", with(kSmallTracker, {{"length", std::int64_t(100)}}), gates);
        QVERIFY2(imported.has_value(), imported ? "" : imported.error().sentence().c_str());
        QVERIFY(imported->options.at("gates") == data::OptionValue(std::string("sigmoid")));
    }

    void whatCannotBeIsRefused()
    {
        keras::Maker make(1);
        keras::Layer table = make.letterTable(4);
        table.weights[0].second.values[9] = 0.5F;
        const auto noTable = importedFrom({table}, "rnatracker", kSmallTracker);
        QCOMPARE(noTable.error().code(), ErrorCode::ModelMismatch);
        QVERIFY(contains(noTable.error().message(), "embedding_1 should be a one-hot table"));
        QCOMPARE(importedFrom(bassetLayers(), "utrbert", {{"preset", std::string("mini")}}).error().code(),
                 ErrorCode::Unsupported);

        keras::Layer old = make.bidirectional(4, 2, 3);
        old.weights[2].second = make.weight({6});
        const std::string network = R"({"length": 9, "head": {"kind": "values", "names": ["a"]}, "layers": [
            {"type": "bigru", "units": 2}, {"type": "globalpool"}, {"type": "dense", "units": 1}]})";
        const auto before = importedFrom({old, make.dense(4, 1)}, "custom", {{"layers", network}});
        QVERIFY(contains(before.error().message(), "bidirectional_1 is a GRU that resets its state before"));
    }
};

QObject* makeKerasImportTests() { return new TestKerasImport; }

#include "tst_keras_import.moc"
