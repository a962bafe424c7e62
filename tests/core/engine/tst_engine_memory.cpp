// Purpose: refusal before a job starts, sharing, halving after running out of memory, and the move to the processor.
#include "tests/support/engine_rig.h"

#include <QtTest/QtTest>

using namespace nscope;
using namespace nscope::engine;
using namespace nscope::tests;
using Kind = FakeCall::Kind;

namespace {

FakeSettings scripted(FakeScript script)
{
    FakeSettings settings;
    settings.script = [script](const Request&) { return script; };
    return settings;
}

}  // namespace

class TestEngineMemory : public QObject {
    Q_OBJECT

private slots:
    void whatDoesNotFitAloneIsRefused()
    {
        EngineRig rig(scripted({.neededBytes = 5'000'000, .smallestBytes = 3'000'000}));
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Failed>(job));
        const Error error = rig.events.of<Failed>(job).front().error;
        QCOMPARE(error.code(), ErrorCode::OutOfMemory);
        QVERIFY2(error.message().starts_with("Mutagenesis of HBB needs 3 MB of memory, but at most 1 MB"),
                 error.message().c_str());
        QCOMPARE(rig.log->count(Kind::Start, "ism HBB"), 0);
    }

    void whatCanBeChunkedIsChunkedToFit()
    {
        EngineRig rig(scripted({.neededBytes = 5'000'000}));
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Finished>(job));
        QCOMPARE(rig.events.of<JobStarted>(job).front().estimatedBytes, std::int64_t(1'000'000));
    }

    void aJobBesideAnotherTakesTheRest()
    {
        Gate gate;
        FakeSettings settings = scripted({.steps = 2, .neededBytes = 700'000});
        Engine* engine = nullptr;
        MemoryUse during;
        settings.onStep = [&](const std::string& label, int step, std::stop_token) {
            if (label == "run all" && step == 0)
                engine->submit(fakeRequest("HBB"), Priority::Interactive, "edit");
            if (label == "predict HBB")
                during = engine->memoryUse();
        };
        EngineRig rig(settings);
        engine = rig.engine.get();
        QVERIFY(rig.open());
        const Ticket run = rig.engine->submit(fakeRequest("all", "run"), Priority::Background, "run");
        QVERIFY(rig.events.waitFor<Finished>(run));
        QCOMPARE(rig.events.all<JobStarted>()[1].estimatedBytes, std::int64_t(300'000));
        QCOMPARE(during.reservedBytes, std::int64_t(1'000'000));
        QCOMPARE(during.totalBytes, std::int64_t(1'000'000));
        QCOMPARE(rig.engine->memoryUse().reservedBytes, std::int64_t(0));
    }

    void halvesUntilItFits()
    {
        EngineRig rig(scripted({.steps = 3, .neededBytes = 800'000, .outOfMemoryAbove = 250'000}));
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Finished>(job));
        const auto notices = rig.events.of<Notice>(job);
        QCOMPARE(notices.size(), std::size_t(2));
        QCOMPARE(notices[0].sentence,
                 std::string("Mutagenesis of HBB ran out of memory and starts again with at most 400 kB."));
        QVERIFY(notices[1].sentence.find("200 kB") != std::string::npos);
        QCOMPARE(rig.log->count(Kind::Start, "ism HBB"), 3);
        QCOMPARE(rig.events.of<JobStarted>(job).size(), std::size_t(1));
        QCOMPARE(rig.events.of<Delivered>(job).size(), std::size_t(1));
        QCOMPARE(rig.engine->history().back().restarts, 2);
        QCOMPARE(rig.engine->memoryUse().reservedBytes, std::int64_t(0));
        // The result is the same as without the restarts, and cached as such.
        const Ticket again = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Finished>(again));
        QVERIFY(rig.events.of<Finished>(again).front().fromCache);
    }

    void halvesTheCallersOwnLimit()
    {
        EngineRig rig(scripted({.neededBytes = 800'000, .outOfMemoryAbove = 50'000}));
        QVERIFY(rig.open());
        auto request = fakeRequest("HBB", "ism");
        request.options[kMemoryOption] = std::int64_t(100'000);
        const Ticket job = rig.engine->submit(request, Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Finished>(job));
        QVERIFY(rig.events.of<Notice>(job).front().sentence.find("50 kB") != std::string::npos);
    }

    void givesUpAfterTheLastRetry()
    {
        EngineRig rig(scripted({.neededBytes = 800'000, .outOfMemoryAbove = 10}));
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Failed>(job));
        const Error error = rig.events.of<Failed>(job).front().error;
        QCOMPARE(error.code(), ErrorCode::OutOfMemory);
        QCOMPARE(error.message(), std::string("There is not enough memory. It was tried again with as little as 100 kB."));
        QCOMPARE(rig.log->count(Kind::Start, "ism HBB"), 4);
        QCOMPARE(rig.events.of<Notice>(job).size(), std::size_t(3));
        QCOMPARE(rig.engine->memoryUse().reservedBytes, std::int64_t(0));
    }

    void movesFromTheGraphicsCardToTheProcessor()
    {
        FakeSettings settings = scripted({.outOfMemoryUnlessCpu = true});
        settings.description = "Fake, CUDA";
        EngineRig rig(settings);
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Finished>(job));
        const auto notices = rig.events.of<Notice>(job);
        QCOMPARE(notices.size(), std::size_t(4));
        QCOMPARE(notices.back().sentence, std::string("Mutagenesis of HBB does not fit on the graphics card and starts "
                                                      "again on the processor."));
    }

    void withoutACardThereIsNoMove()
    {
        EngineRig rig(scripted({.outOfMemoryUnlessCpu = true}));
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Failed>(job));
    }

    void startingMayRunOutOfMemoryToo()
    {
        FakeSettings settings;
        settings.script = [](const Request& request) {
            FakeScript script;
            if (!request.options.contains(kMemoryOption))
                script.startFailure = Error(ErrorCode::OutOfMemory, "There is not enough memory.");
            return script;
        };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Finished>(job));
        QCOMPARE(rig.events.of<Notice>(job).size(), std::size_t(1));
    }

    void cancellingBetweenRestarts()
    {
        Engine* engine = nullptr;
        FakeSettings settings = scripted({.outOfMemoryAbove = 1});
        EngineRig rig(settings, EngineRig::defaults(), [&](const Event& event) {
            if (const auto* notice = std::get_if<Notice>(&event))
                engine->cancel(notice->ticket);
        });
        engine = rig.engine.get();
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Cancelled>(job));
        QCOMPARE(rig.log->count(Kind::Start, "ism HBB"), 1);
        QCOMPARE(rig.events.endings(job), 1);
        QCOMPARE(rig.engine->memoryUse().reservedBytes, std::int64_t(0));
    }
};

QTEST_APPLESS_MAIN(TestEngineMemory)
#include "tst_engine_memory.moc"
