// Purpose: SHA-256 of bytes and files, as 64 lower-case hexadecimal digits (OpenSSL).
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace nscope::io {

std::string sha256(std::span<const std::byte> bytes);
std::string sha256(std::string_view bytes);
/// SHA-1, as 40 digits: for rules that others have stated with it (folds of a data set), not for security.
std::string sha1(std::string_view bytes);
/// Reads the file in chunks. Errors: NotFound, Io.
Result<std::string> sha256File(const std::string& path);

}  // namespace nscope::io
