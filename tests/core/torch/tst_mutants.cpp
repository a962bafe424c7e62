// Fast mutagenesis against its definition: every network's own scorer gives what running each mutant whole gives.
#include "tests/core/torch/mutant_checks.h"
#include "tests/core/torch/random_layers.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/data/alphabet.h"
#include "core/interpret/ism.h"
#include "core/models/stack_net.h"
#include "tests/support/random_letters.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;

namespace {

/// Networks of published form with few filters, at lengths that a user would give them.
struct ZooCase {
    const char* name;
    const char* architecture;
    data::OptionMap options;
    std::size_t lengthNt;
    const char* target = "";
};
const std::vector<ZooCase>& zooCases()
{
    static const std::vector<ZooCase> cases = {
        {"basset", "basset", {{"filters", text("30,20,20")}, {"dense", whole(50)}}, 2048},
        {"basset, a shorter sequence", "basset", {{"filters", text("30,20,20")}, {"dense", whole(50)}}, 1501},
        {"bpnet", "bpnet", {{"filters", whole(32)}, {"tasks", text("a,b")}}, 2048},
        {"bpnet, one window", "bpnet", {{"filters", whole(32)}, {"layers", whole(5)}, {"tasks", text("a,b")}}, 2048,
         "task:b@1001-1100"},
        {"ori_bpnet", "bpnet", {{"variant", text("ori_bpnet")}, {"tasks", text("a,b")}, {"bin_size", whole(4)}}, 2048},
        {"ori_bpnet, reads", "bpnet", {{"variant", text("ori_bpnet")}, {"tasks", text("a,b")}}, 2048, "counts:b"},
        {"cnn-profile", "cnn-profile", {{"filters", text("24,24,32")}, {"dense", whole(40)}, {"bin_size", whole(32)},
                                        {"tasks", text("a,b")}}, 2048, "task:a@500-900"},
        {"residualbind", "residualbind", {{"filters", text("24,24,32")}, {"dense", whole(40)},
                                          {"bin_size", whole(32)}, {"tasks", text("a,b")}}, 2048},
        {"residualbind, labels", "residualbind", {{"filters", text("24,24,32")}, {"head", text("binary")}}, 2048},
        {"residualbind-32", "residualbind-32", {{"filters", text("24,24,32")}, {"head", text("task")},
                                                {"head_filters", whole(20)}, {"tasks", text("a,b,c")}}, 2048,
         "task:c@1-320"},
        {"basenji", "basenji", {{"filters", whole(32)}, {"final_filters", whole(40)}, {"tasks", text("a,b")}}, 2048},
        {"basenji w1_b64", "basenji", {{"variant", text("w1_b64")}, {"filters", whole(16)}, {"tower_filters", whole(16)},
                                       {"residual_filters", whole(16)}, {"final_filters", whole(16)},
                                       {"tasks", text("a")}}, 2048, "task:a@1000-1050"},
        {"basenji binary", "basenji", {{"variant", text("binary")}, {"filters", whole(16)}}, 2048},
        {"mpra-cnn", "mpra-cnn", {}, 230},
        {"mpra-cnn residualbind", "mpra-cnn", {{"form", text("residualbind")}}, 230},
        {"mpra-cnn resnet", "mpra-cnn", {{"form", text("resnet")}}, 230},
        {"mprann", "mprann", {}, 230},
        {"peak-cnn", "peak-cnn", {}, 500},
        {"insert-cnn", "insert-cnn", {}, 300},
        {"rbp-net", "rbp-net", {}, 200},
        {"xpresso", "xpresso", {}, 10500},
        {"xpresso, a shorter sequence", "xpresso", {}, 6000},
        {"rnatracker", "rnatracker", {}, 4000},
        {"rnatracker, a shorter sequence", "rnatracker", {}, 900},
        {"rnatracker, a longer sequence", "rnatracker", {}, 4700},
        {"rnatracker without LSTM", "rnatracker", {{"lstm", false}}, 4000},
        {"rnatracker without attention", "rnatracker", {{"attention", text("none")}}, 4000},
        {"rnatracker-gru", "rnatracker-gru", {}, 2500},
        {"rnatracker-full", "rnatracker-full", {}, 1700},
        {"rnatracker-full, a few letters", "rnatracker-full", {}, 5},
    };
    return cases;
}

nn::Target randomTarget(std::mt19937_64& random, const nn::SequenceNet& net, std::size_t lengthNt)
{
    const auto& targets = net.spec().targets;
    std::string id = targets[randomBelow(random, targets.size())].id;
    const auto* zoo = dynamic_cast<const models::ZooNet*>(&net);
    if (zoo->head().kind == models::HeadKind::Profile && random() % 2 == 0) {
        const std::size_t first = 1 + randomBelow(random, lengthNt);
        id += "@" + std::to_string(first) + "-" + std::to_string(first + randomBelow(random, lengthNt));
    }
    return net.parseTarget(id).value();
}

/// A random network, sequence and target of which the network makes finite numbers.
struct RandomCase {
    std::shared_ptr<nn::SequenceNet> net;
    std::string letters;
    nn::Target target;
    std::unique_ptr<nn::MutantScorer> full;

