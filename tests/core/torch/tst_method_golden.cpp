// Parity of the explanation methods with Captum and with the authors' bioseq2seq code (../shared/golden): every array of
// these methods within the manifest's tolerance.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/method_rig.h"

#include "core/models/stack_net.h"
#include "core/models/weights.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;
using data::OptionMap;

namespace {

constexpr double kCaptumTolerance = 2e-6;
constexpr double kAblationTolerance = 1e-5;

/// The net that the manifest of captum_convnet describes, with its weights.
std::shared_ptr<nn::SequenceNet> captumNet(const std::string& folder, torch::ScalarType type)
{
    using nn::Activation, nn::ConvLayer, nn::Padding;
    models::StackRecipe recipe;
    recipe.head = {models::HeadKind::Values, {"y"}};
    recipe.design.lengthNt = 200;
    recipe.design.unknown = 0.25;
    recipe.design.layers = {
        {"conv1", ConvLayer{.filters = 8, .kernelNt = 7, .padding = Padding::Valid}},
        nn::activation(Activation::Relu),
        nn::maxPool(2),
        {"conv2", ConvLayer{.filters = 8, .kernelNt = 5, .dilation = 2, .padding = Padding::Valid}},
        nn::activation(Activation::Relu),
        {"", nn::GlobalPoolLayer{}},
        {"fc", nn::DenseLayer{.units = 1}},
    };
    const auto net = std::make_shared<models::StackNetImpl>(engine::ModelSpec{}, std::move(recipe));
    models::StateDict state;
    for (const auto& [name, tensor] : readArrays(folder + "/weights.npz"))
        state[name] = tensor.to(torch::kFloat32);
    if (const auto applied = models::applyState(*net, state); !applied)
        throw std::runtime_error(applied.error().sentence());
    net->to(type);
    net->eval();
    for (torch::Tensor parameter : net->parameters())
        parameter.requires_grad_(false);
    return net;
}

std::string lettersOfOnehot(const torch::Tensor& x_CL)
{
    std::string letters;
    for (std::int64_t i = 0; i < x_CL.size(1); ++i)
        letters += "ACGT"[x_CL.select(1, i).argmax().item<std::int64_t>()];
    return letters;
}

/// One array of a Captum set and how it is made here.
struct CaptumCase {
    const char* array;
    const char* method;
    OptionMap options;
    double tolerance = kCaptumTolerance;
    double factor = 1.0;     ///< by which ours is multiplied
    bool ownBase = false;    ///< Captum repeats a position's value in all four channels
    bool absolute = false;
};

const std::vector<CaptumCase>& captumCases()
{
    // Captum's "trapezoid" weighs n points with 1/n although they span n − 1 steps.
    static const std::vector<CaptumCase> cases = {
        {"ig_zero", "integrated-gradients", {{"baseline", text("zero")}, {"nodes", whole(50)}, {"gap", 0.0}}},
        {"ig_quarter", "integrated-gradients", {{"nodes", whole(50)}, {"gap", 0.0}}},
        {"ig_zero_riemann_trapezoid", "integrated-gradients",
         {{"baseline", text("zero")}, {"nodes", whole(50)}, {"gap", 0.0}, {"rule", text("trapezoid")}},
         kCaptumTolerance, 49.0 / 50.0},
        {"saliency_signed", "gradient", {}},
        {"saliency_abs", "gradient", {}, kCaptumTolerance, 1.0, false, true},
        {"input_x_gradient", "gradient-input", {}},
        {"occlusion_w5_s1", "occlusion", {{"window", whole(5)}}, kCaptumTolerance, 1.0, true},
        {"occlusion_w25_s1", "occlusion", {{"window", whole(25)}}, kCaptumTolerance, 1.0, true},
        {"occlusion_w25_s5", "occlusion", {{"window", whole(25)}, {"stride", whole(5)}}, kCaptumTolerance, 1.0, true},
        {"occlusion_w5_s1_quarter", "occlusion", {{"window", whole(5)}, {"replacement", text("uniform")}},
         kCaptumTolerance, 1.0, true},
        {"feature_ablation_position", "occlusion", {{"window", whole(1)}}, kAblationTolerance, 1.0, true},
        {"deeplift_zero", "deeplift", {{"baseline", text("zero")}}},
        {"deeplift_quarter", "deeplift", {}},
        {"ism", "ism", {}},
    };
    return cases;
}

}  // namespace

