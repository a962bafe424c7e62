#include "core/experiment/backgrounds.h"

#include "core/data/random.h"
#include "core/experiment/scorer.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>

namespace nscope::experiment {

namespace {

Result<void> checkCount(const BackgroundSettings& settings)
{
    if (settings.count < 1 || settings.lengthNt < 0)
        return fail(ErrorCode::InvalidArgument, "At least one background of at least one letter is needed.");
    return {};
}

std::string backgroundId(int index) { return "background_" + std::to_string(index + 1); }

}  // namespace

Result<data::TranscriptSet> shuffledBackgrounds(const data::TranscriptSet& sequences,
                                                const BackgroundSettings& settings)
{
    if (const Result<void> checked = checkCount(settings); !checked)
        return fail(checked.error());
    data::TranscriptSet usable;
    for (const data::TranscriptPtr& sequence : sequences) {
        if (sequence->sequence.length() >= std::max<std::int64_t>(1, settings.lengthNt))
            usable.push_back(sequence);
    }
    if (usable.empty())
        return fail(ErrorCode::InvalidArgument, "No sequence is as long as the backgrounds that are asked for ("
                                                    + std::to_string(settings.lengthNt) + " nt); give longer ones.");
    data::TranscriptSet backgrounds;
    for (int i = 0; i < settings.count; ++i) {
        const data::Transcript& source = *usable[std::size_t(i) % usable.size()];
        data::Random random(data::seedFor(settings.seed, backgroundId(i)));
        std::string letters = source.sequence.letters;
        if (settings.lengthNt > 0) {
            const auto starts = std::uint64_t(source.sequence.length() - settings.lengthNt + 1);
            letters = letters.substr(std::size_t(random.below(starts)), std::size_t(settings.lengthNt));
        }
        Result<std::string> shuffled = data::shuffled(letters, settings.kind, random.next(), false);
        if (!shuffled)
            return fail(shuffled.error().at({.record = source.sequence.id}));
        auto background = std::make_shared<data::Transcript>(source);
        std::erase_if(background->features, [&source](const auto& feature) {
            return std::int64_t(feature.second.size()) == source.sequence.length();
        });
        background->cds.reset();
        background->dotBracket.clear();
        background->sequence.id = backgroundId(i);
        background->sequence.description = "shuffled " + source.sequence.id;
        background->sequence.letters = *std::move(shuffled);
        backgrounds.push_back(std::move(background));
    }
    return backgrounds;
}

Result<data::TranscriptSet> sampledBackgrounds(std::array<double, 4> shares, data::Alphabet alphabet,
                                               const BackgroundSettings& settings)
{
    if (const Result<void> checked = checkCount(settings); !checked)
        return fail(checked.error());
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    if (!(sum > 0.0) || std::ranges::any_of(shares, [](double share) { return !(share >= 0.0); }))
        return fail(ErrorCode::InvalidArgument, "The shares of A, C, G and T must be 0 or more, and not all 0.");
    if (settings.lengthNt < 1)
        return fail(ErrorCode::InvalidArgument, "Backgrounds from a composition need a length.");
    data::TranscriptSet backgrounds;
    for (int i = 0; i < settings.count; ++i) {
        data::Random random(data::seedFor(settings.seed, backgroundId(i)));
        auto background = std::make_shared<data::Transcript>();
        background->sequence = {backgroundId(i), "sampled", {}, alphabet};
        for (std::int64_t position = 0; position < settings.lengthNt; ++position) {
            double left = random.uniform() * sum;
            std::size_t base = 0;
            while (base < 3 && left >= shares[base])
                left -= shares[base++];
            while (shares[base] == 0.0)  // rounding may end beyond the last share
                --base;
            background->sequence.letters += data::kBases[base];
        }
        backgrounds.push_back(std::move(background));
    }
    return backgrounds;
}

}  // namespace nscope::experiment
