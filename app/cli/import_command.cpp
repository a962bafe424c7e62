#include "app/cli/import_command.h"

#include "app/cli/model_source.h"
#include "app/cli/output_path.h"
#include "core/engine/import.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace nscope::cli {

namespace {

struct ImportOptions {
    engine::ImportOrder order;
    std::vector<std::string> assignments;
};

void printJson(const engine::ImportReport& report)
{
    const nlohmann::ordered_json json{{"notes", report.notes},
                                      {"missing", report.missing},
                                      {"surplus", report.surplus},
                                      {"misshapen", report.misshapen},
                                      {"card", report.cardPath}};
    std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

Result<void> runImport(const ImportOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.order.outputPath, {".safetensors"}); !extension)
        return fail(extension.error());
    const auto backend = openBackend(context.common);
    if (!backend)
        return fail(backend.error());
    engine::ImportOrder order = options.order;
    if (!options.assignments.empty()) {
        const auto& specs = (*backend)->specs();
        const auto spec = std::ranges::find(specs, order.architecture, &engine::ModelSpec::architecture);
        if (spec == specs.end())
            return fail(ErrorCode::InvalidArgument, "Options need --architecture with the id of one there is.");
        auto read = engine::parseOptions(options.assignments, spec->options);
        if (!read)
            return fail(read.error());
        order.options = std::move(*read);
    }
    const Result<engine::ImportReport> report = (*backend)->importWeights(order);
    if (!report)
        return fail(report.error());
    if (context.common.json)
        printJson(*report);
    else
        for (const std::string& line : engine::reportLines(*report))
            std::cout << line << "\n";
    if (!report->isComplete())
        return fail(ErrorCode::ModelMismatch, "The weights do not fit the architecture; no model was written.",
                    {.file = order.file});
    return {};
}

}  // namespace

Runner addImport(CLI::App& app)
{
    auto options = std::make_shared<ImportOptions>();
    app.add_option("--from", options->order.file, "Weights: .pt, .pth, .bin, .h5 or .safetensors")->required();
    app.add_option("--architecture", options->order.architecture,
                   "Architecture's id (see models --architectures); without it, guessed from the weights");
    app.add_option("--option", options->assignments, "An option of the architecture as id=value; may be repeated");
    app.add_option("--output", options->order.outputPath, "Model to write: .safetensors; its card goes beside it")
        ->required();
    return [options](const Context& context) { return runImport(*options, context); };
}

}  // namespace nscope::cli
