// Purpose: how much memory this process has ever held, for tests of files that claim to be huge.
#pragma once

#include <sys/resource.h>

#include <cstdint>

namespace nscope::tests {

/// Highest resident memory so far, in bytes. Linux counts it in kB.
inline std::int64_t peakMemory()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return std::int64_t(usage.ru_maxrss) * 1024;
}

}  // namespace nscope::tests
