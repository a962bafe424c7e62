// Purpose: the window as a person uses it: open, click a base and type, undo, save, open again, close in mid-job.
#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/edit_actions.h"
#include "app/pages/message_bar.h"
#include "app/pages/tracks_page.h"
#include "app/population_controller.h"
#include "app/session_controller.h"
#include "tests/app/app_rig.h"
#include "widgets/results_table.h"
#include "widgets/track_view.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QMimeData>
#include <QtGui/QDropEvent>
#include <QtGui/QUndoStack>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>

using namespace nscope;
using namespace nscope::tests;

namespace {

const QString kTwo = ">one first\nAUGGCCAAAUAA\n>two\nCCCCCCCCCC\n";

std::string lettersOf(const AppRig& rig) { return rig.window->documents().selected()->current->sequence.letters; }

FakeSettings slowMutagenesis(int milliseconds, int steps)
{
    FakeSettings settings;
    settings.script = [=](const engine::Request& request) {
        FakeScript script;
        if (request.method == "ism") {
            script.steps = steps;
            script.stepTime = std::chrono::milliseconds(milliseconds);
        }
        return script;
    };
    return settings;
}

int positionOf(const std::vector<std::string>& labels, const std::string& label)
{
    return int(std::ranges::find(labels, label) - labels.begin());
}

}  // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_main_window");
    }

    void openingSelectsAndPredictsEverything()
    {
        AppRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        QCOMPARE(rig.window->documents().selected()->current->sequence.id, std::string("one"));
        QVERIFY(rig.window->analysis().current().prediction);
        QVERIFY(rig.window->analysis().current().explanation);
        const widgets::ResultsModel& table = *rig.window->table().model();
        QCOMPARE(table.rowCount(), 2);
        QVERIFY(!table.row(0).predictedClass.isEmpty());
        QVERIFY(!table.row(1).predictedClass.isEmpty());
    }

    void anEditAsksInTheOrderOfUrgency()
    {
        AppRig rig(slowMutagenesis(1, 5));
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        const std::size_t before = rig.begun().size();
        widgets::TrackStack& tracks = rig.window->tracksPage().tracks();
        tracks.setSelection(data::Interval{0, 1});
        QTest::keyClick(&tracks, Qt::Key_C);
        QCOMPARE(lettersOf(rig), std::string("CTGGCCAAATAA"));
        QVERIFY(rig.waitIdle());
        const std::vector<std::string> begun = rig.begun(before);
        const int prediction = positionOf(begun, "predict one");
        const int gradient = positionOf(begun, "gradient one");
        const int mutagenesis = positionOf(begun, "ism one");
        QVERIFY(prediction < gradient && gradient < mutagenesis && mutagenesis < int(begun.size()));
        QVERIFY(rig.window->analysis().current().mutagenesis);
        QVERIFY(rig.window->analysis().reference().prediction);
        QVERIFY(!rig.window->analysis().isPredictionStale());
        QVERIFY(!rig.window->analysis().isMutagenesisStale());
    }

    /// Minutes of mutagenesis off screen wait for the predictions of the table; rows on screen do not.
    void theTableComesBeforeMutagenesisOffScreen()
    {
        AppRig rig(slowMutagenesis(5, 20));
        rig.window->show();
        QVERIFY(rig.start());
        const std::string letters(4000, 'A');
        QVERIFY(rig.open({rig.fasta("x.fa", QString::fromStdString(">long\n" + letters + "\n>two\nATGTTTTAA\n>three\nATGCCCTAA\n"))}));
        const std::vector<std::string> begun = rig.begun();
        std::vector<int> mutagenesis;
        int prediction = 0;
        for (int i = 0; i < int(begun.size()); ++i) {
            if (begun[std::size_t(i)] == "ism long")
                mutagenesis.push_back(i);
            if (begun[std::size_t(i)] == "predict two" || begun[std::size_t(i)] == "predict long")
                prediction = i;
        }
        QString order;
        for (const std::string& label : begun)
            order += QString::fromStdString(label) + "; ";
        QVERIFY2(mutagenesis.size() >= 2, qPrintable(order));
        QVERIFY2(mutagenesis.front() < prediction, qPrintable(order));  // what is on screen
        QVERIFY2(prediction < mutagenesis.back(), qPrintable(order));   // the rest
        QVERIFY(app::isComplete(*rig.window->analysis().current().mutagenesis));
        QVERIFY(!rig.window->analysis().isMutagenesisStale());
    }

    void undoNeedsNoNewWork()
    {
        AppRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        const auto prediction = rig.window->analysis().current().prediction;
        rig.window->tracksPage().tracks().setSelection(data::Interval{0, 1});
        QTest::keyClick(&rig.window->tracksPage().tracks(), Qt::Key_G);
        QVERIFY(rig.waitIdle());
        const std::size_t before = rig.begun().size();
        rig.window->documents().undoStack().undo();
        QCOMPARE(lettersOf(rig), std::string("ATGGCCAAATAA"));
        QCOMPARE(rig.window->analysis().current().prediction, prediction);
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.begun(before), std::vector<std::string>{});
    }

    void deleteKeyAndPaste()
    {
        AppRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        widgets::TrackStack& tracks = rig.window->tracksPage().tracks();
        tracks.setSelection(data::Interval{0, 3});
        QTest::keyClick(&tracks, Qt::Key_Delete);
        QCOMPARE(lettersOf(rig), std::string("GCCAAATAA"));
        emit tracks.pasteRequested(3, "uu u");
        QCOMPARE(lettersOf(rig), std::string("GCCTTTAAATAA"));
        emit tracks.pasteRequested(3, "rubbish!");
        QCOMPARE(lettersOf(rig), std::string("GCCTTTAAATAA"));
        QVERIFY(!rig.window->messageBar().sentence().isEmpty());
        QVERIFY(rig.waitIdle());
    }

    void badFileIsOneSentenceAndNothingIsLost()
    {
        AppRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        QVERIFY(rig.open({rig.fasta("bad.fa", ">a\nACGT!\n")}));
        QVERIFY(rig.window->messageBar().sentence().contains("bad.fa"));
        QCOMPARE(rig.window->documents().document()->entries.size(), std::size_t{2});
    }

    void sessionRoundTrip()
    {
        const QString path = QDir::temp().filePath("nscope_round_trip.nscope");
        {
            AppRig rig;
            QVERIFY(rig.start());
            QVERIFY(rig.open({rig.fasta("x.fa", kTwo), rig.fasta("x.tsv", "id\tcds_start\tcds_end\none\t0\t12\n")}));
            QVERIFY(rig.window->documents().edit({3, "G", "A", {}}));
            rig.window->sessions().saveTo(path);
            QVERIFY(rig.waitIdle());
            QVERIFY(!rig.window->documents().isModified());
        }
        AppRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.open({path}));
        QFile::remove(path);
        const data::DocumentEntryPtr entry = rig.window->documents().selected();
        QVERIFY(entry);
        QCOMPARE(entry->reference->sequence.letters, std::string("ATGGCCAAATAA"));
        QCOMPARE(entry->current->sequence.letters, std::string("ATGACCAAATAA"));
        QCOMPARE(*entry->current->cds, (data::Interval{0, 12}));
        QCOMPARE(rig.window->documents().path(), path);
        QVERIFY(!rig.window->documents().isModified());
        QVERIFY(rig.window->analysis().reference().prediction && rig.window->analysis().current().prediction);
    }

    void closingInMidJobIsQuick()
    {
        auto rig = std::make_unique<AppRig>(slowMutagenesis(50, 100000));
        rig->window->show();
        QVERIFY(rig->start());
        rig->window->sessions().openFiles({rig->fasta("x.fa", kTwo)});
        QVERIFY(QTest::qWaitFor([&] { return rig->log->count(FakeCall::Kind::Step, "ism one") > 2; }));
        QElapsedTimer clock;
        clock.start();
        rig->window->close();
        rig.reset();
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
    }

    void unsavedChangesCanKeepTheWindowOpen()
    {
        AppRig rig;
        rig.window->sessions().setAsker([] { return app::SessionController::Answer::Stay; });
        rig.window->show();
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        QVERIFY(!rig.window->isWindowModified());  // what was only opened need not be saved
        rig.window->tracksPage().tracks().setSelection(data::Interval{0, 1});
        QTest::keyClick(&rig.window->tracksPage().tracks(), Qt::Key_C);
        QVERIFY(!rig.window->close());
        QVERIFY(rig.window->isVisible());
    }

    void droppedFilesAreOpened()
    {
        AppRig rig;
        QVERIFY(rig.start());
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(rig.fasta("x.fa", kTwo))});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(rig.window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(rig.window.get(), &drop);
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.window->documents().document()->entries.size(), std::size_t{2});
    }

    void selectingARowShowsIt()
    {
        AppRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        emit rig.window->table().rowActivated(1);
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.window->analysis().current().transcript->sequence.id, std::string("two"));
        QVERIFY(rig.window->analysis().current().explanation);
    }

    void partialMutagenesisKeepsItsRowsWhileScrolling()
    {
        FakeSettings settings = slowMutagenesis(5, 20);
        AppRig rig(std::move(settings));
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        QVERIFY(rig.window->analysis().current().mutagenesis);
        QVERIFY(app::isComplete(*rig.window->analysis().current().mutagenesis));
        const std::size_t before = rig.begun().size();
        rig.window->analysis().setVisibleRange({2, 5});
        QTest::qWait(400);
        QCOMPARE(rig.begun().size(), before);  // everything is exact: scrolling asks for nothing
    }

    void gotoFindsPlacesAndNames()
    {
        AppRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", kTwo)}));
        rig.window->tracksPage().goTo("two:2-4");
        QCOMPARE(rig.window->documents().selectedIndex(), 1);
        QCOMPARE(*rig.window->tracksPage().selection(), (data::Interval{1, 4}));
        rig.window->tracksPage().goTo("nowhere");
        QVERIFY(rig.window->messageBar().sentence().contains("nowhere"));
        QVERIFY(rig.waitIdle());
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
