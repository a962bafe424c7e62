// Purpose: short forms for the OptionSpecs of model families, and for options that are lists of whole numbers.
#pragma once

#include "core/models/option_reader.h"

#include <charconv>

namespace nscope::models {

inline engine::OptionSpec wholeOption(std::string id, std::string name, std::string help, std::int64_t fallback,
                                      std::int64_t lowest, std::int64_t highest)
{
    return {std::move(id), std::move(name), std::move(help), fallback, double(lowest), double(highest), {}};
}

inline engine::OptionSpec textOption(std::string id, std::string name, std::string help, std::string fallback)
{
    return {std::move(id), std::move(name), std::move(help), std::move(fallback), {}, {}, {}};
}

inline engine::OptionSpec choiceOption(std::string id, std::string name, std::string help,
                                       std::vector<std::string> choices)
{
    return {std::move(id), std::move(name), std::move(help), choices.front(), {}, {}, choices};
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
