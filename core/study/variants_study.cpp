#include "core/study/variants_study.h"

#include "core/data/edit.h"
#include "core/study/columns.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"
#include "core/study/variant_fits.h"

#include <algorithm>

namespace nscope::study {

namespace {

using experiment::ScoredVariant;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <class Value>
data::ResultColumn scoreColumn(const std::string& name, const std::vector<VariantRow>& rows, Value valueOf)
{
    return columnOf(name, rows,
                    [&](const VariantRow& row) { return row.isScored() ? double(valueOf(row.scored)) : kNaN; });
}

std::string nameOf(const VariantRow& row, data::Alphabet alphabet)
{
    const data::Variant& variant = row.placed.variant;
    return variant.symbolic ? variant.alt
                            : data::describeEdit({row.placed.place.startNt, variant.ref, variant.alt, {}}, alphabet);
}

/// Where and what the variants are.
data::ResultTable placeTable(const FoundVariants& found, const data::TranscriptSet& transcripts)
{
    const std::vector<VariantRow>& rows = found.rows;
    const auto sequenceOf = [&](const VariantRow& row) -> const data::Sequence& {
        return transcripts[row.placed.place.transcript]->sequence;
    };
    data::ResultTable table{"variants", {}};
    const auto add = [&](data::ResultColumn column) { table.columns.push_back(std::move(column)); };
    if (found.measured)
        add(columnOf("element", rows, [](const VariantRow& row) { return row.element; }));
    add(columnOf("id", rows, [&](const VariantRow& row) { return sequenceOf(row).id; }));
    if (!found.measured) {
        add(columnOf("chrom", rows, [](const VariantRow& row) { return row.placed.variant.contig; }));
        add(columnOf("chrom_pos", rows, [](const VariantRow& row) { return row.placed.variant.startNt + 1; }));
        add(columnOf("variant", rows, [](const VariantRow& row) { return row.placed.variant.id; }));
    }
    add(columnOf("pos", rows, [](const VariantRow& row) { return row.placed.place.startNt + 1; }));
    add(columnOf("ref", rows, [](const VariantRow& row) { return row.placed.variant.ref; }));
    add(columnOf("alt", rows, [](const VariantRow& row) { return row.placed.variant.alt; }));
    add(columnOf("name", rows, [&](const VariantRow& row) { return nameOf(row, sequenceOf(row).alphabet); }));
    add(columnOf("kind", rows, [](const VariantRow& row) { return experiment::variantKind(row.placed.variant); }));
    add(columnOf("status", rows,
                 [](const VariantRow& row) { return std::string(experiment::statusText(row.scored.status)); }));
    return table;
}

data::ResultTable variantTable(const FoundVariants& found, const data::TranscriptSet& transcripts, bool robust,
                               const VariantDoors& doors)
{
    const std::vector<VariantRow>& rows = found.rows;
    data::ResultTable table = placeTable(found, transcripts);
    const auto add = [&](data::ResultColumn column) { table.columns.push_back(std::move(column)); };
    add(scoreColumn("score_ref", rows, [](const ScoredVariant& s) { return s.scores.ref; }));
    add(scoreColumn("score_alt", rows, [](const ScoredVariant& s) { return s.scores.alt; }));
    add(scoreColumn("delta", rows, [](const ScoredVariant& s) { return s.scores.delta(); }));
    add(scoreColumn("log2_fold", rows, [](const ScoredVariant& s) { return s.scores.log2Fold().value_or(kNaN); }));
    if (robust) {
        add(scoreColumn("robust_ref", rows, [](const ScoredVariant& s) { return s.robust->mean.ref; }));
        add(scoreColumn("robust_alt", rows, [](const ScoredVariant& s) { return s.robust->mean.alt; }));
        add(scoreColumn("robust_delta", rows, [](const ScoredVariant& s) { return s.robust->mean.delta(); }));
        add(scoreColumn("robust_sd", rows, [](const ScoredVariant& s) { return s.robust->deltaSd; }));
        add(scoreColumn("robust_log2_fold", rows,
                        [](const ScoredVariant& s) { return s.robust->mean.log2Fold().value_or(kNaN); }));
    }
    if (doors.embed)
        add(columnOf("cosine", rows, [](const VariantRow& row) { return row.cosine; }));
    if (doors.masked)
        add(columnOf("masked_log_odds", rows, [](const VariantRow& row) { return row.maskedLogOdds; }));
    if (found.measured)
        add(columnOf("effect", rows, [](const VariantRow& row) { return row.effect; }));
    return table;
}

data::ResultTable fitTable(const std::vector<ElementFit>& fits, bool robust)
{
    data::ResultTable table{"correlation",
                            {columnOf("element", fits, [](const ElementFit& fit) { return fit.element; }),
                             columnOf("variants", fits, [](const ElementFit& fit) { return fit.variants; }),
                             columnOf("pearson", fits, [](const ElementFit& fit) { return fit.pearson; }),
                             columnOf("spearman", fits, [](const ElementFit& fit) { return fit.spearman; })}};
    if (robust) {
        table.columns.push_back(
            columnOf("robust_pearson", fits, [](const ElementFit& fit) { return fit.robustPearson; }));
        table.columns.push_back(
            columnOf("robust_spearman", fits, [](const ElementFit& fit) { return fit.robustSpearman; }));
    }
    return table;
}

void noteFindings(const FoundVariants& found, const experiment::VariantSettings& settings, Outcome& outcome)
{
    if (found.outside > 0) {
        std::string places;
        for (const std::string& place : found.firstOutside)
            places += (places.empty() ? "" : ", ") + place;
        outcome.notes.push_back("Left out: " + groupedText(found.outside)
                                + " alleles that lie in no sequence, the first at " + places + ".");
    }
    const auto differing = std::ranges::count_if(found.rows, [](const VariantRow& row) {
        return row.scored.status == experiment::VariantStatus::ReferenceDiffers;
    });
    if (differing > 0)
        outcome.notes.push_back("Not scored: " + groupedText(differing)
                                + " alleles whose REF is not what the sequence has there.");
    if (settings.windowNt > 0)
        outcome.notes.push_back("The model saw " + groupedText(settings.windowNt)
                                + " nt around each variant, N beyond the sequence's ends.");
}

}  // namespace

Outcome variantOutcome(const FoundVariants& found, const data::TranscriptSet& transcripts,
                       const experiment::VariantSettings& settings, const VariantDoors& doors)
{
    const bool robust = settings.shifts > 0;
    const std::vector<ElementFit> fits = found.measured ? fitsOf(found.rows, robust) : std::vector<ElementFit>();
    Outcome outcome{.tables = {variantTable(found, transcripts, robust, doors)},
                    .plots = variantPlots(found, transcripts, fits, robust, doors)};
    if (found.measured)
        outcome.tables.push_back(fitTable(fits, robust));
    noteFindings(found, settings, outcome);
    return outcome;
}

namespace {

VariantDoors doorsOf(const Order& order, const Tools& tools)
{
    VariantDoors doors{.run = {.scorer = tools.score, .stop = tools.stop}};
    if (isOn(order, "cosine")) {
        doors.embed =
            [&tools](std::span<const data::TranscriptPtr> sequences) -> Result<std::vector<std::vector<float>>> {
            std::vector<std::vector<float>> vectors;
            for (const data::TranscriptPtr& sequence : sequences) {
                const auto prediction = tools.predict(sequence);
                if (!prediction)
                    return fail(prediction.error());
                vectors.push_back((*prediction)->embedding);
            }
            return vectors;
        };
    }
    if (isOn(order, "masked"))
        doors.masked = [&tools](const data::TranscriptPtr& sequence, data::Interval only) {
            return tools.explain(sequence, kMaskedLettersMethod, only);
        };
    return doors;
}

Result<Outcome> runVariants(const Order& order, const Tools& tools)
{
    const std::string vcf = file(order, "vcf"), table = file(order, "table");
    if (vcf.empty() == table.empty())
        return fail(ErrorCode::InvalidArgument, "Choose variants as a VCF file or as a table, one of the two.");
    const experiment::VariantPlaces places(order.transcripts);
    Result<FoundVariants> found =
        vcf.empty() ? readTableVariants(table, order.transcripts, places) : readVcfVariants(vcf, places, tools.stop);
    if (!found)
        return fail(found.error());
    const VariantWish wish{whole(order, "window"), isOn(order, "robust"), int(whole(order, "shifts")),
                           whole(order, "max_shift"), order.seed};
    const experiment::VariantSettings settings = wish.settings(order.inputLengthNt);
    const VariantDoors doors = doorsOf(order, tools);
    if (const Result<void> scored = scoreVariantRows(*found, order.transcripts, settings, doors, tools.progress);
        !scored)
        return fail(scored.error());
    Outcome outcome = variantOutcome(*found, order.transcripts, settings, doors);
    outcome.notes.insert(outcome.notes.begin(), found->notes.begin(), found->notes.end());
    return outcome;
}

}  // namespace

std::vector<Study> variantStudies()
{
    std::vector<engine::OptionSpec> options{
        wholeOption("window", "Window (nt)",
                    "Bases around the variant that the model sees; 0: the whole sequence; -1: what the model reads", -1,
                    -1, 10'000'000),
        switchOption("robust", "Robust", "Also means over random shifts, the same for REF and ALT"),
        wholeOption("shifts", "Shifts", "Random shifts of the robust scores", 20, 1, 10'000),
        wholeOption("max_shift", "Largest shift (nt)", "-1: a quarter of the window, 32 for whole sequences", -1, -1,
                    10'000'000),
        switchOption("cosine", "Cosine", "Also the cosine of the model's vectors of REF and ALT"),
        switchOption("masked", "Hidden letters",
                     "Also log-odds of ALT against REF where these are hidden from the model")};
    const std::vector<FileSpec> files{
        {"vcf", "VCF", "Variants: VCF, plain, gzip or bgzip, or BCF", {"vcf", "vcf.gz", "vcf.bgz", "bcf"}, false},
        {"table",
         "Table of variants",
         "Element or id, offset0 (0-based) or pos (1-based), ref, alt and, if measured, effect",
         {"tsv", "tsv.gz", "txt"},
         false}};
    return {{{"variants",
              "Variants",
              "What variants of a file do to the score: REF, ALT, differences, correlation",
              "Toneyan, Tang & Koo 2022, Nat. Mach. Intell. 4:1088 (robust scores)",
              Page::Experiments,
              std::move(options),
              files,
              {.target = true}},
             runVariants}};
}

}  // namespace nscope::study
