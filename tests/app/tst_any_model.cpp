// Purpose: the window follows the model's description: a profile model has a profile and no attention, classes and values
// of any kind have their columns, targets can be chosen.
#include "app/analysis_controller.h"
#include "app/pages/explanation_bar.h"
#include "app/pages/tracks_page.h"
#include "tests/app/app_rig.h"
#include "widgets/filter_page.h"
#include "widgets/prediction_gauge.h"
#include "widgets/prediction_panel.h"
#include "widgets/results_table.h"
#include "widgets/track_view.h"

#include <QtCore/QPointer>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableView>

#include <mutex>

using namespace nscope;
using namespace nscope::tests;
using widgets::TrackKind;

namespace {

const QString kTwo = ">one first\nAUGGCCAAAUAA\n>two\nCCCCCCCCCC\n";

FakeSettings with(engine::ModelOutputs outputs, std::vector<engine::TargetSpec> targets)
{
    FakeSettings settings;
    engine::ModelSpec spec;
    spec.architecture = "fake";
    spec.name = "Fake";
    spec.outputs = std::move(outputs);
    spec.targets = std::move(targets);
    settings.specs = {std::move(spec)};
    return settings;
}

FakeSettings profileModel()
{
    engine::ModelOutputs outputs;
    outputs.profileTasks = {"liver", "brain"};
    return with(std::move(outputs), {{"task:liver", "liver", "More."}, {"task:brain", "brain", "More."}});
}

QStringList columnKeys(const AppRig& rig)
{
    QStringList keys;
    for (const widgets::ValueColumn& column : rig.window->table().model()->valueColumns())
        keys << column.key;
    return keys;
}

/// The combo box that offers this.
QComboBox* comboWith(const QWidget& page, const QString& data)
{
    for (QComboBox* box : page.findChildren<QComboBox*>())
        if (box->findData(data) >= 0)
            return box;
    return nullptr;
}

}  // namespace

