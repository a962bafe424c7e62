// Purpose: the model library as a person uses it: search, cards side by side, the import and its report, using a model.
#include "app/model_controller.h"
#include "app/pages/import_dialog.h"
#include "app/pages/library_page.h"
#include "core/io/model_card.h"
#include "tests/app/app_rig.h"
#include "widgets/architecture_view.h"

#include <QtCore/QFile>
#include <QtCore/QMimeData>
#include <QtGui/QDropEvent>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QTreeWidget>

using namespace nscope;
using namespace nscope::tests;

namespace {

engine::ModelSpec spec(const std::string& id, const std::string& name, const std::string& citation)
{
    engine::ModelSpec made;
    made.architecture = id;
    made.name = name;
    made.citation = citation;
    made.targets = {{"task:a", "a", "Positive: more."}};
    made.options = {{"heads", "Heads", "Of attention", std::int64_t(8), 1.0, 64.0, {}}};
    made.outputs.scalars = {"a"};
    return made;
}

FakeSettings twoArchitectures()
{
    FakeSettings settings;
    settings.specs = {spec("fake", "Fake", "Adams 1979"), spec("other", "Other network", "Lem 1961")};
    settings.stages = {{"Letters", {1, 9, 4}}, {"Convolution 32, k 5", {1, 5, 32}}};
    return settings;
}

/// A library in front with one more model on disk, "second".
struct LibraryRig : AppRig {
    explicit LibraryRig(FakeSettings settings = twoArchitectures()) : AppRig(std::move(settings))
    {
        qputenv("XDG_DATA_HOME", folder.filePath("home").toUtf8());
        data::ModelCard card = fakeCard("second");
        card.name = "Second";
        card.architecture = "other";
        card.licence = "CC0";
        card.trainingData = "Yeast <b>promoters</b>";
        QFile weights(folder.filePath("models/second.safetensors"));
        if (!weights.open(QIODevice::WriteOnly) || !io::writeModelCard(folder.filePath("models/second.card.json").toStdString(), card))
            qFatal("cannot write the second model");
    }
    ~LibraryRig() { qunsetenv("XDG_DATA_HOME"); }

    bool showLibrary()
    {
        window->show();
        if (!start())
            return false;
        window->showView("library");
        return waitIdle() && item("second");
    }
    app::LibraryPage& page() const { return window->libraryPage(); }
    QTreeWidget& list() const { return *page().findChild<QTreeWidget*>(); }
    QString card() const { return page().findChild<QTextBrowser*>()->toPlainText(); }
    QPushButton* button(const QString& text) const
    {
        for (QPushButton* each : page().findChildren<QPushButton*>())
            if (each->text().remove('&') == text)
                return each;
        return nullptr;
    }
    /// An item by its first column.
    QTreeWidgetItem* item(const QString& title) const
    {
        const auto found = list().findItems(title, Qt::MatchExactly | Qt::MatchRecursive);
        return found.isEmpty() ? nullptr : found.front();
    }
};

}  // namespace

