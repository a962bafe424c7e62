// Properties of the 3UTRBERT network that need no golden arrays: gradients at nucleotides, batches, windows of long
// sequences, attention, names of weights, training, real windows. Its letters and tokens: tst_utrbert_letters.cpp.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/utrbert_checks.h"

#include "core/data/alphabet.h"
#include "core/interpret/gradient.h"
#include "core/interpret/ism.h"
#include "core/interpret/model_views.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"

#include <QtTest>

#include <fstream>

using namespace nscope;
using namespace nscope::tests;

namespace {

constexpr std::int64_t kWindow = models::UtrbertImpl::kWindowTokens;

torch::Tensor scoresOf(models::Utrbert& net, const nn::NetInput& input)
{
    return net->score_N(net->forward(input, {}), net->parseTarget("").value());
}

double scoreOf(models::Utrbert& net, std::string_view letters)
{
    const c10::InferenceMode inference;
    return scoresOf(net, net->encode(letters))[0].item<double>();
}

/// Sequences of the shared RBP windows, U as T; empty if there are none.
std::vector<std::string> realWindows(std::size_t count)
{
    const char* shared = std::getenv("NSCOPE_SHARED_DIR");
    std::ifstream file(std::string(shared ? shared : "") + "/data/rbp/rbp_windows_100nt.tsv");
    std::vector<std::string> windows;
    std::string line;
    std::getline(file, line);
    while (windows.size() < count && std::getline(file, line))
        windows.push_back(data::canonical(line.substr(0, line.find('\t'))));
    return windows;
}

}  // namespace

