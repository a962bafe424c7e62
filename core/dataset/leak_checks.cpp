#include "core/dataset/leak_checks.h"

#include "core/data/alphabet.h"
#include "core/data/number_text.h"
#include "core/data/random.h"
#include "core/dataset/cd_hit.h"
#include "core/dataset/kmer_sketch.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace nscope::dataset {
namespace {

using data::groupedText;

struct Pair {
    std::int32_t first = 0, second = 0;
    double identity = 1.0;
};

std::string counted(std::int64_t count, const char* one, const char* many)
{
    return groupedText(count) + " " + (count == 1 ? one : many);
}

/// Columns: id, part, other_id, other_part, identity.
data::ResultTable pairTable(const Dataset& dataset, const std::string& name, const std::vector<Pair>& pairs,
                            std::int64_t mostRows)
{
    std::vector<std::string> ids, parts, otherIds, otherParts;
    std::vector<double> identities;
    for (const Pair& pair : pairs) {
        if (std::int64_t(ids.size()) == mostRows)
            break;
        const Example &a = dataset.examples[std::size_t(pair.first)], &b = dataset.examples[std::size_t(pair.second)];
        ids.push_back(a.id);
        parts.emplace_back(partName(a.part));
        otherIds.push_back(b.id);
        otherParts.emplace_back(partName(b.part));
        identities.push_back(pair.identity);
    }
    return {name,
            {{"id", std::move(ids)},
             {"part", std::move(parts)},
             {"other_id", std::move(otherIds)},
             {"other_part", std::move(otherParts)},
             {"identity", std::move(identities)}}};
}

/// Held-out sequences that have one like them in a part that comes before theirs.
std::int64_t heldOutIn(const Dataset& dataset, const std::vector<Pair>& pairs)
{
    std::vector<std::int32_t> heldOut;
    for (const Pair& pair : pairs) {
        const bool firstIsLater =
            dataset.examples[std::size_t(pair.first)].part > dataset.examples[std::size_t(pair.second)].part;
        heldOut.push_back(firstIsLater ? pair.first : pair.second);
    }
    std::ranges::sort(heldOut);
    const auto doubled = std::ranges::unique(heldOut);
    return doubled.begin() - heldOut.begin();
}

/// Both strands of DNA are read by profiles' networks: a sequence and its reverse complement are the same to them.
bool eitherStrand(const Dataset& dataset) { return dataset.task.kind == TaskKind::Profile; }

/// Indices of equal sequences, of the ones that stand there more than once.
std::vector<std::vector<std::int32_t>> equalSequences(const Dataset& dataset)
{
    const bool either = eitherStrand(dataset);
    std::unordered_map<std::uint64_t, std::vector<std::vector<std::int32_t>>> ofHash;
    for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
        const std::string_view letters = dataset.examples[i].letters();
        const std::string reversed = either ? data::reverseComplement(letters) : std::string();
        const std::string_view turned = either ? std::string_view(reversed) : letters;
        auto& groups = ofHash[data::seedFor(0, std::min(letters, turned))];
        const auto same = std::ranges::find_if(groups, [&](const std::vector<std::int32_t>& group) {
            const std::string_view other = dataset.examples[std::size_t(group.front())].letters();
            return other == letters || other == turned;
        });
        if (same == groups.end())
            groups.push_back({std::int32_t(i)});
        else
            same->push_back(std::int32_t(i));
    }
    std::vector<std::vector<std::int32_t>> equal;
    for (auto& entry : ofHash) {
        for (auto& group : entry.second) {
            if (group.size() > 1)
                equal.push_back(std::move(group));
        }
    }
    std::ranges::sort(equal);
    return equal;
}

struct PlacedWindow {
    std::int64_t startNt = 0, endNt = 0;
    std::int32_t example = 0;
};

}  // namespace

void checkDuplicates(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings)
{
    std::vector<Pair> across, unlike;
    std::int64_t inOnePart = 0;
    for (auto group : equalSequences(dataset)) {
        // The earliest part first, so that every member of a later one counts as held out.
        std::ranges::stable_sort(group, {}, [&](std::int32_t i) { return dataset.examples[std::size_t(i)].part; });
        for (std::size_t i = 1; i < group.size(); ++i) {
            const Example &first = dataset.examples[std::size_t(group.front())],
                          &other = dataset.examples[std::size_t(group[i])];
            if (first.part != other.part)
                across.push_back({group.front(), group[i]});
            else
                ++inOnePart;
            if (dataset.task.kind == TaskKind::Classes && first.target != other.target)
                unlike.push_back({group.front(), group[i]});
        }
    }
    const char* what = eitherStrand(dataset) ? " (or its reverse complement)" : "";
    if (!across.empty())
        findings.push_back(
            {"duplicates", Severity::Warning,
             counted(heldOutIn(dataset, across), "held-out sequence stands", "held-out sequences stand")
                 + " in another part with the same letters" + what
                 + ", so that the network is judged by what it has seen: split by share or folds, which keep "
                   "them together (data.split.duplicates_together), or leave one out.",
             pairTable(dataset, "duplicates", across, settings.mostRows)});
    if (inOnePart > 0)
        findings.push_back({"repeated", Severity::Note,
                            counted(inOnePart, "sequence repeats", "sequences repeat") + " one of the same part" + what
                                + " and count once more in every average.",
                            std::nullopt});
    if (!unlike.empty())
        findings.push_back({"contradictions", Severity::Warning,
                            counted(std::int64_t(unlike.size()), "pair", "pairs")
                                + " of equal sequences have different classes; no network can learn both.",
                            pairTable(dataset, "contradictions", unlike, settings.mostRows)});
}

