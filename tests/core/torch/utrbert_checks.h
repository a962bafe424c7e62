// Purpose: small 3UTRBERT networks for tests.
#pragma once

#include "core/models/utrbert.h"

#include <string>

namespace nscope::tests {

/// A network of a few thousand parameters whose answers depend visibly on its input.
models::Utrbert smallUtrbert(data::OptionMap options = {}, torch::ScalarType type = torch::kFloat32);
/// Options: "classifier" or "mlm", and letters of a token.
data::OptionMap utrbertTask(const char* id, std::int64_t k = 3);

/// Random letters of which some are N.
std::string lettersWithN(std::int64_t length, std::uint64_t seed);

}  // namespace nscope::tests
