// Purpose: enriched words and the motifs they merge into.
#include "core/analysis/motif_discovery.h"

#include "core/analysis/statistics.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace nscope::analysis {
namespace {

/// In how many of the sequences each word is met; not complete after a stop.
std::vector<std::int64_t> sequencesWith(const std::vector<std::string>& words,
                                        const std::vector<std::string_view>& sequences, const std::stop_token& stop)
{
    std::unordered_map<std::string_view, std::size_t> indexOf;
    std::set<std::size_t> lengths;
    for (std::size_t i = 0; i < words.size(); ++i) {
        indexOf.emplace(words[i], i);
        lengths.insert(words[i].size());
    }
    std::vector<std::int64_t> counts(words.size(), 0);
    for (const std::string_view letters : sequences) {
        if (stop.stop_requested())
            return counts;
        std::unordered_set<std::size_t> met;
        for (const std::size_t length : lengths)
            for (std::size_t start = 0; start + length <= letters.size(); ++start)
                if (const auto found = indexOf.find(letters.substr(start, length)); found != indexOf.end())
                    met.insert(found->second);
        for (const std::size_t word : met)
            ++counts[word];
    }
    return counts;
}

bool isCanonical(std::string_view letters)
{
    return std::ranges::all_of(letters, [](char letter) { return data::baseIndex(letter) >= 0; });
}

std::string_view lettersAt(const std::vector<std::string_view>& sequences, const WordInstance& instance)
{
    return sequences[instance.sequence].substr(std::size_t(instance.span.startNt), std::size_t(instance.span.length()));
}

/// Windows of one motif: around the founding word's centre, wherever its members lie.
std::vector<std::string_view> windowsOf(const MergedWords& merged, const std::map<std::string, std::vector<WordInstance>, std::less<>>& places,
                                        const std::vector<std::string_view>& positives, std::int64_t windowNt)
{
    std::set<std::pair<std::size_t, std::int64_t>> starts;  // overlapping members point at the same window
    const auto foundingLength = std::int64_t(merged.members.front().letters.size());
    for (const MergedWords::Member& member : merged.members) {
        for (const WordInstance& instance : places.at(member.letters)) {
            const std::int64_t foundingStart = instance.span.startNt - member.shift;
            starts.emplace(instance.sequence, foundingStart + (foundingLength - windowNt) / 2);
        }
    }
    std::vector<std::string_view> windows;
    for (const auto& [sequence, start] : starts)
        if (start >= 0 && start + windowNt <= std::int64_t(positives[sequence].size()))
            windows.push_back(positives[sequence].substr(std::size_t(start), std::size_t(windowNt)));
    return windows;
}

}  // namespace

Result<std::vector<EnrichedWord>> wordEnrichment(const std::vector<std::string>& words,
                                                 const std::vector<std::string_view>& positives,
                                                 const std::vector<std::string_view>& negatives, std::stop_token stop)
{
    if (positives.empty() || negatives.empty())
        return fail(ErrorCode::InvalidArgument, "Enrichment needs sequences on both sides.");
    const std::set<std::string> distinct(words.begin(), words.end());
    const std::vector<std::string> tested(distinct.begin(), distinct.end());
    const std::vector<std::int64_t> inPositives = sequencesWith(tested, positives, stop);
    const std::vector<std::int64_t> inNegatives = sequencesWith(tested, negatives, stop);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "Stopped.");
    const auto positiveCount = std::int64_t(positives.size());
    const std::int64_t all = positiveCount + std::int64_t(negatives.size());
    std::vector<EnrichedWord> rows;
    std::vector<double> pValues;
    for (std::size_t i = 0; i < tested.size(); ++i) {
        pValues.push_back(hypergeometricTail(all, positiveCount, inPositives[i] + inNegatives[i], inPositives[i]));
        rows.push_back({tested[i], inPositives[i], inNegatives[i], pValues.back(), 1.0});
    }
    const std::vector<double> rates = falseDiscoveryRates(pValues);
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].q = rates[i];
    std::ranges::stable_sort(rows, {}, &EnrichedWord::p);
    return rows;
}

