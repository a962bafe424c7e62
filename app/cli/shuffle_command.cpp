#include "app/cli/shuffle_command.h"

#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/run_job.h"
#include "app/cli/transcript_source.h"
#include "core/data/random.h"
#include "core/data/shuffle.h"
#include "core/io/fasta.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace nscope::cli {

namespace {

const std::map<std::string, data::ShuffleKind> kKinds{{"mono", data::ShuffleKind::Mononucleotide},
                                                      {"di", data::ShuffleKind::Dinucleotide},
                                                      {"codon", data::ShuffleKind::Codon}};

struct ShuffleOptions {
    InputOptions input;
    std::string output;
    std::string kind;
    std::string region;  ///< empty: the CDS for codons, everything otherwise
};

Result<data::Interval> regionOf(const data::Transcript& transcript, const std::string& region)
{
    if (region == "all")
        return data::Interval{0, transcript.sequence.length()};
    const std::optional<data::Interval> chosen = region == "cds"    ? transcript.cds
                                                 : region == "utr5" ? transcript.utr5()
                                                                    : transcript.utr3();
    if (!chosen)
        return fail(ErrorCode::NotFound,
                    "This record has no coding region, so it has no " + region + "; give the regions with --cds.",
                    {.record = transcript.sequence.id});
    return *chosen;
}

Result<data::Sequence> control(const data::Transcript& transcript, const ShuffleOptions& options, std::uint64_t seed)
{
    const Result<data::Interval> region = regionOf(transcript, options.region);
    if (!region)
        return fail(region.error());
    const data::Sequence& original = transcript.sequence;
    const auto start = std::size_t(region->startNt);
    const auto length = std::size_t(region->length());
    const Result<std::string> letters = data::shuffled(std::string_view(original.letters).substr(start, length),
                                                       kKinds.at(options.kind), data::seedFor(seed, original.id));
    if (!letters)
        return fail(letters.error().at({.record = original.id}));
    data::Sequence result = original;
    result.letters.replace(start, length, *letters);
    result.id = original.id + "_" + options.kind;
    result.description =
        options.kind + "-shuffled " + original.id + ", region " + options.region + ", seed " + std::to_string(seed);
    return result;
}

Result<void> runShuffle(ShuffleOptions options, const Context& context)
{
    if (options.region.empty())
        options.region = options.kind == "codon" ? "cds" : "all";
    if (const auto extension = checkOutputPath(options.output, {".fa", ".fasta", ".fna", ".fa.gz", ".fasta.gz"});
        !extension)
        return fail(extension.error());
    Result<TranscriptSource> source = TranscriptSource::open(options.input, context.stop);
    if (!source)
        return fail(source.error());
    RecordProgress progress("Shuffling", source->totalNt(), context.common.quiet);
    std::vector<data::Sequence> controls;
    while (true) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const Result<data::TranscriptPtr> record = source->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        Result<data::Sequence> shuffled = control(**record, options, context.common.seed.value_or(1));
        if (!shuffled)
            return fail(shuffled.error().at({.file = options.input.input}));
        progress.recordDone(shuffled->length());
        controls.push_back(std::move(*shuffled));
    }
    const Result<void> written = io::writeFasta(options.output, controls);
    if (written)
        progress.finish();
    return written;
}

}  // namespace

Runner addShuffle(CLI::App& app)
{
    auto options = std::make_shared<ShuffleOptions>();
    addInputOptions(app, options->input);
    app.add_option("--output", options->output, "FASTA file to write; compressed if it ends in .gz")->required();
    app.add_option("--kind", options->kind,
                   "mono: letters; di: letters, keeping how often each follows each; codon: codons between the first "
                   "and the last")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"mono", "di", "codon"}));
    app.add_option("--region", options->region,
                   "What is shuffled: cds, utr5, utr3 or all; default: cds for codon, all otherwise")
        ->check(CLI::IsMember(std::vector<std::string>{"cds", "utr5", "utr3", "all"}));
    return [options](const Context& context) { return runShuffle(*options, context); };
}

}  // namespace nscope::cli
