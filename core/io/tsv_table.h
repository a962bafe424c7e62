// Purpose: any tab-separated table with a header line, plain or gzip, held in memory; used for CDS tables and for
// training tables (label, split …). A file named .csv or .csv.gz is comma-separated, its cells may stand in double
// quotes (RFC 4180), but hold no line break.
// Errors: Parse with line: empty or binary file, a row with another number of cells than the header, doubled column
// names. Lines that start with '#' before the header and empty lines are comments.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

class TsvTable {
public:
    static Result<TsvTable> read(const std::string& path);

    const std::string& path() const { return m_path; }
    const std::vector<std::string>& columns() const { return m_columns; }
    std::size_t rowCount() const { return m_lines.size(); }
    std::optional<std::size_t> column(std::string_view name) const;
    /// The column's index, or an error that lists the columns there are.
    Result<std::size_t> requireColumn(std::string_view name) const;

    const std::string& cell(std::size_t row, std::size_t column) const { return m_cells[row * m_columns.size() + column]; }
    std::int64_t line(std::size_t row) const { return m_lines[row]; }  ///< 1-based line in the file

    /// A whole number; the error names file, line and column.
    Result<std::int64_t> integer(std::size_t row, std::size_t column) const;
    Result<double> number(std::size_t row, std::size_t column) const;

private:
    std::string m_path;
    std::vector<std::string> m_columns;
    std::vector<std::string> m_cells;  // rows × columns
    std::vector<std::int64_t> m_lines;
};

}  // namespace nscope::io
