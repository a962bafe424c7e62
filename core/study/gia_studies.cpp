// The studies of global importance analysis: their options and how these become settings.
#include "core/study/gia.h"

#include "core/experiment/backgrounds.h"
#include "core/experiment/motif_pattern.h"
#include "core/study/place_text.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <charconv>

namespace nscope::study {

namespace {

using engine::OptionSpec;
using experiment::PlacedMotif;
using experiment::ScoredBackgrounds;

constexpr const char* kKoo = "Koo et al. 2021, PLoS Comput. Biol. 17:e1008925";
constexpr const char* kToneyan = "Toneyan, Tang & Koo 2022, Nat. Mach. Intell. 4:1088";
constexpr const char* kMotifHelp =
    "Letters, IUPAC codes and . for any base; MOTIF@POSITION counts from 1, else in the middle";
constexpr const char* kExampleMotif = "TGACTCA";

std::vector<OptionSpec> withBackgrounds(std::vector<OptionSpec> options)
{
    options.push_back(wholeOption("backgrounds", "Backgrounds",
                                  "Background sequences: dinucleotide shuffles of the sequences", 300, 2, 1'000'000));
    options.push_back(wholeOption("length", "Length of the backgrounds (nt)",
                                  "0: as long as the sequences, else random windows of them", 0, 0, 10'000'000));
    options.push_back(
        textOption("composition", "Composition",
                   "Draw the letters from shares of A, C, G and T/U instead, as 0.3 0.2 0.2 0.3; needs a length"));
    return options;
}

Result<std::vector<double>> sharesOf(const std::string& words)
{
    std::vector<double> shares;
    for (const std::string& word : wordsOf(words)) {
        double share = 0.0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), share);
        if (error != std::errc() || end != word.data() + word.size())
            return fail(ErrorCode::InvalidArgument, "'" + word + "' is no share; a composition is four numbers.");
        shares.push_back(share);
    }
    return shares;
}

Result<std::vector<PlacedMotif>> motifsOf(const Order& order)
{
    std::vector<PlacedMotif> motifs;
    for (const std::string& word : wordsOf(text(order, "motifs"))) {
        Result<PlacedMotif> motif = parsePlacedMotif(word);
        if (!motif)
            return fail(motif.error());
        motifs.push_back(*std::move(motif));
    }
    if (motifs.empty())
        return fail(ErrorCode::InvalidArgument, "Give at least one motif.");
    return motifs;
}

Result<data::TranscriptSet> backgroundsOf(const Order& order)
{
    const Result<std::vector<double>> shares = sharesOf(text(order, "composition"));
    if (!shares)
        return fail(shares.error());
    return giaBackgrounds(
        order.transcripts, *shares, order.alphabet,
        {.count = int(whole(order, "backgrounds")), .lengthNt = whole(order, "length"), .seed = order.seed});
}

/// Backgrounds with their scores, and a run that will score them `times` times more.
struct Ready {
    experiment::Run run;
    ScoredBackgrounds backgrounds;
};
Result<Ready> ready(const Order& order, const Tools& tools, data::TranscriptSet sequences, std::size_t times)
{
    experiment::Run run = countedRun(tools, sequences.size() * (1 + times));
    Result<ScoredBackgrounds> scored = experiment::scoreBackgrounds(run, std::move(sequences), order.seed);
    if (!scored)
        return fail(scored.error());
    return Ready{std::move(run), *std::move(scored)};
}

Result<Outcome> runMotifs(const Order& order, const Tools& tools)
{
    const Result<std::vector<PlacedMotif>> motifs = motifsOf(order);
    Result<data::TranscriptSet> sequences = motifs ? backgroundsOf(order) : fail(motifs.error());
    if (!sequences)
        return fail(sequences.error());
    const Result<Ready> started = ready(order, tools, *std::move(sequences), motifs->size());
    return started ? motifEffects(started->run, started->backgrounds, *motifs) : fail(started.error());
}

Result<Outcome> runFlanks(const Order& order, const Tools& tools)
{
    const Result<PlacedMotif> pattern = parsePlacedMotif(text(order, "pattern"));
    if (!pattern)
        return fail(pattern.error());
    const auto words = experiment::expanded(pattern->pattern, experiment::kMostFlankWords);
    Result<data::TranscriptSet> sequences = words ? backgroundsOf(order) : fail(words.error());
    if (!sequences)
        return fail(sequences.error());
    const Result<Ready> started = ready(order, tools, *std::move(sequences), words->size());
    return started ? rankedFlanks(started->run, started->backgrounds, *pattern) : fail(started.error());
}

std::int64_t shortestOf(const data::TranscriptSet& sequences)
{
    const auto lengthOf = [](const data::TranscriptPtr& one) { return one->sequence.length(); };
    return std::ranges::min(sequences, {}, lengthOf)->sequence.length();
}

