#include "app/cli/variants_command.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "app/cli/score_run.h"
#include "core/data/edit.h"
#include "core/experiment/variants.h"
#include "core/io/variant_table.h"
#include "core/io/vcf.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace nscope::cli {

namespace {

using experiment::PlacedVariant;
using experiment::ScoredVariant;

constexpr std::int64_t kFlushNt = 16'000'000;  ///< letters of the sequences that are scored together
constexpr std::size_t kFlushVariants = 64;
constexpr std::int64_t kWholeShiftNt = 32;  ///< largest shift of a whole sequence
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct VariantOptions {
    ScoreOptions score;
    InputOptions input;
    std::string vcf;
    std::string table;
    std::int64_t windowNt = -1;  ///< −1: what the model reads
    bool robust = false;
    int shifts = 20;
    std::int64_t maxShiftNt = -1;  ///< −1: a quarter of the window, or kWholeShiftNt
    std::string output;
};

/// A variant on a sequence, with its group in the table it came from.
struct Row {
    PlacedVariant placed;
    std::string element;  ///< of the table; empty from a VCF
    double effect = kNaN;
    ScoredVariant scored{};
};

struct Found {
    std::vector<Row> rows;
    std::int64_t outside = 0;
    std::vector<std::string> firstOutside;  ///< "chr1:1234", at most three

    void addOutside(const data::Variant& variant)
    {
        ++outside;
        if (firstOutside.size() < 3)
            firstOutside.push_back(variant.contig + ":" + std::to_string(variant.startNt + 1));
    }
};

Result<Found> readVcf(const std::string& path, const experiment::VariantPlaces& places, const Context& context,
                      ScoreRun& run)
{
    Result<io::VcfReader> reader = io::VcfReader::open(path);
    if (!reader)
        return fail(reader.error());
    Found found;
    while (true) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const Result<std::optional<data::Variant>> variant = reader->next();
        if (!variant)
            return fail(variant.error());
        if (!*variant)
            break;
        const auto placed = places.find(**variant);
        for (const experiment::VariantPlace& place : placed)
            found.rows.push_back({{**variant, place}, {}});
        if (placed.empty())
            found.addOutside(**variant);
    }
    for (const Error& problem : reader->problems().first)
        run.note("Left out: " + problem.sentence());
    if (reader->problems().count > std::int64_t(reader->problems().first.size()))
        run.note("Left out: " + groupedText(reader->problems().count) + " records that break the format in all.");
    if (reader->withoutAlternative() > 0)
        run.note("Left out: " + groupedText(reader->withoutAlternative()) + " records without an alternative allele.");
    return found;
}

/// "TERT-GBM" and "TERT-HEK293T" are measured on the element TERT.
std::string recordOf(const std::string& element, const std::map<std::string, std::int64_t>& known)
{
    return known.contains(element) ? element : element.substr(0, element.rfind('-'));
}

Result<Found> readTable(const std::string& path, const data::TranscriptSet& transcripts,
                        const experiment::VariantPlaces& places)
{
    const auto variants = io::readVariantTable(path);
    if (!variants)
        return fail(variants.error());
    std::map<std::string, std::int64_t> known;
    for (const data::TranscriptPtr& transcript : transcripts)
        known[transcript->sequence.id] = transcript->sequence.length();
    Found found;
    for (const io::MeasuredVariant& measured : *variants) {
        data::Variant variant = measured.variant;
        variant.contig = recordOf(variant.contig, known);
        const auto placed = places.find(variant);
        for (const experiment::VariantPlace& place : placed)
            found.rows.push_back({{variant, place}, measured.variant.contig, measured.effect});
        if (placed.empty())
            found.addOutside(measured.variant);
    }
    return found;
}

experiment::VariantSettings settingsOf(const VariantOptions& options, const Context& context,
                                       const engine::ModelInfo& model)
{
    experiment::VariantSettings settings;
    settings.windowNt = options.windowNt >= 0 ? options.windowNt : model.spec.input.lengthNt;
    settings.shifts = options.robust ? options.shifts : 0;
    if (options.robust)
        settings.maxShiftNt = options.maxShiftNt >= 0 ? options.maxShiftNt
                              : settings.windowNt > 0 ? settings.windowNt / 4
                                                      : kWholeShiftNt;
    settings.seed = context.common.seed.value_or(1);
    return settings;
}

