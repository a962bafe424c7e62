// Purpose: numbers as people read them. Pure functions.
#pragma once

#include <cstdint>
#include <string>

namespace nscope::data {

/// 16958 → "16,958".
std::string groupedText(std::int64_t number);
/// Three significant digits: "0.0123".
std::string shortNumber(double value);

}  // namespace nscope::data
