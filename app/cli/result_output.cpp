#include "app/cli/result_output.h"

#include "app/cli/text_table.h"

#include <algorithm>
#include <iostream>

namespace nscope::cli {

void addEstimateColumns(io::ResultTable& table, std::span<const analysis::MeanEstimate> estimates)
{
    std::vector<double> means, lows, highs;
    std::vector<std::int64_t> counts;
    for (const analysis::MeanEstimate& estimate : estimates) {
        means.push_back(estimate.mean);
        lows.push_back(estimate.low);
        highs.push_back(estimate.high);
        counts.push_back(estimate.count);
    }
    table.columns.push_back({"mean", std::move(means)});
    table.columns.push_back({"low", std::move(lows)});
    table.columns.push_back({"high", std::move(highs)});
    table.columns.push_back({"count", std::move(counts)});
}

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
