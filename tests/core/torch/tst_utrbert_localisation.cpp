// 3UTRBERT's localisation: DM3Loc's head on the frozen embedding.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/zoo_checks.h"

#include "core/models/model_zoo.h"
#include "core/models/utrbert.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;

namespace {

constexpr std::int64_t kHeadConvolutions = 5 * 64 * 9 + 64 * 32 * 9 + 5 * 64 * 20 + 64 * 32 * 20 + 5 * 32 * 49
                                           + 32 * 32 * 49;
constexpr std::int64_t kHeadRest = 3 * (32 * 80 + 80 * 5) + (480 * 100 + 100);

data::OptionMap smallOptions(const std::string& names = {})
{
    return {{"task", std::string("localisation")}, {"d_model", std::int64_t(16)}, {"layers", std::int64_t(3)},
            {"heads", std::int64_t(4)},            {"d_ff", std::int64_t(24)},    {"names", names}};
}

/// A network whose track has a visible part in the answer.
models::Utrbert smallNet(data::OptionMap options = smallOptions())
{
    torch::manual_seed(3);
    models::Utrbert net(models::UtrbertOptions::fromMap(options).value());
    net->eval();
    const at::NoGradGuard noGrad;
    for (torch::Tensor parameter : net->bert->parameters()) {
        if (parameter.dim() > 1)
            parameter.mul_(12.0);
    }
    return net;
}

torch::Tensor logitsOf(nn::SequenceNet& net, std::string_view letters)
{
    const c10::InferenceMode inference;
    return net.forward(net.encode(letters), {}).at("logits_NK");
}

}  // namespace

