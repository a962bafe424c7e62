// Purpose: a table of results on standard output.
#pragma once

#include "core/io/result_tables.h"
#include "core/study/columns.h"

#include <cstddef>

namespace nscope::cli {

using study::addEstimateColumns;
using study::addEstimates;
using study::columnOf;

/// The first `maxRows` rows on standard output, as a JSON array of objects with --json.
void printTable(const io::ResultTable& table, bool asJson, std::size_t maxRows = 1000);

}  // namespace nscope::cli
