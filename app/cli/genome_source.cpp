#include "app/cli/genome_source.h"

#include "core/data/chromosome_names.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

namespace nscope::cli {

Result<study::OpenGenome> openGenome(const std::string& path, std::stop_token stop)
{
    Result<study::OpenGenome> genome = study::OpenGenome::open(path, stop);
    if (!genome)
        return fail(genome.error());
    for (const std::string& notice : genome->file->notices())
        std::cerr << notice << "\n";
    return genome;
}

Result<data::GenomeLetters> openGenomeLetters(const std::string& path, std::stop_token stop)
{
    Result<study::OpenGenome> opened = openGenome(path, stop);
    if (!opened)
        return fail(opened.error());
    return [genome = *std::move(opened)](const std::string& asked, data::Interval interval) {
        return genome.letters(asked, interval);
    };
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
                        "The annotation has no sequence named " + asked + "; it has: " + data::namesInShort(names) + ".",
                        {.file = path});
        const auto start = std::min(std::size_t(interval.startNt), found->second.size());
        return found->second.substr(start, std::size_t(interval.length()));
    };
}

}  // namespace nscope::cli
