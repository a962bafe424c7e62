// Enrichment of motifs, and the studies of a motif file.
#include "core/study/motif_sites.h"

#include "core/io/motif_file.h"
#include "core/study/columns.h"
#include "core/study/motif_controls.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::study {

namespace {

using analysis::MotifEnrichment;
using data::Plot;

constexpr std::size_t kShownMotifs = 30;

double minusLog10(double q) { return -std::log10(std::max(q, std::numeric_limits<double>::min())); }

data::ResultTable enrichmentTable(const data::MotifSet& motifs, const std::vector<MotifEnrichment>& rows,
                                  const analysis::ScanSettings& settings)
{
    const auto motifOf = [&motifs](const MotifEnrichment& row) -> const data::Motif& { return motifs[row.motif]; };
    return {"enrichment",
            {columnOf("motif", rows, [&](const MotifEnrichment& r) { return motifOf(r).id; }),
             columnOf("name", rows, [&](const MotifEnrichment& r) { return motifOf(r).name; }),
             columnOf("consensus", rows, [&](const MotifEnrichment& r) { return data::consensus(motifOf(r)); }),
             columnOf("sequences_with", rows, [](const MotifEnrichment& r) { return r.positivesWith; }),
             columnOf("share", rows, [](const MotifEnrichment& r) { return r.positiveShare; }),
             columnOf("controls_with", rows, [](const MotifEnrichment& r) { return r.negativesWith; }),
             columnOf("control_share", rows, [](const MotifEnrichment& r) { return r.negativeShare; }),
             columnOf("p", rows, [](const MotifEnrichment& r) { return r.p; }),
             columnOf("q", rows, [](const MotifEnrichment& r) { return r.q; }),
             columnOf("threshold_bits", rows, [&](const MotifEnrichment& r) {
                 return analysis::MotifScanner(motifOf(r), settings).thresholdBits();
             })}};
}

std::vector<Plot> enrichmentPlots(const data::MotifSet& motifs, const std::vector<MotifEnrichment>& rows)
{
    Plot bars{.id = "enrichment", .title = "Motifs met in more sequences than controls"};
    Plot logos{.id = "motifs", .title = "The most enriched motifs"};
    std::vector<std::string> names;
    std::vector<double> y;
    for (const MotifEnrichment& row : rows) {
        if (names.size() == kShownMotifs)
            break;
        const data::Motif& motif = motifs[row.motif];
        names.push_back(motif.name.empty() ? motif.id : motif.name);
        y.push_back(minusLog10(row.q));
        logos.motifs.push_back({motif, "q = " + shortNumber(row.q)});
    }
    bars.x = {.label = "Motif", .ticks = ticksOf(names), .from = 0.5, .to = double(names.size()) + 0.5};
    bars.y = {.label = "−log10 of the adjusted p-value"};
    bars.series.push_back(
        {.kind = data::PlotSeries::Kind::Bars, .name = {}, .x = countedFrom1(y.size()), .y = y, .labels = names});
    bars.guides.push_back({.vertical = false, .at = minusLog10(0.05), .label = "q = 0.05"});
    return {std::move(bars), std::move(logos)};
}

analysis::ScanSettings scanSettings(const Order& order)
{
    analysis::ScanSettings settings;
    settings.pValue = number(order, "p_value");
    settings.bothStrands = isOn(order, "both_strands");
    return settings;
}

Result<Outcome> runSites(const Order& order, const Tools& tools)
{
    Result<data::MotifSet> motifs = io::readMotifs(file(order, "motifs"));
    if (!motifs)
        return fail(motifs.error());
    HitsStudy study(*std::move(motifs), scanSettings(order));
    expectUnits(tools, order.transcripts.size());
    for (const data::TranscriptPtr& transcript : order.transcripts) {
        if (const Result<void> goesOn = checkStop(tools); !goesOn)
            return fail(goesOn.error());
        study.add(*transcript);
        countUnit(tools);
    }
    return study.outcome();
}

Result<Outcome> runEnrichment(const Order& order, const Tools& tools)
{
    const Result<data::MotifSet> motifs = io::readMotifs(file(order, "motifs"));
    if (!motifs)
        return fail(motifs.error());
    std::vector<std::string> positives;
    for (const data::TranscriptPtr& transcript : order.transcripts)
        positives.push_back(transcript->sequence.letters);
    const Result<std::vector<std::string>> controls = controlLetters(file(order, "controls"), positives, order.seed);
    if (!controls)
        return fail(controls.error());
    return motifEnrichmentOutcome(*motifs, positives, *controls, scanSettings(order), tools.stop, tools.progress);
}

}  // namespace

Result<Outcome> motifEnrichmentOutcome(const data::MotifSet& motifs, const std::vector<std::string>& positives,
                                       const std::vector<std::string>& controls, const analysis::ScanSettings& settings,
                                       std::stop_token stop, Progress* progress)
{
    const auto rows =
        analysis::motifEnrichment(motifs, viewsOf(positives), viewsOf(controls), settings, std::move(stop), progress);
    if (!rows)
        return fail(rows.error());
    return Outcome{.tables = {enrichmentTable(motifs, *rows, settings)}, .plots = enrichmentPlots(motifs, *rows)};
}

std::vector<Study> motifSiteStudies()
{
    const std::vector<engine::OptionSpec> options{
        numberOption("p_value", "Chance of a word", "Chance at which a random word counts as an instance", 1e-3, 1e-12,
                     0.5),
        switchOption("both_strands", "Both strands", "Also instances on the reverse strand")};
    const FileSpec motifs{
        "motifs", "Motifs", "MEME, JASPAR or TRANSFAC", {"meme", "txt", "pfm", "jaspar", "transfac"}, true};
    const FileSpec controls{"controls",
                            "Control sequences",
                            "FASTA; none: dinucleotide shuffles of the sequences",
                            {"fa", "fasta", "fna", "fa.gz", "fasta.gz"},
                            false};
    return {{{"motif-sites",
              "Sites of motifs",
              "Where motifs are met, by region, place and reading frame",
              "Staden 1989, Comput. Appl. Biosci. 5:89",
              Page::Populations,
              options,
              {motifs},
              {}},
             runSites},
            {{"motif-enrichment",
              "Enriched motifs",
              "Whether motifs are met in more of the sequences than of controls",
              "Hypergeometric test with Benjamini & Hochberg 1995",
              Page::Populations,
              options,
              {motifs, controls},
              {}},
             runEnrichment}};
}

}  // namespace nscope::study
