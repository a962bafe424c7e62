#include "app/cli/models_command.h"

#include "app/cli/model_source.h"
#include "app/cli/progress_line.h"
#include "app/cli/text_table.h"
#include "core/data/result_table.h"
#include "core/engine/spec_table.h"
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

/// "Convolution 32, k 10: 1 × 991 × 32".
std::string stageText(const engine::Stage& stage)
{
    std::string text = stage.name + ":";
    for (std::size_t i = 0; i < stage.shape.size(); ++i)
        text += (i ? " × " : " ") + std::to_string(stage.shape[i]);
    return text;
}

Json tableJson(const std::vector<engine::SpecRow>& rows)
{
    Json object = Json::object();
    for (const engine::SpecRow& row : rows)
        object[row.id] = row.text;
    return object;
}

/// What every architecture takes and gives, and its options.
Result<void> listArchitectures(const Context& context)
{
    const Result<std::unique_ptr<engine::Backend>> backend = openBackend(context.common);
    if (!backend)
        return fail(backend.error());
    Json list = Json::array();
    for (const engine::ModelSpec& spec : (*backend)->specs()) {
        Json object{{"id", spec.architecture}};
        object.update(tableJson(engine::specTable(spec)));
        object["options"] = tableJson(engine::optionTable(spec));
        list.push_back(std::move(object));
    }
    if (context.common.json) {
        std::cout << list.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
        return {};
    }
    for (const Json& object : list) {
        printText(object, "");
        std::cout << "\n";
    }
    return {};
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
    card["network"] = tableJson(engine::specTable(model->info.spec));
    card["stages"] = Json::array();
    for (const engine::Stage& stage : model->info.stages)
        card["stages"].push_back(stageText(stage));
    card["targets"] = Json::array();
    for (const engine::TargetSpec& target : model->info.spec.targets)
        card["targets"].push_back(target.id);
    if (context.common.json)
        std::cout << card.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    else
        printText(card, "");
    return {};
}

/// What the card says of held-out data, as a table for scripts: tab-separated, numbers in full.
Result<void> printMetrics(const std::string& name, const Context& context)
{
    const Result<io::ModelFiles> files = io::findModelFile(name);
    if (!files)
        return fail(files.error());
    const Result<data::ModelCard> card = io::readModelCard(files->cardPath);
    if (!card)
        return fail(card.error());
    if (context.common.json) {
        Json metrics = Json::object();
        for (const data::NamedValue& metric : card->heldOutMetrics)
            metrics[metric.name] = metric.value;
        std::cout << metrics.dump(2) << "\n";
        return {};
    }
    std::cout << "metric\tvalue\n";
    for (const data::NamedValue& metric : card->heldOutMetrics)
        std::cout << metric.name << "\t" << data::numberText(metric.value) << "\n";
    return {};
}

}  // namespace

Runner addModels(CLI::App& app)
{
    auto name = std::make_shared<std::string>();
    app.add_option("NAME", *name, "A model's id or path: print its card and its number of parameters");
    auto architectures = std::make_shared<bool>(false);
    app.add_flag("--architectures", *architectures,
                 "What every architecture takes and gives: input, receptive field, padding, outputs, targets, options");
    auto metrics = std::make_shared<bool>(false);
    app.add_flag("--metrics", *metrics, "Of one model: only what its card says of held-out data, as a table");
    return [name, architectures, metrics](const Context& context) {
        if (*architectures)
            return listArchitectures(context);
        if (*metrics && name->empty())
            return Result<void>(fail(ErrorCode::InvalidArgument, "--metrics needs the name of a model."));
        if (*metrics)
            return printMetrics(*name, context);
        return name->empty() ? listAll(context) : printOne(*name, context);
    };
}

}  // namespace nscope::cli
