// Purpose: what a network said of examples whose truth is known, read from predictions.tsv of a training run or of an
// evaluation (docs/training.md). Axes: N examples, K names. Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/dataset/dataset.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nscope::study {

struct JudgedExamples {
    dataset::TaskKind task = dataset::TaskKind::Classes;
    std::vector<std::string> names;
    std::vector<std::string> ids;
    std::vector<std::int64_t> lengthsNt;
    std::vector<double> truth_NK;  ///< classes: 1 at the class; NaN: not known
    std::vector<double> predicted_NK;

    std::size_t count() const { return ids.size(); }
};

/// Errors: those of the table; Parse for columns that are not there; Unsupported for profiles and masked letters, of which
/// no such table is written.
Result<JudgedExamples> readJudged(const std::string& path, dataset::TaskKind task);

}  // namespace nscope::study
