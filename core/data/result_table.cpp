#include "core/data/result_table.h"

#include "core/data/option_value.h"

namespace nscope::data {

std::size_t ResultColumn::size() const
{
    return std::visit([](const auto& cells) { return cells.size(); }, values);
}

std::string ResultColumn::cell(std::size_t row) const
{
    if (const auto* texts = std::get_if<std::vector<std::string>>(&values))
        return (*texts)[row];
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&values))
        return std::to_string((*integers)[row]);
    return numberText(std::get<std::vector<double>>(values)[row]);
}

std::string numberText(double value) { return toText(OptionValue(value)); }

}  // namespace nscope::data
