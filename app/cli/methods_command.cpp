#include "app/cli/methods_command.h"

#include "app/cli/model_source.h"
#include "app/cli/text_table.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace nscope::cli {

namespace {

std::string kindText(engine::MethodKind kind)
{
    switch (kind) {
    case engine::MethodKind::Attribution: return "explain";
    case engine::MethodKind::Attention: return "attention";
    case engine::MethodKind::Filters: return "filters";
    }
    return "explain";
}

Result<void> runMethods(const Context& context)
{
    const Result<std::unique_ptr<engine::Backend>> backend = openBackend(context.common);
    if (!backend)
        return fail(backend.error());
    TextTable table({"method", "command", "exact", "description", "options", "citation"});
    for (const engine::MethodSpec& method : (*backend)->methods())
        table.addRow({method.id, kindText(method.kind), method.exact ? "yes" : "no", method.help,
                      optionsText(method.options), method.citation});
    table.print(std::cout, context.common.json);
    return {};
}

}  // namespace

Runner addMethods(CLI::App&) { return runMethods; }

}  // namespace nscope::cli
