// Fast mutagenesis of LFNet against running every mutant whole, and its feed-forward networks on matrix tiles.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/mutant_checks.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/interpret/ism.h"
#include "core/models/model_zoo.h"
#include "core/nn/change_feed_forward.h"

#include <QtTest>

#include <array>

using namespace nscope;
using namespace nscope::tests;

namespace {

struct Shape {
    int window = 20, layers = 3, dim = 16, hidden = 32;
};

/// As freshly made: weights drawn as for training.
std::shared_ptr<nn::SequenceNet> makeLfnet(const Shape& shape, std::uint64_t seed)
{
    torch::manual_seed(seed);
    auto net = models::createNet("bioseq2seq", {{"d_model", whole(shape.dim)},
                                                {"encoder_layers", whole(shape.layers)},
                                                {"decoder_layers", whole(2)},
                                                {"d_ff", whole(shape.hidden)},
                                                {"heads", whole(4)},
                                                {"window", whole(shape.window)},
                                                {"lambda", 0.01}})
                   .value();
    net->eval();
    for (torch::Tensor parameter : net->parameters())
        parameter.requires_grad_(false);
    return net;
}

std::vector<nn::Mutation> allMutations(const std::string& letters, std::size_t stride = 1)
{
    std::vector<nn::Mutation> mutations;
    for (std::size_t i = 0; i < letters.size(); i += stride) {
        for (int base = 0; base < 4; ++base) {
            if ("ACGT"[base] != letters[i])
                mutations.push_back({std::int64_t(i), base});
        }
    }
    return mutations;
}

double scoreOf(nn::SequenceNet& net, std::string_view letters)
{
    const c10::InferenceMode inference;
    return net.score_N(net.forward(net.encode(letters), {}), net.parseTarget("").value()).item<double>();
}

}  // namespace

