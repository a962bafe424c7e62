// Purpose: the engine under load: destroyed at any moment, and asked by many threads at once.
#include "tests/support/engine_rig.h"

#include <QtTest/QtTest>

#include <atomic>
#include <map>
#include <random>
#include <set>

using namespace nscope;
using namespace nscope::engine;
using namespace nscope::tests;
using Kind = FakeCall::Kind;

namespace {

Ticket ticketOf(const Event& event)
{
    return std::visit(
        []<class T>(const T& e) {
            if constexpr (std::is_same_v<T, BackendReady>)
                return Ticket::None;
            else
                return e.ticket;
        },
        event);
}

bool isEnding(const Event& event)
{
    return std::holds_alternative<Finished>(event) || std::holds_alternative<Failed>(event)
        || std::holds_alternative<Cancelled>(event);
}

/// What one thread of impatient users does; collects the tickets it was given.
void useEngine(Engine& engine, unsigned seed, std::vector<Ticket>& tickets)
{
    std::mt19937 random(seed);
    const auto dice = [&](int sides) { return int(random() % unsigned(sides)); };
    for (int i = 0; i < 200; ++i) {
        const std::string id = std::to_string(dice(6));
        const std::string letters = "ATG" + std::string(std::size_t(dice(20)), 'C');
        switch (dice(8)) {
        case 0: engine.cancelKey("key " + id); break;
        case 1:
            if (!tickets.empty())
                engine.cancel(tickets[std::size_t(dice(int(tickets.size())))]);
            break;
        case 2:
            engine.snapshot();
            engine.history();
            engine.memoryUse();
            break;
        case 3: tickets.push_back(engine.submit(fakeTraining(), Priority::Background, "train " + id)); break;
        default:
            tickets.push_back(engine.submit(fakeRequest(id, dice(2) ? "ism" : "", letters), Priority(dice(4)),
                                            dice(4) ? "key " + id : ""));
        }
    }
}

FakeScript randomScript(const Request& request)
{
    const std::size_t n = request.transcripts.empty() ? 3 : request.transcripts.front()->sequence.letters.size();
    FakeScript script;
    script.steps = int(n % 5) + 1;
    script.stepTime = std::chrono::microseconds(n % 3 == 0 ? 100 : 0);
    script.deliversPartials = !request.transcripts.empty();
    script.failAtStep = n % 11 == 0 ? 1 : -1;
    script.outOfMemoryAbove = n % 7 == 0 ? 300 : -1;
    return script;
}

}  // namespace

class TestEngineStress : public QObject {
    Q_OBJECT

private slots:
    void endsPromptlyUnderLoad()
    {
        FakeSettings settings;
        settings.script = [](const Request&) {
            return FakeScript{.steps = 1000, .stepTime = std::chrono::seconds(60)};
        };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        rig.engine->submit(fakeTraining(), Priority::Background, "train");
        QVERIFY(rig.log->waitFor(Kind::Step, "train"));
        for (int i = 0; i < 200; ++i)
            rig.engine->submit(fakeRequest(std::to_string(i), "ism"), Priority(i % 4), "");
        QVERIFY(rig.events.waitFor([&] { return rig.log->calls(Kind::Step).size() > 1; }));
        const auto eventsBefore = rig.events.size();
        const auto start = std::chrono::steady_clock::now();
        rig.engine.reset();
        // Without the stop token this would take a minute.
        QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
        QCOMPARE(rig.log->calls(Kind::Start).size(), rig.log->calls(Kind::DestroyJob).size());
        const auto events = rig.events.events();
        for (std::size_t i = eventsBefore; i < events.size(); ++i)
            QVERIFY(!std::holds_alternative<Cancelled>(events[i]));
    }

    void endsAtAnyMoment()
    {
        for (int i = 0; i < 60; ++i) {
            FakeSettings settings;
            settings.openTime = std::chrono::milliseconds(i % 4);
            settings.script = randomScript;
            EngineRig rig(settings);
            if (i % 5 != 0)
                rig.engine->open();
            rig.engine->loadModel(fakeCard());
            for (int j = 0; j < 20; ++j)
                rig.engine->submit(fakeRequest(std::to_string(j), "ism"), Priority(j % 4), j % 2 ? "a" : "");
            rig.engine->submit(fakeTraining(), Priority::Background, "train");
            std::this_thread::sleep_for(std::chrono::microseconds(200 * i));
            rig.engine.reset();
            QCOMPARE(rig.log->calls(Kind::Start).size(), rig.log->calls(Kind::DestroyJob).size());
        }
    }

    void manyThreads()
    {
        FakeSettings settings;
        settings.script = randomScript;
        EngineRig rig(settings);
        QVERIFY(rig.open());
        constexpr int kThreads = 8;
        std::vector<std::vector<Ticket>> tickets(kThreads);
        {
            std::vector<std::jthread> users;
            for (int t = 0; t < kThreads; ++t)
                users.emplace_back([&, t] { useEngine(*rig.engine, unsigned(t) + 1, tickets[std::size_t(t)]); });
        }
        std::set<Ticket> open;
        for (const auto& list : tickets)
            open.insert(list.begin(), list.end());
        const std::size_t jobs = open.size();
        QVERIFY(rig.events.waitFor([&] { return rig.engine->snapshot().empty(); }));
        QVERIFY(rig.events.waitFor([&] {
            const auto events = rig.events.events();
            return std::size_t(std::ranges::count_if(events, isEnding)) >= jobs;
        }));

        std::map<std::string, int> kinds;
        for (const Event& event : rig.events.events()) {
            const Ticket ticket = ticketOf(event);
            if (ticket == Ticket::None || std::holds_alternative<ModelLoaded>(event))
                continue;
            QVERIFY2(open.contains(ticket), "an event after the job's end");
            if (isEnding(event))
                open.erase(ticket);
            ++kinds[std::holds_alternative<Finished>(event)        ? "finished"
                        : std::holds_alternative<Failed>(event)    ? "failed"
                        : std::holds_alternative<Cancelled>(event) ? "cancelled"
                                                                   : "other"];
        }
        QVERIFY(open.empty());
        QVERIFY(kinds["finished"] > 0 && kinds["failed"] > 0 && kinds["cancelled"] > 0);
        QCOMPARE(rig.engine->memoryUse().reservedBytes, std::int64_t(0));
        rig.engine.reset();
        QCOMPARE(rig.log->calls(Kind::Start).size(), rig.log->calls(Kind::DestroyJob).size());
    }
};

QTEST_APPLESS_MAIN(TestEngineStress)
#include "tst_engine_stress.moc"
