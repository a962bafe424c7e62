#include "core/torch_module/speed_table.h"

#include "core/data/alphabet.h"
#include "core/data/random.h"
#include "core/interpret/ism.h"
#include "core/models/model_zoo.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numeric>
#include <stdexcept>

namespace nscope::torch_module {

namespace {

using Clock = std::chrono::steady_clock;

/// A larger batch whose single pass would take longer than so many times that for a batch size is not tried.
constexpr double kMostPasses = 3.0;
constexpr std::size_t kLeastRuns = 4;
constexpr double kOwnShare = 4.0;        ///< time for our own runs, in times of that for a batch size

double secondsSince(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }
/// Of all threads of this process.
double cpuSeconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

std::int64_t whole(std::int64_t value) { return value; }
std::string text(const std::string& value) { return value; }

/// The CNN-BiLSTM of the goals: 64 filters, both directions of 64 units at every base, attention.
std::string recurrentNetwork()
{
    return R"({"head": {"kind": "values", "names": ["y"]}, "layers": [
        {"type": "conv", "filters": 64, "kernel": 8}, {"type": "activation", "function": "relu"},
        {"type": "bilstm", "units": 64}, {"type": "attention_pool", "hidden": 50}, {"type": "dense", "units": 1}]})";
}

data::OptionMap bpnet(std::int64_t lengthNt)
{
    return {{"length", whole(lengthNt)}, {"filters", whole(64)}, {"layers", whole(8)},
            {"head_kernel", whole(25)},  {"softplus", false},    {"tasks", text("reads")}};
}

std::string randomLetters(std::int64_t lengthNt)
{
    data::Random random(1);
    std::string letters;
    for (std::int64_t i = 0; i < lengthNt; ++i)
        letters += data::kBases[random.below(data::kBaseCount)];
    return letters;
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

struct WholeRuns {
    double secondsPerMutant = 0.0;
    double cpuPerMutant = 0.0;
    std::int64_t timed = 0;
    std::int64_t batch = 0;
    std::map<std::size_t, double> scores{};  ///< by the mutation's place
};

/// Mutants spread over the sequence, run whole at several batch sizes; the fastest.
WholeRuns timeWholeRuns(const std::shared_ptr<nn::SequenceNet>& net, const std::string& letters,
                        const nn::Target& target, const std::vector<nn::Mutation>& mutations, double seconds,
                        const nn::PassOptions& options)
{
    WholeRuns fastest;
    std::map<std::size_t, double> scores;
    for (const std::int64_t batch : {1, 4, 16, 64, 256}) {
        if (fastest.timed > 0 && fastest.secondsPerMutant * double(batch) > kMostPasses * seconds)
            break;
        const std::int64_t one = net->passBytes(2, std::int64_t(letters.size()), false)
                               - net->passBytes(1, std::int64_t(letters.size()), false);
        const auto scorer = interpret::fullMutantScorer(net, letters, target, batch * one, options);
        std::size_t timed = 0;
        const auto started = Clock::now();
        const double cpuStarted = cpuSeconds();
        while (timed < mutations.size() && secondsSince(started) < seconds) {
            std::vector<nn::Mutation> some;
            std::vector<std::size_t> places;
            for (std::int64_t i = 0; i < batch && timed + some.size() < mutations.size(); ++i) {
                places.push_back((timed + some.size()) * 7919 % mutations.size());
                some.push_back(mutations[places.back()]);
            }
            const std::vector<double> values = scorer->scores(some, options);
            for (std::size_t i = 0; i < values.size(); ++i)
                scores[places[i]] = values[i];
            timed += some.size();
        }
        const double perMutant = secondsSince(started) / double(timed);
        if (fastest.timed == 0 || perMutant < fastest.secondsPerMutant)
            fastest = {perMutant, (cpuSeconds() - cpuStarted) / double(timed), std::int64_t(timed), batch};
    }
    fastest.scores = std::move(scores);
    return fastest;
}

struct OwnRuns {
    double seconds = 0.0;  ///< scaled to all mutants
    double cpu = 0.0;
    std::map<std::size_t, double> scores{};  ///< by the mutation's place
};

/// Runs of neighbouring mutants from all over the sequence, until all are done or the time is over.
OwnRuns timeOwnRuns(nn::SequenceNet& net, const SpeedRow& row, const std::string& letters, const nn::Target& target,
                    const std::vector<nn::Mutation>& mutations, double seconds, const nn::PassOptions& options)
{
    OwnRuns own;
    const auto started = Clock::now();
    const double cpuStarted = cpuSeconds();
    const auto scorer = net.mutantScorer(letters, target, row.budgetBytes, options);
    if (!scorer)
        throw std::invalid_argument("This network runs every mutant whole.");
    const double once = secondsSince(started), onceCpu = cpuSeconds() - cpuStarted;
    const std::size_t runs = (mutations.size() + row.runMutants - 1) / row.runMutants;
    std::size_t stride = std::size_t(double(runs) * 0.618) | 1;
    while (std::gcd(stride, runs) != 1)
        stride += 2;
    for (std::size_t run = 0; run < runs && (run < kLeastRuns || secondsSince(started) < seconds); ++run) {
        const std::size_t first = run * stride % runs * row.runMutants;
        const auto some = std::span(mutations).subspan(first, std::min(row.runMutants, mutations.size() - first));
        const std::vector<double> values = scorer->scores(some, options);
        for (std::size_t i = 0; i < values.size(); ++i)
            own.scores[first + i] = values[i];
    }
    const double scale = double(mutations.size()) / double(own.scores.size());
    own.seconds = once + (secondsSince(started) - once) * scale;
    own.cpu = onceCpu + (cpuSeconds() - cpuStarted - onceCpu) * scale;
    return own;
}

/// Largest difference of mutants that both have run, as a part of the range of our scores.
double worstDifference(const WholeRuns& whole, const OwnRuns& own)
{
    double worst = 0.0, low = HUGE_VAL, high = -HUGE_VAL;
    for (const auto& [place, score] : own.scores) {
        low = std::min(low, score);
        high = std::max(high, score);
        if (const auto found = whole.scores.find(place); found != whole.scores.end())
            worst = std::max(worst, std::abs(found->second - score));
    }
    return worst / (high - low);
}

}  // namespace

