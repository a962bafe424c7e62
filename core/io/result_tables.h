// Purpose: tables of results (a population analysis gives several) to .tsv, .json or .npz by extension.
// .tsv: the first table under the path given, the others beside it, named <stem>.<table>.tsv. "-" is standard output: the
// first table, then each of the others after an empty line and "# <table>".
// .json: {"provenance": {…}, "tables": {name: {column: [values]}}}; a number that is not defined is null.
// .npz: <table>/<column> arrays and "provenance" (JSON text). A file appears whole or not at all.
// Errors: Unsupported for another extension, InvalidArgument for columns of unequal length, Io.
#pragma once

#include "core/base/result.h"
#include "core/data/result_table.h"
#include "core/io/table_writer.h"

#include <string>
#include <vector>

namespace nscope::io {

using data::ResultColumn;
using data::ResultTable;

Result<void> writeResultTables(const std::string& path, const std::vector<ResultTable>& tables, const Provenance& provenance = {});

/// Where writeResultTables puts table number `index` of a .tsv.
std::string tablePath(const std::string& path, const std::vector<ResultTable>& tables, std::size_t index);

}  // namespace nscope::io
