// Purpose: training runs on its own lane, beside inference, and the backend is still called from one thread only.
#include "tests/support/engine_rig.h"

#include <QtTest/QtTest>

using namespace nscope;
using namespace nscope::engine;
using namespace nscope::tests;
using Kind = FakeCall::Kind;

namespace {

FakeSettings heldTraining(Gate& gate, int steps = 2)
{
    FakeSettings settings;
    settings.script = [steps](const Request& request) {
        return FakeScript{.steps = request.analysis == Analysis::Train ? steps : 1};
    };
    settings.onStep = [&gate](const std::string& label, int, std::stop_token stop) {
        if (label == "train")
            gate.pass(stop);
    };
    return settings;
}

}  // namespace

class TestEngineTraining : public QObject {
    Q_OBJECT

private slots:
    void inferenceGoesOnBesideTraining()
    {
        Gate gate;
        EngineRig rig(heldTraining(gate));
        QVERIFY(rig.open());
        const Ticket training = rig.engine->submit(fakeTraining(), Priority::Background, "train");
        QVERIFY(rig.log->waitFor(Kind::Step, "train"));
        const Ticket job = rig.engine->submit(fakeRequest("HBB"), Priority::Interactive, "predict");
        QVERIFY(rig.events.waitFor<Finished>(job));
        const auto jobs = rig.engine->snapshot();
        QCOMPARE(jobs.size(), std::size_t(1));
        QVERIFY(jobs.front().ticket == training && jobs.front().lane == LaneKind::Training);
        QVERIFY(jobs.front().state == JobState::Running);
        gate.open();
        QVERIFY(rig.events.waitFor<Finished>(training));
        QCOMPARE(rig.events.of<Delivered>(training).size(), std::size_t(1));

        rig.engine.reset();
        std::thread::id inference, trainer;
        for (const FakeCall& call : rig.log->calls()) {
            const bool isTrainers = call.label == "train" && (call.kind == Kind::Step || call.kind == Kind::DestroyJob);
            std::thread::id& expected = isTrainers ? trainer : inference;
            if (expected == std::thread::id())
                expected = call.thread;
            QVERIFY(call.thread == expected);
        }
        QVERIFY(inference != trainer);
    }

    void oneRunAtATime()
    {
        Gate gate;
        EngineRig rig(heldTraining(gate));
        QVERIFY(rig.open());
        rig.engine->submit(fakeTraining(), Priority::Background, "run 1");
        const Ticket second = rig.engine->submit(fakeTraining(), Priority::Background, "run 2");
        QVERIFY(rig.log->waitFor(Kind::Step, "train"));
        QCOMPARE(rig.log->count(Kind::Start, "train"), 1);
        QCOMPARE(rig.engine->memoryUse().reservedBytes, std::int64_t(1000));
        gate.open();
        QVERIFY(rig.events.waitFor<Finished>(second));
        QCOMPARE(rig.log->count(Kind::Start, "train"), 2);
    }

    void aRunIsCancelledInItsStep()
    {
        Gate gate;
        EngineRig rig(heldTraining(gate, 1000));
        QVERIFY(rig.open());
        const Ticket training = rig.engine->submit(fakeTraining(), Priority::Background, "train");
        QVERIFY(rig.log->waitFor(Kind::Step, "train"));
        rig.engine->cancel(training);
        QVERIFY(rig.events.waitFor<Cancelled>(training));
        QCOMPARE(rig.log->count(Kind::DestroyJob, "train"), 1);
    }

    void aRunThatCannotStartLetsTheNextOne()
    {
        FakeSettings settings;
        std::atomic<int> starts = 0;
        settings.script = [&](const Request& request) {
            FakeScript script;
            // Asked twice per request: for the estimate and for the start.
            if (request.analysis == Analysis::Train && starts++ < 2)
                script.startFailure = Error(ErrorCode::NotFound, "There is no such table.");
            return script;
        };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        const Ticket first = rig.engine->submit(fakeTraining(), Priority::Background, "run 1");
        const Ticket second = rig.engine->submit(fakeTraining(), Priority::Background, "run 2");
        QVERIFY(rig.events.waitFor<Failed>(first));
        QVERIFY(rig.events.waitFor<Finished>(second));
    }

    void aRunTakesWhatMayBeUsed()
    {
        FakeSettings settings;
        settings.script = [](const Request&) { return FakeScript{.neededBytes = 5'000'000}; };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        const Ticket training = rig.engine->submit(fakeTraining(), Priority::Background, "train");
        QVERIFY(rig.events.waitFor<Finished>(training));
        QCOMPARE(rig.events.of<JobStarted>(training).front().estimatedBytes, std::int64_t(1'000'000));
    }

    void outOfMemoryEndsARun()
    {
        FakeSettings settings;
        settings.script = [](const Request&) { return FakeScript{.outOfMemoryAbove = 1}; };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        const Ticket training = rig.engine->submit(fakeTraining(), Priority::Background, "train");
        QVERIFY(rig.events.waitFor<Failed>(training));
        QVERIFY(rig.events.of<Notice>(training).empty());
        QCOMPARE(rig.log->count(Kind::Start, "train"), 1);
    }

    void theEngineEndsWhileTraining()
    {
        Gate gate;
        EngineRig rig(heldTraining(gate));
        QVERIFY(rig.open());
        rig.engine->submit(fakeTraining(), Priority::Background, "train");
        QVERIFY(rig.log->waitFor(Kind::Step, "train"));
        rig.engine.reset();
        QCOMPARE(rig.log->count(Kind::DestroyJob, "train"), 1);
        QVERIFY(rig.log->calls().back().kind == Kind::DestroyBackend);
    }
};

QTEST_APPLESS_MAIN(TestEngineTraining)
#include "tst_engine_training.moc"
