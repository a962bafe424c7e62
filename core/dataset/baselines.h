// Purpose: what simple properties of the sequences alone predict, so that every network can be compared with it:
// k-mers, the length, both; for profiles the GC content; for masked letters how often which letter stands between which.
// Classes and labels: logistic regression of each name against the rest; numbers and shares: ridge regression; of k-mer
// frequencies and the logarithm of the length. Profiles: per signal, a line through the GC content of each bin. Masked
// letters: the perplexity of every letter by the frequencies of letters, and by those of 3-mers, its neighbours known.
// Trained on the training part, judged on another; targets that are not known do not count.
// Errors: Cancelled; InvalidArgument if a part is empty. Blocking: seconds. Thread: any.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/result_table.h"
#include "core/dataset/dataset.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::dataset {

struct BaselineSettings {
    std::int64_t kmerNt = 3;  ///< at most 6
    double lambda = 100.0;    ///< of linear_fit.h; strong, because there are as many k-mers as there may be rows
    Part judged = Part::Test;
};

/// One number of one baseline for one name of the task.
struct BaselineNumber {
    std::string baseline;           ///< "length", "3-mers", "3-mers and length", "GC content", "letters"
    std::string name;               ///< of the class, label, number or signal; "letter"
    std::string metric;             ///< "AUROC", "Pearson", "perplexity"
    std::optional<double> value{};  ///< none where it is not defined
};

/// Baselines in the order named above; the length only where lengths differ. Of two classes the second one only.
/// Progress counts fits.
Result<std::vector<BaselineNumber>> judgeBaselines(const Dataset& dataset, const BaselineSettings& settings = {},
                                                   std::stop_token stop = {}, Progress* progress = nullptr);

/// Columns: baseline, name, metric, value.
data::ResultTable baselineTable(const std::vector<BaselineNumber>& numbers);

}  // namespace nscope::dataset
