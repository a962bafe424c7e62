// Purpose: short ways to describe the options of studies and to read their values from a complete order.
#pragma once

#include "core/study/study.h"

namespace nscope::study {

inline engine::OptionSpec wholeOption(std::string id, std::string name, std::string help, std::int64_t fallback,
                                      std::int64_t least, std::int64_t most)
{
    return {std::move(id), std::move(name), std::move(help), fallback, double(least), double(most), {}};
}
inline engine::OptionSpec numberOption(std::string id, std::string name, std::string help, double fallback,
                                       double least, double most)
{
    return {std::move(id), std::move(name), std::move(help), fallback, least, most, {}};
}
inline engine::OptionSpec switchOption(std::string id, std::string name, std::string help, bool fallback = false)
{
    return {std::move(id), std::move(name), std::move(help), fallback, {}, {}, {}};
}
inline engine::OptionSpec textOption(std::string id, std::string name, std::string help, std::string fallback = {})
{
    return {std::move(id), std::move(name), std::move(help), std::move(fallback), {}, {}, {}};
}
/// The first choice is the default.
inline engine::OptionSpec choiceOption(std::string id, std::string name, std::string help,
                                       std::vector<std::string> choices)
{
    const std::string first = choices.front();
    return {std::move(id), std::move(name), std::move(help), first, {}, {}, std::move(choices)};
}

/// Preconditions: the order is complete, and the option has this type.
inline std::int64_t whole(const Order& order, const char* id) { return std::get<std::int64_t>(order.options.at(id)); }
inline double number(const Order& order, const char* id) { return std::get<double>(order.options.at(id)); }
inline bool isOn(const Order& order, const char* id) { return std::get<bool>(order.options.at(id)); }
inline const std::string& text(const Order& order, const char* id)
{
    return std::get<std::string>(order.options.at(id));
}
/// Path of a file; empty: none.
inline std::string file(const Order& order, const char* id)
{
    const auto found = order.files.find(id);
    return found == order.files.end() ? std::string() : found->second;
}

}  // namespace nscope::study