class TestMethodGolden : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (goldenFolder("captum_convnet").empty())
            QSKIP("NSCOPE_SHARED_DIR has no golden arrays");
        for (const char* size : {"tiny", "published"})
            m_sets[size] = loadGolden(size);
    }

    void captum_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("sequence");
        QTest::addColumn<bool>("single");
        for (std::size_t i = 0; i < captumCases().size(); ++i) {
            for (const char* sequence : {"s0", "s1", "s2"}) {
                QTest::addRow("%s %s float64", captumCases()[i].array, sequence) << int(i) << QString(sequence) << false;
                QTest::addRow("%s %s float32", captumCases()[i].array, sequence) << int(i) << QString(sequence) << true;
            }
        }
    }
    void captum()
    {
        QFETCH(int, which);
        QFETCH(QString, sequence);
        QFETCH(bool, single);
        const CaptumCase& given = captumCases()[std::size_t(which)];
        const std::string folder = goldenFolder("captum_convnet");
        const auto net = captumNet(folder, single ? torch::kFloat32 : torch::kFloat64);
        const Arrays golden = readArrays(folder + "/" + sequence.toStdString() + ".npz");
        const std::string letters = lettersOfOnehot(golden.at("x"));
        QVERIFY(std::abs(scoreOf(*net, letters) - golden.at("y_f64")[0].item<double>()) <= 1e-5);
        QVERIFY(std::abs(scoreOf(*net, letters) - golden.at("y")[0].item<double>()) <= 1e-5);

        torch::Tensor got = values_LC(runMethod(net, {given.method, letters, given.options})) * given.factor;
        torch::Tensor expected = golden.at(given.array).t().to(torch::kFloat64);
        if (given.absolute)
            got = got.abs();
        if (given.ownBase)
            expected = expected * golden.at("x").t();
        const torch::Tensor error = (got - expected).abs();
        const double wrong = error.gt(given.tolerance).any(1).to(torch::kFloat64).mean().item<double>();
        qInfo("%s: largest error %.2e of %.2e, beyond tolerance %.1f %% of positions", given.array,
              error.max().item<double>(), expected.abs().max().item<double>(), 100.0 * wrong);
        // In float32 a ReLU or a maximum may flip: the manifest allows less than 1 % of the positions.
        QVERIFY(single ? wrong < 0.01 : wrong == 0.0);
    }

    void bioseq2seq_data()
    {
        QTest::addColumn<QString>("size");
        QTest::addColumn<QString>("transcript");
        for (const char* size : {"tiny", "published"}) {
            for (const char* transcript : {"t0", "t1", "t2"})
                QTest::addRow("%s %s", size, transcript) << QString(size) << QString(transcript);
        }
    }
    /// The authors' grid: 32 points from 0 to 1, plain mean.
    void bioseq2seq()
    {
        QFETCH(QString, size);
        QFETCH(QString, transcript);
        GoldenSet& set = m_sets.at(size.toStdString());
        const Arrays golden = readArrays(set.folder + "/" + transcript.toStdString() + ".npz");
        const std::string letters = lettersOf(golden.at("src_ids"));
        const OptionMap grid = {{"rule", text("mean")}, {"nodes", whole(32)}, {"gap", 0.0}};
        const auto compare = [&](const char* name, const torch::Tensor& got) {
            if (!golden.contains(name))
                return true;
            const torch::Tensor all = golden.at(name).to(torch::kFloat64);
            // Arrays over the 8 source symbols hold A, C, G, T in the middle and nothing elsewhere.
            const torch::Tensor expected = all.size(1) == 8 ? all.narrow(1, 2, 4) : all;
            if (all.size(1) == 8 && (largest(all.narrow(1, 0, 2)) > 0.0 || largest(all.narrow(1, 6, 2)) > 0.0))
                return false;
            const double scale = expected.abs().max().item<double>();
            const torch::Tensor error = (got - expected).abs() / scale;
            qInfo("%s: largest error %.2e of the largest value, within 1e-3: %.2f %%", name, error.max().item<double>(),
                  100.0 * error.le(1e-3).to(torch::kFloat64).mean().item<double>());
            return attributionsAgree(got, expected);
        };
        const data::Attribution ig = runMethod(set.net.ptr(), {"integrated-gradients", letters, grid});
        QVERIFY(compare("ig_uniform", values_LC(ig)));
        QVERIFY(compare("ig_uniform_from_f64", values_LC(ig)));
        if (!golden.contains("mdig_beta0.5"))
            return;
        const data::Attribution mdig = runMethod(set.net.ptr(), {"mdig", letters, grid});
        QVERIFY(compare("mdig_beta0.5", values_LC(mdig)));
        QVERIFY(compare("mdig_beta0.5_from_f64", values_LC(mdig)));
    }

private:
    std::map<std::string, GoldenSet> m_sets;
};

QObject* makeMethodGoldenTests() { return new TestMethodGolden; }

#include "tst_method_golden.moc"
