// Purpose: a line of metrics (request.h) as what a job hands out. Thread: any.
#pragma once

#include "core/engine/request.h"

#include <memory>
#include <string>
#include <utility>

namespace nscope::engine {

inline Delivery metricsDelivery(std::string json)
{
    return {0, std::make_shared<const MetricsLine>(MetricsLine{std::move(json)}), false};
}

}  // namespace nscope::engine
