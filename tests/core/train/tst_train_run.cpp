// Purpose: whole training runs on a tiny network: it learns, a seed fixes it, a stopped run goes on exactly, and it
// leaves a complete model behind.
#include "core/io/mapped_file.h"
#include "core/io/model_card.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"
#include "core/train/train_config.h"
#include "core/train/train_jobs.h"
#include "tests/core/train/train_fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace nscope;
using nlohmann::json;

namespace {

constexpr int kSteps = 25;
constexpr std::string_view kBf16 = R"("precision": "bf16")";

engine::Request order(const std::string& config, const std::string& output, bool resume = false)
{
    engine::Request request;
    request.analysis = engine::Analysis::Train;
    request.training = std::make_shared<engine::TrainingOrder>(engine::TrainingOrder{config, output, resume});
    return request;
}

struct Outcome {
    std::vector<json> lines;
    std::optional<Error> error;
    std::int64_t done = 0, total = 0;

    std::vector<json> ofType(const std::string& type) const
    {
        std::vector<json> some;
        for (const json& line : lines) {
            if (line["type"] == type)
                some.push_back(line);
        }
        return some;
    }
};

/// Runs a job; asks it to stop once `stopAfter` lines of metrics were seen.
Outcome run(Result<std::unique_ptr<engine::Job>> job, std::size_t stopAfter = std::size_t(-1))
{
    Outcome outcome;
    if (!job) {
        outcome.error = job.error();
        return outcome;
    }
    std::stop_source stop;
    for (;;) {
        auto step = (*job)->step(stop.get_token());
        if (!step) {
            outcome.error = step.error();
            break;
        }
        for (const auto& delivery : step->deliveries)
            outcome.lines.push_back(
                json::parse(std::get<std::shared_ptr<const engine::MetricsLine>>(delivery.payload)->json));
        if (step->finished)
            break;
        if (outcome.lines.size() >= stopAfter)
            stop.request_stop();
    }
    outcome.done = (*job)->doneUnits();
    outcome.total = (*job)->totalUnits();
    return outcome;
}

/// What is wrong with a model on disk: its weights do not fit, or do not give the card's golden example.
std::string goldenProblem(const data::ModelCard& card)
{
    auto net = models::createNet(card.architecture, card.options);
    if (!net)
        return net.error().sentence();
    const auto state = models::readState(card.weightsPath);
    if (!state)
        return state.error().sentence();
    if (const auto applied = models::applyState(**net, *state); !applied)
        return applied.error().sentence();
    const torch::NoGradGuard noGrad;
    (*net)->eval();
    const std::string_view letters = card.golden.letters;
    const auto prediction = (*net)->prediction((*net)->forward((*net)->encode(letters), {}), 0);
    const auto& expected = card.golden.scalars.front();
    if (expected.name != "log_odds" || std::abs(prediction.scalars.front().value - expected.value) > card.golden.tolerance)
        return expected.name + " is " + std::to_string(prediction.scalars.front().value);
    return {};
}

}  // namespace

