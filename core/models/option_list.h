// Purpose: short ways to write a family's options and to read lists of names or whole numbers among them.
#pragma once

#include "core/models/option_reader.h"

#include <algorithm>
#include <charconv>

namespace nscope::models {

inline engine::OptionSpec integerOption(std::string id, std::string name, std::string help, std::int64_t fallback,
                                        std::int64_t low, std::int64_t high)
{
    return {std::move(id), std::move(name), std::move(help), fallback, double(low), double(high), {}};
}

inline engine::OptionSpec numberOption(std::string id, std::string name, std::string help, double fallback, double low,
                                       double high)
{
    return {std::move(id), std::move(name), std::move(help), fallback, low, high, {}};
}

/// A share of units left out in training.
inline engine::OptionSpec dropoutOption(std::string id, std::string name, std::string help, double fallback)
{
    return numberOption(std::move(id), std::move(name), std::move(help), fallback, 0.0, 0.95);
}

inline engine::OptionSpec flagOption(std::string id, std::string name, std::string help, bool fallback)
{
    return {std::move(id), std::move(name), std::move(help), fallback, {}, {}, {}};
}

/// The first choice is the default.
inline engine::OptionSpec choiceOption(std::string id, std::string name, std::string help,
                                       std::vector<std::string> choices)
{
    data::OptionValue fallback = choices.front();
    return {std::move(id), std::move(name), std::move(help), std::move(fallback), {}, {}, std::move(choices)};
}

/// Free text; often names separated by commas.
inline engine::OptionSpec textOption(std::string id, std::string name, std::string help, std::string fallback)
{
    return {std::move(id), std::move(name), std::move(help), std::move(fallback), {}, {}, {}};
}

/// The names of an option, of which there must be `atLeast`, each once. Errors: InvalidArgument naming the option.
inline Result<std::vector<std::string>> readNames(const OptionReader& options, const std::string& id,
                                                  std::size_t atLeast)
{
    std::vector<std::string> names = options.names(id);
    std::vector<std::string> sorted = names;
    std::ranges::sort(sorted);
    if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
        return fail(ErrorCode::InvalidArgument, "The model option " + id + " has the name “" + *twice + "” twice.");
    if (names.size() < atLeast)
        return fail(ErrorCode::InvalidArgument, "The model option " + id + " needs at least " + std::to_string(atLeast)
                                                    + (atLeast == 1 ? " name." : " names, separated by commas."));
    return names;
}

/// An option such as "192,256,512" as `count` positive whole numbers. Errors: InvalidArgument naming the option.
inline Result<std::vector<std::int64_t>> wholeNumbers(const OptionReader& options, const std::string& id,
                                                      std::size_t count)
{
    std::vector<std::int64_t> numbers;
    for (const std::string& word : options.names(id)) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc() || end != word.data() + word.size() || number < 1)
            break;
        numbers.push_back(number);
    }
    if (numbers.size() != count || options.names(id).size() != count)
        return fail(ErrorCode::InvalidArgument, "The model option " + id + " takes " + std::to_string(count)
                                                    + " positive whole numbers separated by commas, not “"
                                                    + options.text(id) + "”.");
    return numbers;
}

}  // namespace nscope::models
