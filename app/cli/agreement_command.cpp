#include "app/cli/agreement_command.h"

#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "core/base/version.h"
#include "core/io/attribution_reader.h"
#include "core/study/agreement_study.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct AgreementOptions {
    std::string first;
    std::string second;
    std::string output;
    analysis::AgreementSettings settings;
};

/// The next records of both files, which must be the same sequences in the same order.
Result<std::optional<std::pair<io::ExplainedSequence, io::ExplainedSequence>>> nextPair(io::AttributionReader& first,
                                                                                        io::AttributionReader& second)
{
    auto a = first.next();
    auto b = second.next();
    if (!a || !b)
        return fail(!a ? a.error() : b.error());
    if (!*a && !*b)
        return std::nullopt;
    const bool isSame = *a && *b && (*a)->sequence.id == (*b)->sequence.id && (*a)->sequence.letters == (*b)->sequence.letters;
    if (!isSame)
        return fail(ErrorCode::InvalidArgument, "The two files must explain the same sequences in the same order.",
                    {.record = *a ? (*a)->sequence.id : (*b)->sequence.id});
    return std::pair(*std::move(*a), *std::move(*b));
}

Result<void> runAgreement(const AgreementOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    Result<io::AttributionReader> first = io::AttributionReader::open(options.first);
    if (!first)
        return fail(first.error());
    Result<io::AttributionReader> second = io::AttributionReader::open(options.second);
    if (!second)
        return fail(second.error());
    analysis::AgreementSettings settings = options.settings;
    settings.seed = context.common.seed.value_or(settings.seed);
    study::AgreementStudy agreement(settings, first->method(), second->method());
    RecordProgress progress("Comparing", -1, context.common.quiet);
    while (true) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const auto pair = nextPair(*first, *second);
        if (!pair)
            return fail(pair.error());
        if (!*pair)
            break;
        const data::Sequence& sequence = (*pair)->first.sequence;
        if (const Result<void> added =
                agreement.add(sequence.id, (*pair)->first.attribution, (*pair)->second.attribution);
            !added)
            return added;
        progress.recordDone(sequence.length());
    }
    const study::Outcome outcome = agreement.outcome();
    const io::Provenance made{{"first", options.first}, {"first_method", first->method()}, {"second", options.second},
                              {"second_method", second->method()}, {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (const Result<void> written = io::writeResultTables(options.output, outcome.tables, made); !written)
        return written;
    progress.finish();
    printTable(outcome.tables.back(), context.common.json);
    return {};
}

}  // namespace

Runner addAgreement(CLI::App& app)
{
    auto options = std::make_shared<AgreementOptions>();
    app.add_option("--first", options->first, "An .npz file that explain has written")->required();
    app.add_option("--second", options->second, "Another one of the same sequences")->required();
    app.add_option("--output", options->output, "Tables to write: .tsv (two files), .json or .npz")->required();
    app.add_option("--top", options->settings.topShare, "Share of the positions whose overlap is measured")
        ->check(CLI::Range(0.0001, 1.0))
        ->capture_default_str();
    app.add_option("--draws", options->settings.bootstrapDraws, "Bootstrap samples of the records")
        ->check(CLI::Range(10, 1000000))
        ->capture_default_str();
    return [options](const Context& context) { return runAgreement(*options, context); };
}

}  // namespace nscope::cli
