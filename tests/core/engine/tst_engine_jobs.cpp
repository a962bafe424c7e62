// Purpose: jobs on the inference lane: opening, loading, order of events, coalescing, cancelling, late results,
// priorities, failures and the log.
#include "tests/support/engine_rig.h"

#include <QtTest/QtTest>

#include <atomic>

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

/// Steps of "hold …" wait at the gate; `ignoresStop` makes them deaf to cancelling.
FakeSettings held(Gate& gate, bool ignoresStop = false)
{
    FakeSettings settings = scripted({.steps = 1, .ignoresStop = ignoresStop});
    settings.onStep = [&gate, ignoresStop](const std::string& label, int, std::stop_token stop) {
        if (label.starts_with("hold"))
            gate.pass(ignoresStop ? std::stop_token() : stop);
    };
    return settings;
}

}  // namespace

class TestEngineJobs : public QObject {
    Q_OBJECT

private slots:
    void opensOnlyWhenAsked()
    {
        EngineRig rig;
        const Ticket load = rig.engine->loadModel(fakeCard());
        const Ticket job = rig.engine->submit(fakeRequest("HBB"), Priority::Interactive, "predict");
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        QVERIFY(rig.log->calls().empty());
        QCOMPARE(rig.engine->snapshot().size(), std::size_t(1));

        rig.engine->open();
        rig.engine->open();
        QVERIFY(rig.events.waitFor<ModelLoaded>(load));
        QVERIFY(rig.events.waitFor<Finished>(job));
        QCOMPARE(rig.log->count(Kind::Open, ""), 1);
        const auto ready = rig.events.all<BackendReady>();
        QCOMPARE(ready.size(), std::size_t(1));
        QCOMPARE((*ready.front().backend)->description, std::string("Fake, CPU"));
        QCOMPARE((*ready.front().backend)->methods.size(), std::size_t(2));
        QVERIFY(rig.engine->backendInfo() == *ready.front().backend);
        QCOMPARE(rig.engine->model("fake")->hash, std::string("hash of fake"));
        QVERIFY(!rig.engine->model("other"));
    }

