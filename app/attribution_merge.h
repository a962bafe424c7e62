// Purpose: puts exact mutagenesis rows together as they arrive from several requests, over a gradient preview, so that
// scrolling never throws computed rows away (DESIGN §4: from the visible window outwards). Pure functions.
#pragma once

#include "core/data/attribution.h"
#include "core/data/interval.h"

#include <memory>

namespace nscope::app {

using AttributionPtr = std::shared_ptr<const data::Attribution>;

/// Exact rows of `update`, else exact rows of `known`, else rows of `preview` marked as not exact (zeros without one).
/// `known` and `preview` may be null and are ignored if their length differs. Everything else comes from `update`.
AttributionPtr mergedExact(const AttributionPtr& known, const data::Attribution& update, const AttributionPtr& preview);

/// `preview` as a mutagenesis of which no row is exact yet.
AttributionPtr asPreview(const data::Attribution& preview, const std::string& method);

/// The same rows with every row that is not exact taken from `preview`.
AttributionPtr withPreview(const AttributionPtr& known, const data::Attribution& preview);

bool isComplete(const data::Attribution& attribution);
/// True if every row in `span` (cut to the sequence) is exact.
bool isExactIn(const data::Attribution& attribution, data::Interval span);
/// The smallest interval with all rows that are not exact; empty if there are none.
data::Interval missingRows(const data::Attribution& attribution);

}  // namespace nscope::app
