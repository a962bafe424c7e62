// Purpose: what asks the engine about a place of the genome, one run at a time: a thread of the reader pool puts the
// questions, the answers come back to the GUI thread; a new run gives up the one before. Thread: GUI.
#pragma once

#include "app/engine_door.h"
#include "app/reader_pool.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QString>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace nscope::app {

class EngineBridge;
class GenomeController;

class RegionWork : public QObject {
    Q_OBJECT

public:
    ~RegionWork() override;

    void cancel();
    bool isRunning() const { return !m_key.empty(); }

signals:
    void failed(const QString& sentence);
    void changed();

protected:
    /// `kind` tells the keys of this object's questions from those of others.
    RegionWork(GenomeController& genome, EngineBridge& bridge, ReaderPool& readers, std::string kind, QObject* parent);

    GenomeController& genome() const { return m_genome; }
    /// Gives up what is under way. False: the obstacle, one sentence, or that no genome is open, was said.
    bool mayStart(const QString& obstacle);

    /// What a run gets: the door to the engine, and a way to do something in the GUI thread while the run is the newest.
    struct Run {
        std::shared_ptr<EngineDoor> door;
        std::function<void(std::function<void()>)> post;
        std::stop_token stop;
    };
    /// `work(const Run&, Progress&)` gives a Result; its value goes to `done` in the GUI thread, its error is said.
    template <class Work, class Done>
    void start(const QString& title, const QString& unit, Work work, Done done)
    {
        if (!m_readers)
            return;
        const std::string key = begin();
        m_job = m_readers->startWaiting(
            title, unit,
            [self = QPointer<RegionWork>(this), key, door = m_desk->open(key), work = std::move(work)](
                std::stop_token stop, Progress& progress) {
                const auto post = [door, self, key](std::function<void()> action) {
                    door->post([self, key, action = std::move(action)] {
                        if (self && self->m_key == key)
                            action();
                    });
                };
                return work(Run{door, post, stop}, progress);
            },
            [self = QPointer<RegionWork>(this), key, done = std::move(done)](const auto& result) {
                if (!self || self->m_key != key)
                    return;
                self->end();
                if (result)
                    done(*result);
                else
                    self->say(result.error());
                emit self->changed();
            });
        emit changed();
    }

private:
    std::string begin();
    void end();
    void say(const Error& error);

    GenomeController& m_genome;
    QPointer<ReaderPool> m_readers;
    EngineDesk* m_desk;
    std::string m_kind;
    std::uint64_t m_job = 0;  ///< of the reader pool
    std::string m_key;        ///< of what the run asks the engine; empty: nothing runs
    std::uint64_t m_lastRun = 0;
};

}  // namespace nscope::app
