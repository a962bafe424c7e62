#include "app/cli/position_source.h"

#include "app/cli/run_job.h"
#include "core/base/version.h"
#include "core/study/position_values.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace nscope::cli {

void addPositionSource(CLI::App& app, PositionSourceOptions& options)
{
    addAttributionSource(app, options.attribution);
    app.add_option("--score", options.score,
                   "One value per base of an explanation: mean-abs, mean (of the three substitutions), for, against "
                   "(largest effect towards lower, higher scores) or own (the base's own value)")
        ->check(CLI::IsMember({"mean-abs", "mean", "for", "against", "own"}))
        ->capture_default_str();
    app.add_option("--attention", options.attention, "An .npz file that attention has written, with --input, instead of explanations");
    app.add_option("--layer", options.layer, "Layer of --attention, the first is 0")->check(CLI::Range(0, 999))->capture_default_str();
    app.add_option("--head", options.head, "Head of --attention, the first is 0; default: the mean of all")->check(CLI::Range(0, 999));
}

Result<PositionSource> PositionSource::open(const PositionSourceOptions& options, const Context& context, const std::string& what)
{
    PositionSource source;
    source.m_options = options;
    source.m_score = *analysis::positionScoreOf(options.score);
    source.m_stop = context.stop;
    if (options.attention.empty()) {
        Result<AttributionSource> attributions = AttributionSource::open(options.attribution, context, what);
        if (!attributions)
            return fail(attributions.error());
        source.m_attributions.emplace(*std::move(attributions));
        return source;
    }
    const ExplanationOptions& given = options.attribution.computed;
    if (!options.attribution.file.empty() || !given.model.empty() || !given.method.empty() || given.input.input.empty())
        return fail(ErrorCode::InvalidArgument, "--attention needs --input, the sequences it was read from, and no model or explanation.");
    Result<TranscriptSource> transcripts = TranscriptSource::open(given.input, context.stop);
    if (!transcripts)
        return fail(transcripts.error());
    Result<io::AttentionReader> attention = io::AttentionReader::open(options.attention);
    if (!attention)
        return fail(attention.error());
    source.m_progress = std::make_unique<RecordProgress>(what, transcripts->totalNt(), context.common.quiet);
    source.m_transcripts.emplace(*std::move(transcripts));
    source.m_attention.emplace(*std::move(attention));
    return source;
}

Result<std::optional<ScoredTranscript>> PositionSource::nextAttention()
{
    if (m_stop.stop_requested())
        return fail(ErrorCode::Cancelled, kStoppedSentence);
    Result<data::TranscriptPtr> transcript = m_transcripts->next();
    if (!transcript)
        return fail(transcript.error());
    if (!*transcript)
        return std::optional<ScoredTranscript>();
    const data::Sequence& sequence = (*transcript)->sequence;
    const auto record = std::ranges::find(m_attention->ids(), sequence.id);
    if (record == m_attention->ids().end())
        return fail(ErrorCode::NotFound, "The attention file does not have this record.", {.file = m_options.attention, .record = sequence.id});
    const Result<data::AttentionMap> map = m_attention->read(std::size_t(record - m_attention->ids().begin()), m_options.layer);
    if (!map)
        return fail(map.error());
    Result<std::vector<double>> values = study::attentionValues(*map, m_options.head, sequence);
    if (!values)
        return fail(values.error().at({.file = m_options.attention}));
    m_progress->recordDone(sequence.length());
    return ScoredTranscript{*std::move(transcript), *std::move(values)};
}

Result<std::optional<ScoredTranscript>> PositionSource::next()
{
    if (m_attention)
        return nextAttention();
    const Result<std::optional<ExplainedTranscript>> explained = m_attributions->next();
    if (!explained)
        return fail(explained.error());
    if (!*explained)
        return std::optional<ScoredTranscript>();
    return ScoredTranscript{(*explained)->transcript, analysis::positionScores(*(*explained)->attribution,
                                                                              (*explained)->transcript->sequence.letters, m_score)};
}

void PositionSource::finish()
{
    if (m_attributions) {
        m_attributions->finish();
        return;
    }
    for (const std::string& summary : m_transcripts->summaries())
        m_progress->note(summary);
    m_progress->finish();
}

io::Provenance PositionSource::provenance() const
{
    io::Provenance made = m_attributions ? m_attributions->provenance()
                                         : io::Provenance{{"attention", m_options.attention},
                                                          {"layer", std::to_string(m_options.layer)},
                                                          {"head", m_options.head < 0 ? "mean" : std::to_string(m_options.head)},
                                                          {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (m_attributions)
        made["score"] = m_options.score;
    return made;
}

}  // namespace nscope::cli
