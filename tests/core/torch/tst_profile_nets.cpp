// GOPHER's networks: published sizes, parity with the golden minis, bins on the sequence, refused options.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/models/model_zoo.h"
#include "core/models/weights.h"

#include <QtTest>

#include <regex>

using namespace nscope;
using namespace nscope::tests;
using data::OptionMap;

namespace {

/// A golden weight's name in our network; the manifest says how its arrays lie.
std::string ourName(std::string name)
{
    const std::pair<const char*, const char*> changes[] = {
        {"^w\\.", ""},         {"gamma$", "weight"},      {"beta$", "bias"},
        {"mean$", "running_mean"}, {"var$", "running_var"}, {"kernel$", "weight"},
        {"^(b1|final)\\.", "$1_"}, {"^(d\\d+|profile\\d+)\\.", "$1.conv."},
    };
    for (const auto& [pattern, replacement] : changes)
        name = std::regex_replace(name, std::regex(pattern), replacement);
    return name;
}

models::StateDict goldenState(const Arrays& arrays)
{
    models::StateDict state;
    for (const auto& [name, array] : arrays) {
        if (name.starts_with("w."))
            state[ourName(name)] = (name.ends_with("kernel") ? array.t() : array).to(torch::kFloat32).contiguous();
    }
    return state;
}

/// Index of the first box whose name begins like this; its output is hidden.<index>.
std::size_t boxIndex(const std::vector<nn::Stage>& stages, const std::string& beginning)
{
    for (std::size_t i = 0; i < stages.size(); ++i) {
        if (stages[i].name.starts_with(beginning))
            return i;
    }
    throw std::runtime_error("The diagram has no box " + beginning + ".");
}

bool near(const torch::Tensor& got, const torch::Tensor& expected, double tolerance)
{
    if (got.sizes() != expected.sizes())
        return false;
    const torch::Tensor b = expected.to(torch::kFloat64);
    return (got.to(torch::kFloat64) - b).abs().le(tolerance + tolerance * b.abs()).all().item<bool>();
}

}  // namespace

