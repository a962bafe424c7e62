// Purpose: whole runs on small networks: they learn, a seed fixes them, a stopped or killed run goes on bit for bit,
// training ends early, layers stay frozen, a full disk keeps the last checkpoint, and what does not fit is refused.
#include "core/dataset/baselines.h"
#include "core/fit/ensemble_run.h"
#include "core/fit/fit_network.h"
#include "core/fit/fit_search.h"
#include "core/fit/fit_series.h"
#include "core/io/model_card.h"
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

namespace {

const std::string kNet = tests::customModel(
    R"({"length": 60, "head": {"kind": "classes", "names": ["without", "with"]}, "layers": [{"type": "conv", "filters": 8, "kernel": 9, "name": "first"}, {"type": "batchnorm", "name": "norm"}, {"type": "activation", "function": "relu"}, {"type": "dropout", "rate": 0.1}, {"type": "globalpool", "of": "max"}, {"type": "dense", "units": 2, "name": "last"}]})");

Dataset motifs() { return tests::motifData(TaskKind::Classes, {"without", "with"}, 240, 60); }

/// Everything that could make a resumed run differ: dropout, running statistics, accumulation, averages, random changes.
FitSettings restlessRun()
{
    return tests::shortRun(TaskKind::Classes, kNet,
                           R"("optimiser": {"kind": "nadam", "rate": 0.01, "accumulate": 3, "average_decay": 0.8},
                              "schedule": {"kind": "plateau", "plateau_patience": 1},
                              "batches": {"examples": 10},
                              "augment": {"reverse_complement": 0.5, "mutation_rate": 0.02, "insertion_nt": 3},
                              "regularise": {"mixup": 0.3, "input_noise": 0.01, "l2": 1e-4},
                              "limits": {"epochs": 5}, "validation": {"every_steps": 3, "bootstrap": 20, "patience": 0},
                              "log_every_steps": 2, "seed": 5)");
}

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

models::StateDict weights(const tests::TemporaryFolder& folder, const std::string& name)
{
    return models::readState(folder.path(name)).value();
}

/// The last column of a table.
std::vector<double> column(const std::string& table)
{
    std::istringstream in(table);
    std::vector<double> values;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line))
        values.push_back(std::stod(line.substr(line.rfind('\t') + 1)));
    return values;
}

