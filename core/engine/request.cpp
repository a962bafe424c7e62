#include "core/engine/request.h"

#include <string_view>

namespace nscope::engine {

namespace {

/// Fields carry their length, so that no two different requests give the same key.
void append(std::string& key, std::string_view field)
{
    key += std::to_string(field.size());
    key += ':';
    key += field;
}

void append(std::string& key, const std::optional<data::Interval>& interval)
{
    append(key, interval ? std::to_string(interval->startNt) + "-" + std::to_string(interval->endNt) : "");
}

}  // namespace

std::int64_t memoryLimitBytes(const Request& request)
{
    const auto found = request.options.find(kMemoryOption);
    const auto* bytes = found == request.options.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return bytes ? *bytes : 0;
}

std::optional<std::string> cacheKey(const Request& request, const std::string& modelHash)
{
    const bool streams = request.analysis == Analysis::Train || request.analysis == Analysis::Evaluate
                         || request.analysis == Analysis::PlanTraining;
    const bool isExperiment = request.analysis == Analysis::Score;  // its sequences are hardly ever met again
    if (streams || isExperiment || request.training || request.transcripts.size() > 1 || modelHash.empty())
        return std::nullopt;

    std::string key;
    append(key, std::to_string(int(request.analysis)));
    append(key, modelHash);
    append(key, request.model);  // the same weights may be in two networks
    append(key, request.method);
    append(key, request.target);
    for (const auto& [id, value] : request.options) {
        if (isEngineOption(id))
            continue;
        append(key, id);
        append(key, std::to_string(value.index()) + data::toText(value));
    }
    // An attention request returns the keys of its region; an explanation only begins there.
    append(key, request.analysis == Analysis::Attention ? request.region : std::nullopt);
    append(key, request.only);
    for (const data::TranscriptPtr& transcript : request.transcripts) {
        append(key, std::to_string(transcript->sequence.contentHash()));
        append(key, std::to_string(transcript->sequence.length()));
        append(key, transcript->cds);
        for (const auto& [id, values] : transcript->features) {
            append(key, id);
            append(key, std::string_view(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
        }
    }
    return key;
}

}  // namespace nscope::engine
