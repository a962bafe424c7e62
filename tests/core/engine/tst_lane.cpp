// Purpose: a lane works on its own named thread, sleeps when idle, loses no wake, and ends on request.
#include "core/engine/lane.h"

#include <QtTest/QtTest>

#include <atomic>
#include <pthread.h>

using namespace nscope::engine;

namespace {

bool waitUntil(const std::function<bool()>& condition)
{
    for (int i = 0; i < 10'000 && !condition(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return condition();
}

}  // namespace

class TestLane : public QObject {
    Q_OBJECT

private slots:
    void worksOnANamedThreadOfItsOwn()
    {
        std::atomic<bool> done = false;
        char name[16] = "";
        std::thread::id worker, leaver;
        {
            Lane lane({"ns-test"},
                      [&] {
                          pthread_getname_np(pthread_self(), name, sizeof name);
                          worker = std::this_thread::get_id();
                          done = true;
                          return false;
                      },
                      [&] { leaver = std::this_thread::get_id(); });
            lane.wake();
            QVERIFY(waitUntil([&] { return done.load(); }));
        }
        QCOMPARE(QByteArray(name), QByteArray("ns-test"));
        QVERIFY(worker != std::this_thread::get_id());
        QVERIFY(worker == leaver);
    }

    void sleepsUntilWoken()
    {
        std::atomic<int> turns = 0;
        Lane lane({"ns-test"}, [&] { return ++turns % 3 != 0; }, [] {});
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        QCOMPARE(turns.load(), 0);
        lane.wake();
        QVERIFY(waitUntil([&] { return turns.load() == 3; }));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        QCOMPARE(turns.load(), 3);
        lane.wake();
        QVERIFY(waitUntil([&] { return turns.load() == 6; }));
    }

    void aWakeDuringATurnCausesAnother()
    {
        std::atomic<int> turns = 0;
        std::atomic<bool> goOn = false;
        Lane lane({"ns-test"},
                  [&] {
                      if (++turns == 1)
                          waitUntil([&] { return goOn.load(); });
                      return false;
                  },
                  [] {});
        lane.wake();
        QVERIFY(waitUntil([&] { return turns.load() == 1; }));
        lane.wake();
        goOn = true;
        QVERIFY(waitUntil([&] { return turns.load() == 2; }));
    }

    void manyWakersLoseNothing()
    {
        std::atomic<int> given = 0, taken = 0;
        Lane lane({"ns-test"},
                  [&] {
                      taken = given.load();
                      return false;
                  },
                  [] {});
        std::vector<std::jthread> wakers;
        for (int t = 0; t < 4; ++t) {
            wakers.emplace_back([&] {
                for (int i = 0; i < 1000; ++i) {
                    ++given;
                    lane.wake();
                }
            });
        }
        wakers.clear();
        QVERIFY(waitUntil([&] { return taken.load() == 4000; }));
    }

    void endsInTheMiddleOfEndlessWork()
    {
        std::atomic<int> turns = 0;
        std::atomic<bool> left = false;
        Lane lane({"ns-test"}, [&] { return ++turns > 0; }, [&] { left = true; });
        lane.wake();
        QVERIFY(waitUntil([&] { return turns.load() > 10; }));
        lane.join();
        QVERIFY(left.load());
        lane.join();
    }

    void endsWithoutEverWorking()
    {
        std::atomic<bool> left = false;
        {
            const Lane lane({"ns-test", 5}, [] { return false; }, [&] { left = true; });
        }
        QVERIFY(left.load());
    }
};

QTEST_APPLESS_MAIN(TestLane)
#include "tst_lane.moc"
