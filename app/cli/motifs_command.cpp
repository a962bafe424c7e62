#include "app/cli/motifs_command.h"

#include "app/cli/motif_subcommands.h"

#include <CLI/CLI.hpp>

#include <array>
#include <utility>

namespace nscope::cli {

Runner addMotifs(CLI::App& app)
{
    struct Part {
        const char* name;
        const char* help;
        Runner (*add)(CLI::App& app);
    };
    static constexpr std::array<Part, 5> kParts{{
        {"discover", "Motifs of the places that matter most to a model", addMotifDiscover},
        {"compare", "Which motifs of a database a motif resembles", addMotifCompare},
        {"enrich", "Whether motifs are met more often in one set of sequences than in another", addMotifEnrich},
        {"scan", "Where motifs are met, by region and reading frame", addMotifScan},
        {"filters", "Motifs of convolution filters from their activations", addMotifFilters},
    }};
    app.require_subcommand(1);
    std::vector<std::pair<CLI::App*, Runner>> parts;
    for (const Part& part : kParts) {
        CLI::App* sub = app.add_subcommand(part.name, part.help);
        sub->fallthrough();
        parts.emplace_back(sub, part.add(*sub));
    }
    return [parts](const Context& context) -> Result<void> {
        for (const auto& [sub, run] : parts)
            if (sub->parsed())
                return run(context);
        return fail(ErrorCode::InvalidArgument, "Name one of the subcommands of motifs.");
    };
}

}  // namespace nscope::cli
