// Purpose: how long the models take on this machine: one forward pass, gradients, and exact mutagenesis with shared
// activations against running every mutant in full.
// The network has fresh weights: speed does not depend on their values. usage: nscope_bench [--benchmark_filter=…]
#include "core/data/alphabet.h"
#include "core/models/model_zoo.h"
#include "core/nn/sequence_net.h"

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

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

/// The smallest published width with few layers, and the published model.
std::shared_ptr<nn::SequenceNet> network(bool isPublished)
{
    data::OptionMap options;
    if (!isPublished)
        options = {{"encoder_layers", std::int64_t(4)}, {"d_ff", std::int64_t(256)}};
    auto net = models::createNet("bioseq2seq", options);
    if (!net)
        throw std::runtime_error(net.error().sentence());
    (*net)->eval();
    return *net;
}

void forward(benchmark::State& state)
{
    const auto net = network(state.range(1) != 0);
    const std::string letters = randomLetters(state.range(0));
    const c10::InferenceMode inference;
    const nn::NetInput input = net->encode(letters);
    for (auto _ : state)
        benchmark::DoNotOptimize(net->forward(input, {}));
    state.counters["nt/s"] = benchmark::Counter(double(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
}

void gradient(benchmark::State& state)
{
    const auto net = network(state.range(1) != 0);
    const nn::NetInput ids = net->encode(randomLetters(state.range(0)));
    const auto target = net->parseTarget("");
    for (auto _ : state) {
        nn::NetInput input = net->onehot(ids);
        input.onehot_NLC.requires_grad_(true);
        net->score_N(net->forward(input, {}), *target).sum().backward();
        benchmark::DoNotOptimize(input.onehot_NLC.grad());
    }
}

std::vector<nn::Mutation> everyMutation(std::string_view letters)
{
    std::vector<nn::Mutation> mutations;
    for (std::size_t position = 0; position < letters.size(); ++position)
        for (int base = 0; base < data::kBaseCount; ++base)
            if (data::kBases[std::size_t(base)] != letters[position])
                mutations.push_back({std::int64_t(position), base});
    return mutations;
}

void mutagenesisShared(benchmark::State& state)
{
    const auto net = network(false);
    const std::string letters = randomLetters(state.range(0));
    const auto target = net->parseTarget("");
    const c10::InferenceMode inference;
    const auto mutations = everyMutation(letters);
    const auto scorer = net->mutantScorer(letters, *target, std::int64_t(1) << 30, {});
    if (!scorer) {
        state.SkipWithError("this model has no shared mutagenesis");
        return;
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(scorer->scores(mutations, {}));
    state.counters["mutants/s"] =
        benchmark::Counter(double(mutations.size()), benchmark::Counter::kIsIterationInvariantRate);
}

void mutagenesisOneByOne(benchmark::State& state)
{
    const auto net = network(false);
    std::string letters = randomLetters(state.range(0));
    const auto target = net->parseTarget("");
    const c10::InferenceMode inference;
    const auto mutations = everyMutation(letters);
    for (auto _ : state)
        for (const nn::Mutation& mutation : mutations) {
            std::string mutant = letters;
            mutant[std::size_t(mutation.positionNt)] = data::kBases[std::size_t(mutation.base)];
            benchmark::DoNotOptimize(net->score_N(net->forward(net->encode(mutant), {}), *target));
        }
    state.counters["mutants/s"] =
        benchmark::Counter(double(mutations.size()), benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(forward)
    ->ArgNames({"nt", "published"})
    ->ArgsProduct({{200, 1000, 3000}, {0, 1}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(gradient)
    ->ArgNames({"nt", "published"})
    ->ArgsProduct({{200, 1000, 3000}, {0, 1}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(mutagenesisShared)->ArgName("nt")->Arg(200)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(mutagenesisOneByOne)->ArgName("nt")->Arg(200)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
