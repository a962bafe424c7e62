// Purpose: whole runs on small networks: they learn, a seed fixes them, a stopped or killed run goes on bit for bit,
// training ends early, layers stay frozen, a full disk keeps the last checkpoint, and what does not fit is refused.
#include "core/dataset/baselines.h"
#include "core/fit/fit_network.h"
#include "core/models/weights.h"
#include "tests/core/fit/fit_fixture.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <csignal>
#include <map>
#include <set>
#include <sstream>
#include <sys/resource.h>

using namespace nscope;
using namespace nscope::fit;
using dataset::Dataset;
using dataset::Part;
using dataset::TaskKind;
using nlohmann::json;
using tests::equal;
using tests::restlessRun;
using tests::weights;

namespace {

const std::string kNet = tests::motifNet();

Dataset motifs() { return tests::motifData(TaskKind::Classes, {"without", "with"}, 240, 60); }

/// metrics.jsonl without what depends on time and place; lines that say how a run begins are left out.
std::string lastingMetrics(const tests::TemporaryFolder& folder, const std::string& run)
{
    std::istringstream in(folder.read(run + "/metrics.jsonl"));
    std::string text;
    for (std::string line; std::getline(in, line);) {
        json all = json::parse(line);
        if (all["type"] == "start")
            continue;
        for (const char* key : {"training_seconds", "examples_per_second", "model"})
            all.erase(key);
        text += all.dump() + "\n";
    }
    return text;
}

/// Holds the size of files that may be written while it lives.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes)
    {
        m_before = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_limit);
        rlimit small = m_limit;
        small.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_limit);
        std::signal(SIGXFSZ, m_before);
    }

private:
    rlimit m_limit{};
    void (*m_before)(int);
};

std::string refusal(const FitSettings& settings, const Dataset& dataset, std::int64_t budget = 0)
{
    const tests::TemporaryFolder folder;
    FitRun run(settings, [&](std::stop_token) -> Result<Dataset> { return dataset; },
               {.directory = folder.path("run"), .memoryBudgetBytes = budget});
    const auto outcome = tests::runJob(run);
    return outcome.error && folder.fileCount() == 0 ? outcome.error->sentence() : std::string();
}

}  // namespace

class FitRunTest : public QObject {
    Q_OBJECT

    tests::TemporaryFolder m_folder;
    Dataset m_data = motifs();

private Q_SLOTS:
    void initTestCase()
    {
        const auto outcome = tests::runFit(restlessRun(), m_data, m_folder.path("whole"));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        QCOMPARE(outcome.done, outcome.total);
        QCOMPARE(outcome.ofType("start").size(), std::size_t(1));
        QCOMPARE(outcome.ofType("result").size(), std::size_t(1));
        for (const char* file : {"config.json", "model.safetensors", "model.card.json", "predictions.tsv"})
            QVERIFY2(!m_folder.read(std::string("whole/") + file).empty(), file);
    }

    void itLearns()
    {
        FitSettings settings = tests::shortRun(TaskKind::Classes, kNet,
                                               R"("optimiser": {"rate": 0.01}, "batches": {"examples": 16},
                                                  "limits": {"epochs": 40}, "validation": {"patience": 0, "best": "AUROC"})");
        const auto outcome = tests::runFit(settings, m_data, m_folder.path("learned"));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        const json result = outcome.ofType("result").front();
        QVERIFY2(result["metrics"]["AUROC"].get<double>() > 0.95, result.dump().c_str());
        QCOMPARE(result["metrics"]["examples"].get<int>(), 60);
        QVERIFY(result["intervals"]["AUROC"][0].get<double>() <= result["metrics"]["AUROC"].get<double>());
        QCOMPARE(outcome.ofType("validation").size(), std::size_t(40));
        const auto lines = outcome.ofType("train");
        QVERIFY(lines.back()["loss"].get<double>() < 0.5 * lines.front()["loss"].get<double>());
    }