WordAlignment alignWords(std::string_view a, std::string_view b)
{
    WordAlignment best;
    const auto lengthA = std::int64_t(a.size()), lengthB = std::int64_t(b.size());
    for (std::int64_t shift = 1 - lengthB; shift < lengthA; ++shift) {
        std::int64_t matches = 0;
        for (std::int64_t i = std::max<std::int64_t>(0, shift); i < std::min(lengthA, shift + lengthB); ++i)
            matches += a[std::size_t(i)] == b[std::size_t(i - shift)];
        if (matches > best.matches || (matches == best.matches && std::abs(shift) < std::abs(best.shift)))
            best = {matches, shift};
    }
    return best;
}

std::vector<MergedWords> mergeWords(std::vector<std::string> words, std::int64_t minWord)
{
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::ranges::stable_sort(words, {}, [](const std::string& word) { return word.size(); });
    std::vector<MergedWords> motifs;
    for (const std::string& word : words) {
        std::vector<WordAlignment> alignments;
        std::int64_t best = 0;
        for (const MergedWords& motif : motifs) {
            const std::string& founder = motif.members.front().letters;
            const WordAlignment alignment = alignWords(founder, word);
            const double needed = std::max(double(minWord - 1), 0.5 * double(std::min(founder.size(), word.size())));
            const bool joins = double(alignment.matches) >= needed;
            alignments.push_back(joins ? alignment : WordAlignment{-1, 0});
            best = std::max(best, alignments.back().matches);
        }
        bool joined = false;
        for (std::size_t i = 0; i < alignments.size(); ++i) {
            if (best > 0 && alignments[i].matches == best) {
                motifs[i].members.push_back({word, alignments[i].shift});
                joined = true;
            }
        }
        if (!joined)
            motifs.push_back(MergedWords{{MergedWords::Member{word, 0}}});
    }
    return motifs;
}

std::vector<WordInstance> allWords(const std::vector<std::string_view>& sequences, std::int64_t kMin, std::int64_t kMax)
{
    std::vector<WordInstance> words;
    for (std::size_t sequence = 0; sequence < sequences.size(); ++sequence) {
        const auto length = std::int64_t(sequences[sequence].size());
        for (std::int64_t k = kMin; k <= kMax; ++k) {
            for (std::int64_t start = 0; start + k <= length; ++start) {
                const WordInstance instance{sequence, {start, start + k}};
                if (isCanonical(lettersAt(sequences, instance)))
                    words.push_back(instance);
            }
        }
    }
    return words;
}

Result<Discovery> discoverMotifs(const std::vector<std::string_view>& positives,
                                 const std::vector<std::string_view>& negatives,
                                 const std::vector<WordInstance>& candidates, const DiscoverySettings& settings,
                                 std::stop_token stop)
{
    std::map<std::string, std::vector<WordInstance>, std::less<>> places;
    for (const WordInstance& instance : candidates) {
        const std::string_view letters = lettersAt(positives, instance);
        if (instance.span.length() >= settings.minWord && isCanonical(letters))
            places[std::string(letters)].push_back(instance);
    }
    std::vector<std::string> words;
    for (const auto& [letters, instances] : places)
        words.push_back(letters);
    Result<std::vector<EnrichedWord>> tested = wordEnrichment(words, positives, negatives, stop);
    if (!tested)
        return fail(tested.error());

    Discovery discovery{*std::move(tested), {}};
    std::vector<std::string> kept;
    std::map<std::string, double, std::less<>> rateOf;
    for (const EnrichedWord& word : discovery.tested) {
        if (word.q < settings.maxQ) {
            kept.push_back(word.letters);
            rateOf[word.letters] = word.q;
        }
    }
    for (const MergedWords& merged : mergeWords(std::move(kept), settings.minWord)) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped.");
        const std::vector<std::string_view> windows = windowsOf(merged, places, positives, settings.windowNt);
        if (windows.size() < settings.minInstances)
            continue;
        Result<data::Motif> motif = data::motifOfInstances("motif", windows, settings.pseudocount, settings.alphabet);
        if (!motif)
            return fail(motif.error());
        DiscoveredMotif found{*std::move(motif), {}, 1.0};
        for (const MergedWords::Member& member : merged.members) {
            found.words.push_back(member.letters);
            found.bestQ = std::min(found.bestQ, rateOf.at(member.letters));
        }
        discovery.motifs.push_back(std::move(found));
    }
    std::ranges::stable_sort(discovery.motifs, std::greater<>(), [](const DiscoveredMotif& found) { return found.motif.sites; });
    for (std::size_t i = 0; i < discovery.motifs.size(); ++i)
        discovery.motifs[i].motif.id = "motif" + std::to_string(i + 1);
    return discovery;
}

}  // namespace nscope::analysis
