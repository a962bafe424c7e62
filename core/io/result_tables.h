// Purpose: tables of results (a population analysis gives several) to .tsv, .json or .npz by extension.
// .tsv: the first table under the path given, the others beside it, named <stem>.<table>.tsv. "-" is standard output: the
// first table, then each of the others after an empty line and "# <table>".
// .json: {"provenance": {…}, "tables": {name: {column: [values]}}}; a number that is not defined is null.
// .npz: <table>/<column> arrays and "provenance" (JSON text). A file appears whole or not at all.
// Errors: Unsupported for another extension, InvalidArgument for columns of unequal length, Io.
#pragma once

#include "core/base/result.h"
#include "core/io/table_writer.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace nscope::io {

struct ResultColumn {
    using Values = std::variant<std::vector<std::string>, std::vector<std::int64_t>, std::vector<double>>;
    std::string name;
    Values values;

    std::size_t size() const;
    std::string cell(std::size_t row) const;  ///< numbers as numberText, "nan" where not defined
};

struct ResultTable {
    std::string name;
    std::vector<ResultColumn> columns;

    std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
};

Result<void> writeResultTables(const std::string& path, const std::vector<ResultTable>& tables, const Provenance& provenance = {});

/// Where writeResultTables puts table number `index` of a .tsv.
std::string tablePath(const std::string& path, const std::vector<ResultTable>& tables, std::size_t index);

}  // namespace nscope::io
