// Purpose: several runs as one job: replicates, their ensemble, folds and searches, stopped and gone on with.
#include "core/dataset/data_settings.h"
#include "core/fit/ensemble_run.h"
#include "core/fit/fit_search.h"
#include "core/io/model_card.h"
#include "tests/core/fit/fit_fixture.h"

#include <QTest>

#include <cmath>
#include <map>
#include <set>
#include <sstream>

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

}  // namespace

class FitSeriesTest : public QObject {
    Q_OBJECT

    tests::TemporaryFolder m_folder;
    Dataset m_data = tests::motifData(TaskKind::Classes, {"without", "with"}, 240, 60);

private Q_SLOTS:
    void initTestCase()
    {
        const auto outcome = tests::runFit(restlessRun(), m_data, m_folder.path("whole"));
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
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
        const auto alike = checkAlike(folders);
        QVERIFY2(alike.has_value(), alike ? "" : alike.error().sentence().c_str());
        EnsembleRun stopped(restlessRun(), source, {.directory = m_folder.path("later")}, folders);
        QVERIFY(tests::runJob(stopped, 3).error);
        QVERIFY(!std::filesystem::exists(m_folder.path("later")));
        EnsembleRun later(restlessRun(), source, {.directory = m_folder.path("later")}, folders);
        const auto made = tests::runJob(later);
        QVERIFY2(!made.error, made.error ? made.error->sentence().c_str() : "");
        QVERIFY(equal(weights(m_folder, "later/model.safetensors"), mean));
        const auto mixed = checkAlike({folders[0], m_folder.path("whole")});
        QVERIFY(!mixed);
        QVERIFY2(mixed.error().message().find("limits.epochs") != std::string::npos, mixed.error().message().c_str());
        QVERIFY(!checkAlike({folders[0]}));
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
};

int nscope::tests::runFitSeriesSuite(int argc, char** argv)
{
    FitSeriesTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_series.moc"
