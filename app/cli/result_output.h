// Purpose: what commands share that give result tables: estimates as columns, a table on standard output.
#pragma once

#include "core/analysis/statistics.h"
#include "core/io/result_tables.h"

#include <span>

namespace nscope::cli {

/// Adds the columns mean, low, high, count.
void addEstimateColumns(io::ResultTable& table, std::span<const analysis::MeanEstimate> estimates);

/// The first `maxRows` rows on standard output, as a JSON array of objects with --json.
void printTable(const io::ResultTable& table, bool asJson, std::size_t maxRows = 1000);

}  // namespace nscope::cli
