#include "core/study/motif_discovery_study.h"

#include "core/analysis/metagene.h"
#include "core/io/motif_file.h"
#include "core/study/columns.h"
#include "core/study/motif_controls.h"
#include "core/study/motif_matches.h"
#include "core/study/position_values.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::study {

namespace {

using analysis::DiscoveredMotif;
using analysis::EnrichedWord;

constexpr std::size_t kShownWords = 30;

std::string lettersOf(const std::string& letters, data::Interval span)
{
    return letters.substr(std::size_t(span.startNt), std::size_t(span.length()));
}

std::string listed(const DiscoveredMotif& found)
{
    std::string all;
    for (const std::string& word : found.words)
        all += (all.empty() ? "" : ",") + data::displayLetters(word, found.motif.alphabet);
    return all;
}

data::ResultTable motifTable(const std::vector<DiscoveredMotif>& motifs)
{
    return {"motifs",
            {columnOf("motif", motifs, [](const DiscoveredMotif& m) { return m.motif.id; }),
             columnOf("consensus", motifs, [](const DiscoveredMotif& m) { return data::consensus(m.motif); }),
             columnOf("instances", motifs, [](const DiscoveredMotif& m) { return std::int64_t(m.motif.sites); }),
             columnOf("best_q", motifs, [](const DiscoveredMotif& m) { return m.bestQ; }),
             columnOf("words", motifs, listed)}};
}

data::ResultTable wordTable(const std::vector<EnrichedWord>& words, data::Alphabet alphabet)
{
    return {"words",
            {columnOf("word", words, [&](const EnrichedWord& w) { return data::displayLetters(w.letters, alphabet); }),
             columnOf("positives_with", words, [](const EnrichedWord& w) { return w.positivesWith; }),
             columnOf("controls_with", words, [](const EnrichedWord& w) { return w.negativesWith; }),
             columnOf("p", words, [](const EnrichedWord& w) { return w.p; }),
             columnOf("q", words, [](const EnrichedWord& w) { return w.q; })}};
}

data::Plot motifPlot(const std::vector<DiscoveredMotif>& motifs)
{
    data::Plot plot{.id = "motifs", .title = "Motifs by their instances"};
    for (const DiscoveredMotif& found : motifs)
        plot.motifs.push_back({found.motif, "q = " + shortNumber(found.bestQ) + ", "
                                                + groupedText(std::int64_t(found.motif.sites)) + " sites"});
    return plot;
}

data::Plot wordPlot(const std::vector<EnrichedWord>& words, data::Alphabet alphabet, double maxQ)
{
    data::Plot plot{.id = "words", .title = "The most enriched words"};
    std::vector<std::string> names;
    std::vector<double> y;
    for (const EnrichedWord& word : words) {
        if (names.size() == kShownWords)
            break;
        names.push_back(data::displayLetters(word.letters, alphabet));
        y.push_back(-std::log10(std::max(word.q, std::numeric_limits<double>::min())));
    }
    plot.x = {.label = "Word", .ticks = ticksOf(names), .from = 0.5, .to = double(names.size()) + 0.5};
    plot.y = {.label = "−log10 of the adjusted p-value"};
    plot.series.push_back(
        {.kind = data::PlotSeries::Kind::Bars, .name = {}, .x = countedFrom1(y.size()), .y = y, .labels = names});
    plot.guides.push_back({.vertical = false, .at = -std::log10(maxQ), .label = "q = " + shortNumber(maxQ)});
    return plot;
}

}  // namespace

DiscoveryStudy::DiscoveryStudy(DiscoveryStudySettings settings)
    : m_settings(std::move(settings)), m_random(m_settings.seed)
{
}

void DiscoveryStudy::add(const data::Transcript& transcript, std::vector<double> values_L)
{
    const std::string& letters = transcript.sequence.letters;
    m_isRna = transcript.sequence.alphabet == data::Alphabet::Rna || transcript.cds.has_value();
    if (m_settings.recipe == "spikes") {
        addSpikes(letters, std::move(values_L), analysis::codingRegion(transcript.cds, letters, m_settings.longestOrf));
        return;
    }
    for (const data::Interval region : analysis::highRegions(values_L, m_settings.minRegion))
        m_candidates.push_back({m_positives.size(), region});
    m_positives.push_back(letters);
}

