// Purpose: a page of studies as a person uses it, with made-up studies on a FakeBackend: choose, see what is missing, run,
// cancel, read plots and tables, take tables, motifs and sequences along, come back with a session.
#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/pages/explanation_bar.h"
#include "app/pages/study_page.h"
#include "app/pages/tracks_page.h"
#include "app/session_controller.h"
#include "app/study_controller.h"
#include "app/window_exports.h"
#include "core/io/motif_file.h"
#include "tests/app/app_rig.h"
#include "widgets/result_plot.h"
#include "widgets/result_tables.h"
#include "widgets/results_table.h"

#include <QtCore/QFile>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

#include <array>
#include <limits>
#include <thread>

using namespace nscope;
using namespace nscope::tests;

namespace {

const QString kThree = ">one first\nAUGGCCAAAUAA\n>two\nCCCCCCCCCC\n>three\nAUGUUU\n";

Result<study::Outcome> scoreAll(const study::Order& order, const study::Tools& tools)
{
    const Result<std::vector<double>> scores = tools.score(order.transcripts);
    if (!scores)
        return fail(scores.error());
    study::Outcome outcome;
    data::ResultTable table{"scores", {{"id", std::vector<std::string>{}}, {"score", std::vector<double>{}}}};
    data::PlotSeries points;
    points.kind = data::PlotSeries::Kind::Points;
    for (std::size_t i = 0; i < scores->size(); ++i) {
        std::get<0>(table.columns[0].values).push_back(order.transcripts[i]->sequence.id);
        std::get<2>(table.columns[1].values).push_back((*scores)[i]);
        points.x.push_back(double(i));
        points.y.push_back((*scores)[i]);
    }
    std::get<0>(table.columns[0].values).push_back("times " + std::to_string(std::get<std::int64_t>(order.options.at("times"))));
    std::get<2>(table.columns[1].values).push_back(std::numeric_limits<double>::quiet_NaN());
    outcome.tables = {table};
    data::Plot plot;
    plot.id = "scores";
    plot.title = "Scores of all";
    plot.series = {points};
    data::Plot second = plot;
    second.title = "The same again";
    outcome.plots = {plot, second};
    outcome.notes = {"Nothing was left out."};
    data::Transcript made = *order.transcripts.front();
    made.sequence.id = "made";
    outcome.made = {std::make_shared<const data::Transcript>(made)};
    outcome.motifs = {*data::motifOfInstances("m1", {"ACGT", "ACGA"}, 0.1, data::Alphabet::Dna)};
    return outcome;
}

Result<study::Outcome> waitForever(const study::Order&, const study::Tools& tools)
{
    tools.progress->setTotal(100);
    tools.progress->setDone(25);
    while (!tools.stop.stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return fail(ErrorCode::Cancelled, "Stopped.");
}

Result<study::Outcome> giveUp(const study::Order&, const study::Tools&)
{
    return fail(ErrorCode::InvalidArgument, "The motif XYZ is no motif.");
}

/// Four studies: the third needs a file, the last stands on the other page.
std::vector<study::Study> fakeStudies()
{
    const auto spec = [](const char* id, const char* name, study::Page page) {
        study::StudySpec made;
        made.id = id;
        made.name = name;
        made.help = "What it answers.";
        made.page = page;
        return made;
    };
    std::vector<study::Study> studies;
    study::StudySpec score = spec("score", "Score everything", study::Page::Populations);
    score.needs.target = true;
    score.needs.sequences = 2;
    score.options = {{"times", "Times", "How often", std::int64_t(3), 1.0, 9.0, {}}};
    studies.push_back({score, &scoreAll});
    studies.push_back({spec("slow", "Takes for ever", study::Page::Populations), &waitForever});
    study::StudySpec file = spec("file", "Reads a file", study::Page::Populations);
    file.files = {{"database", "Database", "Motifs to compare with", {"meme"}, true}};
    file.needs.explanation = true;
    studies.push_back({file, &giveUp});
    studies.push_back({spec("other", "Elsewhere", study::Page::Experiments), &giveUp});
    return studies;
}

struct PageRig : AppRig {
    PageRig()
    {
        page = std::make_unique<app::StudyPage>(study::Page::Populations, window->documents(), window->analysis(),
                                                window->studies(), window->table(), list);
        page->resize(1000, 700);
        page->show();
    }
    ~PageRig() { page.reset(); }

    QPushButton& runButton() const { return *page->findChild<QPushButton*>("run"); }
    bool openThree() { return start() && open({fasta("x.fa", kThree)}); }
    bool runToEnd()
    {
        if (!QTest::qWaitFor([this] { return runButton().isEnabled(); }))
            return false;
        QTest::mouseClick(&runButton(), Qt::LeftButton);
        if (QTest::qWaitFor([this] { return page->resultView() != nullptr; }))
            return true;
        qWarning("%s", qPrintable(page->sentence()));
        return false;
    }

    std::vector<study::Study> list = fakeStudies();
    std::unique_ptr<app::StudyPage> page;
};

QString contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

}  // namespace

class TestStudyPage : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_study_page");
    }

    void whatIsMissingIsSaid()
    {
        PageRig rig;
        QCOMPARE(rig.page->study()->spec.id, std::string("score"));
        QVERIFY(!rig.page->chooseStudy("other"));  // of the other page
        QVERIFY(!rig.runButton().isEnabled());
        QVERIFY(!rig.page->obstacle().isEmpty());
        rig.page->run();
        QVERIFY(!rig.window->studies().isRunning("score"));
        QVERIFY(rig.openThree());
        QTRY_VERIFY(rig.runButton().isEnabled());
        rig.page->form()->setSequences(app::SequenceChoice::Selected);  // one is too few
        QTRY_VERIFY(!rig.runButton().isEnabled());
        QVERIFY2(rig.page->sentence().contains("2"), qPrintable(rig.page->sentence()));
        QVERIFY(rig.page->chooseStudy("file"));
        QVERIFY2(rig.page->obstacle().contains("Database"), qPrintable(rig.page->obstacle()));
        QTest::keyClicks(rig.page->findChild<QLineEdit*>("database"), "motifs.meme");
        QCOMPARE(rig.page->obstacle(), QString());
        QVERIFY(rig.page->findChild<QComboBox*>("method")->count() > 0);
    }

    void fromClickToResult()
    {
        PageRig rig;
        QVERIFY(rig.openThree());
        QTRY_VERIFY(rig.runButton().isEnabled());
        rig.page->form()->setOptions({{"times", std::int64_t(7)}});
        QVERIFY(rig.runToEnd());
        const app::StudyResultView& view = *rig.page->resultView();
        QVERIFY(view.plot().plot());
        QCOMPARE(view.plot().plot()->title, std::string("Scores of all"));
        const QAbstractItemModel& table = *view.tables().view(0)->model();
        QCOMPARE(table.rowCount(), 4);
        QCOMPARE(table.index(1, 0).data().toString(), QStringLiteral("two"));
        QCOMPARE(table.index(3, 0).data().toString(), QStringLiteral("times 7"));
        QCOMPARE(table.index(3, 1).data().toString(), QString());
        QVERIFY2(view.madeFrom().contains("fake") && view.madeFrom().contains("3 sequence"), qPrintable(view.madeFrom()));
        auto& choice = const_cast<app::StudyResultView&>(view);
        choice.showPlot(1);
        QCOMPARE(view.plot().plot()->title, std::string("The same again"));
        QCOMPARE(rig.runButton().text(), QStringLiteral("Run"));
    }

    void aResultOfOtherSequencesIsMarked()
    {
        PageRig rig;
        QVERIFY(rig.openThree());
        QVERIFY(rig.runToEnd());
        const auto says = [&](const QString& text) {
            for (const QLabel* label : rig.page->resultView()->findChildren<QLabel*>())
                if (label->text().contains(text))
                    return true;
            return false;
        };
        QVERIFY(!says("other sequences"));
        rig.window->table().filterBox()->setText("two");  // all are still chosen
        rig.page->form()->setSequences(app::SequenceChoice::ShownRows);
        QTRY_VERIFY(says("other sequences"));
        rig.window->table().filterBox()->clear();
        QTRY_VERIFY(!says("other sequences"));
        QVERIFY(rig.window->documents().edit({3, "G", "A", {}}));
        QTRY_VERIFY(says("other sequences"));
    }

    void cancelEndsIt()
    {
        PageRig rig;
        QVERIFY(rig.openThree());
        QVERIFY(rig.page->chooseStudy("slow"));
        QTest::mouseClick(&rig.runButton(), Qt::LeftButton);
        QTRY_COMPARE(rig.runButton().text(), QStringLiteral("Cancel"));
        QTRY_COMPARE(rig.page->findChild<QProgressBar*>()->value(), 250);
        QVERIFY(rig.page->chooseStudy("score"));  // another study can be used meanwhile
        QCOMPARE(rig.runButton().text(), QStringLiteral("Run"));
        QVERIFY(rig.page->chooseStudy("slow"));
        QSignalSpy cancelled(&rig.window->studies(), &app::StudyController::cancelled);
        QTest::mouseClick(&rig.runButton(), Qt::LeftButton);
        QTRY_COMPARE(cancelled.count(), 1);
        QTRY_COMPARE(rig.runButton().text(), QStringLiteral("Run"));
        QVERIFY(!rig.page->resultView());
        QVERIFY(rig.waitIdle());
    }

    void failureIsOneSentence()
    {
        PageRig rig;
        QVERIFY(rig.openThree());
        QVERIFY(rig.page->chooseStudy("file"));
        rig.page->form()->setFile("database", "motifs.meme");
        QSignalSpy said(rig.page.get(), &app::StudyPage::said);
        rig.page->run();
        QTRY_COMPARE(said.count(), 1);
        QVERIFY(said.front().front().toString().contains("XYZ is no motif"));
        QTRY_VERIFY(rig.page->sentence().contains("XYZ is no motif"));
        QVERIFY(rig.runButton().isEnabled());
    }

    void resultsAreTakenAlong()
    {
        PageRig rig;
        QVERIFY(rig.openThree());
        QVERIFY(rig.runToEnd());
        app::StudyResultView& view = *rig.page->resultView();
        const QString tsv = rig.folder.filePath("scores.tsv"), json = rig.folder.filePath("scores.json");
        QVERIFY(view.writeTables(tsv));
        const QStringList lines = contentOf(tsv).split('\n');
        QCOMPARE(lines.front(), QStringLiteral("id\tscore"));
        QVERIFY(lines[1].startsWith("one\t"));
        QVERIFY(view.writeTables(json));
        QVERIFY(contentOf(json).contains("\"model_hash\""));
        const auto wrong = view.writeTables(rig.folder.filePath("scores.docx"));
        QVERIFY(!wrong && wrong.error().code() == ErrorCode::Unsupported);
        const QString meme = rig.folder.filePath("motifs.meme");
        QVERIFY(view.writeMotifs(meme));
        const auto motifs = io::readMotifs(meme.toStdString());
        QVERIFY(motifs);
        QCOMPARE(motifs->front().id, std::string("m1"));

        for (QPushButton* button : view.findChildren<QPushButton*>())
            if (button->text().startsWith("Add 1 sequence"))
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(rig.window->documents().document()->entries.size(), std::size_t{4});
        QCOMPARE(rig.window->documents().document()->entries.back()->current->sequence.id, std::string("made"));
        QVERIFY(rig.waitIdle());
    }

    void formsComeBackWithASession()
    {
        PageRig rig;
        QVERIFY(rig.openThree());
        rig.page->form()->setOptions({{"times", std::int64_t(5)}});
        QVERIFY(rig.page->chooseStudy("file"));
        rig.page->form()->setFile("database", "/tmp/motifs.meme");
        const std::string state = rig.page->state();
        app::StudyPage other(study::Page::Populations, rig.window->documents(), rig.window->analysis(),
                             rig.window->studies(), rig.window->table(), rig.list);
        other.restoreState(state);
        QCOMPARE(other.study()->spec.id, std::string("file"));
        QCOMPARE(other.form()->input().files.at("database"), std::string("/tmp/motifs.meme"));
        QVERIFY(other.chooseStudy("score"));
        QCOMPARE(std::get<std::int64_t>(other.form()->input().options.at("times")), std::int64_t(5));
    }

    void menusReachStudiesAndMethods()
    {
        PageRig rig;
        QVERIFY(rig.openThree());
        for (const study::Study& study : study::studyList()) {
            auto* action = rig.window->menuBar()->findChild<QAction*>(QString::fromStdString(study.spec.id));
            QVERIFY2(action, study.spec.id.c_str());
            action->trigger();
            const bool isExperiment = study.spec.page == study::Page::Experiments;
            QCOMPARE(rig.window->viewInFront(), std::string(isExperiment ? "experiments" : "populations"));
            const app::StudyPage& page = isExperiment ? rig.window->experiments() : rig.window->populations();
            QCOMPARE(page.study()->spec.id, study.spec.id);
        }
        QMenu* explain = nullptr;
        for (QAction* action : rig.window->menuBar()->actions())
            if (action->text() == "E&xplain")
                explain = action->menu();
        QVERIFY(explain);
        emit explain->aboutToShow();
        const auto methods = rig.window->analysis().explanationMethods();
        QVERIFY(!methods.empty());
        for (const engine::MethodSpec& method : methods) {
            emit explain->aboutToShow();
            for (QAction* action : explain->actions())
                if (action->text() == QString::fromStdString(method.name)) {
                    action->trigger();
                    break;
                }
            QCOMPARE(rig.window->analysis().explanationMethod(), method.id);
        }
        QCOMPARE(rig.window->viewInFront(), std::string("tracks"));
        QVERIFY(rig.waitIdle());
    }
};

QTEST_MAIN(TestStudyPage)
#include "tst_study_page.moc"
