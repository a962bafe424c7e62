// Purpose: training with bfloat16 products: every trainable architecture gives nearly the loss and gradient of float32,
// and not the same; runs learn, are judged in float32, keep weights of float32, and go on bit for bit.
#include "core/fit/fit_network.h"
#include "core/models/model_zoo.h"
#include "core/nn/precision.h"
#include "tests/core/fit/fit_fixture.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <algorithm>

using namespace nscope;
using namespace nscope::fit;
using dataset::Dataset;
using dataset::TaskKind;

namespace {

/// A small network of every architecture and head, and the data it learns.
struct Recipe {
    const char* name;
    TaskKind task;
    std::vector<std::string> names;
    int lengthNt;
    std::string model;  ///< JSON members
    int embedding = 0;  ///< numbers of a further input of that name
    std::int64_t binNt = 8;
};

const std::string kHiddenSizes = R"("d_model": 16, "layers": 2, "heads": 2, "d_ff": 32)";

const std::string kPositionLayers = R"({"head": {"kind": "classes", "names": ["without", "with"]}, "layers": [
    {"type": "conv", "filters": 12, "kernel": 7}, {"type": "layernorm"}, {"type": "activation", "function": "gelu"},
    {"type": "avgpool", "width": 2, "padding": "same"}, {"type": "dilated_residual", "filters": 12, "dilations": [1, 2]},
    {"type": "branches", "branches": [[{"type": "conv", "filters": 6, "kernel": 3}],
                                      [{"type": "conv", "filters": 6, "kernel": 5, "dilation": 2}]]},
    {"type": "residual", "layers": [{"type": "conv", "filters": 12, "kernel": 3}, {"type": "activation", "function": "silu"}]},
    {"type": "upsample", "factor": 2}, {"type": "transposed_conv", "filters": 8, "kernel": 4, "stride": 2},
    {"type": "activation", "function": "basenji_gelu"},
    {"type": "maxpool", "width": 4}, {"type": "bilstm", "units": 5}, {"type": "bigru", "units": 4},
    {"type": "attention_pool", "hidden": 6}, {"type": "dense", "units": 8}, {"type": "batchnorm"},
    {"type": "activation", "function": "exponential"}, {"type": "dropout", "rate": 0.1}, {"type": "dense", "units": 2}]})";
const std::string kVectorLayers =
    R"({"length": 60, "head": {"kind": "classes", "names": ["without", "with"]}, "layers": [
    {"type": "conv", "filters": 4, "kernel": 5}, {"type": "activation", "function": "softplus"},
    {"type": "maxpool", "width": 4}, {"type": "flatten"}, {"type": "layernorm"}, {"type": "dense", "units": 20},
    {"type": "activation", "function": "tanh"}, {"type": "reshape", "positions": 5, "channels": 4},
    {"type": "activation", "function": "sigmoid"}, {"type": "activation", "function": "softmax"}, {"type": "globalpool"}, {"type": "dense", "units": 2}]})";

