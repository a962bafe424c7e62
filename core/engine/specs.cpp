#include "core/engine/specs.h"

#include "core/engine/request.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace nscope::engine {

namespace {

using data::OptionMap;
using data::OptionValue;

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::unexpected<Error> refused(const OptionSpec& spec, std::string_view given)
{
    return fail(ErrorCode::InvalidArgument,
                "Option " + spec.id + " takes " + whatItTakes(spec) + ", not '" + std::string(given) + "'.");
}

const OptionSpec* findSpec(const std::vector<OptionSpec>& specs, std::string_view id)
{
    const auto found = std::ranges::find(specs, id, &OptionSpec::id);
    return found == specs.end() ? nullptr : &*found;
}

std::unexpected<Error> unknown(std::string_view id, const std::vector<OptionSpec>& specs)
{
    std::string sentence = "There is no option '" + std::string(id) + "' here";
    if (specs.empty())
        return fail(ErrorCode::InvalidArgument, sentence + "; it takes none.");
    std::vector<std::string> ids;
    for (const OptionSpec& spec : specs)
        ids.push_back(spec.id);
    return fail(ErrorCode::InvalidArgument, sentence + "; there are " + joined(ids) + ".");
}

template <class Number>
std::optional<Number> readNumber(std::string_view text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<bool> readBool(std::string_view text)
{
    if (text == "true" || text == "yes" || text == "on" || text == "1")
        return true;
    if (text == "false" || text == "no" || text == "off" || text == "0")
        return false;
    return std::nullopt;
}

/// The text as a value of the option's type; std::nullopt if it is none.
std::optional<OptionValue> readAs(const OptionValue& type, std::string_view text)
{
    return std::visit(
        [&](const auto& example) -> std::optional<OptionValue> {
            using Type = std::decay_t<decltype(example)>;
            if constexpr (std::is_same_v<Type, std::string>) {
                return OptionValue(std::string(text));
            } else if constexpr (std::is_same_v<Type, bool>) {
                const auto value = readBool(text);
                return value ? std::optional<OptionValue>(*value) : std::nullopt;
            } else {
                const auto value = readNumber<Type>(text);
                return value ? std::optional<OptionValue>(*value) : std::nullopt;
            }
        },
        type);
}

/// The value in the option's type: whole numbers pass as numbers and the other way round, nothing else does.
std::optional<OptionValue> converted(const OptionValue& value, const OptionValue& type)
{
    if (value.index() == type.index())
        return value;
    if (const auto* whole = std::get_if<std::int64_t>(&value); whole && std::holds_alternative<double>(type))
        return OptionValue(double(*whole));
    constexpr double kLargestExact = 9007199254740992.0;  // 2^53
    if (const auto* real = std::get_if<double>(&value); real && std::holds_alternative<std::int64_t>(type)
        && *real == std::floor(*real) && std::abs(*real) <= kLargestExact)
        return OptionValue(std::int64_t(*real));
    return std::nullopt;
}

bool isAllowed(const OptionValue& value, const OptionSpec& spec)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return spec.choices.empty() || std::ranges::find(spec.choices, *text) != spec.choices.end();
    double number = 0.0;
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        number = double(*whole);
    else if (const auto* real = std::get_if<double>(&value))
        number = *real;
    else
        return true;
    return std::isfinite(number) && number >= spec.minimum.value_or(std::numeric_limits<double>::lowest())
        && number <= spec.maximum.value_or(std::numeric_limits<double>::max());
}

}  // namespace

std::string whatItTakes(const OptionSpec& spec)
{
    if (std::holds_alternative<bool>(spec.fallback))
        return "true or false";
    if (std::holds_alternative<std::string>(spec.fallback))
        return spec.choices.empty() ? "text" : "one of " + joined(spec.choices);
    const bool integer = std::holds_alternative<std::int64_t>(spec.fallback);
    const auto limit = [&](double value) {
        return integer ? std::to_string(std::int64_t(value)) : data::toText(OptionValue(value));
    };
    std::string text = integer ? "a whole number" : "a number";
    if (spec.minimum && spec.maximum)
        return text + " from " + limit(*spec.minimum) + " to " + limit(*spec.maximum);
    if (spec.minimum)
        return text + " of at least " + limit(*spec.minimum);
    if (spec.maximum)
        return text + " of at most " + limit(*spec.maximum);
    return text;
}

Result<OptionMap> parseOptions(const std::vector<std::string>& assignments, const std::vector<OptionSpec>& specs)
{
    OptionMap options;
    for (const std::string& assignment : assignments) {
        const auto equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(ErrorCode::InvalidArgument, "Options are written name=value, not '" + assignment + "'.");
        const std::string id = assignment.substr(0, equals);
        const std::string text = assignment.substr(equals + 1);
        const OptionSpec* spec = findSpec(specs, id);
        if (!spec)
            return unknown(id, specs);
        const auto value = readAs(spec->fallback, text);
        if (!value || !isAllowed(*value, *spec))
            return refused(*spec, text);
        if (!options.emplace(id, *value).second)
            return fail(ErrorCode::InvalidArgument, "Option " + id + " is given twice.");
    }
    return options;
}

Result<OptionMap> completeOptions(const OptionMap& given, const std::vector<OptionSpec>& specs)
{
    OptionMap options;
    for (const OptionSpec& spec : specs)
        options.emplace(spec.id, spec.fallback);
    for (const auto& [id, value] : given) {
        if (isEngineOption(id))
            continue;
        const OptionSpec* spec = findSpec(specs, id);
        if (!spec)
            return unknown(id, specs);
        const auto typed = converted(value, spec->fallback);
        if (!typed || !isAllowed(*typed, *spec))
            return refused(*spec, data::toText(value));
        options[id] = *typed;
    }
    return options;
}

OutputSpec ModelOutputs::describe(const std::string& id) const
{
    if (const auto known = std::ranges::find(described, id, &OutputSpec::id); known != described.end())
        return *known;
    OutputSpec plain{.id = id, .name = id, .help = {}};
    std::ranges::replace(plain.name, '_', ' ');
    return plain;
}

std::string positiveClass(const ModelSpec& spec)
{
    const std::vector<std::string>& classes = spec.outputs.classes;
    if (classes.empty())
        return {};
    if (!spec.targets.empty()) {
        const std::string& target = spec.targets.front().id;
        for (const std::string& name : classes) {
            if (target == "class:" + name || target == "logit:" + name || target.starts_with("logit:" + name + "-"))
                return name;
        }
    }
    return classes.front();
}

}  // namespace nscope::engine
