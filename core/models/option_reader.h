// Purpose: option values of a model card read against the family's OptionSpecs, typed and with defaults filled in.
#pragma once

#include "core/base/result.h"
#include "core/engine/specs.h"

namespace nscope::models {

class OptionReader {
public:
    /// Errors: InvalidArgument naming the option and what it takes.
    static Result<OptionReader> read(const data::OptionMap& given, const std::vector<engine::OptionSpec>& specs)
    {
        auto complete = engine::completeOptions(given, specs);
        if (!complete)
            return fail(complete.error());
        OptionReader reader;
        reader.m_values = std::move(*complete);
        return reader;
    }

    bool flag(const std::string& id) const { return std::get<bool>(m_values.at(id)); }
    std::int64_t integer(const std::string& id) const { return std::get<std::int64_t>(m_values.at(id)); }
    double number(const std::string& id) const { return std::get<double>(m_values.at(id)); }
    const std::string& text(const std::string& id) const { return std::get<std::string>(m_values.at(id)); }
    /// Names separated by commas, e.g. tasks.
    std::vector<std::string> names(const std::string& id) const
    {
        std::vector<std::string> list(1);
        for (const char c : text(id)) {
            if (c == ',')
                list.emplace_back();
            else
                list.back() += c;
        }
        std::erase(list, std::string());
        return list;
    }
    const data::OptionMap& values() const { return m_values; }

private:
    data::OptionMap m_values;
};

}  // namespace nscope::models
