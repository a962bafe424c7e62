// Purpose: takes from this process all that a stranger's script has no business with: memory and processor time beyond a
// limit, files, network, other programs and processes. Linux: rlimits and a seccomp filter. Not to be undone.
// Thread: main, once, before the script's first byte is read; the filter holds for all threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace nscope::sandbox {

struct Limits {
    std::uint64_t memoryBytes = 0;  ///< address space beyond what is in use when confine() is called
    std::uint64_t cpuSeconds = 0;   ///< of all threads together
};

/// This process ends when the thread that started it ends, and can gain no rights. False: the parent is gone already.
bool bindToParent(pid_t parent);

/// Puts limits and filter in place: what is left are memory, threads, clocks, and reading and writing the descriptors up
/// to `lastDescriptor`, which alone stay open; of these only standard output and error may be written. Opening a file
/// for reading fails; writing to files, sockets, new programs and processes end this process with SIGSYS.
/// Returns what could not be done; nothing if all is in place.
std::optional<std::string> confine(const Limits& limits, int lastDescriptor);

}  // namespace nscope::sandbox
