// Purpose: random networks for property tests: lists of layers of every kind that fit together and end in a head.
#pragma once

#include "core/models/stack_net.h"

#include <random>
#include <set>

namespace nscope::tests {

/// A network of random layers with random weights, in eval mode, float32. Small: tens of positions, a few channels.
std::shared_ptr<nn::SequenceNet> randomStackNet(std::mt19937_64& random);

/// Kinds of layers (nn::kindOf) that the networks made so far have held, inner ones included.
const std::set<std::string>& kindsMade();

}  // namespace nscope::tests
