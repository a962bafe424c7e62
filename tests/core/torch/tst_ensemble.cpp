// Ensembles: what they answer is the mean of what their members answer, whatever way it is asked.
#include "tests/core/torch/zoo_checks.h"

#include "core/models/ensemble.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;
using data::OptionMap;
using models::EnsembleImpl;

namespace {

const OptionMap kBert{{"member", text("utrbert")}, {"members", whole(3)}, {"d_model", whole(24)},
                      {"layers", whole(2)},        {"heads", whole(4)},   {"d_ff", whole(32)}};
const OptionMap kProfile{{"member", text("bpnet")}, {"members", whole(2)}, {"filters", whole(12)},
                         {"tasks", text("a,b")}};
const OptionMap kTracker{{"member", text("rnatracker")}, {"members", whole(2)}, {"length", whole(400)},
                         {"filters", whole(8)},          {"lstm_units", whole(6)}};

std::string lettersOf(std::size_t count)
{
    std::string letters;
    for (std::size_t i = 0; i < count; ++i)
        letters += "ACGT"[(i * i * 7 + i / 3 + (i >> 2)) % 4];
    return letters;
}

EnsembleImpl& ensembleOf(nn::SequenceNet& net) { return dynamic_cast<EnsembleImpl&>(net); }

void compareNumbers(double a, double b)
{
    QVERIFY2(std::abs(a - b) < 1e-9 * (1.0 + std::abs(b)),
             qPrintable(QString("%1 %2").arg(a, 0, 'g', 12).arg(b, 0, 'g', 12)));
}

}  // namespace

class TestEnsemble : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scoresAreMeansOfMembers_data() { rows(); }
    void scoresAreMeansOfMembers()
    {
        QFETCH(int, which);
        const auto net = made(which);
        const std::string letters = lettersOf(300);
        const nn::NetInput input = net->encode(letters);
        const c10::InferenceMode inference;
        const nn::NamedTensors outputs = net->forward(input, {});
        int linear = 0;
        for (const engine::TargetSpec& spec : net->spec().targets) {
            const nn::Target target = net->parseTarget(spec.id).value();
            if (target.kind == nn::Target::Kind::LogProbability)
                continue;
            double mean = 0.0;
            for (const auto& member : ensembleOf(*net).nets())
                mean += member->score_N(member->forward(input, {}), target).item<double>()
                        / double(ensembleOf(*net).nets().size());
            compareNumbers(net->score_N(outputs, target).item<double>(), mean);
            ++linear;
        }
        QVERIFY(linear > 0 || which == 2);  // shares have log probabilities alone
        QVERIFY(numbersOf(net->prediction(outputs, 0)) != numbersOf(ensembleOf(*net).nets()[0]->prediction(
                                                              ensembleOf(*net).nets()[0]->forward(input, {}), 0)));
    }

    void mutantsAreScoredAsPredictionsAre_data() { rows(); }
    void mutantsAreScoredAsPredictionsAre()
    {
        QFETCH(int, which);
        const std::string fault = mutagenesisFault(made(which), lettersOf(220));
        QVERIFY2(fault.empty(), fault.c_str());
        const auto net = made(which);
        const auto target = net->parseTarget("").value();
        const auto scorer = net->mutantScorer(lettersOf(220), target, 1 << 28, {});
        QCOMPARE(scorer != nullptr, target.kind != nn::Target::Kind::LogProbability);
    }

    void theyBehaveLikeOtherNetworks_data() { rows(); }
    void theyBehaveLikeOtherNetworks()
    {
        QFETCH(int, which);
        for (const std::string& fault : {predictionFault(*made(which), lettersOf(240)),
                                         batchFault(*made(which), {lettersOf(240), lettersOf(260), lettersOf(200)}),
                                         gradientFault(*made(which), lettersOf(90))})
            QVERIFY2(fault.empty(), fault.c_str());
    }

    void attentionIsAveragedAndVectorsStandBehindEachOther()
    {
        const auto net = made(0);
        nn::PassOptions options;
        options.keepAttention = options.keepHidden = true;
        const nn::NetInput input = net->encode(lettersOf(80));
        const c10::InferenceMode inference;
        const nn::NamedTensors outputs = net->forward(input, options);
        std::vector<torch::Tensor> attention, vectors;
        for (const auto& member : ensembleOf(*net).nets()) {
            const nn::NamedTensors own = member->forward(input, options);
            attention.push_back(own.at("attention.1"));
            vectors.push_back(own.at("embedding_ND"));
        }
        QVERIFY(torch::allclose(outputs.at("attention.1"), at::stack(attention).mean(0)));
        QVERIFY(torch::equal(outputs.at("embedding_ND"), at::cat(vectors, -1)));
        QCOMPARE(outputs.at("embedding_ND").size(1), std::int64_t(3 * 24));
        QCOMPARE(net->attentionLayerCount(), 2);
        QCOMPARE(net->attentionQuery(), std::string("CLS"));
    }

    void weightsAreTheMembers()
    {
        const auto net = made(0);
        const auto state = models::stateOf(*net);
        for (std::size_t i = 0; i < 3; ++i) {
            for (const auto& [name, tensor] : models::stateOf(*ensembleOf(*net).nets()[i]))
                QVERIFY(torch::equal(state.at("members." + std::to_string(i) + "." + name), tensor));
        }
        QCOMPARE(net->spec().architecture, std::string("ensemble"));
        QVERIFY(std::ranges::count(net->spec().options, std::string("d_model"), &engine::OptionSpec::id) == 1);
    }

    void whatCannotBeAveragedIsRefused_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("says");
        QTest::newRow("with a decoder") << "bioseq2seq" << "bioseq2seq cannot be averaged";
        QTest::newRow("a program") << "torchscript" << "torchscript";
        QTest::newRow("itself") << "ensemble" << "cannot be a member";
        QTest::newRow("unknown") << "nonsense" << "nonsense";
    }
    void whatCannotBeAveragedIsRefused()
    {
        QFETCH(QString, member);
        QFETCH(QString, says);
        const auto net = models::createNet("ensemble", {{"member", member.toStdString()}});
        QVERIFY(!net);
        QVERIFY2(net.error().message().find(says.toStdString()) != std::string::npos, net.error().message().c_str());
        QVERIFY(!models::createNet("ensemble", {{"member", text("utrbert")}, {"members", whole(1)}}));
        QVERIFY(!models::createNet("ensemble", {{"member", text("utrbert")}, {"nonsense", whole(1)}}));
    }

private:
    static void rows()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("classes") << 0;
        QTest::newRow("profile") << 1;
        QTest::newRow("shares") << 2;
    }
    static std::shared_ptr<nn::SequenceNet> made(int which)
    {
        auto net = randomNet("ensemble", which == 0 ? kBert : which == 1 ? kProfile : kTracker);
        net->to(torch::kFloat64);
        return net;
    }
};

QObject* makeEnsembleTests() { return new TestEnsemble; }

#include "tst_ensemble.moc"
