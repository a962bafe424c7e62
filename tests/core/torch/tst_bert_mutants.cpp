// Fast mutagenesis of transformers over k-mers against running every mutant whole, and what it is made of.
#include "tests/core/torch/mutant_checks.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/data/alphabet.h"
#include "core/interpret/ism.h"
#include "core/nn/change_product.h"
#include "core/nn/self_attention.h"

#include <QtTest>

#include <array>

using namespace nscope;
using namespace nscope::tests;

namespace {

struct BertCase {
    const char* name;
    data::OptionMap options;
    std::size_t lengthNt;
    const char* target = "";
    const char* alphabet = "ACGT";
};

const std::vector<BertCase>& bertCases()
{
    const data::OptionValue classifier = text("classifier"), letters = text("mlm"), places = text("localisation");
    static const std::vector<BertCase> cases = {
        {"classes", {{"task", classifier}}, 90},
        {"classes, probability", {{"task", classifier}, {"names", text("a,b,c")}}, 90, "class:b"},
        {"one layer", {{"task", classifier}, {"layers", whole(1)}}, 60},
        {"6-mers", {{"task", classifier}, {"k", whole(6)}}, 75},
        {"4-mers, windows", {{"task", classifier}, {"k", whole(4)}}, 1100},
        {"windows of which one has a single k-mer", {{"task", classifier}}, 513},
        {"the first window alone", {{"task", classifier}, {"long_sequences", text("first")}}, 700},
        {"letters that are none of the four", {{"task", classifier}, {"k", whole(5)}}, 600, "", "ACGTN"},
        {"fewer letters than a k-mer", {{"task", classifier}, {"k", whole(5)}}, 4},
        {"masked letters", {{"task", letters}}, 120},
        {"masked letters, windows", {{"task", letters}, {"k", whole(6)}}, 700, "", "ACGTN"},
        {"localisation", {{"task", places}}, 300},
        {"localisation, windows", {{"task", places}, {"k", whole(4)}}, 1200},
        {"localisation, joined ends", {{"task", places}, {"layers", whole(1)}}, 8100},
    };
    return cases;
}

std::shared_ptr<nn::SequenceNet> randomBert(const data::OptionMap& options, int dim = 24)
{
    data::OptionMap all{{"d_model", whole(dim)}, {"heads", whole(4)}, {"d_ff", whole(2 * dim + 4)}, {"layers", whole(3)}};
    for (const auto& [id, value] : options)
        all[id] = value;
    return randomNet("utrbert", all);
}

std::string worse(const Comparison& c) { return wordsOf(c).toStdString(); }

}  // namespace

