// Purpose: what commands share that give result tables: estimates as columns, a table on standard output.
#pragma once

#include "core/analysis/statistics.h"
#include "core/io/result_tables.h"

#include <iterator>
#include <span>
#include <type_traits>

namespace nscope::cli {

/// A column with one value per row: text, a whole number or a number, as `valueOf` gives it.
template <class Rows, class ValueOf>
io::ResultColumn columnOf(std::string name, const Rows& rows, ValueOf valueOf)
{
    std::vector<std::decay_t<decltype(valueOf(*std::begin(rows)))>> values;
    for (const auto& row : rows)
        values.push_back(valueOf(row));
    return {std::move(name), std::move(values)};
}

/// The columns <name>, <name>_low and <name>_high.
template <class Rows, class EstimateOf>
void addEstimates(io::ResultTable& table, const std::string& name, const Rows& rows, EstimateOf estimateOf)
{
    table.columns.push_back(columnOf(name, rows, [&](const auto& row) { return estimateOf(row).mean; }));
    table.columns.push_back(columnOf(name + "_low", rows, [&](const auto& row) { return estimateOf(row).low; }));
    table.columns.push_back(columnOf(name + "_high", rows, [&](const auto& row) { return estimateOf(row).high; }));
}

/// Adds the columns mean, low, high, count.
void addEstimateColumns(io::ResultTable& table, std::span<const analysis::MeanEstimate> estimates);

/// The first `maxRows` rows on standard output, as a JSON array of objects with --json.
void printTable(const io::ResultTable& table, bool asJson, std::size_t maxRows = 1000);

}  // namespace nscope::cli
