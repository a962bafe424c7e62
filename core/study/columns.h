// Purpose: columns of result tables from rows: values, and estimates with their intervals.
#pragma once

#include "core/analysis/statistics.h"
#include "core/data/result_table.h"

#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nscope::study {

/// A column with one value per row: text, a whole number or a number, as `valueOf` gives it.
template <class Rows, class ValueOf>
data::ResultColumn columnOf(std::string name, const Rows& rows, ValueOf valueOf)
{
    std::vector<std::decay_t<decltype(valueOf(*std::begin(rows)))>> values;
    for (const auto& row : rows)
        values.push_back(valueOf(row));
    return {std::move(name), std::move(values)};
}

/// Nothing is NaN in a table.
inline double orNaN(const std::optional<double>& value)
{
    return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

/// The columns <name>, <name>_low and <name>_high.
template <class Rows, class EstimateOf>
void addEstimates(data::ResultTable& table, const std::string& name, const Rows& rows, EstimateOf estimateOf)
{
    table.columns.push_back(columnOf(name, rows, [&](const auto& row) { return estimateOf(row).mean; }));
    table.columns.push_back(columnOf(name + "_low", rows, [&](const auto& row) { return estimateOf(row).low; }));
    table.columns.push_back(columnOf(name + "_high", rows, [&](const auto& row) { return estimateOf(row).high; }));
}

/// Adds the columns mean, low, high, count.
void addEstimateColumns(data::ResultTable& table, std::span<const analysis::MeanEstimate> estimates);

}  // namespace nscope::study