    explicit RandomCase(std::mt19937_64& random, bool isDouble)
    {
        while (!full) {
            net = randomStackNet(random);
            if (isDouble)
                net->to(torch::kFloat64);
            const std::int64_t fixedNt = net->spec().input.lengthNt;
            const std::size_t around = std::size_t(fixedNt > 0 ? fixedNt : 70);
            letters = randomLetters(random, around - 20 + randomBelow(random, 41), random() % 4 ? "ACGT" : "ACGTN");
            target = randomTarget(random, *net, letters.size());
            try {
                auto made = interpret::fullMutantScorer(net, letters, target, kBudget, {});
                if (std::abs(made->referenceScore()) < 1e3)
                    full = std::move(made);
            } catch (const std::invalid_argument&) {
                // The sequence is too short for the network, or the window lies outside its profile.
            }
        }
    }
};

}  // namespace

class TestMutants : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // In float64 nothing but the algorithm can differ.
    void randomNetworksAreExact()
    {
        std::mt19937_64 random(20261121);
        int compared_ = 0, offered = 0, moving = 0;
        for (int round = 0; round < 1050; ++round) {
            const RandomCase made(random, true);
            const auto fast = made.net->mutantScorer(made.letters, made.target, kBudget, {});
            if (!fast)
                continue;
            ++offered;
            const auto mutations = randomMutations(random, made.letters.size(), 14);
            const Comparison c = compared(*fast, *made.full, mutations);
            QVERIFY2(std::max(c.worst, c.reference) <= 1e-5 * c.range + 1e-12 * (1.0 + c.size),
                     qPrintable(QString("network %1 ").arg(round) + wordsOf(c)));
            compared_ += int(mutations.size());
            moving += c.range > 1e-9;
        }
        QVERIFY2(offered >= 1000 && compared_ >= 14000, qPrintable(QString("only %1 networks compared").arg(offered)));
        QVERIFY2(moving >= offered * 3 / 4, "too many networks do not feel their letters");
        QStringList missing;
        for (const char* kind : {"conv", "transposed_conv", "dense", "batchnorm", "layernorm", "activation", "maxpool",
                                 "avgpool", "globalpool", "dropout", "flatten", "reshape", "upsample", "residual",
                                 "branches", "bilstm", "bigru", "attention_pool"}) {
            if (!kindsMade().contains(kind))
                missing << kind;
        }
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(' ')));
    }

    // In float32 the fast scores are as near to the float64 ones as the full scores are, by roundsAsWhole().
    void randomNetworksInFloat32()
    {
        std::mt19937_64 random(7);
        int compared_ = 0;
        for (int round = 0; round < 100; ++round) {
            const RandomCase made(random, false);
            const auto fast = made.net->mutantScorer(made.letters, made.target, kBudget, {});
            if (!fast)
                continue;
            const auto mutations = randomMutations(random, made.letters.size(), 14);
            const Rounding rounding = roundingOf(made.net, made.letters, made.target, mutations);
            QVERIFY2(roundsAsWhole(rounding.ours, rounding.whole),
                     qPrintable(QString("network %1 ").arg(round) + wordsOf(rounding)));
            compared_ += int(mutations.size());
        }
        QVERIFY2(compared_ >= 1000, qPrintable(QString("only %1 compared").arg(compared_)));
    }

    // LFNet's scorer is compared in tst_lfnet_mutants.cpp.
    void everyFamilyAtRealSize_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < zooCases().size(); ++i)
            QTest::newRow(zooCases()[i].name) << int(i);
    }
    void everyFamilyAtRealSize()
    {
        QFETCH(int, index);
        const ZooCase& zoo = zooCases()[std::size_t(index)];
        const auto net = randomNet(zoo.architecture, zoo.options);
        std::mt19937_64 random(3);
        const std::string letters = randomLetters(random, zoo.lengthNt);
        const auto target = net->parseTarget(zoo.target).value();
        const auto fast = net->mutantScorer(letters, target, kBudget, {});
        QVERIFY(fast);
        const auto mutations = randomMutations(random, letters.size(), 12);
        const Rounding rounding = roundingOf(net, letters, target, mutations);
        const auto truth = interpret::fullMutantScorer(net, letters, target, kBudget, {});
        const Comparison c = compared(*net->mutantScorer(letters, target, kBudget, {}), *truth, mutations);
        QVERIFY2(std::max(c.worst, c.reference) <= 1e-5 * c.range + 1e-12 * (1.0 + c.size), qPrintable("float64 " + wordsOf(c)));
        QVERIFY2(roundsAsWhole(rounding.ours, rounding.whole), qPrintable(wordsOf(rounding)));
    }

    void batchesAndThreadsChangeNothing()
    {
        std::mt19937_64 random(99);
        for (int round = 0; round < 25; ++round) {
            const RandomCase made(random, true);
            if (!made.net->mutantScorer(made.letters, made.target, kBudget, {}))
                continue;
            const auto mutations = randomMutations(random, made.letters.size(), 60);
            const QString fault = batchingFault(*made.net, made.letters, made.target, mutations, 1e-12);
            QVERIFY2(fault.isEmpty(), qPrintable(fault));
        }
    }

    void mutationsBeyondTheWindowChangeNothing()
    {
        const auto net = randomNet("bpnet", {{"filters", whole(8)}, {"layers", whole(2)}, {"tasks", text("a")}});
        std::mt19937_64 random(5);
        const std::string letters = randomLetters(random, 2048);
        const auto fast = net->mutantScorer(letters, net->parseTarget("task:a@1001-1010").value(), kBudget, {});
        std::vector<nn::Mutation> mutations;
        for (const std::int64_t position : {std::int64_t(0), std::int64_t(900), std::int64_t(1100), std::int64_t(2047)})
            mutations.push_back({position, letters[std::size_t(position)] == 'A' ? 1 : 0});
        for (const double score : fast->scores(mutations, {}))
            QCOMPARE(score, fast->referenceScore());
        const nn::Mutation inside{1004, letters[1004] == 'A' ? 1 : 0};
        QVERIFY(fast->scores({&inside, 1}, {}).front() != fast->referenceScore());
    }

    void sameLetterChangesNothing()
    {
        const auto net = randomNet("rnatracker", {});
        std::mt19937_64 random(6);
        const std::string letters = randomLetters(random, 3000);
        const auto fast = net->mutantScorer(letters, net->parseTarget("").value(), kBudget, {});
        const nn::Mutation same{1500, data::baseIndex(letters[1500])};
        QCOMPARE(fast->scores({&same, 1}, {}).front(), fast->referenceScore());
    }

    void stopsWhenAsked()
    {
        const auto net = randomNet("basset", {});
        std::mt19937_64 random(8);
        const std::string letters = randomLetters(random, 2048);
        const auto fast = net->mutantScorer(letters, net->parseTarget("").value(), kBudget, {});
        std::stop_source source;
        source.request_stop();
        nn::PassOptions options;
        options.stop = source.get_token();
        const auto mutations = randomMutations(random, letters.size(), 50);
        QVERIFY_THROWS_EXCEPTION(nn::Cancelled, fast->scores(mutations, options));
    }

    // A network that reads half-life features is told them by the full scorer alone.
    void furtherInputsCount()
    {
        interpret::ExplainOrder order;
        order.net = randomNet("xpresso", {{"length", whole(600)}});
        std::mt19937_64 random(4);
        order.letters = randomLetters(random, 600);
        order.features["halflife"] = {1.f, -2.f, 0.5f, 3.f, 1.f, -1.f};
        order.target = order.net->parseTarget("").value();
        order.options = {{"algorithm", text("auto")}};
        order.only = data::Interval{300, 303};
        order.budgetBytes = kBudget;
        const auto full = interpret::fullMutantScorer(order.net, order.letters, order.target, kBudget, {},
                                                      order.features);
        const double reference = full->referenceScore();
        auto job = interpret::ismMethod().start(order).value();
        std::shared_ptr<const data::Attribution> last;
        for (bool isFinished = false; !isFinished;) {
            const auto report = job->step({}).value();
            isFinished = report.finished;
            if (!report.deliveries.empty())
                last = std::get<std::shared_ptr<const data::Attribution>>(report.deliveries.back().payload);
        }
        QCOMPARE(last->referenceScore, reference);
        const nn::Mutation mutation{301, order.letters[301] == 'C' ? 0 : 1};
        QCOMPARE(last->values_LC[std::size_t(301 * 4 + mutation.base)],
                 float(full->scores({&mutation, 1}, {}).front() - reference));
    }
};

QObject* makeMutantTests() { return new TestMutants; }

#include "tst_mutants.moc"
