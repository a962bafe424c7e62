// Purpose: what every network of the zoo must do, on given letters: finite predictions, a gradient at the user's
// letters, the same answer alone and in a batch, mutagenesis equal to single predictions. Each returns what went wrong,
// or nothing.
#pragma once

#include "core/nn/sequence_net.h"

#include "core/data/option_value.h"

#include <memory>
#include <string>

namespace nscope::tests {

/// Values of options.
inline data::OptionValue whole(std::int64_t value) { return value; }
inline data::OptionValue text(const char* value) { return std::string(value); }

/// A network with random weights and running statistics, in eval mode, its weights without gradient. Throws
/// std::runtime_error with the sentence of a refusal.
std::shared_ptr<nn::SequenceNet> randomNet(const std::string& architecture, const data::OptionMap& options,
                                           std::uint64_t seed = 11);

/// All numbers of a prediction, in order.
std::vector<double> numbersOf(const data::Prediction& prediction);
/// Draws all weights and running statistics from torch's generator and sets the network as randomNet() does.
void randomiseWeights(nn::SequenceNet& net);

/// Letters of the first record of the genome file in NSCOPE_SHARED_DIR; empty without it.
std::string realLetters(std::int64_t count);

std::string predictionFault(nn::SequenceNet& net, const std::string& letters, const data::FeatureMap& features = {});
/// Compares the gradient with central differences at a few letters; the network is set to float64.
std::string gradientFault(nn::SequenceNet& net, const std::string& letters);
std::string batchFault(nn::SequenceNet& net, const std::vector<std::string>& sequences);
std::string mutagenesisFault(const std::shared_ptr<nn::SequenceNet>& net, const std::string& letters,
                             const data::FeatureMap& features = {});

}  // namespace nscope::tests
