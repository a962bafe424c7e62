// Purpose: what a training says becomes curves and tables: of lines as they come, of a resumed run's repeated steps, of
// folders; and the forms of a training become run.json and come back from it.
#include "core/dataset/data_settings.h"
#include "core/study/training_form.h"
#include "core/study/training_log.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace nscope;
using namespace nscope::study;
using nlohmann::json;

namespace {

std::string trainLine(int step, double loss)
{
    return json{{"type", "train"},        {"step", step},           {"epoch", step / 10},        {"fraction", step / 100.0},
                {"learning_rate", 0.001}, {"loss", loss},           {"examples_per_second", 50}, {"gradient_norm", 1.0}}
        .dump();
}

std::string validationLine(int step, double auroc, bool best)
{
    return json{{"type", "validation"}, {"step", step}, {"epoch", step / 10}, {"loss", 0.5}, {"AUROC", auroc},
                {"MCC", 0.1},           {"best", best}, {"examples", 100}}
        .dump();
}

const data::Plot* plotOf(const Outcome& outcome, const std::string& id)
{
    const auto found = std::ranges::find(outcome.plots, id, &data::Plot::id);
    return found == outcome.plots.end() ? nullptr : &*found;
}

}  // namespace

class TestTrainingLog : public QObject {
    Q_OBJECT

private slots:
    void linesBecomeCurves()
    {
        TrainingLog log;
        QVERIFY(log.isEmpty());
        QVERIFY(log.outcome().plots.empty());
        QVERIFY(log.add(R"({"type": "start", "parameters": 7})"));
        for (int step = 10; step <= 40; step += 10)
            QVERIFY(log.add(trainLine(step, 1.0 / step)));
        QVERIFY(log.add(validationLine(20, 0.7, true)));
        QVERIFY(log.add(validationLine(40, 0.6, false)));
        const Outcome outcome = log.outcome();
        const data::Plot* loss = plotOf(outcome, "loss");
        QVERIFY(loss && loss->series.size() == 2);
        QCOMPARE(loss->series[0].x, (std::vector<double>{10, 20, 30, 40}));
        QCOMPARE(loss->series[0].y[3], 1.0 / 40);
        QCOMPARE(loss->series[1].y, (std::vector<double>{0.5, 0.5}));
        QVERIFY(plotOf(outcome, "AUROC") && plotOf(outcome, "MCC") && plotOf(outcome, "learning_rate")
                && plotOf(outcome, "speed"));
        QVERIFY(!plotOf(outcome, "examples"));
        QCOMPARE(plotOf(outcome, "AUROC")->guides.size(), std::size_t(1));
        QCOMPARE(plotOf(outcome, "AUROC")->guides[0].at, 20.0);
        QCOMPARE(log.fraction(), std::optional(0.4));
        QVERIFY2(log.headline() == "Step 40, epoch 5: loss 0.025; AUROC 0.6, best 0.7 at step 20.", log.headline().c_str());
        QVERIFY(!log.hasEnded());
        QVERIFY(log.add(R"({"type": "result", "metrics": {"AUROC": 0.71}, "baselines": {"length": {"AUROC": 0.5}}})"));
        QVERIFY(log.hasEnded());
        QCOMPARE(log.outcome().tables.front().name, std::string("result"));
        QCOMPARE(log.outcome().tables.front().columns[0].cell(0), std::string("AUROC"));
        QCOMPARE(log.outcome().tables.front().columns[0].cell(1), std::string("baselines.length.AUROC"));
    }

