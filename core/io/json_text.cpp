// Purpose: strict JSON parsing and typed field access.
#include "core/io/json_text.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace nscope::io {
namespace {

constexpr int kMaxDepth = 64;
const Json kEmptyArray = Json::array();
const Json kEmptyObject = Json::object();

/// Watches the parser: too deep, too many keys in one object or a doubled key, and nothing more is kept.
template <class AnyJson>
class Strictness {
public:
    explicit Strictness(std::size_t maxKeys) : m_maxKeys(maxKeys) {}

    bool operator()(int depth, typename AnyJson::parse_event_t event, const AnyJson& parsed)
    {
        using Event = typename AnyJson::parse_event_t;
        if (!m_problem.empty())
            return false;
        if (event == Event::object_start)
            m_keys.emplace_back();
        else if (event == Event::object_end && !m_keys.empty())
            m_keys.pop_back();
        else if (event == Event::key && !m_keys.empty())
            addKey(parsed.template get_ref<const std::string&>());
        if (depth > kMaxDepth)
            m_problem = "The JSON text is nested too deeply.";
        return m_problem.empty();
    }
    const std::string& problem() const { return m_problem; }

private:
    void addKey(const std::string& key)
    {
        if (!m_keys.back().insert(key).second)
            m_problem = "The key \"" + key.substr(0, 100) + "\" stands twice in one object.";
        else if (m_keys.back().size() > m_maxKeys)
            m_problem = "An object of the JSON text has more than " + std::to_string(m_maxKeys) + " keys.";
    }

    std::size_t m_maxKeys;
    std::vector<std::set<std::string>> m_keys;
    std::string m_problem;
};

template <class AnyJson>
Result<AnyJson> parseStrictly(std::string_view text, std::size_t maxKeys)
{
    Strictness<AnyJson> strictness(maxKeys);
    AnyJson value = AnyJson::parse(text, [&strictness](int depth, typename AnyJson::parse_event_t event, AnyJson& parsed) {
        return strictness(depth, event, parsed);
    }, false);
    if (!strictness.problem().empty())
        return fail(ErrorCode::Parse, strictness.problem());
    if (value.is_discarded())
        return fail(ErrorCode::Parse, "This is not valid JSON; the file is damaged or of another kind.");
    return value;
}

}  // namespace

// An ordered object is searched linearly, so its size is kept small enough for that.
Result<Json> parseJson(std::string_view text) { return parseStrictly<Json>(text, 2000); }

Result<nlohmann::json> parseSortedJson(std::string_view text) { return parseStrictly<nlohmann::json>(text, 5'000'000); }

std::string jsonText(const Json& value, int indent)
{
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

JsonFields::JsonFields(const Json& object, std::string where) : m_object(object), m_where(std::move(where))
{
    if (!object.is_object())
        m_error = Error(ErrorCode::Parse, "Here must be a JSON object in braces.", {.record = m_where});
}

void JsonFields::setError(std::string message, const char* key)
{
    if (!m_error)
        m_error = Error(ErrorCode::Parse, std::move(message), {.record = m_where.empty() ? key : m_where + "." + key});
}

Result<void> JsonFields::result() const
{
    if (m_error)
        return fail(*m_error);
    return {};
}

const Json* JsonFields::get(const char* key)
{
    m_asked.emplace_back(key);
    if (!m_object.is_object())
        return nullptr;
    const auto found = m_object.find(key);
    return found == m_object.end() ? nullptr : &*found;
}

bool JsonFields::has(const char* key) const { return m_object.is_object() && m_object.contains(key); }

std::string JsonFields::text(const char* key, std::string fallback)
{
    const Json* value = get(key);
    if (value == nullptr)
        return fallback;
    if (!value->is_string()) {
        setError("This field must be a text in quotes.", key);
        return fallback;
    }
    return value->get<std::string>();
}

std::string JsonFields::requiredText(const char* key)
{
    std::string value = text(key, {});
    if (value.empty())
        setError("This field is missing or empty.", key);
    return value;
}

std::int64_t JsonFields::integer(const char* key, std::int64_t fallback)
{
    const Json* value = get(key);
    if (value == nullptr)
        return fallback;
    const bool tooLarge = value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t(INT64_MAX);
    if (!value->is_number_integer() || tooLarge) {
        setError("This field must be a whole number.", key);
        return fallback;
    }
    return value->get<std::int64_t>();
}

double JsonFields::number(const char* key, double fallback)
{
    const Json* value = get(key);
    if (value == nullptr)
        return fallback;
    if (!value->is_number()) {
        setError("This field must be a number.", key);
        return fallback;
    }
    return value->get<double>();
}

bool JsonFields::flag(const char* key, bool fallback)
{
    const Json* value = get(key);
    if (value == nullptr)
        return fallback;
    if (!value->is_boolean()) {
        setError("This field must be true or false.", key);
        return fallback;
    }
    return value->get<bool>();
}

std::vector<std::string> JsonFields::texts(const char* key)
{
    std::vector<std::string> values;
    for (const Json& value : array(key)) {
        if (!value.is_string()) {
            setError("This field must be a list of texts.", key);
            break;
        }
        values.push_back(value.get<std::string>());
    }
    return values;
}

std::vector<data::NamedValue> JsonFields::namedValues(const char* key)
{
    std::vector<data::NamedValue> values;
    for (const auto& [name, value] : object(key).items()) {
        if (!value.is_number() && !value.is_null()) {
            setError("This field must hold numbers only.", key);
            break;
        }
        values.push_back({name, value.is_null() ? std::nan("") : value.get<double>()});
    }
    return values;
}

data::OptionMap JsonFields::options(const char* key)
{
    data::OptionMap options;
    for (const auto& [name, value] : object(key).items()) {
        if (value.is_boolean())
            options[name] = value.get<bool>();
        else if (value.is_number_integer())
            options[name] = value.get<std::int64_t>();
        else if (value.is_number())
            options[name] = value.get<double>();
        else if (value.is_string())
            options[name] = value.get<std::string>();
        else
            setError("An option must be a number, a text, true or false.", key);
    }
    return options;
}

const Json& JsonFields::array(const char* key)
{
    const Json* value = get(key);
    if (value == nullptr)
        return kEmptyArray;
    if (!value->is_array()) {
        setError("This field must be a list in brackets.", key);
        return kEmptyArray;
    }
    return *value;
}

const Json& JsonFields::object(const char* key)
{
    const Json* value = get(key);
    if (value == nullptr)
        return kEmptyObject;
    if (!value->is_object()) {
        setError("This field must be an object in braces.", key);
        return kEmptyObject;
    }
    return *value;
}

void JsonFields::refuseOthers()
{
    if (!m_object.is_object())
        return;
    for (const auto& [key, value] : m_object.items()) {
        if (std::ranges::find(m_asked, key) == m_asked.end())
            setError("This field is not known; check its spelling.", key.c_str());
    }
}

Json toJson(const data::OptionMap& options)
{
    Json object = Json::object();
    for (const auto& [name, value] : options)
        std::visit([&](const auto& v) { object[name] = v; }, value);
    return object;
}

Json toJson(const std::vector<data::NamedValue>& values)
{
    Json object = Json::object();
    for (const data::NamedValue& value : values)
        object[value.name] = value.value;
    return object;
}

}  // namespace nscope::io
