// Every form of the localisation and expression networks with random weights: any input, gradients, batches,
// mutagenesis, training, storing. What each is meant to see: tst_rna_inputs.cpp.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/rna_checks.h"

#include "core/interpret/gradient.h"
#include "core/interpret/ism.h"
#include "core/models/weights.h"
#include "core/nn/nucleotide_input.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;

namespace {

struct Variant {
    const char* name;
    const char* architecture;
    data::OptionMap options;
    int longestNt;  ///< a length at which the whole of it is quick
};

/// Every form of every family, as small as it can be without losing a layer.
const std::vector<Variant>& variants()
{
    static const std::vector<Variant> list = {
        {"fixed", "rnatracker", {{"length", whole(200)}, {"filters", whole(6)}, {"lstm_units", whole(5)}}, 260},
        {"fixed, no LSTM", "rnatracker", {{"length", whole(200)}, {"filters", whole(6)}, {"lstm", false}}, 260},
        {"fixed, no attention",
         "rnatracker",
         {{"length", whole(200)}, {"filters", whole(6)}, {"attention", text("none")}},
         260},
        {"fixed, paper's attention",
         "rnatracker",
         {{"length", whole(200)}, {"filters", whole(6)}, {"attention", text("one-layer")}, {"gates", text("sigmoid")}},
         260},
        {"fixed, joint structure",
         "rnatracker",
         {{"length", whole(200)}, {"filters", whole(6)}, {"structure", text("joint")}},
         260},
        {"fixed, separate structure",
         "rnatracker",
         {{"length", whole(200)}, {"filters", whole(6)}, {"structure", text("separate")}},
         260},
        {"full", "rnatracker-full", {{"filters", whole(6)}, {"lstm_units", whole(5)}}, 400},
        {"full, two convolutions", "rnatracker-full", {{"filters", whole(6)}, {"conv_layers", whole(2)}}, 300},
        {"full, no LSTM", "rnatracker-full", {{"filters", whole(6)}, {"lstm", false}}, 400},
        {"GRU", "rnatracker-gru", {}, 120},
        {"DNN", "kmer-mlp", {{"k", whole(3)}}, 300},
        {"NN", "kmer-mlp", {{"k", whole(3)}, {"hidden_layers", whole(0)}}, 300},
        {"shares", "kmer-mlp", {{"k", whole(3)}, {"scale", text("shares")}, {"reading_frame", true}}, 300},
        {"DM3Loc", "dm3loc", {}, 200},
        {"DM3Loc, two folds", "dm3loc", {{"folds", whole(2)}}, 120},
        {"transformer", "deeplncloc-transformer", {{"length", whole(120)}, {"slices", whole(12)}}, 120},
        {"transformer, trained words",
         "deeplncloc-transformer",
         {{"length", whole(120)},
          {"slices", whole(12)},
          {"train_embedding", true},
          {"dense", whole(0)},
          {"tf", whole(3)}},
         140},
        {"LSTM", "deeplncloc-lstm", {{"length", whole(120)}, {"slices", whole(12)}, {"lstm_units", whole(7)}}, 120},
        {"chunks", "divide-et-impera", {{"length", whole(250)}, {"filters", whole(6)}, {"tf", whole(4)}}, 250},
        {"shared chunks",
         "divide-et-impera",
         {{"length", whole(250)}, {"filters", whole(6)}, {"share_chunks", true}, {"halflife", whole(0)}},
         270},
        {"Xpresso",
         "xpresso",
         {{"length", whole(200)}, {"pool1", whole(8)}, {"pool2", whole(5)}, {"filters1", whole(6)}},
         200},
    };
    return list;
}

void variantRows()
{
    QTest::addColumn<int>("variant");
    for (std::size_t i = 0; i < variants().size(); ++i)
        QTest::newRow(variants()[i].name) << int(i);
}

const Variant& variantOf(int index) { return variants()[std::size_t(index)]; }

bool wantsStructure(const nn::SequenceNet& net)
{
    return !net.spec().input.further.empty() && net.spec().input.further.front().id == "structure";
}

/// Several sequences with their features as one padded batch.
nn::NetInput batchOf(const nn::SequenceNet& net, const std::vector<std::string>& sequences)
{
    std::vector<std::string_view> views(sequences.begin(), sequences.end());
    nn::NetInput input = net.encode(views);
    for (const engine::InputSpec& further : net.spec().input.further) {
        std::vector<torch::Tensor> rows;
        for (std::size_t n = 0; n < sequences.size(); ++n) {
            const auto values = featuresFor(net, sequences[n].size(), unsigned(n)).at(further.id);
            torch::Tensor row = torch::tensor(values);
            if (further.width == 0)
                row = at::constant_pad_nd(row, {0, input.length() - row.size(0)});
            rows.push_back(row);
        }
        input.features[further.id] = at::stack(rows, 0).to(net.scalarType());
    }
    return input;
}

}  // namespace

class TestRnaModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionNamesTheLengthThatIsRead()
    {
        const auto shorter = makeNet("rnatracker", {{"length", whole(1500)}});
        const engine::ModelSpec& spec = shorter->spec();
        QCOMPARE(spec.input.lengthNt, std::int64_t(1500));
        for (const std::string& text : {spec.input.padding, spec.help})
            QVERIFY2(text.find("last 1,500 nt") != std::string::npos, text.c_str());
        const auto full = makeNet("rnatracker-full", {});
        QCOMPARE(full->spec().input.lengthNt, std::int64_t(0));
        QVERIFY(full->spec().help.ends_with("the whole transcript"));
    }

    void everyFamilyDescribesItself()
    {
        for (const Variant& variant : variants()) {
            const auto net = makeNet(variant.architecture, variant.options);
            const engine::ModelSpec& spec = net->spec();
            QVERIFY(!spec.name.empty() && !spec.help.empty() && !spec.citation.empty() && !spec.input.padding.empty());
            QVERIFY(!spec.targets.empty());
            QCOMPARE(spec.architecture, std::string(variant.architecture));
            QVERIFY2(engine::completeOptions({}, spec.options).has_value(), variant.name);
            for (const engine::TargetSpec& target : spec.targets)
                QVERIFY2(net->parseTarget(target.id).has_value(), target.id.c_str());
        }
    }

    void anyLengthAndAnyLetterIsAnswered_data() { variantRows(); }
    void anyLengthAndAnyLetterIsAnswered()
    {
        QFETCH(int, variant);
        const auto net = makeNet(variantOf(variant).architecture, variantOf(variant).options);
        for (const int length : {1, 2, 7, 8, 9, 80, 81, 82, 119, 120, 121, 199, 200, 201, 350, 4100, 9001}) {
            std::string letters = randomLetters(length, std::uint64_t(length));
            letters[std::size_t(length) / 3] = 'N';
            letters[std::size_t(length) / 2] = 'U';
            const auto features = featuresFor(*net, letters.size(), 1);
            const data::Prediction prediction = predicted(*net, letters, features);
            double sum = 0.0;
            for (const double value : numbersOf(prediction)) {
                QVERIFY2(std::isfinite(value), qPrintable(QString("%1 nt").arg(length)));
                sum += value;
            }
            if (!prediction.predictedClass.empty())
                QVERIFY(std::abs(sum - 1.0) < 1e-5);
            QVERIFY(net->passBytes(1, length, false) > 0);
        }
        QVERIFY(net->stages(150).size() >= 2);
        if (wantsStructure(*net))
            QVERIFY_EXCEPTION_THROWN(net->encode("ACGT", {}), std::invalid_argument);
    }

    void thymineAndUracilAreTheSame_data() { variantRows(); }
    void thymineAndUracilAreTheSame()
    {
        QFETCH(int, variant);
        const auto net = makeNet(variantOf(variant).architecture, variantOf(variant).options);
        const std::string letters = randomLetters(variantOf(variant).longestNt, 3);
        std::string rna = letters;
        std::ranges::replace(rna, 'T', 'U');
        const auto features = featuresFor(*net, letters.size(), 1);
        QCOMPARE(answer(*net, rna, features), answer(*net, letters, features));
    }

    void gradientEqualsCentralDifferences_data() { variantRows(); }
    void gradientEqualsCentralDifferences()
    {
        QFETCH(int, variant);
        const auto net = makeNet(variantOf(variant).architecture, variantOf(variant).options);
        net->to(torch::kFloat64);
        const std::int64_t length = variantOf(variant).longestNt;
        const auto features = featuresFor(*net, std::size_t(length), 2);
        const engine::ModelOutputs& out = net->spec().outputs;
        const bool fractions = !out.scalars.empty() && net->parseTarget("logit:" + out.scalars.front()).has_value();
        const auto target = net->parseTarget(fractions ? "logit:" + out.scalars.front() : std::string()).value();
        nn::NetInput input = net->onehot(net->encode(randomLetters(length, 11), features));
        // Repeats tie in max-pooling, where there is no derivative; a little of other letters everywhere parts them.
        input.onehot_NLC = input.onehot_NLC + 0.05 * torch::rand_like(input.onehot_NLC);
        const torch::Tensor at = input.onehot_NLC.clone().requires_grad_(true);
        const auto scoreAt = [&](const torch::Tensor& onehot_NLC) {
            nn::NetInput moved = input;
            moved.onehot_NLC = onehot_NLC;
            return net->score_N(net->forward(moved, {}), target).sum();
        };
        const torch::Tensor gradient = torch::autograd::grad({scoreAt(at)}, {at}).front()[0];
        const double scale = gradient.abs().max().item<double>();
        QVERIFY(scale > 0.0);
        const c10::InferenceMode inference;
        const double step = 1e-6;
        int checked = 0;
        for (std::int64_t i = length / 5; i < length; i += 1 + length / 30, ++checked) {
            torch::Tensor shift = torch::zeros_like(input.onehot_NLC);
            shift[0][i][i % 4] = step;
            const double expected =
                (scoreAt(input.onehot_NLC + shift) - scoreAt(input.onehot_NLC - shift)).item<double>() / (2 * step);
            const double got = gradient[i][i % 4].item<double>();
            QVERIFY2(std::abs(got - expected) <= 1e-5 * scale,
                     qPrintable(QString("%1: %2 against %3 of %4").arg(i).arg(got).arg(expected).arg(scale)));
        }
        QVERIFY(checked >= 20);
    }

    void explanationsReachTheUsersLetters_data() { variantRows(); }
    void explanationsReachTheUsersLetters()
    {
        QFETCH(int, variant);
        const auto net = makeNet(variantOf(variant).architecture, variantOf(variant).options);
        for (const int length : {1, 60, 700}) {
            const std::string letters = randomLetters(length, 12);
            const auto features = featuresFor(*net, letters.size(), 2);
            const auto gradient = interpret::inputGradient(*net, letters, net->parseTarget("").value(), {}, features);
            QCOMPARE(gradient.gradient_LC.sizes(), at::IntArrayRef({length, nn::kNucleotideSymbols}));
            QVERIFY(gradient.gradient_LC.isfinite().all().item<bool>());
            QVERIFY(length < 60 || gradient.gradient_LC.abs().max().item<double>() > 0.0);
        }
    }

    void batchOfDifferentLengthsEqualsEachAlone_data() { variantRows(); }
    void batchOfDifferentLengthsEqualsEachAlone()
    {
        QFETCH(int, variant);
        const auto net = makeNet(variantOf(variant).architecture, variantOf(variant).options);
        std::vector<std::string> sequences;
        for (const int length : {variantOf(variant).longestNt, 120, 1, 170, 9, 400})
            sequences.push_back(randomLetters(length, std::uint64_t(length) + 1));
        const c10::InferenceMode inference;
        const auto outputs = net->forward(batchOf(*net, sequences), {});
        for (std::size_t n = 0; n < sequences.size(); ++n) {
            const auto alone = answer(*net, sequences[n], featuresFor(*net, sequences[n].size(), unsigned(n)));
            QVERIFY2(largestDifference(numbersOf(net->prediction(outputs, std::int64_t(n))), alone) < 2e-6,
                     qPrintable(QString("row %1").arg(n)));
        }
    }

    void mutagenesisEqualsSinglePredictions_data() { variantRows(); }
    void mutagenesisEqualsSinglePredictions()
    {
        QFETCH(int, variant);
        const auto net = makeNet(variantOf(variant).architecture, variantOf(variant).options);
        const std::string letters = randomLetters(std::min(variantOf(variant).longestNt, 130), 17);
        const auto features = featuresFor(*net, letters.size(), 3);
        const auto target = net->parseTarget("").value();
        const auto scorer = interpret::fullMutantScorer(net, letters, target, std::int64_t(64) << 20, {}, features);
        std::vector<nn::Mutation> mutations;
        for (std::size_t i = 0; i < letters.size(); i += 5)
            mutations.push_back({std::int64_t(i), letters[i] == 'G' ? 3 : 2});
        const auto scores = scorer->scores(mutations, {});
        for (std::size_t m = 0; m < mutations.size(); ++m) {
            const std::string mutant =
                replaced(letters, std::size_t(mutations[m].positionNt), 1, "ACGT"[mutations[m].base]);
            const c10::InferenceMode inference;
            const double alone = net->score_N(net->forward(net->encode(mutant, features), {}), target).item<double>();
            QVERIFY(std::abs(scores[m] - alone) < 5e-6);
        }
    }

    void trainingReachesEveryWeight_data() { variantRows(); }
    void trainingReachesEveryWeight()
    {
        QFETCH(int, variant);
        const auto net = makeNet(variantOf(variant).architecture, variantOf(variant).options);
        for (torch::Tensor parameter : net->parameters())
            parameter.requires_grad_(true);
        net->train();
        const nn::NetInput input =
            batchOf(*net, {randomLetters(variantOf(variant).longestNt, 1), randomLetters(190, 2)});
        const auto outputs = net->forward(input, {});
        net->score_N(outputs, net->parseTarget("").value()).sum().backward();
        for (const auto& item : net->named_parameters())
            QVERIFY2(item.value().grad().defined(), item.key().c_str());
    }

    void weightsAreStoredWhole_data() { variantRows(); }
    void weightsAreStoredWhole()
    {
        QFETCH(int, variant);
        const auto net = makeNet(variantOf(variant).architecture, variantOf(variant).options, 1);
        for (torch::Tensor buffer : net->buffers()) {
            if (buffer.is_floating_point())
                buffer.uniform_(0.5, 1.5);
        }
        const auto other = makeNet(variantOf(variant).architecture, variantOf(variant).options, 2);
        const std::string letters = randomLetters(variantOf(variant).longestNt, 3);
        const auto features = featuresFor(*net, letters.size(), 1);
        QVERIFY(largestDifference(answer(*net, letters, features), answer(*other, letters, features)) > 0.0);
        QVERIFY(models::applyState(*other, models::stateOf(*net)).has_value());
        QCOMPARE(answer(*other, letters, features), answer(*net, letters, features));
    }
};

QObject* makeRnaModelTests() { return new TestRnaModels; }

#include "tst_rna_models.moc"
