#include "core/study/dataset_outcome.h"

#include "core/data/number_text.h"

#include <algorithm>

namespace nscope::study {

namespace {

/// "48 to train, 6 watched, 6 held out" and what was found.
std::string sentenceOf(const dataset::Dataset& data, const dataset::DatasetReport& report)
{
    const auto count = [&](dataset::Part part) { return data::groupedText(std::int64_t(data.rows(part).size())); };
    std::string text = data::groupedText(std::int64_t(data.examples.size())) + " examples: "
                       + count(dataset::Part::Train) + " to train, " + count(dataset::Part::Validation) + " watched, "
                       + count(dataset::Part::Test) + " held out.";
    for (const dataset::Finding& finding : report.findings)
        if (finding.severity == dataset::Severity::Problem)
            text += " " + finding.sentence;
    const auto warnings = std::ranges::count(report.findings, dataset::Severity::Warning, &dataset::Finding::severity);
    if (warnings > 0)
        text += " Warnings: " + std::to_string(warnings) + ", listed below.";
    return text;
}

}  // namespace

Result<DatasetCheck> checkedDataset(const dataset::Dataset& data, const dataset::CheckSettings& settings,
                                    std::stop_token stop, Progress* progress)
{
    const auto report = dataset::checkDataset(data, settings, std::move(stop), progress);
    if (!report)
        return fail(report.error());
    DatasetCheck check;
    check.canTrain = report->canTrain();
    check.sentence = sentenceOf(data, *report);
    check.outcome.plots = report->plots;
    check.outcome.notes = data.notes;
    if (!report->findings.empty())
        check.outcome.tables.push_back(dataset::findingsTable(report->findings));
    check.outcome.tables.push_back(report->summary);
    for (const dataset::Finding& finding : report->findings)
        if (finding.table)
            check.outcome.tables.push_back(*finding.table);
    return check;
}

}  // namespace nscope::study
