// Purpose: reads one JSON object of settings (run.json) field by field with types and ranges, and says in one sentence
// which key is wrong and what it takes. The first problem is kept; unknown keys are problems too. Thread: one at a
// time.
#pragma once

#include "core/base/result.h"
#include "core/data/option_value.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

/// "data.split.by" as a pointer into settings.
nlohmann::json::json_pointer settingPointer(std::string_view dotted);

class SettingsFields {
public:
    /// `path` is the dotted name of the object, empty for the root.
    SettingsFields(const nlohmann::json& object, std::string path);

    /// Absent keys leave `value` as it is (its default).
    void read(const char* key, bool& value);
    void read(const char* key, std::string& value);
    void read(const char* key, std::int64_t& value, std::int64_t minimum,
              std::int64_t maximum = std::numeric_limits<std::int64_t>::max());
    void read(const char* key, double& value, double minimum,
              double maximum = std::numeric_limits<double>::max());
    void read(const char* key, std::vector<std::string>& value);
    void read(const char* key, data::OptionMap& value);
    /// One of the choices.
    void read(const char* key, std::string& value, const std::vector<std::string>& choices);

    /// The nested object, or an empty one. Its problems are reported by passing it to `absorb`.
    SettingsFields object(const char* key);
    /// The elements of an array of objects; absent: none.
    std::vector<SettingsFields> objects(const char* key);
    bool has(const char* key) const { return m_object->contains(key); }

    void require(const char* key);
    void reject(const std::string& key, const std::string& sentence);
    /// Takes over the first problem of a nested reader, after checking it for unknown keys.
    void absorb(SettingsFields&& nested);
    /// Checks for unknown keys and returns the first problem, if any.
    std::optional<Error> finish();

private:
    const nlohmann::json* find(const char* key);
    std::string full(const std::string& key) const;

    std::shared_ptr<const nlohmann::json> m_object;
    std::string m_path;
    std::set<std::string> m_known;
    std::optional<Error> m_error;
};

}  // namespace nscope::io