class TestAnyModel : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_any_model");
    }

    void aProfileModelShowsItsProfileAndNoAttention()
    {
        AppRig rig(profileModel());
        rig.window->show();
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        const widgets::TrackStack& tracks = rig.window->tracksPage().tracks();
        QVERIFY(tracks.isTrackAvailable(TrackKind::Profile));
        QVERIFY(!tracks.isTrackAvailable(TrackKind::Attention));
        QCOMPARE(rig.window->analysis().current().prediction->profiles.size(), std::size_t(1));
        for (const QComboBox* box : rig.window->tracksPage().findChildren<QComboBox*>())
            QVERIFY2(!box->isVisible() || !box->itemText(0).contains("layers"), "attention's layers are offered");
        auto* tabs = rig.window->findChild<QTabWidget*>();
        QVERIFY(!tabs->isTabVisible(tabs->indexOf(&rig.window->filterPage())));
        QCOMPARE(columnKeys(rig), (QStringList{"liver", "brain"}));
        const widgets::ResultsModel& table = *rig.window->table().model();
        QCOMPARE(table.row(0).values.size(), std::size_t(2));
        QCOMPARE(table.row(1).values[1] - table.row(1).values[0], 1.0);  // the fake's tasks differ by one
        QVERIFY(rig.window->table().table()->isColumnHidden(widgets::ResultsModel::ClassColumn));
        const auto* gauge = rig.window->predictionPanel().findChild<widgets::PredictionGauge*>();
        QCOMPARE(gauge->content().current->profileMeans.size(), std::size_t(2));
    }

    void anotherTargetIsExplainedAtOnce()
    {
        AppRig rig(profileModel());
        rig.window->show();
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        const app::AnalysisController& analysis = rig.window->analysis();
        QCOMPARE(analysis.current().explanation->target, std::string("task:liver"));
        QComboBox* targets = comboWith(rig.window->tracksPage(), "task:brain");
        QVERIFY(targets && targets->isVisible());
        targets->setCurrentIndex(targets->findData("task:brain"));
        emit targets->activated(targets->currentIndex());
        QVERIFY(!analysis.current().explanation && !analysis.current().mutagenesis);
        QVERIFY(rig.waitIdle());
        QCOMPARE(analysis.current().explanation->target, std::string("task:brain"));
        QCOMPARE(analysis.current().mutagenesis->target, std::string("task:brain"));
    }

    void optionsOfAMethodReachTheRequest()
    {
        std::mutex mutex;
        data::OptionMap seen;
        FakeSettings settings = profileModel();
        settings.script = [&](const engine::Request& request) {
            const std::scoped_lock lock(mutex);
            if (request.method == "gradient")
                seen = request.options;
            return FakeScript{};
        };
        AppRig rig(std::move(settings));
        rig.window->show();
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        auto* bar = rig.window->findChild<app::ExplanationBar*>();
        const QPointer<QDialog> dialog = bar->openOptions();
        QVERIFY(dialog);
        dialog->findChild<QCheckBox*>("signed")->setChecked(false);
        dialog->findChild<QSpinBox*>("nodes")->setValue(1000);  // the range ends at 64
        dialog->findChild<QDoubleSpinBox*>("noise")->setValue(0.25);
        dialog->findChild<QComboBox*>("form")->setCurrentText("code");
        dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->click();
        QVERIFY(rig.waitIdle());
        const auto has = [&](const std::string& id, const data::OptionValue& value) {
            const std::scoped_lock lock(mutex);
            return seen.contains(id) && seen.at(id) == value;
        };
        QVERIFY(has("signed", false) && has("nodes", std::int64_t(64)) && has("noise", 0.25)
                && has("form", std::string("code")));
        QTRY_VERIFY(!dialog);
        QVERIFY(rig.window->analysis().current().explanation);

        QDialog* again = bar->openOptions();
        QCOMPARE(again->findChild<QSpinBox*>("nodes")->value(), 64);
        again->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::RestoreDefaults)->click();
        QCOMPARE(again->findChild<QSpinBox*>("nodes")->value(), 8);
        QCOMPARE(again->findChild<QComboBox*>("form")->currentText(), QStringLiteral("paper"));
    }

    void classesOfAnyNumberHaveTheirColumns()
    {
        engine::ModelOutputs outputs;
        outputs.classes = {"nucleus", "cytosol", "membrane"};
        outputs.described = {{"cytosol", "Cytoplasm", "Where it is"}};
        AppRig rig(with(std::move(outputs), {{"class:cytosol", "Cytoplasm", "More."}}));
        rig.window->show();
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        QCOMPARE(columnKeys(rig), (QStringList{"p_nucleus", "p_cytosol", "p_membrane"}));
        QCOMPARE(rig.window->table().model()->valueColumns()[1].title, QStringLiteral("P(Cytoplasm)"));
        QVERIFY(!rig.window->table().table()->isColumnHidden(widgets::ResultsModel::ClassColumn));
        const auto* gauge = rig.window->predictionPanel().findChild<widgets::PredictionGauge*>();
        QCOMPARE(gauge->content().labels.name("cytosol"), QStringLiteral("Cytoplasm"));
        QCOMPARE(gauge->content().current->probabilities.size(), std::size_t(3));
        QVERIFY(!comboWith(rig.window->tracksPage(), "class:cytosol")->isVisible());  // one target is no choice
    }

    void theWindowFitsASmallScreenWithEveryControl()
    {
        engine::ModelOutputs outputs = profileModel().specs.front().outputs;
        outputs.classes = {"a long class name", "another class"};
        outputs.encoderDecoderAttention = outputs.frequencyFilters = outputs.translations = true;
        AppRig rig(with(std::move(outputs), profileModel().specs.front().targets));
        rig.window->show();
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        QVERIFY2(rig.window->minimumSizeHint().width() <= 1280, qPrintable(QString::number(rig.window->minimumSizeHint().width())));
    }
};

QTEST_MAIN(TestAnyModel)
#include "tst_any_model.moc"