/// The regions asked for; the whole sequence without a coding region.
std::vector<data::Interval> DiscoveryStudy::regionsOf(std::optional<data::Interval> cds, std::int64_t lengthNt) const
{
    if (!cds)
        return m_settings.region == "all" ? std::vector<data::Interval>{{0, lengthNt}} : std::vector<data::Interval>();
    std::vector<data::Interval> regions;
    for (int region = 0; region < analysis::kRegionCount; ++region)
        if (m_settings.region == "all" || m_settings.region == analysis::kRegionNames[region])
            regions.push_back(analysis::regionOf(region, *cds, lengthNt));
    return regions;
}

void DiscoveryStudy::addSpikes(const std::string& letters, std::vector<double> values_L,
                               std::optional<data::Interval> cds)
{
    if (m_settings.mask && cds) {
        const std::vector<bool> masked = analysis::nonsenseMask(letters, *cds);
        for (std::size_t i = 0; i < values_L.size(); ++i)
            if (masked[i])
                values_L[i] = std::numeric_limits<double>::quiet_NaN();
    }
    for (const data::Interval region : regionsOf(cds, std::int64_t(letters.size()))) {
        const auto spike = analysis::spikeWindow(values_L, region, m_settings.spikes);
        const auto control =
            spike ? analysis::controlWindow(region, *spike, m_settings.spikes, m_random) : std::nullopt;
        if (!control)
            continue;
        m_positives.push_back(lettersOf(letters, *spike));
        m_controls.push_back(lettersOf(letters, *control));
    }
}

Result<void> DiscoveryStudy::complete()
{
    if (m_settings.recipe == "spikes") {
        m_candidates = analysis::allWords(viewsOf(m_positives), m_settings.kMin, m_settings.kMax);
        return {};
    }
    Result<std::vector<std::string>> controls = controlLetters(m_settings.controls, m_positives, m_settings.seed);
    if (!controls)
        return fail(controls.error());
    m_controls = *std::move(controls);
    return {};
}

Result<Outcome> DiscoveryStudy::outcome(std::stop_token stop)
{
    if (const Result<void> completed = complete(); !completed)
        return fail(completed.error());
    if (m_positives.empty())
        return fail(ErrorCode::InvalidArgument, "No region is long enough for a window and its control.");
    analysis::DiscoverySettings settings = m_settings.discovery;
    settings.minWord = m_settings.recipe == "spikes" ? m_settings.kMin : m_settings.minRegion;
    settings.alphabet = m_isRna ? data::Alphabet::Rna : data::Alphabet::Dna;
    const Result<analysis::Discovery> found =
        analysis::discoverMotifs(viewsOf(m_positives), viewsOf(m_controls), m_candidates, settings, std::move(stop));
    if (!found)
        return fail(found.error());
    Outcome outcome{.tables = {motifTable(found->motifs), wordTable(found->tested, settings.alphabet)},
                    .plots = {motifPlot(found->motifs), wordPlot(found->tested, settings.alphabet, settings.maxQ)}};
    for (const DiscoveredMotif& motif : found->motifs)
        outcome.motifs.push_back(motif.motif);
    if (outcome.motifs.empty())
        outcome.notes.push_back("No word passed; " + groupedText(std::int64_t(found->tested.size())) + " were tested.");
    return outcome;
}

