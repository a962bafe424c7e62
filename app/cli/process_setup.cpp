#include "app/cli/process_setup.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <string>
#include <thread>

#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <sched.h>
#endif

namespace nscope::cli {

namespace {

int usableCores()
{
#ifdef __linux__
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) == 0)
        return CPU_COUNT(&cores);
#endif
    return int(std::thread::hardware_concurrency());
}

void setAllocator()
{
#ifdef __GLIBC__
    // Without the single arena the thresholds do nothing on worker threads; without the thresholds every large
    // buffer is mapped and faulted in anew.
    constexpr int kMmapThresholdBytes = 32 << 20;
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, kMmapThresholdBytes);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

void setThreadVariables(int threads, bool overwrite)
{
    const std::string text = std::to_string(threads);
    setenv("OMP_NUM_THREADS", text.c_str(), overwrite ? 1 : 0);
    setenv("OPENBLAS_NUM_THREADS", text.c_str(), overwrite ? 1 : 0);
}

}  // namespace

int defaultThreadCount()
{
    return std::max(1, usableCores() - 1);
}

void setUpProcess()
{
    setAllocator();
    // Spinning threads beside another busy process made a 5 ms forward pass take 137 ms.
    setenv("OMP_WAIT_POLICY", "passive", 0);
    setThreadVariables(defaultThreadCount(), false);
}

void setThreadCount(int threads)
{
    setThreadVariables(threads, true);
}

}  // namespace nscope::cli
