// Purpose: looks at --output before any work is done, so that an hour is not spent on a file that cannot be written.
// The writers of core/io put the file in place whole or not at all.
#pragma once

#include "core/base/result.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace nscope::cli {

/// The path's extension (".tsv", lower case) if it is one of those given; "-", standard output, is a .tsv. Errors:
/// InvalidArgument for another one or a folder, Io if the folder around it is missing or cannot be written to.
Result<std::string> checkOutputPath(const std::string& path, std::initializer_list<std::string_view> extensions);

}  // namespace nscope::cli