const std::vector<Recipe>& recipes()
{
    using enum TaskKind;
    static const std::vector<std::string> kClasses{"without", "with"}, kPlaces{"nucleus", "cytosol"}, kOne{"value"};
    const auto model = [](const std::string& id, const std::string& options) {
        return R"("architecture": ")" + id + R"(", "options": {)" + options + "}";
    };
    static const std::vector<Recipe> kRecipes{
        {"custom", Classes, kClasses, 60, tests::motifNet()},
        {"custom, layers of positions", Classes, kClasses, 64, tests::customModel(kPositionLayers)},
        {"custom, layers of vectors", Classes, kClasses, 60, tests::customModel(kVectorLayers)},
        {"basset", Labels, {"some", "many"}, 200, model("basset", R"("length": 200, "filters": "6,6,6", "dense": 12)")},
        {"peak-cnn", Classes, kClasses, 200, model("peak-cnn", R"("filters": "8,10,12", "dense": 16)")},
        {"insert-cnn", Numbers, kOne, 200, model("insert-cnn", R"("filters": "12,16", "dense": 16, "reduce": 6)")},
        {"rbp-net", Classes, kClasses, 100, model("rbp-net", R"("filters": "12,16", "dense": 16)")},
        {"mpra-cnn", Numbers, kOne, 60, model("mpra-cnn", R"("length": 60, "filters": "8,8", "dense": "8,8")")},
        {"mprann", Numbers, kOne, 200, model("mprann", R"("filters": "16,14,12,10", "dense": "24,12")")},
        {"rnatracker", Distribution, kPlaces, 150,
         model("rnatracker", R"("length": 140, "filters": 6, "lstm_units": 4)")},
        {"rnatracker-full", Distribution, kPlaces, 150, model("rnatracker-full", R"("filters": 4, "lstm_units": 4)")},
        {"rnatracker-gru", Distribution, kPlaces, 300, model("rnatracker-gru", "")},
        {"kmer-mlp", Distribution, kPlaces, 150, model("kmer-mlp", R"("k": 3, "hidden_units": 16)")},
        {"dm3loc", Labels, {"nucleus", "membrane"}, 120, model("dm3loc", "")},
        {"utrbert", Classes, kClasses, 80, model("utrbert", kHiddenSizes)},
        {"utrbert, masked letters", MaskedLetters, {}, 80, model("utrbert", kHiddenSizes)},
        {"gpn", MaskedLetters, {}, 60, model("gpn", R"("dim": 16, "layers": 2)")},
        {"residualbind-32", Profile, kOne, 128,
         model("residualbind-32", R"("length": 128, "filters": "6,6,6", "head_filters": 6, "block_layers": "2,2,2")"), 0,
         32},
        {"residualbind", Profile, kOne, 2048,
         model("residualbind", R"("filters": "8,10,12", "dense": 16, "bin_size": 32, "head_filters": 12)"), 0, 32},
        {"cnn-profile", Profile, kOne, 2048,
         model("cnn-profile", R"("filters": "8,12,16", "dense": 16, "bin_size": 32, "head_filters": 12)"), 0, 32},
        {"basenji", Profile, kOne, 128,
         model("basenji", R"("length": 128, "filters": 8, "residual_blocks": 2, "final_filters": 8)"), 0, 32},
        {"bpnet", Profile, kOne, 128, model("bpnet", R"("length": 128, "filters": 6, "layers": 2)"), 0, 32},
        {"bpnet with counts", Profile, kOne, 128,
         model("bpnet", R"("variant": "ori_bpnet", "length": 128, "filters": 6, "layers": 2)"), 0, 32},
        {"xpresso", Numbers, kOne, 600,
         model("xpresso", R"("length": 600, "tss": 400, "filters1": 4, "filters2": 4, "dense1": 4)")},
        {"deeplncloc-transformer", Numbers, kOne, 600,
         model("deeplncloc-transformer",
               R"("length": 600, "tss": 400, "slices": 12, "embedding": 8, "heads": 2, "d_ff": 8)")},
        {"deeplncloc-lstm", Numbers, kOne, 600,
         model("deeplncloc-lstm", R"("length": 600, "tss": 400, "slices": 12, "embedding": 8, "lstm_units": 6)")},
        {"divide-et-impera", Numbers, kOne, 600,
         model("divide-et-impera", R"("length": 600, "tss": 400, "filters": 4)")},
        {"embedding-head, classes", Classes, kClasses, 60,
         model("embedding-head", R"("form": "cnn", "positions": 40, "reduce": 6, "filters": "8,8", "dense": "12,8")"), 160},
        {"embedding-head", Numbers, kOne, 60, model("embedding-head", ""), 6},
    };
    return kRecipes;
}

Dataset dataOf(const Recipe& recipe, int count)
{
    Dataset data = tests::motifData(recipe.task, recipe.names, count, recipe.lengthNt, recipe.binNt);
    for (int column = 0; column < recipe.embedding; ++column)
        data.features.push_back({"embedding", "e" + std::to_string(column)});
    for (std::size_t i = 0; i < data.examples.size() && recipe.embedding > 0; ++i)
        for (int column = 0; column < recipe.embedding; ++column)
            data.examples[i].features.push_back(float((int(i) * 7 + column * 5) % 11) / 5.0f - 1.0f);
    return data;
}

FitSettings settingsOf(const Recipe& recipe)
{
    std::string settings = R"("limits": {"epochs": 1, "steps": 0}, "batches": {"examples": 8},
        "optimiser": {"accumulate": 1}, "precision": "bf16",
        "validation": {"every_epochs": 1, "every_steps": 0, "bootstrap": 0, "patience": 0})";
    if (recipe.model.contains("ori_bpnet"))
        settings += R"(, "loss": {"kind": "multinomial-mse"})";
    return tests::shortRun(recipe.task, recipe.model, settings);
}