    void oneThreadTouchesTheBackend()
    {
        EngineRig rig;
        QVERIFY(rig.open());
        for (int i = 0; i < 5; ++i)
            rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "");
        QVERIFY(rig.events.waitFor([&] { return rig.events.all<Finished>().size() == 5; }));
        rig.engine.reset();
        const auto calls = rig.log->calls();
        QVERIFY(calls.size() > 5);
        for (const FakeCall& call : calls) {
            QVERIFY(call.thread == calls.front().thread);
            QVERIFY(call.thread != std::this_thread::get_id());
        }
        QVERIFY(calls.back().kind == Kind::DestroyBackend);
    }

    void failedOpeningFailsWhatWasAsked()
    {
        FakeSettings settings;
        settings.openError = Error(ErrorCode::NotFound, "LibTorch is not here.");
        EngineRig rig(settings);
        const Ticket load = rig.engine->loadModel(fakeCard());
        const Ticket job = rig.engine->submit(fakeRequest("HBB"), Priority::Interactive, "predict");
        const Ticket training = rig.engine->submit(fakeTraining(), Priority::Background, "train");
        rig.engine->open();
        QVERIFY(rig.events.waitFor<Failed>(job));
        QVERIFY(rig.events.waitFor<Failed>(training));
        QCOMPARE(rig.events.of<Failed>(job).front().error.message(), std::string("LibTorch is not here."));
        QVERIFY(!rig.events.of<ModelLoaded>(load).front().model);
        QVERIFY(!rig.events.all<BackendReady>().front().backend);
        QVERIFY(!rig.engine->backendInfo());
    }

    void aModelThatDoesNotLoad()
    {
        EngineRig rig;
        QVERIFY(rig.open());
        const Ticket load = rig.engine->loadModel(fakeCard(""));
        QVERIFY(rig.events.waitFor<ModelLoaded>(load));
        QCOMPARE(rig.events.of<ModelLoaded>(load).front().model.error().message(),
                 std::string("The card has no weights."));
    }

    void eventsComeInOrder()
    {
        EngineRig rig(scripted({.steps = 3, .deliversPartials = true}));
        QVERIFY(rig.open());
        const auto before = rig.events.size();
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "ism");
        QVERIFY(rig.events.waitFor<Finished>(job));
        const auto events = rig.events.events();
        QCOMPARE(events.size(), before + 6);
        QVERIFY(std::holds_alternative<JobQueued>(events[before]));
        QVERIFY(std::holds_alternative<JobStarted>(events[before + 1]));
        QCOMPARE(std::get<JobStarted>(events[before + 1]).estimatedBytes, std::int64_t(1000));
        QVERIFY(std::get<Delivered>(events[before + 2]).delivery.partial);
        QVERIFY(std::get<Delivered>(events[before + 3]).delivery.partial);
        QVERIFY(!std::get<Delivered>(events[before + 4]).delivery.partial);
        QCOMPARE(std::get<Delivered>(events[before + 4]).key, std::string("ism"));
        QVERIFY(std::holds_alternative<Finished>(events[before + 5]));
        QVERIFY(rig.engine->snapshot().empty());
    }

    void newerRequestReplacesQueued()
    {
        Gate gate;
        EngineRig rig(held(gate));
        QVERIFY(rig.open());
        const Ticket first = rig.engine->submit(fakeRequest("HBB", "hold"), Priority::Interactive, "a");
        QVERIFY(rig.log->waitFor(Kind::Step, "hold HBB"));
        std::vector<Ticket> tickets;
        for (const char* id : {"v1", "v2", "v3"})
            tickets.push_back(rig.engine->submit(fakeRequest(id), Priority::Interactive, "b"));
        gate.open();
        QVERIFY(rig.events.waitFor<Finished>(tickets[2]));
        QVERIFY(rig.events.waitFor<Finished>(first));
        for (int i = 0; i < 2; ++i) {
            QVERIFY(rig.events.waitFor<Cancelled>(tickets[std::size_t(i)]));
            QVERIFY(rig.events.of<Cancelled>(tickets[std::size_t(i)]).front().replaced);
        }
        QCOMPARE(rig.log->count(Kind::Start, "predict v1"), 0);
        QCOMPARE(rig.log->count(Kind::Start, "predict v2"), 0);
        QCOMPARE(rig.log->count(Kind::Start, "predict v3"), 1);
    }

    void newerRequestStopsTheRunningOne()
    {
        Gate gate;
        EngineRig rig(held(gate));
        QVERIFY(rig.open());
        const Ticket older = rig.engine->submit(fakeRequest("v1", "hold"), Priority::Interactive, "a");
        QVERIFY(rig.log->waitFor(Kind::Step, "hold v1"));
        const Ticket newer = rig.engine->submit(fakeRequest("v2"), Priority::Interactive, "a");
        QVERIFY(rig.events.waitFor<Finished>(newer));  // the gate stays shut: the stop token alone lets it pass
        QVERIFY(rig.events.waitFor<Cancelled>(older));
        QVERIFY(rig.events.of<Cancelled>(older).front().replaced);
        QVERIFY(rig.events.of<Delivered>(older).empty());
    }

    void emptyKeysDoNotReplace()
    {
        EngineRig rig;
        QVERIFY(rig.open());
        const Ticket first = rig.engine->submit(fakeRequest("HBB"), Priority::Visible, "");
        const Ticket second = rig.engine->submit(fakeRequest("INS"), Priority::Visible, "");
        QVERIFY(rig.events.waitFor<Finished>(first));
        QVERIFY(rig.events.waitFor<Finished>(second));
    }

    void lateResultOfADeafJobIsDropped()
    {
        Gate gate;
        EngineRig rig(held(gate, true));
        QVERIFY(rig.open());
        const Ticket older = rig.engine->submit(fakeRequest("v1", "hold"), Priority::Interactive, "a");
        QVERIFY(rig.log->waitFor(Kind::Step, "hold v1"));
        const Ticket newer = rig.engine->submit(fakeRequest("v2"), Priority::Interactive, "a");
        const auto jobs = rig.engine->snapshot();
        QVERIFY(std::ranges::any_of(jobs, [&](const JobStatus& job) {
            return job.ticket == older && job.state == JobState::Stopping;
        }));
        gate.open();  // now the overtaken job returns its finished result
        QVERIFY(rig.events.waitFor<Finished>(newer));
        QVERIFY(rig.events.waitFor<Cancelled>(older));
        QVERIFY(rig.events.of<Delivered>(older).empty());
        QVERIFY(rig.events.of<Finished>(older).empty());
    }

    void nothingOfTheOlderAfterSubmitReturned()
    {
        EngineRig rig(scripted({.steps = 1000, .deliversPartials = true, .ignoresStop = true}));
        QVERIFY(rig.open());
        std::vector<std::pair<Ticket, std::size_t>> overtaken;  // and how many events there were by then
        Ticket current = rig.engine->submit(fakeRequest("v0"), Priority::Interactive, "a");
        for (int i = 1; i <= 100; ++i) {
            if (i % 3 == 0)
                rig.events.waitFor<Delivered>(current);
            const Ticket newer = rig.engine->submit(fakeRequest("v" + std::to_string(i)), Priority::Interactive, "a");
            overtaken.emplace_back(current, rig.events.size());
            current = newer;
        }
        rig.engine->cancel(current);
        overtaken.emplace_back(current, rig.events.size());
        QVERIFY(rig.events.waitForEnd(current));
        const auto events = rig.events.events();
        int delivered = 0;
        for (std::size_t i = 0; i < events.size(); ++i) {
            const auto* delivery = std::get_if<Delivered>(&events[i]);
            if (!delivery)
                continue;
            ++delivered;
            for (const auto& [ticket, mark] : overtaken)
                QVERIFY(delivery->ticket != ticket || i < mark);
        }
        QVERIFY(delivered > 0);
    }

    // The sink submits while the lane announces another job, after it looked for new ones and before it chose the next.
    void aJobThatComesMeanwhileIsAnnouncedAndFinishedOnce()
    {
        EngineRig* engineRig = nullptr;
        Ticket first = Ticket::None, urgent = Ticket::None;
        EngineRig rig({}, EngineRig::defaults(), [&](const Event& event) {
            const auto* queued = std::get_if<JobQueued>(&event);
            if (queued && queued->key == "later" && urgent == Ticket::None)
                urgent = engineRig->engine->submit(fakeRequest("HBB"), Priority::Interactive, "urgent");
        });
        engineRig = &rig;
        QVERIFY(rig.open());
        first = rig.engine->submit(fakeRequest("HBB"), Priority::Interactive, "cached by then");
        QVERIFY(rig.events.waitFor<Finished>(first));
        const Ticket later = rig.engine->submit(fakeRequest("MB", {}, "ATGTAA"), Priority::Background, "later");
        QVERIFY(rig.events.waitFor<Finished>(later));
        QVERIFY(rig.events.waitFor<Finished>(urgent));
        rig.engine.reset();
        std::vector<std::size_t> kinds;
        for (const Event& event : rig.events.events()) {
            std::visit([&](const auto& e) {
                if constexpr (requires { e.key; }) {
                    if (e.ticket == urgent)
                        kinds.push_back(event.index());
                }
            }, event);
        }
        const Event queued = JobQueued{}, delivered = Delivered{}, finished = Finished{};
        QVERIFY(kinds == (std::vector{queued.index(), delivered.index(), finished.index()}));
    }

    void submitWaitsForADeliveryInFlight()
    {
        Gate inSink;
        std::atomic<bool> entered = false, left = false;
        EngineRig rig({}, EngineRig::defaults(), [&](const Event& event) {
            if (!std::holds_alternative<Delivered>(event) || entered.exchange(true))
                return;
            inSink.pass();
            left = true;
        });
        QVERIFY(rig.open());
        rig.engine->submit(fakeRequest("v1"), Priority::Interactive, "a");
        QVERIFY(rig.events.waitFor([&] { return entered.load(); }));
        const std::jthread opener([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(30));
            inSink.open();
        });
        rig.engine->submit(fakeRequest("v2"), Priority::Interactive, "a");
        QVERIFY(left.load());
    }

    void theSinkMayCallTheEngine()
    {
        Engine* engine = nullptr;
        std::atomic<bool> done = false;
        EngineRig rig({}, EngineRig::defaults(), [&](const Event& event) {
            if (std::holds_alternative<Delivered>(event) && !done.exchange(true)) {
                engine->submit(fakeRequest("v2"), Priority::Interactive, "a");
                engine->cancel(std::get<Delivered>(event).ticket);
                engine->snapshot();
            }
        });
        engine = rig.engine.get();
        QVERIFY(rig.open());
        const Ticket first = rig.engine->submit(fakeRequest("v1"), Priority::Interactive, "a");
        QVERIFY(rig.events.waitFor<Cancelled>(first));
        QVERIFY(rig.events.waitFor([&] { return rig.events.all<Finished>().size() == 1; }));
    }

    void cancelsInMidJob()
    {
        Gate gate;
        EngineRig rig(held(gate));
        QVERIFY(rig.open());
        const Ticket running = rig.engine->submit(fakeRequest("HBB", "hold"), Priority::Visible, "ism");
        const Ticket queued = rig.engine->submit(fakeRequest("INS"), Priority::Visible, "predict");
        QVERIFY(rig.log->waitFor(Kind::Step, "hold HBB"));
        rig.engine->cancel(Ticket(999));
        rig.engine->cancel(queued);
        rig.engine->cancelKey("ism");
        QVERIFY(rig.events.waitFor<Cancelled>(running));
        QVERIFY(rig.events.waitFor<Cancelled>(queued));
        QVERIFY(!rig.events.of<Cancelled>(running).front().replaced);
        QCOMPARE(rig.log->count(Kind::Start, "predict INS"), 0);
        QCOMPARE(rig.log->count(Kind::DestroyJob, "hold HBB"), 1);
        rig.engine->cancel(running);
        const Ticket next = rig.engine->submit(fakeRequest("TP53"), Priority::Visible, "predict");
        QVERIFY(rig.events.waitFor<Finished>(next));
        QCOMPARE(rig.events.endings(running), 1);
    }

    void cancelsEverything()
    {
        Gate gate;
        EngineRig rig(held(gate));
        QVERIFY(rig.open());
        std::vector<Ticket> tickets{rig.engine->submit(fakeRequest("HBB", "hold"), Priority::Visible, "")};
        QVERIFY(rig.log->waitFor(Kind::Step, "hold HBB"));
        for (int i = 0; i < 10; ++i)
            tickets.push_back(rig.engine->submit(fakeRequest("INS"), Priority::Visible, ""));
        rig.engine->cancelAll();
        for (const Ticket ticket : tickets)
            QVERIFY(rig.events.waitFor<Cancelled>(ticket));
        QVERIFY(rig.engine->snapshot().empty());
        QCOMPARE(rig.log->count(Kind::Start, "predict INS"), 0);
    }

    void anEditPreemptsAPopulationRun()
    {
        Engine* engine = nullptr;
        std::vector<JobStatus> during;
        FakeSettings settings;
        settings.script = [](const Request& request) {
            return FakeScript{.steps = request.method == "run" ? 10 : 2};
        };
        settings.onStep = [&](const std::string& label, int step, std::stop_token) {
            if (label == "run all" && step == 4) {
                engine->submit(fakeRequest("HBB", "gradient"), Priority::Preview, "gradient");
                engine->submit(fakeRequest("HBB"), Priority::Interactive, "predict");
            }
            if (label == "predict HBB" && step == 1)
                during = engine->snapshot();
        };
        EngineRig rig(settings);
        engine = rig.engine.get();
        QVERIFY(rig.open());
        const Ticket run = rig.engine->submit(fakeRequest("all", "run"), Priority::Background, "run", "Everything");
        QVERIFY(rig.events.waitFor<Finished>(run));

        std::vector<std::string> expected(5, "run all");
        expected.insert(expected.end(), 2, "predict HBB");
        expected.insert(expected.end(), 2, "gradient HBB");
        expected.insert(expected.end(), 5, "run all");
        QVERIFY(rig.steps() == expected);

        QCOMPARE(during.size(), std::size_t(3));
        QCOMPARE(during[0].title, std::string("Prediction of HBB"));
        QVERIFY(during[0].state == JobState::Running);
        QCOMPARE(during[0].progress.done, std::int64_t(1));
        QCOMPARE(during[0].progress.total, std::int64_t(2));
        QCOMPARE(during[1].title, std::string("Gradient of HBB"));
        QVERIFY(during[1].state == JobState::Queued);
        QCOMPARE(during[2].title, std::string("Everything"));
        QVERIFY(during[2].state == JobState::Paused);
        QCOMPARE(during[2].progress.done, std::int64_t(5));
        QCOMPARE(during[2].estimatedBytes, std::int64_t(1000));
    }

    void equalsAreServedInOrder()
    {
        Gate gate;
        FakeSettings settings = held(gate);
        settings.script = [](const Request&) { return FakeScript{.steps = 3}; };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        rig.engine->submit(fakeRequest("first", "hold"), Priority::Visible, "");
        QVERIFY(rig.log->waitFor(Kind::Step, "hold first"));
        rig.engine->submit(fakeRequest("second", "", "ATGAAA"), Priority::Visible, "");
        const Ticket last = rig.engine->submit(fakeRequest("third", "", "ATGCCC"), Priority::Visible, "");
        gate.open();
        QVERIFY(rig.events.waitFor<Finished>(last));
        const std::vector<std::string> expected{"hold first",     "hold first",     "hold first",
                                                "predict second", "predict second", "predict second",
                                                "predict third",  "predict third",  "predict third"};
        QVERIFY(rig.steps() == expected);
    }

    void failuresAreTold()
    {
        FakeSettings settings;
        settings.script = [](const Request& request) {
            FakeScript script{.steps = 3, .failAtStep = 1, .failure = {ErrorCode::Parse, "Bad letter."},
                              .deliversPartials = true};
            if (request.method == "unknown")
                script.startFailure = Error(ErrorCode::NotFound, "There is no such method.");
            return script;
        };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        const Ticket inStep = rig.engine->submit(fakeRequest("HBB"), Priority::Visible, "a");
        const Ticket atStart = rig.engine->submit(fakeRequest("HBB", "unknown"), Priority::Visible, "b");
        QVERIFY(rig.events.waitFor<Failed>(inStep));
        QVERIFY(rig.events.waitFor<Failed>(atStart));
        QCOMPARE(rig.events.of<Delivered>(inStep).size(), std::size_t(1));
        QCOMPARE(rig.events.of<Failed>(inStep).front().error.message(), std::string("Bad letter."));
        QVERIFY(rig.events.of<JobStarted>(atStart).empty());
        QCOMPARE(rig.engine->memoryUse().reservedBytes, std::int64_t(0));
    }

    void theLogKeepsTheLastJobs()
    {
        Gate gate;
        FakeSettings settings = held(gate);
        settings.script = [](const Request& request) {
            FakeScript script{.steps = 1, .stepTime = std::chrono::milliseconds(5)};
            script.failAtStep = request.method == "broken" ? 0 : -1;
            return script;
        };
        EngineSettings bounded = EngineRig::defaults();
        bounded.historyLength = 4;
        EngineRig rig(settings, bounded);
        QVERIFY(rig.open());
        for (int i = 0; i < 3; ++i)
            rig.engine->submit(fakeRequest("old" + std::to_string(i)), Priority::Visible, "");
        rig.engine->submit(fakeRequest("done", "", "ATGAAA"), Priority::Visible, "");
        rig.engine->submit(fakeRequest("HBB", "broken"), Priority::Visible, "");
        rig.engine->submit(fakeRequest("HBB", "hold"), Priority::Visible, "a");
        QVERIFY(rig.log->waitFor(Kind::Step, "hold HBB"));
        const Ticket last = rig.engine->submit(fakeRequest("INS", "hold"), Priority::Visible, "a");
        QVERIFY(rig.log->waitFor(Kind::Step, "hold INS"));
        rig.engine->cancel(last);
        QVERIFY(rig.events.waitFor<Cancelled>(last));

        const auto log = rig.engine->history();
        QCOMPARE(log.size(), std::size_t(4));
        QVERIFY(log[0].outcome == JobOutcome::Finished && log[0].title == "Prediction of done");
        QVERIFY(log[0].runSeconds >= 0.005 && log[0].queuedSeconds >= 0.0);
        QVERIFY(log[1].outcome == JobOutcome::Failed && log[1].error);
        QVERIFY(log[2].outcome == JobOutcome::Replaced);
        QVERIFY(log[3].outcome == JobOutcome::Cancelled && log[3].ticket == last);
    }
};

QTEST_APPLESS_MAIN(TestEngineJobs)
#include "tst_engine_jobs.moc"
