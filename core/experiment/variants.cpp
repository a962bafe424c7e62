#include "core/experiment/variants.h"

#include "core/data/alphabet.h"
#include "core/data/edit.h"
#include "core/data/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>

namespace nscope::experiment {

namespace {

/// A sequence pair to score: index into the distinct sequences.
struct Pair {
    std::size_t ref = 0;
    std::size_t alt = 0;
};

/// Scores equal sequences once; sequences with the same letters share their further inputs if they are of one record.
class Distinct {
public:
    std::size_t add(std::size_t record, data::Transcript transcript)
    {
        std::string key = std::to_string(record) + ":" + transcript.sequence.letters;
        const auto [found, isNew] = m_index.try_emplace(std::move(key), m_sequences.size());
        if (isNew)
            m_sequences.push_back(std::make_shared<const data::Transcript>(std::move(transcript)));
        return found->second;
    }
    const data::TranscriptSet& sequences() const { return m_sequences; }

private:
    std::unordered_map<std::string, std::size_t> m_index;
    data::TranscriptSet m_sequences;
};

data::Edit editOf(const PlacedVariant& placed)
{
    return {placed.place.startNt, placed.variant.ref, placed.variant.alt, {}};
}

VariantStatus statusOf(const data::Transcript& transcript, const PlacedVariant& placed, const VariantSettings& settings)
{
    const data::Variant& variant = placed.variant;
    if (variant.symbolic)
        return VariantStatus::Symbolic;
    const auto at = std::size_t(placed.place.startNt);
    if (std::string_view(transcript.sequence.letters).substr(at, variant.ref.size()) != variant.ref)
        return VariantStatus::ReferenceDiffers;
    const auto longest = std::int64_t(std::max(variant.ref.size(), variant.alt.size()));
    const std::int64_t left = (settings.windowNt - 1) / 2 + settings.maxShiftNt;
    return settings.windowNt > 0 && left + longest > settings.windowNt ? VariantStatus::TooLong : VariantStatus::Scored;
}

class Pairs {
public:
    Pairs(const data::TranscriptSet& transcripts, const VariantSettings& settings)
        : m_transcripts(transcripts), m_settings(settings)
    {
    }

    /// The pair as it is (first), then one per shift.
    Result<std::vector<Pair>> of(const PlacedVariant& placed, Distinct& distinct) const
    {
        const data::Transcript& ref = *m_transcripts[placed.place.transcript];
        const Result<data::Transcript> alt = data::applyEdit(ref, editOf(placed));
        if (!alt)
            return fail(alt.error().at({.record = ref.sequence.id}));
        data::Random random(
            data::seedFor(m_settings.seed, ref.sequence.id + ":" + std::to_string(placed.place.startNt)));
        std::vector<Pair> pairs;
        for (int shift = -1; shift < m_settings.shifts; ++shift)
            pairs.push_back(m_settings.windowNt > 0
                                ? window(ref, *alt, placed, shift < 0 ? 0 : drawnShift(random), distinct)
                                : whole(ref, *alt, placed, shift < 0 ? nullptr : &random, distinct));
        return pairs;
    }

private:
    std::int64_t drawnShift(data::Random& random) const
    {
        return std::int64_t(random.below(std::uint64_t(2 * m_settings.maxShiftNt + 1))) - m_settings.maxShiftNt;
    }

    Pair window(const data::Transcript& ref, const data::Transcript& alt, const PlacedVariant& placed,
                std::int64_t shiftNt, Distinct& distinct) const
    {
        const std::int64_t start = placed.place.startNt - (m_settings.windowNt - 1) / 2 + shiftNt;
        return {distinct.add(placed.place.transcript, windowOf(ref, start, m_settings.windowNt)),
                distinct.add(placed.place.transcript, windowOf(alt, start, m_settings.windowNt))};
    }

    Pair whole(const data::Transcript& ref, const data::Transcript& alt, const PlacedVariant& placed,
               data::Random* random, Distinct& distinct) const
    {
        const std::int64_t before = placed.place.startNt;
        const std::int64_t after = ref.sequence.length() - before - std::int64_t(placed.variant.ref.size());
        std::int64_t cut5 = 0, cut3 = 0;
        if (random) {
            const auto drawn = std::int64_t(random->below(std::uint64_t(m_settings.maxShiftNt + 1)));
            cut5 = std::min(drawn, before);
            cut3 = std::min(m_settings.maxShiftNt - drawn, after);
        }
        const auto cut = [&](const data::Transcript& transcript) {
            return windowOf(transcript, cut5, transcript.sequence.length() - cut5 - cut3);
        };
        return {distinct.add(placed.place.transcript, cut(ref)), distinct.add(placed.place.transcript, cut(alt))};
    }

