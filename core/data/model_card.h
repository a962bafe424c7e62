// Purpose: what comes with a trained model: architecture and options, data, licence, measured quality, and one golden
// example that is recomputed at load. Stored as X.card.json beside X.safetensors (DESIGN §3, §7).
#pragma once

#include "core/data/option_value.h"
#include "core/data/prediction.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nscope::data {

struct GoldenExample {
    std::string letters;             ///< canonical input sequence
    std::vector<NamedValue> scalars; ///< expected outputs, e.g. log_odds, p_PC
    double tolerance = 1e-4;         ///< absolute, on every scalar
    bool operator==(const GoldenExample&) const = default;
};

struct ModelCard {
    std::string id;            ///< starter id or file stem
    std::string name;          ///< what people read
    std::string description;
    std::string architecture;  ///< architecture id, e.g. "bioseq2seq"
    OptionMap options;         ///< architecture options that differ from or equal its defaults
    std::string alphabet = "RNA";
    std::string channelOrder = "ACGT";
    std::int64_t maxInputNt = 0;       ///< 0: any length
    std::string paddingRule;           ///< in words
    std::string strand;                ///< e.g. "sense"
    std::vector<std::string> tasks;    ///< classes or task names
    std::string trainingData;
    std::string trainingProcedure;
    std::string licence;
    std::string citation;
    std::string limitations;
    std::vector<NamedValue> heldOutMetrics;                      ///< of this model
    std::vector<std::pair<std::string, std::vector<NamedValue>>> baselines;  ///< same rows, same metrics
    std::string heldOutData;
    GoldenExample golden;

    // Filled by the reader, not stored in the JSON:
    std::string weightsPath;  ///< the .safetensors file beside the card; of a TorchScript model the .pt file
    std::string weightsHash;  ///< SHA-256 of that file, hexadecimal; the model's hash everywhere

    // Set by whoever asked the user, never read from a file:
    bool scriptAllowed = false;  ///< the user agreed that this TorchScript file runs (DESIGN §7)
    bool operator==(const ModelCard&) const = default;
};

}  // namespace nscope::data
