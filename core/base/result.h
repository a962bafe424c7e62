// Purpose: Result<T>, the return type of everything that can fail (DESIGN §6).
#pragma once

#include "core/base/error.h"

#include <expected>
#include <utility>

namespace nscope {

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand: `return fail(ErrorCode::Parse, "…", {.file = path});`
inline std::unexpected<Error> fail(ErrorCode code, std::string message, Where where = {})
{
    return std::unexpected(Error(code, std::move(message), std::move(where)));
}

inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace nscope
