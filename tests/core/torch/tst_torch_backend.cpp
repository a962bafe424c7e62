// The torch module through its door: load, predict, explain, attention, filters, errors.
#include "tests/core/torch/golden_set.h"

#include "core/models/golden_example.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"
#include "core/torch_module/torch_backend.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace nscope;
using namespace nscope::tests;
using engine::Analysis;

namespace {

data::OptionMap smallOptions()
{
    return {{"d_model", std::int64_t(16)}, {"encoder_layers", std::int64_t(2)}, {"decoder_layers", std::int64_t(2)},
            {"d_ff", std::int64_t(32)},    {"heads", std::int64_t(4)},          {"window", std::int64_t(20)}};
}

data::TranscriptPtr transcript(const std::string& letters)
{
    data::Transcript value;
    value.sequence = {"t", "", letters, data::Alphabet::Rna};
    return std::make_shared<const data::Transcript>(std::move(value));
}

template <class T>
std::shared_ptr<const T> payload(const engine::Delivery& delivery)
{
    return std::get<std::shared_ptr<const T>>(delivery.payload);
}

/// All deliveries of a job run to its end.
std::vector<engine::Delivery> runJob(engine::Job& job)
{
    std::vector<engine::Delivery> all;
    for (;;) {
        auto report = job.step({});
        if (!report)
            throw std::runtime_error(report.error().sentence());
        all.insert(all.end(), report->deliveries.begin(), report->deliveries.end());
        if (report->finished)
            return all;
    }
}

}  // namespace

