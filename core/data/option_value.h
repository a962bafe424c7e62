// Purpose: typed option values shared by model cards, method options and requests.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace nscope::data {

using OptionValue = std::variant<bool, std::int64_t, double, std::string>;
using OptionMap = std::map<std::string, OptionValue>;

/// "true", "12", "0.004" (shortest form that reads back), or the string itself.
std::string toText(const OptionValue& value);

}  // namespace nscope::data
