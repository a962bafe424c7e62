// What each of the localisation and expression networks is meant to see and not to see: which part of a sequence, its
// structure, further inputs, attention along the letters, and options that are refused.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/rna_checks.h"

#include "core/io/fasta.h"
#include "core/models/deeplncloc.h"
#include "core/models/kmer_mlp.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;

class TestRnaInputs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fixedLengthReadsTheEndOfTheTranscript()
    {
        const auto net = makeNet("rnatracker");
        const std::string letters = randomLetters(4700, 5);
        QCOMPARE(answer(*net, letters.substr(700)), answer(*net, letters));
        QVERIFY(largestDifference(answer(*net, letters.substr(0, 4000)), answer(*net, letters)) > 0.0);
    }

    void gruReadsTheStartOfTheTranscript()
    {
        const auto net = makeNet("rnatracker-gru");
        const std::string letters = randomLetters(4700, 5);
        QCOMPARE(answer(*net, letters.substr(0, 4000)), answer(*net, letters));
        QVERIFY(largestDifference(answer(*net, letters.substr(700)), answer(*net, letters)) > 0.0);
    }

    void dm3locReadsBothEnds()
    {
        const auto net = makeNet("dm3loc");
        const std::string letters = randomLetters(9000, 5);
        QCOMPARE(answer(*net, replaced(letters, 4000, 1000, 'A')), answer(*net, letters));
        QVERIFY(largestDifference(answer(*net, replaced(letters, 3999, 1, letters[3999] == 'A' ? 'C' : 'A')),
                                  answer(*net, letters))
                > 0.0);
        QVERIFY(largestDifference(answer(*net, replaced(letters, 5000, 1, letters[5000] == 'A' ? 'C' : 'A')),
                                  answer(*net, letters))
                > 0.0);
        QCOMPARE(answer(*net, letters.substr(0, 4000) + letters.substr(5000)), answer(*net, letters));
    }

    /// The published prediction script puts the middle of a shorter promoter on index 7,000; N is 0 in this family.
    void shortPromotersAreCentredOnTheStartSite_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const char* architecture : {"xpresso", "deeplncloc-transformer", "deeplncloc-lstm", "divide-et-impera"})
            QTest::newRow(architecture) << QString(architecture);
    }
    void shortPromotersAreCentredOnTheStartSite()
    {
        QFETCH(QString, architecture);
        const auto net = makeNet(qPrintable(architecture));
        for (const int length : {1, 500, 501, 3000}) {
            const std::string letters = randomLetters(length, 5);
            std::string window(10500, 'N');
            window.replace(std::size_t(7000 - length / 2), letters.size(), letters);
            QVERIFY(largestDifference(answer(*net, letters), answer(*net, window)) < 1e-6);
        }
        const std::string longer = randomLetters(20000, 6);
        QVERIFY(largestDifference(answer(*net, longer), answer(*net, longer.substr(3000, 10500))) < 1e-6);
    }

    void furtherInputsCountAndDefaultToZero()
    {
        const auto net = makeNet("xpresso");
        const std::string letters = randomLetters(300, 5);
        const auto without = answer(*net, letters);
        QCOMPARE(answer(*net, letters, {{"halflife", std::vector<float>(6, 0.0f)}}), without);
        bool counts = false;  // one seed's two last units may both be silent
        for (std::uint64_t seed = 1; seed < 6 && !counts; ++seed) {
            const auto other = makeNet("xpresso", {}, seed);
            counts =
                largestDifference(answer(*other, letters, {{"halflife", {1, -1, 2, 0, 1, 3}}}), answer(*other, letters))
                > 0.0;
        }
        QVERIFY(counts);
        QVERIFY_EXCEPTION_THROWN(net->encode(letters, {{"halflife", {1, 2, 3}}}), std::invalid_argument);
    }

    void structureIsReadPerLetter_data()
    {
        QTest::addColumn<QString>("use");
        QTest::newRow("joint") << QString("joint");
        QTest::newRow("separate") << QString("separate");
    }
    void structureIsReadPerLetter()
    {
        QFETCH(QString, use);
        const auto net = makeNet("rnatracker", {{"length", whole(200)}, {"structure", text(qPrintable(use))}});
        const std::string letters = randomLetters(260, 5);
        std::vector<float> states(260, 5.0f);
        const auto stems = answer(*net, letters, {{"structure", states}});
        states[30] = 2.0f;  // cut away
        QCOMPARE(answer(*net, letters, {{"structure", states}}), stems);
        states[150] = 3.0f;
        QVERIFY(largestDifference(answer(*net, letters, {{"structure", states}}), stems) > 0.0);
        // A value that is no state is as good as no structure at all.
        const c10::InferenceMode inference;
        const auto none = net->prediction(net->forward(net->encode(letters), {}), 0);
        QCOMPARE(answer(*net, letters, {{"structure", std::vector<float>(260, -1.0f)}}), numbersOf(none));
        QCOMPARE(answer(*net, letters, {{"structure", std::vector<float>(260, 6.0f)}}), numbersOf(none));
    }

    /// Pairs of base and state in the authors' order: AF, AT, AI, AH, AM, AS, CF …
    void jointChannelsAreInTheAuthorsOrder()
    {
        const auto net = makeNet("rnatracker", {{"length", whole(100)},
                                                {"structure", text("joint")},
                                                {"filters", whole(24)},
                                                {"kernel", whole(1)},
                                                {"pool", whole(1)},
                                                {"lstm", false},
                                                {"attention", text("none")}});
        // With these sizes the first convolution sees single channels; an identity lets them through.
        const at::NoGradGuard noGrad;
        for (const auto& item : net->named_parameters())
            torch::Tensor(item.value()).zero_();
        const auto parameters = net->named_parameters();
        for (const char* name : {"conv.0.weight", "conv.1.weight"})
            torch::Tensor(parameters[name]).copy_(torch::eye(24).unsqueeze(2));
        torch::Tensor output(parameters["output.weight"]);  // [4,100·24]
        const std::int64_t lastGm = 99 * 24 + 2 * 6 + 4;
        output[1][lastGm] = 10.0;
        std::string letters(100, 'A');
        letters.back() = 'G';
        std::vector<float> states(100, 0.0f);
        QVERIFY(std::abs(answer(*net, letters, {{"structure", states}})[1] - 0.25) < 1e-6);
        states.back() = 4.0f;
        QVERIFY(answer(*net, letters, {{"structure", states}})[1] > 0.99);
    }

    void attentionLiesAlongTheLetters_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("layers");
        QTest::addColumn<int>("heads");
        QTest::addColumn<double>("sum");
        QTest::newRow("full, whole steps") << QString("rnatracker-full") << 81 * 7 << 1 << 1 << 1.0;
        QTest::newRow("full, too short") << QString("rnatracker-full") << 27 << 1 << 1 << 27.0 / 81.0;
        QTest::newRow("fixed") << QString("rnatracker") << 5000 << 1 << 1 << 1.0;
        QTest::newRow("GRU") << QString("rnatracker-gru") << 5000 << 1 << 1 << 1.0;
        QTest::newRow("DM3Loc") << QString("dm3loc") << 9000 << 3 << 5 << 1.0;
        QTest::newRow("DM3Loc, a tenth") << QString("dm3loc") << 800 << 3 << 5 << 0.1;
        QTest::newRow("transformer") << QString("deeplncloc-transformer") << 10500 << 1 << 4 << 1.0;
    }
    void attentionLiesAlongTheLetters()
    {
        QFETCH(QString, architecture);
        QFETCH(int, length);
        QFETCH(int, layers);
        QFETCH(int, heads);
        QFETCH(double, sum);
        const auto net = makeNet(qPrintable(architecture));
        QCOMPARE(net->encoderLayerCount(), layers);
        QCOMPARE(net->headCount(), heads);
        QVERIFY(net->spec().outputs.selfAttention);
        nn::PassOptions options;
        const c10::InferenceMode inference;
        const nn::NetInput input = net->encode(randomLetters(length, 8));
        QVERIFY(!net->forward(input, options).contains("attention.0"));
        options.keepAttention = true;
        const auto outputs = net->forward(input, options);
        for (int layer = 0; layer < layers; ++layer) {
            const torch::Tensor weights = outputs.at("attention." + std::to_string(layer));
            QCOMPARE(weights.sizes(), at::IntArrayRef({1, heads, 1, length}));
            QVERIFY(weights.min().item<double>() >= 0.0);
            QVERIFY2(maxDifference(weights.sum(-1), torch::full({1, heads, 1}, sum)) < 1e-4,
                     qPrintable(QString::number(weights.sum(-1).max().item<double>())));
        }
        if (architecture == "dm3loc" && length > 8000)
            QCOMPARE(outputs.at("attention.1").narrow(3, 4000, length - 8000).abs().max().item<double>(), 0.0);
    }

    void standardisedCountsMakeTheLinearModel()
    {
        const auto net = makeNet("kmer-mlp", {{"hidden_layers", whole(0)}, {"tasks", text("in,out")}});
        auto& model = dynamic_cast<models::KmerMlpImpl&>(*net);
        torch::Tensor mean = torch::zeros({1364}), deviation = torch::ones({1364});
        mean[1] = 2.0;  // C
        deviation[1] = 0.5;
        deviation[2] = 0.0;  // G: the same in all of the training set
        model.setStandardisation(mean, deviation);
        const at::NoGradGuard noGrad;
        model.output->weight.zero_();
        model.output->weight[1][1] = 1.0;
        model.output->weight[0][2] = -1.0;
        model.output->weight[1][4 + 2] = 3.0;  // AG
        const auto outputs = net->forward(net->encode("AGCCCAGN"), {});
        QCOMPARE(outputs.at("logits_NK")[0][0].item<double>(), -2.0);
        QCOMPARE(outputs.at("logits_NK")[0][1].item<double>(), (3.0 - 2.0) / 0.5 + 3.0 * 2.0);
    }

    void featuresOfTheLongestReadingFrame()
    {
        // 2 nt, then ATG AAA AAC TGA, then 3 nt.
        const std::string letters = "CCATGAAAAACTGAGGN";
        const auto features = [&](const char* scale, const std::string& sequence) {
            const auto net = makeNet("kmer-mlp", {{"k", whole(1)},
                                                  {"scale", text(scale)},
                                                  {"reading_frame", true},
                                                  {"hidden_layers", whole(0)},
                                                  {"tasks", text("in,out")}});
            const auto& model = dynamic_cast<models::KmerMlpImpl&>(*net);
            return model.features_NF(net->encode(sequence), {})[0].to(torch::kFloat64);
        };
        const auto codon = [](std::string_view word) {
            const std::string_view order = "ACGT";
            return std::int64_t(16 * order.find(word[0]) + 4 * order.find(word[1]) + order.find(word[2]));
        };
        torch::Tensor codons = torch::zeros({64}, torch::kFloat64);
        for (const char* word : {"ATG", "AAA", "AAC", "TGA"})
            codons[codon(word)] = 1.0;
        const torch::Tensor parts =
            torch::tensor({std::log(3.0), std::log(13.0), std::log(4.0), 12.0 / 17.0}, torch::kFloat64);
        const torch::Tensor counts = torch::tensor({7.0, 3.0, 4.0, 2.0}, torch::kFloat64);
        const auto close = [](const torch::Tensor& a, const torch::Tensor& b) { return maxDifference(a, b) < 1e-6; };
        QVERIFY(close(features("counts", letters), at::cat({counts, codons, parts})));
        QVERIFY(close(features("log", letters), at::cat({counts.log1p(), codons.log1p(), parts})));
        QVERIFY(close(features("shares", letters),
                      at::cat({counts / 16.0, torch::tensor({std::log(17.0)}, torch::kFloat64), codons / 4.0, parts})));
        const torch::Tensor none = features("counts", "CCCTGA");
        QCOMPARE(none.narrow(0, 4, 64).abs().max().item<double>(), 0.0);
        QVERIFY(close(none.narrow(0, 68, 4), torch::tensor({0.0, 0.0, std::log(7.0), 0.0}, torch::kFloat64)));
    }

    void slicesAreMeansOfWordVectors()
    {
        const auto net = makeNet("deeplncloc-transformer", {{"length", whole(60)}, {"slices", whole(3)}});
        auto& model = dynamic_cast<models::DeepLncLocImpl&>(*net);
        const torch::Tensor vectors = torch::randn({64, 64});
        model.setWordVectors(vectors);
        const std::string letters = randomLetters(60, 4);
        const torch::Tensor slices = model.slices_NSD(net->encode(letters));
        QCOMPARE(slices.sizes(), at::IntArrayRef({1, 3, 64}));
        for (int s = 0; s < 3; ++s) {
            torch::Tensor mean = torch::zeros({64});
            for (int i = 20 * s; i + 2 < 20 * (s + 1); ++i) {
                std::int64_t index = 0;
                for (int k = 0; k < 3; ++k)
                    index = 4 * index + std::int64_t(std::string_view("ACGT").find(letters[std::size_t(i + k)]));
                mean += vectors[index] / 18.0;
            }
            QVERIFY(maxDifference(slices[0][s], mean) < 1e-6);
        }
        std::size_t trained = 0, given = 0;
        for (const bool train : {true, false}) {
            const auto other = makeNet("deeplncloc-lstm", {{"train_embedding", train}});
            (train ? trained : given) = other->named_parameters().contains("word_vectors");
            QVERIFY(train != other->named_buffers().contains("word_vectors"));
        }
        QVERIFY(trained && !given);
    }

    void sharedChunksAreEqualChunks()
    {
        const data::OptionMap options = {{"length", whole(250)}, {"filters", whole(6)}};
        auto sharing = options;
        sharing["share_chunks"] = true;
        const auto apart = makeNet("divide-et-impera", options), shared = makeNet("divide-et-impera", sharing);
        models::StateDict state = models::stateOf(*shared);
        for (auto& [name, tensor] : state) {
            if (name.starts_with("chunk_conv."))
                tensor = tensor.dim() == 3 ? tensor.repeat({10, 1, 1}) : tensor.repeat({10});
        }
        const auto applied = models::applyState(*apart, state);
        QVERIFY2(applied.has_value(), applied ? "" : applied.error().sentence().c_str());
        const std::string letters = randomLetters(250, 3);
        QVERIFY(largestDifference(answer(*apart, letters), answer(*shared, letters)) < 1e-6);
    }

    void foldsAreAveragedAsProbabilities()
    {
        const auto folds = makeNet("dm3loc", {{"folds", whole(3)}});
        const std::string letters = randomLetters(300, 3);
        const auto together = answer(*folds, letters);
        std::vector<double> mean(together.size(), 0.0);
        const models::StateDict all = models::stateOf(*folds);
        for (const std::string prefix : {"fold.0.", "fold.1.", "fold.2."}) {
            models::StateDict one;
            for (const auto& [name, tensor] : all) {
                if (name.starts_with(prefix))
                    one["fold.0." + name.substr(prefix.size())] = tensor;
            }
            const auto single = makeNet("dm3loc");
            QVERIFY(models::applyState(*single, one).has_value());
            const auto alone = answer(*single, letters);
            for (std::size_t i = 0; i < mean.size(); ++i)
                mean[i] += alone[i] / 3.0;
        }
        QVERIFY(largestDifference(together, mean) < 1e-6);
    }

    void wrongOptionsAreRefusedByName_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<data::OptionMap>("options");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* architecture, const data::OptionMap& options, const char* named) {
            std::string given;
            for (const auto& [id, value] : options)
                given += " " + id + "=" + data::toText(value);
            QTest::addRow("%s%s", architecture, given.c_str()) << QString(architecture) << options << QString(named);
        };
        row("rnatracker", {{"tasks", text("nucleus")}}, "tasks");
        row("rnatracker", {{"tasks", text("a,b,a")}}, "tasks");
        row("rnatracker", {{"length", whole(50)}}, "length");
        row("rnatracker", {{"length", whole(150)}, {"kernel", whole(101)}}, "length");
        row("rnatracker", {{"attention", text("three-layer")}}, "attention");
        row("rnatracker", {{"conv_layers", whole(3)}}, "conv_layers");
        row("rnatracker-full", {{"pool", whole(32)}}, "conv_layers");
        row("rnatracker-full", {{"structure", text("joint")}}, "structure");
        row("dm3loc", {{"folds", whole(0)}}, "folds");
        row("kmer-mlp", {{"k", whole(9)}}, "k");
        row("xpresso", {{"tss", whole(10500)}}, "tss");
        row("xpresso", {{"pool1", whole(1000)}, {"pool2", whole(11)}}, "pool1");
        row("deeplncloc-transformer", {{"slices", whole(211)}}, "slices");
        row("deeplncloc-transformer", {{"heads", whole(5)}}, "embedding");
        row("deeplncloc-lstm", {{"heads", whole(4)}}, "heads");
        row("divide-et-impera", {{"chunks", whole(11)}}, "chunks");
    }
    void wrongOptionsAreRefusedByName()
    {
        QFETCH(QString, architecture);
        QFETCH(data::OptionMap, options);
        QFETCH(QString, named);
        const auto net = models::createNet(architecture.toStdString(), options);
        QVERIFY(!net.has_value());
        QVERIFY(net.error().code() == ErrorCode::InvalidArgument);
        QVERIFY2(QString::fromStdString(net.error().message()).contains(named), net.error().message().c_str());
    }

    void realTranscriptsAndPromotersAreAnswered()
    {
        const char* shared = std::getenv("NSCOPE_SHARED_DIR");
        if (!shared)
            QSKIP("NSCOPE_SHARED_DIR has no promoters and 3'UTRs");
        const auto promoters = io::readFasta(std::string(shared) + "/data/expression/promoters_10500_hg38.fa").value();
        const auto transcripts = io::readFasta(std::string(shared) + "/data/utr/human_3utr.fa.gz").value();
        for (const char* architecture : {"rnatracker", "rnatracker-full", "rnatracker-gru", "kmer-mlp", "dm3loc",
                                         "deeplncloc-transformer", "deeplncloc-lstm", "divide-et-impera", "xpresso"}) {
            const auto net = makeNet(architecture);
            const data::TranscriptSet& set = net->spec().input.alphabet == "DNA" ? promoters : transcripts;
            const auto first = answer(*net, set[0]->sequence.letters), second = answer(*net, set[1]->sequence.letters);
            for (const double value : first)
                QVERIFY(std::isfinite(value));
            QCOMPARE(first.size(), second.size());
        }
    }
};

QObject* makeRnaInputTests() { return new TestRnaInputs; }

#include "tst_rna_inputs.moc"
