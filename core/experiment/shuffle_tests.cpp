#include "core/experiment/shuffle_tests.h"

#include "core/data/genetic_code.h"
#include "core/data/random.h"
#include "core/data/shuffle.h"

#include <map>

namespace nscope::experiment {

namespace {

using Shuffler = std::function<Result<std::string>(std::string_view letters, std::uint64_t seed)>;

struct Part {
    std::string what;
    data::Interval region;
    Shuffler shuffler;
    std::string skipped;
};

Result<std::string> keepDinucleotides(std::string_view letters, std::uint64_t seed)
{
    return data::shuffled(letters, data::ShuffleKind::Dinucleotide, seed);
}

/// The transcript with this region shuffled, `repeats` times.
Result<data::TranscriptSet> shuffles(const data::Transcript& transcript, const Part& part,
                                     const ShuffleTestSettings& settings)
{
    const auto start = std::size_t(part.region.startNt);
    const auto length = std::size_t(part.region.length());
    data::Random random(data::seedFor(settings.seed, transcript.sequence.id + "/" + part.what));
    data::TranscriptSet made;
    for (int i = 0; i < settings.repeats; ++i) {
        const std::string_view letters = std::string_view(transcript.sequence.letters).substr(start, length);
        const Result<std::string> shuffled = part.shuffler(letters, random.next());
        if (!shuffled)
            return fail(shuffled.error().at({.record = transcript.sequence.id}));
        std::string whole = transcript.sequence.letters;
        whole.replace(start, length, *shuffled);
        made.push_back(withLetters(transcript, std::move(whole)));
    }
    return made;
}

Result<ShuffleTestRow> testPart(const Run& run, const data::Transcript& transcript, double score, const Part& part,
                                const ShuffleTestSettings& settings)
{
    ShuffleTestRow row{part.what, part.region, score, {}, {}, part.skipped, {}};
    if (!row.skipped.empty()) {
        row.shuffled = row.change = bootstrapMean({}, settings.seed);
        return row;
    }
    const Result<data::TranscriptSet> controls = shuffles(transcript, part, settings);
    if (!controls)
        return fail(controls.error());
    run.expect(controls->size());
    const Result<std::vector<double>> scores = scoreAll(run, *controls);
    if (!scores)
        return fail(scores.error());
    row.changes = *scores;
    for (double& change : row.changes)
        change -= score;
    row.shuffled = bootstrapMean(*scores, settings.seed);
    row.change = bootstrapMean(row.changes, settings.seed);
    return row;
}

Result<std::vector<ShuffleTestRow>> testParts(const Run& run, const data::TranscriptPtr& transcript,
                                              const std::vector<Part>& parts, const ShuffleTestSettings& settings)
{
    if (settings.repeats < 1)
        return fail(ErrorCode::InvalidArgument, "At least one shuffle is needed.");
    run.expect(1);
    const Result<double> score = scoreOne(run, transcript);
    if (!score)
        return fail(score.error());
    std::vector<ShuffleTestRow> rows;
    for (const Part& part : parts) {
        Result<ShuffleTestRow> row = testPart(run, *transcript, *score, part, settings);
        if (!row)
            return fail(row.error());
        rows.push_back(*std::move(row));
    }
    return rows;
}

}  // namespace

Result<std::vector<ShuffleTestRow>> regionShuffles(const Run& run, const data::TranscriptPtr& transcript,
                                                   const ShuffleTestSettings& settings)
{
    std::vector<Part> parts;
    if (transcript->cds)
        parts = {{"utr5", *transcript->utr5(), keepDinucleotides, {}},
                 {"cds", *transcript->cds, keepDinucleotides, {}},
                 {"utr3", *transcript->utr3(), keepDinucleotides, {}}};
    else
        parts = {{"all", {0, transcript->sequence.length()}, keepDinucleotides, {}}};
    for (Part& part : parts) {
        if (part.region.length() < settings.minimumNt)
            part.skipped = "shorter than " + std::to_string(settings.minimumNt) + " nt";
    }
    return testParts(run, transcript, parts, settings);
}

Result<std::vector<ShuffleTestRow>> codonShuffles(const Run& run, const data::TranscriptPtr& transcript,
                                                  const ShuffleTestSettings& settings)
{
    const data::Interval region = transcript->cds.value_or(data::Interval{});
    const std::string skipped = !transcript->cds                               ? "no coding region"
                                : region.isEmpty() || region.length() % 3 != 0 ? "the coding region is not whole codons"
                                                                               : "";
    const Shuffler positional = [](std::string_view letters, std::uint64_t seed) {
        return data::shuffled(letters, data::ShuffleKind::Codon, seed);
    };
    const Shuffler synonymous = [](std::string_view letters, std::uint64_t seed) -> Result<std::string> {
        return data::synonymousShuffle(letters, seed);
    };
    return testParts(run, transcript,
                     {{"codons", region, positional, skipped}, {"synonymous", region, synonymous, skipped}}, settings);
}

}  // namespace nscope::experiment
