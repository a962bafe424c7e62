// Purpose: the list of explanation methods: one line each. Menus, the CLI's help and the manual are made from it.
#pragma once

#include "core/interpret/explain_order.h"
#include "core/interpret/step_job.h"

#include <functional>

namespace nscope::interpret {

struct Method {
    engine::MethodSpec spec;
    /// A job that has done nothing yet. Errors: InvalidArgument, Unsupported by this model.
    std::function<Result<std::unique_ptr<StepJob>>(ExplainOrder order)> start;
    /// Peak bytes of the job.
    std::function<std::int64_t(const ExplainOrder& order)> bytes;
};

const std::vector<Method>& methodList();
/// Errors: NotFound with the ids there are.
Result<const Method*> findMethod(std::string_view id);

}  // namespace nscope::interpret
