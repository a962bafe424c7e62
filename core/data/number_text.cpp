#include "core/data/number_text.h"

#include <cstdio>

namespace nscope::data {

std::string groupedText(std::int64_t number)
{
    std::string digits = std::to_string(number);
    const std::size_t firstDigit = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > firstDigit + 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string shortNumber(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

}  // namespace nscope::data
