#include "core/experiment/variant_places.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace nscope::experiment {

namespace {

/// "chr7" and "7" are one chromosome, "chrM", "M" and "MT" another.
std::string plainContig(const std::string& contig)
{
    const std::string plain = contig.starts_with("chr") ? contig.substr(3) : contig;
    return plain == "M" ? "MT" : plain;
}

std::optional<std::int64_t> wholeNumber(std::string text)
{
    std::erase(text, ',');
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// "name:start-end" that is as long as the sequence.
std::optional<HeaderRegion> parseRegion(const std::string& word, std::int64_t lengthNt)
{
    const std::size_t colon = word.rfind(':');
    const std::size_t dash = word.find('-', colon == std::string::npos ? 0 : colon);
    if (colon == std::string::npos || colon == 0 || dash == std::string::npos)
        return std::nullopt;
    const auto start = wholeNumber(word.substr(colon + 1, dash - colon - 1));
    const auto end = wholeNumber(word.substr(dash + 1));
    if (!start || !end)
        return std::nullopt;
    if (*end - *start == lengthNt)
        return HeaderRegion{word.substr(0, colon), *start};
    if (*end - *start + 1 == lengthNt)
        return HeaderRegion{word.substr(0, colon), *start - 1};
    return std::nullopt;
}

}  // namespace

std::optional<HeaderRegion> regionOfHeader(const data::Sequence& sequence)
{
    std::istringstream words(sequence.id + " " + sequence.description);
    for (std::string word; words >> word;) {
        if (auto region = parseRegion(word, sequence.length()))
            return region;
    }
    return std::nullopt;
}

VariantPlaces::VariantPlaces(const data::TranscriptSet& transcripts)
{
    for (std::size_t i = 0; i < transcripts.size(); ++i) {
        const data::Sequence& sequence = transcripts[i]->sequence;
        m_byId[sequence.id].push_back({i, 0, sequence.length()});
        if (const auto region = regionOfHeader(sequence))
            m_byContig[plainContig(region->contig)].push_back(
                {i, region->startNt, region->startNt + sequence.length()});
    }
}

std::vector<VariantPlace> VariantPlaces::find(const data::Variant& variant) const
{
    std::vector<VariantPlace> places;
    const std::int64_t endNt = variant.startNt + std::int64_t(variant.ref.size());
    const auto look = [&](const auto& spans, const std::string& key) {
        const auto found = spans.find(key);
        if (found == spans.end())
            return;
        for (const Span& span : found->second) {
            if (variant.startNt >= span.startNt && endNt <= span.endNt)
                places.push_back({span.transcript, variant.startNt - span.startNt});
        }
    };
    look(m_byId, variant.contig);
    if (places.empty())
        look(m_byContig, plainContig(variant.contig));
    return places;
}

}  // namespace nscope::experiment
