// Purpose: carries requests from the GUI to the engine and its events back to the GUI thread; results of overtaken
// tickets are dropped on the way (DESIGN §1 step 5, §4).
// Thread: GUI for every member; the engine calls the private sink on its lanes. Nothing here blocks, except the
// destructor, which waits for the running step (about 50 ms).
#pragma once

#include "core/engine/engine.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace nscope::app {

/// Opens LibTorch's module with cores − 1 threads for interactive work.
engine::Engine::BackendFactory torchBackendFactory(engine::BackendSettings settings = {});

class EngineBridge : public QObject {
    Q_OBJECT

public:
    explicit EngineBridge(engine::Engine::BackendFactory factory, QObject* parent = nullptr);
    ~EngineBridge() override;

    /// Opens the backend on the inference lane; call it after the first paint.
    void open();
    void loadModel(data::ModelCard card);
    /// The same for who asks beside the window: only `done` is told.
    using ModelDone = std::function<void(const Result<std::shared_ptr<const engine::ModelInfo>>&)>;
    void loadModel(data::ModelCard card, ModelDone done);
    void importWeights(engine::ImportOrder order);

    /// Asks for a result under a key; the newest request of a key is the only one whose results arrive.
    engine::Ticket request(engine::Request request, engine::Priority priority, const engine::Key& key,
                           const QString& title);
    void cancel(engine::Ticket ticket);
    void cancelKey(const engine::Key& key);
    void cancelAll();

    std::shared_ptr<const engine::BackendInfo> backendInfo() const { return m_engine->backendInfo(); }
    const std::vector<engine::JobStatus>& jobs() const { return m_jobs; }
    std::vector<engine::JobReport> history() const { return m_engine->history(); }
    bool isIdle() const;

signals:
    void backendReady(std::shared_ptr<const nscope::engine::BackendInfo> info);
    void backendFailed(const nscope::Error& error);
    void modelLoaded(const QString& cardId, std::shared_ptr<const nscope::engine::ModelInfo> model);
    void modelFailed(const QString& cardId, const nscope::Error& error);
    void weightsImported(const QString& file, const nscope::engine::ImportReport& report);
    void importFailed(const QString& file, const nscope::Error& error);

    /// A result of the newest request of this key.
    void delivered(const std::string& key, const nscope::engine::Delivery& delivery);
    void finished(const std::string& key);
    void failed(const std::string& key, const nscope::Error& error);
    void cancelled(const std::string& key, bool replaced);
    void noticed(const QString& sentence);

    /// Jobs began, ended or moved on; at most 30 times a second while there are jobs, and once when they are done.
    void jobsChanged(const std::vector<nscope::engine::JobStatus>& jobs);
    /// A job has left the queue: its report is the last in history().
    void jobEnded();

private:
    /// Shared with the sink, which may run on a lane while the bridge is being destroyed.
    struct Mailbox {
        std::mutex mutex;
        std::deque<engine::Event> events;
        bool drainPosted = false;
        EngineBridge* bridge = nullptr;
    };

    static void post(const std::shared_ptr<Mailbox>& mailbox, engine::Event event);
    void drain();
    void handle(engine::Event& event);
    bool isNewest(const engine::Key& key, engine::Ticket ticket) const;
    void ended(const engine::Key& key, engine::Ticket ticket);
    void poll();

    std::shared_ptr<Mailbox> m_mailbox;
    std::unique_ptr<engine::Engine> m_engine;
    std::unordered_map<engine::Key, engine::Ticket> m_newest;
    std::unordered_map<engine::Ticket, ModelDone> m_modelDone;
    std::vector<engine::JobStatus> m_jobs;
    QTimer m_pollTimer;
    int m_modelsLoading = 0;  ///< imports count as well
    bool m_opening = false;
};

}  // namespace nscope::app
