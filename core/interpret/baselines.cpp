#include "core/interpret/baselines.h"

#include "core/data/shuffle.h"

namespace nscope::interpret {

namespace {

constexpr const char* kUniform = "uniform";
constexpr const char* kZero = "zero";
constexpr const char* kShuffled = "shuffled";
constexpr const char* kSynonymous = "synonymous";

Result<std::string> shuffledLetters(const ExplainOrder& order, bool isSynonymous, std::uint64_t seed)
{
    if (!isSynonymous)
        return data::shuffled(order.letters, data::ShuffleKind::Dinucleotide, seed);
    if (!order.cds)
        return fail(ErrorCode::InvalidArgument, "Synonymous shuffles need a coding region, and this record has none; give "
                                                "the regions, or choose the baseline shuffled.");
    return data::synonymousControl(order.letters, *order.cds, seed);
}

}  // namespace

std::vector<engine::OptionSpec> shuffleOptions(std::int64_t count)
{
    return {{"shuffles", "Shuffles", "Shuffles of the sequence that are averaged over", count, 1.0, 1000.0, {}},
            {"seed", "Seed", "Of everything that is drawn", std::int64_t(0), 0.0, 2147483647.0, {}}};
}

engine::OptionSpec shuffleKindOption()
{
    return {"baseline", "Baseline",
            "shuffled: dinucleotide shuffles; synonymous: codons exchanged within the coding region so that the protein "
            "stays, the rest shuffled by dinucleotides",
            std::string(kShuffled), {}, {}, {kShuffled, kSynonymous}};
}

std::vector<engine::OptionSpec> baselineOptions()
{
    std::vector<engine::OptionSpec> options = {
        {"baseline", "Baseline",
         "uniform: a quarter of each base; zero: no letter; shuffled: dinucleotide shuffles; synonymous: codons exchanged "
         "within the coding region so that the protein stays, the rest shuffled by dinucleotides",
         std::string(kUniform), {}, {}, {kUniform, kZero, kShuffled, kSynonymous}}};
    for (engine::OptionSpec& option : shuffleOptions(10))
        options.push_back(std::move(option));
    return options;
}

Result<std::vector<torch::Tensor>> shuffledBaselines_LC(const ExplainOrder& order, const Mixtures& mixtures,
                                                        std::int64_t count)
{
    const bool isSynonymous = order.option<std::string>("baseline") == kSynonymous;
    const auto seed = order.option<std::int64_t>("seed");
    std::vector<torch::Tensor> result;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto letters = shuffledLetters(order, isSynonymous, std::uint64_t(seed + i));
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
    return shuffledBaselines_LC(order, mixtures, order.option<std::int64_t>("shuffles"));
}

}  // namespace nscope::interpret
