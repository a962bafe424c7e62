// Purpose: what was computed once is delivered again without the backend, and only complete results are.
#include "tests/support/engine_rig.h"

#include <QtTest/QtTest>

using namespace nscope;
using namespace nscope::engine;
using namespace nscope::tests;
using Kind = FakeCall::Kind;

namespace {

data::Prediction predictionOf(const EngineRig& rig, Ticket ticket)
{
    const auto delivered = rig.events.of<Delivered>(ticket);
    return *std::get<std::shared_ptr<const data::Prediction>>(delivered.back().delivery.payload);
}

}  // namespace

class TestEngineCache : public QObject {
    Q_OBJECT

private slots:
    void undoIsFree()
    {
        EngineRig rig;
        QVERIFY(rig.open());
        const auto ask = [&](const char* letters) {
            const Ticket ticket = rig.engine->submit(fakeRequest("HBB", "", letters), Priority::Interactive, "predict");
            rig.events.waitFor<Finished>(ticket);
            return ticket;
        };
        const Ticket reference = ask("ATGGCC");
        const Ticket edited = ask("ATGACC");
        const Ticket undone = ask("ATGGCC");
        QCOMPARE(rig.log->count(Kind::Start, "predict HBB"), 2);
        QVERIFY(predictionOf(rig, undone) == predictionOf(rig, reference));
        QVERIFY(!(predictionOf(rig, undone) == predictionOf(rig, edited)));
        QVERIFY(rig.events.of<Finished>(undone).front().fromCache);
        QVERIFY(rig.events.of<Delivered>(undone).front().fromCache);
        QVERIFY(!rig.events.of<Finished>(edited).front().fromCache);
        QVERIFY(rig.engine->history().back().fromCache);
        const auto counts = rig.engine->cacheStatistics();
        QCOMPARE(counts.hits, 1);
        QCOMPARE(counts.misses, 2);
        QCOMPARE(counts.entries, 2);
    }

    void hitsPassTheQueue()
    {
        Gate gate;
        FakeSettings settings;
        settings.script = [](const Request&) { return FakeScript{.steps = 2}; };
        settings.onStep = [&](const std::string& label, int step, std::stop_token stop) {
            if (label == "run all" && step == 1)
                gate.pass(stop);
        };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        const Ticket first = rig.engine->submit(fakeRequest("HBB"), Priority::Background, "a");
        QVERIFY(rig.events.waitFor<Finished>(first));
        Engine* engine = rig.engine.get();
        const Ticket run = engine->submit(fakeRequest("all", "run"), Priority::Interactive, "run");
        QVERIFY(rig.log->waitFor(Kind::Step, "run all", 2));
        const Ticket again = engine->submit(fakeRequest("HBB"), Priority::Background, "b");
        const Ticket more = engine->submit(fakeRequest("all", "other"), Priority::Interactive, "other");
        gate.open();
        QVERIFY(rig.events.waitFor<Finished>(more));
        QVERIFY(rig.events.of<Finished>(again).front().fromCache);
        const auto finished = rig.events.all<Finished>();
        QVERIFY(finished[1].ticket == run && finished[2].ticket == again && finished[3].ticket == more);
    }

    void aTwinInTheQueueIsNotComputedTwice()
    {
        Gate gate;
        FakeSettings settings;
        settings.onStep = [&](const std::string&, int, std::stop_token stop) { gate.pass(stop); };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        const Ticket twin = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "b");
        gate.open();
        QVERIFY(rig.events.waitFor<Finished>(twin));
        QCOMPARE(rig.log->count(Kind::Start, "ism HBB"), 1);
    }

    void otherOptionsAreComputed()
    {
        EngineRig rig;
        QVERIFY(rig.open());
        auto request = fakeRequest("HBB", "ism");
        QVERIFY(rig.events.waitFor<Finished>(rig.engine->submit(request, Priority::Visible, "a")));
        request.options["steps"] = std::int64_t(3);
        QVERIFY(rig.events.waitFor<Finished>(rig.engine->submit(request, Priority::Visible, "a")));
        QCOMPARE(rig.log->count(Kind::Start, "ism HBB"), 2);
    }

    void partialAndFailedResultsAreNotKept()
    {
        FakeSettings settings;
        settings.script = [](const Request&) {
            return FakeScript{.steps = 3, .failAtStep = 2, .deliversPartials = true};
        };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Failed>(job));
        QCOMPARE(rig.events.of<Delivered>(job).size(), std::size_t(2));
        QCOMPARE(rig.engine->cacheStatistics().entries, 0);
    }

    void onlyTheCompleteDeliveryIsKept()
    {
        FakeSettings settings;
        settings.script = [](const Request&) { return FakeScript{.steps = 4, .deliversPartials = true}; };
        EngineRig rig(settings);
        QVERIFY(rig.open());
        QVERIFY(rig.events.waitFor<Finished>(rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a")));
        const Ticket again = rig.engine->submit(fakeRequest("HBB", "ism"), Priority::Visible, "a");
        QVERIFY(rig.events.waitFor<Finished>(again));
        QCOMPARE(rig.events.of<Delivered>(again).size(), std::size_t(1));
        QVERIFY(!rig.events.of<Delivered>(again).front().delivery.partial);
    }

    void theBoundHolds()
    {
        EngineSettings small = EngineRig::defaults();
        small.cacheBytes = 20'000;
        EngineRig rig({}, small);
        QVERIFY(rig.open());
        const auto ask = [&](int n) {
            const std::string letters = "ATG" + std::string(std::size_t(100 + n), 'C');
            const Ticket job = rig.engine->submit(fakeRequest("HBB", "ism", letters), Priority::Visible, "a");
            rig.events.waitFor<Finished>(job);
            return rig.events.of<Finished>(job).front().fromCache;
        };
        for (int n = 0; n < 30; ++n)
            QVERIFY(!ask(n));
        QVERIFY(rig.engine->cacheStatistics().evictions > 0);
        QVERIFY(rig.engine->cacheStatistics().bytes <= 20'000);
        QVERIFY(ask(29));
        QVERIFY(!ask(0));
    }

    void clearingForgets()
    {
        EngineRig rig;
        QVERIFY(rig.open());
        QVERIFY(rig.events.waitFor<Finished>(rig.engine->submit(fakeRequest("HBB"), Priority::Visible, "a")));
        rig.engine->clearCache();
        QVERIFY(rig.events.waitFor<Finished>(rig.engine->submit(fakeRequest("HBB"), Priority::Visible, "a")));
        QCOMPARE(rig.log->count(Kind::Start, "predict HBB"), 2);
    }
};

QTEST_APPLESS_MAIN(TestEngineCache)
#include "tst_engine_cache.moc"
