// Purpose: which model is in use: the one asked for, the document's own, the last one; and what takes the place of one
// that has vanished.
#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/model_controller.h"
#include "app/pages/message_bar.h"
#include "app/session_controller.h"
#include "core/io/session.h"
#include "tests/app/app_rig.h"

#include <QtCore/QSettings>
#include <QtTest/QTest>

using namespace nscope;
using namespace nscope::tests;

namespace {

const QString kLastModel = QStringLiteral("model");

QString inUse(const AppRig& rig) { return QString::fromStdString(rig.window->analysis().model()->card.id); }
QString said(const AppRig& rig) { return rig.window->messageBar().sentence(); }

/// A session with one sequence that was made with this model.
QString sessionWith(const AppRig& rig, const std::string& model)
{
    const data::Transcript one{{"one", "", "ATGGCCAAATAA", data::Alphabet::Rna}, {}};
    const auto entries = data::withEntries({}, {std::make_shared<const data::Transcript>(one)}, "one.fa");
    const QString path = rig.folder.filePath(QString::fromStdString(model) + ".nscope");
    if (!io::writeSession(path.toStdString(), *data::withModel(*entries, model, "hash of " + model)))
        qFatal("no session was written");
    return path;
}

}  // namespace

class TestModelController : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_model_controller");
    }

    void theLastModelIsUsedAgain()
    {
        AppRig rig({}, {});
        QSettings().setValue(kLastModel, "fake");
        QVERIFY(rig.start());
        QCOMPARE(inUse(rig), QString("fake"));
        QVERIFY2(said(rig).isEmpty(), qPrintable(said(rig)));
    }

    void aVanishedModelIsReplacedAndItIsSaid_data()
    {
        QTest::addColumn<QString>("wish");
        QTest::addColumn<QString>("last");
        QTest::newRow("the last one's folder") << QString() << "/gone/for/good/model.safetensors";
        QTest::newRow("the last one by id") << QString() << "no-such-model";
        QTest::newRow("the one asked for") << "no-such-model" << QString("fake");
    }
    void aVanishedModelIsReplacedAndItIsSaid()
    {
        QFETCH(QString, wish);
        QFETCH(QString, last);
        AppRig rig({}, wish);
        QSettings().setValue(kLastModel, last);
        const QString first = rig.window->models().available().front();
        QVERIFY(rig.start());
        QCOMPARE(inUse(rig), first);
        QVERIFY2(said(rig).contains("Model " + first + " is used instead"), qPrintable(said(rig)));
        QVERIFY2(said(rig).contains(QFileInfo(wish.isEmpty() ? last : wish).fileName()), qPrintable(said(rig)));
        QCOMPARE(QSettings().value(kLastModel).toString(), first);
    }

    void theModelInUseStaysWhenAnotherCannotBeLoaded()
    {
        AppRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", ">one\nAUGGCCAAAUAA\n")}));
        const auto prediction = rig.window->analysis().current().prediction;
        rig.window->models().load("/gone/other.safetensors");
        QVERIFY(rig.waitIdle());
        QCOMPARE(inUse(rig), QString("fake"));
        QVERIFY2(said(rig).contains("other.safetensors") && said(rig).contains("Model Fake stays in use"),
                 qPrintable(said(rig)));
        QCOMPARE(rig.window->analysis().current().prediction, prediction);
        QCOMPARE(QSettings().value(kLastModel).toString(), QString("fake"));
    }

    /// The last model takes long to load; the document that is opened meanwhile has a model of its own.
    void theDocumentsOwnModelIsNotOverriddenByTheLastOne()
    {
        FakeSettings slow;
        slow.openTime = std::chrono::milliseconds(500);
        AppRig rig(slow, {});
        rig.addModel("own");
        const QString session = sessionWith(rig, "own");
        QSettings().setValue(kLastModel, "fake");
        rig.window->startEngine();
        rig.window->sessions().openFiles({session});
        QVERIFY(QTest::qWaitFor([&] { return rig.window->analysis().model() != nullptr; }) && rig.waitIdle());
        QCOMPARE(inUse(rig), QString("own"));
        QCOMPARE(rig.window->documents().document()->modelId, std::string("own"));
        QVERIFY(!rig.window->documents().isModified());
        QVERIFY(rig.window->analysis().current().prediction);
    }

    void aDocumentWhoseModelIsNotInstalledKeepsTheOneInUse()
    {
        AppRig rig;
        const QString session = sessionWith(rig, "lost");
        QVERIFY(rig.start());
        QVERIFY(rig.open({session}));
        QCOMPARE(inUse(rig), QString("fake"));
        QVERIFY2(said(rig).contains("lost") && said(rig).contains("stays in use"), qPrintable(said(rig)));
        QVERIFY(rig.window->analysis().current().prediction);
    }

    void theNewestChoiceWins()
    {
        AppRig rig;
        rig.addModel("first");
        rig.addModel("second");
        QVERIFY(rig.start());
        rig.window->models().load("first");
        QVERIFY(QTest::qWaitFor([&] { return rig.log->count(FakeCall::Kind::Load, "first") == 1; }));
        rig.window->models().load("second");  // the answer about the first one is still on its way
        QVERIFY(rig.waitIdle());
        QCOMPARE(inUse(rig), QString("second"));
        QCOMPARE(rig.window->documents().document()->modelId, std::string("second"));
    }
};

QTEST_MAIN(TestModelController)
#include "tst_model_controller.moc"
