// Purpose: networks of reporter assays (lentiMPRA, 230 nt → activity): the baseline CNN with its two residual forms,
// and MPRAnn. Source: spec/models.md 4.8 (Tang thesis ch. 3, Agarwal et al. 2023). Where the thesis and its code differ
// the option "form" names both. Submodules: conv<i>, bn<i>, rb.{conv<i>,bn<i>}, dense<i>, dense<i>_bn, out. Input,
// output: stack_net.h.
#pragma once

#include "core/models/stack_net.h"

namespace nscope::models {

engine::ModelSpec mpraCnnSpec();
Result<std::shared_ptr<nn::SequenceNet>> createMpraCnn(std::string_view architecture, const data::OptionMap& options);

engine::ModelSpec mprannSpec();
Result<std::shared_ptr<nn::SequenceNet>> createMprann(std::string_view architecture, const data::OptionMap& options);

/// The baseline CNN behind one-hot letters, or behind embeddings if they are reduced first.
struct MpraCnnSizes {
    std::int64_t reduceTo = 0;  ///< channels after batch norm and a kernel of 1; 0: neither
    std::vector<std::int64_t> filters = {196, 256};
    std::vector<std::int64_t> dense = {512, 256};
    nn::Activation activation = nn::Activation::Exponential;
    std::int64_t outputs = 1;
};
nn::Layers mpraCnnLayers(const MpraCnnSizes& sizes);
/// Dense, batch norm, activation and dropout .5, twice; then the outputs.
nn::Layers denseHead(const std::vector<std::int64_t>& units, std::int64_t outputs, nn::Activation activation,
                     nn::InitialWeights initial);

}  // namespace nscope::models
