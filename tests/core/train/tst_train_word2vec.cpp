// Word vectors: the gradient of a pair, what becomes close, sub-sampling, and whole runs from FASTA to a model.
#include "core/io/model_card.h"
#include "core/io/npz.h"
#include "core/models/golden_example.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"
#include "core/train/train_jobs.h"
#include "core/train/word2vec.h"
#include "tests/core/train/train_fixture.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace nscope;
using namespace nscope::train;
using namespace nscope::tests;

namespace {

using Numbers = std::vector<double>;

Numbers asDoubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

/// −log σ(u_target·v_input) − Σ log σ(−u_noise·v_input), written out.
double pairLoss(const Numbers& vectors, const Numbers& outputs, std::size_t size, Word input, Word target,
                const std::vector<Word>& noise)
{
    const auto closeness = [&](Word word) {
        double sum = 0.0;
        for (std::size_t i = 0; i < size; ++i)
            sum += vectors[input * size + i] * outputs[word * size + i];
        return sum;
    };
    double loss = std::log(1.0 + std::exp(-closeness(target)));
    for (const Word word : noise)
        loss += std::log(1.0 + std::exp(closeness(word)));
    return loss;
}

double cosine(const Word2Vec& model, std::size_t size, Word a, Word b)
{
    const std::vector<float>& v = model.vectors_VD();
    double ab = 0.0, aa = 0.0, bb = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        const double x = v[a * size + i], y = v[b * size + i];
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return ab / std::sqrt(aa * bb);
}

/// Sentences in which words 0 and 1 stand between the same neighbours (10–12), and 2 and 3 between others (20–22).
std::vector<std::vector<Word>> interchangeableWords()
{
    RandomStream random{17};
    std::vector<std::vector<Word>> sentences;
    for (int i = 0; i < 1500; ++i) {
        const int group = i % 2;
        std::vector<Word> sentence;
        for (int k = 0; k < 5; ++k)
            sentence.push_back(Word(k == 2 ? 2 * group + int(random.below(2)) : 10 + 10 * group + int(random.below(3))));
        sentences.push_back(sentence);
    }
    return sentences;
}

std::vector<std::int64_t> countsOf(const std::vector<std::vector<Word>>& sentences, std::size_t words)
{
    std::vector<std::int64_t> counts(words, 0);
    for (const auto& sentence : sentences) {
        for (const Word word : sentence)
            ++counts[word];
    }
    return counts;
}

Word2Vec trained(const std::vector<std::vector<Word>>& sentences, const Word2VecSettings& settings,
                 Numbers* losses = nullptr)
{
    Word2Vec model(settings, countsOf(sentences, 32));
    for (std::int64_t epoch = 0; epoch < settings.epochs; ++epoch) {
        Word2Vec::Loss loss;
        for (const auto& sentence : sentences) {
            const Word2Vec::Loss part = model.train(sentence);
            loss.sum += part.sum;
            loss.pairs += part.pairs;
        }
        if (losses)
            losses->push_back(loss.mean());
    }
    return model;
}

}  // namespace

class TestWord2Vec : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    std::string writeGenes(const std::string& name, int count)
    {
        std::string fasta;
        for (int i = 0; i < count; ++i)
            fasta += ">gene" + std::to_string(i) + "\n" + randomLetters(std::uint64_t(i) + 3, 1200) + "\n";
        return m_folder.write(name, fasta);
    }

    static std::string settings(const std::string& fasta, int seed, const std::string& more = {})
    {
        const nlohmann::json all = {
            {"task", "kmer-embedding"},
            {"data", {{"fasta", fasta}}},
            {"model", {{"architecture", "deeplncloc-lstm"}, {"options", {{"embedding", 8}, {"lstm_units", 4}}}}},
            {"embedding", {{"epochs", 3}}},
            {"card", {{"id", "words"}}},
            {"seed", seed}};
        std::string text = all.dump();
        text.insert(text.size() - 1, more);
        return text;
    }

    struct Outcome {
        std::vector<nlohmann::json> lines;
        std::string error;
    };
    Outcome run(const std::string& config, const std::string& folder, bool stop = false)
    {
        engine::Request request;
        request.analysis = engine::Analysis::Train;
        request.training = std::make_shared<engine::TrainingOrder>(engine::TrainingOrder{config, folder, false});
        auto job = makeTrainJob(request);
        if (!job)
            return {{}, job.error().sentence()};
        Outcome outcome;
        std::stop_source stopping;
        for (bool finished = false; !finished;) {
            const auto step = (*job)->step(stopping.get_token());
            if (!step)
                return {outcome.lines, step.error().sentence()};
            for (const auto& delivery : step->deliveries)
                outcome.lines.push_back(nlohmann::json::parse(
                    std::get<std::shared_ptr<const engine::MetricsLine>>(delivery.payload)->json));
            finished = step->finished;
            if (stop && !outcome.lines.empty())
                stopping.request_stop();
        }
        if ((*job)->doneUnits() != (*job)->totalUnits())
            outcome.error = "not all units were done";
        return outcome;
    }

