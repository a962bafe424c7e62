// Purpose: the command line's door from the sequence experiments to a model: opens it, scores sequences by
// engine::Analysis::Score, shows progress; also the model's vectors and explanations. Blocking. Thread: one. Errors: those
// of the model, the target and the records.
#pragma once

#include "app/cli/command.h"
#include "app/cli/model_source.h"
#include "app/cli/progress_line.h"
#include "app/cli/transcript_source.h"
#include "core/experiment/scorer.h"

#include <memory>
#include <string>

namespace nscope::cli {

struct ScoreOptions {
    std::string model;
    std::string target;  ///< empty: the model's default
};
/// --model and --target.
void addScoreOptions(CLI::App& app, ScoreOptions& options);

class ScoreRun {
public:
    /// `what` and `unit` are what progress says: "Scoring variants", "variants".
    static Result<std::unique_ptr<ScoreRun>> open(const ScoreOptions& options, const Context& context,
                                                  const std::string& what, const std::string& unit = "sequences");

    /// For experiments; refers to this object. Its sequences count as progress unless the caller counts something else.
    experiment::Run run(bool countsSequences = true);
    Progress& progress() { return m_progress; }

    /// The model's vector of every sequence; empty vectors where it gives none.
    Result<std::vector<std::vector<float>>> embed(std::span<const data::TranscriptPtr> sequences);
    /// By a method with its defaults; rows outside `only` are not computed.
    Result<std::shared_ptr<const data::Attribution>> explain(const data::TranscriptPtr& sequence,
                                                             const std::string& method, data::Interval only);

    const engine::ModelInfo& model() const { return m_model.info; }
    void note(const std::string& sentence) { m_line.note(sentence); }
    void finish() { m_line.finish(m_progress.snapshot().done); }
    /// Model, target, seed and what is added.
    io::Provenance provenance(std::initializer_list<std::pair<const std::string, std::string>> more) const;

private:
    ScoreRun(OpenedModel model, std::string target, const Context& context, const std::string& what,
             const std::string& unit);
    Result<std::vector<double>> score(std::span<const data::TranscriptPtr> sequences, bool countsSequences);

    OpenedModel m_model;
    std::string m_target;
    Context m_context;
    Progress m_progress;
    ProgressLine m_line;
};

/// All records of the input, in memory. Errors: also InvalidArgument where the model does not take the further inputs.
Result<data::TranscriptSet> readTranscripts(const InputOptions& options, const Context& context, ScoreRun& run);

}  // namespace nscope::cli
