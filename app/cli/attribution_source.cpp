#include "app/cli/attribution_source.h"

#include "app/cli/run_job.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>

namespace nscope::cli {

void addAttributionSource(CLI::App& app, AttributionSourceOptions& options)
{
    app.add_option("--explanation", options.file, "An .npz file that explain has written, instead of --model, --method and --input");
    addExplanationOptions(app, options.computed);
    for (const char* name : {"--model", "--method", "--input"})
        app.get_option(name)->required(false);
}

Result<AttributionSource> AttributionSource::open(const AttributionSourceOptions& options, const Context& context,
                                                  const std::string& what)
{
    const ExplanationOptions& computed = options.computed;
    const bool hasModel = !computed.model.empty() && !computed.method.empty() && !computed.input.input.empty();
    const bool hasAny = !computed.model.empty() || !computed.method.empty() || !computed.input.input.empty();
    if (options.file.empty() ? !hasModel : hasAny)
        return fail(ErrorCode::InvalidArgument, "Give either --explanation or all of --model, --method and --input.");
    AttributionSource source;
    source.m_stop = context.stop;
    source.m_file = options.file;
    if (options.file.empty()) {
        Result<ExplanationRun> run = ExplanationRun::open(computed, context);
        if (!run)
            return fail(run.error());
        source.m_run.emplace(*std::move(run));
        source.m_progress = std::make_unique<RecordProgress>(what, source.m_run->totalNt(), context.common.quiet);
        return source;
    }
    Result<io::AttributionReader> reader = io::AttributionReader::open(options.file);
    if (!reader)
        return fail(reader.error());
    source.m_reader.emplace(*std::move(reader));
    if (!computed.input.cdsTable.empty()) {
        Result<io::CdsTable> table = io::CdsTable::read(computed.input.cdsTable);
        if (!table)
            return fail(table.error());
        source.m_table = *std::move(table);
    }
    source.m_progress = std::make_unique<RecordProgress>(what, -1, context.common.quiet);
    return source;
}

Result<std::optional<ExplainedTranscript>> AttributionSource::nextOfFile()
{
    if (m_stop.stop_requested())
        return fail(ErrorCode::Cancelled, kStoppedSentence);
    Result<std::optional<io::ExplainedSequence>> record = m_reader->next();
    if (!record)
        return fail(record.error());
    if (!*record)
        return std::optional<ExplainedTranscript>();
    const std::int64_t lengthNt = (*record)->sequence.length();
    Result<data::Transcript> transcript = data::Transcript{std::move((*record)->sequence), std::nullopt};
    if (m_table)
        transcript = m_table->attach(std::move(transcript->sequence), m_report);
    if (!transcript)
        return fail(transcript.error());
    m_progress->recordDone(lengthNt);
    return ExplainedTranscript{std::make_shared<const data::Transcript>(*std::move(transcript)),
                               std::make_shared<const data::Attribution>(std::move((*record)->attribution))};
}

Result<std::optional<ExplainedTranscript>> AttributionSource::next()
{
    return m_run ? m_run->next(*m_progress) : nextOfFile();
}

void AttributionSource::finish()
{
    if (m_run)
        for (const std::string& summary : m_run->summaries())
            m_progress->note(summary);
    if (m_table)
        m_progress->note("Coding regions: " + m_report.summary());
    m_progress->finish();
}

io::Provenance AttributionSource::provenance() const
{
    if (m_run)
        return m_run->provenance();
    return {{"explanation", m_file}, {"method", m_reader->method()}, {"program", std::string("nucleoscope-cli ") + kVersion}};
}

}  // namespace nscope::cli
