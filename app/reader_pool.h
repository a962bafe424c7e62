// Purpose: runs reading and writing of files, and studies, away from the GUI thread, with progress and cancel, and
// brings the result back to it. Thread: start, cancel and jobs from the GUI thread; `work` runs on a pool thread and must look at its stop
// token; `done` runs on the GUI thread, unless the pool is gone by then.
#pragma once

#include "core/base/progress.h"

#include <QtCore/QMetaObject>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QThreadPool>
#include <QtCore/QTimer>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

namespace nscope::app {

class ReaderPool : public QObject {
    Q_OBJECT

public:
    struct Job {
        std::uint64_t id = 0;  ///< never an engine ticket: the highest bit is set
        QString title;
        QString unit;              ///< of the progress
        std::shared_ptr<Progress> progress;
        std::stop_source stop;
    };

    explicit ReaderPool(QObject* parent = nullptr);
    /// Asks all work to stop and waits for it.
    ~ReaderPool() override;

    /// `work(std::stop_token, Progress&)` gives what `done` takes. Progress is in percent. Gives the job's id.
    template <class Work, class Done>
    std::uint64_t start(const QString& title, Work work, Done done)
    {
        return startIn(m_pool, title, QStringLiteral("%"), std::move(work), std::move(done));
    }
    /// Work that waits for others most of its time: it has threads of its own, so that files are read meanwhile.
    template <class Work, class Done>
    std::uint64_t startWaiting(const QString& title, const QString& unit, Work work, Done done)
    {
        return startIn(m_waitingPool, title, unit, std::move(work), std::move(done));
    }

    void cancel(std::uint64_t id);
    const std::vector<Job>& jobs() const { return m_jobs; }
    bool isIdle() const { return m_jobs.empty(); }

signals:
    /// Jobs began, moved on or ended.
    void jobsChanged();

private:
    template <class Work, class Done>
    std::uint64_t startIn(QThreadPool& pool, const QString& title, const QString& unit, Work work, Done done)
    {
        Job job{++m_lastId, title, unit, std::make_shared<Progress>(), {}};
        m_jobs.push_back(job);
        m_poll.start();
        pool.start([this, job, work = std::move(work), done = std::move(done)]() mutable {
            auto result = std::make_shared<decltype(work(job.stop.get_token(), *job.progress))>(
                work(job.stop.get_token(), *job.progress));
            QMetaObject::invokeMethod(
                this,
                [this, id = job.id, result, done = std::move(done)]() mutable {
                    remove(id);
                    done(std::move(*result));
                },
                Qt::QueuedConnection);
        });
        return job.id;
    }
    void remove(std::uint64_t id);

    QThreadPool m_pool;
    QThreadPool m_waitingPool;
    QTimer m_poll;
    std::vector<Job> m_jobs;
    std::uint64_t m_lastId = std::uint64_t{1} << 63;
};

}  // namespace nscope::app
