#include "core/dataset/target_checks.h"

#include "core/analysis/ranking.h"
#include "core/analysis/statistics.h"
#include "core/data/alphabet.h"
#include "core/data/number_text.h"
#include "core/dataset/target_counts.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::dataset {
namespace {

using data::groupedText;
using data::shortNumber;

constexpr double kTellingAuroc = 0.65;
constexpr double kTellingCorrelation = 0.4;

void add(std::vector<Finding>& findings, std::string id, Severity severity, std::string sentence)
{
    findings.push_back({std::move(id), severity, std::move(sentence), std::nullopt});
}

std::string listed(const std::vector<std::string>& names)
{
    constexpr std::size_t kShown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    return names.size() > kShown ? text + " and " + groupedText(std::int64_t(names.size() - kShown)) + " more" : text;
}

void checkClasses(const Dataset& dataset, std::vector<Finding>& findings)
{
    if (dataset.task.names.size() < 2)
        return add(findings, "one-class", Severity::Problem,
                   "There is only one class, \"" + listed(dataset.task.names)
                       + "\": a network needs at least two to tell apart.");
    for (const Part part : kParts) {
        if (dataset.rows(part).empty())
            continue;
        const TargetCounts counts = countTargets(dataset, part);
        std::vector<std::string> absent;
        for (std::size_t k = 0; k < counts.names.size(); ++k) {
            if (counts.names[k].positive == 0)
                absent.push_back(dataset.task.names[k]);
        }
        if (part == Part::Train && absent.size() + 1 >= dataset.task.names.size())
            add(findings, "one-class", Severity::Problem,
                "All sequences to train on are of one class: put some of every class into the training part.");
        else if (!absent.empty())
            add(findings, "absent-class", Severity::Warning,
                "The part \"" + std::string(partName(part)) + "\" has no sequence of: " + listed(absent)
                    + ". Split so that every part has some of each class.");
    }
}

void checkLabels(const Dataset& dataset, std::vector<Finding>& findings)
{
    std::size_t learnable = 0;
    for (const Part part : kParts) {
        if (dataset.rows(part).empty())
            continue;
        const TargetCounts counts = countTargets(dataset, part);
        std::vector<std::string> oneSided;
        for (std::size_t k = 0; k < counts.names.size(); ++k) {
            const NameCounts& one = counts.names[k];
            if (one.positive == 0 || one.positive == one.known)
                oneSided.push_back(dataset.task.names[k]);
        }
        if (part == Part::Train)
            learnable = dataset.task.names.size() - oneSided.size();
        if (!oneSided.empty())
            add(findings, "one-sided-label", Severity::Warning,
                "In the part \"" + std::string(partName(part)) + "\" these labels are all 0, all 1 or not known: "
                    + listed(oneSided) + ". Split so that every part has some of both.");
    }
    if (learnable == 0 && !dataset.rows(Part::Train).empty())
        add(findings, "one-class", Severity::Problem, "No label has both 0 and 1 among the sequences to train on.");
}

void checkVariation(const Dataset& dataset, std::vector<Finding>& findings)
{
    if (dataset.rows(Part::Train).empty())
        return;
    const TargetCounts counts = countTargets(dataset, Part::Train);
    std::vector<std::string> constant;
    for (std::size_t k = 0; k < counts.names.size(); ++k) {
        if (!(counts.names[k].highest > counts.names[k].lowest))
            constant.push_back(dataset.task.names[k]);
    }
    if (!constant.empty())
        add(findings, "constant", constant.size() == counts.names.size() ? Severity::Problem : Severity::Warning,
            "These values are the same, or not known, in all sequences to train on, so that there is nothing to learn: "
                + listed(constant) + ".");
}

void checkKnown(const Dataset& dataset, std::vector<Finding>& findings)
{
    std::int64_t known = 0, all = 0;
    for (const Part part : kParts) {
        const TargetCounts counts = countTargets(dataset, part);
        for (const NameCounts& one : counts.names)
            known += one.known;
        all += counts.valuesPerName * std::int64_t(counts.names.size());
    }
    if (known < all)
        add(findings, "unknown-targets", Severity::Note,
            groupedText(all - known) + " of " + groupedText(all)
                + " values are not known (empty or NA); they count neither in the loss nor in the numbers.");
}

std::vector<double> lengthsOf(const Dataset& dataset)
{
    std::vector<double> lengths;
    for (const Example& example : dataset.examples)
        lengths.push_back(double(example.lengthNt));
    return lengths;
}

/// How well the length ranks a 0/1 label, from 0.5 on; none if one side is missing.
std::optional<double> aurocOfLength(std::span<const double> lengths_N, std::span<const float> labels_N)
{
    std::vector<double> lengths;
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < lengths_N.size(); ++i) {
        if (std::isnan(labels_N[i]))
            continue;
        lengths.push_back(lengths_N[i]);
        labels.push_back(labels_N[i] > 0.5F ? 1 : 0);
    }
    const auto auroc = analysis::rankingOf(lengths, labels, 2).auroc;
    return auroc ? std::optional(std::max(*auroc, 1.0 - *auroc)) : std::nullopt;
}

