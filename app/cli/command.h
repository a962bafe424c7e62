// Purpose: what a subcommand is: a name, the options it adds to the command line, and what it does.
// Adding one is a file pair and a line in command_list.cpp.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace CLI {
class App;
}

namespace nscope::cli {

/// Options of every subcommand (DESIGN §10).
struct CommonOptions {
    std::string device = "auto";
    int threads = 0;     ///< 0: cores − 1
    std::optional<std::uint64_t> seed;  ///< not given: each command's own default
    bool quiet = false;  ///< no progress on stderr
    bool json = false;   ///< tables on stdout as JSON
    bool allowTorchScript = false;  ///< the user agrees that a TorchScript model runs
};

/// What a running subcommand may use.
struct Context {
    CommonOptions common;
    std::stop_token stop;  ///< Ctrl+C
};

/// Runs a subcommand after its options were read. ErrorCode::InvalidArgument without a place is a usage error.
using Runner = std::function<Result<void>(const Context&)>;

struct Command {
    const char* name;
    const char* help;              ///< one line
    Runner (*add)(CLI::App& app);  ///< adds the options and gives what runs with them
};

/// All subcommands, in the order of the help.
std::span<const Command> commandList();

}  // namespace nscope::cli
