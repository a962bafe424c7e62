// Blocks below the localisation and expression networks, held against plain loops over plain numbers.
#include "tests/core/torch/golden_set.h"

#include "core/nn/additive_attention.h"
#include "core/nn/keras_lstm.h"
#include "core/nn/kmers.h"
#include "core/nn/nucleotide_input.h"
#include "core/nn/step_track.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;

namespace {

double hardSigmoid(double x) { return std::clamp(0.2 * x + 0.5, 0.0, 1.0); }
double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

/// Keras' equations, one number after the other: h of every step of one sequence, U units.
std::vector<double> plainLstm(const torch::Tensor& gates_TG, const torch::Tensor& weight_GU,
                              const std::vector<bool>& keep, bool hard, bool reverse)
{
    const auto gates = gates_TG.accessor<double, 2>();
    const auto weight = weight_GU.accessor<double, 2>();
    const int steps = int(gates_TG.size(0)), units = int(weight_GU.size(1));
    const auto gate = [hard](double x) { return hard ? hardSigmoid(x) : sigmoid(x); };
    std::vector<double> out(std::size_t(steps * units)), h(std::size_t(units), 0.0), c(std::size_t(units), 0.0);
    for (int i = 0; i < steps; ++i) {
        const int t = reverse ? steps - 1 - i : i;
        if (keep[std::size_t(t)]) {
            const std::vector<double> before = h;
            const auto preactivation = [&](int g) {
                double sum = gates[t][g];
                for (int k = 0; k < units; ++k)
                    sum += weight[g][k] * before[std::size_t(k)];
                return sum;
            };
            for (int u = 0; u < units; ++u) {
                double& cell = c[std::size_t(u)];
                cell = gate(preactivation(units + u)) * cell
                       + gate(preactivation(u)) * std::tanh(preactivation(2 * units + u));
                h[std::size_t(u)] = gate(preactivation(3 * units + u)) * std::tanh(cell);
            }
        }
        for (int u = 0; u < units; ++u)
            out[std::size_t(t * units + u)] = h[std::size_t(u)];
    }
    return out;
}

/// Masks of three sequences of nine steps each.
torch::Tensor maskOf(const QString& kind)
{
    if (kind == "none")
        return {};
    torch::Tensor keep = torch::ones({3, 9}, torch::kBool);
    if (kind == "leading") {
        keep[0].narrow(0, 0, 4).fill_(false);
        keep[2].narrow(0, 0, 8).fill_(false);
    } else if (kind == "scattered") {
        for (const int t : {0, 3, 4, 8})
            keep[1][t] = false;
        keep[2][5] = false;
    } else {
        keep.fill_(false);
    }
    return keep;
}

nn::ScanRule ruleOf(bool hard, bool reverse, const torch::Tensor& keep)
{
    return {hard ? nn::GateActivation::HardSigmoid : nn::GateActivation::Sigmoid, reverse, keep, {}};
}

std::size_t countOf(const std::string& letters, const std::string& word)
{
    std::size_t count = 0;
    for (std::size_t at = letters.find(word); at != std::string::npos; at = letters.find(word, at + 1))
        ++count;
    return count;
}

/// The k-mer of an index in alphabetical order.
std::string wordOf(std::int64_t index, int k)
{
    std::string word(std::size_t(k), 'A');
    for (int i = k - 1; i >= 0; --i, index /= 4)
        word[std::size_t(i)] = "ACGT"[index % 4];
    return word;
}

/// Symbols of several sequences, padded at the end.
nn::NetInput encoded(const std::vector<std::string>& sequences)
{
    nn::NetInput input;
    std::size_t longest = 0;
    for (const std::string& letters : sequences) {
        longest = std::max(longest, letters.size());
        input.lengths.push_back(std::int64_t(letters.size()));
    }
    input.ids_NL =
        torch::full({std::int64_t(sequences.size()), std::int64_t(longest)}, nn::kNucleotidePadding, torch::kInt64);
    for (std::size_t n = 0; n < sequences.size(); ++n) {
        for (std::size_t i = 0; i < sequences[n].size(); ++i)
            input.ids_NL[std::int64_t(n)][std::int64_t(i)] = nn::nucleotideSymbol(sequences[n][i]);
    }
    return input;
}

torch::Tensor channelsOf(const nn::NetInput& input, double unknown = 0.0)
{
    return nn::nucleotideChannels_NLC(input, {"ACGT", unknown}, torch::TensorOptions(torch::kFloat64));
}

}  // namespace