/// Loss and all gradients, one after the other, of a batch without dropout.
std::pair<double, torch::Tensor> gradients(nn::SequenceNet& net, const FitBatch& batch, const FitLoss& loss,
                                           const FitSettings& settings)
{
    net.eval();
    net.zero_grad();
    const StepLoss step = trainingLoss(net, batch, loss, settings, {});
    step.loss.backward();
    std::vector<torch::Tensor> all;
    for (const torch::Tensor& weight : net.parameters()) {
        if (!weight.requires_grad())
            continue;
        if (weight.grad().defined() && weight.grad().scalar_type() != torch::kFloat32)
            throw std::logic_error("A gradient is not float32.");
        all.push_back((weight.grad().defined() ? weight.grad() : torch::zeros_like(weight)).flatten());
    }
    return {step.loss.item<double>(), torch::cat(all).clone()};
}

/// What LibTorch complains of while `work` runs; an exception that leaves a test ends them all.
template <class Work>
std::string complaint(Work work)
{
    try {
        work();
    } catch (const c10::Error& error) {
        return error.what_without_backtrace();
    }
    return {};
}

double cosine(const torch::Tensor& a, const torch::Tensor& b)
{
    return (a.dot(b) / (a.norm() * b.norm())).item<double>();
}

}  // namespace

class FitPrecisionTest : public QObject {
    Q_OBJECT

    tests::TemporaryFolder m_folder;
    Dataset m_data = tests::motifData(TaskKind::Classes, {"without", "with"}, 240, 60);

    static FitSettings restlessBf16()
    {
        FitSettings settings = tests::restlessRun();
        settings.precision = "bf16";
        return settings;
    }

private Q_SLOTS:
    void everyArchitectureThatCanBeTrainedIsHere()
    {
        for (const models::Family& family : models::modelZoo()) {
            const std::string id = family.spec.architecture;
            if (id == "bioseq2seq" || id == "edc" || id == "torchscript" || id == "ensemble")
                continue;  // the first two: tests/core/train; the others are not trained themselves
            QVERIFY2(std::ranges::any_of(recipes(), [&](const Recipe& r) { return settingsOf(r).model.architecture == id; }),
                     id.c_str());
        }
    }

    void lossAndGradientAreNearlyThoseOfFloat32_data()
    {
        QTest::addColumn<int>("recipe");
        for (std::size_t i = 0; i < recipes().size(); ++i)
            QTest::newRow(recipes()[i].name) << int(i);
    }
    void lossAndGradientAreNearlyThoseOfFloat32()
    {
        QFETCH(int, recipe);
        const Recipe& how = recipes()[std::size_t(recipe)];
        const Dataset data = dataOf(how, 32);
        FitSettings settings = settingsOf(how);
        torch::manual_seed(3);
        auto net = makeNet(settings.model, data);
        QVERIFY2(net.has_value(), net ? "" : net.error().sentence().c_str());
        auto reading = Reading::of(**net, data);
        QVERIFY2(reading.has_value(), reading ? "" : reading.error().sentence().c_str());
        const BatchMaker batches(data, *reading, settings);
        const std::vector<std::int32_t> rows = data.rows(dataset::Part::Train);
        standardiseCounts(**net, batches, rows, {});
        const FitLoss loss(settings.task, settings.loss, {});
        const FitBatch batch = batches.training(batches.plan(rows, 0).front(), 0, 0);
        double bf16Loss = 0.0, floatLoss = 0.0;
        torch::Tensor bf16, full;
        const std::string refused = complaint([&] {
            std::tie(bf16Loss, bf16) = gradients(**net, batch, loss, settings);
            settings.precision = "float32";
            std::tie(floatLoss, full) = gradients(**net, batch, loss, settings);
        });
        QVERIFY2(refused.empty(), refused.c_str());
        QVERIFY2(full.norm().item<double>() > 0.0, "no gradient");
        QVERIFY2(std::abs(bf16Loss - floatLoss) < 0.02 * (std::abs(floatLoss) + 0.1),
                 qPrintable(QString("%1 against %2").arg(bf16Loss).arg(floatLoss)));
        QVERIFY2(cosine(bf16, full) > 0.98, qPrintable(QString::number(cosine(bf16, full))));
        QVERIFY2(!torch::equal(bf16, full), "bfloat16 was not used");
        QVERIFY(!nn::isBf16Autocast(torch::kCPU));
    }

    void everyArchitectureIsTrained_data() { lossAndGradientAreNearlyThoseOfFloat32_data(); }
    void everyArchitectureIsTrained()
    {
        QFETCH(int, recipe);
        const Recipe& how = recipes()[std::size_t(recipe)];
        FitSettings settings = settingsOf(how);
        settings.validation.robustnessExamples = 0;
        settings.validation.baselineKmerNt = 0;
        const std::string folder = "zoo" + std::to_string(recipe);
        tests::Outcome outcome;
        const std::string refused =
            complaint([&] { outcome = tests::runFit(settings, dataOf(how, 32), m_folder.path(folder)); });
        QVERIFY2(refused.empty(), refused.c_str());
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        QVERIFY(std::isfinite(outcome.ofType("result").at(0)["metrics"]["loss"].get<double>()));
    }