/// Scores the rows in pieces of bounded size.
Result<void> scoreRows(std::vector<Row>& rows, const data::TranscriptSet& transcripts,
                       const experiment::VariantSettings& settings, ScoreRun& run)
{
    run.progress().setTotal(std::int64_t(rows.size()));
    const experiment::Run scored = run.run(false);
    for (std::size_t first = 0; first < rows.size();) {
        std::vector<PlacedVariant> piece;
        std::int64_t nt = 0;
        while (first + piece.size() < rows.size() && piece.size() < kFlushVariants && nt < kFlushNt) {
            const PlacedVariant& placed = rows[first + piece.size()].placed;
            const std::int64_t lengthNt =
                settings.windowNt > 0 ? settings.windowNt : transcripts[placed.place.transcript]->sequence.length();
            nt += 2 * lengthNt * (1 + settings.shifts);
            piece.push_back(placed);
        }
        const auto scores = experiment::scoreVariants(scored, transcripts, piece, settings);
        if (!scores)
            return fail(scores.error());
        for (std::size_t i = 0; i < piece.size(); ++i)
            rows[first + i].scored = (*scores)[i];
        first += piece.size();
        run.progress().setDone(std::int64_t(first));
    }
    return {};
}

bool isScored(const Row& row) { return row.scored.status == experiment::VariantStatus::Scored; }

template <class Value>
io::ResultColumn scoreColumn(const std::string& name, const std::vector<Row>& rows, Value valueOf)
{
    return columnOf(name, rows, [&](const Row& row) { return isScored(row) ? double(valueOf(row.scored)) : kNaN; });
}

std::string nameOf(const Row& row, data::Alphabet alphabet)
{
    const data::Variant& variant = row.placed.variant;
    return variant.symbolic ? variant.alt
                            : data::describeEdit({row.placed.place.startNt, variant.ref, variant.alt, {}}, alphabet);
}

io::ResultTable variantTable(const std::vector<Row>& rows, const data::TranscriptSet& transcripts, bool measured,
                             bool robust)
{
    const auto sequenceOf = [&](const Row& row) -> const data::Sequence& {
        return transcripts[row.placed.place.transcript]->sequence;
    };
    io::ResultTable table{"variants", {}};
    const auto add = [&](io::ResultColumn column) { table.columns.push_back(std::move(column)); };
    if (measured)
        add(columnOf("element", rows, [](const Row& row) { return row.element; }));
    add(columnOf("id", rows, [&](const Row& row) { return sequenceOf(row).id; }));
    if (!measured) {
        add(columnOf("chrom", rows, [](const Row& row) { return row.placed.variant.contig; }));
        add(columnOf("chrom_pos", rows, [](const Row& row) { return row.placed.variant.startNt + 1; }));
        add(columnOf("variant", rows, [](const Row& row) { return row.placed.variant.id; }));
    }
    add(columnOf("pos", rows, [](const Row& row) { return row.placed.place.startNt + 1; }));
    add(columnOf("ref", rows, [](const Row& row) { return row.placed.variant.ref; }));
    add(columnOf("alt", rows, [](const Row& row) { return row.placed.variant.alt; }));
    add(columnOf("name", rows, [&](const Row& row) { return nameOf(row, sequenceOf(row).alphabet); }));
    add(columnOf("kind", rows, [](const Row& row) { return experiment::variantKind(row.placed.variant); }));
    add(columnOf("status", rows,
                 [](const Row& row) { return std::string(experiment::statusText(row.scored.status)); }));
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
    if (measured)
        add(columnOf("effect", rows, [](const Row& row) { return row.effect; }));
    return table;
}

struct ElementFit {
    std::string element;
    std::int64_t variants = 0;
    double pearson = kNaN, spearman = kNaN, robustPearson = kNaN, robustSpearman = kNaN;
};

ElementFit fitOf(const std::string& element, const std::vector<const Row*>& rows, bool robust)
{
    std::vector<double> effects, deltas, robustDeltas;
    for (const Row* row : rows) {
        effects.push_back(row->effect);
        deltas.push_back(row->scored.scores.delta());
        if (robust)
            robustDeltas.push_back(row->scored.robust->mean.delta());
    }
    ElementFit fit{element, std::int64_t(rows.size())};
    fit.pearson = analysis::pearson(deltas, effects).value_or(kNaN);
    fit.spearman = analysis::spearman(deltas, effects).value_or(kNaN);
    if (robust) {
        fit.robustPearson = analysis::pearson(robustDeltas, effects).value_or(kNaN);
        fit.robustSpearman = analysis::spearman(robustDeltas, effects).value_or(kNaN);
    }
    return fit;
}