class TestLfnetMutants : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsSinglePredictions_data()
    {
        QTest::addColumn<bool>("incremental");
        QTest::newRow("full") << false;
        QTest::newRow("incremental") << true;
    }
    void equalsSinglePredictions()
    {
        QFETCH(bool, incremental);
        if (goldenFolder("bioseq2seq_tiny").empty())
            QSKIP("NSCOPE_SHARED_DIR has no golden arrays");
        GoldenSet golden = loadGolden("tiny");
        const std::string letters = randomLetters(1000, 17);
        const auto target = golden.net->parseTarget("").value();
        const auto scorer = incremental ? golden.net->mutantScorer(letters, target, kBudget, {})
                                        : interpret::fullMutantScorer(golden.net.ptr(), letters, target, kBudget, {});
        const auto mutations = allMutations(letters);
        QCOMPARE(mutations.size(), std::size_t(3000));
        const auto scores = scorer->scores(mutations, {});
        if (m_single.empty()) {
            for (const auto& mutation : mutations) {
                std::string mutant = letters;
                mutant[std::size_t(mutation.positionNt)] = "ACGT"[mutation.base];
                m_single.push_back(scoreOf(*golden.net, mutant));
            }
        }
        const auto [low, high] = std::ranges::minmax(m_single);
        for (std::size_t i = 0; i < scores.size(); ++i)
            QVERIFY2(std::abs(scores[i] - m_single[i]) <= std::max(1e-5 * (high - low), 2e-6),
                     qPrintable(QString("%1: %2 against %3").arg(i).arg(scores[i]).arg(m_single[i])));
    }

    void manyShapesAreExact()
    {
        int checked = 0;
        for (const int window : {8, 20, 50, 100}) {
            for (const int length : {1, 7, 60, 101, 250, 399}) {
                const auto net = makeLfnet({window, 1 + (length + window) % 4}, std::uint64_t(length * 1000 + window));
                net->to(torch::kFloat64);
                const std::string letters = randomLetters(length, std::uint64_t(window + length));
                const auto target = net->parseTarget("class:NC").value();
                const auto mutations = allMutations(letters, 1 + std::size_t(length) / 12);
                const auto fast = net->mutantScorer(letters, target, std::int64_t(1) << 20, {});
                const auto full = interpret::fullMutantScorer(net, letters, target, std::int64_t(1) << 22, {});
                const auto a = fast->scores(mutations, {}), b = full->scores(mutations, {});
                for (std::size_t i = 0; i < a.size(); ++i, ++checked)
                    QVERIFY2(std::abs(a[i] - b[i]) <= 1e-9,
                             qPrintable(QString("W %1, %2 nt, position %3: %4 against %5")
                                            .arg(window)
                                            .arg(length)
                                            .arg(mutations[i].positionNt)
                                            .arg(a[i])
                                            .arg(b[i])));
                QVERIFY(std::abs(fast->referenceScore() - full->referenceScore()) <= 1e-9);
            }
        }
        QVERIFY(checked >= 600);
    }

    // float32, where matrix tiles take part if the processor has them: windows that grow and that end at the sequence's
    // ends, widths that fill no tile, hidden layers of one part and of several.
    void manyShapesInFloat32()
    {
        int checked = 0;
        for (const Shape shape : {Shape{20, 3, 16, 32}, {50, 4, 20, 301}, {8, 6, 36, 520}, {100, 2, 64, 256}}) {
            for (const int length : {5, 60, 399, 1500}) {
                const auto net = makeLfnet(shape, std::uint64_t(length + shape.window));
                const std::string letters = randomLetters(length, std::uint64_t(length));
                const auto target = net->parseTarget("").value();
                std::mt19937_64 random{std::uint64_t(length)};
                const auto mutations = randomMutations(random, letters.size(), 60);
                const Rounding rounding = roundingOf(net, letters, target, mutations);
                QVERIFY2(roundsAsWhole(rounding.ours, rounding.whole),
                         qPrintable(QString("W %1, %2 nt ").arg(shape.window).arg(length) + wordsOf(rounding)));
                QVERIFY(rounding.ours.range > 0.0);
                ++checked;
            }
        }
        QCOMPARE(checked, 16);
    }

    void batchesAndThreadsChangeNothing_data()
    {
        QTest::addColumn<bool>("isDouble");
        QTest::newRow("float64") << true;
        QTest::newRow("float32") << false;
    }
    void batchesAndThreadsChangeNothing()
    {
        QFETCH(bool, isDouble);
        const auto net = makeLfnet({50, 4, 24, 300}, 3);
        if (isDouble)
            net->to(torch::kFloat64);
        const std::string letters = randomLetters(700, 4);
        const auto target = net->parseTarget("").value();
        std::mt19937_64 random(4);
        const auto mutations = randomMutations(random, letters.size(), 50);
        const QString fault = batchingFault(*net, letters, target, mutations, isDouble ? 1e-12 : 1e-6);
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
    }

    // The error is a part of the change, however large the row itself is.
    void tilesFeedChangesForward()
    {
        if (!nn::hasMatrixTiles())
            QSKIP("This processor has no tiles of bfloat16.");
        const c10::InferenceMode inference;
        torch::manual_seed(5);
        for (const auto& [versions, rows, width, hidden] :
             {std::array{1, 1, 4, 5}, {3, 50, 33, 301}, {7, 100, 64, 512}, {2, 64, 100, 2000}}) {
            torch::nn::Linear first(width, hidden), second(hidden, width);
            const nn::ChangeFeedForward tiles(first, second);
            const torch::Tensor reference_RD = torch::randn({rows, width}) * 30;
            const torch::Tensor in_NRD = reference_RD + torch::randn({versions, rows, width}) * 0.2;
            const auto reference = tiles.reference(reference_RD);
            const torch::Tensor found = tiles.run(in_NRD, reference, [] {}) - reference.out_RD;
            first->to(torch::kFloat64);
            second->to(torch::kFloat64);
            const auto formula = [&](const torch::Tensor& x) {
                return second->forward(at::relu(first->forward(x.to(torch::kFloat64))));
            };
            const torch::Tensor change = formula(in_NRD) - formula(reference_RD);
            // The rounding of the reference rows themselves, which both sides of a difference share, stays out: 30 · 2⁻²⁴.
            QVERIFY((found - change).abs().max().item<double>() < 4e-5 * change.abs().max().item<double>() + 1e-5);
            QVERIFY(at::equal(tiles.run(reference_RD.unsqueeze(0), reference, [] {})[0], reference.out_RD));
        }
    }

    void stops()
    {
        const auto net = makeLfnet({20, 3, 16, 300}, 3);
        const std::string letters = randomLetters(300, 4);
        const auto scorer = net->mutantScorer(letters, net->parseTarget("").value(), kBudget, {});
        const auto mutations = allMutations(letters);
        const auto before = scorer->scores(mutations, {});
        std::stop_source source;
        source.request_stop();
        nn::PassOptions options;
        options.stop = source.get_token();
        QVERIFY_THROWS_EXCEPTION(nn::Cancelled, scorer->scores(mutations, options));
        QVERIFY(scorer->scores(mutations, {}) == before);
    }

private:
    std::vector<double> m_single;
};

QObject* makeLfnetMutantTests() { return new TestLfnetMutants; }

#include "tst_lfnet_mutants.moc"