class TrainRunTest : public QObject {
    Q_OBJECT

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    std::string config(int steps = kSteps, std::string_view extra = {}) const
    {
        return tests::tinyConfig(m_folder.path().toStdString(), steps, extra);
    }
    QByteArray bytes(const char* name) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        tests::writeDataSet(m_folder.path().toStdString(), 64);
        const Outcome outcome = run(train::makeTrainJob(order(config(), path("whole"))));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        QCOMPARE(outcome.done, std::int64_t(kSteps));
        QCOMPARE(outcome.total, std::int64_t(kSteps));
        const auto lines = outcome.ofType("train");
        QCOMPARE(lines.size(), std::size_t(kSteps / 5));
        QVERIFY(lines.back()["loss"].get<double>() < 0.8 * lines.front()["loss"].get<double>());
        QCOMPARE(outcome.ofType("start").size(), std::size_t(1));
        QCOMPARE(outcome.ofType("validation").size(), std::size_t(3));  // steps 10, 20 and the end
        QCOMPARE(outcome.ofType("result").size(), std::size_t(1));
        QCOMPARE(bytes("whole/metrics.jsonl").count('\n'), qsizetype(outcome.lines.size()));
    }

    void learnsToSeparate()
    {
        const Outcome outcome = run(train::makeTrainJob(order(config(120), path("longer"))));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        const json result = outcome.ofType("result").front();
        QVERIFY(result["metrics"]["AUROC"].get<double>() > 0.95);
        QVERIFY(result["metrics"]["rows"].get<double>() == 32.0);
        QCOMPARE(result["baselines"]["longest ORF"]["AUROC"].get<double>(), 1.0);
        QVERIFY(result["baselines"].contains("3-nt periodicity"));
    }

    void sameSeedSameModel()
    {
        run(train::makeTrainJob(order(config(), path("again"))));
        QVERIFY(!bytes("whole/model.safetensors").isEmpty());
        QVERIFY(bytes("again/model.safetensors") == bytes("whole/model.safetensors"));
        std::string other = config();
        other.replace(other.find("\"seed\": 3"), 9, "\"seed\": 4");
        run(train::makeTrainJob(order(other, path("other"))));
        QVERIFY(bytes("other/model.safetensors") != bytes("whole/model.safetensors"));
    }

    void stoppedAndResumedEqualsUninterrupted_data()
    {
        QTest::addColumn<int>("lines");
        QTest::newRow("between validations") << 2;
        QTest::newRow("before a validation") << 3;
        QTest::newRow("after a validation") << 4;
        QTest::newRow("before the end") << 8;
    }

    void stoppedAndResumedEqualsUninterrupted()
    {
        QFETCH(int, lines);
        const std::string folder = path(QTest::currentDataTag());
        Outcome outcome = run(train::makeTrainJob(order(config(), folder)), std::size_t(lines));
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->code(), ErrorCode::Cancelled);
        QVERIFY(QFile::exists(QString::fromStdString(folder + "/checkpoint/state.json")));
        QVERIFY(!QFile::exists(QString::fromStdString(folder + "/model.safetensors")));
        outcome = run(train::makeTrainJob(order("", folder, true)));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        const std::string name = std::string(QTest::currentDataTag()) + "/model.safetensors";
        QVERIFY(bytes(name.c_str()) == bytes("whole/model.safetensors"));
    }

    void averagedWeightsResumeToo()
    {
        std::string text = config(12);
        text.replace(text.find("\"clip_norm\": 1"), 14, "\"average_decay\": 0.9");
        run(train::makeTrainJob(order(text, path("average"))));
        run(train::makeTrainJob(order(text, path("average-stopped"))), 2);
        run(train::makeTrainJob(order("", path("average-stopped"), true)));
        QVERIFY(!bytes("average/model.safetensors").isEmpty());
        QVERIFY(bytes("average-stopped/model.safetensors") == bytes("average/model.safetensors"));
    }

    void bf16LearnsAndResumes()
    {
        const std::string text = config(60, kBf16);
        const Outcome whole = run(train::makeTrainJob(order(text, path("bf16"))));
        QVERIFY2(!whole.error, whole.error ? whole.error->sentence().c_str() : "");
        const auto lines = whole.ofType("train");
        QVERIFY(lines.back()["loss"].get<double>() < 0.8 * lines.front()["loss"].get<double>());
        run(train::makeTrainJob(order(config(60), path("float32"))));
        QVERIFY(bytes("bf16/model.safetensors") != bytes("float32/model.safetensors"));
        QVERIFY(run(train::makeTrainJob(order(text, path("bf16-stopped"))), 4).error);
        run(train::makeTrainJob(order("", path("bf16-stopped"), true)));
        QVERIFY(bytes("bf16-stopped/model.safetensors") == bytes("bf16/model.safetensors"));
        QCOMPARE(goldenProblem(*io::readModelCard(path("bf16/model.safetensors"))), std::string());
        // Other encoders, and the objectives beside the class.
        for (const std::string encoder : {"cnn", "transformer"}) {
            std::string other = config(5, kBf16);
            other.replace(other.find("lfnet"), 5, encoder);
            other.replace(other.find("comb"), 4, "xavier");
            const Outcome outcome = run(train::makeTrainJob(order(other, path(encoder.c_str()))));
            QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        }
    }

    void theModelIsComplete()
    {
        const auto card = io::readModelCard(path("whole/model.safetensors"));
        QVERIFY2(card.has_value(), card ? "" : card.error().sentence().c_str());
        QCOMPARE(card->id, std::string("tiny"));
        QCOMPARE(card->architecture, std::string("bioseq2seq"));
        QCOMPARE(card->baselines.size(), std::size_t(2));
        QCOMPARE(goldenProblem(*card), std::string());
    }

    void theStarterModelIsComplete()
    {
        const auto card = io::readModelCard("bioseq2seq");
        QVERIFY2(card.has_value(), card ? "" : card.error().sentence().c_str());
        QCOMPARE(goldenProblem(*card), std::string());
        auto metric = [](const std::vector<data::NamedValue>& values, const std::string& name) {
            for (const auto& value : values) {
                if (value.name == name)
                    return value.value;
            }
            return -1.0;
        };
        QVERIFY(metric(card->heldOutMetrics, "MCC") >= 0.90);
        QVERIFY(metric(card->heldOutMetrics, "AUROC") >= 0.988);
        QCOMPARE(card->baselines.size(), std::size_t(2));
        for (const auto& [name, values] : card->baselines) {
            QCOMPARE(metric(values, "rows"), metric(card->heldOutMetrics, "rows"));
            QVERIFY(metric(values, "MCC") > 0.5 && metric(values, "MCC") < metric(card->heldOutMetrics, "MCC"));
        }
        const std::string folder = std::filesystem::path(card->weightsPath).parent_path().string();
        const auto settings = io::readWholeFile(folder + "/bioseq2seq.run.json", 1 << 20);
        QVERIFY(settings.has_value());
        QVERIFY(train::parseTrainConfig(*settings).has_value());
    }

    void evaluationReport()
    {
        const auto card = io::readModelCard(path("whole/model.safetensors"));
        auto net = models::createNet(card->architecture, card->options);
        QVERIFY(models::applyState(**net, *models::readState(card->weightsPath)).has_value());
        (*net)->eval();
        const std::string settings = tests::evaluationJson(m_folder.path().toStdString(), "valid");
        const Outcome outcome = run(train::makeEvaluateJob(order(settings, path("report.json")), *net, *card));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        QCOMPARE(outcome.done, std::int64_t(32));
        const json report = json::parse(bytes("report.json").toStdString());
        // What the card says was measured on the same rows in batches.
        for (const auto& [name, value] : card->heldOutMetrics) {
            if (name == "AUROC")
                QVERIFY(std::abs(report["metrics"][name].get<double>() - value) < 1e-6);
        }
        QCOMPARE(bytes("report.tsv").count('\n'), qsizetype(33));
        const std::string none = tests::evaluationJson(m_folder.path().toStdString(), "none");
        const Outcome nothing = run(train::makeEvaluateJob(order(none, path("x.json")), *net, *card));
        QVERIFY(nothing.error);
    }

    void earlyStopping()
    {
        std::string text = config(200);
        text.replace(text.find("\"rate\": 0.005"), 13, "\"rate\": 0.0");
        text.replace(text.find("\"every_steps\": 10"), 17, "\"every_steps\": 1, \"patience\": 2");
        const Outcome outcome = run(train::makeTrainJob(order(text, path("patience"))));
        QVERIFY(!outcome.error);
        QCOMPARE(outcome.ofType("validation").size(), std::size_t(3));
        QVERIFY(outcome.ofType("validation").back().contains("end"));
    }

    void timeLimit()
    {
        std::string text = config(0);
        text.replace(text.find("\"max_steps\": 0"), 14, "\"max_steps\": 0, \"max_minutes\": 0.005");
        const Outcome outcome = run(train::makeTrainJob(order(text, path("minutes"))));
        QVERIFY(!outcome.error);
        QCOMPARE(outcome.done, outcome.total);
        QVERIFY(!bytes("minutes/model.safetensors").isEmpty());
    }

    void refusals()
    {
        const Outcome used = run(train::makeTrainJob(order(config(), path("whole"))));
        QVERIFY(used.error && used.error->sentence().find("already holds") != std::string::npos);
        QVERIFY(run(train::makeTrainJob(order("", path("nowhere"), true))).error);
        QVERIFY(run(train::makeTrainJob(order("{", path("bad")))).error);
        QVERIFY(run(train::makeTrainJob(engine::Request{})).error);
        std::string options = config();
        options.replace(options.find("\"heads\": 2"), 10, "\"heads\": 3");
        const Outcome heads = run(train::makeTrainJob(order(options, path("heads"))));
        QVERIFY(heads.error);
        QVERIFY(!QDir(m_folder.filePath("heads")).exists());
    }

    void damagedCheckpoint()
    {
        run(train::makeTrainJob(order(config(), path("damaged"))), 4);
        QFile file(m_folder.filePath("damaged/checkpoint/state.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"step\": 1");
        file.close();
        const Outcome outcome = run(train::makeTrainJob(order("", path("damaged"), true)));
        QVERIFY(outcome.error);
        QVERIFY(outcome.error->sentence().find("damaged") != std::string::npos);
    }
};

int nscope::tests::runTrainingSuite(int argc, char** argv)
{
    TrainRunTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_train_run.moc"