Result<Outcome> runDistances(const Order& order, const Tools& tools)
{
    Result<PlacedMotif> first = parsePlacedMotif(text(order, "first"));
    const Result<PlacedMotif> second = parsePlacedMotif(text(order, "second"));
    if (!first || !second)
        return fail(first ? second.error() : first.error());
    Result<data::TranscriptSet> sequences = backgroundsOf(order);
    if (!sequences)
        return fail(sequences.error());
    const std::int64_t lengthNt = shortestOf(*sequences);
    first->startNt = first->startIn(lengthNt);
    Result<data::Interval> starts = data::Interval{0, lengthNt - std::int64_t(second->pattern.size()) + 1};
    if (!text(order, "starts").empty())
        starts = parseRange(text(order, "starts"));
    if (!starts)
        return fail(starts.error());
    const bool singles = !isOn(order, "both_only");
    const std::int64_t places = std::max<std::int64_t>(0, starts->length() / whole(order, "step"));
    const Result<Ready> started =
        ready(order, tools, *std::move(sequences), 1 + std::size_t(places) * (singles ? 2 : 1));
    if (!started)
        return fail(started.error());
    return motifDistances(started->run, started->backgrounds,
                          {.first = *first,
                           .second = second->pattern,
                           .fromNt = starts->startNt,
                           .toNt = starts->endNt,
                           .stepNt = whole(order, "step"),
                           .singles = singles});
}

Result<Outcome> runCooperativity(const Order& order, const Tools& tools)
{
    const Result<PlacedMotif> first = parsePlacedMotif(text(order, "first"));
    const Result<PlacedMotif> second = parsePlacedMotif(text(order, "second"));
    if (!first || !second)
        return fail(first ? second.error() : first.error());
    Result<data::TranscriptSet> sequences = backgroundsOf(order);
    if (!sequences)
        return fail(sequences.error());
    const Result<Ready> started = ready(order, tools, *std::move(sequences), 3);
    return started ? motifCooperation(started->run, started->backgrounds, *first, *second) : fail(started.error());
}

Result<Outcome> runOcclusion(const Order& order, const Tools& tools)
{
    const Result<std::string> pattern = experiment::parsePattern(text(order, "motif"));
    if (!pattern)
        return fail(pattern.error());
    std::size_t total = 0;
    for (const data::TranscriptPtr& sequence : order.transcripts)
        if (const std::size_t count = experiment::instances(sequence->sequence.letters, *pattern).size(); count > 0)
            total += 1 + std::size_t(whole(order, "draws")) * (count == 1 ? 1 : count + 1);
    return motifOcclusion(countedRun(tools, total), order.transcripts,
                          {*pattern, int(whole(order, "draws")), order.seed});
}

}  // namespace

std::vector<Study> giaStudies()
{
    const Needs needs{.target = true};
    const std::vector<OptionSpec> pair{textOption("first", "First motif", kMotifHelp, kExampleMotif),
                                       textOption("second", "Second motif", kMotifHelp, "CACGTG")};
    std::vector<OptionSpec> distances = pair;
    distances.push_back(textOption("starts", "Starts of the second motif",
                                   "First bases, as 1-200; empty: every place of the backgrounds"));
    distances.push_back(wholeOption("step", "Step (nt)", "Every how many bases", 1, 1, 1'000'000));
    distances.push_back(
        switchOption("both_only", "Only both together", "Do not score the second motif alone; half the work"));
    std::vector<OptionSpec> apart = pair;
    apart.front().fallback = std::string(kExampleMotif) + "@10";
    return {
        {{"gia-motif",
          "Effect of a motif",
          "What motifs do to the score on average over backgrounds",
          kKoo,
          Page::Experiments,
          withBackgrounds({textOption("motifs", "Motifs", std::string(kMotifHelp) + "; several with blanks between",
                                      kExampleMotif)}),
          {},
          needs},
         runMotifs},
        {{"gia-flanks",
          "Best flanks of a motif",
          "All words that a pattern stands for, ranked by their effect",
          kToneyan,
          Page::Experiments,
          withBackgrounds({textOption("pattern", "Pattern", kMotifHelp, ".TGA.TCA.")}),
          {},
          needs},
         runFlanks},
        {{"gia-distance",
          "Distance of two motifs",
          "A second motif moved along a first: alone, together, interaction",
          kToneyan,
          Page::Experiments,
          withBackgrounds(std::move(distances)),
          {},
          needs},
         runDistances},
        {{"gia-cooperativity",
          "Cooperativity of two motifs",
          "Whether two motifs do more together than each alone",
          kToneyan,
          Page::Experiments,
          withBackgrounds(std::move(apart)),
          {},
          needs},
         runCooperativity},
        {{"gia-occlusion",
          "Occlusion of a motif",
          "What a motif's own instances in the sequences do: each replaced by random bases",
          kToneyan,
          Page::Experiments,
          {textOption("motif", "Motif", "Letters, IUPAC codes and . for any base", kExampleMotif),
           wholeOption("draws", "Draws", "Random replacements", 20, 1, 10'000)},
          {},
          needs},
         runOcclusion},
    };
}

}  // namespace nscope::study
