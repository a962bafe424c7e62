// Purpose: the table of `nucleoscope-cli bench` (core/torch_module/speed_table.h) under Google Benchmark, with its
// repetitions and filters. "whole_s" is what all mutants would take one batch after another, timed on some of them at the
// fastest of several batch sizes and scaled (the label says how many); "times" is by the clock, "times_cpu" by the
// processor time of all threads; "worst" is a part of the scores' range.
// usage: OMP_WAIT_POLICY=passive nscope_bench_mutants [--threads=2] [--benchmark_filter=…]
#include "core/torch_module/speed_table.h"

#include <benchmark/benchmark.h>

#include <dlfcn.h>
#include <malloc.h>

namespace {

using nscope::torch_module::SpeedMeasure;
using nscope::torch_module::SpeedRow;

constexpr double kWholeSeconds = 4.0;

void mutagenesis(benchmark::State& state, const SpeedRow& row)
{
    SpeedMeasure measure;
    for (auto _ : state) {
        measure = nscope::torch_module::measureSpeed(row, kWholeSeconds, {});
        state.SetIterationTime(measure.seconds);
    }
    state.counters["mutants"] = double(measure.mutants);
    state.counters["whole_s"] = measure.wholeSeconds;
    state.counters["times"] = measure.times;
    state.counters["times_cpu"] = measure.timesCpu;
    state.counters["worst"] = measure.worst;
    state.SetLabel("whole: " + std::to_string(measure.timed) + " mutants timed in batches of "
                   + std::to_string(measure.batch) + ", scaled");
}

/// As the programs set them (DESIGN §4).
void setUp(int threads)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    at::set_num_threads(threads);
    using SetThreads = void (*)(int);
    if (const auto setBlas = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads")))
        setBlas(threads);
}

}  // namespace

int main(int argc, char** argv)
{
    int threads = 2;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument.starts_with("--threads=")) {
            threads = std::atoi(argv[i] + 10);
            std::rotate(argv + i, argv + i + 1, argv + argc--);
            break;
        }
    }
    setUp(threads);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    for (const SpeedRow& row : nscope::torch_module::speedRows())
        benchmark::RegisterBenchmark(row.id.c_str(), mutagenesis, row)
            ->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
