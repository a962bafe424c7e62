// Parity of 3UTRBERT with the authors' code: every array of the golden sets within the manifest's tolerance.
#include "tests/core/torch/golden_set.h"

#include "core/data/alphabet.h"
#include "core/data/attention.h"
#include "core/interpret/ism.h"
#include "core/interpret/model_views.h"
#include "core/interpret/mutation_map.h"
#include "core/interpret/nucleotide_attention.h"
#include "core/models/utrbert.h"
#include "core/models/weights.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace nscope;
using namespace nscope::tests;
using Task = models::UtrbertOptions::Task;

namespace {

constexpr double kHidden = 1e-4, kAttention = 1e-5, kProbability = 5e-5, kLogOdds = 5e-4;  // the manifests' tolerances

struct UtrbertSet {
    QJsonObject manifest;
    std::string folder;
    models::Utrbert classifier{nullptr}, maskedLetters{nullptr};

    std::string letters(const QString& name) const
    {
        return data::canonical(
            manifest["sequences"].toObject()[name].toObject()["sequence"].toString().toStdString());
    }
    Arrays arrays(const QString& name) const { return readArrays(folder + "/" + name.toStdString() + ".npz"); }
};

models::Utrbert loaded(const UtrbertSet& set, Task task)
{
    const QJsonObject config = set.manifest["config"].toObject();
    models::UtrbertOptions options;
    options.task = task;
    options.dim = config["d"].toInt();
    options.layers = config["layers"].toInt();
    options.heads = config["heads"].toInt();
    options.feedForwardDim = config["ff"].toInt();
    models::Utrbert net(options);
    models::StateDict state;
    for (const auto& [name, tensor] : readArrays(set.folder + "/weights.npz"))
        state[name] = tensor.to(torch::kFloat32);
    const auto unused = net->adoptState(state);  // the set holds the heads of both tasks
    if (!unused)
        throw std::runtime_error(unused.error().sentence());
    if (const auto applied = models::applyState(*net, state); !applied)
        throw std::runtime_error(applied.error().sentence());
    net->eval();
    for (torch::Tensor parameter : net->parameters())
        parameter.requires_grad_(false);
    return net;
}

UtrbertSet loadSet(const std::string& size)
{
    UtrbertSet set;
    set.folder = goldenFolder("3utrbert_" + size);
    QFile file(QString::fromStdString(set.folder + "/manifest.json"));
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("There is no manifest in " + set.folder);
    set.manifest = QJsonDocument::fromJson(file.readAll()).object();
    set.classifier = loaded(set, Task::Classifier);
    set.maskedLetters = loaded(set, Task::MaskedLetters);
    return set;
}

interpret::ExplainOrder orderFor(const interpret::Method& method, const models::Utrbert& net,
                                 const std::string& letters, const data::OptionMap& options)
{
    interpret::ExplainOrder order;
    order.net = net.ptr();
    order.letters = letters;
    order.target = net->parseTarget("").value();
    order.options = engine::completeOptions(options, method.spec.options).value();
    order.budgetBytes = std::int64_t(64) << 20;
    return order;
}

/// The last delivery of a method.
engine::Payload computed(const interpret::Method& method, const models::Utrbert& net, const std::string& letters,
                         const data::OptionMap& options = {})
{
    auto job = method.start(orderFor(method, net, letters, options));
    if (!job)
        throw std::runtime_error(job.error().sentence());
    for (engine::Payload last;;) {
        auto report = (*job)->step({});
        if (!report)
            throw std::runtime_error(report.error().sentence());
        if (!report->deliveries.empty())
            last = report->deliveries.back().payload;
        if (report->finished)
            return last;
    }
}

std::shared_ptr<const data::Attribution> attribution(const engine::Payload& payload)
{
    return std::get<std::shared_ptr<const data::Attribution>>(payload);
}

/// L×4 values in the order A, U, G, C of the mutation map.
torch::Tensor asAUGC(const std::vector<float>& values)
{
    return torch::tensor(values).reshape({-1, 4}).index_select(1, torch::tensor({0, 3, 2, 1}));
}

/// Rows of the tests that run for every sequence.
void sequences()
{
    QTest::addColumn<QString>("size");
    QTest::addColumn<QString>("name");
    for (const char* size : {"tiny", "mid"}) {
        for (const char* name : {"s0", "s1", "s2"})
            QTest::addRow("%s %s", size, name) << QString(size) << QString(name);
    }
}

}  // namespace

