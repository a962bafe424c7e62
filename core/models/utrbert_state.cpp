// State dicts of other software under this network's names (UtrbertImpl::adoptState).
#include "core/models/utrbert.h"

#include <algorithm>

namespace nscope::models {

namespace {

constexpr const char* kTiedWeight = "cls.predictions.decoder.weight";
constexpr const char* kTiedBias = "cls.predictions.decoder.bias";
constexpr const char* kHeadBias = "cls.predictions.bias";
constexpr const char* kWords = "bert.embeddings.word_embeddings.weight";

bool replaceEnd(std::string& name, std::string_view end, std::string_view replacement)
{
    if (!name.ends_with(end))
        return false;
    name.replace(name.size() - end.size(), end.size(), replacement);
    return true;
}

/// The name in today's transformers of a name in older ones, in a bare BertModel or behind DataParallel.
std::string currentName(std::string name)
{
    if (name.starts_with("module."))
        name.erase(0, 7);
    for (const char* part : {"embeddings.", "encoder.", "pooler."}) {
        if (name.starts_with(part))
            name.insert(0, "bert.");
    }
    if (!replaceEnd(name, "LayerNorm.gamma", "LayerNorm.weight"))
        replaceEnd(name, "LayerNorm.beta", "LayerNorm.bias");
    return name;
}

/// Takes out a stored copy of a tied tensor, or says that it differs from the one it is tied to.
Result<void> takeTied(nn::NamedTensors& state, const char* copy, const char* original)
{
    const auto found = state.find(copy);
    if (found == state.end())
        return {};
    const torch::Tensor tensor = found->second;
    state.erase(found);
    const auto [own, inserted] = state.emplace(original, tensor);
    if (inserted || (own->second.sizes() == tensor.sizes() && at::equal(own->second, tensor)))
        return {};
    return fail(ErrorCode::ModelMismatch, std::string("The weights hold ") + copy + " with other values than "
                                              + original + ", but in 3UTRBERT the two are one.");
}

}  // namespace

Result<std::vector<std::string>> UtrbertImpl::adoptState(nn::NamedTensors& state) const
{
    nn::NamedTensors renamed;
    for (const auto& [name, tensor] : state) {
        const std::string current = currentName(name);
        if (!renamed.emplace(current, tensor).second)
            return fail(ErrorCode::ModelMismatch, "The weights hold " + current + " twice, under two names.");
    }
    for (const auto& [copy, original] : {std::pair(kTiedWeight, kWords), std::pair(kTiedBias, kHeadBias)}) {
        if (const auto taken = takeTied(renamed, copy, original); !taken)
            return fail(taken.error());
    }
    // Heads and poolers of other tasks; anything else that is too much stays, for the loader to name.
    const auto has = [this](std::string_view prefix) {
        return std::ranges::any_of(named_parameters().keys(),
                                   [&](const std::string& name) { return name.starts_with(prefix); });
    };
    std::vector<std::string> unused;
    for (const char* part : {"bert.pooler.", "classifier.", "cls.predictions.", "cls.seq_relationship.",
                             "bert.embeddings.position_ids"}) {
        if (has(part))
            continue;
        for (auto entry = renamed.lower_bound(part); entry != renamed.end() && entry->first.starts_with(part);) {
            unused.push_back(entry->first);
            entry = renamed.erase(entry);
        }
    }
    state = std::move(renamed);
    return unused;
}

}  // namespace nscope::models
