#include "app/cli/transcript_source.h"

#include "app/cli/run_job.h"
#include "core/io/cds_table.h"
#include "core/io/fasta.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <utility>

namespace nscope::cli {

struct TranscriptSource::Impl {
    io::FastaReader reader;
    std::optional<io::CdsTable> table;
    io::CdsReport report;
    FurtherInputs further;
    std::int64_t totalNt = -1;
};

namespace {

constexpr const char* kStandardInput = "-";

/// Letters of the whole file; every record and coding region is checked on the way.
Result<std::int64_t> checkWholeFile(const std::string& path, const std::optional<io::CdsTable>& table,
                                    const FurtherInputs& further, std::stop_token stop)
{
    Result<io::FastaReader> reader = io::FastaReader::open(path);
    if (!reader)
        return fail(reader.error());
    std::int64_t totalNt = 0;
    io::CdsReport report;
    while (true) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        Result<std::optional<data::Sequence>> record = reader->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            return totalNt;
        totalNt += (*record)->length();
        const Result<data::Transcript> attached = table ? table->attach(std::move(**record), report)
                                                        : data::Transcript{std::move(**record), std::nullopt};
        if (!attached)
            return fail(attached.error());
        if (further.isEmpty())
            continue;
        if (const Result<void> checked = further.check(*attached); !checked)
            return fail(checked.error());
    }
}

}  // namespace

void addInputOptions(CLI::App& app, InputOptions& options)
{
    app.add_option("--input", options.input, "FASTA file, plain, gzip or bgzip; - for standard input")->required();
    app.add_option("--cds", options.cdsTable,
                   "Table of coding regions: columns id, cds_start, cds_end (0-based, end not included)");
}

TranscriptSource::TranscriptSource(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
TranscriptSource::~TranscriptSource() = default;
TranscriptSource::TranscriptSource(TranscriptSource&&) noexcept = default;

Result<TranscriptSource> TranscriptSource::open(const InputOptions& options, std::stop_token stop)
{
    std::optional<io::CdsTable> table;
    if (!options.cdsTable.empty()) {
        Result<io::CdsTable> read = io::CdsTable::read(options.cdsTable);
        if (!read)
            return fail(read.error());
        table = std::move(*read);
    }
    Result<FurtherInputs> further = FurtherInputs::open(options.further, stop);
    if (!further)
        return fail(further.error());
    std::int64_t totalNt = -1;
    if (options.input != kStandardInput) {
        const Result<std::int64_t> checked = checkWholeFile(options.input, table, *further, stop);
        if (!checked)
            return fail(checked.error());
        totalNt = *checked;
    }
    Result<io::FastaReader> reader = io::FastaReader::open(options.input);
    if (!reader)
        return fail(reader.error());
    return TranscriptSource(
        std::make_unique<Impl>(Impl{std::move(*reader), std::move(table), io::CdsReport{}, std::move(*further), totalNt}));
}

Result<data::TranscriptPtr> TranscriptSource::next()
{
    Result<std::optional<data::Sequence>> record = m_impl->reader.next();
    if (!record)
        return fail(record.error());
    if (!*record)
        return data::TranscriptPtr();
    Result<data::Transcript> attached = m_impl->table ? m_impl->table->attach(std::move(**record), m_impl->report)
                                                      : data::Transcript{std::move(**record), std::nullopt};
    if (!attached)
        return fail(attached.error());
    if (const Result<void> filled = m_impl->further.fill(*attached); !filled)
        return fail(filled.error());
    return std::make_shared<const data::Transcript>(std::move(*attached));
}

Result<data::TranscriptSet> TranscriptSource::nextChunk(const ChunkLimits& limits)
{
    data::TranscriptSet chunk;
    std::int64_t nt = 0;
    while (chunk.size() < limits.records && nt < limits.nt) {
        Result<data::TranscriptPtr> record = next();
        if (!record)
            return fail(record.error());
        if (!*record)
            break;
        nt += (*record)->sequence.length();
        chunk.push_back(std::move(*record));
    }
    return chunk;
}

std::int64_t TranscriptSource::totalNt() const { return m_impl->totalNt; }

std::string TranscriptSource::cdsSummary() const
{
    return m_impl->table ? "Coding regions: " + m_impl->report.summary() : std::string();
}

std::vector<std::string> TranscriptSource::summaries() const
{
    std::vector<std::string> sentences = m_impl->further.summaries();
    if (std::string regions = cdsSummary(); !regions.empty())
        sentences.insert(sentences.begin(), std::move(regions));
    return sentences;
}

const FurtherInputs& TranscriptSource::furtherInputs() const { return m_impl->further; }

}  // namespace nscope::cli
