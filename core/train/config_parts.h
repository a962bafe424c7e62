// Purpose: the parts that the settings of every kind of run share, between text and values. Inside core/train and core/fit
// only; the definitions stand in train_config.cpp.
#pragma once

#include "core/io/settings_fields.h"
#include "core/train/train_config.h"

namespace nscope::train {

/// The text as JSON. Errors: Parse; `what` names the settings in the sentence.
Result<nlohmann::json> parsedSettings(std::string_view text, const char* what);

/// The same for texts that are one group in braces. Errors: Parse too.
Result<nlohmann::json> settingsGroup(std::string_view text, const char* what);

/// The group "card".
void readCard(io::SettingsFields& root, CardConfig& card);
nlohmann::json cardJson(const CardConfig& card);

nlohmann::json optionsJson(const data::OptionMap& options);

}  // namespace nscope::train
