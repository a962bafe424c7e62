#include "app/cli/motifs_command.h"

#include "app/cli/motif_subcommands.h"
#include "core/data/random.h"
#include "core/data/shuffle.h"
#include "core/io/fasta.h"

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

Result<std::vector<std::string>> controlLetters(const std::string& path, const std::vector<std::string>& originals,
                                                std::uint64_t seed)
{
    std::vector<std::string> controls;
    if (!path.empty()) {
        const Result<data::TranscriptSet> records = io::readFasta(path);
        if (!records)
            return fail(records.error());
        for (const data::TranscriptPtr& record : *records)
            controls.push_back(record->sequence.letters);
        return controls;
    }
    for (std::size_t i = 0; i < originals.size(); ++i) {
        const std::uint64_t own = data::Random(seed + 0x9e3779b97f4a7c15ULL * (i + 1)).next();
        Result<std::string> letters = data::shuffled(originals[i], data::ShuffleKind::Dinucleotide, own);
        if (!letters)
            return fail(letters.error());
        controls.push_back(*std::move(letters));
    }
    return controls;
}

std::vector<std::string_view> viewsOf(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

}  // namespace nscope::cli