    void aResultIsDrawnBesideItsBaselines()
    {
        TrainingLog log;
        QVERIFY(log.add(trainLine(10, 1.0)));
        QVERIFY(log.add(R"({"type": "result", "metrics": {"AUROC": 0.9, "MCC": 0.4}, "intervals": {"AUROC": [0.8, 0.95]},
                           "baselines": {"length": {"MCC": 0.1}, "3-mers": {"AUROC": 0.7}},
                           "robustness": [{"changed": 0.0, "metrics": {"AUROC": 0.91}},
                                          {"changed": 0.2, "metrics": {"AUROC": 0.6}}]})"));
        const Outcome outcome = log.outcome();
        const data::Plot* baselines = plotOf(outcome, "baselines");
        QVERIFY(baselines && baselines->series.size() == 1);
        QCOMPARE(baselines->series[0].y, (std::vector<double>{0.9, 0.7}));
        QCOMPARE(baselines->series[0].low[0], 0.8);
        QCOMPARE(baselines->series[0].high[0], 0.95);
        QVERIFY(std::isnan(baselines->series[0].low[1]) && std::isnan(baselines->series[0].high[1]));
        QCOMPARE(baselines->x.ticks[1].label, std::string("3-mers"));
        const data::Plot* robustness = plotOf(outcome, "robustness");
        QVERIFY(robustness);
        QCOMPARE(robustness->series[0].x, (std::vector<double>{0.0, 20.0}));
        QCOMPARE(robustness->series[0].y, (std::vector<double>{0.91, 0.6}));
        QVERIFY(log.add(trainLine(20, 1.0)));  // the run goes on
        QVERIFY(!plotOf(log.outcome(), "baselines"));
        QVERIFY(log.add(R"({"type": "result", "metrics": {"AUROC": 0.9}, "baselines": 3, "robustness": [1, "x"]})"));
        QVERIFY(!plotOf(log.outcome(), "baselines") && !plotOf(log.outcome(), "robustness"));
    }

