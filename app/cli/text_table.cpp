#include "app/cli/text_table.h"

#include "app/cli/cli.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>

namespace nscope::cli {

namespace {

/// Letters, not bytes, of a UTF-8 text.
std::size_t letterCount(const std::string& text)
{
    return std::size_t(std::ranges::count_if(text, [](unsigned char byte) { return (byte & 0xC0) != 0x80; }));
}

void printLine(std::ostream& out, const std::vector<std::string>& cells, const std::vector<std::size_t>& widths)
{
    std::string line;
    for (std::size_t column = 0; column < cells.size(); ++column) {
        line += cells[column];
        if (column + 1 < cells.size())
            line.append(widths[column] - letterCount(cells[column]) + 2, ' ');
    }
    out << line << "\n";
}

}  // namespace

void TextTable::print(std::ostream& out, bool asJson) const
{
    if (asJson) {
        nlohmann::ordered_json rows = nlohmann::ordered_json::array();
        for (const auto& row : m_rows) {
            nlohmann::ordered_json object;
            for (std::size_t column = 0; column < m_columns.size(); ++column)
                object[m_columns[column]] = row[column];
            rows.push_back(std::move(object));
        }
        out << rows.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
        return;
    }
    std::vector<std::vector<std::string>> lines{m_columns};
    std::vector<std::size_t> widths(m_columns.size(), 0);
    for (const auto& row : m_rows) {
        std::vector<std::string> cells;
        for (const std::string& cell : row)
            cells.push_back(oneLine(cell));
        lines.push_back(std::move(cells));
    }
    for (const auto& line : lines)
        for (std::size_t column = 0; column < line.size(); ++column)
            widths[column] = std::max(widths[column], letterCount(line[column]));
    for (const auto& line : lines)
        printLine(out, line, widths);
}

}  // namespace nscope::cli