class TestLibraryPage : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_library_page");
    }

    void everyModelAndArchitectureIsListed()
    {
        LibraryRig rig;
        QVERIFY(rig.showLibrary());
        QVERIFY(rig.page().isVisible());  // before any sequence is open
        QCOMPARE(rig.list().topLevelItem(1)->childCount(), 2);
        QVERIFY(rig.card().contains("Adams 1979"));  // the model in use is selected
        rig.list().setCurrentItem(rig.item("other"));
        QVERIFY(rig.card().contains("Lem 1961"));
        QVERIFY(rig.card().contains("a whole number from 1 to 64"));
        rig.list().setCurrentItem(rig.item("second"));
        QVERIFY(rig.card().contains("Yeast <b>promoters</b>"));  // text from files stays text
    }

    void searchLooksIntoTheCards()
    {
        LibraryRig rig;
        QVERIFY(rig.showLibrary());
        auto* search = rig.page().findChild<QLineEdit*>();
        QTest::keyClicks(search, "yeast CC0");
        QVERIFY(!rig.item("second")->isHidden());
        for (QTreeWidgetItem* other : {rig.list().topLevelItem(1)->child(0), rig.list().topLevelItem(1)->child(1)})
            QVERIFY(other->isHidden());
        search->clear();
        QTest::keyClicks(search, "LEM");
        QVERIFY(!rig.item("other")->isHidden());
        QVERIFY(rig.item("fake")->isHidden());
    }

    void twoCardsSideBySide()
    {
        LibraryRig rig;
        QVERIFY(rig.showLibrary());
        rig.list().setCurrentItem(rig.item("second"));
        auto* compare = rig.page().findChild<QComboBox*>();
        compare->setCurrentIndex(compare->findData("model fake"));
        const QString text = rig.card();
        QVERIFY2(text.contains("≠ Licence") && text.contains("≠ Architecture"), qPrintable(text));
        QVERIFY2(text.contains("Tasks") && !text.contains("≠ Tasks"), qPrintable(text));
        compare->setCurrentIndex(0);
        QVERIFY(!rig.card().contains("≠"));
    }

    void usingAModelLoadsItAndDrawsItsArchitecture()
    {
        LibraryRig rig;
        QVERIFY(rig.showLibrary());
        QCOMPARE(rig.page().architecture().boxes().size(), std::size_t(2));
        rig.list().setCurrentItem(rig.item("second"));
        QVERIFY(rig.page().architecture().boxes().empty());
        QTest::mouseClick(rig.button("Use this model"), Qt::LeftButton);
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.window->models().current()->card.id, std::string("second"));
        QCOMPARE(rig.page().architecture().boxes()[1], (widgets::ArchitectureBox{"Convolution 32, k 5", "5 × 32"}));
        QVERIFY(!rig.button("In use")->isEnabled());
    }

    void aTorchScriptModelRunsAfterTheUserAgreed()
    {
        LibraryRig rig;
        QFile script(rig.folder.filePath("models/script.pt"));
        QVERIFY(script.open(QIODevice::WriteOnly) && script.write("a program") > 0);
        script.close();
        QVERIFY(io::writeModelCard(rig.folder.filePath("models/script.card.json").toStdString(), fakeCard("script")));
        QVERIFY(rig.showLibrary());
        const auto answer = [&](const QString& wanted) {
            const auto question = [&] { return rig.window->findChild<QMessageBox*>(); };
            if (!QTest::qWaitFor([&] { return question() != nullptr; }))
                return false;
            for (QAbstractButton* button : question()->buttons())
                if (button->text().remove('&') == wanted)
                    QTest::mouseClick(button, Qt::LeftButton);
            return QTest::qWaitFor([&] { return question() == nullptr; }) && rig.waitIdle();
        };
        rig.list().setCurrentItem(rig.item("script"));
        QTest::mouseClick(rig.button("Use this model"), Qt::LeftButton);
        QVERIFY(answer("Do not run it"));
        QCOMPARE(rig.window->models().current()->card.id, std::string("fake"));
        QTest::mouseClick(rig.button("Use this model"), Qt::LeftButton);
        QVERIFY(answer("Run it"));
        QCOMPARE(rig.window->models().current()->card.id, std::string("script"));
        QVERIFY(rig.window->models().current()->card.scriptAllowed);
        rig.window->models().load("fake");
        QVERIFY(rig.waitIdle());
        QVERIFY(!rig.window->models().current()->card.scriptAllowed);
        rig.window->models().load(rig.folder.filePath("models/script.pt"));  // the same file: not asked again
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.window->models().current()->card.id, std::string("script"));
        QVERIFY(script.open(QIODevice::WriteOnly) && script.write("another program") > 0);
        script.close();
        rig.window->models().load("script");
        QVERIFY(answer("Do not run it"));
    }

    void anImportReportsAndItsModelCanBeUsed()
    {
        FakeSettings settings = twoArchitectures();
        engine::ImportReport report;
        report.notes = {"Kernels were transposed."};
        report.surplus = {"optimizer.lr"};
        settings.import = report;
        LibraryRig rig(settings);
        QVERIFY(rig.showLibrary());
        app::ImportDialog& dialog = *rig.page().openImport("/data/my net (1).h5");
        dialog.startImport();
        QVERIFY(rig.waitIdle());
        QVERIFY2(dialog.reportText().contains("Kernels were transposed.") && dialog.reportText().contains("optimizer.lr")
                     && dialog.reportText().contains(rig.folder.filePath("home") + "/nucleoscope/models/my-net-1-.safetensors"),
                 qPrintable(dialog.reportText()));
        QCOMPARE(rig.log->calls(FakeCall::Kind::Import).front().label, std::string("/data/my net (1).h5"));
        QVERIFY(QFile::exists(rig.folder.filePath("home/nucleoscope/models")));
    }

    void aFailedImportSaysWhy()
    {
        FakeSettings settings = twoArchitectures();
        settings.import = fail(ErrorCode::Unsupported, "A Lambda layer is refused.", {.file = "bad.h5"});
        LibraryRig rig(settings);
        QVERIFY(rig.showLibrary());
        app::ImportDialog& dialog = *rig.page().openImport("/data/bad.h5");
        dialog.startImport();
        QVERIFY(rig.waitIdle());
        QVERIFY2(dialog.reportText().contains("A Lambda layer is refused."), qPrintable(dialog.reportText()));
    }

    void wrongOptionsAreRefusedBeforeAnythingIsRead()
    {
        LibraryRig rig;
        QVERIFY(rig.showLibrary());
        app::ImportDialog& dialog = *rig.page().openImport("/data/x.pt");
        auto* architecture = dialog.findChild<QComboBox*>();
        architecture->setCurrentIndex(architecture->findData("other"));
        for (QLineEdit* box : dialog.findChildren<QLineEdit*>())
            if (box->placeholderText().contains("heads"))
                box->setText("heads=many");
        dialog.startImport();
        QVERIFY2(dialog.reportText().contains("heads"), qPrintable(dialog.reportText()));
        QCOMPARE(rig.log->calls(FakeCall::Kind::Import).size(), std::size_t(0));
    }

    void droppedWeightsAreImportedAndOurModelsUsed()
    {
        LibraryRig rig;
        QVERIFY(rig.showLibrary());
        const auto drop = [&](const QString& path) {
            QMimeData mime;
            mime.setUrls({QUrl::fromLocalFile(path)});
            QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(rig.window.get(), &enter);
            QDropEvent event(QPointF(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(rig.window.get(), &event);
        };
        drop(rig.fasta("weights.PT", "x"));
        auto* dialog = rig.page().findChild<app::ImportDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        dialog->close();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        drop(rig.folder.filePath("models/second.safetensors"));
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.window->models().current()->card.id, std::string("second"));
        QVERIFY(!rig.page().findChild<app::ImportDialog*>());
    }
};

QTEST_MAIN(TestLibraryPage)
#include "tst_library_page.moc"
