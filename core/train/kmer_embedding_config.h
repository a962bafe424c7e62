// Purpose: settings of a run that makes the word vectors of a DeepLncLoc network, read from run.json with
// "task": "kmer-embedding" (docs/training.md lists each key).
// Errors: InvalidArgument with the dotted name of the key and what it takes.
#pragma once

#include "core/train/train_config.h"
#include "core/train/word2vec.h"

namespace nscope::train {

inline constexpr const char* kKmerEmbeddingTask = "kmer-embedding";

struct KmerEmbeddingConfig {
    std::string fasta;
    std::string architecture = "deeplncloc-transformer";
    data::OptionMap options;      ///< of the architecture; its "embedding" is the size of a vector
    Word2VecSettings embedding;   ///< without size
    CardConfig card;
    std::int64_t seed = 1;
};

/// "task" of the settings; empty if there is none or the text is no JSON object.
std::string taskOf(std::string_view json);

Result<KmerEmbeddingConfig> parseKmerEmbeddingConfig(std::string_view json);
/// The complete settings, every default written out.
std::string toJson(const KmerEmbeddingConfig& config);

}  // namespace nscope::train
