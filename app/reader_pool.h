// Purpose: runs reading and writing of files away from the GUI thread, with progress and cancel, and brings the result
// back to it. Thread: start, cancel and jobs from the GUI thread; `work` runs on a pool thread and must look at its stop
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
        std::shared_ptr<Progress> progress;  ///< in percent
        std::stop_source stop;
    };

    explicit ReaderPool(QObject* parent = nullptr);
    /// Asks all work to stop and waits for it.
    ~ReaderPool() override;

    /// `work(std::stop_token, Progress&)` gives what `done` takes.
    template <class Work, class Done>
    void start(const QString& title, Work work, Done done)
    {
        Job job{++m_lastId, title, std::make_shared<Progress>(), {}};
        m_jobs.push_back(job);
        m_poll.start();
        m_pool.start([this, job, work = std::move(work), done = std::move(done)]() mutable {
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
    }

    void cancel(std::uint64_t id);
    const std::vector<Job>& jobs() const { return m_jobs; }
    bool isIdle() const { return m_jobs.empty(); }

signals:
    /// Jobs began, moved on or ended.
    void jobsChanged();

private:
    void remove(std::uint64_t id);

    QThreadPool m_pool;
    QTimer m_poll;
    std::vector<Job> m_jobs;
    std::uint64_t m_lastId = std::uint64_t{1} << 63;
};

}  // namespace nscope::app
