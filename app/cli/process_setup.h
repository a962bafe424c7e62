// Purpose: settings of the whole process that must be made before anything else runs (DESIGN §4): the allocator's
// arenas and thresholds, and how OpenMP and OpenBLAS wait and how many threads they start with.
// Thread: call from main, before other threads start and before the torch module is opened (libgomp reads its
// environment when it is loaded).
#pragma once

namespace nscope::cli {

/// Threads for the work on models: cores this process may use − 1, at least 1.
int defaultThreadCount();

/// First thing in main. What the user has set in the environment (OMP_WAIT_POLICY, OMP_NUM_THREADS,
/// OPENBLAS_NUM_THREADS) is left as it is.
void setUpProcess();

/// For --threads N, before the module is opened: overrides the environment. Precondition: threads ≥ 1.
void setThreadCount(int threads);

}  // namespace nscope::cli