    void examplesOfTheLastValidationAreShown()
    {
        TrainingLog log;
        QVERIFY(log.add(validationLine(10, 0.5, true)));
        QVERIFY(std::ranges::none_of(log.outcome().tables, [](const auto& table) { return table.name == "examples"; }));
        QVERIFY(log.add(R"({"type": "validation", "step": 20, "loss": 0.5, "example_predictions": [
            {"id": "a", "true": "bound", "predicted": {"unbound": 0.25, "bound": 0.75}},
            {"id": "b", "true": "unbound", "predicted": {"unbound": 0.5, "bound": 0.5}}]})"));
        const auto tableOf = [](const Outcome& outcome) {
            const auto found = std::ranges::find(outcome.tables, "examples", &data::ResultTable::name);
            std::string text;
            for (std::size_t column = 0; found != outcome.tables.end() && column < found->columns.size(); ++column)
                text += found->columns[column].name + ": " + found->columns[column].cell(0) + ", "
                        + found->columns[column].cell(1) + "; ";
            return text;
        };
        QCOMPARE(tableOf(log.outcome()), std::string("id: a, b; true: bound, unbound; P(unbound): 0.25, 0.5; P(bound): 0.75, 0.5; "));
        QVERIFY(!plotOf(log.outcome(), "example_profile"));
        QVERIFY(log.add(R"({"type": "validation", "step": 30, "loss": 0.5, "example_predictions": [
            {"id": "a", "true": {"y": 2.5}, "predicted": {"y": 2}}, {"id": "b", "true": {"y": null}, "predicted": {"y": 1}}]})"));
        QCOMPARE(tableOf(log.outcome()), std::string("id: a, b; true y: 2.5, ; y: 2, 1; "));
        QVERIFY(log.add(R"({"type": "validation", "step": 40, "loss": 0.5, "example_predictions": [
            {"id": "a", "signal": "HepG2", "measured": [0, 4, 2], "predicted": [-1, -1, 1]}]})"));
        const Outcome outcome = log.outcome();
        const data::Plot* profile = plotOf(outcome, "example_profile");
        QVERIFY(profile && profile->series.size() == 2);
        QCOMPARE(profile->title, std::string("HepG2 of a"));
        QCOMPARE(profile->series[0].y, (std::vector<double>{0.0, 1.0, 0.5}));
        QCOMPARE(profile->series[1].y, (std::vector<double>{0.0, 0.0, 1.0}));
        QCOMPARE(tableOf(outcome), std::string());
        QVERIFY(log.add(R"({"type": "validation", "step": 50, "loss": 0.5, "example_predictions": [3, {"id": 4}]})"));
        QVERIFY(!plotOf(log.outcome(), "example_profile"));
    }

    void aResumedRunRepeatsSteps()
    {
        TrainingLog log;
        for (int step = 10; step <= 50; step += 10)
            QVERIFY(log.add(trainLine(step, 1.0)));
        QVERIFY(log.add(trainLine(30, 2.0)));
        const data::Plot loss = log.outcome().plots.front();
        QCOMPARE(loss.series[0].x, (std::vector<double>{10, 20, 30}));
        QCOMPARE(loss.series[0].y.back(), 2.0);
    }

    void aFolderIsRead()
    {
        QTemporaryDir folder;
        QVERIFY(!TrainingLog::read(folder.path().toStdString()));
        QFile file(folder.filePath("metrics.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(trainLine(1, 3.0) + "\n" + trainLine(2, 2.0) + "\n" + R"({"type": "tra)"));
        file.close();
        const auto log = TrainingLog::read(folder.path().toStdString());
        QVERIFY2(log.has_value(), log ? "" : log.error().sentence().c_str());
        QCOMPARE(log->step(), std::int64_t(2));
        QVERIFY(file.open(QIODevice::Append));
        file.write("in\", nonsense\n");
        file.close();
        const auto broken = TrainingLog::read(folder.path().toStdString());
        QVERIFY(!broken);
        QCOMPARE(broken.error().where().line, std::int64_t(3));
    }

    void tasksAreThoseOfDatasets()
    {
        std::vector<std::string> ids;
        for (const TaskDescription& task : trainingTasks()) {
            ids.push_back(task.id);
            QCOMPARE(std::string(dataset::taskName(task.kind)), ids.back());
        }
        QCOMPARE(ids, dataset::taskNames());
    }

    void formsBecomeSettingsAndBack()
    {
        json run;
        const auto options = dataOptions(dataset::TaskKind::Classes);
        putOptions(run, options, {{"data.table", std::string("a.tsv")}, {"data.fasta", std::string()},
                                  {"data.label_columns", std::string("class")}, {"data.class_names", std::string("no; yes ;")}});
        QCOMPARE(run.dump(), std::string(R"({"data":{"class_names":["no","yes"],"label_columns":["class"],"table":"a.tsv"}})"));
        const data::OptionMap back = optionsOf(run, options);
        QCOMPARE(std::get<std::string>(back.at("data.class_names")), std::string("no; yes"));
        nlohmann::json further;
        putOptions(further, dataOptions(dataset::TaskKind::Numbers),
                   {{"data.features", std::string("embedding=e.h5; halflife=h.tsv")}});
        QCOMPARE(further.dump(), std::string(R"({"data":{"features":[{"file":"e.h5","input":"embedding"},{"file":"h.tsv","input":"halflife"}]}})"));
        QCOMPARE(std::get<std::string>(optionsOf(further, dataOptions(dataset::TaskKind::Numbers)).at("data.features")),
                 std::string("embedding=e.h5; halflife=h.tsv"));
        QVERIFY(!back.contains("data.fasta"));
        json profile;
        putOptions(profile, dataOptions(dataset::TaskKind::Profile),
                   {{"data.signals", std::string("a.bw;b.bedGraph")}, {"data.bin_nt", std::int64_t(32)}});
        QCOMPARE(profile.dump(),
                 std::string(R"({"data":{"bin_nt":32,"signals":[{"file":"a.bw"},{"file":"b.bedGraph"}]}})"));
        json plan{{"limits", {{"epochs", 3}}}, {"optimiser", {{"rate", 1}}}, {"schedule", {{"kind", "cosine"}}}};
        const data::OptionMap training = optionsOf(plan, trainingOptions(dataset::TaskKind::Numbers));
        QCOMPARE(std::get<std::int64_t>(training.at("limits.epochs")), std::int64_t(3));
        QCOMPARE(std::get<double>(training.at("optimiser.rate")), 1.0);
        QCOMPARE(std::get<std::string>(training.at("schedule.kind")), std::string("cosine"));
        QCOMPARE(training.size(), std::size_t(3));
    }
};

QTEST_APPLESS_MAIN(TestTrainingLog)
#include "tst_training_log.moc"