class TestBertMutants : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsWholeRuns_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < bertCases().size(); ++i)
            QTest::newRow(bertCases()[i].name) << int(i);
    }
    void equalsWholeRuns()
    {
        QFETCH(int, index);
        const BertCase& bert = bertCases()[std::size_t(index)];
        const auto net = randomBert(bert.options);
        std::mt19937_64 random{std::uint64_t(index)};
        const std::string letters = randomLetters(random, bert.lengthNt, bert.alphabet);
        const auto target = net->parseTarget(bert.target).value();
        const auto mutations = randomMutations(random, letters.size(), bert.lengthNt > 2000 ? 8 : 24);
        QVERIFY(net->mutantScorer(letters, target, kBudget, {}));
        const auto [ours, theirs] = roundingOf(net, letters, target, mutations);
        const auto truth = interpret::fullMutantScorer(net, letters, target, kBudget, {});
        const Comparison c = compared(*net->mutantScorer(letters, target, kBudget, {}), *truth, mutations);
        QVERIFY2(std::max(c.worst, c.reference) <= 1e-5 * c.range + 1e-12 * (1.0 + c.size), worse(c).c_str());
        QVERIFY(c.range > 0.0 || bert.lengthNt < 5);
        QVERIFY2(ours.worst <= std::max({1e-5 * ours.range, 2.0 * theirs.worst, 1e-6 * ours.size}),
                 (worse(ours) + ", the full scores by " + std::to_string(theirs.worst)).c_str());
    }

    void randomNetworksAreExact()
    {
        std::mt19937_64 random(20261129);
        for (int round = 0; round < 40; ++round) {
            const int heads = 1 + int(randomBelow(random, 4)), dim = heads * (1 + int(randomBelow(random, 9)));
            const char* const task = std::array{"classifier", "mlm"}[randomBelow(random, 2)];
            const auto net = randomNet("utrbert", {{"d_model", whole(std::max(4, dim))}, {"task", text(task)},
                                                   {"heads", whole(dim < 4 ? 1 : heads)},
                                                   {"d_ff", whole(4 + int(randomBelow(random, 60)))},
                                                   {"layers", whole(1 + int(randomBelow(random, 4)))},
                                                   {"k", whole(3 + int(randomBelow(random, 4)))}},
                                       std::uint64_t(round));
            net->to(torch::kFloat64);
            const std::string letters = randomLetters(random, 1 + randomBelow(random, round % 8 ? 150 : 1300),
                                                      round % 4 ? "ACGT" : "ACGTN");
            const auto target = net->parseTarget("").value();
            const auto mutations = randomMutations(random, letters.size(), 12);
            const auto full = interpret::fullMutantScorer(net, letters, target, kBudget, {});
            const Comparison c = compared(*net->mutantScorer(letters, target, kBudget, {}), *full, mutations);
            QVERIFY2(std::max(c.worst, c.reference) <= 1e-5 * c.range + 1e-12 * (1.0 + c.size),
                     ("network " + std::to_string(round) + " " + worse(c)).c_str());
        }
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
        const auto net = randomBert({{"k", whole(4)}});
        if (isDouble)
            net->to(torch::kFloat64);
        std::mt19937_64 random(4);
        const std::string letters = randomLetters(random, 1100);
        const auto target = net->parseTarget("").value();
        const auto mutations = randomMutations(random, letters.size(), 40);
        const QString fault = batchingFault(*net, letters, target, mutations, isDouble ? 1e-12 : 1e-6);
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
    }

    void whatIsNotReadChangesNothing()
    {
        std::mt19937_64 random(8);
        const std::string letters = randomLetters(random, 900);
        const auto net = randomBert({{"long_sequences", text("first")}});
        const auto fast = net->mutantScorer(letters, net->parseTarget("").value(), kBudget, {});
        const nn::Mutation same{100, data::baseIndex(letters[100])}, beyond{512, letters[512] == 'A' ? 1 : 0},
            inside{511, letters[511] == 'A' ? 1 : 0};
        const auto scores = fast->scores(std::array{same, beyond, inside}, {});
        QCOMPARE(scores[0], fast->referenceScore());
        QCOMPARE(scores[1], fast->referenceScore());
        QVERIFY(scores[2] != fast->referenceScore());
    }

    void trainingRunsWhole()
    {
        const auto net = randomBert({});
        net->train();
        QVERIFY(!net->mutantScorer("ACGTACGTACGT", net->parseTarget("").value(), kBudget, {}));
    }

    void stopsWhenAsked()
    {
        const auto net = randomBert({});
        const std::string letters(400, 'A');
        const auto fast = net->mutantScorer(letters, net->parseTarget("").value(), kBudget, {});
        std::stop_source source;
        source.request_stop();
        nn::PassOptions options;
        options.stop = source.get_token();
        const nn::Mutation mutation{3, 2};
        QVERIFY_EXCEPTION_THROWN(fast->scores({&mutation, 1}, options), nn::Cancelled);
    }

    // softmax(q·k/√E)·v as ATen computes it, for widths and lengths that fill no vector.
    void attentionIsAttention()
    {
        torch::manual_seed(3);
        for (const auto type : {torch::kFloat32, torch::kFloat64}) {
            for (const auto& [tokens, heads, width] : {std::array{1, 1, 1}, {5, 3, 7}, {37, 2, 16}, {70, 4, 33}}) {
                const torch::Tensor qkv = torch::randn({3 * tokens, 3 * heads * width}, type) * 2;
                const torch::Tensor parts = qkv.view({3, tokens, 3, heads, width}).permute({2, 0, 3, 1, 4});
                const torch::Tensor scores = at::matmul(parts[0], parts[1].transpose(2, 3)) / std::sqrt(double(width));
                const torch::Tensor expected = at::matmul(at::softmax(scores, -1), parts[2]).transpose(1, 2)
                                                   .reshape({3 * tokens, heads * width});
                const torch::Tensor found = nn::selfAttention(qkv, tokens, heads);
                QVERIFY((found - expected).abs().max().item<double>() < (type == torch::kFloat32 ? 5e-6 : 1e-13));
            }
        }
    }

    // The error is a part of the change, however large the row itself is.
    void tilesMultiplyChanges()
    {
        if (!nn::hasMatrixTiles())
            QSKIP("This processor has no tiles of bfloat16.");
        torch::manual_seed(5);
        for (const auto& [rows, depth, width] : {std::array{1, 1, 1}, {17, 33, 31}, {33, 64, 65}, {64, 100, 20}}) {
            const torch::Tensor weight = torch::randn({width, depth}), reference = torch::randn({rows, depth}) * 100;
            const torch::Tensor change = torch::randn({rows, depth}) * 0.25, row = reference + change;
            const torch::Tensor known = torch::randn({rows, width}), found = torch::empty({rows, width});
            std::vector<nn::ChangedRow> changed;
            for (int r = 0; r < rows; ++r)
                changed.push_back({row[r].data_ptr<float>(), reference[r].data_ptr<float>(), known[r].data_ptr<float>(),
                                   found[r].data_ptr<float>()});
            nn::ChangeProduct::Workspace workspace(depth);
            nn::ChangeProduct(weight).run(changed, workspace);
            const torch::Tensor exact = known.to(torch::kFloat64)
                + at::mm((row - reference).to(torch::kFloat64), weight.t().to(torch::kFloat64));
            const double size = 0.25 * std::sqrt(double(depth));
            QVERIFY((found - exact).abs().max().item<double>() < 4e-5 * size + 1e-6);
            nn::ChangeProduct(weight).run(std::span(changed).first(1), workspace);
            changed.front().from = changed.front().fromReference;
            nn::ChangeProduct(weight).run(std::span(changed).first(1), workspace);
            QVERIFY(at::equal(found[0], known[0]));
        }
    }
};

QObject* makeBertMutantTests() { return new TestBertMutants; }

#include "tst_bert_mutants.moc"
