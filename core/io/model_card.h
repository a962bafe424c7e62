// Purpose: model cards as JSON: X.card.json beside X.safetensors (DESIGN §3, §7).
// Errors: NotFound for a card without its weights or weights without their card, Parse for wrong JSON, with file and
// the field's name. Unknown fields are an error, so that a misspelt one is noticed.
#pragma once

#include "core/base/result.h"
#include "core/data/model_card.h"

#include <string>
#include <string_view>

namespace nscope::io {

/// Card of a starter id, a .safetensors or a .card.json path; weightsPath and weightsHash are filled (the weights are
/// read once for their SHA-256).
Result<data::ModelCard> readModelCard(const std::string& idOrPath);

/// The same without reading the weights, for lists: weightsHash stays empty.
Result<data::ModelCard> peekModelCard(const std::string& idOrPath);

/// Writes the card (a path that ends in .card.json) atomically. weightsPath and weightsHash are not stored.
Result<void> writeModelCard(const std::string& path, const data::ModelCard& card);

/// JSON text of a card and back, without touching files.
std::string modelCardToJson(const data::ModelCard& card);
Result<data::ModelCard> modelCardFromJson(std::string_view json);

}  // namespace nscope::io
