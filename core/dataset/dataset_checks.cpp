#include "core/dataset/dataset_checks.h"

#include "core/dataset/leak_checks.h"
#include "core/dataset/target_checks.h"

#include <algorithm>
#include <array>

namespace nscope::dataset {

std::string_view severityName(Severity severity)
{
    constexpr std::array<std::string_view, 3> kNames{"note", "warning", "problem"};
    return kNames[std::size_t(severity)];
}

bool DatasetReport::canTrain() const
{
    return std::ranges::none_of(findings, [](const Finding& one) { return one.severity == Severity::Problem; });
}

Result<DatasetReport> checkDataset(const Dataset& dataset, const CheckSettings& settings, std::stop_token stop,
                                   Progress* progress)
{
    DatasetReport report{.summary = partSummary(dataset), .plots = datasetPlots(dataset), .findings = {}};
    std::vector<Finding>& findings = report.findings;
    checkParts(dataset, settings.isWatched, findings);
    checkTargets(dataset, findings);
    checkLetters(dataset, settings, findings);
    checkLengths(dataset, settings, findings);
    checkGroups(dataset, settings, findings);
    checkOverlaps(dataset, settings, findings);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "Stopped while the data were checked.");
    checkDuplicates(dataset, settings, findings);
    if (settings.findsNearDuplicates) {
        if (auto checked = checkNearDuplicates(dataset, settings, stop, progress, findings); !checked)
            return fail(checked.error());
    }
    checkReading(dataset, findings);
    std::ranges::stable_sort(findings, std::greater(), &Finding::severity);
    return report;
}

data::ResultTable findingsTable(const std::vector<Finding>& findings)
{
    std::vector<std::string> severities, ids, sentences;
    for (const Finding& finding : findings) {
        severities.emplace_back(severityName(finding.severity));
        ids.push_back(finding.id);
        sentences.push_back(finding.sentence);
    }
    return {"findings",
            {{"severity", std::move(severities)}, {"finding", std::move(ids)}, {"sentence", std::move(sentences)}}};
}

}  // namespace nscope::dataset
