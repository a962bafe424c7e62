// Purpose: how long the sequence work takes that runs without a model: ORFs, search, shuffles, translation.
// usage: nscope_bench_data [--benchmark_filter=…]
#include "core/data/genetic_code.h"
#include "core/data/orf.h"
#include "core/data/search.h"
#include "core/data/shuffle.h"

#include <benchmark/benchmark.h>

#include <random>
#include <string>

namespace {

using namespace nscope;

std::string randomLetters(std::int64_t lengthNt)
{
    std::mt19937_64 random(1);
    std::string letters(std::size_t(lengthNt), 'A');
    for (char& letter : letters)
        letter = "ACGT"[random() & 3];
    return letters;
}

void orfs(benchmark::State& state)
{
    const std::string letters = randomLetters(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(data::findOrfs(letters));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void motifSearch(benchmark::State& state)
{
    const std::string letters = randomLetters(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(data::searchIupac(letters, "RCCATGG", true));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void dinucleotideShuffle(benchmark::State& state)
{
    const std::string letters = randomLetters(state.range(0));
    std::uint64_t seed = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(data::shuffled(letters, data::ShuffleKind::Dinucleotide, ++seed));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void translation(benchmark::State& state)
{
    const std::string letters = randomLetters(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(data::translate(letters, false));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(orfs)->ArgName("nt")->Arg(3000)->Arg(100000);
BENCHMARK(motifSearch)->ArgName("nt")->Arg(3000)->Arg(100000);
BENCHMARK(dinucleotideShuffle)->ArgName("nt")->Arg(3000)->Arg(100000);
BENCHMARK(translation)->ArgName("nt")->Arg(3000)->Arg(100000);

}  // namespace

BENCHMARK_MAIN();
