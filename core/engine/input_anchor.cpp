#include "core/engine/input_anchor.h"

namespace nscope::engine {

std::int64_t inputAnchorNt(const ModelInfo& model, std::int64_t windowNt)
{
    const auto options = completeOptions(model.card.options, model.spec.options);
    if (!options || !options->contains("tss"))
        return windowNt / 2;
    const auto index = std::get<std::int64_t>(options->at("tss"));
    return index >= 0 ? index : publishedTssNt(windowNt);
}

}  // namespace nscope::engine
