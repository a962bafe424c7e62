// Purpose: what a user can do with trainings: begin one in the wizard from a table, watch its curves, stop it, go on,
// use its model; and what is said when something is wrong. The engine is a fake that plays lines of metrics.
#include "app/pages/option_form.h"
#include "app/pages/run_row.h"
#include "app/pages/study_result.h"
#include "app/pages/training_page.h"
#include "app/training/training_controller.h"
#include "app/wizards/training_wizard.h"
#include "app/wizards/wizard_checks_page.h"
#include "app/wizards/wizard_data_page.h"
#include "app/wizards/wizard_model_page.h"
#include "app/wizards/wizard_training_page.h"
#include "core/dataset/cd_hit.h"
#include "tests/app/app_rig.h"
#include "widgets/result_plot.h"

#include <nlohmann/json.hpp>

#include <QtCore/QDir>
#include <QtCore/QSettings>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>

#include <atomic>
#include <mutex>

using namespace nscope;
using namespace nscope::app;
using namespace nscope::tests;
using nlohmann::json;

namespace {

constexpr int kSteps = 40;

/// Orders that reached the fake.
struct Orders {
    std::mutex mutex;
    std::vector<engine::TrainingOrder> trainings, plans;
};

std::string lineOf(int step, int steps)
{
    if (step == steps)
        return R"({"type": "result", "metrics": {"Pearson": 0.9}})";
    if (step % 5 == 0)
        return json{{"type", "validation"}, {"step", step}, {"epoch", 0}, {"Pearson", 0.01 * step}, {"loss", 0.5}, {"best", true}}
            .dump();
    return json{{"type", "train"}, {"step", step}, {"epoch", 0}, {"fraction", double(step) / steps}, {"loss", 1.0 / step}}.dump();
}

FakeSettings trainingFake(const std::shared_ptr<Orders>& orders, int steps = kSteps, bool fails = false)
{
    FakeSettings settings;
    engine::ModelSpec spec;
    spec.architecture = "mpra-cnn";
    spec.name = "MPRA CNN";
    spec.options = {{"filters", "Filters", "Of the first layer", std::int64_t(32), 1.0, 1000.0, {}}};
    spec.outputs.scalars = {"expression"};
    settings.specs = {spec};
    settings.script = [steps, fails](const engine::Request& request) {
        FakeScript script;
        if (request.analysis == engine::Analysis::Train) {
            script.steps = steps;
            script.stepTime = std::chrono::milliseconds(2);
            script.failAtStep = fails ? 3 : -1;
            script.failure = Error(ErrorCode::Io, "The disk is full.");
        }
        return script;
    };
    settings.metrics = [orders, steps](const engine::Request& request, int step) -> std::string {
        const std::lock_guard lock(orders->mutex);
        if (request.analysis == engine::Analysis::PlanTraining) {
            orders->plans.push_back(*request.training);
            if (request.training->configJson.find("\"filters\":999") != std::string::npos)
                return "no JSON";
            return R"({"settings": {"limits": {"epochs": 7}, "optimiser": {"rate": 0.5}}, "parameters": 1234, "memory_bytes": 5000000})";
        }
        if (step == 1)
            orders->trainings.push_back(*request.training);
        return lineOf(step, steps);
    };
    return settings;
}

struct TrainingRig : AppRig {
    explicit TrainingRig(bool fails = false, int steps = kSteps)
        : TrainingRig(std::make_shared<Orders>(), fails, steps)
    {
    }
    TrainingRig(std::shared_ptr<Orders> asked, bool fails, int steps)
        : AppRig(trainingFake(asked, steps, fails)), orders(std::move(asked))
    {
        QSettings().remove("training");
    }
    TrainingController& trainings() { return window->trainings(); }
    TrainingPage& page() { return window->trainingPage(); }
    /// A run's folder with what a real run leaves in it.
    QString runFolder(const QString& name, bool hasCheckpoint, bool hasModel) const
    {
        const QDir at(folder.filePath(name));
        at.mkpath("checkpoint");
        const auto write = [&](const QString& file, const QByteArray& text) {
            QFile out(at.filePath(file));
            if (out.open(QIODevice::WriteOnly))
                out.write(text);
        };
        if (hasCheckpoint)
            write("checkpoint/state.json", "{}");
        if (hasModel)
            write("model.safetensors", "");
        write("metrics.jsonl", QByteArray::fromStdString(lineOf(1, 40) + "\n" + lineOf(5, 40) + "\n"));
        return at.absolutePath();
    }

