// Purpose: explains the records of --input one after the other: the way from options to attributions that explain and
// the population analyses share. Errors: those of the model, the method, the target and the records, before any work
// where they can be known. Thread: one. Blocking.
#pragma once

#include "app/cli/command.h"
#include "app/cli/model_source.h"
#include "app/cli/record_progress.h"
#include "app/cli/transcript_source.h"
#include "core/data/attribution.h"
#include "core/engine/request.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nscope::cli {

struct ExplanationOptions {
    std::string model;
    std::string method;
    std::string target;
    std::vector<std::string> assignments;  ///< "id=value"
    InputOptions input;
};
/// --model, --method, --target, --option, --input, --cds and the further inputs.
void addExplanationOptions(CLI::App& app, ExplanationOptions& options);

struct ExplainedTranscript {
    data::TranscriptPtr transcript;
    std::shared_ptr<const data::Attribution> attribution;
};

class ExplanationRun {
public:
    static Result<ExplanationRun> open(const ExplanationOptions& options, const Context& context);

    /// The next record explained, or std::nullopt after the last.
    Result<std::optional<ExplainedTranscript>> next(RecordProgress& progress);

    std::int64_t totalNt() const { return m_source.totalNt(); }
    std::vector<std::string> summaries() const { return m_source.summaries(); }
    io::Provenance provenance() const;

private:
    ExplanationRun(TranscriptSource source, OpenedModel model, engine::Request request, std::stop_token stop, std::string input);

    TranscriptSource m_source;
    OpenedModel m_model;
    engine::Request m_request;
    std::stop_token m_stop;
    std::string m_input;
};

}  // namespace nscope::cli