    void aFewExamplesAreShownAtEveryValidation()
    {
        std::istringstream lines(m_folder.read("whole/metrics.jsonl"));
        std::vector<json> shown;
        for (std::string line; std::getline(lines, line);) {
            if (const json all = json::parse(line); all["type"] == "validation")
                shown.push_back(all["example_predictions"]);
        }
        QVERIFY(shown.size() > 2);
        QCOMPARE(shown.front().size(), std::size_t(8));
        bool moves = false;
        for (std::size_t i = 0; i < 8; ++i) {
            const json &first = shown.front()[i], &last = shown.back()[i];
            QVERIFY(first["id"] == last["id"] && first["true"] == last["true"]);
            const auto found = std::ranges::find(m_data.examples, first["id"].get<std::string>(), &dataset::Example::id);
            QVERIFY(found != m_data.examples.end() && found->part == Part::Validation);
            QVERIFY(first["true"] == m_data.task.names[std::size_t(found->target[0])]);
            const double sum = last["predicted"]["without"].get<double>() + last["predicted"]["with"].get<double>();
            QVERIFY(std::abs(sum - 1.0) < 1e-5);
            moves = moves || first["predicted"] != last["predicted"];
        }
        QVERIFY(moves);
    }

    void theResultStandsBesideBaselinesAndChangedLetters()
    {
        const json card = json::parse(m_folder.read("whole/model.card.json"));
        QCOMPARE(card["baselines"].size(), std::size_t(1));  // all are equally long
        QCOMPARE(card["baselines"][0]["name"].get<std::string>(), std::string("3-mers"));
        const double ofKmers = card["baselines"][0]["metrics"]["AUROC"];
        const Part held = m_data.rows(Part::Test).empty() ? Part::Validation : Part::Test;
        const auto numbers = dataset::judgeBaselines(m_data, {.judged = held});
        QVERIFY(numbers && std::abs(ofKmers - *numbers->front().value) < 1e-12);
        std::istringstream lines(m_folder.read("whole/metrics.jsonl"));
        json result;
        for (std::string line; std::getline(lines, line);)
            result = json::parse(line);
        QCOMPARE(result["baselines"]["3-mers"]["AUROC"].get<double>(), ofKmers);
        QCOMPARE(result["robustness"].size(), std::size_t(6));
        QCOMPARE(result["robustness"][0]["changed"].get<double>(), 0.0);
        QVERIFY(result["robustness"][0]["metrics"]["AUROC"] == result["metrics"]["AUROC"]);
        QVERIFY(result["robustness"][5]["metrics"]["loss"] != result["metrics"]["loss"]);
        FitSettings settings = restlessRun();
        settings.limits.epochs = 1;
        settings.validation.robustnessExamples = 7;
        settings.validation.baselineKmerNt = 0;
        const auto outcome = tests::runFit(settings, m_data, m_folder.path("few"));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        const json few = outcome.ofType("result").front();
        QCOMPARE(few["robustness"][3]["metrics"]["examples"].get<int>(), 7);
        QVERIFY(few["baselines"].empty());
        settings.validation.robustnessExamples = 0;
        QVERIFY(tests::runFit(settings, m_data, m_folder.path("none")).ofType("result").front()["robustness"].empty());
    }

    void aSeedFixesTheRun()
    {
        QVERIFY(!tests::runFit(restlessRun(), m_data, m_folder.path("again")).error);
        QCOMPARE(lastingMetrics(m_folder, "again"), lastingMetrics(m_folder, "whole"));
        QVERIFY(equal(weights(m_folder, "again/model.safetensors"), weights(m_folder, "whole/model.safetensors")));
        FitSettings other = restlessRun();
        other.seed = 6;
        QVERIFY(!tests::runFit(other, m_data, m_folder.path("other")).error);
        QVERIFY(!equal(weights(m_folder, "other/model.safetensors"), weights(m_folder, "whole/model.safetensors")));
    }