class TestUtrbertGolden : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (goldenFolder("3utrbert_tiny").empty() || goldenFolder("3utrbert_mid").empty())
            QSKIP("NSCOPE_SHARED_DIR has no golden arrays of 3UTRBERT");
        for (const char* size : {"tiny", "mid"})
            m_sets.emplace(size, loadSet(size));
    }

    void vocabularyStartsAsTheAuthors()
    {
        const auto& tokens = m_sets.at("tiny").classifier->tokens();
        const QVariantList first = m_sets.at("tiny").manifest["vocab_first"].toVariant().toList();
        QVERIFY(first.size() > 5);
        for (qsizetype id = 0; id < first.size(); ++id)
            QCOMPARE(QString::fromStdString(tokens.name(id)), first[id].toString());
    }

    void classifier_data() { sequences(); }
    void classifier()
    {
        QFETCH(QString, size);
        QFETCH(QString, name);
        UtrbertSet& set = m_sets.at(size.toStdString());
        const Arrays golden = set.arrays(name);
        models::Utrbert& net = set.classifier;
        const c10::InferenceMode inference;
        const nn::NetInput input = net->encode(set.letters(name));
        const torch::Tensor ids = golden.at("input_ids");
        QVERIFY(torch::equal(net->tokens().ids_NT(input.ids_NL)[0], ids.narrow(0, 1, ids.size(0) - 2)));
        QCOMPARE(ids[0].item<std::int64_t>(), nn::kClsToken);
        QCOMPARE(ids[-1].item<std::int64_t>(), nn::kSepToken);

        nn::PassOptions options;
        options.keepTokenAttention = options.keepHidden = true;
        const nn::NamedTensors outputs = net->forward(input, options);
        const std::int64_t layers = net->encoderLayerCount();
        const auto layer = [&](const char* kind, std::int64_t i) { return outputs.at(kind + std::to_string(i))[0]; };
        if (golden.contains("hidden_states")) {
            QCOMPARE(golden.at("hidden_states").size(0), layers + 1);
            for (std::int64_t i = 0; i <= layers; ++i)
                QVERIFY(maxDifference(layer("hidden.", i), golden.at("hidden_states")[i]) <= kHidden);
            for (std::int64_t i = 0; i < layers; ++i)
                QVERIFY(maxDifference(layer("token_attention.", i), golden.at("attentions")[i]) <= kAttention);
        } else {
            QVERIFY(maxDifference(layer("hidden.", layers), golden.at("last_hidden")) <= kHidden);
            for (std::int64_t i = 0; i < layers; ++i)
                QVERIFY(maxDifference(layer("token_attention.", i).select(1, 0), golden.at("attentions_cls_row")[i])
                        <= kAttention);
        }
        QVERIFY(maxDifference(outputs.at("pooled_ND")[0], golden.at("pooled")) <= kHidden);
        QVERIFY(maxDifference(outputs.at("logits_NK")[0], golden.at("cls_logits")) <= kHidden);
        QVERIFY(maxDifference(outputs.at("logits_NK")[0], golden.at("cls_logits_f64")) <= kHidden);
        const data::Prediction prediction = net->prediction(outputs, 0);
        for (std::size_t i = 0; i < 2; ++i)
            QVERIFY(std::abs(prediction.classProbabilities[i].value
                             - golden.at("cls_prob")[std::int64_t(i)].item<double>())
                    <= kHidden);
    }

    void maskedLetters_data() { sequences(); }
    void maskedLetters()
    {
        QFETCH(QString, size);
        QFETCH(QString, name);
        UtrbertSet& set = m_sets.at(size.toStdString());
        const Arrays golden = set.arrays(name);
        const c10::InferenceMode inference;
        nn::BertModel bert = set.maskedLetters->bert;
        const torch::Tensor words = bert->embeddings->words(golden.at("mlm_input_ids").unsqueeze(0));
        const torch::Tensor logits = set.maskedLetters->cls->forward(bert->forward(words, {}, {}),
                                                                     bert->embeddings->word_embeddings->weight);
        QVERIFY(maxDifference(logits[0], golden.at("mlm_logits")) <= kHidden);
    }

    void nucleotideScores_data() { sequences(); }
    void nucleotideScores()
    {
        QFETCH(QString, size);
        QFETCH(QString, name);
        UtrbertSet& set = m_sets.at(size.toStdString());
        const Arrays golden = set.arrays(name);
        const std::string letters = set.letters(name);
        const int layers = set.classifier->encoderLayerCount();
        nn::PassOptions options;
        options.keepAttention = options.keepTokenAttention = true;
        const nn::NamedTensors outputs = set.classifier->forward(set.classifier->encode(letters), options);
        for (const bool all : {false, true}) {
            const std::string range = all ? "all" : "last";
            torch::Tensor tokens = torch::zeros({100});
            for (int layer = all ? 0 : layers - 1; layer < layers; ++layer)
                tokens += outputs.at("token_attention." + std::to_string(layer))[0].select(1, 0).sum(0);
            QVERIFY(maxDifference(tokens.narrow(0, 1, 98), golden.at("token_score_" + range)) <= kAttention);
            const torch::Tensor scores = interpret::attentionScores_NL(outputs, all ? 0 : layers - 1, layers - 1)[0];
            QVERIFY(maxDifference(scores, golden.at("nt_score_" + range)) <= kAttention);
            const torch::Tensor normed = golden.at("nt_score_" + range + "_l2norm");
            QVERIFY(maxDifference(interpret::unitNorm(scores), normed) <= kAttention);
            // The method and the attention view show the same numbers.
            const auto shown = attribution(computed(interpret::attentionScoreMethod(), set.classifier, letters,
                                                    {{"layer", std::int64_t(all ? 0 : -1)},
                                                     {"last_layer", std::int64_t(all ? layers - 1 : -1)},
                                                     {"unit_norm", true}}));
            QVERIFY(maxDifference(torch::tensor(shown->values_LC).reshape({-1, 4}).sum(1), normed) <= kAttention);
        }
        const auto map = std::get<std::shared_ptr<const data::AttentionMap>>(
            computed(interpret::attentionMethod(), set.classifier, letters));
        QCOMPARE(map->layer, layers - 1);
        QCOMPARE(map->queries, std::vector<std::string>{"CLS"});
        const torch::Tensor weights = torch::tensor(map->weights_HQK).reshape({std::int64_t(map->heads.size()), 1, -1});
        QVERIFY(maxDifference(weights.sum(0)[0], golden.at("nt_score_last")) <= kAttention);
    }

    void mutationMap_data()
    {
        QTest::addColumn<QString>("size");
        QTest::newRow("tiny") << "tiny";
        QTest::newRow("mid") << "mid";
    }
    void mutationMap()
    {
        QFETCH(QString, size);
        UtrbertSet& set = m_sets.at(size.toStdString());
        const QString name = set.manifest["mutation_map_sequence"].toString();
        const Arrays golden = set.arrays(name);
        const std::string letters = set.letters(name);
        const interpret::Method method = interpret::mutationMapMethod();
        for (const auto& [form, array, tolerance] : {std::tuple("difference", "mut_diff", kProbability),
                                                     std::tuple("log-odds", "mut_logOR", kLogOdds)}) {
            const auto map = attribution(computed(method, set.classifier, letters, {{"form", std::string(form)}}));
            QCOMPARE(map->method, std::string("mutation-map"));
            QVERIFY(maxDifference(asAUGC(map->values_LC), golden.at(array)) <= tolerance);
        }
        const nn::Target target = set.classifier->parseTarget("logit:bound-unbound").value();
        const auto scorer =
            interpret::fullMutantScorer(set.classifier.ptr(), letters, target, std::int64_t(32) << 20, {});
        std::vector<nn::Mutation> mutations;
        for (std::size_t i = 0; i < letters.size() * 4; ++i)
            mutations.push_back({std::int64_t(i / 4), int(i % 4)});
        std::vector<float> probabilities;
        for (const double score : scorer->scores(mutations, {}))
            probabilities.push_back(float(interpret::targetProbability(target.kind, score)));
        QVERIFY(maxDifference(asAUGC(probabilities), golden.at("mut_prob")) <= kProbability);
    }

private:
    std::map<std::string, UtrbertSet> m_sets;
};

QObject* makeUtrbertGoldenTests() { return new TestUtrbertGolden; }

#include "tst_utrbert_golden.moc"
