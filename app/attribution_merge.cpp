#include "app/attribution_merge.h"

#include <algorithm>
#include <cstdint>

namespace nscope::app {

namespace {

void copyRow(const data::Attribution& from, data::Attribution& to, std::int64_t row)
{
    std::copy_n(from.values_LC.begin() + row * 4, 4, to.values_LC.begin() + row * 4);
}

bool fits(const AttributionPtr& other, std::int64_t length) { return other && other->length() == length; }

}  // namespace

AttributionPtr mergedExact(const AttributionPtr& known, const data::Attribution& update, const AttributionPtr& preview)
{
    auto merged = std::make_shared<data::Attribution>(update);
    if (update.exact_L.empty())
        return merged;
    const std::int64_t length = update.length();
    const bool useKnown = fits(known, length);
    const bool usePreview = fits(preview, length);
    for (std::int64_t row = 0; row < length; ++row) {
        if (update.isExact(row))
            continue;
        if (useKnown && known->isExact(row)) {
            copyRow(*known, *merged, row);
            merged->exact_L[std::size_t(row)] = 1;
        } else if (usePreview) {
            copyRow(*preview, *merged, row);
        }
    }
    if (std::ranges::all_of(merged->exact_L, [](std::uint8_t exact) { return exact != 0; }))
        merged->exact_L.clear();
    return merged;
}

AttributionPtr asPreview(const data::Attribution& preview, const std::string& method)
{
    auto result = std::make_shared<data::Attribution>(preview);
    result->method = method;
    result->exact_L.assign(std::size_t(preview.length()), 0);
    return result;
}

AttributionPtr withPreview(const AttributionPtr& known, const data::Attribution& preview)
{
    if (known->length() != preview.length() || isComplete(*known))
        return known;
    auto result = std::make_shared<data::Attribution>(*known);
    for (std::int64_t row = 0; row < result->length(); ++row)
        if (!result->isExact(row))
            copyRow(preview, *result, row);
    return result;
}

bool isComplete(const data::Attribution& attribution) { return attribution.exact_L.empty(); }

bool isExactIn(const data::Attribution& attribution, data::Interval span)
{
    const data::Interval rows = span.intersected({0, attribution.length()});
    for (std::int64_t row = rows.startNt; row < rows.endNt; ++row)
        if (!attribution.isExact(row))
            return false;
    return true;
}

data::Interval missingRows(const data::Attribution& attribution)
{
    data::Interval rows{attribution.length(), 0};
    for (std::int64_t row = 0; row < attribution.length(); ++row) {
        if (attribution.isExact(row))
            continue;
        rows.startNt = std::min(rows.startNt, row);
        rows.endNt = row + 1;
    }
    return rows.isEmpty() ? data::Interval{} : rows;
}

}  // namespace nscope::app
