#include "core/experiment/gia.h"

#include "core/experiment/motif_pattern.h"

#include <numeric>

namespace nscope::experiment {

namespace {

double meanOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

std::string withMotifs(const data::Transcript& background, const std::vector<PlacedMotif>& motifs, std::uint64_t seed)
{
    std::string letters = background.sequence.letters;
    for (const PlacedMotif& motif : motifs)
        letters = embedded(std::move(letters), motif.pattern, motif.startIn(background.sequence.length()), seed);
    return letters;
}

bool overlap(const PlacedMotif& a, const PlacedMotif& b, std::int64_t lengthNt)
{
    const std::int64_t startA = a.startIn(lengthNt), startB = b.startIn(lengthNt);
    return startA < startB + std::int64_t(b.pattern.size()) && startB < startA + std::int64_t(a.pattern.size());
}

}  // namespace

Result<ScoredBackgrounds> scoreBackgrounds(const Run& run, data::TranscriptSet sequences, std::uint64_t seed)
{
    if (sequences.empty())
        return fail(ErrorCode::InvalidArgument, "There are no backgrounds.");
    run.expect(sequences.size());
    Result<std::vector<double>> scores = scoreAll(run, sequences);
    if (!scores)
        return fail(scores.error());
    return ScoredBackgrounds{std::move(sequences), *std::move(scores), seed};
}

Result<void> checkFits(const ScoredBackgrounds& backgrounds, const std::vector<PlacedMotif>& motifs)
{
    for (const data::TranscriptPtr& background : backgrounds.sequences) {
        const std::int64_t lengthNt = background->sequence.length();
        for (const PlacedMotif& motif : motifs) {
            const std::int64_t start = motif.startIn(lengthNt);
            if (start < 0 || start + std::int64_t(motif.pattern.size()) > lengthNt)
                return fail(ErrorCode::InvalidArgument,
                            "The motif " + motif.pattern + " at position " + std::to_string(start + 1)
                                + " does not fit into a background of " + std::to_string(lengthNt) + " nt.");
        }
    }
    return {};
}

Result<std::vector<double>> motifChanges(const Run& run, const ScoredBackgrounds& backgrounds,
                                         const std::vector<PlacedMotif>& motifs)
{
    if (const Result<void> fits = checkFits(backgrounds, motifs); !fits)
        return fail(fits.error());
    const auto make = [&](std::size_t i) {
        const data::Transcript& background = *backgrounds.sequences[i];
        return withLetters(background, withMotifs(background, motifs, backgrounds.seed + i));
    };
    const Result<std::vector<double>> scores = scoreEach(run, backgrounds.sequences.size(), make);
    if (!scores)
        return fail(scores.error());
    return differences(*scores, backgrounds.scores);
}

Result<MotifEffect> motifEffect(const Run& run, const ScoredBackgrounds& backgrounds,
                                const std::vector<PlacedMotif>& motifs)
{
    const Result<std::vector<double>> changes = motifChanges(run, backgrounds, motifs);
    if (!changes)
        return fail(changes.error());
    const double without = meanOf(backgrounds.scores);
    const analysis::MeanEstimate effect = bootstrapMean(*changes, backgrounds.seed);
    return MotifEffect{motifs, effect, without + effect.mean, without};
}

Result<Cooperativity> cooperativity(const Run& run, const ScoredBackgrounds& backgrounds, const PlacedMotif& first,
                                    const PlacedMotif& second)
{
    for (const data::TranscriptPtr& background : backgrounds.sequences) {
        if (overlap(first, second, background->sequence.length()))
            return fail(ErrorCode::InvalidArgument, "The two motifs overlap; give them positions apart.");
    }
    run.expect(3 * backgrounds.sequences.size());
    std::vector<std::vector<double>> changes;
    for (const std::vector<PlacedMotif>& motifs :
         {std::vector{first}, std::vector{second}, std::vector{first, second}}) {
        Result<std::vector<double>> made = motifChanges(run, backgrounds, motifs);
        if (!made)
            return fail(made.error());
        changes.push_back(*std::move(made));
    }
    std::vector<double> sums(changes[0].size());
    for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] = changes[0][i] + changes[1][i];
    const std::uint64_t seed = backgrounds.seed;
    return Cooperativity{bootstrapMean(changes[0], seed), bootstrapMean(changes[1], seed),
                         bootstrapMean(changes[2], seed), bootstrapMean(sums, seed),
                         bootstrapMean(differences(changes[2], sums), seed)};
}

}  // namespace nscope::experiment
