#include "app/engine_bridge.h"

#include "app/cli/process_setup.h"

#include <QtCore/QMetaObject>

#include <utility>

namespace nscope::app {

namespace {

constexpr int kPollMs = 33;       ///< 30 Hz
constexpr int kDrainSliceMs = 8;  ///< then the event loop gets its turn

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};

}  // namespace

engine::Engine::BackendFactory torchBackendFactory(engine::BackendSettings settings)
{
    if (settings.threads == 0)
        settings.threads = cli::defaultThreadCount();
    return [settings] { return engine::openTorchBackend(settings); };
}

EngineBridge::EngineBridge(engine::Engine::BackendFactory factory, QObject* parent)
    : QObject(parent), m_mailbox(std::make_shared<Mailbox>())
{
    m_mailbox->bridge = this;
    m_engine = std::make_unique<engine::Engine>(std::move(factory), [mailbox = m_mailbox](engine::Event event) {
        post(mailbox, std::move(event));
    });
    m_pollTimer.setInterval(kPollMs);
    connect(&m_pollTimer, &QTimer::timeout, this, &EngineBridge::poll);
}

EngineBridge::~EngineBridge()
{
    m_engine.reset();
    const std::scoped_lock lock(m_mailbox->mutex);
    m_mailbox->bridge = nullptr;
}

void EngineBridge::open()
{
    m_opening = true;
    m_engine->open();
}

void EngineBridge::loadModel(data::ModelCard card)
{
    ++m_modelsLoading;
    m_engine->loadModel(std::move(card));
    m_pollTimer.start();
}

void EngineBridge::loadModel(data::ModelCard card, ModelDone done)
{
    ++m_modelsLoading;
    m_modelDone[m_engine->loadModel(std::move(card))] = std::move(done);
    m_pollTimer.start();
}

void EngineBridge::importWeights(engine::ImportOrder order)
{
    ++m_modelsLoading;
    m_engine->importWeights(std::move(order));
    m_pollTimer.start();
}

engine::Ticket EngineBridge::request(engine::Request request, engine::Priority priority, const engine::Key& key,
                                     const QString& title)
{
    const engine::Ticket ticket = m_engine->submit(std::move(request), priority, key, title.toStdString());
    m_newest[key] = ticket;
    m_pollTimer.start();
    return ticket;
}

void EngineBridge::cancel(engine::Ticket ticket) { m_engine->cancel(ticket); }

void EngineBridge::cancelKey(const engine::Key& key)
{
    m_engine->cancelKey(key);
    m_newest.erase(key);
}

void EngineBridge::cancelAll() { m_engine->cancelAll(); }

bool EngineBridge::isIdle() const { return !m_opening && m_modelsLoading == 0 && m_newest.empty(); }

void EngineBridge::post(const std::shared_ptr<Mailbox>& mailbox, engine::Event event)
{
    const std::scoped_lock lock(mailbox->mutex);
    if (!mailbox->bridge)
        return;
    mailbox->events.push_back(std::move(event));
    if (!std::exchange(mailbox->drainPosted, true))
        QMetaObject::invokeMethod(mailbox->bridge, [bridge = mailbox->bridge] { bridge->drain(); },
                                  Qt::QueuedConnection);
}

void EngineBridge::drain()
{
    QElapsedTimer slice;
    slice.start();
    while (true) {
        engine::Event event = engine::BackendReady{};
        {
            const std::scoped_lock lock(m_mailbox->mutex);
            if (m_mailbox->events.empty()) {
                m_mailbox->drainPosted = false;
                return;
            }
            if (slice.elapsed() >= kDrainSliceMs) {
                // A timer event comes after what waits in the window system's queue; a posted one would starve it.
                QTimer::singleShot(0, this, &EngineBridge::drain);
                return;
            }
            event = std::move(m_mailbox->events.front());
            m_mailbox->events.pop_front();
        }
        handle(event);
    }
}

void EngineBridge::handle(engine::Event& event)
{
    std::visit(Overloaded{
                   [this](engine::BackendReady& ready) {
                       m_opening = false;
                       if (ready.backend)
                           emit backendReady(*ready.backend);
                       else
                           emit backendFailed(ready.backend.error());
                   },
                   [this](engine::ModelLoaded& loaded) {
                       --m_modelsLoading;
                       if (const auto waiting = m_modelDone.extract(loaded.ticket))
                           return waiting.mapped()(loaded.model);
                       const QString cardId = QString::fromStdString(loaded.cardId);
                       if (loaded.model)
                           emit modelLoaded(cardId, *loaded.model);
                       else
                           emit modelFailed(cardId, loaded.model.error());
                   },
                   [this](engine::WeightsImported& imported) {
                       --m_modelsLoading;
                       const QString file = QString::fromStdString(imported.file);
                       if (imported.report)
                           emit weightsImported(file, *imported.report);
                       else
                           emit importFailed(file, imported.report.error());
                   },
                   [](engine::JobQueued&) {},
                   [](engine::JobStarted&) {},
                   [this](engine::Delivered& result) {
                       if (isNewest(result.key, result.ticket))
                           emit delivered(result.key, result.delivery);
                   },
                   [this](engine::Notice& notice) { emit noticed(QString::fromStdString(notice.sentence)); },
                   [this](engine::Finished& done) {
                       const bool newest = isNewest(done.key, done.ticket);
                       ended(done.key, done.ticket);
                       if (newest)
                           emit finished(done.key);
                   },
                   [this](engine::Failed& failure) {
                       const bool newest = isNewest(failure.key, failure.ticket);
                       ended(failure.key, failure.ticket);
                       if (newest)
                           emit failed(failure.key, failure.error);
                   },
                   [this](engine::Cancelled& stopped) {
                       const bool newest = isNewest(stopped.key, stopped.ticket);
                       ended(stopped.key, stopped.ticket);
                       if (newest)
                           emit cancelled(stopped.key, stopped.replaced);
                   },
               },
               event);
}

bool EngineBridge::isNewest(const engine::Key& key, engine::Ticket ticket) const
{
    const auto found = m_newest.find(key);
    return found != m_newest.end() && found->second == ticket;
}

void EngineBridge::ended(const engine::Key& key, engine::Ticket ticket)
{
    if (isNewest(key, ticket))
        m_newest.erase(key);
    emit jobEnded();
}

void EngineBridge::poll()
{
    m_jobs = m_engine->snapshot();
    if (m_jobs.empty() && m_modelsLoading == 0)
        m_pollTimer.stop();
    emit jobsChanged(m_jobs);
}

}  // namespace nscope::app