    void aStoppedRunGoesOnBitForBit_data()
    {
        QTest::addColumn<int>("jobSteps");
        // Inside an optimiser step, at its end, while rows are judged, and in the last epoch.
        for (const int steps : {7, 12, 14, 23, 40, 71, 97})
            QTest::addRow("%d", steps) << steps;
    }
    void aStoppedRunGoesOnBitForBit()
    {
        QFETCH(int, jobSteps);
        const std::string name = "stopped" + std::to_string(jobSteps);
        const auto stopped = tests::runFit(restlessRun(), m_data, m_folder.path(name), false, std::size_t(jobSteps));
        QVERIFY(stopped.error && stopped.error->code() == ErrorCode::Cancelled);
        const auto resumed = tests::runFit(restlessRun(), m_data, m_folder.path(name), true);
        QVERIFY2(!resumed.error, resumed.error ? resumed.error->sentence().c_str() : "");
        QCOMPARE(lastingMetrics(m_folder, name), lastingMetrics(m_folder, "whole"));
        QVERIFY(equal(weights(m_folder, name + "/model.safetensors"), weights(m_folder, "whole/model.safetensors")));
        QVERIFY(equal(weights(m_folder, name + "/checkpoint/weights.safetensors"),
                      weights(m_folder, "whole/checkpoint/weights.safetensors")));
        QCOMPARE(m_folder.read(name + "/predictions.tsv"), m_folder.read("whole/predictions.tsv"));
    }

    void aKilledRunGoesOnFromItsCheckpoint()
    {
        {
            FitRun run(restlessRun(), [this](std::stop_token) -> Result<Dataset> { return m_data; },
                       {.directory = m_folder.path("killed")});
            for (int steps = 0; steps < 50; ++steps)
                QVERIFY(run.step({}).has_value());
        }
        QVERIFY(!tests::runFit(restlessRun(), m_data, m_folder.path("killed"), true).error);
        QCOMPARE(lastingMetrics(m_folder, "killed"), lastingMetrics(m_folder, "whole"));
        QVERIFY(equal(weights(m_folder, "killed/model.safetensors"), weights(m_folder, "whole/model.safetensors")));
    }

    void aFullDiskKeepsTheLastCheckpoint()
    {
        {
            FitRun run(restlessRun(), [this](std::stop_token) -> Result<Dataset> { return m_data; },
                       {.directory = m_folder.path("full")});
            for (int steps = 0; steps < 50; ++steps)
                QVERIFY(run.step({}).has_value());
            const FullDisk full(500);
            std::stop_source stop;
            stop.request_stop();
            const auto step = run.step(stop.get_token());
            QVERIFY(!step.has_value());
            QCOMPARE(step.error().code(), ErrorCode::Io);
            QVERIFY2(step.error().message().contains("checkpoint before it is kept"), step.error().message().c_str());
        }
        QVERIFY(!std::filesystem::exists(m_folder.path("full/checkpoint.new")));
        QVERIFY(!tests::runFit(restlessRun(), m_data, m_folder.path("full"), true).error);
        QVERIFY(equal(weights(m_folder, "full/model.safetensors"), weights(m_folder, "whole/model.safetensors")));
    }

    void trainingEndsEarlyAndRatesFall()
    {
        FitSettings settings = tests::shortRun(TaskKind::Classes, kNet,
                                               R"("optimiser": {"rate": 0.0}, "limits": {"epochs": 50},
                                                  "schedule": {"kind": "plateau", "plateau_patience": 2, "plateau_factor": 0.5},
                                                  "validation": {"patience": 5, "bootstrap": 0})");
        settings.schedule.rate = 1e-12;  // nothing improves
        settings.plateau.minimumRate = 0.0;
        settings.model.freeze = {"norm"};  // its running statistics would move the loss
        const auto outcome = tests::runFit(settings, m_data, m_folder.path("early"));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        const auto lines = outcome.ofType("validation");
        QVERIFY(lines.size() < 20);
        QVERIFY(lines.back()["end"].get<std::string>().contains("No improvement in 5"));
        QVERIFY(lines.back()["learning_rate"].get<double>() < 0.6e-12);
    }

