// Purpose: the whole way of a user with the real engine: a FASTA file and a table of labels, through the wizard to a
// trained model on disk, which then predicts sequences that it has not seen.
#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/engine_bridge.h"
#include "app/main_window.h"
#include "app/model_controller.h"
#include "app/pages/option_form.h"
#include "app/pages/result_report.h"
#include "app/pages/training_page.h"
#include "app/session_controller.h"
#include "app/training/training_controller.h"
#include "app/wizards/training_wizard.h"
#include "app/wizards/wizard_checks_page.h"
#include "app/wizards/wizard_data_page.h"
#include "app/wizards/wizard_model_page.h"
#include "app/wizards/wizard_training_page.h"
#include "widgets/result_plot.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QPushButton>

#include <random>

using namespace nscope;
using namespace nscope::app;

namespace {

constexpr int kLength = 200;
constexpr int kWaitMs = 300'000;  ///< on a busy machine

/// Half of the sequences are rich in G and C.
std::string sequence(std::mt19937_64& random, bool isRich)
{
    std::string letters;
    for (int i = 0; i < kLength; ++i) {
        const bool strong = random() % 100 < (isRich ? 62U : 38U);
        letters += strong ? "GC"[random() % 2] : "AT"[random() % 2];
    }
    return letters;
}

void write(const QString& path, const std::string& text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(text)) != qint64(text.size()))
        qFatal("cannot write %s", qPrintable(path));
}

}  // namespace

class TestTrainAndPredict : public QObject {
    Q_OBJECT

private slots:
    void fromAFastaToAModelThatPredicts()
    {
        QTemporaryDir folder;
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder.filePath("settings"));
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.filePath("settings"));
        std::mt19937_64 random(11);
        std::string fasta, table = "id\tlabel\tsplit\n";
        for (int i = 0; i < 240; ++i) {
            const bool isRich = i % 2 == 0;
            fasta += ">s" + std::to_string(i) + "\n" + sequence(random, isRich) + "\n";
            table += "s" + std::to_string(i) + (isRich ? "\trich" : "\tpoor") + (i % 10 > 7 ? "\ttest" : i % 10 > 5 ? "\tvalid" : "\ttrain")
                     + "\n";
        }
        write(folder.filePath("train.fa"), fasta);
        write(folder.filePath("labels.tsv"), table);

        MainWindow window(torchBackendFactory({.device = "cpu", .threads = 1}));
        window.sessions().setAsker([] { return SessionController::Answer::GoOn; });
        window.startEngine();
        QVERIFY(QTest::qWaitFor([&] { return window.bridge().backendInfo() != nullptr && window.isIdle(); }, kWaitMs));

        window.newTraining();
        auto* wizard = window.findChild<TrainingWizard*>();
        QVERIFY(wizard);
        wizard->dataPage().setTask(dataset::TaskKind::Classes);
        wizard->dataPage().dataForm().setValues({{"data.table", folder.filePath("labels.tsv").toStdString()},
                                                 {"data.fasta", folder.filePath("train.fa").toStdString()}});
        wizard->next();
        QVERIFY(QTest::qWaitFor([&] { return !wizard->checksPage().isReading(); }, kWaitMs));
        QVERIFY2(wizard->checksPage().isComplete(), qPrintable(wizard->checksPage().sentence()));
        QVERIFY2(wizard->checksPage().sentence().contains("144 to train, 48 watched, 48 held out"),
                 qPrintable(wizard->checksPage().sentence()));
        wizard->next();
        QVERIFY(wizard->modelPage().chooseArchitecture("basset"));
        wizard->modelPage().optionForm().setValues(
            {{"filters", std::string("24,24,24")}, {"dense", std::int64_t(64)}});
        QVERIFY(QTest::qWaitFor([&] { return !wizard->modelPage().sentence().contains("Measuring"); }, kWaitMs));
        QVERIFY2(wizard->modelPage().isComplete() && wizard->modelPage().sentence().contains("parameters"),
                 qPrintable(wizard->modelPage().sentence()));
        wizard->next();
        wizard->trainingPage().trainingForm().setValues(
            {{"limits.epochs", std::int64_t(4)}, {"batches.examples", std::int64_t(16)}});
        wizard->trainingPage().cardForm().setValues(
            {{"card.id", std::string("gc-rich")}, {"card.name", std::string("Rich or poor")}});
        const QString run = folder.filePath("run");
        wizard->trainingPage().setFolder(run);
        QVERIFY(wizard->trainingPage().isComplete());
        QSignalSpy finished(&window.trainings(), &TrainingController::finished);
        QSignalSpy failed(&window.trainings(), &TrainingController::failed);
        wizard->accept();
        QVERIFY(QTest::qWaitFor([&] { return finished.size() + failed.size() > 0; }, kWaitMs));
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][1].toString()));

        // The page shows the curves and, soon, what the held-out examples say.
        TrainingPage& page = window.trainingPage();
        QCOMPARE(page.folder(), run);
        const auto hasPlot = [&](const char* id) {
            const auto& plots = page.curves().result().outcome->plots;
            return std::ranges::find(plots, id, &data::Plot::id) != plots.end();
        };
        QVERIFY(QTest::qWaitFor([&] { return hasPlot("roc"); }, kWaitMs));
        QVERIFY(hasPlot("loss") && hasPlot("calibration") && hasPlot("confusion"));
        for (const char* ending : {"html", "pdf"}) {
            const QString report = folder.filePath(QString("report.") + ending);
            QVERIFY(writeReport(page.curves().result(), page.curves().madeFrom(), report, widgets::Theme::make({})));
            QVERIFY(QFileInfo(report).size() > 10'000);
        }

        QVERIFY(page.useButton().isEnabled());
        page.useButton().click();
        QVERIFY(QTest::qWaitFor([&] { return window.isIdle() && window.analysis().model()
                                             && window.analysis().model()->card.id == "gc-rich"; }, kWaitMs));
        QCOMPARE(window.analysis().model()->spec.outputs.classes, (std::vector<std::string>{"poor", "rich"}));
        std::string unseen;
        for (int i = 0; i < 6; ++i)
            unseen += ">" + std::string(i % 2 == 0 ? "rich" : "poor") + std::to_string(i) + "\n" + sequence(random, i % 2 == 0) + "\n";
        write(folder.filePath("unseen.fa"), unseen);
        window.sessions().openFiles({folder.filePath("unseen.fa")});
        QVERIFY(QTest::qWaitFor([&] { return window.documents().document()->entries.size() == 6; }, kWaitMs));
        int right = 0;
        for (int i = 0; i < 6; ++i) {
            window.documents().select(i);
            QVERIFY(QTest::qWaitFor([&] {
                return window.analysis().current().prediction && window.analysis().current().transcript->sequence.id
                       == window.documents().selected()->current->sequence.id && !window.analysis().isPredictionStale();
            }, kWaitMs));
            right += window.analysis().current().prediction->predictedClass == (i % 2 == 0 ? "rich" : "poor");
        }
        QVERIFY2(right >= 5, qPrintable(QString::number(right)));
    }
};

QTEST_MAIN(TestTrainAndPredict)
#include "tst_train_and_predict.moc"
