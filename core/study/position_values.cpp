#include "core/study/position_values.h"

#include "core/analysis/position_score.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <limits>

namespace nscope::study {

namespace {

using ValuesOf = std::function<Result<std::vector<double>>(const data::TranscriptPtr&)>;

/// Progress counts letters: time goes with length.
Result<void> takeEach(const Order& order, const Tools& tools, const ValuesOf& valuesOf, const TakeValues& take)
{
    std::int64_t totalNt = 0;
    for (const data::TranscriptPtr& transcript : order.transcripts)
        totalNt += transcript->sequence.length();
    expectUnits(tools, std::size_t(totalNt));
    for (const data::TranscriptPtr& transcript : order.transcripts) {
        if (const Result<void> goesOn = checkStop(tools); !goesOn)
            return goesOn;
        Result<std::vector<double>> values = valuesOf(transcript);
        if (!values)
            return fail(values.error());
        if (const Result<void> taken = take(transcript, *std::move(values)); !taken)
            return taken;
        if (tools.progress)
            tools.progress->add(transcript->sequence.length());
    }
    return {};
}

}  // namespace

Result<std::vector<double>> attentionValues(const data::AttentionMap& map, int head, const data::Sequence& sequence)
{
    const auto chosen = std::ranges::find(map.heads, head);
    const bool fits = map.keyStartNt >= 0 && map.keyStartNt + map.keyCount <= sequence.length() && !map.queries.empty();
    if (!fits)
        return fail(ErrorCode::InvalidArgument, "The attention does not fit the sequence; is it of another file?",
                    {.record = sequence.id});
    if (head >= 0 && chosen == map.heads.end())
        return fail(ErrorCode::InvalidArgument, "There is no such head in the attention.", {.record = sequence.id});
    std::vector<double> values(sequence.letters.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::int64_t key = 0; key < map.keyCount; ++key) {
        double sum = 0.0;
        for (std::size_t each = 0; each < map.heads.size(); ++each)
            sum += double(map.at(each, 0, key)) / double(map.heads.size());
        values[std::size_t(map.keyStartNt + key)] =
            head < 0 ? sum : double(map.at(std::size_t(chosen - map.heads.begin()), 0, key));
    }
    return values;
}

engine::OptionSpec positionScoreOption()
{
    return choiceOption(
        "score", "Value per base",
        "mean-abs, mean (of the three substitutions), for, against (largest effect towards lower, higher "
        "scores) or own (the base's own value)",
        {"mean-abs", "mean", "for", "against", "own"});
}

Result<void> explainEach(const Order& order, const Tools& tools, const TakeValues& take)
{
    const analysis::PositionScore score = *analysis::positionScoreOf(text(order, "score"));
    return takeEach(
        order, tools,
        [&](const data::TranscriptPtr& transcript) -> Result<std::vector<double>> {
            const auto explanation = tools.explain(transcript, {}, {});
            if (!explanation)
                return fail(explanation.error());
            return analysis::positionScores(**explanation, transcript->sequence.letters, score);
        },
        take);
}

Result<void> attendEach(const Order& order, const Tools& tools, const TakeValues& take)
{
    return takeEach(
        order, tools,
        [&](const data::TranscriptPtr& transcript) -> Result<std::vector<double>> {
            const auto map = tools.attend(transcript, int(whole(order, "layer")));
            if (!map)
                return fail(map.error());
            return attentionValues(**map, int(whole(order, "head")), transcript->sequence);
        },
        take);
}

}  // namespace nscope::study