class TestProfileNets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goldenMinis_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<OptionMap>("options");
        QTest::addColumn<QString>("firstBlock");
        QTest::newRow("basenji") << "basenji"
                                 << OptionMap{{"tasks", text("a,b,c")}, {"filters", whole(32)}, {"bin_size", whole(64)},
                                              {"residual_filters", whole(16)}, {"final_filters", whole(64)}}
                                 << "Max-pool";
        QTest::newRow("bpnet") << "bpnet"
                               << OptionMap{{"tasks", text("a,b,c")}, {"filters", whole(32)}, {"bin_size", whole(32)}}
                               << "Conv";
        QTest::newRow("residualbind32_single_relu")
            << "residualbind-32"
            << OptionMap{{"tasks", text("a,b,c")}, {"filters", text("24,32,40")}, {"head_filters", whole(32)}}
            << "Max-pool";
        QTest::newRow("residualbind32_task_exp")
            << "residualbind-32"
            << OptionMap{{"tasks", text("a,b")}, {"filters", text("24,32,40")}, {"head_filters", whole(24)},
                         {"task_filters", whole(8)}, {"head", text("task")}, {"activation", text("exponential")}}
            << "Max-pool";
    }
    void goldenMinis()
    {
        const std::string folder = goldenFolder("profile_models");
        if (folder.empty())
            QSKIP("NSCOPE_SHARED_DIR has no golden arrays");
        QFETCH(QString, architecture);
        QFETCH(OptionMap, options);
        QFETCH(QString, firstBlock);
        const Arrays arrays = readArrays(folder + "/" + QTest::currentDataTag() + ".npz");
        const auto net = randomNet(architecture.toStdString(), options);
        const auto applied = models::applyState(*net, goldenState(arrays));
        QVERIFY2(applied, applied ? "" : applied.error().sentence().c_str());

        nn::NetInput input;
        const torch::Tensor x_NLC = readArrays(folder + "/inputs.npz").at("x").to(torch::kFloat32).transpose(1, 2);
        input.onehot_NLC = torch::constant_pad_nd(x_NLC, {0, 2}).contiguous().requires_grad_(true);
        std::vector<nn::Stage> stages;
        nn::PassOptions pass;
        pass.stages = &stages;
        pass.keepHidden = true;
        const nn::NamedTensors outputs = net->forward(input, pass);
        QVERIFY(near(outputs.at("profile_NBT").detach(), arrays.at("y"), 1e-4));

        const std::size_t box = boxIndex(stages, firstBlock.toStdString());
        const torch::Tensor block_NCP = outputs.at("hidden." + std::to_string(box)).detach().transpose(1, 2);
        QVERIFY(near(block_NCP.narrow(1, 0, 8).narrow(2, 0, 256), arrays.at("first_block"), 1e-4));

        const torch::Tensor score = net->score_N(outputs, net->parseTarget("task:a").value()).sum();
        const torch::Tensor gradient = torch::autograd::grad({score}, {input.onehot_NLC}).front();
        QVERIFY(attributionsAgree(gradient.narrow(2, 0, 4).transpose(1, 2).contiguous(), arrays.at("saliency_task0")));
    }

    // What a bin says must stand above the bases it was made from, whatever was cut or padded.
    void binsLieOnTheSequence_data()
    {
        QTest::addColumn<int>("length");
        for (const int length : {2048, 3072, 1500, 64})
            QTest::addRow("%d nt", length) << length;
    }
    void binsLieOnTheSequence()
    {
        QFETCH(int, length);
        const auto net = randomNet("residualbind-32", {{"tasks", text("a")}, {"filters", text("16,16,16")},
                                                       {"head_filters", whole(16)}, {"block_layers", text("1,1,1")}});
        const c10::InferenceMode inference;
        std::string letters = randomLetters(length, 5);
        const auto profile = [&] { return net->prediction(net->forward(net->encode(letters), {}), 0).profiles.at(0); };
        const data::Track before = profile();
        QCOMPARE(before.binNt, std::int64_t(32));
        QCOMPARE(before.binCount(), std::int64_t(64));
        QCOMPARE(before.startNt, std::int64_t((length - 2048) / 2));
        const std::int64_t changed = length / 2 + 5;
        letters[std::size_t(changed)] = letters[std::size_t(changed)] == 'A' ? 'C' : 'A';
        const data::Track after = profile();
        std::int64_t strongest = 0;
        for (std::int64_t i = 0; i < 64; ++i) {
            const auto difference = [&](std::int64_t bin) {
                return std::abs(after.values_RB[std::size_t(bin)] - before.values_RB[std::size_t(bin)]);
            };
            if (difference(i) > difference(strongest))
                strongest = i;
        }
        QVERIFY(after.values_RB[std::size_t(strongest)] != before.values_RB[std::size_t(strongest)]);
        // The receptive field is a few bins wide.
        QVERIFY(std::abs((changed - before.startNt) / 32 - strongest) <= 2);
    }

    void windowTargetIsTheMeanOfItsBins()
    {
        const auto net = randomNet("bpnet", {{"tasks", text("a,b")}, {"filters", whole(4)}, {"layers", whole(2)},
                                             {"bin_size", whole(16)}});
        const c10::InferenceMode inference;
        const nn::NamedTensors outputs = net->forward(net->encode(randomLetters(2048, 3)), {});
        const data::Track track = net->prediction(outputs, 0).profiles.at(0);
        double mean = 0.0;
        for (std::size_t bin = 6; bin < 13; ++bin)  // bases 100 to 200 touch bins 6 to 12
            mean += double(track.values_RB[128 + bin]) / 7.0;
        const auto target = net->parseTarget("task:b@101-200").value();
        QVERIFY(std::abs(net->score_N(outputs, target).item<double>() - mean) < 1e-6);
        QVERIFY(!net->parseTarget("task:c"));
    }

    void originalBpnetCountsReads()
    {
        const auto net = randomNet("bpnet", {{"variant", text("ori_bpnet")}, {"tasks", text("a,b")},
                                             {"filters", whole(8)}, {"layers", whole(3)}});
        QCOMPARE(net->spec().outputs.scalars, (std::vector<std::string>{"counts_a", "counts_b"}));
        const std::string letters = randomLetters(700, 9);
        const c10::InferenceMode inference;
        const nn::NamedTensors outputs = net->forward(net->encode(letters), {});
        const data::Prediction prediction = net->prediction(outputs, 0);
        const auto target = net->parseTarget("counts:b").value();
        QVERIFY(std::abs(net->score_N(outputs, target).item<double>() - prediction.scalars.at(1).value) < 1e-6);
        QVERIFY(prediction.scalars.at(0).value != prediction.scalars.at(1).value);
        QCOMPARE(prediction.profiles.at(0).rows.size(), std::size_t(2));
    }

    void refusedOptions_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<OptionMap>("options");
        QTest::addColumn<QString>("says");
        QTest::newRow("bins do not divide") << "cnn-profile" << OptionMap{{"bin_size", whole(48)}}
            << "must divide length";
        QTest::newRow("not three numbers") << "residualbind" << OptionMap{{"filters", text("24,32")}}
            << "filters takes 3";
        QTest::newRow("a negative number") << "residualbind-32" << OptionMap{{"pools", text("4,-4,2")}}
            << "pools takes 3";
        QTest::newRow("no task") << "basset" << OptionMap{{"tasks", text("")}} << "no names";
        QTest::newRow("a task twice") << "bpnet" << OptionMap{{"tasks", text("a,a")}} << "“a” is used twice";
        QTest::newRow("too short") << "cnn-profile" << OptionMap{{"length", whole(64)}} << "Layer 14 (maxpool)";
        QTest::newRow("odd bins") << "basenji" << OptionMap{{"bin_size", whole(1)}, {"variant", text("mod")}}
            << "8, 16, 32";
        QTest::newRow("bins of labels") << "basenji" << OptionMap{{"bin_size", whole(64)}, {"variant", text("binary")}}
                                        << "leave bin_size at 0";
    }
    void refusedOptions()
    {
        QFETCH(QString, architecture);
        QFETCH(OptionMap, options);
        QFETCH(QString, says);
        const auto net = models::createNet(architecture.toStdString(), options);
        QVERIFY(!net);
        QVERIFY2(QString::fromStdString(net.error().sentence()).contains(says), net.error().sentence().c_str());
    }
};

QObject* makeProfileNetTests() { return new TestProfileNets; }

#include "tst_profile_nets.moc"