std::optional<double> correlationOfLength(std::span<const double> lengths_N, std::span<const float> values_N)
{
    std::vector<double> lengths, values;
    for (std::size_t i = 0; i < lengths_N.size(); ++i) {
        if (std::isnan(values_N[i]))
            continue;
        lengths.push_back(lengths_N[i]);
        values.push_back(double(values_N[i]));
    }
    const auto rho = analysis::spearman(lengths, values);
    return rho ? std::optional(std::abs(*rho)) : std::nullopt;
}

/// Target `k` of every example.
std::vector<float> targetColumn(const Dataset& dataset, std::size_t k)
{
    std::vector<float> values;
    for (const Example& example : dataset.examples)
        values.push_back(targetOf(dataset.task, example, k));
    return values;
}

void checkLengthTells(const Dataset& dataset, const std::vector<double>& lengths, std::vector<Finding>& findings)
{
    const bool ranks = isRanked(dataset.task.kind);
    double highest = 0.0;
    std::string name;
    for (std::size_t k = 0; k < dataset.task.names.size(); ++k) {
        const std::vector<float> column = targetColumn(dataset, k);
        const auto found = ranks ? aurocOfLength(lengths, column) : correlationOfLength(lengths, column);
        if (found && *found > highest) {
            highest = *found;
            name = dataset.task.names[k];
        }
    }
    if (name.empty())
        return;
    const bool isTelling = highest >= (ranks ? kTellingAuroc : kTellingCorrelation);
    add(findings, "length", isTelling ? Severity::Warning : Severity::Note,
        "The length of a sequence alone tells \"" + name + "\" with " + (ranks ? "an AUROC of " : "a Spearman of ")
            + shortNumber(highest)
            + (isTelling ? "; compare every network with this baseline, or match the lengths." : "."));
}

void checkFixedLength(const Dataset& dataset, std::int64_t fixedNt, std::vector<Finding>& findings)
{
    const auto longer = std::ranges::count_if(dataset.examples, [&](const Example& e) { return e.lengthNt > fixedNt; });
    const auto shorter =
        std::ranges::count_if(dataset.examples, [&](const Example& e) { return e.lengthNt < fixedNt; });
    if (longer > 0)
        add(findings, "too-long", Severity::Warning,
            groupedText(longer) + " sequences are longer than the network's input of " + groupedText(fixedNt)
                + " nt and are cut; check which end it keeps.");
    if (shorter > 0)
        add(findings, "too-short", Severity::Note,
            groupedText(shorter) + " sequences are shorter than the network's input of " + groupedText(fixedNt)
                + " nt and are filled up.");
}

}  // namespace

