// Purpose: all the engine knows of one job. Internal to core/engine.
// Thread: each member says who may touch it.
#pragma once

#include "core/engine/backend.h"
#include "core/engine/job_status.h"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace nscope::engine {

struct JobRecord {
    JobRecord(Ticket ticketIn, Key keyIn, std::string titleIn, Priority priorityIn, LaneKind laneIn, Request requestIn)
        : ticket(ticketIn), key(std::move(keyIn)), title(std::move(titleIn)), priority(priorityIn), lane(laneIn),
          request(std::move(requestIn))
    {
    }

    // Constant, or safe from any thread.
    const Ticket ticket;
    const Key key;
    const std::string title;
    const Priority priority;
    const LaneKind lane;
    const std::chrono::steady_clock::time_point queuedAt = std::chrono::steady_clock::now();
    std::stop_source stop;
    Progress progress;

    // Touched only by the lane that is working on the job.
    Request request;                  ///< its options change when memory runs out
    std::vector<Delivery> complete;   ///< for the cache
    int restartsOnDevice = 0;
    bool movedToCpu = false;

    // Guarded by the engine's mutex. The job itself is stepped without it, by the lane alone.
    std::unique_ptr<Job> job;
    bool isDropped = false;    ///< cancelled or overtaken: nothing but Cancelled may be sent any more
    bool isReplaced = false;
    bool hasBegun = false;
    bool isPreparing = false;  ///< training: the inference lane was asked to start the job
    int restarts = 0;
    std::int64_t estimatedBytes = 0;  ///< > 0: booked in the memory budget
    std::chrono::steady_clock::time_point begunAt;
};

}  // namespace nscope::engine
