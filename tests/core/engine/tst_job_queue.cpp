// Purpose: the order of jobs, look-up by key, and the bounded log.
#include "core/engine/job_queue.h"
#include "core/engine/job_record.h"

#include <QtTest/QtTest>

using namespace nscope;
using namespace nscope::engine;

namespace {

JobRecordPtr job(int ticket, Priority priority, const Key& key = {})
{
    return std::make_shared<JobRecord>(Ticket(ticket), key, "title", priority, LaneKind::Inference, Request{});
}

QByteArray order(const JobQueue& queue)
{
    QByteArray text;
    for (const JobRecordPtr& record : queue.records())
        text += QByteArray::number(int(record->ticket)) + ' ';
    return text;
}

}  // namespace

class TestJobQueue : public QObject {
    Q_OBJECT

private slots:
    void highestPriorityThenOldest()
    {
        JobQueue queue;
        QVERIFY(!queue.front());
        queue.push(job(1, Priority::Background));
        queue.push(job(2, Priority::Interactive));
        queue.push(job(3, Priority::Visible));
        queue.push(job(4, Priority::Interactive));
        queue.push(job(5, Priority::Background));
        queue.push(job(6, Priority::Preview));
        QCOMPARE(order(queue), QByteArray("2 4 6 3 1 5 "));
        QCOMPARE(int(queue.front()->ticket), 2);
    }

    void removesByTicket()
    {
        JobQueue queue;
        for (int i = 1; i <= 3; ++i)
            queue.push(job(i, Priority::Visible));
        QCOMPARE(int(queue.remove(Ticket(2))->ticket), 2);
        QVERIFY(!queue.remove(Ticket(2)));
        QCOMPARE(order(queue), QByteArray("1 3 "));
        QCOMPARE(queue.removeAll().size(), std::size_t(2));
        QVERIFY(!queue.front());
    }

    void findsByKey()
    {
        JobQueue queue;
        queue.push(job(1, Priority::Visible));
        queue.push(job(2, Priority::Visible, "ism"));
        QCOMPARE(int(queue.findKey("ism")->ticket), 2);
        QVERIFY(!queue.findKey("predict"));
        QVERIFY(!queue.findKey(""));
    }

    void historyKeepsTheLast()
    {
        JobHistory history(3);
        for (int i = 1; i <= 5; ++i)
            history.add({.ticket = Ticket(i), .key = {}, .title = {}, .error = {}, .endedAt = {}});
        const auto reports = history.reports();
        QCOMPARE(reports.size(), std::size_t(3));
        QCOMPARE(int(reports.front().ticket), 3);
        QCOMPARE(int(reports.back().ticket), 5);

        JobHistory none(0);
        none.add({});
        QVERIFY(none.reports().empty());
    }
};

QTEST_APPLESS_MAIN(TestJobQueue)
#include "tst_job_queue.moc"