private Q_SLOTS:
    void sentencesAreRunsOfKmers()
    {
        QCOMPARE(kmerSentences("ACGTNACGU", 3), (std::vector<std::vector<Word>>{{6, 27}, {6, 27}}));
        QCOMPARE(kmerSentences("TTTT", 3), (std::vector<std::vector<Word>>{{63, 63}}));
        QCOMPARE(kmerSentences("ACG", 1), (std::vector<std::vector<Word>>{{0, 1, 2}}));
        QVERIFY(kmerSentences("ACNGTN", 3).empty());
        QVERIFY(kmerSentences("", 3).empty());
    }

    void aStepFollowsTheGradient()
    {
        constexpr std::size_t kSize = 12;
        Word2VecSettings settings{.size = kSize};
        const std::vector<std::vector<Word>> sentences = interchangeableWords();
        settings.epochs = 2;
        Word2Vec model = trained(sentences, settings);  // away from the start, where outputs are 0
        const Word input = 10, target = 1;
        const std::vector<Word> noise{20, 2, 11, 22};
        const Numbers vectors = asDoubles(model.vectors_VD()), outputs = asDoubles(model.outputs_VD());
        const double rate = 0.125;
        const double loss = model.trainPair(input, target, noise, rate);
        QVERIFY(std::abs(loss - pairLoss(vectors, outputs, kSize, input, target, noise)) < 1e-5);
        const double step = 1e-5;
        for (const bool ofVectors : {true, false}) {
            const std::vector<float>& after = ofVectors ? model.vectors_VD() : model.outputs_VD();
            for (std::size_t i = 0; i < after.size(); ++i) {
                const auto shifted = [&](double by) {
                    Numbers v = vectors, u = outputs;
                    (ofVectors ? v : u)[i] += by;
                    return pairLoss(v, u, kSize, input, target, noise);
                };
                const double gradient = (shifted(step) - shifted(-step)) / (2.0 * step);
                const double moved = double(after[i]) - (ofVectors ? vectors : outputs)[i];
                QVERIFY2(std::abs(moved + rate * gradient) < 1e-6, qPrintable(QString::number(int(i))));
            }
        }
    }

    void noiseThatIsTheTargetIsPassedOver()
    {
        const auto sentences = interchangeableWords();
        const Word2VecSettings settings{.size = 4, .epochs = 1};
        Word2Vec a = trained(sentences, settings), b = a;
        const std::vector<Word> noise{2, 1, 20}, rest{2, 20};
        QCOMPARE(a.trainPair(10, 1, noise, 0.1), b.trainPair(10, 1, rest, 0.1));
        QCOMPARE(a.vectors_VD(), b.vectors_VD());
        QCOMPARE(a.outputs_VD(), b.outputs_VD());
    }

    void wordsOfTheSameNeighboursComeClose()
    {
        Word2VecSettings settings{.size = 16, .window = 2, .epochs = 20, .subsample = 0.0};
        Numbers losses;
        const Word2Vec model = trained(interchangeableWords(), settings, &losses);
        QVERIFY(losses.back() < 0.95 * losses.front());
        for (const Word a : {Word(0), Word(2)}) {
            const Word b = Word(a + 1);
            QVERIFY2(cosine(model, 16, a, b) > 0.9, qPrintable(QString::number(cosine(model, 16, a, b))));
            QVERIFY(cosine(model, 16, a, b) > cosine(model, 16, a, Word(3 - a)) + 0.3);
        }
        QVERIFY(std::abs(model.rate() - settings.finalRate) < 1e-12);
    }

    void aSeedFixesEverything()
    {
        const auto sentences = interchangeableWords();
        const Word2VecSettings settings{.size = 8, .epochs = 2};
        Word2VecSettings other = settings;
        other.seed = 2;
        QCOMPARE(trained(sentences, settings).vectors_VD(), trained(sentences, settings).vectors_VD());
        QVERIFY(trained(sentences, settings).vectors_VD() != trained(sentences, other).vectors_VD());
    }

    void frequentWordsArePassedOver()
    {
        RandomStream random{5};
        std::vector<Word> sentence;
        for (int i = 0; i < 10000; ++i)
            sentence.push_back(Word(random.below(64)));
        std::vector<std::int64_t> even(64, 10000 / 64);
        const auto pairs = [&](double subsample) {
            Word2Vec model({.size = 2, .epochs = 1, .subsample = subsample}, even);
            return double(model.train(sentence).pairs);
        };
        // A word's share is 1/64: kept with √(.001·64) + .001·64; three neighbours on either side on average.
        const double kept = std::sqrt(0.064) + 0.064;
        QVERIFY(std::abs(pairs(0.0) / 60000.0 - 1.0) < 0.02);
        QVERIFY(std::abs(pairs(0.001) / (60000.0 * kept) - 1.0) < 0.05);
        QCOMPARE(pairs(1.0), pairs(0.0));  // rarer than the threshold: none is passed over
    }

    void aRunLeavesAModelWithItsVectors()
    {
        const std::string fasta = writeGenes("genes.fa", 8);
        const std::string folder = m_folder.path("run");
        const Outcome outcome = run(settings(fasta, 4), folder);
        QVERIFY2(outcome.error.empty(), outcome.error.c_str());
        QCOMPARE(outcome.lines.size(), std::size_t(5));  // start, three epochs, result
        QCOMPARE(outcome.lines[0]["words"].get<int>(), 8 * 1198);
        QVERIFY(outcome.lines[3]["loss"].get<double>() < outcome.lines[1]["loss"].get<double>());
        QCOMPARE(outcome.lines[4]["last_loss"].get<double>(), outcome.lines[3]["loss"].get<double>());

        const auto arrays = io::readNpz(folder + "/kmer_vectors.npz");
        QVERIFY2(arrays.has_value(), arrays ? "" : arrays.error().sentence().c_str());
        const auto& names = *arrays->at("kmers").as<std::string>();
        QCOMPARE(names[0] + names[1] + names[27] + names[63], std::string("AAAAACCGTTTT"));
        const auto& vectors = *arrays->at("vectors").as<float>();
        QCOMPARE(arrays->at("vectors").shape, (std::vector<std::int64_t>{64, 8}));

        const auto card = io::readModelCard(folder + "/model.safetensors");
        QVERIFY2(card.has_value(), card ? "" : card.error().sentence().c_str());
        QCOMPARE(card->architecture, std::string("deeplncloc-lstm"));
        QVERIFY(contains(card->limitations, "Only the word vectors are trained"));
        QVERIFY(contains(card->trainingProcedure, "3 epochs") && contains(card->trainingData, "9584 3-mers"));
        const auto net = models::createNet(card->architecture, card->options).value();
        const auto state = models::readState(folder + "/model.safetensors").value();
        QVERIFY(models::applyState(*net, state).has_value());
        net->eval();
        const auto golden = models::checkGolden(*net, card->golden);
        QVERIFY2(golden.has_value(), golden ? "" : golden.error().sentence().c_str());
        const torch::Tensor stored = state.at("word_vectors").flatten();
        QCOMPARE(std::vector<float>(stored.data_ptr<float>(), stored.data_ptr<float>() + stored.numel()), vectors);

        QVERIFY(run(settings(fasta, 4), m_folder.path("again")).error.empty());
        QCOMPARE(m_folder.read("again/model.safetensors"), m_folder.read("run/model.safetensors"));
        QVERIFY(run(settings(fasta, 5), m_folder.path("other")).error.empty());
        QVERIFY(m_folder.read("other/model.safetensors") != m_folder.read("run/model.safetensors"));
        QVERIFY(contains(run(settings(fasta, 4), folder).error, "already holds a training run"));
    }

    void whatCannotBeSaysWhy()
    {
        const std::string fasta = writeGenes("few.fa", 2);
        const std::string folder = m_folder.path("bad");
        QVERIFY(contains(run(R"({"task": "poetry"})", folder).error, R"("task" takes classes, labels)"));
        QVERIFY(contains(run(R"({"task": "poetry"})", folder).error, "kmer-embedding"));
        QVERIFY(contains(run(R"({"task": "kmer-embedding"})", folder).error, "\"data\" is missing"));
        QVERIFY(contains(run(settings(fasta, 1, R"(, "epochs": 3)"), folder).error, "\"epochs\""));
        nlohmann::json odd = nlohmann::json::parse(settings(fasta, 1));
        odd["model"] = {{"options", {{"embedding", 7}}}};
        QVERIFY(contains(run(odd.dump(), folder).error, "option embedding (7) must be even"));
        QVERIFY(contains(run(settings(m_folder.write("n.fa", ">a\nACNNNGT\n"), 1), folder).error,
                         "No sequence has three letters"));
        QVERIFY(contains(run(settings(m_folder.path("absent.fa"), 1), folder).error, "absent.fa"));
        QVERIFY(!std::filesystem::exists(folder));
        QVERIFY(contains(run(settings(fasta, 1), folder, true).error, "were not finished"));
        QVERIFY(!std::filesystem::exists(folder + "/model.safetensors"));
    }
};

int nscope::tests::runWord2VecSuite(int argc, char** argv)
{
    TestWord2Vec test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_train_word2vec.moc"
