// Purpose: explanations for the population analyses: read from a file that explain has written (--explanation), or
// computed here (--model, --method, --input); joined with the coding regions of --cds.
// Errors: a usage error unless exactly one of the two ways is given; those of the readers and of ExplanationRun.
// Thread: one. Blocking.
#pragma once

#include "app/cli/explanation_run.h"
#include "core/io/attribution_reader.h"
#include "core/io/cds_table.h"

namespace nscope::cli {

struct AttributionSourceOptions {
    std::string file;  ///< empty: computed
    ExplanationOptions computed;  ///< its input.cdsTable also serves a file
};
/// --explanation, and the options of ExplanationRun without obligation.
void addAttributionSource(CLI::App& app, AttributionSourceOptions& options);

class AttributionSource {
public:
    /// `what` is the progress line: "Averaging".
    static Result<AttributionSource> open(const AttributionSourceOptions& options, const Context& context, const std::string& what);

    /// The next record, or std::nullopt after the last. A stop is ErrorCode::Cancelled.
    Result<std::optional<ExplainedTranscript>> next();
    /// Says what there is to say at the end.
    void finish();
    io::Provenance provenance() const;

private:
    AttributionSource() = default;
    Result<std::optional<ExplainedTranscript>> nextOfFile();

    std::unique_ptr<RecordProgress> m_progress;
    std::optional<ExplanationRun> m_run;
    std::optional<io::AttributionReader> m_reader;
    std::optional<io::CdsTable> m_table;
    io::CdsReport m_report;
    std::string m_file;
    std::stop_token m_stop;
};

}  // namespace nscope::cli
