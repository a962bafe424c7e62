// Purpose: one value per base of many transcripts for metagenes: from explanations (attribution_source.h, --score) or
// from a file of attention (--attention with --input, --layer, --head; the first query, which decodes the class).
// Errors: those of the sources; NotFound for a record that has no attention. Thread: one. Blocking.
#pragma once

#include "app/cli/attribution_source.h"
#include "core/analysis/position_score.h"
#include "core/io/attention_reader.h"

namespace nscope::cli {

struct PositionSourceOptions {
    AttributionSourceOptions attribution;
    std::string attention;  ///< file; empty: explanations
    int layer = 0;
    int head = -1;          ///< −1: mean of all
    std::string score = "mean-abs";
};
void addPositionSource(CLI::App& app, PositionSourceOptions& options);

struct ScoredTranscript {
    data::TranscriptPtr transcript;
    std::vector<double> values_L;  ///< NaN: none
};

class PositionSource {
public:
    static Result<PositionSource> open(const PositionSourceOptions& options, const Context& context, const std::string& what);

    Result<std::optional<ScoredTranscript>> next();
    void finish();
    io::Provenance provenance() const;

private:
    PositionSource() = default;
    Result<std::optional<ScoredTranscript>> nextAttention();

    PositionSourceOptions m_options;
    analysis::PositionScore m_score = analysis::PositionScore::MeanAbsolute;
    std::optional<AttributionSource> m_attributions;
    std::optional<TranscriptSource> m_transcripts;
    std::optional<io::AttentionReader> m_attention;
    std::unique_ptr<RecordProgress> m_progress;
    std::stop_token m_stop;
};

}  // namespace nscope::cli
