// Purpose: golden arrays of ../shared/golden as tensors, and a network with a set's weights.
#pragma once

#include "core/nn/torch_prelude.h"

#include "core/models/bioseq2seq.h"

#include <map>
#include <string>

namespace nscope::tests {

using Arrays = std::map<std::string, torch::Tensor>;  ///< float64 or int64

/// Folder of a golden set, empty if NSCOPE_SHARED_DIR has none.
std::string goldenFolder(const std::string& set);
/// Arrays of one .npz; throws std::runtime_error with the reader's sentence.
Arrays readArrays(const std::string& path);

struct GoldenSet {
    std::string folder;
    models::Bioseq2Seq net{nullptr};  ///< eval mode, weights without gradient
};
/// "tiny" or "published".
GoldenSet loadGolden(const std::string& size);

/// Token ids [L] as a batch of one.
nn::NetInput inputOf(const torch::Tensor& ids_L);
/// Letters of the ids.
std::string lettersOf(const torch::Tensor& ids_L);

double maxDifference(const torch::Tensor& a, const torch::Tensor& b);
/// The manifest's rule for attributions: 99.5 % of the entries within 1e-3 of the largest, Pearson > .9999.
bool attributionsAgree(const torch::Tensor& got, const torch::Tensor& expected);

/// Seeded random A, C, G, T.
std::string randomLetters(std::int64_t length, std::uint64_t seed);

}  // namespace nscope::tests