    void aRunLearns()
    {
        const FitSettings settings = tests::shortRun(TaskKind::Classes, tests::motifNet(),
                                                     R"("optimiser": {"rate": 0.01}, "batches": {"examples": 16},
                                                        "limits": {"epochs": 40}, "validation": {"patience": 0, "best": "AUROC"},
                                                        "precision": "bf16")");
        const auto outcome = tests::runFit(settings, m_data, m_folder.path("learned"));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        const double auroc = outcome.ofType("result").front()["metrics"]["AUROC"];
        QVERIFY2(auroc > 0.95, qPrintable(QString::number(auroc)));
        bool hasAllDigits = false;
        for (const auto& [name, tensor] : tests::weights(m_folder, "learned/model.safetensors"))
            hasAllDigits = hasAllDigits || !torch::equal(tensor, tensor.to(torch::kBFloat16).to(torch::kFloat32));
        QVERIFY(hasAllDigits);
        QVERIFY(m_folder.read("learned/config.json").contains(R"("precision": "bf16")"));
        QVERIFY(m_folder.read("learned/model.card.json").contains("products with bfloat16"));
    }

    /// The held-out rows are judged as the model will be used.
    void judgingIsFloat32()
    {
        FitSettings settings = restlessBf16();
        const auto trained = tests::runFit(settings, m_data, m_folder.path("judged"));
        QVERIFY2(!trained.error, trained.error ? trained.error->sentence().c_str() : "");
        auto net = makeNet(settings.model, m_data).value();
        QVERIFY(models::applyState(*net, tests::weights(m_folder, "judged/model.safetensors")).has_value());
        net->eval();
        const auto reading = Reading::of(*net, m_data).value();
        const BatchMaker batches(m_data, reading, settings);
        const FitLoss loss(settings.task, settings.loss, {});
        Judging judging(m_data.task, batches, loss, m_data.rows(dataset::Part::Test));
        while (!judging.isDone())
            judging.step(*net, {});
        const double again = judging.judge().result(0, 1, [] {}).value("loss").value();
        const double said = trained.ofType("result").front()["metrics"]["loss"];
        QVERIFY2(std::abs(again - said) < 1e-6, qPrintable(QString("%1 %2").arg(again, 0, 'g', 9).arg(said, 0, 'g', 9)));
    }

    void aStoppedRunGoesOnBitForBit_data()
    {
        QTest::addColumn<int>("jobSteps");
        for (const int steps : {7, 14, 40})
            QTest::addRow("%d", steps) << steps;
    }
    void aStoppedRunGoesOnBitForBit()
    {
        QFETCH(int, jobSteps);
        if (!std::filesystem::exists(m_folder.path("whole")))
            QVERIFY(!tests::runFit(restlessBf16(), m_data, m_folder.path("whole")).error);
        const std::string name = "stopped" + std::to_string(jobSteps);
        const auto stopped = tests::runFit(restlessBf16(), m_data, m_folder.path(name), false, std::size_t(jobSteps));
        QVERIFY(stopped.error && stopped.error->code() == ErrorCode::Cancelled);
        const auto resumed = tests::runFit(restlessBf16(), m_data, m_folder.path(name), true);
        QVERIFY2(!resumed.error, resumed.error ? resumed.error->sentence().c_str() : "");
        const auto whole = tests::weights(m_folder, "whole/model.safetensors");
        QVERIFY(tests::equal(tests::weights(m_folder, name + "/model.safetensors"), whole));
        QCOMPARE(m_folder.read(name + "/predictions.tsv"), m_folder.read("whole/predictions.tsv"));
        QVERIFY(!tests::runFit(tests::restlessRun(), m_data, m_folder.path(name + "float")).error);
        QVERIFY(!tests::equal(tests::weights(m_folder, name + "float/model.safetensors"), whole));
    }

    void settingsNameThePrecision()
    {
        const auto with = [](const std::string& value) {
            return parseFitSettings(R"({"task": "classes", "data": {"table": "a.tsv"}, "model": {"architecture": "basset"},
                                        "precision": )" + value + "}");
        };
        QCOMPARE(with("\"bf16\"")->precision, std::string("bf16"));
        QVERIFY(with("\"half\"").error().message().contains("float32, bf16"));
    }
};

int nscope::tests::runFitPrecisionSuite(int argc, char** argv)
{
    FitPrecisionTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_precision.moc"
