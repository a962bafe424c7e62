#include "core/interpret/baselines.h"

#include "core/data/shuffle.h"

namespace nscope::interpret {

namespace {

constexpr const char* kUniform = "uniform";
constexpr const char* kZero = "zero";
constexpr const char* kShuffled = "shuffled";

}  // namespace

std::vector<engine::OptionSpec> shuffleOptions(std::int64_t count)
{
    return {{"shuffles", "Shuffles", "Dinucleotide shuffles of the sequence that are averaged over", count, 1.0, 1000.0, {}},
            {"seed", "Seed", "Of everything that is drawn", std::int64_t(0), 0.0, 2147483647.0, {}}};
}

std::vector<engine::OptionSpec> baselineOptions()
{
    std::vector<engine::OptionSpec> options = {
        {"baseline", "Baseline", "uniform: a quarter of each base; zero: no letter; shuffled: dinucleotide shuffles",
         std::string(kUniform), {}, {}, {kUniform, kZero, kShuffled}}};
    for (engine::OptionSpec& option : shuffleOptions(10))
        options.push_back(std::move(option));
    return options;
}

Result<std::vector<torch::Tensor>> shuffledBaselines_LC(const ExplainOrder& order, const Mixtures& mixtures,
                                                        std::int64_t count, std::int64_t seed)
{
    std::vector<torch::Tensor> result;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto letters = data::shuffled(order.letters, data::ShuffleKind::Dinucleotide, std::uint64_t(seed + i));
        if (!letters)
            return fail(letters.error());
        result.push_back(mixtures.letters_LC(*letters));
    }
    return result;
}

Result<std::vector<torch::Tensor>> baselines_LC(const ExplainOrder& order, const Mixtures& mixtures)
{
    const auto& kind = order.option<std::string>("baseline");
    if (kind == kZero)
        return std::vector<torch::Tensor>{mixtures.nothing_LC()};
    if (kind == kUniform)
        return std::vector<torch::Tensor>{mixtures.evenBases_LC(0.25)};
    return shuffledBaselines_LC(order, mixtures, order.option<std::int64_t>("shuffles"),
                                order.option<std::int64_t>("seed"));
}

}  // namespace nscope::interpret
