// Purpose: exact mutagenesis against running every mutant whole, in one process: the table of the goals.
// "full_s" is what all mutants would take one batch after another, timed on some of them at the fastest of several batch
// sizes and scaled (the label says how many). "times" is how often faster the network's own scorer is by the clock,
// "times_cpu" by the processor time of all threads, which a busy machine blurs less. "worst" is the largest difference
// of its scores from those of the whole runs, as a part of their range. Where all mutants would take minutes, the own
// scorer too is timed on some of them, spread over the sequence, and its time scaled ("timed" says how many).
// usage: OMP_WAIT_POLICY=passive nscope_bench_mutants [--threads=2] [--benchmark_filter=…]
#include "core/data/alphabet.h"
#include "core/interpret/ism.h"
#include "core/models/model_zoo.h"
#include "tests/support/random_letters.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <dlfcn.h>
#include <malloc.h>
#include <stdexcept>

namespace {

using namespace nscope;
using Clock = std::chrono::steady_clock;

constexpr double kTimedSeconds = 4.0;  ///< of running mutants whole, per batch size

double secondsSince(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }
/// Of all threads of this process.
double cpuSeconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

struct Row {
    const char* name;
    const char* architecture;
    data::OptionMap options;
    std::size_t lengthNt;
    std::size_t timed = 0;                              ///< mutants given to the own scorer; 0: all
    std::vector<std::int64_t> batches{4, 16, 64, 256};  ///< of whole runs
    std::int64_t budgetBytes = std::int64_t(256) << 20; ///< of the own scorer
};

std::int64_t whole(std::int64_t value) { return value; }
std::string text(const std::string& value) { return value; }

/// The CNN-BiLSTM of the goals: 64 filters, both directions of 64 units at every base, attention.
std::string recurrentNetwork()
{
    return R"({"head": {"kind": "values", "names": ["y"]}, "layers": [
        {"type": "conv", "filters": 64, "kernel": 8}, {"type": "activation", "function": "relu"},
        {"type": "bilstm", "units": 64}, {"type": "attention_pool", "hidden": 50}, {"type": "dense", "units": 1}]})";
}

std::vector<Row> rows()
{
    const data::OptionMap recurrent{{"layers", recurrentNetwork()}};
    return {
        {"basset/1000", "basset", {{"length", whole(1000)}}, 1000},
        {"bpnet64x8/1000", "bpnet", {{"length", whole(1000)}, {"filters", whole(64)}, {"layers", whole(8)},
                                     {"head_kernel", whole(25)}, {"softplus", false}, {"tasks", text("reads")}}, 1000},
        {"bpnet64x8/2114", "bpnet", {{"length", whole(2114)}, {"filters", whole(64)}, {"layers", whole(8)},
                                     {"head_kernel", whole(25)}, {"softplus", false}, {"tasks", text("reads")}}, 2114},
        {"cnn-bilstm64/200", "custom", recurrent, 200},
        {"cnn-bilstm64/1000", "custom", recurrent, 1000},
        {"rnatracker/4000", "rnatracker", {}, 4000},
        {"lfnet/1200", "bioseq2seq", {}, 1200},
        {"lfnet/3000", "bioseq2seq", {}, 3000},
        {"lfnet/12000", "bioseq2seq", {}, 12000},
        {"bert-base/512", "utrbert", {}, 512, 64, {1, 2, 4, 8}, std::int64_t(2) << 30},
        {"bert-base/2000", "utrbert", {}, 2000, 64, {1, 2, 4}, std::int64_t(4) << 30},
    };
}

std::vector<nn::Mutation> everyMutation(std::string_view letters)
{
    std::vector<nn::Mutation> mutations;
    for (std::size_t position = 0; position < letters.size(); ++position) {
        for (int base = 0; base < data::kBaseCount; ++base) {
            if (data::kBases[std::size_t(base)] != letters[position])
                mutations.push_back({std::int64_t(position), base});
        }
    }
    return mutations;
}

/// Places that jump about the sequence, each once.
std::size_t spread(std::size_t i, std::size_t count) { return i * 7919 % count; }

struct WholeRuns {
    double secondsPerMutant = 0.0;
    double cpuPerMutant = 0.0;
    std::size_t timed = 0;
    std::int64_t batch = 0;
    std::map<std::size_t, double> scores{};  ///< by the mutation's place
};

