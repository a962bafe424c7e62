// Purpose: how well differences agree with measured effects, by element, and the plots of scored variants. Pure
// functions.
#pragma once

#include "core/study/variant_rows.h"

namespace nscope::study {

struct ElementFit {
    std::string element;
    std::int64_t variants = 0;
    double pearson = std::numeric_limits<double>::quiet_NaN();
    double spearman = std::numeric_limits<double>::quiet_NaN();
    double robustPearson = std::numeric_limits<double>::quiet_NaN();
    double robustSpearman = std::numeric_limits<double>::quiet_NaN();
};
/// Correlation with the measured effects per element, and as the last row ("mean") the mean over elements where it is
/// defined.
std::vector<ElementFit> fitsOf(const std::vector<VariantRow>& rows, bool robust);

std::vector<data::Plot> variantPlots(const FoundVariants& found, const data::TranscriptSet& transcripts,
                                     const std::vector<ElementFit>& fits, bool robust, const VariantDoors& doors);

}  // namespace nscope::study