Result<void> checkNearDuplicates(const Dataset& dataset, const CheckSettings& settings, const std::stop_token& stop,
                                 Progress* progress, std::vector<Finding>& findings)
{
    if (progress != nullptr)
        progress->setTotal(std::int64_t(dataset.examples.size()));
    const SketchSettings how{
        .kmerNt = settings.kmerNt, .size = settings.sketchSize, .eitherStrand = eitherStrand(dataset)};
    std::vector<std::vector<std::uint64_t>> sketches;
    std::vector<std::uint8_t> parts;
    for (const Example& example : dataset.examples) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while similar sequences were looked for.");
        sketches.push_back(sketchOf(example.letters(), how));
        parts.push_back(std::uint8_t(example.part));
        if (progress != nullptr)
            progress->add(1);
    }
    const auto similar = similarPairs(sketches, parts, how, settings.identity, stop);
    if (!similar)
        return fail(similar.error());
    std::map<std::pair<std::int32_t, std::int32_t>, double> found;
    for (const SimilarPair& pair : *similar)
        found[std::minmax(pair.first, pair.second)] = pair.identity;
    if (!settings.cdHit.empty()) {
        if (progress != nullptr)
            progress->setTotal(0);  // CD-HIT does not say how far it is
        const auto aligned = alignedPairs(dataset, settings.cdHit, settings.identity, how.eitherStrand, stop);
        if (!aligned)
            return fail(aligned.error());
        for (const SimilarPair& pair : *aligned)
            found[std::minmax(pair.first, pair.second)] = pair.identity;
    }
    std::vector<Pair> pairs;
    for (const auto& [both, identity] : found) {
        const std::string_view first = dataset.examples[std::size_t(both.first)].letters(),
                               second = dataset.examples[std::size_t(both.second)].letters();
        if (first != second && !(how.eitherStrand && first == data::reverseComplement(second)))
            pairs.push_back({both.first, both.second, identity});
    }
    if (pairs.empty())
        return {};
    std::ranges::stable_sort(pairs, std::greater(), &Pair::identity);
    findings.push_back(
        {"near-duplicates", Severity::Warning,
         counted(heldOutIn(dataset, pairs), "held-out sequence is", "held-out sequences are")
             + " nearly the same as one of another part, or overlap it ("
             + (settings.cdHit.empty() ? "shared k-mers as at an identity of at least "
                                       : "by shared k-mers or CD-HIT's alignment, identity at least ")
             + data::shortNumber(100.0 * settings.identity)
             + " %): split by families of similar sequences or by chromosomes.",
         pairTable(dataset, "near_duplicates", pairs, settings.mostRows)});
    return {};
}

void checkGroups(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings)
{
    std::map<std::string, std::array<std::int64_t, kParts.size()>> counts;
    for (const Example& example : dataset.examples) {
        if (!example.group.empty())
            ++counts[example.group][std::size_t(example.part)];
    }
    std::vector<std::string> names;
    std::array<std::vector<std::int64_t>, kParts.size()> columns;
    std::int64_t mixed = 0;
    for (const auto& [name, inParts] : counts) {
        if (std::ranges::count_if(inParts, [](std::int64_t count) { return count > 0; }) < 2)
            continue;
        if (++mixed > settings.mostRows)
            continue;
        names.push_back(name);
        for (std::size_t p = 0; p < kParts.size(); ++p)
            columns[p].push_back(inParts[p]);
    }
    if (mixed == 0)
        return;
    data::ResultTable table{"groups", {{"group", std::move(names)}}};
    for (const Part part : kParts)
        table.columns.push_back({std::string(partName(part)), std::move(columns[std::size_t(part)])});
    const bool isProfile = dataset.task.kind == TaskKind::Profile;
    findings.push_back(
        {"mixed-groups", isProfile ? Severity::Note : Severity::Warning,
         (isProfile ? counted(mixed, "chromosome has", "chromosomes have") : counted(mixed, "group has", "groups have"))
             + " sequences in more than one part: "
             + (isProfile ? "splitting by chromosomes (data.split.by) keeps neighbours together."
                          : "split by share or folds, which keep groups together."),
         std::move(table)});
}

void checkOverlaps(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings)
{
    std::map<std::string, std::vector<PlacedWindow>> ofChromosome;
    for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
        const Example& example = dataset.examples[i];
        if (example.chromosomeStartNt >= 0)
            ofChromosome[example.group].push_back(
                {example.chromosomeStartNt, example.chromosomeStartNt + example.lengthNt, std::int32_t(i)});
    }
    std::vector<Pair> pairs;
    for (auto& entry : ofChromosome) {
        auto& windows = entry.second;
        std::ranges::sort(windows, {}, &PlacedWindow::startNt);
        // The window of each part that reaches farthest so far.
        std::array<PlacedWindow, kParts.size()> farthest{};
        for (const PlacedWindow& window : windows) {
            const auto part = std::size_t(dataset.examples[std::size_t(window.example)].part);
            for (std::size_t other = 0; other < kParts.size(); ++other) {
                if (other != part && farthest[other].endNt > window.startNt)
                    pairs.push_back({farthest[other].example, window.example});
            }
            if (window.endNt > farthest[part].endNt)
                farthest[part] = window;
        }
    }
    if (pairs.empty())
        return;
    data::ResultTable table = pairTable(dataset, "overlaps", pairs, settings.mostRows);
    table.columns.pop_back();
    findings.push_back({"overlaps", Severity::Warning,
                        counted(std::int64_t(pairs.size()), "pair", "pairs")
                            + " of windows of different parts share bases of a chromosome: split by chromosomes, or "
                              "choose regions farther apart.",
                        std::move(table)});
}

}  // namespace nscope::dataset
