// Purpose: joining further inputs to transcripts.
#include "core/io/further_input.h"

#include <algorithm>
#include <iterator>

namespace nscope::io {
namespace {

constexpr std::size_t kIdsInSentence = 5;

std::string counted(std::size_t count, const char* one, const char* many)
{
    return std::to_string(count) + (count == 1 ? one : many);
}

}  // namespace

std::string listedIds(const std::vector<std::string>& ids)
{
    std::string text;
    for (std::size_t i = 0; i < ids.size() && i < kIdsInSentence; ++i)
        text += (i == 0 ? "" : ", ") + ids[i];
    if (ids.size() > kIdsInSentence)
        text += " and " + std::to_string(ids.size() - kIdsInSentence) + " more";
    return text;
}

Result<void> FurtherInputReport::add(const FurtherInput& input, data::Transcript& transcript)
{
    const auto filled = input.fill(transcript);
    if (!filled)
        return fail(filled.error().at({.record = transcript.sequence.id}));
    if (*filled)
        m_filled.insert(transcript.sequence.id);
    else
        m_without.push_back(transcript.sequence.id);
    return {};
}

std::vector<std::string> FurtherInputReport::unknownIds(const FurtherInput& input) const
{
    std::vector<std::string> unknown;
    std::ranges::copy_if(input.ids(), std::back_inserter(unknown), [&](const std::string& id) { return !m_filled.contains(id); });
    return unknown;
}

std::string FurtherInputReport::summary(const FurtherInput& input) const
{
    std::string text = input.featureId() + ": " + counted(m_filled.size(), " sequence has it", " sequences have it");
    if (!m_without.empty())
        text += "; " + counted(m_without.size(), " sequence has none: ", " sequences have none: ") + listedIds(m_without);
    if (const auto unknown = unknownIds(input); !unknown.empty())
        text += "; " + counted(unknown.size(), " id of the file is no sequence's: ", " ids of the file are no sequence's: ")
                + listedIds(unknown);
    return text + ".";
}

Result<JoinedInput> joinInput(const FurtherInput& input, const data::TranscriptSet& transcripts)
{
    JoinedInput joined;
    joined.transcripts.reserve(transcripts.size());
    for (const data::TranscriptPtr& transcript : transcripts) {
        auto copy = std::make_shared<data::Transcript>(*transcript);
        if (const auto added = joined.report.add(input, *copy); !added)
            return fail(added.error());
        joined.transcripts.push_back(std::move(copy));
    }
    return joined;
}

}  // namespace nscope::io
