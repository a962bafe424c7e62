#include "app/cli/genome_source.h"

#include "core/data/chromosome_names.h"
#include "core/io/genome_file.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

namespace nscope::cli {

namespace {

std::unexpected<Error> noSuchChromosome(const std::string& asked, const data::ChromosomeNames& names,
                                        const std::string& path)
{
    return fail(ErrorCode::NotFound,
                "The genome has no chromosome named " + asked + "; it has: " + data::namesInShort(names.names()) + ".",
                {.file = path});
}

}  // namespace

Result<data::GenomeLetters> openGenome(const std::string& path, std::stop_token stop)
{
    Result<io::GenomeFile> opened = io::GenomeFile::open(path, stop);
    if (!opened)
        return fail(opened.error());
    const auto file = std::make_shared<const io::GenomeFile>(*std::move(opened));
    for (const std::string& notice : file->notices())
        std::cerr << notice << "\n";
    std::vector<std::string> names;
    for (const io::GenomeChromosome& chromosome : file->chromosomes())
        names.push_back(chromosome.name);
    const auto known = std::make_shared<const data::ChromosomeNames>(std::move(names));
    return [file, known, path](const std::string& asked, data::Interval interval) -> Result<std::string> {
        const std::optional<std::string> name = known->resolve(asked);
        return name ? file->letters(*name, interval) : Result<std::string>(noSuchChromosome(asked, *known, path));
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
    const auto known = std::make_shared<const data::ChromosomeNames>(std::move(names));
    return [letters, known, path](const std::string& asked, data::Interval interval) -> Result<std::string> {
        const auto found = letters->find(asked);
        if (found == letters->end())
            return noSuchChromosome(asked, *known, path);
        const auto start = std::min(std::size_t(interval.startNt), found->second.size());
        return found->second.substr(start, std::size_t(interval.length()));
    };
}

}  // namespace nscope::cli
