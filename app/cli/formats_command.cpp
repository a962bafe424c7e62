#include "app/cli/formats_command.h"

#include "app/cli/text_table.h"
#include "core/io/format_list.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace nscope::cli {

namespace {

Result<void> runFormats(const Context& context)
{
    TextTable table({"format", "name", "extensions", "reads", "writes", "description"});
    for (const io::FormatSpec& format : io::formatList())
        table.addRow({std::string(format.id), std::string(format.name), std::string(format.extensions),
                      format.reads ? "yes" : "no", format.writes ? "yes" : "no", std::string(format.help)});
    table.print(std::cout, context.common.json);
    return {};
}

}  // namespace

Runner addFormats(CLI::App&) { return runFormats; }

}  // namespace nscope::cli