bool equal(const models::StateDict& a, const models::StateDict& b)
{
    return a.size() == b.size() && std::ranges::all_of(a, [&](const auto& entry) {
               return b.contains(entry.first) && torch::equal(b.at(entry.first), entry.second);
           });
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

    void replicatesDifferInTheirSeedAlone()
    {
        FitSettings settings = restlessRun();
        settings.replicates = 3;
        const DatasetSource source = [this](std::stop_token) -> Result<Dataset> { return m_data; };
        const auto run = [&](bool resume, std::size_t stopAfter) {
            SeriesRun series(settings, replicates(settings, source),
                             {.directory = m_folder.path("three"), .resume = resume});
            return tests::runJob(series, stopAfter);
        };
        const auto stopped = run(false, 150);
        QVERIFY(stopped.error && stopped.error->code() == ErrorCode::Cancelled);
        const auto outcome = run(true, std::size_t(-1));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        QCOMPARE(outcome.done, outcome.total);
        const json series = json::parse(m_folder.read("three/series.json"));
        const json loss = series["metrics"]["loss"];
        QCOMPARE(loss["values"].size(), std::size_t(3));
        QVERIFY(loss["standard_deviation"].get<double>() > 0.0);
        QVERIFY(equal(weights(m_folder, "three/replicate-1/model.safetensors"),
                      weights(m_folder, "whole/model.safetensors")));
        const std::string chosen = series["chosen"];
        QVERIFY(equal(weights(m_folder, "three/model.safetensors"),
                      weights(m_folder, "three/" + chosen + "/model.safetensors")));
    }

    void anEnsembleIsTheMeanOfItsReplicates()
    {
        FitSettings settings = restlessRun();
        settings.replicates = 2;
        settings.ensemble = true;
        settings.limits.epochs = 3;
        const DatasetSource source = [this](std::stop_token) -> Result<Dataset> { return m_data; };
        const auto run = [&](bool resume, std::size_t stopAfter) {
            SeriesRun series(settings, replicates(settings, source),
                             {.directory = m_folder.path("mean"), .resume = resume});
            return tests::runJob(series, stopAfter);
        };
        QVERIFY(run(false, 120).error);
        const auto outcome = run(true, std::size_t(-1));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        QCOMPARE(outcome.done, outcome.total);
        const auto mean = weights(m_folder, "mean/model.safetensors");
        std::size_t ofMembers = 0;
        for (const std::string number : {"1", "2"}) {
            for (const auto& [name, tensor] : weights(m_folder, "mean/replicate-" + number + "/model.safetensors")) {
                QVERIFY(torch::equal(mean.at("members." + std::string(number == "1" ? "0." : "1.") + name), tensor));
                ++ofMembers;
            }
        }
        QCOMPARE(mean.size(), ofMembers);

        // Probabilities are those of the mean logits of the two.
        const auto p = [&](const std::string& folder) { return column(m_folder.read("mean/" + folder + "/predictions.tsv")); };
        const auto together = p("ensemble"), first = p("replicate-1"), second = p("replicate-2");
        QVERIFY(!together.empty() && together.size() == first.size() && together != first);
        const auto logit = [](double value) { return std::log(value) - std::log1p(-value); };
        for (std::size_t i = 0; i < together.size(); ++i)
            QVERIFY(std::abs(logit(together[i]) - (logit(first[i]) + logit(second[i])) / 2) < 1e-3);

        const json series = json::parse(m_folder.read("mean/series.json"));
        QCOMPARE(series["chosen"].get<std::string>(), std::string("ensemble"));
        QCOMPARE(series["metrics"]["loss"]["values"].size(), std::size_t(2));
        const double loss = series["ensemble"]["metrics"]["loss"];
        QVERIFY(loss <= series["metrics"]["loss"]["mean"].get<double>() + 1e-6);  // the loss is convex in the logits
        const auto card = io::readModelCard(m_folder.path("mean/model.safetensors"));
        QVERIFY2(card.has_value(), card ? "" : card.error().sentence().c_str());
        QCOMPARE(card->architecture, std::string("ensemble"));
        QVERIFY(card->trainingProcedure.starts_with("The mean of 2 networks"));

        // The same from two runs that know nothing of each other; one that differs in more than its seed is refused.
        const std::vector<std::string> folders{m_folder.path("mean/replicate-1"), m_folder.path("mean/replicate-2")};
        const auto shared = sharedSettings(folders);
        QVERIFY2(shared.has_value(), shared ? "" : shared.error().sentence().c_str());
        EnsembleRun later(*shared, source, {.directory = m_folder.path("later")}, folders);
        const auto made = tests::runJob(later);
        QVERIFY2(!made.error, made.error ? made.error->sentence().c_str() : "");
        QVERIFY(equal(weights(m_folder, "later/model.safetensors"), mean));
        const auto mixed = sharedSettings({folders[0], m_folder.path("whole")});
        QVERIFY(!mixed);
        QVERIFY2(mixed.error().message().find("limits.epochs") != std::string::npos, mixed.error().message().c_str());
        QVERIFY(!sharedSettings({folders[0]}));
        QVERIFY(!parseFitSettings(R"({"task": "classes", "data": {}, "model": {"architecture": "basset"}, "ensemble": true})"));
    }

    void aSearchKeepsTheBetterHalf()
    {
        const std::string text = R"({"trials": 4, "halvings": 1, "space":
            {"optimiser.rate": {"from": 1e-5, "to": 0.1, "scale": "log"}, "batches.examples": [10, 20],
             "optimiser.accumulate": {"from": 1, "to": 3}}})";
        const auto search = parseSearch(text);
        QVERIFY2(search.has_value(), search ? "" : search.error().message().c_str());
        std::set<std::int64_t> accumulate;
        for (std::int64_t trial = 0; trial < 60; ++trial) {
            json drawn;
            const auto settings = trialSettings(restlessRun(), *search, trial, drawn);
            QVERIFY(settings.has_value());
            QVERIFY(settings->schedule.rate >= 1e-5 && settings->schedule.rate <= 0.1);
            QVERIFY(settings->batches.mostRecords == 10 || settings->batches.mostRecords == 20);
            accumulate.insert(settings->accumulate);
        }
        QCOMPARE(accumulate, (std::set<std::int64_t>{1, 2, 3}));
        FitSettings settings = restlessRun();
        settings.searchJson = text;
        settings.limits.epochs = 2;
        const auto run = [&](bool resume, std::size_t stopAfter) {
            SearchRun job(settings, *search, [this](std::stop_token) -> Result<Dataset> { return m_data; },
                          {.directory = m_folder.path("search"), .resume = resume});
            return tests::runJob(job, stopAfter);
        };
        QVERIFY(run(false, 90).error->code() == ErrorCode::Cancelled);
        const auto outcome = run(true, std::size_t(-1));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        const json result = json::parse(m_folder.read("search/search.json"));
        std::vector<double> first, last;
        for (const json& trial : result["trials"]) {
            first.push_back(trial["values"][0]);
            if (trial["values"].size() == 2)
                last.push_back(trial["values"][0]);
        }
        QCOMPARE(last.size(), std::size_t(2));
        std::ranges::sort(first);
        QVERIFY(result["lower_is_better"].get<bool>() && first[0] > 0.0);  // by the loss
        QCOMPARE(std::ranges::max(last), first[1]);
        const std::string chosen = "search/round-2/trial-" + std::to_string(result["chosen"].get<int>());
        QVERIFY(equal(weights(m_folder, "search/model.safetensors"), weights(m_folder, chosen + "/model.safetensors")));
        QVERIFY(
            parseSearch(R"({"space": {"optimiser.rate": {"from": 1}}})").error().message().contains("optimiser.rate"));
        settings.searchJson = R"({"space": {"optimiser.rat": [1]}})";
        json drawn;
        QVERIFY(trialSettings(settings, parseSearch(settings.searchJson).value(), 0, drawn)
                    .error()
                    .message()
                    .contains("optimiser.rat"));
    }

    void foldsAreThoseOfTheDataset()
    {
        FitSettings settings = restlessRun();
        settings.folds = 4;
        dataset::DataSettings data;
        data.table.table = m_folder.path("folds.tsv");
        data.split.foldRule = "sha1";
        std::string table = "id\tsequence\tlabel\n";
        for (const dataset::Example& example : m_data.examples)
            table += example.id + "\t" + std::string(example.letters()) + "\t"
                     + m_data.task.names[std::size_t(example.target[0])] + "\n";
        m_folder.write("folds.tsv", table);
        const auto members = foldMembers(settings, data);
        QCOMPARE(members.size(), std::size_t(4));
        std::map<std::string, int> tested;
        for (std::size_t fold = 0; fold < members.size(); ++fold) {
            const json split = json::parse(members[fold].settings.dataJson)["split"];
            QVERIFY(split["by"] == "folds" && split["fold"] == fold && split["fold_rule"] == "sha1");
            QCOMPARE(members[fold].settings.folds, std::int64_t(0));
            const auto read = members[fold].source({});
            QVERIFY2(read.has_value(), read ? "" : read.error().sentence().c_str());
            for (const std::int32_t row : read->rows(Part::Test))
                ++tested[read->examples[std::size_t(row)].id];
            QVERIFY(!read->rows(Part::Train).empty() && !read->rows(Part::Validation).empty());
            FitSettings unwatched = settings;
            unwatched.validation.best = "last";
            unwatched.schedule.kind = "constant";
            const auto most = foldMembers(unwatched, data)[fold].source({});
            QVERIFY(most && most->rows(Part::Validation).empty() && most->rows(Part::Test) == read->rows(Part::Test));
        }
        QCOMPARE(tested.size(), m_data.examples.size());
        for (const auto& [id, times] : tested)
            QCOMPARE(times, 1);
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
