// Purpose: runs another program: no shell, its standard input from a file, its output captured, in a process group of
// its own that is ended when it takes too long, says too much or the user stops.
// Blocking: until the program has ended. Thread: any.
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::io {

/// Full path of a program on the PATH; nothing if there is none that may be run. Empty entries of the PATH (the current
/// folder) are passed over.
std::optional<std::string> findProgram(const std::string& name);

struct ChildCommand {
    std::string program;                  ///< full path
    std::vector<std::string> arguments;   ///< without the program's name
    std::string folder;                   ///< where it runs
    std::string inputFile = "/dev/null";  ///< its standard input
    std::chrono::milliseconds timeout = std::chrono::minutes(10);
    std::size_t maxOutputBytes = 1 << 20;  ///< of standard output and error together
};

struct ChildResult {
    int exitStatus = 0;  ///< 128 + signal when a signal ended it
    std::string output;  ///< standard output and error as they came
};

/// Errors: Io (cannot be started), Unsupported (took too long, said too much), Cancelled.
Result<ChildResult> runChild(const ChildCommand& command, std::stop_token stop);

/// The program's own words as a part of a sentence: one line, no control characters, not too long.
std::string firstWords(const std::string& output);

}  // namespace nscope::io
