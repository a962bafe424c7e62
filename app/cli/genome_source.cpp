#include "app/cli/genome_source.h"

#include "app/cli/shown_work.h"
#include "core/data/chromosome_names.h"

#include <algorithm>
#include <map>
#include <memory>

namespace nscope::cli {

Result<study::OpenGenome> openGenome(const std::string& path, const Context& context)
{
    ProgressLine line("Opening", "bytes", context.common.quiet);
    Progress progress;
    Result<study::OpenGenome> genome =
        runShowing(line, progress, [&] { return study::OpenGenome::open(path, context.stop, &progress); });
    if (!genome)
        return fail(genome.error());
    for (const std::string& notice : genome->file->notices())
        line.say(notice);
    return genome;
}

Result<data::GenomeLetters> openGenomeLetters(const std::string& path, const Context& context)
{
    const Result<study::OpenGenome> genome = openGenome(path, context);
    if (!genome)
        return fail(genome.error());
    return genome->reader();
}

data::GenomeLetters genomeOf(std::vector<data::Sequence> sequences, const std::string& path)
{
    const auto letters = std::make_shared<std::map<std::string, std::string>>();
    std::vector<std::string> names;
    for (data::Sequence& sequence : sequences) {
        names.push_back(sequence.id);
        letters->emplace(sequence.id, std::move(sequence.letters));
    }
    return [letters, names, path](const std::string& asked, data::Interval interval) -> Result<std::string> {
        const auto found = letters->find(asked);
        if (found == letters->end())
            return fail(ErrorCode::NotFound,
                        "The annotation has no sequence named " + asked + "; it has: " + data::namesInShort(names)
                            + ".",
                        {.file = path});
        const auto start = std::min(std::size_t(interval.startNt), found->second.size());
        return found->second.substr(start, std::size_t(interval.length()));
    };
}

}  // namespace nscope::cli
