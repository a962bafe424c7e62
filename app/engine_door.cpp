#include "app/engine_door.h"

#include "app/engine_bridge.h"

#include <QtCore/QMetaObject>

#include <condition_variable>
#include <optional>
#include <utility>

namespace nscope::app {

namespace {

Result<void> stopped() { return fail(ErrorCode::Cancelled, "Stopped."); }

}  // namespace

/// One question to the engine. Thread: wait blocks in that of the door; the rest is called in the GUI thread.
class EngineCall {
public:
    void deliver(const engine::Delivery& delivery)
    {
        if (delivery.partial)
            return;
        const std::scoped_lock lock(m_mutex);
        m_deliveries.push_back(delivery);
    }

    void end(Result<void> how)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_ended = std::move(how);
        }
        m_changed.notify_all();
    }

    Result<std::vector<engine::Delivery>> wait(std::stop_token stop)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, std::move(stop), [this] { return m_ended.has_value(); });
        const Result<void> how = m_ended.value_or(stopped());
        if (!how)
            return fail(how.error());
        return std::move(m_deliveries);
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<engine::Delivery> m_deliveries;
    std::optional<Result<void>> m_ended;
};

Result<std::vector<engine::Delivery>> EngineDoor::ask(engine::Request request, std::stop_token stop)
{
    const auto call = std::make_shared<EngineCall>();
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_desk || stop.stop_requested())
            return fail(stopped().error());
        QMetaObject::invokeMethod(
            m_desk,
            [desk = m_desk, key = m_key, request = std::move(request), call]() mutable {
                desk->ask(key, std::move(request), call);
            },
            Qt::QueuedConnection);
    }
    return call->wait(std::move(stop));
}

bool EngineDoor::post(std::function<void()> work)
{
    const std::scoped_lock lock(m_mutex);
    return m_desk && QMetaObject::invokeMethod(m_desk, std::move(work), Qt::QueuedConnection);
}

void EngineDoor::shut()
{
    const std::scoped_lock lock(m_mutex);
    m_desk = nullptr;
}

EngineDesk::EngineDesk(EngineBridge& bridge, engine::Priority priority, QObject* parent)
    : QObject(parent), m_bridge(&bridge), m_priority(priority)
{
    connect(&bridge, &EngineBridge::delivered, this,
            [this](const std::string& key, const engine::Delivery& delivery) {
                if (const auto found = m_open.find(key); found != m_open.end() && found->second.call)
                    found->second.call->deliver(delivery);
            });
    connect(&bridge, &EngineBridge::finished, this, [this](const std::string& key) { end(key, {}); });
    connect(&bridge, &EngineBridge::failed, this,
            [this](const std::string& key, const Error& error) { end(key, fail(error)); });
    connect(&bridge, &EngineBridge::cancelled, this, [this](const std::string& key, bool) { end(key, stopped()); });
    connect(&bridge, &QObject::destroyed, this, [this] {
        for (const auto& [key, open] : m_open)
            end(key, stopped());
    });
}

EngineDesk::~EngineDesk()
{
    while (!m_open.empty())
        close(m_open.begin()->first);
}

std::shared_ptr<EngineDoor> EngineDesk::open(const std::string& key)
{
    close(key);
    return m_open[key].door = std::make_shared<EngineDoor>(*this, key);
}

void EngineDesk::close(const std::string& key)
{
    const auto found = m_open.extract(key);
    if (!found)
        return;
    found.mapped().door->shut();
    if (!found.mapped().call)
        return;
    found.mapped().call->end(stopped());
    if (m_bridge)
        m_bridge->cancelKey(found.key());
}

void EngineDesk::ask(const std::string& key, engine::Request request, std::shared_ptr<EngineCall> call)
{
    const auto found = m_open.find(key);
    if (found == m_open.end() || !m_bridge)
        return call->end(stopped());
    found->second.call = std::move(call);
    m_bridge->request(std::move(request), m_priority, key, QString());
}

void EngineDesk::end(const std::string& key, const Result<void>& how)
{
    if (const auto found = m_open.find(key); found != m_open.end() && found->second.call)
        std::exchange(found->second.call, nullptr)->end(how);
}

}  // namespace nscope::app
