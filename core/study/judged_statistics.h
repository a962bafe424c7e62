// Purpose: how good predictions of single names are on chosen examples, for the evaluation of a network and the comparison
// of two. Axes: K names. Thread: any.
#pragma once

#include "core/base/progress.h"
#include "core/study/judged_examples.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace nscope::study {

/// Truth and prediction of one name over some examples; unknown ones are left out.
struct JudgedColumn {
    std::vector<float> truth, predicted;

    std::vector<std::uint8_t> labels() const;
};
JudgedColumn columnOfName(const JudgedExamples& judged, std::size_t k, std::span<const std::size_t> rows);

/// Names that are questions of their own: of two classes only the second, against the first.
std::vector<std::size_t> namesJudged(const JudgedExamples& judged);
std::vector<std::size_t> allRows(const JudgedExamples& judged);

const std::vector<const char*>& statisticNames(dataset::TaskKind task);
/// In the order of their names; NaN where one is not defined, as with fewer than two examples.
std::vector<double> statisticsOf(dataset::TaskKind task, const JudgedColumn& column);

/// Counts steps of the whole and looks whether it shall go on. Errors: Cancelled.
struct Pace {
    std::stop_token stop;
    Progress* progress = nullptr;

    Result<void> step() const;
};

}  // namespace nscope::study
