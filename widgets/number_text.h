// Purpose: numbers as people read them on screen: 1-based positions with thousands separators, short values, and true
// minus signs. TSV and JSON files do not use these. Thread: any.
#pragma once

#include "core/data/interval.h"

#include <QString>

#include <cstdint>

namespace nscope::widgets {

/// "1,234" for the 0-based position 1233.
QString positionText(std::int64_t positionNt);
/// "1,234–1,240" (or one number) for a half-open interval.
QString intervalText(data::Interval range);
QString countText(std::int64_t count);
/// Three significant digits: "0.0412", "12.3", "−1.50".
QString valueText(double value);
/// The same with a plus sign.
QString signedText(double value);

}  // namespace nscope::widgets