/// Mutants spread over the sequence, run whole at several batch sizes; the fastest.
WholeRuns timeWholeRuns(const std::shared_ptr<nn::SequenceNet>& net, const std::string& letters,
                        const nn::Target& target, const std::vector<nn::Mutation>& mutations,
                        const std::vector<std::int64_t>& batches)
{
    WholeRuns fastest;
    std::map<std::size_t, double> scores;
    for (const std::int64_t batch : batches) {
        const std::int64_t one = net->passBytes(2, std::int64_t(letters.size()), false)
                               - net->passBytes(1, std::int64_t(letters.size()), false);
        const auto scorer = interpret::fullMutantScorer(net, letters, target, batch * one, {});
        std::size_t timed = 0;
        const auto started = Clock::now();
        const double cpuStarted = cpuSeconds();
        while (timed < mutations.size() && secondsSince(started) < kTimedSeconds) {
            std::vector<nn::Mutation> some;
            std::vector<std::size_t> places;
            for (std::int64_t i = 0; i < batch && timed + some.size() < mutations.size(); ++i) {
                places.push_back(spread(timed + some.size(), mutations.size()));
                some.push_back(mutations[places.back()]);
            }
            const std::vector<double> values = scorer->scores(some, {});
            for (std::size_t i = 0; i < values.size(); ++i)
                scores[places[i]] = values[i];
            timed += some.size();
        }
        const double perMutant = secondsSince(started) / double(timed);
        if (fastest.timed == 0 || perMutant < fastest.secondsPerMutant)
            fastest = {perMutant, (cpuSeconds() - cpuStarted) / double(timed), timed, batch};
    }
    fastest.scores = std::move(scores);
    return fastest;
}

void mutagenesis(benchmark::State& state, const Row& row)
{
    torch::manual_seed(1);
    auto made = models::createNet(row.architecture, row.options);
    if (!made)
        throw std::runtime_error(made.error().sentence());
    const auto& net = *made;
    net->eval();
    std::mt19937_64 random(1);
    const std::string letters = tests::randomLetters(random, row.lengthNt);
    const auto target = net->parseTarget("");
    const auto mutations = everyMutation(letters);
    const WholeRuns full = timeWholeRuns(net, letters, *target, mutations, row.batches);
    std::vector<nn::Mutation> own;
    for (std::size_t i = 0; i < (row.timed == 0 ? mutations.size() : row.timed); ++i)
        own.push_back(mutations[spread(i, mutations.size())]);
    std::vector<double> scores;
    double seconds = 0.0;
    const double cpuStarted = cpuSeconds();
    for (auto _ : state) {
        const auto started = Clock::now();
        const auto scorer = net->mutantScorer(letters, *target, row.budgetBytes, {});
        scores = scorer->scores(own, {});
        const double once = secondsSince(started);
        state.SetIterationTime(once);
        seconds += once;
    }
    const double perMutant = seconds / double(state.iterations()) / double(own.size());
    const double cpuPerMutant = (cpuSeconds() - cpuStarted) / double(state.iterations()) / double(own.size());
    state.counters["mutants"] = double(mutations.size());
    state.counters["timed"] = double(own.size());
    state.counters["own_s"] = perMutant * double(mutations.size());
    state.counters["full_s"] = full.secondsPerMutant * double(mutations.size());
    state.counters["times"] = full.secondsPerMutant / perMutant;
    state.counters["times_cpu"] = full.cpuPerMutant / cpuPerMutant;
    double worst = 0.0;
    for (std::size_t i = 0; i < own.size(); ++i) {
        const auto whole = full.scores.find(spread(i, mutations.size()));
        if (whole != full.scores.end())
            worst = std::max(worst, std::abs(whole->second - scores[i]));
    }
    const auto [low, high] = std::ranges::minmax(scores);
    state.counters["worst"] = worst / (high - low);
    state.SetLabel("whole: " + std::to_string(full.timed) + " mutants timed in batches of "
                   + std::to_string(full.batch) + ", scaled");
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
    for (const Row& row : rows())
        benchmark::RegisterBenchmark(row.name, mutagenesis, row)
            ->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(row.lengthNt > 3000 || row.timed > 0 ? 1 : 3);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