    void frozenLayersStay()
    {
        FitSettings settings = restlessRun();
        settings.model.initialWeights = m_folder.path("whole/model.safetensors");
        settings.model.freeze = {"first", "norm"};
        const auto outcome = tests::runFit(settings, m_data, m_folder.path("frozen"));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        const auto before = weights(m_folder, "whole/model.safetensors"),
                   after = weights(m_folder, "frozen/model.safetensors");
        for (const auto& [name, tensor] : before)
            QVERIFY2(torch::equal(tensor, after.at(name)) == !name.starts_with("last"), name.c_str());
        const json start = outcome.ofType("start").front();
        QVERIFY(start["trained_parameters"].get<int>() < start["parameters"].get<int>());
        settings.model.freeze = {"none"};
        QVERIFY(refusal(settings, m_data).contains("model.freeze"));
    }

    void whatChoosesNothingNeedsNoRowsThatValidate()
    {
        Dataset data = m_data;
        for (dataset::Example& example : data.examples) {
            if (example.part == Part::Validation)
                example.part = Part::Train;
        }
        FitSettings settings = restlessRun();
        QVERIFY(refusal(settings, data).contains("no example that validates"));
        settings.validation.best = "last";
        QVERIFY(refusal(settings, data).contains("no example that validates"));  // the rate falls by them
        settings.schedule.kind = "constant";
        const auto outcome = tests::runFit(settings, data, m_folder.path("unwatched"));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        QVERIFY(outcome.ofType("validation").empty());
        const json start = outcome.ofType("start").at(0), result = outcome.ofType("result").at(0);
        QCOMPARE(start["validation_examples"].get<int>(), 0);
        QCOMPARE(start["train_examples"].get<std::size_t>(), data.rows(Part::Train).size());
        QCOMPARE(result["metrics"]["examples"].get<std::size_t>(), data.rows(Part::Test).size());
        const auto stopped = tests::runFit(settings, data, m_folder.path("unwatched-stopped"), false, 40);
        QVERIFY(stopped.error && stopped.error->code() == ErrorCode::Cancelled);
        QVERIFY(!tests::runFit(settings, data, m_folder.path("unwatched-stopped"), true).error);
        QVERIFY(equal(weights(m_folder, "unwatched-stopped/model.safetensors"),
                      weights(m_folder, "unwatched/model.safetensors")));
        for (dataset::Example& example : data.examples)
            example.part = Part::Train;
        QVERIFY(refusal(settings, data).contains("no example that is held out"));
    }

    void whatDoesNotFitIsRefused()
    {
        FitSettings settings = restlessRun();
        Dataset other = m_data;
        other.task.names = {"with", "without"};
        QVERIFY(refusal(settings, other).contains("same order"));
        other = m_data;
        other.examples[3].target = {2.0f};
        QVERIFY(refusal(settings, other).contains("example4"));
        other = m_data;
        for (dataset::Example& example : other.examples)
            example.part = Part::Test;
        QVERIFY(refusal(settings, other).contains("no example to train on"));
        other = m_data;
        other.features = {{"halflife", "utr5"}};
        for (dataset::Example& example : other.examples)
            example.features = {1.0f};
        QVERIFY(refusal(settings, other).contains("halflife"));
        settings.validation.best = "pearson";
        QVERIFY(refusal(settings, m_data).contains("validation.best"));
        settings = restlessRun();
        QVERIFY(refusal(settings, m_data, 1000).contains("batches.examples"));
        settings.regularise.attentionOrthogonality = 0.1;
        QVERIFY(refusal(settings, m_data).contains("attention_orthogonality"));
        settings = restlessRun();
        settings.model.architecture = "bioseq2seq";
        settings.model.options.clear();
        QVERIFY(refusal(settings, m_data).contains("cannot be trained"));
        settings.model.architecture = "xpresso";
        QVERIFY(refusal(settings, m_data).contains("does not answer the task"));
    }

    void aUsedFolderIsRefused()
    {
        const auto outcome = tests::runFit(restlessRun(), m_data, m_folder.path("whole"));
        QVERIFY(outcome.error && outcome.error->message().contains("already holds"));
        const auto missing = tests::runFit(restlessRun(), m_data, m_folder.path("nothing"), true);
        QVERIFY(missing.error && missing.error->code() == ErrorCode::NotFound);
    }
};

int nscope::tests::runFitRunSuite(int argc, char** argv)
{
    FitRunTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_run.moc"
