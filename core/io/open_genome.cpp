#include "core/io/open_genome.h"

#include "core/data/alphabet.h"

#include <algorithm>

namespace nscope::io {

Result<OpenGenome> OpenGenome::open(const std::string& path, std::stop_token stop, Progress* progress)
{
    auto file = GenomeFile::open(path, stop, progress);
    if (!file)
        return fail(file.error());
    std::vector<std::string> names;
    for (const GenomeChromosome& chromosome : file->chromosomes())
        names.push_back(chromosome.name);
    return OpenGenome{path, std::make_shared<const GenomeFile>(*std::move(file)),
                      std::make_shared<const data::ChromosomeNames>(std::move(names))};
}

Result<GenomeChromosome> OpenGenome::chromosome(const std::string& asked) const
{
    const auto name = names->resolve(asked);
    if (!name)
        return fail(ErrorCode::NotFound,
                    "The genome has no chromosome named " + asked + "; it has: " + data::namesInShort(names->names())
                        + ".",
                    {.file = path});
    return *std::ranges::find(file->chromosomes(), *name, &GenomeChromosome::name);
}

Result<std::string> OpenGenome::letters(const std::string& asked, data::Interval interval) const
{
    const auto found = chromosome(asked);
    return found ? file->letters(found->name, interval) : fail(found.error());
}

data::GenomeLetters OpenGenome::reader() const
{
    return
        [genome = *this](const std::string& asked, data::Interval interval) { return genome.letters(asked, interval); };
}

Result<std::vector<HeldStretch>> OpenGenome::held(const std::string& asked, data::Interval region) const
{
    const auto found = chromosome(asked);
    if (!found)
        return fail(found.error());
    const std::vector<data::Interval> whole{{0, found->lengthNt}};
    std::vector<HeldStretch> stretches;
    std::int64_t fromNt = region.startNt;
    for (const data::Interval& piece : found->pieces.empty() ? whole : found->pieces) {
        const data::Interval inside = data::Interval{fromNt, region.endNt}.intersected(piece);
        if (inside.isEmpty())
            continue;
        stretches.push_back({found->name, inside, piece});
        fromNt = inside.endNt;
    }
    return stretches;
}

data::TranscriptPtr windowRecord(const std::string& chromosome, data::Interval window, data::Strand strand,
                                 std::string letters)
{
    auto record = std::make_shared<data::Transcript>();
    record->sequence.id = data::locusText({chromosome, window, strand});
    record->sequence.letters = strand == data::Strand::Reverse ? data::reverseComplement(letters) : std::move(letters);
    record->sequence.alphabet = data::Alphabet::Dna;
    return record;
}

}  // namespace nscope::io
