// Purpose: the one place where exceptions become Error (DESIGN §6), and jobs wrapped in it.
#pragma once

#include "core/nn/torch_prelude.h"

#include "core/engine/backend.h"

#include <exception>
#include <functional>

namespace nscope::torch_module {

/// The Error of the exception being handled. Call inside a catch block.
Error currentError();

/// Runs `f`, which returns a Result, and turns whatever it throws into an Error.
template <class Function>
auto guarded(Function&& f) -> decltype(f())
{
    try {
        return f();
    } catch (...) {
        return std::unexpected(currentError());
    }
}

/// A job whose steps cannot throw. When memory runs out, the job is halved and goes on if it can be.
std::unique_ptr<engine::Job> guardedJob(std::unique_ptr<engine::Job> job);

}  // namespace nscope::torch_module
