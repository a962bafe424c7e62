// Purpose: how much memory this process has ever held, for tests of files that claim to be huge.
#pragma once

#include <sys/resource.h>

#include <cstdint>

namespace nscope::tests {

/// False under AddressSanitizer, which keeps what is freed for a while.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool kPeakIsTheProgramsOwn = false;
#else
inline constexpr bool kPeakIsTheProgramsOwn = true;
#endif

/// Highest resident memory so far, in bytes. Linux counts it in kB.
inline std::int64_t peakMemory()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return std::int64_t(usage.ru_maxrss) * 1024;
}

}  // namespace nscope::tests
