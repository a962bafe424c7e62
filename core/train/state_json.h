// Purpose: state.json of a checkpoint as the values of one kind of run. Inside core/train and core/fit only.
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace nscope::train {

/// `Progress` is a type that nlohmann-json reads. Errors: Parse.
template <class Progress>
Result<Progress> progressOf(std::string_view stateJson)
{
    try {
        return nlohmann::json::parse(stateJson).get<Progress>();
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Parse, "The checkpoint's state.json is damaged: start the training anew.");
    }
}

}  // namespace nscope::train
