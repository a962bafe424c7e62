// Purpose: the localisation and expression networks in tests: made with their own initial weights, asked, compared.
#pragma once

#include "tests/core/torch/zoo_checks.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nscope::tests {

/// In eval mode, its weights without gradient. Throws std::runtime_error with the sentence of a refusal.
std::shared_ptr<nn::SequenceNet> makeNet(const char* architecture, const data::OptionMap& options = {},
                                         std::uint64_t seed = 7);

/// Values for the network's further inputs, the same for the same seed.
data::FeatureMap featuresFor(const nn::SequenceNet& net, std::size_t letters, unsigned seed);

data::Prediction predicted(nn::SequenceNet& net, const std::string& letters, const data::FeatureMap& features);
/// The numbers of a prediction, in order.
std::vector<double> answer(nn::SequenceNet& net, const std::string& letters, const data::FeatureMap& features = {});

/// Infinite if there are not as many numbers.
double largestDifference(const std::vector<double>& a, const std::vector<double>& b);

/// The letters with `count` of them from `from` replaced.
std::string replaced(std::string letters, std::size_t from, std::size_t count, char with);

}  // namespace nscope::tests
