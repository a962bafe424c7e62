#include "core/io/settings_fields.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::io {
namespace {

std::string plain(double value)
{
    return data::toText(data::OptionValue(value));
}

std::optional<data::OptionValue> optionValue(const nlohmann::json& value)
{
    if (value.is_boolean())
        return data::OptionValue(value.get<bool>());
    if (value.is_number_integer())
        return data::OptionValue(value.get<std::int64_t>());
    if (value.is_number())
        return data::OptionValue(value.get<double>());
    if (value.is_string())
        return data::OptionValue(value.get<std::string>());
    return std::nullopt;
}

}  // namespace

nlohmann::json::json_pointer settingPointer(std::string_view dotted)
{
    std::string path = "/" + std::string(dotted);
    std::ranges::replace(path, '.', '/');
    return nlohmann::json::json_pointer(path);
}

SettingsFields::SettingsFields(const nlohmann::json& object, std::string path)
    : m_object(std::make_shared<const nlohmann::json>(object)), m_path(std::move(path))
{
    if (!m_object->is_object()) {
        m_object = std::make_shared<const nlohmann::json>(nlohmann::json::object());
        m_error = Error(ErrorCode::InvalidArgument, m_path.empty()
                            ? "The settings must be one JSON object in braces."
                            : "The setting \"" + m_path + "\" must be a group of settings in braces.");
    }
}

std::string SettingsFields::full(const std::string& key) const { return m_path.empty() ? key : m_path + "." + key; }

const nlohmann::json* SettingsFields::find(const char* key)
{
    m_known.insert(key);
    const auto it = m_object->find(key);
    return it == m_object->end() ? nullptr : &*it;
}

void SettingsFields::reject(const std::string& key, const std::string& sentence)
{
    if (!m_error)
        m_error = Error(ErrorCode::InvalidArgument, "The setting \"" + full(key) + "\" " + sentence);
}

void SettingsFields::require(const char* key)
{
    if (!m_object->contains(key))
        reject(key, "is missing.");
}

void SettingsFields::read(const char* key, bool& value)
{
    if (const auto* found = find(key)) {
        if (found->is_boolean())
            value = found->get<bool>();
        else
            reject(key, "must be true or false.");
    }
}

void SettingsFields::read(const char* key, std::string& value)
{
    if (const auto* found = find(key)) {
        if (found->is_string())
            value = found->get<std::string>();
        else
            reject(key, "must be a text in quotes.");
    }
}

void SettingsFields::read(const char* key, std::int64_t& value, std::int64_t minimum, std::int64_t maximum)
{
    const auto* found = find(key);
    if (!found)
        return;
    const bool whole = found->is_number_integer();
    const auto number = whole ? found->get<std::int64_t>() : 0;
    if (whole && number >= minimum && number <= maximum) {
        value = number;
        return;
    }
    const bool open = maximum == std::numeric_limits<std::int64_t>::max();
    reject(key, "must be a whole number " + (open ? "of at least " + std::to_string(minimum)
                                                   : "between " + std::to_string(minimum) + " and "
                                                         + std::to_string(maximum)) + ".");
}

void SettingsFields::read(const char* key, double& value, double minimum, double maximum)
{
    const auto* found = find(key);
    if (!found)
        return;
    const double number = found->is_number() ? found->get<double>() : std::nan("");
    if (number >= minimum && number <= maximum) {
        value = number;
        return;
    }
    const bool open = maximum == std::numeric_limits<double>::max();
    reject(key, "must be a number " + (open ? "of at least " + plain(minimum)
                                             : "between " + plain(minimum) + " and " + plain(maximum)) + ".");
}

void SettingsFields::read(const char* key, std::vector<std::string>& value)
{
    const auto* found = find(key);
    if (!found)
        return;
    std::vector<std::string> texts;
    bool good = found->is_array();
    for (std::size_t i = 0; good && i < found->size(); ++i) {
        good = (*found)[i].is_string();
        if (good)
            texts.push_back((*found)[i].get<std::string>());
    }
    if (good)
        value = std::move(texts);
    else
        reject(key, "must be a list of texts, such as [\"chr9\", \"chr18\"].");
}

void SettingsFields::read(const char* key, data::OptionMap& value)
{
    const auto* found = find(key);
    if (!found)
        return;
    if (!found->is_object()) {
        reject(key, "must be a group of options in braces.");
        return;
    }
    for (const auto& [name, entry] : found->items()) {
        if (const auto option = optionValue(entry))
            value[name] = *option;
        else
            reject(std::string(key) + "." + name, "must be a number, a text, or true or false.");
    }
}

void SettingsFields::read(const char* key, std::string& value, const std::vector<std::string>& choices)
{
    const std::string before = value;
    read(key, value);
    for (const auto& choice : choices) {
        if (choice == value)
            return;
    }
    std::string all;
    for (const auto& choice : choices)
        all += (all.empty() ? "" : ", ") + choice;
    reject(key, "must be one of " + all + ", not \"" + value + "\".");
    value = before;
}

SettingsFields SettingsFields::object(const char* key)
{
    const auto* found = find(key);
    return SettingsFields(found ? *found : nlohmann::json::object(), full(key));
}

std::vector<SettingsFields> SettingsFields::objects(const char* key)
{
    std::vector<SettingsFields> all;
    const auto* found = find(key);
    if (!found)
        return all;
    if (!found->is_array()) {
        reject(key, "must be a list in square brackets.");
        return all;
    }
    for (std::size_t i = 0; i < found->size(); ++i)
        all.emplace_back((*found)[i], full(key) + "[" + std::to_string(i) + "]");
    return all;
}

void SettingsFields::absorb(SettingsFields&& nested)
{
    if (auto problem = nested.finish(); problem && !m_error)
        m_error = std::move(problem);
}

std::optional<Error> SettingsFields::finish()
{
    for (const auto& [key, entry] : m_object->items()) {
        if (!m_known.contains(key))
            reject(key, "is not known. Check its spelling against docs/training.md.");
    }
    return m_error;
}

}  // namespace nscope::io