/// Correlation with the measured effects per element, and the mean over elements where it is defined.
std::vector<ElementFit> fitsOf(const std::vector<Row>& rows, bool robust)
{
    std::map<std::string, std::vector<const Row*>> byElement;
    for (const Row& row : rows) {
        if (isScored(row) && std::isfinite(row.effect))
            byElement[row.element].push_back(&row);
    }
    std::vector<ElementFit> fits;
    for (const auto& [element, members] : byElement)
        fits.push_back(fitOf(element, members, robust));
    ElementFit mean{"mean"};
    for (const auto member :
         {&ElementFit::pearson, &ElementFit::spearman, &ElementFit::robustPearson, &ElementFit::robustSpearman}) {
        analysis::MeanAccumulator accumulator;
        for (const ElementFit& fit : fits) {
            if (std::isfinite(fit.*member))
                accumulator.add(fit.*member);
        }
        mean.*member = accumulator.mean();
    }
    for (const ElementFit& fit : fits)
        mean.variants += fit.variants;
    fits.push_back(mean);
    return fits;
}

io::ResultTable fitTable(const std::vector<ElementFit>& fits, bool robust)
{
    io::ResultTable table{"correlation",
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

void noteFindings(const Found& found, const experiment::VariantSettings& settings, ScoreRun& run)
{
    if (found.outside > 0) {
        std::string places;
        for (const std::string& place : found.firstOutside)
            places += (places.empty() ? "" : ", ") + place;
        run.note("Left out: " + groupedText(found.outside) + " alleles that lie in no sequence, the first at " + places
                 + ".");
    }
    const auto differing = std::ranges::count_if(
        found.rows, [](const Row& row) { return row.scored.status == experiment::VariantStatus::ReferenceDiffers; });
    if (differing > 0)
        run.note("Not scored: " + groupedText(differing) + " alleles whose REF is not what the sequence has there.");
    const engine::InputRule& rule = run.model().spec.input;
    if (settings.windowNt > 0)
        run.note("The model saw " + groupedText(settings.windowNt)
                 + " nt around each variant, N beyond the sequence's ends. " + rule.padding);
}

Result<void> runVariants(const VariantOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    if (options.vcf.empty() == options.table.empty())
        return fail(ErrorCode::InvalidArgument, "Give variants with --vcf or with --table, one of the two.");
    const auto run = ScoreRun::open(options.score, context, "Scoring variants", "variants");
    if (!run)
        return fail(run.error());
    const Result<data::TranscriptSet> transcripts = readTranscripts(options.input, context, **run);
    if (!transcripts)
        return fail(transcripts.error());
    const experiment::VariantPlaces places(*transcripts);
    const bool measured = options.vcf.empty();
    Result<Found> found =
        measured ? readTable(options.table, *transcripts, places) : readVcf(options.vcf, places, context, **run);
    if (!found)
        return fail(found.error());
    const experiment::VariantSettings settings = settingsOf(options, context, (*run)->model());
    if (const Result<void> scored = scoreRows(found->rows, *transcripts, settings, **run); !scored)
        return scored;
    noteFindings(*found, settings, **run);
    std::vector<io::ResultTable> tables{variantTable(found->rows, *transcripts, measured, options.robust)};
    if (measured)
        tables.push_back(fitTable(fitsOf(found->rows, options.robust), options.robust));
    const io::Provenance made = (*run)->provenance({{"variants", measured ? options.table : options.vcf},
                                                    {"input", options.input.input},
                                                    {"window_nt", std::to_string(settings.windowNt)},
                                                    {"shifts", std::to_string(settings.shifts)},
                                                    {"max_shift_nt", std::to_string(settings.maxShiftNt)}});
    if (const Result<void> written = io::writeResultTables(options.output, tables, made); !written)
        return written;
    (*run)->finish();
    if (measured && options.output != "-")
        printTable(tables.back(), context.common.json);
    return {};
}

}  // namespace

Runner addVariants(CLI::App& app)
{
    auto options = std::make_shared<VariantOptions>();
    addScoreOptions(app, options->score);
    addInputOptions(app, options->input);
    addFurtherOptions(app, options->input.further);
    app.add_option("--vcf", options->vcf, "Variants: VCF, plain, gzip or bgzip, or BCF");
    app.add_option(
        "--table", options->table,
        "Variants: a table with element or id, offset0 (0-based) or pos (1-based), ref, alt and, if measured, "
        "effect");
    app.add_option("--window", options->windowNt,
                   "Bases around the variant that the model sees; 0: the whole sequence; default: what the model reads")
        ->check(CLI::Range(0, 10000000));
    app.add_flag("--robust", options->robust, "Also means over random shifts, the same for REF and ALT");
    app.add_option("--shifts", options->shifts, "Random shifts of --robust")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--max-shift", options->maxShiftNt,
                   "Largest shift in bases; default: a quarter of the window, 32 for whole sequences")
        ->check(CLI::Range(0, 10000000));
    app.add_option("--output", options->output, "Table to write: .tsv, .json or .npz")->required();
    return [options](const Context& context) { return runVariants(*options, context); };
}

}  // namespace nscope::cli
