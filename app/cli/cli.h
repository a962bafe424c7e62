// Purpose: reads a command line, runs the subcommand, and turns what happened into an exit status: 0 done, 2 usage
// error, 1 failed run with one sentence on stderr (DESIGN §10).
#pragma once

#include "core/base/error.h"

#include <stop_token>

namespace nscope::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

int runCommandLine(int argc, const char* const* argv, std::stop_token stop);

/// A request that makes no sense is the caller's usage error; everything that has a place in a file is a failed run.
int exitStatus(const Error& error);

/// One line for stderr, whatever the text came from.
std::string oneLine(const std::string& text);

}  // namespace nscope::cli
