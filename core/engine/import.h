// Purpose: weights of others, read into a model of ours: what is asked for and what came of it, as plain values. The
// torch module does it (Backend::importWeights); the command line and the window show the same report.
#pragma once

#include "core/data/option_value.h"

#include <string>
#include <vector>

namespace nscope::engine {

struct ImportOrder {
    std::string file;          ///< .h5, .pt, .pth, .bin or .safetensors
    std::string architecture;  ///< ModelSpec::architecture; empty: guessed from the names of the weights
    data::OptionMap options;   ///< of the architecture; what is left out is read off the shapes where they tell it
    std::string outputPath;    ///< X.safetensors; the card X.card.json is written beside it
};

struct ImportReport {
    std::vector<std::string> notes;      ///< what was done and what was left out on purpose, a sentence each
    std::vector<std::string> missing;    ///< weights of the network that the file lacks
    std::vector<std::string> surplus;    ///< weights of the file that the network has no place for
    std::vector<std::string> misshapen;  ///< "name: 64 × 4 in the file, 32 × 4 in the network"
    std::string cardPath;                ///< of the model that was written; empty if none was

    bool isComplete() const { return missing.empty() && surplus.empty() && misshapen.empty(); }
};

/// The report for people, line by line, without what is empty; the last line says where the model lies.
std::vector<std::string> reportLines(const ImportReport& report);

/// Whether a file's name is one that may hold weights (by its ending, upper case too).
bool hasWeightsEnding(const std::string& file);
/// The endings, with their dots.
const std::vector<std::string>& weightsEndings();

}  // namespace nscope::engine
