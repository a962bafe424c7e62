#include "app/cli/model_source.h"

#include "core/base/version.h"
#include "core/io/model_card.h"

#include <CLI/CLI.hpp>

#include <utility>

namespace nscope::cli {

namespace {

std::string rangeText(const engine::OptionSpec& option)
{
    std::string text;
    if (option.minimum && option.maximum)
        return data::toText(*option.minimum) + " to " + data::toText(*option.maximum);
    for (const std::string& choice : option.choices)
        text += (text.empty() ? "" : ", ") + choice;
    if (option.minimum)
        text = "at least " + data::toText(*option.minimum);
    if (option.maximum)
        text = "at most " + data::toText(*option.maximum);
    return text;
}

}  // namespace

Result<std::unique_ptr<engine::Backend>> openBackend(const CommonOptions& common)
{
    return engine::openTorchBackend({.device = common.device, .threads = common.threads, .memoryBudgetBytes = 0});
}

Result<OpenedModel> openModel(const std::string& model, const CommonOptions& common)
{
    Result<data::ModelCard> card = io::readModelCard(model);
    if (!card)
        return fail(card.error());
    card->scriptAllowed = common.allowTorchScript;
    Result<std::unique_ptr<engine::Backend>> backend = openBackend(common);
    if (!backend)
        return fail(backend.error());
    Result<engine::ModelInfo> info = (*backend)->load(*card);
    if (!info)
        return fail(info.error());
    return OpenedModel{std::move(*backend), std::move(*info)};
}

void addModelOption(CLI::App& app, std::string& model)
{
    app.add_option("--model", model, "A starter model's id (see models) or the path of a .safetensors or TorchScript file")
        ->required();
}

std::string optionsText(const std::vector<engine::OptionSpec>& options)
{
    std::string text;
    for (const engine::OptionSpec& option : options) {
        const std::string range = rangeText(option);
        text += (text.empty() ? "" : ", ") + option.id + "=" + data::toText(option.fallback);
        if (!range.empty())
            text += " (" + range + ")";
    }
    return text;
}

Result<engine::MethodSpec> findMethod(const engine::Backend& backend, engine::MethodKind kind, const std::string& id)
{
    std::string known;
    for (const engine::MethodSpec& method : backend.methods()) {
        if (method.kind != kind)
            continue;
        if (method.id == id || id.empty())
            return method;
        known += (known.empty() ? "" : ", ") + method.id;
    }
    return fail(ErrorCode::InvalidArgument, "There is no method '" + id + "'; there are " + known + ".");
}

io::Provenance provenance(const OpenedModel& model,
                          std::initializer_list<std::pair<const std::string, std::string>> more)
{
    io::Provenance all(more);
    all["model"] = model.info.card.id;
    all["model_hash"] = model.info.hash;
    all["program"] = std::string("nucleoscope-cli ") + kVersion;
    all["backend"] = model.backend->description();
    return all;
}

}  // namespace nscope::cli