void checkParts(const Dataset& dataset, bool isWatched, std::vector<Finding>& findings)
{
    if (dataset.rows(Part::Train).empty())
        add(findings, "empty-part", Severity::Problem,
            dataset.examples.empty() ? "No sequence could be used at all."
                                     : "No sequence is left to train on; check data.split.");
    else if (isWatched && dataset.rows(Part::Validation).empty())
        add(findings, "empty-part", Severity::Problem,
            "No sequence validates, so that nobody sees when to stop: name values in data.split.validation, set "
            "data.split.validation_share, or keep the last weights (validation.best \"last\").");
    else if (dataset.rows(Part::Validation).empty() && dataset.rows(Part::Test).empty())
        add(findings, "empty-part", Severity::Problem, "No sequence is held out, so that nobody sees what was learned.");
    else if (dataset.rows(Part::Test).empty())
        add(findings, "empty-part", Severity::Note,
            "No sequence is held out for a test: the final numbers will be those of the validation part, which are a "
            "little too good.");
}

void checkTargets(const Dataset& dataset, std::vector<Finding>& findings)
{
    if (dataset.examples.empty() || dataset.task.kind == TaskKind::MaskedLetters)
        return;
    if (dataset.task.kind == TaskKind::Classes)
        checkClasses(dataset, findings);
    else if (dataset.task.kind == TaskKind::Labels)
        checkLabels(dataset, findings);
    else
        checkVariation(dataset, findings);
    checkKnown(dataset, findings);
}

void checkLetters(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings)
{
    std::vector<std::string> withoutBase;
    std::int64_t ambiguous = 0, sequences = 0, unknown = 0, all = 0;
    for (const Example& example : dataset.examples) {
        std::int64_t known = 0, odd = 0;
        for (const char letter : example.letters()) {
            known += data::baseIndex(letter) >= 0 ? 1 : 0;
            odd += data::baseIndex(letter) < 0 && letter != 'N' ? 1 : 0;
        }
        if (known == 0)
            withoutBase.push_back(example.id);
        ambiguous += odd;
        sequences += odd > 0 ? 1 : 0;
        unknown += example.lengthNt - known;
        all += example.lengthNt;
    }
    if (!withoutBase.empty()) {
        const std::int64_t count = std::int64_t(withoutBase.size());
        std::vector<std::string> rows = withoutBase;
        rows.resize(std::min(rows.size(), std::size_t(settings.mostRows)));
        findings.push_back(
            {"no-base", Severity::Warning,
             groupedText(count) + " sequences have no known base at all: " + listed(withoutBase) + ". Leave them out.",
             data::ResultTable{"no_base", {{"id", std::move(rows)}}}});
    }
    if (ambiguous > 0)
        add(findings, "odd-letters", Severity::Note,
            groupedText(ambiguous) + " letters in " + groupedText(sequences)
                + " sequences are ambiguity codes such as R or Y, which count as unknown.");
    if (all > 0 && double(unknown) > 0.01 * double(all))
        add(findings, "unknown-letters", Severity::Note,
            shortNumber(100.0 * double(unknown) / double(all)) + " % of all letters are not known (N).");
}

void checkLengths(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings)
{
    if (settings.fixedLengthNt > 0)
        checkFixedLength(dataset, settings.fixedLengthNt, findings);
    if (dataset.examples.empty() || dataset.task.kind == TaskKind::MaskedLetters)
        return;
    const std::vector<double> lengths = lengthsOf(dataset);
    const auto [shortest, longest] = std::ranges::minmax(lengths);
    if (shortest == longest)
        return;
    if (dataset.task.kind == TaskKind::Profile)
        return add(findings, "lengths", Severity::Problem,
                   "The sequences are of " + groupedText(std::int64_t(shortest)) + " to "
                       + groupedText(std::int64_t(longest))
                       + " nt, but profiles are learned from windows of one length: set data.window_nt.");
    checkLengthTells(dataset, lengths, findings);
}

void checkReading(const Dataset& dataset, std::vector<Finding>& findings)
{
    if (dataset.leftOutCount > 0)
        add(findings, "left-out", Severity::Warning,
            groupedText(dataset.leftOutCount) + " rows or windows could not be used and were left out; the first: "
                + dataset.leftOut.front().sentence());
    for (const std::string& note : dataset.notes)
        add(findings, "reading", Severity::Note, note);
}

}  // namespace nscope::dataset
