// Purpose: what the engine tells its one listener. Plain values; large results are shared and immutable.
// Per ticket: JobQueued, JobStarted, any number of Delivered and Notice, then exactly one of Finished, Failed,
// Cancelled. A job overtaken or cancelled early may skip the first ones.
#pragma once

#include "core/base/result.h"
#include "core/engine/backend.h"
#include "core/engine/job_status.h"

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace nscope::engine {

/// What the opened backend offers.
struct BackendInfo {
    std::string description;
    std::vector<ModelSpec> specs;
    std::vector<MethodSpec> methods;
};

/// The backend was opened, or why it was not (then every job fails with the same error).
struct BackendReady {
    Result<std::shared_ptr<const BackendInfo>> backend;
};

/// The answer to Engine::loadModel.
struct ModelLoaded {
    Ticket ticket = Ticket::None;
    std::string cardId;
    Result<std::shared_ptr<const ModelInfo>> model;
};

/// The answer to Engine::importWeights.
struct WeightsImported {
    Ticket ticket = Ticket::None;
    std::string file;
    Result<ImportReport> report;
};

struct JobQueued {
    Ticket ticket = Ticket::None;
    Key key;
};

struct JobStarted {
    Ticket ticket = Ticket::None;
    Key key;
    std::int64_t estimatedBytes = 0;
};

/// A result, complete or partial. After an out-of-memory restart deliveries begin again from the first.
struct Delivered {
    Ticket ticket = Ticket::None;
    Key key;
    Delivery delivery;
    bool fromCache = false;
};

/// Something the user should know while the job goes on: less memory, another device.
struct Notice {
    Ticket ticket = Ticket::None;
    Key key;
    std::string sentence;
};

struct Finished {
    Ticket ticket = Ticket::None;
    Key key;
    double runSeconds = 0.0;
    bool fromCache = false;
};

struct Failed {
    Ticket ticket = Ticket::None;
    Key key;
    Error error;
};

struct Cancelled {
    Ticket ticket = Ticket::None;
    Key key;
    bool replaced = false;  ///< overtaken by a newer submission of the same key
};

using Event = std::variant<BackendReady, ModelLoaded, WeightsImported, JobQueued, JobStarted, Delivered, Notice, Finished,
                           Failed, Cancelled>;

/// Called on a lane thread, one call at a time. Must return quickly (post the event elsewhere) and must not throw,
/// nor wait for a thread that is calling the engine. It may itself call submit, cancel, snapshot.
using EventSink = std::function<void(Event)>;

}  // namespace nscope::engine
