// Purpose: small networks on embeddings that another model made (spec/models.md 4.8): ridge regression (its penalty of
// 1e-3 belongs to training), an MLP on pooled embeddings, and a CNN on an embedding per position. The embedding comes
// as the further input "embedding", position by position; the letters are not read, so gradients to them are zero.
// Submodules: out; dense<i>, dense<i>_bn; input_bn, reduce, conv<i>, bn<i>. Output: stack_net.h.
#pragma once

#include "core/models/stack_net.h"

namespace nscope::models {

engine::ModelSpec embeddingHeadSpec();
Result<std::shared_ptr<nn::SequenceNet>> createEmbeddingHead(std::string_view architecture,
                                                             const data::OptionMap& options);

class EmbeddingHeadImpl : public StackNetImpl {
public:
    EmbeddingHeadImpl(engine::ModelSpec spec, StackRecipe recipe);

protected:
    torch::Tensor stackInput(const nn::NetInput& input) const override;

private:
    std::int64_t width() const;  ///< values per sequence
};

}  // namespace nscope::models
