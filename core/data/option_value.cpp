// Purpose: option values as text.
#include "core/data/option_value.h"

#include <charconv>

namespace nscope::data {
namespace {

std::string text(bool value) { return value ? "true" : "false"; }
std::string text(std::int64_t value) { return std::to_string(value); }
std::string text(const std::string& value) { return value; }
std::string text(double value)
{
    char buffer[64];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return error == std::errc() ? std::string(buffer, end) : std::string("nan");
}

}  // namespace

std::string toText(const OptionValue& value)
{
    return std::visit([](const auto& v) { return text(v); }, value);
}

}  // namespace nscope::data
