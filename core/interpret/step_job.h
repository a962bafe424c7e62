// Purpose: a job that can go on with less memory. The door halves it when memory runs out (DESIGN §4).
#pragma once

#include "core/engine/backend.h"

namespace nscope::interpret {

class StepJob : public engine::Job {
public:
    /// Halves what one step holds in memory; false if it cannot be less.
    virtual bool halve() { return false; }
};

}  // namespace nscope::interpret
