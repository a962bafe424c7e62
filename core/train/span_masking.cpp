#include "core/train/span_masking.h"

#include <array>
#include <stdexcept>

namespace nscope::train {

std::span<const int> spanOffsets(int k)
{
    static constexpr std::array<int, 1> kOne = {0};
    static constexpr std::array<int, 3> kThree = {-1, 0, 1};
    static constexpr std::array<int, 4> kFour = {-1, 0, 1, 2};
    static constexpr std::array<int, 5> kFive = {-2, -1, 0, 1, 2};
    static constexpr std::array<int, 6> kSix = {-2, -1, 0, 1, 2, 3};
    switch (k) {
    case 1: return kOne;
    case 3: return kThree;
    case 4: return kFour;
    case 5: return kFive;
    case 6: return kSix;
    default: throw std::invalid_argument("Spans are masked for k-mers of 1 or 3 to 6 letters.");
    }
}

MaskedTokens maskSpans(std::span<const std::int64_t> tokens, const SpanMasking& how, RandomStream& random)
{
    const std::span<const int> offsets = spanOffsets(how.k);
    const nn::KmerTokens vocabulary(how.k);
    std::vector<bool> hidden(tokens.size(), false);
    for (std::size_t centre = 0; centre < tokens.size(); ++centre) {
        if (tokens[centre] < how.specialTokens || random.uniform() >= how.fraction / how.k)
            continue;
        for (const int offset : offsets) {
            const std::int64_t place = std::int64_t(centre) + offset;
            if (place >= 0 && place < std::int64_t(tokens.size()))
                hidden[std::size_t(place)] = true;
        }
    }
    MaskedTokens result{{tokens.begin(), tokens.end()}, std::vector<std::int64_t>(tokens.size(), kNotPredicted)};
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!hidden[i] || tokens[i] < how.specialTokens)
            continue;
        result.labels[i] = tokens[i];
        const double choice = random.uniform();
        if (choice < how.masked)
            result.input[i] = how.maskToken;
        else if (choice < how.masked + how.substituted)
            result.input[i] = how.specialTokens + std::int64_t(random.below(std::size_t(vocabulary.kmerCount())));
    }
    return result;
}

}  // namespace nscope::train
