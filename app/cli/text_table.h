// Purpose: a small table on standard output: aligned columns for people, or a JSON array of objects with --json.
// Text that came from a file loses its control characters on the way.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace nscope::cli {

class TextTable {
public:
    explicit TextTable(std::vector<std::string> columns) : m_columns(std::move(columns)) {}

    /// One cell per column.
    void addRow(std::vector<std::string> cells) { m_rows.push_back(std::move(cells)); }

    void print(std::ostream& out, bool asJson) const;

private:
    std::vector<std::string> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

}  // namespace nscope::cli