const std::vector<SpeedRow>& speedRows()
{
    static const std::vector<SpeedRow> rows{
        {"basset/1000", "basset", {{"length", whole(1000)}}, 1000, 25.0},
        {"bpnet64x8/1000", "bpnet", bpnet(1000), 1000, 0.0},
        {"bpnet64x8/2114", "bpnet", bpnet(2114), 2114, 15.0},
        {"cnn-bilstm64/200", "custom", {{"layers", recurrentNetwork()}}, 200, 8.0},
        {"cnn-bilstm64/1000", "custom", {{"layers", recurrentNetwork()}}, 1000, 12.0},
        {"rnatracker/4000", "rnatracker", {}, 4000, 0.0},
        {"lfnet/1200", "bioseq2seq", {}, 1200, 1.5},
        {"lfnet/3000", "bioseq2seq", {}, 3000, 1.5},
        {"lfnet/12000", "bioseq2seq", {}, 12000, 6.0},
        {"bert-base/512", "utrbert", {}, 512, 2.0, 16, std::int64_t(2) << 30},
        {"bert-base/2000", "utrbert", {}, 2000, 0.0, 16, std::int64_t(4) << 30},
    };
    return rows;
}

SpeedMeasure measureSpeed(const SpeedRow& row, double wholeSeconds, const nn::PassOptions& options)
{
    torch::manual_seed(1);
    auto made = models::createNet(row.architecture, row.options);
    if (!made)
        throw std::invalid_argument(made.error().sentence());
    const auto& net = *made;
    net->eval();
    const std::string letters = randomLetters(row.lengthNt);
    const auto target = net->parseTarget("");
    if (!target)
        throw std::invalid_argument(target.error().sentence());
    const auto mutations = everyMutation(letters);
    const WholeRuns full = timeWholeRuns(net, letters, *target, mutations, wholeSeconds, options);

    const OwnRuns own = timeOwnRuns(*net, row, letters, *target, mutations, kOwnShare * wholeSeconds, options);
    return {.mutants = std::int64_t(mutations.size()),
            .seconds = own.seconds,
            .wholeSeconds = full.secondsPerMutant * double(mutations.size()),
            .times = full.secondsPerMutant * double(mutations.size()) / own.seconds,
            .timesCpu = full.cpuPerMutant * double(mutations.size()) / own.cpu,
            .worst = worstDifference(full, own),
            .timed = full.timed,
            .batch = full.batch,
            .timedOwn = std::int64_t(own.scores.size())};
}

}  // namespace nscope::torch_module