class TestRnaBlocks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scanEqualsAPlainLoop_data()
    {
        QTest::addColumn<bool>("hard");
        QTest::addColumn<bool>("reverse");
        QTest::addColumn<QString>("mask");
        for (const bool hard : {false, true}) {
            for (const bool reverse : {false, true}) {
                for (const char* mask : {"none", "leading", "scattered", "all"})
                    QTest::addRow("%s %s, masked: %s", hard ? "hard" : "soft", reverse ? "backward" : "forward", mask)
                        << hard << reverse << QString(mask);
            }
        }
    }
    void scanEqualsAPlainLoop()
    {
        QFETCH(bool, hard);
        QFETCH(bool, reverse);
        QFETCH(QString, mask);
        torch::manual_seed(3);
        // Eleven units: more than a block of the kernel, and not a multiple of it.
        const torch::Tensor gates = 2.0 * torch::randn({3, 9, 44}, torch::kFloat64);
        const torch::Tensor weight = torch::randn({44, 11}, torch::kFloat64);
        const torch::Tensor keep = maskOf(mask);
        const nn::ScanRule rule = ruleOf(hard, reverse, keep);
        const torch::Tensor scanned = nn::lstmScan(gates, weight, rule);
        const torch::Tensor stepped = nn::lstmScanSteps(gates, weight, rule);
        QCOMPARE(scanned.sizes(), at::IntArrayRef({3, 9, 11}));
        for (int n = 0; n < 3; ++n) {
            std::vector<bool> kept(9, true);
            for (int t = 0; keep.defined() && t < 9; ++t)
                kept[std::size_t(t)] = keep[n][t].item<bool>();
            const torch::Tensor expected =
                torch::tensor(plainLstm(gates[n], weight, kept, hard, reverse), torch::kFloat64).view({9, 11});
            QVERIFY(maxDifference(scanned[n], expected) < 1e-12);
            QVERIFY(maxDifference(stepped[n], expected) < 1e-12);
        }
        const torch::Tensor single = nn::lstmScan(gates.to(torch::kFloat32), weight.to(torch::kFloat32), rule);
        QVERIFY(maxDifference(single, scanned) < 1e-5);
    }

    void scanGradientsEqualThoseOfTheSteps_data() { scanEqualsAPlainLoop_data(); }
    void scanGradientsEqualThoseOfTheSteps()
    {
        QFETCH(bool, hard);
        QFETCH(bool, reverse);
        QFETCH(QString, mask);
        torch::manual_seed(5);
        const torch::Tensor gates = torch::randn({3, 9, 44}, torch::kFloat64).requires_grad_(true);
        const torch::Tensor weight = torch::randn({44, 11}, torch::kFloat64).requires_grad_(true);
        const torch::Tensor probe = torch::randn({3, 9, 11}, torch::kFloat64);
        const nn::ScanRule rule = ruleOf(hard, reverse, maskOf(mask));
        const auto gradients = [&](const torch::Tensor& out) {
            return torch::autograd::grad({(out * probe).sum()}, {gates, weight}, {}, {}, false, true);
        };
        const auto kernel = gradients(nn::lstmScan(gates, weight, rule));
        const auto steps = gradients(nn::lstmScanSteps(gates, weight, rule));
        if (mask == "all") {  // nothing is computed, so nothing depends on anything
            QCOMPARE(kernel[0].abs().max().item<double>(), 0.0);
            QCOMPARE(kernel[1].abs().max().item<double>(), 0.0);
            return;
        }
        QVERIFY(maxDifference(kernel[0], steps[0]) < 1e-11);
        QVERIFY(maxDifference(kernel[1], steps[1]) < 1e-11);
    }

    void onlyWhatNeedsAGradientIsTraced()
    {
        const torch::Tensor gates = torch::randn({2, 5, 16});
        const torch::Tensor weight = torch::randn({16, 4});
        QVERIFY(!nn::lstmScan(gates, weight, {}).requires_grad());
        const torch::Tensor frozen = nn::lstmScan(gates.clone().requires_grad_(true), weight, {});
        QVERIFY(frozen.requires_grad());
        const c10::InferenceMode inference;
        QVERIFY(maxDifference(nn::lstmScan(gates, weight, {}), frozen.detach()) == 0.0);
    }

    void lstmLayerIsKeras()
    {
        nn::KerasLstm lstm(nn::LstmShape{.in = 5, .units = 3, .dropout = 0.5, .recurrentDropout = 0.5});
        std::int64_t count = 0;
        for (const torch::Tensor& parameter : lstm->parameters())
            count += parameter.numel();
        QCOMPARE(count, std::int64_t(4 * (5 * 3 + 3 * 3 + 3)));
        QCOMPARE(lstm->bias.sum().item<double>(), 3.0);  // the forget gate's
        QCOMPARE(lstm->bias.narrow(0, 3, 3).min().item<double>(), 1.0);
        const torch::Tensor x = torch::ones({2, 6, 5});
        lstm->train();
        QVERIFY(maxDifference(lstm->forward(x, {}), lstm->forward(x, {})) > 1e-4);
        lstm->eval();
        QCOMPARE(maxDifference(lstm->forward(x, {}), lstm->forward(x, {})), 0.0);
        const torch::Tensor gates = at::linear(x, lstm->weight_ih, lstm->bias);
        QCOMPARE(maxDifference(lstm->forward(x, {}), nn::lstmScan(gates, lstm->weight_hh, {})), 0.0);
    }

    void inputDropoutIsTheSameAtEveryStep()
    {
        nn::KerasLstm lstm(nn::LstmShape{.in = 8, .units = 3, .dropout = 0.5});
        const at::NoGradGuard noGrad;
        lstm->weight_hh.zero_();
        lstm->bias.zero_();
        lstm->bias.narrow(0, 3, 3).fill_(-1e4);  // forgets everything: a step's output follows from its input alone
        const torch::Tensor out = lstm->forward(torch::ones({4, 6, 8}), {});
        for (int t = 1; t < 6; ++t)
            QVERIFY(maxDifference(out.select(1, t), out.select(1, 0)) < 1e-7);
        QVERIFY(maxDifference(out[0], out[1]) > 1e-4);
    }

    void backwardDirectionReadsTheReversedSequence()
    {
        torch::manual_seed(2);
        nn::BidirectionalLstm lstm(nn::LstmShape{.in = 4, .units = 3, .gates = nn::GateActivation::HardSigmoid});
        lstm->eval();
        const auto parameters = lstm->named_parameters();
        for (const char* name : {"weight_ih", "weight_hh", "bias"}) {
            const at::NoGradGuard noGrad;
            torch::Tensor(parameters["backward." + std::string(name)])
                .copy_(parameters["forward." + std::string(name)]);
        }
        const torch::Tensor x = torch::randn({2, 7, 4});
        const torch::Tensor there = lstm->forward(x, {}), back = lstm->forward(x.flip(1), {}).flip(1);
        QVERIFY(maxDifference(there.narrow(2, 0, 3), back.narrow(2, 3, 3)) < 1e-6);
        QVERIFY(maxDifference(there.narrow(2, 3, 3), back.narrow(2, 0, 3)) < 1e-6);
    }

    void zeroStepsAreMasked()
    {
        torch::Tensor x = torch::zeros({1, 4, 3});
        x[0][1][2] = -1e-30;
        x[0][3][0] = 2.0;
        const torch::Tensor keep = nn::nonZeroSteps_NT(x);
        QVERIFY(keep.equal(torch::tensor({false, true, false, true}).view({1, 4})));
    }

    void attentionIsASoftmaxOfScores()
    {
        torch::manual_seed(4);
        nn::AdditiveAttention two(6, 5), one(6, 0);
        QCOMPARE(two->parameters().size(), std::size_t(3));
        QCOMPARE(one->parameters().size(), std::size_t(2));
        const torch::Tensor h = torch::randn({2, 7, 6});
        const torch::Tensor hidden =
            torch::tanh(torch::matmul(h, two->attention_w->weight.t()) + two->attention_w->bias);
        const torch::Tensor scores = torch::matmul(hidden, two->attention_w2->weight.t()).squeeze(2);
        const torch::Tensor weights = two->weights_NT(h, {});
        QVERIFY(maxDifference(weights, torch::softmax(scores, 1)) < 1e-6);
        torch::Tensor sum = torch::zeros({2, 6});
        for (int t = 0; t < 7; ++t)
            sum += weights.select(1, t).unsqueeze(1) * h.select(1, t);
        QVERIFY(maxDifference(nn::weightedSum_ND(weights, h), sum) < 1e-6);
        QVERIFY(maxDifference(one->weights_NT(h, {}).sum(1), torch::ones({2})) < 1e-6);

        torch::Tensor keep = torch::ones({2, 7}, torch::kBool);
        keep[1].narrow(0, 5, 2).fill_(false);
        const torch::Tensor masked = two->weights_NT(h, keep);
        QCOMPARE(masked[1].narrow(0, 5, 2).abs().max().item<double>(), 0.0);
        QVERIFY(maxDifference(masked[1].narrow(0, 0, 5), torch::softmax(scores[1].narrow(0, 0, 5), 0)) < 1e-6);
    }

    void kmersAreCounted_data()
    {
        QTest::addColumn<int>("k");
        for (int k = 1; k <= 6; ++k)
            QTest::addRow("%d-mers", k) << k;
    }
    void kmersAreCounted()
    {
        QFETCH(int, k);
        std::string with = randomLetters(900, std::uint64_t(k));
        with[17] = with[500] = 'N';
        const std::vector<std::string> sequences{with, randomLetters(40, 9), "ACG", "A"};
        const torch::Tensor counts = nn::kmerCounts_NK(channelsOf(encoded(sequences)), k);
        QCOMPARE(counts.sizes(), at::IntArrayRef({4, std::int64_t(1) << (2 * k)}));
        for (std::int64_t n = 0; n < 4; ++n) {
            for (std::int64_t word = 0; word < counts.size(1); ++word)
                QCOMPARE(counts[n][word].item<double>(), double(countOf(sequences[std::size_t(n)], wordOf(word, k))));
        }
    }

    void mixedLettersCountInParts()
    {
        QCOMPARE(nn::kmerCounts_NK(channelsOf(encoded({"ACGTA"})), 7).sum().item<double>(), 0.0);
        const torch::Tensor counts = nn::kmerCounts_NK(channelsOf(encoded({"ANG"}), 0.25), 3);
        QCOMPARE(counts.sum().item<double>(), 1.0);
        QCOMPARE(counts[0][0b000010].item<double>(), 0.25);  // AAG
        QCOMPARE(counts[0][0b001110].item<double>(), 0.25);  // ATG
        const torch::Tensor bases = channelsOf(encoded({"ACGT"})).requires_grad_(true);
        const auto gradient = torch::autograd::grad({nn::kmerCounts_NK(bases, 3)[0][0b000111]}, {bases}).front();
        QCOMPARE(gradient[0][0][0].item<double>(), 0.0);  // ACT is no word here whatever the first letter
        QCOMPARE(gradient[0][2][3].item<double>(), 1.0);  // but with T for G, the first word is
    }

    void windowsCutAndPadEveryRowByItself()
    {
        const nn::NetInput input = encoded({"ACGTACGT", "GG", "T"});
        const torch::Tensor x = channelsOf(input);
        const auto lettersAt = [](const torch::Tensor& rows_LC) {
            std::string letters;
            for (std::int64_t i = 0; i < rows_LC.size(0); ++i)
                letters +=
                    rows_LC[i].sum().item<double>() == 0.0 ? '-' : "ACGT"[rows_LC[i].argmax().item<std::int64_t>()];
            return letters;
        };
        const auto windows = [&](const std::function<std::int64_t(std::int64_t)>& startOf) {
            const torch::Tensor shown = nn::windowed_NLC(x, input, 5, startOf);
            return std::vector{lettersAt(shown[0]), lettersAt(shown[1]), lettersAt(shown[2])};
        };
        QCOMPARE(windows([](std::int64_t) { return 0; }), (std::vector<std::string>{"ACGTA", "GG---", "T----"}));
        QCOMPARE(windows([](std::int64_t n) { return n / 2 - 2; }),
                 (std::vector<std::string>{"GTACG", "-GG--", "--T--"}));
        QCOMPARE(windows([](std::int64_t) { return -4; }), (std::vector<std::string>{"----A", "----G", "----T"}));
        QCOMPARE(windows([](std::int64_t) { return -9; }), (std::vector<std::string>{"-----", "-----", "-----"}));
        QCOMPARE(windows([](std::int64_t n) { return n; }), (std::vector<std::string>{"-----", "-----", "-----"}));
        const torch::Tensor last = nn::fitted_NLC(x, input, {5, nn::Keep::Last, nn::PadAt::Start});
        QCOMPARE(lettersAt(last[0]), std::string("TACGT"));
        QCOMPARE(lettersAt(last[1]), std::string("---GG"));
    }

    void stepsAreSharedOutAmongTheirLetters()
    {
        nn::NetInput input = encoded({"ACGTAC", "GGG"});
        const torch::Tensor weights = torch::tensor({0.75, 0.25, 0.5, 0.5}, torch::kFloat64).view({2, 1, 2});
        const torch::Tensor letters = nn::lettersOfSteps_NHQL(
            weights, input, 2, [](std::int64_t lengthNt, std::int64_t i) { return lengthNt == 6 ? i / 2 : i - 1; });
        QCOMPARE(letters.sizes(), at::IntArrayRef({2, 1, 1, 6}));
        const torch::Tensor expected = torch::tensor({0.375, 0.375, 0.125, 0.125, 0.0, 0.0,  // no third step
                                                      0.0, 0.25, 0.25, 0.0, 0.0, 0.0},
                                                     torch::kFloat64);
        QCOMPARE(maxDifference(letters.flatten(), expected), 0.0);
    }
};

QObject* makeRnaBlockTests() { return new TestRnaBlocks; }

#include "tst_rna_blocks.moc"
