// Purpose: a table of results, column by column, as an experiment or a population analysis gives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace nscope::data {

struct ResultColumn {
    using Values = std::variant<std::vector<std::string>, std::vector<std::int64_t>, std::vector<double>>;
    std::string name;
    Values values;

    std::size_t size() const;
    std::string cell(std::size_t row) const;  ///< numbers as numberText, "nan" where not defined
};

/// All columns are equally long.
struct ResultTable {
    std::string name;
    std::vector<ResultColumn> columns;

    std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
};

/// Shortest decimal text that reads back as the same number ("nan", "inf" as such).
std::string numberText(double value);

}  // namespace nscope::data
