#include "core/experiment/occlusion.h"

#include "core/data/alphabet.h"
#include "core/data/random.h"
#include "core/experiment/motif_pattern.h"

#include <algorithm>
#include <numeric>

namespace nscope::experiment {

namespace {

constexpr int kGroups = 3;

std::string replaced(std::string letters, std::span<const std::int64_t> starts, std::size_t widthNt,
                     data::Random& random)
{
    for (const std::int64_t start : starts) {
        for (std::size_t i = 0; i < widthNt; ++i)
            letters[std::size_t(start) + i] = data::kBases[std::size_t(random.below(data::kBaseCount))];
    }
    return letters;
}

/// Sets of instances that are replaced together: all, then each alone where there are several.
std::vector<std::span<const std::int64_t>> setsOf(const std::vector<std::int64_t>& starts)
{
    std::vector<std::span<const std::int64_t>> sets{starts};
    for (std::size_t i = 0; starts.size() > 1 && i < starts.size(); ++i)
        sets.push_back(std::span(starts).subspan(i, 1));
    return sets;
}

Result<OccludedSequence> occludeOne(const Run& run, const data::Transcript& transcript, OccludedSequence occluded,
                                    const OcclusionSettings& settings)
{
    const auto sets = setsOf(occluded.startsNt);
    const auto draws = std::size_t(settings.draws);
    const std::uint64_t seed = data::seedFor(settings.seed, transcript.sequence.id);
    const auto make = [&](std::size_t i) {
        data::Random random(seed + i);
        const std::string& letters = transcript.sequence.letters;
        return withLetters(
            transcript, i == 0 ? letters : replaced(letters, sets[(i - 1) / draws], settings.pattern.size(), random));
    };
    const Result<std::vector<double>> scores = scoreEach(run, 1 + sets.size() * draws, make);
    if (!scores)
        return fail(scores.error());
    occluded.score = scores->front();
    for (std::size_t set = 0; set < sets.size(); ++set) {
        const auto first = scores->begin() + 1 + std::ptrdiff_t(set * draws);
        const double effect = occluded.score - std::accumulate(first, first + settings.draws, 0.0) / settings.draws;
        if (set == 0)
            occluded.effectOfAll = effect;
        if (set > 0 || sets.size() == 1)
            occluded.effectOfEach.push_back(effect);
    }
    return occluded;
}

std::vector<OcclusionGroup> grouped(const std::vector<OccludedSequence>& sequences, std::uint64_t seed)
{
    std::vector<OcclusionGroup> groups;
    for (int instances = 1; instances <= kGroups; ++instances) {
        std::vector<double> all, each;
        for (const OccludedSequence& occluded : sequences) {
            if (std::min<int>(int(occluded.startsNt.size()), kGroups) != instances)
                continue;
            const std::vector<double>& effects = occluded.effectOfEach;
            all.push_back(occluded.effectOfAll);
            each.push_back(std::accumulate(effects.begin(), effects.end(), 0.0) / double(effects.size()));
        }
        groups.push_back({instances, bootstrapMean(all, seed), bootstrapMean(each, seed)});
    }
    return groups;
}

}  // namespace

Result<Occlusion> occludeMotif(const Run& run, const data::TranscriptSet& sequences, const OcclusionSettings& settings)
{
    if (settings.pattern.empty() || settings.draws < 1)
        return fail(ErrorCode::InvalidArgument, "Occlusion needs a motif and at least one draw.");
    Occlusion result;
    std::vector<OccludedSequence> found;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        OccludedSequence occluded{i, instances(sequences[i]->sequence.letters, settings.pattern), 0.0, 0.0, {}};
        if (occluded.startsNt.empty()) {
            ++result.without;
            continue;
        }
        run.expect(1 + setsOf(occluded.startsNt).size() * std::size_t(settings.draws));
        found.push_back(std::move(occluded));
    }
    for (OccludedSequence& occluded : found) {
        const data::Transcript& transcript = *sequences[occluded.sequence];
        Result<OccludedSequence> done = occludeOne(run, transcript, std::move(occluded), settings);
        if (!done)
            return fail(done.error());
        result.sequences.push_back(*std::move(done));
    }
    result.groups = grouped(result.sequences, settings.seed);
    return result;
}

}  // namespace nscope::experiment
