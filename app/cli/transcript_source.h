// Purpose: the records of --input with their coding regions from --cds and further inputs, a chunk at a time, so that files of any size run
// in bounded memory. A file is read through once when it is opened, so that a bad record at its end is reported before
// the work begins, and progress has a total; standard input is read once.
// Errors: those of the readers (core/io/fasta.h, core/io/cds_table.h, further_inputs.h), with file and record.
#pragma once

#include "app/cli/further_inputs.h"
#include "core/base/result.h"
#include "core/data/transcript.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace CLI {
class App;
}

namespace nscope::cli {

/// --input and --cds; the commands that run a model also take further inputs (addFurtherOptions).
struct InputOptions {
    std::string input;
    std::string cdsTable;  ///< empty: none
    FurtherOptions further{};
};
void addInputOptions(CLI::App& app, InputOptions& options);

/// A chunk ends after so many records or nucleotides, whichever comes first.
struct ChunkLimits {
    std::size_t records = 256;
    std::int64_t nt = 1'000'000;
};

class TranscriptSource {
public:
    static Result<TranscriptSource> open(const InputOptions& options, std::stop_token stop);
    ~TranscriptSource();
    TranscriptSource(TranscriptSource&&) noexcept;
    TranscriptSource& operator=(TranscriptSource&&) = delete;

    /// The next record, or nullptr at the end.
    Result<data::TranscriptPtr> next();
    /// The next records; empty at the end.
    Result<data::TranscriptSet> nextChunk(const ChunkLimits& limits);

    std::int64_t totalNt() const;  ///< of the whole file; −1: unknown (standard input)

    /// What there is to say about the join with the table, one sentence; empty without a table.
    std::string cdsSummary() const;
    /// Those of the table and of the further inputs; complete after the last record.
    std::vector<std::string> summaries() const;
    const FurtherInputs& furtherInputs() const;

private:
    struct Impl;
    explicit TranscriptSource(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace nscope::cli