    const data::TranscriptSet& m_transcripts;
    const VariantSettings& m_settings;
};

ScoredVariant scoresOf(const std::vector<Pair>& pairs, const std::vector<double>& scores)
{
    ScoredVariant scored;
    scored.scores = {scores[pairs.front().ref], scores[pairs.front().alt]};
    if (pairs.size() == 1)
        return scored;
    analysis::MeanAccumulator ref, alt, delta;
    for (const Pair& pair : std::span(pairs).subspan(1)) {
        ref.add(scores[pair.ref]);
        alt.add(scores[pair.alt]);
        delta.add(scores[pair.alt] - scores[pair.ref]);
    }
    scored.robust = RobustScores{{ref.mean(), alt.mean()}, delta.standardDeviation()};
    return scored;
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

VariantSettings withoutShifts(VariantSettings settings)
{
    settings.shifts = 0;
    settings.maxShiftNt = 0;
    return settings;
}

Result<void> checkSettings(const VariantSettings& settings)
{
    if (settings.windowNt < 0 || settings.shifts < 0 || settings.maxShiftNt < 0)
        return fail(ErrorCode::InvalidArgument, "Window, shifts and largest shift must be 0 or more.");
    if (settings.windowNt > 0 && settings.maxShiftNt > (settings.windowNt - 1) / 2)
        return fail(ErrorCode::InvalidArgument, "A shift of " + std::to_string(settings.maxShiftNt)
                                                    + " nt would move the variant out of a window of "
                                                    + std::to_string(settings.windowNt) + " nt.");
    return {};
}

/// The sequences of all variants that can be scored.
struct AllPairs {
    Distinct distinct;
    std::vector<VariantStatus> statuses;   ///< one per variant
    std::vector<std::vector<Pair>> pairs;  ///< one per variant; empty unless scored

    static Result<AllPairs> make(const data::TranscriptSet& transcripts, std::span<const PlacedVariant> variants,
                                 const VariantSettings& settings)
    {
        if (const Result<void> sound = checkSettings(settings); !sound)
            return fail(sound.error());
        const Pairs maker(transcripts, settings);
        AllPairs all;
        all.pairs.resize(variants.size());
        for (std::size_t i = 0; i < variants.size(); ++i) {
            all.statuses.push_back(statusOf(*transcripts[variants[i].place.transcript], variants[i], settings));
            if (all.statuses.back() != VariantStatus::Scored)
                continue;
            Result<std::vector<Pair>> made = maker.of(variants[i], all.distinct);
            if (!made)
                return fail(made.error());
            all.pairs[i] = *std::move(made);
        }
        return all;
    }
};

/// What a model of letters says at the letters of a REF allele.
struct MaskedRows {
    std::shared_ptr<const data::Attribution> explanation;
    std::int64_t startNt = 0;  ///< of the allele in the explained sequence

    double logOdds(const data::Variant& variant) const
    {
        double sum = 0.0;
        for (std::size_t i = 0; i < variant.ref.size(); ++i) {
            if (variant.ref[i] == variant.alt[i])
                continue;
            const int ref = data::baseIndex(variant.ref[i]), alt = data::baseIndex(variant.alt[i]);
            const std::int64_t position = startNt + std::int64_t(i);
            if (ref < 0 || alt < 0 || !explanation->isExact(position))
                return kNaN;
            sum += double(explanation->at(position, alt)) - double(explanation->at(position, ref));
        }
        return sum;
    }
};

data::Transcript edited(const data::Transcript& transcript, std::int64_t startNt, std::size_t removedNt,
                        std::string inserted)
{
    const std::string removed = transcript.sequence.letters.substr(std::size_t(startNt), removedNt);
    if (removed.empty() && inserted.empty())
        return transcript;
    // The place and the letters were just read from the sequence, and something remains.
    return data::applyEdit(transcript, {startNt, removed, std::move(inserted), {}}).value();
}

}  // namespace

const char* statusText(VariantStatus status)
{
    switch (status) {
    case VariantStatus::Scored: return "scored";
    case VariantStatus::ReferenceDiffers: return "reference differs";
    case VariantStatus::Symbolic: return "symbolic allele";
    case VariantStatus::TooLong: return "longer than the window";
    }
    return "scored";
}

std::optional<double> VariantScores::log2Fold() const
{
    if (!(ref > 0.0) || !(alt > 0.0))
        return std::nullopt;
    return std::log2(alt / ref);
}

std::string variantKind(const data::Variant& variant)
{
    if (variant.symbolic)
        return "symbolic";
    const std::string& ref = variant.ref;
    const std::string& alt = variant.alt;
    const std::size_t shorter = std::min(ref.size(), alt.size());
    std::size_t left = 0, right = 0;
    while (left < shorter && ref[left] == alt[left])
        ++left;
    while (right < shorter - left && ref[ref.size() - 1 - right] == alt[alt.size() - 1 - right])
        ++right;
    const std::size_t removed = ref.size() - left - right, inserted = alt.size() - left - right;
    if (removed == inserted)
        return removed <= 1 ? "SNV" : "MNV";
    return removed == 0 ? "insertion" : inserted == 0 ? "deletion" : "indel";
}

data::Transcript windowOf(const data::Transcript& transcript, std::int64_t startNt, std::int64_t lengthNt)
{
    const std::int64_t endNt = startNt + lengthNt;
    data::Transcript window = transcript;
    const std::int64_t length = window.sequence.length();
    const std::int64_t keptStart = std::clamp<std::int64_t>(startNt, 0, length);
    const std::int64_t keptEnd = std::clamp<std::int64_t>(endNt, keptStart, length);
    const auto behind = std::size_t(std::clamp<std::int64_t>(endNt - length, 0, lengthNt));
    const auto ahead = std::size_t(std::clamp<std::int64_t>(-startNt, 0, lengthNt));
    window = edited(window, keptEnd, std::size_t(length - keptEnd), std::string(behind, 'N'));
    return edited(window, 0, std::size_t(keptStart), std::string(ahead, 'N'));
}

namespace {

Result<MaskedRows> maskedRows(const MaskedLetters& masked, const data::Transcript& ref, const PlacedVariant& placed,
                              std::int64_t windowNt)
{
    const std::int64_t left = (windowNt - 1) / 2;
    const auto shown = std::make_shared<const data::Transcript>(
        windowNt > 0 ? windowOf(ref, placed.place.startNt - left, windowNt) : ref);
    MaskedRows rows{nullptr, windowNt > 0 ? left : placed.place.startNt};
    const std::int64_t endNt = rows.startNt + std::int64_t(placed.variant.ref.size());
    Result<std::shared_ptr<const data::Attribution>> explained = masked(shown, {rows.startNt, endNt});
    if (!explained)
        return fail(explained.error());
    if ((*explained)->length() < endNt)
        return fail(ErrorCode::Internal, "The model did not predict the letters of the whole sequence.");
    rows.explanation = *std::move(explained);
    return rows;
}

}  // namespace

Result<std::vector<ScoredVariant>> scoreVariants(const Run& run, const data::TranscriptSet& transcripts,
                                                 std::span<const PlacedVariant> variants,
                                                 const VariantSettings& settings)
{
    const Result<AllPairs> all = AllPairs::make(transcripts, variants, settings);
    if (!all)
        return fail(all.error());
    run.expect(all->distinct.sequences().size());
    const Result<std::vector<double>> scores = scoreAll(run, all->distinct.sequences());
    if (!scores)
        return fail(scores.error());
    std::vector<ScoredVariant> scored(variants.size());
    for (std::size_t i = 0; i < variants.size(); ++i) {
        scored[i].status = all->statuses[i];
        if (scored[i].status == VariantStatus::Scored)
            scored[i] = scoresOf(all->pairs[i], *scores);
    }
    return scored;
}

Result<std::vector<double>> variantCosines(const Embedder& embed, const data::TranscriptSet& transcripts,
                                           std::span<const PlacedVariant> variants, const VariantSettings& settings)
{
    const Result<AllPairs> all = AllPairs::make(transcripts, variants, withoutShifts(settings));
    if (!all)
        return fail(all.error());
    const Result<std::vector<std::vector<float>>> vectors = embed(all->distinct.sequences());
    if (!vectors)
        return fail(vectors.error());
    if (vectors->size() != all->distinct.sequences().size())
        return fail(ErrorCode::Internal, "The model did not give a vector for every sequence.");
    std::vector<double> cosines(variants.size(), kNaN);
    for (std::size_t i = 0; i < variants.size(); ++i) {
        if (all->statuses[i] != VariantStatus::Scored)
            continue;
        const std::vector<float>& ref = (*vectors)[all->pairs[i].front().ref];
        const std::vector<float>& alt = (*vectors)[all->pairs[i].front().alt];
        if (ref.empty() || ref.size() != alt.size())
            return fail(ErrorCode::Unsupported, "The model gives no vector per sequence, or one that grows with it.",
                        {.record = transcripts[variants[i].place.transcript]->sequence.id});
        cosines[i] = analysis::cosine(std::vector<double>(ref.begin(), ref.end()),
                                      std::vector<double>(alt.begin(), alt.end()))
                         .value_or(kNaN);
    }
    return cosines;
}

Result<std::vector<double>> variantMaskedLogOdds(const MaskedLetters& masked, const data::TranscriptSet& transcripts,
                                                 std::span<const PlacedVariant> variants,
                                                 const VariantSettings& settings)
{
    std::map<std::tuple<std::size_t, std::int64_t, std::size_t>, MaskedRows> known;
    std::vector<double> odds(variants.size(), kNaN);
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const PlacedVariant& placed = variants[i];
        const data::Transcript& ref = *transcripts[placed.place.transcript];
        if (statusOf(ref, placed, withoutShifts(settings)) != VariantStatus::Scored
            || placed.variant.ref.size() != placed.variant.alt.size())
            continue;
        MaskedRows& rows = known[{placed.place.transcript, placed.place.startNt, placed.variant.ref.size()}];
        if (!rows.explanation) {
            Result<MaskedRows> read = maskedRows(masked, ref, placed, settings.windowNt);
            if (!read)
                return fail(read.error().at({.record = ref.sequence.id}));
            rows = *std::move(read);
        }
        odds[i] = rows.logOdds(placed.variant);
    }
    return odds;
}

}  // namespace nscope::experiment
