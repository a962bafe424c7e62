// Analysis::Score through the door: batches equal single predictions, whatever the lengths and the memory.
#include "tests/core/torch/golden_set.h"

#include "core/models/model_zoo.h"
#include "core/models/weights.h"
#include "core/torch_module/torch_backend.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

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
    return std::make_shared<const data::Transcript>(data::Transcript{{"t", "", letters, data::Alphabet::Rna}, {}});
}

/// Scores by transcript; each must come exactly once.
std::vector<double> scoresOf(engine::Backend& backend, const engine::Request& request)
{
    const auto job = backend.start(request);
    if (!job)
        throw std::runtime_error(job.error().sentence());
    std::vector<double> scores(request.transcripts.size());
    std::vector<int> times(scores.size());
    for (bool finished = false; !finished;) {
        const auto report = (*job)->step({});
        if (!report)
            throw std::runtime_error(report.error().sentence());
        for (const engine::Delivery& delivery : report->deliveries) {
            scores.at(delivery.transcript) =
                std::get<std::shared_ptr<const data::TargetScore>>(delivery.payload)->score;
            ++times.at(delivery.transcript);
        }
        finished = report->finished;
    }
    if (std::ranges::any_of(times, [](int count) { return count != 1; }) || (*job)->doneUnits() != (*job)->totalUnits())
        throw std::runtime_error("a transcript was not scored exactly once");
    return scores;
}

}  // namespace

class TestScoreJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        torch::manual_seed(3);
        m_backend = std::make_unique<torch_module::TorchBackend>(torch::Device(torch::kCPU), 1, std::int64_t(1) << 30);
        const auto net = models::createNet("bioseq2seq", smallOptions()).value();
        net->eval();
        data::ModelCard card;
        card.id = "small";
        card.architecture = "bioseq2seq";
        card.options = smallOptions();
        card.weightsPath = m_folder.filePath("small.safetensors").toStdString();
        card.weightsHash = "hash-of-small";
        card.golden.letters = randomLetters(150, 21);
        const c10::InferenceMode inference;
        card.golden.scalars = net->prediction(net->forward(net->encode(card.golden.letters), {}), 0).scalars;
        QVERIFY(models::writeState(card.weightsPath, models::stateOf(*net), {{"format", "pt"}}).has_value());
        const auto info = m_backend->load(card);
        QVERIFY2(info.has_value(), info ? "" : info.error().sentence().c_str());
        m_request.analysis = Analysis::Score;
        m_request.model = info->id;
        for (int i = 0; i < 60; ++i)
            m_request.transcripts.push_back(transcript(randomLetters(i % 3 == 0 ? 80 : 60 + i % 7, std::uint64_t(i))));
    }

    void scoresEqualPredictions()
    {
        const std::vector<double> scores = scoresOf(*m_backend, m_request);
        engine::Request predict = m_request;
        predict.analysis = Analysis::Predict;
        const auto job = m_backend->start(predict);
        std::size_t compared = 0;
        for (bool finished = false; !finished;) {
            const auto report = (*job)->step({});
            QVERIFY(report.has_value());
            for (const engine::Delivery& delivery : report->deliveries) {
                const auto prediction = std::get<std::shared_ptr<const data::Prediction>>(delivery.payload);
                QVERIFY(std::abs(prediction->scalars.front().value - scores[delivery.transcript]) < 1e-5);
                ++compared;
            }
            finished = report->finished;
        }
        QCOMPARE(compared, std::size_t(60));
        QVERIFY(std::abs(scores[0] - scores[1]) > 1e-4);  // or the comparison means nothing
    }

    void runsRepeatExactlyAndMemoryIsKept()
    {
        const std::vector<double> scores = scoresOf(*m_backend, m_request);
        QCOMPARE(scoresOf(*m_backend, m_request), scores);
        const std::int64_t free = m_backend->estimateBytes(m_request).value();
        engine::Request bound = m_request;
        bound.options[engine::kMemoryOption] = std::int64_t(1);
        QVERIFY(m_backend->estimateBytes(bound).value() < free);
        const std::vector<double> single = scoresOf(*m_backend, bound);
        for (std::size_t i = 0; i < scores.size(); ++i)
            QVERIFY(std::abs(single[i] - scores[i]) < 1e-5);
    }

    void targetsAreTaken()
    {
        engine::Request request = m_request;
        request.transcripts.resize(2);
        const std::vector<double> odds = scoresOf(*m_backend, request);
        request.target = "class:PC";
        const double coding = scoresOf(*m_backend, request)[1];
        request.target = "class:NC";
        const double noncoding = scoresOf(*m_backend, request)[1];
        QVERIFY(std::abs(coding - noncoding - odds[1]) < 1e-5);
    }

    void wrongRequestsAreRefused()
    {
        engine::Request request = m_request;
        request.target = "class:Z";
        QVERIFY(!m_backend->start(request).has_value());
        QVERIFY(!m_backend->estimateBytes(request).has_value());
        request.target.clear();
        request.options["speed"] = true;
        QVERIFY(!m_backend->start(request).has_value());
        request.options.clear();
        request.transcripts.push_back(transcript(""));
        QVERIFY(!m_backend->start(request).has_value());
        request.transcripts.clear();
        QCOMPARE(scoresOf(*m_backend, request).size(), std::size_t(0));
    }

    void aStopIsCancelled()
    {
        std::stop_source source;
        source.request_stop();
        const auto report = (*m_backend->start(m_request))->step(source.get_token());
        QVERIFY(!report.has_value());
        QVERIFY(report.error().code() == ErrorCode::Cancelled);
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<torch_module::TorchBackend> m_backend;
    engine::Request m_request;
};

QObject* makeScoreJobTests() { return new TestScoreJob; }

#include "tst_score_job.moc"
