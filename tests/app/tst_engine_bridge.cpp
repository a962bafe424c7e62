// Purpose: results reach the GUI thread, overtaken ones do not, and the bridge goes away in the middle of work.
#include "app/engine_bridge.h"
#include "tests/support/fake_backend.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QThread>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace nscope;
using namespace nscope::tests;
using app::EngineBridge;
using engine::Priority;

namespace {

struct Rig {
    explicit Rig(FakeSettings settings = {}) : bridge(FakeBackend::factory(std::move(settings), log))
    {
        QObject::connect(&bridge, &EngineBridge::delivered, [this](const std::string&, const engine::Delivery& delivery) {
            if (const auto* p = std::get_if<std::shared_ptr<const data::Prediction>>(&delivery.payload))
                predictions.push_back(*p);
            threads.push_back(QThread::currentThread());
        });
    }
    bool start()
    {
        QSignalSpy loaded(&bridge, &EngineBridge::modelLoaded);
        bridge.open();
        bridge.loadModel(fakeCard());
        return QTest::qWaitFor([&] { return loaded.count() > 0; });
    }

    std::shared_ptr<FakeLog> log = std::make_shared<FakeLog>();
    EngineBridge bridge;
    std::vector<std::shared_ptr<const data::Prediction>> predictions;
    std::vector<QThread*> threads;
};

FakeSettings slow(int milliseconds, int steps = 1)
{
    FakeSettings settings;
    settings.script = [=](const engine::Request&) {
        FakeScript script;
        script.steps = steps;
        script.stepTime = std::chrono::milliseconds(milliseconds);
        return script;
    };
    return settings;
}

}  // namespace

class TestEngineBridge : public QObject {
    Q_OBJECT

private slots:
    void resultsArriveOnThisThread()
    {
        Rig rig;
        QVERIFY(rig.start());
        rig.bridge.request(fakeRequest("a"), Priority::Interactive, "key", "a");
        QVERIFY(QTest::qWaitFor([&] { return rig.bridge.isIdle(); }));
        QCOMPARE(rig.predictions.size(), std::size_t{1});
        QCOMPARE(rig.threads.front(), QThread::currentThread());
    }

    void overtakenResultsAreDropped()
    {
        Rig rig;
        QVERIFY(rig.start());
        QSignalSpy finished(&rig.bridge, &EngineBridge::finished);
        rig.bridge.request(fakeRequest("a", {}, "AAAAAAAAA"), Priority::Interactive, "key", "a");
        // The first may be finished on the lane by now, its result waiting for this thread.
        rig.log->waitFor(FakeCall::Kind::DestroyJob, "predict a");
        rig.bridge.request(fakeRequest("b", {}, "CCCCCCCCC"), Priority::Interactive, "key", "b");
        QVERIFY(QTest::qWaitFor([&] { return rig.bridge.isIdle(); }));
        QCOMPARE(rig.predictions.size(), std::size_t{1});
        QCOMPARE(finished.count(), 1);
        const auto alone = rig.predictions.front();
        rig.bridge.request(fakeRequest("b", {}, "CCCCCCCCC"), Priority::Interactive, "other", "b");
        QVERIFY(QTest::qWaitFor([&] { return rig.bridge.isIdle(); }));
        QCOMPARE(*rig.predictions.back(), *alone);
    }

    void progressIsPolledAndEnds()
    {
        Rig rig(slow(40, 5));
        QVERIFY(rig.start());
        QSignalSpy changed(&rig.bridge, &EngineBridge::jobsChanged);
        rig.bridge.request(fakeRequest("a", "ism"), Priority::Visible, "key", "Mutagenesis of a");
        QVERIFY(QTest::qWaitFor([&] { return !rig.bridge.jobs().empty(); }));
        QCOMPARE(rig.bridge.jobs().front().title, std::string("Mutagenesis of a"));
        QVERIFY(QTest::qWaitFor([&] { return rig.bridge.isIdle() && rig.bridge.jobs().empty(); }));
        QVERIFY(changed.count() >= 3);
    }

    void cancelByTicket()
    {
        Rig rig(slow(50, 1000));
        QVERIFY(rig.start());
        QSignalSpy cancelled(&rig.bridge, &EngineBridge::cancelled);
        const auto ticket = rig.bridge.request(fakeRequest("a", "ism"), Priority::Visible, "key", "a");
        QVERIFY(rig.log->waitFor(FakeCall::Kind::Step, "ism a"));
        rig.bridge.cancel(ticket);
        QVERIFY(QTest::qWaitFor([&] { return cancelled.count() == 1; }));
        QVERIFY(rig.bridge.isIdle());
    }

    void failureIsOneSentence()
    {
        FakeSettings settings;
        settings.script = [](const engine::Request&) {
            FakeScript script;
            script.failAtStep = 0;
            return script;
        };
        Rig rig(std::move(settings));
        QVERIFY(rig.start());
        QString sentence;
        connect(&rig.bridge, &EngineBridge::failed, this, [&](const std::string&, const Error& error) {
            sentence = QString::fromStdString(error.sentence());
        });
        rig.bridge.request(fakeRequest("a"), Priority::Interactive, "key", "a");
        QVERIFY(QTest::qWaitFor([&] { return !sentence.isEmpty(); }));
        QVERIFY(rig.bridge.isIdle());
    }

    void goesAwayInTheMiddle()
    {
        QElapsedTimer clock;
        {
            Rig rig(slow(20, 100000));
            QVERIFY(rig.start());
            rig.bridge.request(fakeRequest("a", "ism"), Priority::Visible, "key", "a");
            QVERIFY(rig.log->waitFor(FakeCall::Kind::Step, "ism a"));
            clock.start();
        }
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
    }

    void backendThatCannotOpen()
    {
        FakeSettings settings;
        settings.openError = Error(ErrorCode::NotFound, "The module is not there.");
        Rig rig(std::move(settings));
        QSignalSpy failed(&rig.bridge, &EngineBridge::backendFailed);
        rig.bridge.open();
        QVERIFY(QTest::qWaitFor([&] { return failed.count() == 1; }));
        QVERIFY(rig.bridge.isIdle());
    }
};

QTEST_GUILESS_MAIN(TestEngineBridge)
#include "tst_engine_bridge.moc"