class TestUtrbertLocalisation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sizesAreAsPublished()
    {
        const auto net = models::createNet("utrbert", {{"task", std::string("localisation")}}).value();
        std::int64_t frozen = 0, trained = 0;
        for (const auto& item : net->named_parameters())
            (item.key().starts_with("bert.") ? frozen : trained) += item.value().numel();
        QCOMPARE(frozen, std::int64_t(86'094'336 - (768 * 768 + 768)));  // the published BERT without its pooler
        QCOMPARE(trained, kHeadConvolutions + kHeadRest + 6 * 101);
    }

    void answersAreLabels()
    {
        auto net = smallNet();
        const engine::ModelSpec& spec = net->spec();
        QCOMPARE(spec.outputs.classes,
                 (std::vector<std::string>{"Nucleus", "Exosome", "Cytosol", "Ribosome", "Membrane", "ER"}));
        QCOMPARE(spec.targets.front().id, std::string("logit:Nucleus"));
        QCOMPARE(spec.input.lengthNt, 8000);
        const c10::InferenceMode inference;
        const auto prediction = net->prediction(net->forward(net->encode(randomLetters(300, 1)), {}), 0);
        QCOMPARE(prediction.classProbabilities.size(), std::size_t(6));
        double sum = 0.0;
        for (const data::NamedValue& value : prediction.classProbabilities)
            sum += value.value;
        QVERIFY(std::abs(sum - 1.0) > 1e-3);  // each for itself
        auto own = smallNet(smallOptions("nuclear"));
        QCOMPARE(own->spec().targets.size(), std::size_t(1));
        QVERIFY(!models::createNet("utrbert", smallOptions("a,a")).has_value());
    }

    void theTrackIsTheFifthChannel()
    {
        auto net = smallNet();
        const std::string letters = randomLetters(400, 2);
        const c10::InferenceMode inference;
        // The hidden states of the same BERT under another head.
        data::OptionMap options = smallOptions();
        options["task"] = std::string("mlm");
        models::Utrbert other(models::UtrbertOptions::fromMap(options).value());
        other->eval();
        for (const auto& item : other->bert->named_parameters())
            torch::Tensor(item.value()).copy_(net->bert->named_parameters()[item.key()]);
        nn::PassOptions keep;
        keep.keepHidden = true;
        const nn::NamedTensors seen = other->forward(other->encode(letters), keep);
        const torch::Tensor token_T = (seen.at("hidden.1") + seen.at("hidden.3")).mean(2)[0].narrow(0, 1, 398);
        const std::int64_t window = 448;  // 400 letters and what two layers of kernel 49 see behind them, in eights
        torch::Tensor x = torch::zeros({1, 5, window});
        for (std::int64_t i = 0; i < window; ++i) {
            if (i < 400)
                x[0][std::int64_t(std::string("ACGT").find(letters[std::size_t(i)]))][i] = 1.0;
            x[0][4][i] = i < 398 ? token_T[i] : token_T.mean();
        }
        torch::Tensor there = torch::zeros({1, window / 8, 1});
        there.narrow(1, 0, 50).fill_(1.0);
        std::vector<torch::Tensor> attentions(3);
        const torch::Tensor expected = net->head->logits_NK(x, there, {}, attentions, {});
        QVERIFY(maxDifference(logitsOf(*net, letters), expected) < 1e-6);
        x.select(1, 4).zero_();
        const double share = maxDifference(net->head->logits_NK(x, there, {}, attentions, {}), expected);
        QVERIFY2(share > 1e-4, qPrintable(QString::number(share)));
    }

    void withoutTheTrackItIsDm3Loc()
    {
        auto net = smallNet(smallOptions("a,b"));
        const auto dm3loc = randomNet("dm3loc", {{"tasks", std::string("a,b")}});
        {
            const at::NoGradGuard noGrad;
            auto head = net->head->named_parameters();
            for (const auto& item : dm3loc->named_parameters()) {
                torch::Tensor& own = head[item.key().substr(std::string("fold.0.").size())];
                own.zero_();
                (own.sizes() == item.value().sizes() ? own : own.narrow(1, 0, 4)).copy_(item.value());
            }
        }
        for (const int length : {5, 90, 1300, 8000, 8300, 9001}) {
            const std::string letters = randomLetters(length, std::uint64_t(length));
            QVERIFY(maxDifference(logitsOf(*net, letters), logitsOf(*dm3loc, letters)) < 1e-5);
        }
    }

    void theEndsOfLongSequencesAreJoined()
    {
        auto net = smallNet();
        const std::string letters = randomLetters(9000, 5);
        const std::string joined = letters.substr(0, 4000) + letters.substr(5000);
        QVERIFY(maxDifference(logitsOf(*net, letters), logitsOf(*net, joined)) < 1e-6);
        nn::PassOptions keep;
        keep.keepAttention = true;
        const c10::InferenceMode inference;
        const nn::NamedTensors outputs = net->forward(net->encode(letters), keep);
        for (const char* branch : {"attention.0", "attention.1", "attention.2"}) {
            const torch::Tensor attention = outputs.at(branch);
            QCOMPARE(attention.sizes().vec(), (std::vector<std::int64_t>{1, 5, 1, 9000}));
            QVERIFY(std::abs(attention.sum(3).mean().item<double>() - 1.0) < 1e-5);
            QCOMPARE(attention.narrow(3, 4000, 1000).abs().max().item<double>(), 0.0);
        }
        QCOMPARE(net->attentionLayerCount(), 3);
        QCOMPARE(net->attentionQuery(), std::string("sequence"));
    }

    void bertStaysFrozen()
    {
        auto net = smallNet();
        net->train();
        QVERIFY(!net->bert->is_training() && !net->bert->encoder->is_training() && net->head->is_training());
        net->forward(net->encode(randomLetters(120, 6)), {}).at("logits_NK").sum().backward();
        for (const auto& item : net->named_parameters())
            QCOMPARE(item.value().grad().defined(), item.key().starts_with("head."));
    }

    void explanationsReachTheLetters()
    {
        auto net = smallNet();
        const std::string fault = gradientFault(*net, randomLetters(100, 7));
        QVERIFY2(fault.empty(), fault.c_str());
    }

    void batchesAnswerAsSinglesDo()
    {
        auto net = smallNet();
        const std::string fault = batchFault(
            *net, {randomLetters(30, 8), randomLetters(700, 9), randomLetters(2, 10), randomLetters(8200, 11)});
        QVERIFY2(fault.empty(), fault.c_str());
        const std::string mutants = mutagenesisFault(net.ptr(), randomLetters(80, 12));
        QVERIFY2(mutants.empty(), mutants.c_str());
    }
};

QObject* makeUtrbertLocalisationTests() { return new TestUtrbertLocalisation; }

#include "tst_utrbert_localisation.moc"
