#include "app/cli/models_command.h"

#include "app/cli/model_source.h"
#include "app/cli/progress_line.h"
#include "app/cli/text_table.h"
#include "core/io/model_card.h"
#include "core/io/model_files.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace nscope::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Every model found; one that cannot be used says why.
Result<void> listAll(const Context& context)
{
    TextTable table({"model", "architecture", "name", "state", "file"});
    for (const io::ModelFiles& files : io::listModels()) {
        const Result<data::ModelCard> card = io::readModelCard(files.cardPath);
        if (card)
            table.addRow({card->id, card->architecture, card->name, "ready", card->weightsPath});
        else
            table.addRow({files.id, "", "", card.error().message(), files.cardPath});
    }
    table.print(std::cout, context.common.json);
    return {};
}

void printText(const Json& value, const std::string& indent)
{
    for (const auto& [key, member] : value.items()) {
        const std::string label = value.is_array() ? "-" : key + ":";
        if (member.is_structured()) {
            if (member.empty())
                continue;
            std::cout << indent << label << "\n";
            printText(member, indent + "  ");
        } else {
            const std::string text = member.is_string() ? member.get<std::string>() : member.dump();
            if (!text.empty())
                std::cout << indent << label << " " << text << "\n";
        }
    }
}

/// The card, and what only the loaded network tells.
Result<void> printOne(const std::string& name, const Context& context)
{
    const Result<OpenedModel> model = openModel(name, context.common);
    if (!model)
        return fail(model.error());
    Json card = Json::parse(io::modelCardToJson(model->info.card), nullptr, false);
    if (card.is_discarded())
        return fail(ErrorCode::Internal, "The card of this model cannot be printed.");
    card["weights"] = model->info.card.weightsPath;
    card["weights_sha256"] = model->info.hash;
    card["parameters"] = model->info.parameterCount;
    card["real_parameters"] = model->info.realParameterCount;
    card["targets"] = Json::array();
    for (const engine::TargetSpec& target : model->info.spec.targets)
        card["targets"].push_back(target.id);
    if (context.common.json)
        std::cout << card.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    else
        printText(card, "");
    return {};
}

}  // namespace

Runner addModels(CLI::App& app)
{
    auto name = std::make_shared<std::string>();
    app.add_option("NAME", *name, "A model's id or path: print its card and its number of parameters");
    return [name](const Context& context) { return name->empty() ? listAll(context) : printOne(*name, context); };
}

}  // namespace nscope::cli
