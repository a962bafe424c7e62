#include "app/cli/result_output.h"

#include "app/cli/text_table.h"

#include <algorithm>
#include <iostream>

namespace nscope::cli {

void printTable(const io::ResultTable& table, bool asJson, std::size_t maxRows)
{
    std::vector<std::string> names;
    for (const io::ResultColumn& column : table.columns)
        names.push_back(column.name);
    TextTable text(std::move(names));
    for (std::size_t row = 0; row < std::min(table.rows(), maxRows); ++row) {
        std::vector<std::string> cells;
        for (const io::ResultColumn& column : table.columns)
            cells.push_back(column.cell(row));
        text.addRow(std::move(cells));
    }
    text.print(std::cout, asJson);
}

}  // namespace nscope::cli