class TestTorchBackend : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        torch::manual_seed(3);
        m_backend = std::make_unique<torch_module::TorchBackend>(torch::Device(torch::kCPU), 1, std::int64_t(1) << 30);
        const auto net = models::createNet("bioseq2seq", smallOptions()).value();
        net->eval();
        m_card.id = "small";
        m_card.architecture = "bioseq2seq";
        m_card.options = smallOptions();
        m_card.weightsPath = m_folder.filePath("small.safetensors").toStdString();
        m_card.weightsHash = "hash-of-small";
        m_card.golden.letters = randomLetters(150, 21);
        const c10::InferenceMode inference;  // the backend must not care in which mode its caller is
        const auto prediction = net->prediction(net->forward(net->encode(m_card.golden.letters), {}), 0);
        m_card.golden.scalars = prediction.scalars;
        QVERIFY(models::writeState(m_card.weightsPath, models::stateOf(*net), {{"format", "pt"}}).has_value());
        const auto info = m_backend->load(m_card);
        QVERIFY2(info.has_value(), info ? "" : info.error().sentence().c_str());
        QCOMPARE(info->decoderLayers, 2);
        QCOMPARE(info->attentionHeads, 4);
        m_handle = info->id;
    }

    void wrongGoldenExampleIsAnError()
    {
        data::ModelCard card = m_card;
        card.weightsHash = "another";
        card.golden.scalars.front().value += 0.01;
        const auto info = m_backend->load(card);
        QVERIFY(!info.has_value());
        QVERIFY(info.error().code() == ErrorCode::ModelMismatch);
        QVERIFY(info.error().message().find("log_odds") != std::string::npos);
        card.golden = {};
        QVERIFY(!m_backend->load(card).has_value());
    }

    void aLoadedModelIsComparedWithItsNewCard()
    {
        data::ModelCard card = m_card;
        card.id = "copy";
        const auto copy = m_backend->load(card);
        QVERIFY(copy.has_value());
        QCOMPARE(copy->id, m_handle);
        QCOMPARE(copy->card.id, std::string("copy"));
        card.golden.scalars.front().value += 0.01;
        const auto info = m_backend->load(card);
        QVERIFY(!info.has_value() && info.error().code() == ErrorCode::ModelMismatch);
        QVERIFY(m_backend->load(m_card).has_value());
    }

    void theSameWeightsWithOtherOptionsAreAnotherModel()
    {
        const std::string letters = randomLetters(600, 4);
        const auto cardOf = [&](bool softplus) {
            torch::manual_seed(5);
            data::ModelCard card = m_card;
            card.architecture = "bpnet";
            card.options = {{"filters", std::int64_t(4)}, {"layers", std::int64_t(2)}, {"tasks", std::string("a")},
                            {"softplus", softplus}};
            card.weightsPath = m_folder.filePath("profile.safetensors").toStdString();
            card.weightsHash = "hash-of-profile";
            const auto net = models::createNet(card.architecture, card.options).value();
            net->eval();
            card.golden = models::makeGolden(*net, letters, 1e-4);
            if (!models::writeState(card.weightsPath, models::stateOf(*net), {{"format", "pt"}}))
                throw std::runtime_error("no weights were written");
            return card;
        };
        const auto positive = m_backend->load(cardOf(true)), unbounded = m_backend->load(cardOf(false));
        QVERIFY2(positive.has_value(), positive ? "" : positive.error().sentence().c_str());
        QVERIFY2(unbounded.has_value(), unbounded ? "" : unbounded.error().sentence().c_str());
        QCOMPARE(positive->hash, unbounded->hash);
        QVERIFY(positive->id != unbounded->id);
        std::vector<float> lowest;
        for (const std::string& handle : {positive->id, unbounded->id}) {
            engine::Request request;
            request.model = handle;
            request.transcripts = {transcript(letters)};
            const auto track = payload<data::Prediction>(runJob(**m_backend->start(request)).front())->profiles.at(0);
            lowest.push_back(std::ranges::min(track.values_RB));
        }
        QVERIFY(lowest[0] > 0.0f && lowest[1] < 0.0f);
    }

    void aSequenceThatTheNetworkRefusesIsNamed()
    {
        data::ModelCard card = m_card;
        card.architecture = "embedding-head";
        card.options = {{"embedding_dim", std::int64_t(3)}};
        card.weightsPath = m_folder.filePath("head.safetensors").toStdString();
        card.weightsHash = "hash-of-head";
        const auto net = models::createNet(card.architecture, card.options).value();
        net->eval();
        card.golden = models::makeGolden(*net, "ACGT", 1e-4);
        QVERIFY(models::writeState(card.weightsPath, models::stateOf(*net), {{"format", "pt"}}).has_value());
        const auto info = m_backend->load(card);
        QVERIFY2(info.has_value(), info ? "" : info.error().sentence().c_str());
        engine::Request request;
        request.model = info->id;
        request.transcripts = {transcript("ACGTACGT")};
        const auto report = (*m_backend->start(request))->step({});
        QVERIFY(!report.has_value());
        QCOMPARE(report.error().code(), ErrorCode::InvalidArgument);
        QCOMPARE(report.error().where().record, std::string("t"));
        QVERIFY(report.error().message().starts_with("The model needs the input “Embedding”"));
    }

    void wrongArchitectureOptionsAreAnError()
    {
        data::ModelCard card = m_card;
        card.weightsHash = "third";
        card.options["encoder_layers"] = std::int64_t(3);
        const auto info = m_backend->load(card);
        QVERIFY(!info.has_value());
        QVERIFY(info.error().message().find("encoder.fnet.2.") != std::string::npos);
    }

    void predictionsComeOnePerTranscript()
    {
        engine::Request request;
        request.model = m_handle;
        for (const int length : {40, 300, 41})
            request.transcripts.push_back(transcript(randomLetters(length, std::uint64_t(length))));
        const auto job = m_backend->start(request);
        QVERIFY(job.has_value());
        const auto deliveries = runJob(**job);
        QCOMPARE(deliveries.size(), std::size_t(3));
        QCOMPARE((*job)->doneUnits(), std::int64_t(3));
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(deliveries[i].transcript, i);
            const auto prediction = payload<data::Prediction>(deliveries[i]);
            QCOMPARE(prediction->classProbabilities.front().name, std::string("p_PC"));
            QCOMPARE(prediction->scalars.front().name, std::string("log_odds"));
            QVERIFY(prediction->translations.empty());
            QCOMPARE(prediction->modelHash, m_card.weightsHash);
        }
    }

    void translationsAreSorted()
    {
        engine::Request request;
        request.model = m_handle;
        request.transcripts = {transcript(randomLetters(200, 5))};
        request.options = {{"translate", true}, {"max_length", std::int64_t(12)}};
        const auto deliveries = runJob(**m_backend->start(request));
        const auto translations = payload<data::Prediction>(deliveries.front())->translations;
        QCOMPARE(translations.size(), std::size_t(4));
        for (std::size_t i = 1; i < 4; ++i)
            QVERIFY(translations[i - 1].score >= translations[i].score);
    }

    void mutagenesisPreviewsThenBecomesExact_data()
    {
        QTest::addColumn<QString>("algorithm");
        QTest::newRow("auto") << "auto";
        QTest::newRow("full") << "full";
    }
    void mutagenesisPreviewsThenBecomesExact()
    {
        QFETCH(QString, algorithm);
        engine::Request request;
        request.analysis = Analysis::Explain;
        request.method = "ism";
        request.model = m_handle;
        request.options = {{"algorithm", algorithm.toStdString()}};
        request.transcripts = {transcript(randomLetters(120, 6))};
        request.region = data::Interval{50, 60};
        const auto job = m_backend->start(request);
        QVERIFY(job.has_value());
        QCOMPARE((*job)->totalUnits(), std::int64_t(360));
        const auto deliveries = runJob(**job);
        const auto first = payload<data::Attribution>(deliveries.front());
        QVERIFY(deliveries.front().partial);
        QVERIFY(!first->isExact(50));
        const auto last = payload<data::Attribution>(deliveries.back());
        QVERIFY(!deliveries.back().partial);
        for (std::int64_t i = 0; i < 120; ++i)
            QVERIFY(last->isExact(i));
        engine::Request single;
        single.model = m_handle;
        std::string mutant = request.transcripts.front()->sequence.letters;
        const int base = mutant[77] == 'G' ? 0 : 2;
        mutant[77] = "ACGT"[base];
        single.transcripts = {request.transcripts.front(), transcript(mutant)};
        const auto both = runJob(**m_backend->start(single));
        const double delta = payload<data::Prediction>(both[1])->scalars.front().value
                             - payload<data::Prediction>(both[0])->scalars.front().value;
        QVERIFY(std::abs(last->at(77, base) - delta) < 1e-5);
    }

    void onlyRestrictsRows()
    {
        for (const char* method : {"ism", "taylor", "gradient"}) {
            engine::Request request;
            request.analysis = Analysis::Explain;
            request.method = method;
            request.model = m_handle;
            request.transcripts = {transcript(randomLetters(90, 6))};
            request.only = data::Interval{10, 20};
            const auto result = payload<data::Attribution>(runJob(**m_backend->start(request)).back());
            QVERIFY(result->isExact(10) && result->isExact(19));
            QVERIFY(!result->isExact(9) && !result->isExact(20));
            for (int base = 0; base < 4; ++base)
                QCOMPARE(result->at(20, base), 0.0f);
        }
    }

    void attentionOfTheFirstStepAndAlongATranslation()
    {
        engine::Request request;
        request.analysis = Analysis::Attention;
        request.model = m_handle;
        request.transcripts = {transcript(randomLetters(80, 2))};
        request.options = {{"layer", std::int64_t(0)}};
        const auto map = payload<data::AttentionMap>(runJob(**m_backend->start(request)).front());
        QCOMPARE(map->weights_HQK.size(), std::size_t(4 * 80));
        double sum = 0;
        for (int key = 0; key < 80; ++key)
            sum += map->at(1, 0, key);
        QVERIFY(std::abs(sum - 1.0) < 1e-5);
        request.options = {{"queries", std::string("greedy")}, {"max_queries", std::int64_t(5)}};
        request.region = data::Interval{10, 30};
        const auto along = payload<data::AttentionMap>(runJob(**m_backend->start(request)).front());
        QCOMPARE(along->layer, 1);
        QCOMPARE(along->keyCount, std::int64_t(20));
        QVERIFY(along->queries.size() >= 1 && along->queries.size() <= 5);
        QCOMPARE(along->weights_HQK.size(), 4 * along->queries.size() * 20);
        request.options = {{"layer", std::int64_t(2)}};
        QVERIFY(!m_backend->start(request).has_value());
    }

    void filtersOfEveryLayer()
    {
        engine::Request request;
        request.analysis = Analysis::Filters;
        request.model = m_handle;
        const auto spectrum = payload<data::FilterSpectrum>(runJob(**m_backend->start(request)).front());
        QCOMPARE(spectrum->layers.size(), std::size_t(2));
        QCOMPARE(spectrum->layers[0].bins, 11);
        QCOMPARE(spectrum->layers[0].magnitude_FD.size(), std::size_t(11 * 16));
    }

    void stopRequestIsCancelled()
    {
        engine::Request request;
        request.model = m_handle;
        request.transcripts = {transcript(randomLetters(80, 2))};
        std::stop_source source;
        source.request_stop();
        const auto report = (*m_backend->start(request))->step(source.get_token());
        QVERIFY(!report.has_value());
        QVERIFY(report.error().code() == ErrorCode::Cancelled);
    }

    void wrongRequestsAreRefused()
    {
        engine::Request request;
        request.transcripts = {transcript("ACGT")};
        request.model = "unknown";
        QVERIFY(m_backend->start(request).error().code() == ErrorCode::NotFound);
        request.model = m_handle;
        request.options = {{"speed", true}};
        QVERIFY(!m_backend->start(request).has_value());
        request.options.clear();
        request.transcripts = {transcript("")};
        QVERIFY(!m_backend->start(request).has_value());
        request.transcripts = {transcript("ACGT")};
        request.analysis = Analysis::Explain;
        request.method = "attention";
        QVERIFY(!m_backend->start(request).has_value());
        request.method = "ism";
        request.target = "class:Z";
        QVERIFY(!m_backend->start(request).has_value());
        QVERIFY(!m_backend->estimateBytes(request).has_value());
        request.target.clear();
        QVERIFY(m_backend->estimateBytes(request).value() > 0);
    }

    void memoryLimitOfTheEngineIsKept()
    {
        engine::Request request;
        request.analysis = Analysis::Explain;
        request.method = "ism";
        request.model = m_handle;
        request.options = {{"algorithm", std::string("full")}};
        request.transcripts = {transcript(randomLetters(120, 6))};
        const std::int64_t free = m_backend->estimateBytes(request).value();
        const auto unbound = payload<data::Attribution>(runJob(**m_backend->start(request)).back());
        request.options[engine::kMemoryOption] = std::int64_t(1) << 20;
        request.options[engine::kDeviceOption] = std::string("cpu");
        QVERIFY(m_backend->estimateBytes(request).value() < free);
        const auto bound = payload<data::Attribution>(runJob(**m_backend->start(request)).back());
        for (std::size_t i = 0; i < bound->values_LC.size(); ++i)
            QVERIFY(std::abs(bound->values_LC[i] - unbound->values_LC[i]) < 1e-5f);
        engine::Request training;
        training.analysis = Analysis::Train;
        training.options[engine::kMemoryOption] = std::int64_t(1) << 20;
        QVERIFY(m_backend->estimateBytes(training).value() <= std::int64_t(1) << 20);
    }

    void devicesAreParsed()
    {
        QVERIFY(torch_module::parseDevice("cpu").value().is_cpu());
        QVERIFY(torch_module::parseDevice("auto").has_value());
        QVERIFY(!torch_module::parseDevice("gpu").has_value());
        QVERIFY(!torch_module::parseDevice("cuda:x").has_value());
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<torch_module::TorchBackend> m_backend;
    data::ModelCard m_card;
    std::string m_handle;
};

QObject* makeTorchBackendTests() { return new TestTorchBackend; }

#include "tst_torch_backend.moc"