namespace {

DiscoveryStudySettings settingsOf(const Order& order)
{
    DiscoveryStudySettings settings{.recipe = text(order, "recipe"),
                                    .region = text(order, "region"),
                                    .controls = file(order, "controls"),
                                    .mask = isOn(order, "mask"),
                                    .longestOrf = isOn(order, "longest_orf"),
                                    .kMin = whole(order, "k_min"),
                                    .kMax = whole(order, "k_max"),
                                    .minRegion = whole(order, "min_length"),
                                    .seed = order.seed};
    settings.spikes.smoothNt = whole(order, "smooth");
    settings.discovery.windowNt = whole(order, "window");
    settings.discovery.maxQ = number(order, "max_q");
    settings.discovery.minInstances = std::size_t(whole(order, "min_instances"));
    return settings;
}

/// Adds what the motifs resemble.
Result<void> compare(const Order& order, const Tools& tools, Outcome& outcome)
{
    const std::string path = file(order, "database");
    if (path.empty() || outcome.motifs.empty())
        return {};
    const Result<data::MotifSet> database = io::readMotifs(path);
    if (!database)
        return fail(database.error());
    analysis::ComparisonSettings settings;
    settings.bothStrands = outcome.motifs.front().alphabet == data::Alphabet::Dna;
    const Result<Outcome> matches =
        motifMatches(outcome.motifs, *database, settings, number(order, "match_max_q"), tools.stop);
    if (!matches)
        return fail(matches.error());
    outcome.tables.insert(outcome.tables.end(), matches->tables.begin(), matches->tables.end());
    outcome.plots.insert(outcome.plots.end(), matches->plots.begin(), matches->plots.end());
    return {};
}

Result<Outcome> runDiscovery(const Order& order, const Tools& tools)
{
    if (text(order, "recipe") == "spikes" && !file(order, "controls").empty())
        return fail(ErrorCode::InvalidArgument,
                    "Control sequences are for the recipe “regions”; spikes are held against "
                    "other windows of the same regions.");
    DiscoveryStudy study(settingsOf(order));
    const auto take = [&study](const data::TranscriptPtr& transcript, std::vector<double> values) -> Result<void> {
        study.add(*transcript, std::move(values));
        return {};
    };
    if (const Result<void> all = explainEach(order, tools, take); !all)
        return fail(all.error());
    Result<Outcome> outcome = study.outcome(tools.stop);
    if (!outcome)
        return outcome;
    if (const Result<void> compared = compare(order, tools, *outcome); !compared)
        return fail(compared.error());
    return outcome;
}

}  // namespace

std::vector<Study> motifDiscoveryStudies()
{
    std::vector<engine::OptionSpec> options{
        positionScoreOption(),
        choiceOption(
            "recipe", "Recipe",
            "spikes: windows of the highest importance against other windows of the same regions; regions: words "
            "of high regions against control sequences",
            {"spikes", "regions"}),
        choiceOption("region", "Region", "Where spikes are looked for", {"all", "utr5", "cds", "utr3"}),
        switchOption("mask", "Mask",
                     "No spikes at start and stop codons and where one change makes a stop codon in frame"),
        switchOption("longest_orf", "Longest ORF",
                     "Take the longest open reading frame where there is no coding region"),
        wholeOption("k_min", "Shortest word", "Of spikes", 4, 3, 12),
        wholeOption("k_max", "Longest word", "Of spikes", 7, 3, 12),
        wholeOption("min_length", "Shortest high region (nt)", "Of the recipe “regions”", 4, 2, 1000),
        wholeOption("smooth", "Smoothing (nt)", "Box average before the maximum is taken", 1, 1, 101),
        wholeOption("window", "Width", "Of the motifs", 7, 3, 100),
        numberOption("max_q", "Largest q-value", "Words with a larger adjusted p-value are left out", 0.005, 0.0, 1.0),
        wholeOption("min_instances", "Instances", "That make a motif", 3, 1, 1'000'000),
        numberOption("match_max_q", "Largest q-value of a match", "Weaker likenesses to the database are left out", 0.1,
                     0.0, 1.0)};
    const std::vector<FileSpec> files{{"database",
                                       "Motif database",
                                       "Motifs to compare with: MEME, JASPAR or TRANSFAC",
                                       {"meme", "txt", "pfm", "jaspar", "transfac"},
                                       false},
                                      {"controls",
                                       "Control sequences",
                                       "FASTA for the recipe “regions”; none: dinucleotide shuffles",
                                       {"fa", "fasta", "fna", "fa.gz", "fasta.gz"},
                                       false}};
    return {{{"motif-discovery",
              "Motif discovery",
              "Motifs of the places that matter most to the model",
              "Valencia & Hendrix, bioseq2seq; Yang et al., 3UTRBERT",
              Page::Populations,
              std::move(options),
              files,
              {.target = true, .explanation = true}},
             runDiscovery}};
}

}  // namespace nscope::study
