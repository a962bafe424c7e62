// Purpose: `motifs enrich`.
#include "app/cli/motif_subcommands.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "core/base/version.h"
#include "core/io/fasta.h"
#include "core/io/motif_file.h"
#include "core/study/motif_controls.h"
#include "core/study/motif_sites.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct EnrichOptions {
    std::string motifs;
    std::string input;
    std::string controls;
    std::string output;
    analysis::ScanSettings settings;
};

Result<void> runEnrich(const EnrichOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    const Result<data::MotifSet> motifs = io::readMotifs(options.motifs);
    if (!motifs)
        return fail(motifs.error());
    const Result<data::TranscriptSet> records = io::readFasta(options.input);
    if (!records)
        return fail(records.error());
    std::vector<std::string> positives;
    for (const data::TranscriptPtr& record : *records)
        positives.push_back(record->sequence.letters);
    const Result<std::vector<std::string>> controls =
        study::controlLetters(options.controls, positives, context.common.seed.value_or(1));
    if (!controls)
        return fail(controls.error());
    const Result<study::Outcome> found =
        study::motifEnrichmentOutcome(*motifs, positives, *controls, options.settings, context.stop);
    if (!found)
        return fail(found.error());
    const io::Provenance made{{"motifs", options.motifs}, {"input", options.input},
                              {"controls", options.controls.empty() ? "dinucleotide shuffles" : options.controls},
                              {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (const Result<void> written = io::writeResultTables(options.output, found->tables, made); !written)
        return written;
    printTable(found->tables.front(), context.common.json, 50);
    return {};
}

}  // namespace

Runner addMotifEnrich(CLI::App& app)
{
    auto options = std::make_shared<EnrichOptions>();
    app.add_option("--motifs", options->motifs, "Motifs: MEME, JASPAR or TRANSFAC")->required();
    app.add_option("--input", options->input, "FASTA file of the sequences in question")->required();
    app.add_option("--controls", options->controls, "FASTA file to hold against them; default: dinucleotide shuffles of --input");
    app.add_option("--output", options->output, "Table to write: .tsv, .json or .npz; the first 50 rows are also printed")->required();
    app.add_option("--p-value", options->settings.pValue, "Chance at which a random word counts as an instance")
        ->check(CLI::Range(1e-12, 0.5))
        ->capture_default_str();
    app.add_flag("--both-strands", options->settings.bothStrands, "Also instances on the reverse strand");
    return [options](const Context& context) { return runEnrich(*options, context); };
}

}  // namespace nscope::cli