    std::shared_ptr<Orders> orders;
};

QString numbersTable(int rows)
{
    QString text = "sequence\tlabel\tsplit\n";
    for (int row = 0; row < rows; ++row) {
        QString letters;
        for (int i = 0; i < 30; ++i)
            letters += "ACGT"[(row * 7 + i * (row % 5 + 1) + i / 3) % 4];
        text += letters + QString("\t%1\t%2\n").arg(0.1 * row).arg(row % 5 == 0 ? "valid" : row % 7 == 0 ? "test" : "train");
    }
    return text;
}

}  // namespace

class TestTrainingPage : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_training_page");
    }

    void showsARunWhileItGoesOnAndAfter()
    {
        TrainingRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.page().folder().isEmpty());
        QSignalSpy ended(&rig.trainings(), &TrainingController::finished);
        const QString folder = rig.folder.filePath("first");
        QDir().mkpath(folder);
        rig.trainings().start("{}", folder);
        QVERIFY(rig.trainings().isRunning());
        QCOMPARE(rig.page().folder(), folder);
        rig.trainings().start("{}", rig.folder.filePath("other"));  // one at a time
        QCOMPARE(rig.trainings().runningFolder(), folder);
        QVERIFY(QTest::qWaitFor([&] { return ended.size() == 1; }, 10'000));
        QVERIFY(!rig.trainings().isRunning());
        QCOMPARE(rig.orders->trainings.size(), std::size_t(1));
        const auto& outcome = *rig.page().curves().result().outcome;
        QVERIFY(outcome.plots.size() >= 2);
        QCOMPARE(outcome.plots[0].id, std::string("loss"));
        QCOMPARE(outcome.plots[1].id, std::string("Pearson"));
        QCOMPARE(outcome.tables.front().name, std::string("result"));
        QCOMPARE(rig.page().curves().madeFrom(), QDir::toNativeSeparators(folder));
        QVERIFY(!rig.page().useButton().isEnabled());  // this fake leaves no model behind
    }

    void stopsAndGoesOn()
    {
        TrainingRig rig(false, 100'000);
        QVERIFY(rig.start());
        const QString folder = rig.runFolder("stopped", true, false);
        QSignalSpy stopped(&rig.trainings(), &TrainingController::stopped);
        QVERIFY(rig.trainings().open(folder));
        QVERIFY(rig.page().choose(folder));
        auto* button = rig.page().runRow().findChild<QPushButton*>("run");
        QCOMPARE(button->text(), QString("Go on"));
        button->click();
        QVERIFY(rig.trainings().isRunning());
        QVERIFY(QTest::qWaitFor([&] { return rig.trainings().log(folder).step() > 5; }, 10'000));
        QCOMPARE(rig.orders->trainings.size(), std::size_t(1));
        QVERIFY(rig.orders->trainings[0].resume);
        QCOMPARE(button->text(), QString("Stop and keep"));
        button->click();
        QVERIFY(QTest::qWaitFor([&] { return stopped.size() == 1; }, 10'000));
        QVERIFY(!rig.trainings().isRunning());
        QCOMPARE(button->text(), QString("Go on"));
    }

    void saysWhyARunFailed()
    {
        TrainingRig rig(true);
        QVERIFY(rig.start());
        QSignalSpy said(&rig.page(), &TrainingPage::said);
        rig.trainings().start("{}", rig.runFolder("failing", true, false));
        QVERIFY(QTest::qWaitFor([&] { return said.size() == 1; }, 10'000));
        QVERIFY(said[0][0].toString().contains("The disk is full") && said[0][1].toBool());
        QCOMPARE(rig.page().runRow().sentence(), QString("The disk is full."));
    }

    void foldersOfBefore()
    {
        TrainingRig rig;
        QVERIFY(rig.start());
        QVERIFY(!rig.trainings().open(rig.folder.filePath("nothing")));
        const QString folder = rig.runFolder("done", false, true);
        QVERIFY(rig.trainings().open(folder));
        QVERIFY(rig.page().choose(folder));
        QCOMPARE(rig.page().curves().result().outcome->plots.front().id, std::string("loss"));
        QSignalSpy wanted(&rig.page(), &TrainingPage::modelRequested);
        QVERIFY(rig.page().useButton().isEnabled());
        rig.page().useButton().click();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toString(), QDir(folder).filePath("model.safetensors"));
        rig.trainings().forget(folder);
        QVERIFY(rig.page().folder().isEmpty());
        QVERIFY(QDir(folder).exists());
    }

    void runsAreCompared()
    {
        TrainingRig rig;
        QVERIFY(rig.start());
        const auto write = [](const QString& path, const QByteArray& text) {
            QFile file(path);
            if (file.open(QIODevice::WriteOnly))
                file.write(text);
        };
        QStringList folders;
        for (const char* name : {"one", "two", "plain"}) {
            folders << rig.runFolder(name, false, true);
            if (folders.size() == 3)
                break;
            write(QDir(folders.back()).filePath("config.json"), R"({"task": "numbers", "data": {"table": "x.tsv"}})");
            QByteArray table = "id\tlength\ttrue_label\tlabel\n";
            for (int i = 0; i < 40; ++i)
                table += QString("e%1\t30\t%1\t%2\n").arg(i).arg(i + (folders.size() == 2 ? 9 * (i % 3) : 0)).toUtf8();
            write(QDir(folders.back()).filePath("predictions.tsv"), table);
        }
        for (const QString& folder : folders)
            QVERIFY(rig.trainings().open(folder));
        QSignalSpy said(&rig.page(), &TrainingPage::said);
        QVERIFY(rig.page().choose(folders[2]));
        QVERIFY(rig.page().otherBox().isHidden());  // it said nothing of single examples
        QVERIFY(rig.page().choose(folders[0]));
        QVERIFY(!rig.page().otherBox().isHidden());
        QCOMPARE(rig.page().otherBox().count(), 2);
        rig.page().otherBox().setCurrentIndex(1);
        emit rig.page().otherBox().activated(1);
        QVERIFY(rig.waitIdle());
        QVERIFY2(said.isEmpty(), said.isEmpty() ? "" : qPrintable(said[0][0].toString()));
        const study::Outcome& outcome = *rig.page().curves().result().outcome;
        QCOMPARE(outcome.plots.front().id, std::string("compared_label"));
        QCOMPARE(outcome.tables.front().name, std::string("comparison"));
        QVERIFY(outcome.notes.front().find("40 examples") != std::string::npos);
        const auto has = [&](const std::string& id) {
            return std::ranges::find(outcome.plots, id, &data::Plot::id) != outcome.plots.end();
        };
        QVERIFY(has("loss") && has("scatter_label"));  // what was there is there
        QVERIFY(rig.page().choose(folders[1]));
        QVERIFY(rig.waitIdle());
        QVERIFY(rig.page().curves().result().outcome->tables.front().name != "comparison");
    }

    void foldersOfSeveralRunsAreShown()
    {
        TrainingRig rig;
        QVERIFY(rig.start());
        const QDir folder(rig.folder.filePath("search"));
        folder.mkpath(".");
        QVERIFY(!rig.trainings().open(folder.path()));
        QFile file(folder.filePath("search.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"best": "AUROC", "chosen": 1, "trials": [
            {"trial": 1, "drawn": {"optimiser.rate": 0.1, "batches.examples": 32}, "values": [0.9]},
            {"trial": 2, "drawn": {"optimiser.rate": 0.01, "batches.examples": 64}, "values": [0.8]}]})");
        file.close();
        QVERIFY(rig.trainings().open(folder.path()));
        QVERIFY(rig.page().choose(folder.path()));
        const study::Outcome& outcome = *rig.page().curves().result().outcome;
        QCOMPARE(outcome.plots.front().id, std::string("parallel"));
        QCOMPARE(outcome.tables.front().columns.front().cell(0), std::string("1"));
    }

    void theWizardComposesARun()
    {
        TrainingRig rig;
        QVERIFY(rig.start());
        rig.window->newTraining();
        auto* wizard = rig.window->findChild<TrainingWizard*>();
        QVERIFY(wizard);
        wizard->dataPage().setTask(dataset::TaskKind::Numbers);
        wizard->dataPage().dataForm().setValues({{"data.table", rig.fasta("numbers.tsv", numbersTable(60)).toStdString()},
                                                 {"data.label_columns", std::string("label")},
                                                 {"data.id_column", std::string()}});
        wizard->next();
        QCOMPARE(wizard->currentPage(), static_cast<QWizardPage*>(&wizard->checksPage()));
        QVERIFY(QTest::qWaitFor([&] { return !wizard->checksPage().isReading(); }, 10'000));
        QVERIFY2(wizard->checksPage().isComplete(), qPrintable(wizard->checksPage().sentence()));
        QVERIFY(wizard->checksPage().sentence().contains("60"));
        auto* const aligns = wizard->checksPage().findChild<QCheckBox*>("alignParts");
        QVERIFY(aligns);
        QCOMPARE(aligns->isVisibleTo(&wizard->checksPage()), dataset::findCdHit().has_value());
        if (dataset::findCdHit()) {
            aligns->setChecked(true);
            QVERIFY(wizard->checksPage().isReading() && !wizard->checksPage().isComplete());
            QVERIFY(QTest::qWaitFor([&] { return !wizard->checksPage().isReading(); }, 10'000));
            QVERIFY2(wizard->checksPage().isComplete(), qPrintable(wizard->checksPage().sentence()));
        }
        wizard->next();
        QCOMPARE(wizard->currentPage(), static_cast<QWizardPage*>(&wizard->modelPage()));
        QVERIFY(QTest::qWaitFor([&] { return wizard->modelPage().isComplete(); }, 10'000));
        QVERIFY2(wizard->modelPage().sentence().contains("1,234 parameters"), qPrintable(wizard->modelPage().sentence()));
        wizard->modelPage().optionForm().setValues({{"filters", std::int64_t(999)}});
        QVERIFY(QTest::qWaitFor([&] { return wizard->modelPage().sentence().contains("no plan"); }, 10'000));
        QVERIFY(!wizard->modelPage().isComplete());
        wizard->modelPage().optionForm().setValues({{"filters", std::int64_t(16)}});
        QVERIFY(QTest::qWaitFor([&] { return wizard->modelPage().isComplete(); }, 10'000));
        wizard->next();
        QCOMPARE(wizard->currentPage(), static_cast<QWizardPage*>(&wizard->trainingPage()));
        const auto values = wizard->trainingPage().trainingForm().values();
        QCOMPARE(std::get<std::int64_t>(values.at("limits.epochs")), std::int64_t(7));  // of the recipe
        QCOMPARE(std::get<double>(values.at("optimiser.rate")), 0.5);
        // Back and forth: what was typed stays.
        wizard->trainingPage().trainingForm().setValues({{"limits.epochs", std::int64_t(9)}});
        wizard->back();
        wizard->back();
        wizard->next();
        QVERIFY(QTest::qWaitFor([&] { return wizard->modelPage().isComplete(); }, 10'000));
        QCOMPARE(std::get<std::int64_t>(wizard->modelPage().optionForm().values().at("filters")), std::int64_t(16));
        wizard->next();
        QCOMPARE(std::get<std::int64_t>(wizard->trainingPage().trainingForm().values().at("limits.epochs")), std::int64_t(9));
        wizard->trainingPage().trainingForm().setValues({{"limits.epochs", std::int64_t(7)}, {"ensemble", true}});
        QVERIFY(!wizard->trainingPage().isComplete());  // of one replicate
        wizard->trainingPage().trainingForm().setValues({{"replicates", std::int64_t(2)}});
        wizard->trainingPage().setFolder(rig.runFolder("used", false, false));
        QVERIFY(!wizard->trainingPage().isComplete());
        const QString folder = rig.folder.filePath("new run");
        wizard->trainingPage().setFolder(folder);
        QVERIFY(wizard->trainingPage().isComplete());
        wizard->trainingPage().cardForm().setValues({{"card.name", std::string("Mine")}});
        QSignalSpy ended(&rig.trainings(), &TrainingController::finished);
        wizard->accept();
        QCOMPARE(rig.window->viewInFront(), std::string("training"));
        QVERIFY(QTest::qWaitFor([&] { return ended.size() == 1; }, 10'000));
        const json run = json::parse(rig.orders->trainings.at(0).configJson);
        QVERIFY(run["task"] == json("numbers"));
        QVERIFY(run["data"]["label_columns"] == json::array({"label"}));
        QVERIFY(run["model"]["architecture"] == json("mpra-cnn"));
        QVERIFY(run["model"]["options"] == (json{{"filters", 16}}));
        QVERIFY(run["limits"]["epochs"] == json(7));
        QVERIFY(run["replicates"] == json(2) && run["ensemble"] == json(true));
        QVERIFY(run["card"]["name"] == json("Mine"));
        QCOMPARE(QString::fromStdString(rig.orders->trainings[0].outputDirectory), folder);
        const json plan = json::parse(rig.orders->plans.at(0).configJson);
        QVERIFY(plan["dataset"]["longest_nt"] == json(30));
    }

    void theWizardSaysWhatIsWrongWithTheData()
    {
        TrainingRig rig;
        QVERIFY(rig.start());
        rig.window->newTraining();
        auto* wizard = rig.window->findChild<TrainingWizard*>();
        const auto sentenceFor = [&](const std::string& table) {
            wizard->restart();
            wizard->dataPage().setTask(dataset::TaskKind::Numbers);
            wizard->dataPage().dataForm().setValues(
                {{"data.table", table}, {"data.label_columns", std::string("label")}, {"data.id_column", std::string()}});
            wizard->next();
            if (!QTest::qWaitFor([&] { return !wizard->checksPage().isReading(); }, 10'000))
                return QString();
            return wizard->checksPage().isComplete() ? QString("fine") : wizard->checksPage().sentence();
        };
        const QString none = sentenceFor("");
        QVERIFY2(none.contains("table"), qPrintable(none));
        const QString missing = sentenceFor(rig.folder.filePath("none.tsv").toStdString());
        QVERIFY2(missing.contains("none.tsv"), qPrintable(missing));
        const QString empty = sentenceFor(rig.fasta("empty.tsv", "sequence\tlabel\tsplit\n").toStdString());
        QVERIFY2(empty.size() > 10 && empty != "fine", qPrintable(empty));
        QCOMPARE(sentenceFor(rig.fasta("good.tsv", numbersTable(60)).toStdString()), QString("fine"));
    }
};

QTEST_MAIN(TestTrainingPage)
#include "tst_training_page.moc"