class TestUtrbert : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gradientEqualsCentralDifferences_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("k");
        QTest::newRow("classifier, 3-mers") << "classifier" << 3;
        QTest::newRow("classifier, 6-mers") << "classifier" << 6;
        QTest::newRow("masked letters") << "mlm" << 3;
    }
    void gradientEqualsCentralDifferences()
    {
        QFETCH(QString, kind);
        QFETCH(int, k);
        auto net = smallUtrbert(utrbertTask(qPrintable(kind), k), torch::kFloat64);
        const std::string letters = lettersWithN(40, 11);
        const nn::Target target = net->parseTarget("").value();
        const torch::Tensor gradient = interpret::inputGradient(*net, letters, target, {}).gradient_LC;
        const double step = 1e-5, scale = gradient.abs().max().item<double>();
        QVERIFY(scale > 1e-3);
        const c10::InferenceMode inference;
        const nn::NetInput input = net->onehot(net->encode(letters));
        for (std::int64_t i = 0; i < 40; ++i) {
            for (std::int64_t channel = 0; channel < nn::kNucleotideSymbols; ++channel) {
                const auto shifted = [&](double by) {
                    nn::NetInput moved{{}, input.onehot_NLC.clone()};
                    moved.onehot_NLC[0][i][channel] += by;
                    return scoresOf(net, moved)[0].item<double>();
                };
                const double expected = (shifted(step) - shifted(-step)) / (2 * step);
                QVERIFY(std::abs(gradient[i][channel].item<double>() - expected) <= 1e-6 * scale);
            }
        }
    }

    void shortAndLongSequencesHaveGradients_data()
    {
        QTest::addColumn<int>("length");
        for (const int length : {1, 2, 3, 512, 513, 1100})
            QTest::addRow("%d nt", length) << length;
    }
    void shortAndLongSequencesHaveGradients()
    {
        QFETCH(int, length);
        for (const char* kind : {"classifier", "mlm"}) {
            auto net = smallUtrbert(utrbertTask(kind));
            const nn::Target target = net->parseTarget("").value();
            const auto gradient = interpret::inputGradient(*net, randomLetters(length, 2), target, {});
            QCOMPARE(gradient.gradient_LC.size(0), std::int64_t(length));
            QVERIFY(gradient.gradient_LC.isfinite().all().item<bool>());
            // A sequence shorter than a k-mer is [UNK] whatever its letters are.
            QCOMPARE(gradient.gradient_LC.abs().max().item<double>() > 0, length >= 3);
        }
    }

    void aBatchGivesWhatItsSequencesGiveAlone_data() { gradientEqualsCentralDifferences_data(); }
    void aBatchGivesWhatItsSequencesGiveAlone()
    {
        QFETCH(QString, kind);
        QFETCH(int, k);
        auto net = smallUtrbert(utrbertTask(qPrintable(kind), k), torch::kFloat64);
        std::vector<std::string> letters;
        for (const std::int64_t length : {1100, 1, 2, 60, 515, 512, 1030})
            letters.push_back(lettersWithN(length, std::uint64_t(length)));
        const nn::NetInput batch = net->encode(std::vector<std::string_view>(letters.begin(), letters.end()));
        const c10::InferenceMode inference;
        nn::PassOptions options;
        options.keepAttention = true;
        for (const nn::NetInput& input : {batch, net->onehot(batch)}) {
            const auto outputs = net->forward(input, options);
            for (std::size_t n = 0; n < letters.size(); ++n) {
                const auto alone = net->forward(net->encode(letters[n]), options);
                const auto row = std::int64_t(n);
                const auto answer = kind == "mlm" ? "values_NT" : "logits_NK";
                QVERIFY(maxDifference(outputs.at(answer)[row], alone.at(answer)[0]) < 1e-10);
                QVERIFY(maxDifference(outputs.at("embedding_ND")[row], alone.at("embedding_ND")[0]) < 1e-10);
                const torch::Tensor attention = alone.at("attention.1")[0], padded = outputs.at("attention.1")[row];
                const std::int64_t length = attention.size(2);
                QCOMPARE(length, std::int64_t(letters[n].size()));
                QVERIFY(maxDifference(padded.narrow(2, 0, length), attention) < 1e-12);
                QCOMPARE(padded.slice(2, length).abs().sum().item<double>(), 0.0);
            }
        }
    }

    void longSequencesAreTheMeanOfTheirWindows()
    {
        auto net = smallUtrbert({}, torch::kFloat64);
        auto first = smallUtrbert({{"long_sequences", std::string("first")}}, torch::kFloat64);
        const std::string letters = randomLetters(1300, 4);
        const std::int64_t tokens = 1298;
        const c10::InferenceMode inference;
        torch::Tensor logits = torch::zeros({2}, torch::kFloat64);
        torch::Tensor cls = torch::zeros({16}, torch::kFloat64);
        for (std::int64_t start = 0; start < tokens; start += kWindow) {
            const std::int64_t count = std::min(kWindow, tokens - start);
            const auto part = net->forward(net->encode(letters.substr(std::size_t(start), std::size_t(count + 2))), {});
            logits += part.at("logits_NK")[0] * (double(count) / double(tokens));
            cls += part.at("embedding_ND")[0] * (double(count) / double(tokens));
        }
        nn::PassOptions options;
        options.keepHidden = options.keepAttention = options.keepTokenAttention = true;
        const auto whole = net->forward(net->encode(letters), options);
        QVERIFY(maxDifference(whole.at("logits_NK")[0], logits) < 1e-12);
        QVERIFY(maxDifference(whole.at("embedding_ND")[0], cls) < 1e-12);
        QCOMPARE(whole.at("hidden.2").size(1), tokens + 3 * 2);
        QCOMPARE(whole.at("attention.0").sizes(), at::IntArrayRef({1, 4, 1, 1300}));
        QVERIFY(whole.at("attention.0").gt(0).all().item<bool>());
        QVERIFY(!whole.contains("token_attention.0"));
        QCOMPARE(scoreOf(first, letters), scoreOf(net, letters.substr(0, 512)));
        QCOMPARE(first->spec().input.lengthNt, std::int64_t(512));
    }

    void attentionRowsSumToOne()
    {
        auto net = smallUtrbert();
        nn::PassOptions options;
        options.keepAttention = options.keepTokenAttention = true;
        const c10::InferenceMode inference;
        const auto outputs = net->forward(net->encode(lettersWithN(70, 2)), options);
        for (const char* layer : {"0", "1"}) {
            const torch::Tensor attention = outputs.at(std::string("token_attention.") + layer);
            QCOMPARE(attention.sizes(), at::IntArrayRef({1, 4, 70, 70}));
            QVERIFY(maxDifference(attention.sum(-1), torch::ones({1, 4, 70})) < 1e-5);
            // The letter in the middle of three k-mers gets their mean.
            const torch::Tensor letter = outputs.at(std::string("attention.") + layer)[0].select(1, 0).select(1, 40);
            QVERIFY(maxDifference(letter, attention[0].select(1, 0).narrow(1, 39, 3).mean(1)) < 1e-7);
        }
    }

    void tokensLookAtTokens_data()
    {
        QTest::addColumn<int>("k");
        QTest::newRow("3-mers") << 3;
        QTest::newRow("4-mers") << 4;
    }
    void tokensLookAtTokens()
    {
        QFETCH(int, k);
        auto net = smallUtrbert({{"k", std::int64_t(k)}});
        QVERIFY(net->spec().outputs.tokenAttention);
        const interpret::Method method = interpret::attentionMethod();
        interpret::ExplainOrder order;
        order.net = net.ptr();
        order.letters = randomLetters(60, 9);
        order.options = *engine::completeOptions({{"layer", std::int64_t(1)}, {"queries", std::string("tokens")}},
                                                 method.spec.options);
        QVERIFY(method.bytes(order) > 0);
        auto job = method.start(order);
        QVERIFY(job.has_value());
        const auto report = (*job)->step({});
        QVERIFY(report && report->finished);
        const auto map = std::get<std::shared_ptr<const data::AttentionMap>>(report->deliveries.front().payload);
        const std::int64_t tokens = 60 - k + 1;
        QCOMPARE(map->keyCount, tokens);
        QCOMPARE(map->queryNt.size(), std::size_t(tokens));
        nn::PassOptions options;
        options.keepTokenAttention = true;
        const c10::InferenceMode inference;
        const torch::Tensor all = net->forward(net->encode(order.letters), options).at("token_attention.1")[0];
        // Token t covers the letters t to t + k − 1; [CLS] and [SEP] are left out.
        for (const auto& [head, query, key] : {std::tuple(0, 0, 0), {3, 10, 41}, {1, int(tokens) - 1, 7}}) {
            QCOMPARE(map->at(std::size_t(head), std::size_t(query), key), all[head][query + 1][key + 1].item<float>());
            QCOMPARE(map->queryNt[std::size_t(query)], std::int64_t(query + (k - 1) / 2));
            QCOMPARE(map->queries[std::size_t(query)], std::to_string(query + (k - 1) / 2 + 1));
        }
        QCOMPARE(map->keyStartNt, std::int64_t((k - 1) / 2));
        order.letters = randomLetters(kWindow + k, 9);
        QVERIFY(!method.start(order));
    }

    void namesOfOlderTransformersAreUnderstood()
    {
        auto net = smallUtrbert();
        models::StateDict state;
        for (const auto& [name, tensor] : models::stateOf(*net)) {
            QString old = QString::fromStdString(name);
            old.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
            state["module." + old.toStdString()] = tensor;
        }
        state["module.bert.embeddings.position_ids"] = torch::arange(512).unsqueeze(0).to(torch::kFloat32);
        state["module.cls.predictions.bias"] = torch::zeros({69});
        auto other = smallUtrbert();
        const torch::NoGradGuard noGrad;
        for (torch::Tensor parameter : other->parameters())
            parameter.zero_();
        const auto unused = other->adoptState(state);
        QVERIFY(unused.has_value());
        QCOMPARE(*unused, (std::vector<std::string>{"cls.predictions.bias", "bert.embeddings.position_ids"}));
        const auto applied = models::applyState(*other, state);
        QVERIFY2(applied.has_value(), applied ? "" : applied.error().sentence().c_str());
        QCOMPARE(scoreOf(other, randomLetters(50, 1)), scoreOf(net, randomLetters(50, 1)));
    }

    void tiedAndForeignWeightsAreNamed()
    {
        auto net = smallUtrbert(utrbertTask("mlm"));
        const models::StateDict own = models::stateOf(*net);
        models::StateDict state = own;
        state["cls.predictions.decoder.weight"] = own.at("bert.embeddings.word_embeddings.weight").clone();
        state["cls.predictions.decoder.bias"] = own.at("cls.predictions.bias").clone();
        state["bert.pooler.dense.bias"] = torch::zeros({16});
        state["something.else"] = torch::zeros({1});
        const auto unused = net->adoptState(state);
        QVERIFY(unused.has_value());
        QCOMPARE(*unused, std::vector<std::string>{"bert.pooler.dense.bias"});
        const auto applied = models::applyState(*net, state);
        QVERIFY(!applied.has_value());
        QVERIFY(applied.error().message().find("something.else") != std::string::npos);

        state = own;
        state["cls.predictions.decoder.weight"] = own.at("bert.embeddings.word_embeddings.weight") + 1;
        QVERIFY(net->adoptState(state).error().message().find("decoder.weight") != std::string::npos);
    }

    void wrongOptionsAreNamed()
    {
        QVERIFY(models::createNet("utrbert", {{"d_model", std::int64_t(30)}, {"heads", std::int64_t(4)}})
                    .error().message().find("heads") != std::string::npos);
        QVERIFY(models::createNet("utrbert", {{"names", std::string("one")}}).error().message().find("names")
                != std::string::npos);
        QVERIFY(!models::createNet("utrbert", {{"k", std::int64_t(7)}}));
        const auto options =
            models::UtrbertOptions::fromMap({{"preset", std::string("mini")}, {"layers", std::int64_t(3)}});
        QCOMPARE(options->dim, 128);
        QCOMPARE(options->layers, 3);
    }

    void classesAreNamed()
    {
        const auto net = smallUtrbert({{"names", std::string("nuclear,cytoplasmic")}});
        QCOMPARE(net->spec().outputs.classes, (std::vector<std::string>{"nuclear", "cytoplasmic"}));
        QCOMPARE(net->parseTarget("").value().id, std::string("logit:cytoplasmic-nuclear"));
        QVERIFY(!smallUtrbert()->spec().outputs.maskedLetters);
        QVERIFY(smallUtrbert(utrbertTask("mlm"))->spec().outputs.maskedLetters);
    }

    void stagesAndStops()
    {
        auto net = smallUtrbert();
        const auto stages = net->stages(1200);
        QCOMPARE(stages.size(), std::size_t(5));  // embedding, 2 layers, pooler, classifier: of one window
        QCOMPARE(stages.front().shape, (std::vector<std::int64_t>{1, 512, 16}));
        QCOMPARE(stages.back().shape, (std::vector<std::int64_t>{1, 2}));
        std::stop_source source;
        source.request_stop();
        nn::PassOptions options;
        options.stop = source.get_token();
        QVERIFY_THROWS_EXCEPTION(nn::Cancelled, net->forward(net->encode("ACGTACGT"), options));
    }

    void trainingReachesEveryParameter()
    {
        for (const char* kind : {"classifier", "mlm"}) {
            auto net = smallUtrbert(utrbertTask(kind));
            net->train();
            for (torch::Tensor parameter : net->parameters())
                parameter.requires_grad_(true);
            scoresOf(net, net->encode(randomLetters(60, 3))).sum().backward();
            for (const auto& item : net->named_parameters())
                QVERIFY2(item.value().grad().defined(), item.key().c_str());
            // As a word [PAD] gets no gradient; as an answer it does.
            const torch::Tensor ofPadding = net->bert->embeddings->word_embeddings->weight.grad()[nn::kPadToken];
            QCOMPARE(ofPadding.abs().sum().item<double>() > 0, QByteArray(kind) == "mlm");
        }
    }

    void realWindowsPredictAndMutate()
    {
        const std::vector<std::string> windows = realWindows(3);
        if (windows.empty())
            QSKIP("NSCOPE_SHARED_DIR has no RBP windows");
        auto net = smallUtrbert();
        const nn::Target target = net->parseTarget("").value();
        for (const std::string& letters : windows) {
            QCOMPARE(letters.size(), std::size_t(100));
            const auto prediction = net->prediction(net->forward(net->encode(letters), {}), 0);
            const auto& classes = prediction.classProbabilities;
            QVERIFY(std::abs(classes[0].value + classes[1].value - 1) < 1e-9);
            const auto scorer = interpret::fullMutantScorer(net.ptr(), letters, target, std::int64_t(1) << 24, {});
            std::vector<nn::Mutation> mutations;
            for (std::size_t i = 0; i < 300; ++i)
                mutations.push_back({std::int64_t(i / 3),
                                     (data::baseIndex(letters[i / 3]) + 1 + int(i % 3)) % data::kBaseCount});
            const auto scores = scorer->scores(mutations, {});
            for (std::size_t i = 0; i < mutations.size(); ++i) {
                std::string mutant = letters;
                mutant[i / 3] = data::kBases[std::size_t(mutations[i].base)];
                QVERIFY(std::abs(scores[i] - scoreOf(net, mutant)) <= 1e-5);
            }
        }
    }

    void memoryEstimatesGrowWithTheWork()
    {
        const auto net = smallUtrbert();
        QVERIFY(net->passBytes(2, 100, false) > net->passBytes(1, 100, false));
        QVERIFY(net->passBytes(1, 1000, true) > net->passBytes(1, 1000, false));
        QVERIFY(net->passBytes(1, 5000, true) > 4 * net->passBytes(1, 1000, true) / 2);
    }
};

QObject* makeUtrbertTests() { return new TestUtrbert; }

#include "tst_utrbert.moc"
