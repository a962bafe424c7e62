#include "core/dataset/split.h"

#include "core/data/chromosome_names.h"
#include "core/data/random.h"
#include "core/io/sha256.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace nscope::dataset {
namespace {

/// Examples that stay together.
struct Unit {
    std::string name;
    std::vector<std::size_t> examples{};
    std::uint64_t order = 0;
};

/// Names that become one (union-find); the smallest of them stands for all.
class JoinedNames {
public:
    const std::string& of(const std::string& name)
    {
        auto it = m_parents.try_emplace(name, name).first;
        while (it->second != it->first) {
            const auto parent = m_parents.find(it->second);
            it->second = parent->second;
            it = m_parents.find(it->second);
        }
        return it->first;
    }
    void join(const std::string& a, const std::string& b)
    {
        const std::string first = of(a), second = of(b);
        m_parents[std::max(first, second)] = std::min(first, second);
    }

private:
    std::map<std::string, std::string> m_parents;
};

const std::string& nameOf(const Example& example) { return example.group.empty() ? example.id : example.group; }

std::vector<Unit> unitsOf(const Dataset& dataset, const SplitSettings& settings)
{
    JoinedNames names;
    std::unordered_map<std::string_view, const Example*> firstOf;
    const bool joins = settings.duplicatesTogether && !(settings.by == "folds" && settings.foldRule == "sha1");
    for (const Example& example : dataset.examples) {
        if (!joins)
            break;
        if (const auto [first, isNew] = firstOf.emplace(example.letters(), &example); !isNew)
            names.join(nameOf(*first->second), nameOf(example));
    }
    std::map<std::string, std::vector<std::size_t>> ofName;
    for (std::size_t i = 0; i < dataset.examples.size(); ++i)
        ofName[names.of(nameOf(dataset.examples[i]))].push_back(i);
    std::vector<Unit> units;
    for (auto& [name, examples] : ofName)
        units.push_back(
            {name, std::move(examples), data::Random(data::seedFor(std::uint64_t(settings.seed), name)).next()});
    std::ranges::stable_sort(units, {}, &Unit::order);
    return units;
}

/// Gives the part to units from `first` on until it has its share of `all` examples; returns the unit after them.
std::size_t deal(std::span<const Unit> units, std::size_t first, double share, std::size_t all, Part part,
                 Dataset& dataset)
{
    const double wanted = share * double(all);
    double dealt = 0.0;
    while (first < units.size() && dealt + 0.5 * double(units[first].examples.size()) < wanted) {
        for (const std::size_t i : units[first].examples)
            dataset.examples[i].part = part;
        dealt += double(units[first].examples.size());
        ++first;
    }
    return first;
}

void splitByShares(const SplitSettings& settings, Dataset& dataset)
{
    const std::vector<Unit> units = unitsOf(dataset, settings);
    const std::size_t all = dataset.examples.size();
    const std::size_t next = deal(units, 0, settings.testShare, all, Part::Test, dataset);
    deal(units, next, settings.validationShare, all, Part::Validation, dataset);
}

std::int64_t firstByteOfSha1(const std::string& text) { return std::stoll(io::sha1(text).substr(0, 2), nullptr, 16); }

/// The fold of every unit; "random" gives each unit in turn to the smallest fold.
std::vector<std::int64_t> foldsOf(const SplitSettings& settings, std::span<const Unit> units)
{
    std::vector<std::size_t> sizes(std::size_t(settings.folds), 0);
    std::vector<std::int64_t> folds;
    for (const Unit& unit : units) {
        if (settings.foldRule == "sha1") {
            folds.push_back(firstByteOfSha1(unit.name) % settings.folds);
            continue;
        }
        const auto smallest = std::ranges::min_element(sizes);
        *smallest += unit.examples.size();
        folds.push_back(smallest - sizes.begin());
    }
    return folds;
}

/// Moves validationShare of the training examples to validation; a unit that is not in training as a whole stays.
void validateShare(const SplitSettings& settings, std::vector<Unit> units, Dataset& dataset)
{
    const auto trains = [&](std::size_t i) { return dataset.examples[i].part == Part::Train; };
    std::erase_if(units, [&](const Unit& unit) { return !std::ranges::all_of(unit.examples, trains); });
    deal(units, 0, settings.validationShare, dataset.rows(Part::Train).size(), Part::Validation, dataset);
}

void splitByFolds(const SplitSettings& settings, Dataset& dataset)
{
    const std::vector<Unit> units = unitsOf(dataset, settings);
    const std::vector<std::int64_t> folds = foldsOf(settings, units);
    const bool nextValidates = settings.validationShare == 0.0 && settings.nextFoldValidates;
    for (std::size_t u = 0; u < units.size(); ++u) {
        const bool isTest = folds[u] == settings.fold;
        const bool isNext = nextValidates && folds[u] == (settings.fold + 1) % settings.folds;
        for (const std::size_t i : units[u].examples)
            dataset.examples[i].part = isTest ? Part::Test : isNext ? Part::Validation : Part::Train;
    }
    if (!nextValidates)
        validateShare(settings, units, dataset);
}

/// Chromosomes count under any spelling.
Result<void> splitByValues(const SplitSettings& settings, std::span<const std::string> values_N, Dataset& dataset)
{
    const bool isChromosome = settings.by == "chromosomes";
    const auto key = [isChromosome](const std::string& text) {
        return isChromosome ? data::chromosomeKey(text) : text;
    };
    std::map<std::string, Part> partOf;
    std::map<std::string, std::string> asWritten;
    for (const std::string& value : settings.validation)
        partOf.emplace(key(value), Part::Validation);
    for (const auto* values : {&settings.validation, &settings.test})
        for (const std::string& value : *values)
            asWritten[key(value)] = value;
    for (const std::string& value : settings.test) {
        if (!partOf.emplace(key(value), Part::Test).second)
            return fail(ErrorCode::InvalidArgument, "\"" + value
                                                        + "\" stands in both data.split.validation and "
                                                          "data.split.test, or twice in one of them.");
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
        const std::string value = key(values_N[i]);
        const auto found = partOf.find(value);
        dataset.examples[i].part = found == partOf.end() ? Part::Train : found->second;
        seen.insert(value);
    }
    if (!isChromosome) {
        if (settings.validationShare > 0.0 && dataset.rows(Part::Validation).empty()) {
            validateShare(settings, unitsOf(dataset, settings), dataset);
            if (const std::size_t count = dataset.rows(Part::Validation).size(); count > 0)
                dataset.notes.push_back("No row's column \"" + settings.column + "\" names the part that validates: "
                                        + std::to_string(count)
                                        + " of the training rows do, by data.split.validation_share.");
        }
        return {};
    }
    for (const auto& [value, part] : partOf) {
        if (!seen.contains(value))
            dataset.notes.push_back("No sequence lies on the chromosome " + asWritten[value]
                                    + ", which data.split names.");
    }
    return {};
}

}  // namespace

Result<void> splitExamples(const SplitSettings& settings, std::span<const std::string> values_N, Dataset& dataset)
{
    for (Example& example : dataset.examples)
        example.part = Part::Train;
    if (settings.by == "share")
        splitByShares(settings, dataset);
    else if (settings.by == "folds")
        splitByFolds(settings, dataset);
    else
        return splitByValues(settings, values_N, dataset);
    return {};
}

}  // namespace nscope::dataset
