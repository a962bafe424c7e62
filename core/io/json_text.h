// Purpose: JSON with the checks files from elsewhere need: doubled keys, depth, type and range of every field.
// Inside core/io, and for networks described in JSON (core/models). Errors: Parse with the field's name as
// Where::record.
#pragma once

#include "core/base/result.h"
#include "core/data/option_value.h"
#include "core/data/prediction.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

using Json = nlohmann::ordered_json;

/// Parses strictly: UTF-8, no doubled keys, at most 64 levels, at most 2,000 keys in one object.
Result<Json> parseJson(std::string_view text);
/// The same for objects with many keys; their order is lost.
Result<nlohmann::json> parseSortedJson(std::string_view text);

/// Text with keys in their order; invalid UTF-8 is replaced.
std::string jsonText(const Json& value, int indent);

/// Reads the fields of one JSON object and keeps the first error, so that a reader stays a list of fields.
class JsonFields {
public:
    /// `where` names the object in errors ("golden", "entries[3]").
    JsonFields(const Json& object, std::string where);

    bool has(const char* key) const;
    std::string text(const char* key, std::string fallback);
    std::string requiredText(const char* key);
    std::int64_t integer(const char* key, std::int64_t fallback);
    double number(const char* key, double fallback);
    bool flag(const char* key, bool fallback);
    std::vector<std::string> texts(const char* key);
    std::vector<data::NamedValue> namedValues(const char* key);  ///< object of numbers, order kept
    data::OptionMap options(const char* key);
    /// The array or object under this key; an empty one if absent.
    const Json& array(const char* key);
    const Json& object(const char* key);
    /// Marks a field as known that the caller reads itself.
    void ignore(const char* key) { m_asked.emplace_back(key); }
    /// Refuses fields that were never asked for.
    void refuseOthers();

    void setError(std::string message, const char* key);
    bool failed() const { return m_error.has_value(); }
    /// The first error, or nothing.
    Result<void> result() const;

private:
    const Json* get(const char* key);

    const Json& m_object;
    std::string m_where;
    std::vector<std::string> m_asked;
    std::optional<Error> m_error;
};

Json toJson(const data::OptionMap& options);
Json toJson(const std::vector<data::NamedValue>& values);

}  // namespace nscope::io
