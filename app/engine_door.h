// Purpose: how a thread that waits reaches the engine, whose bridge belongs to the GUI thread. The thread asks at its
// door; the desk in the GUI thread passes the question to the bridge and brings the answers back.
// Thread: EngineDoor any, and ask blocks; EngineDesk the GUI thread, and nothing there blocks.
#pragma once

#include "core/engine/backend.h"
#include "core/engine/job_status.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::app {

class EngineBridge;
class EngineDesk;
class EngineCall;

/// One question at a time, under the key of the door.
class EngineDoor {
public:
    EngineDoor(EngineDesk& desk, std::string key) : m_desk(&desk), m_key(std::move(key)) {}

    /// Complete answers, in the order in which they came. Errors: that of the engine; Cancelled when stopped or shut.
    Result<std::vector<engine::Delivery>> ask(engine::Request request, std::stop_token stop);
    /// Runs `work` in the GUI thread; false: the door is shut.
    bool post(std::function<void()> work);

private:
    friend class EngineDesk;
    void shut();

    std::mutex m_mutex;
    EngineDesk* m_desk;  ///< null: shut
    const std::string m_key;
};

class EngineDesk : public QObject {
    Q_OBJECT

public:
    EngineDesk(EngineBridge& bridge, engine::Priority priority, QObject* parent = nullptr);
    /// Shuts every door.
    ~EngineDesk() override;

    std::shared_ptr<EngineDoor> open(const std::string& key);
    /// Shuts the door; what is asked there is given up.
    void close(const std::string& key);

private:
    friend class EngineDoor;
    struct Open {
        std::shared_ptr<EngineDoor> door;
        std::shared_ptr<EngineCall> call;  ///< that waits for the engine, or null
    };

    void ask(const std::string& key, engine::Request request, std::shared_ptr<EngineCall> call);
    void end(const std::string& key, const Result<void>& how);

    QPointer<EngineBridge> m_bridge;
    engine::Priority m_priority;
    std::map<std::string, Open> m_open;
};

}  // namespace nscope::app
