#include "app/cli/genome_source.h"

#include "core/data/locus.h"
#include "core/io/fasta.h"

#include <algorithm>
#include <map>
#include <memory>

namespace nscope::cli {

namespace {

constexpr std::size_t kNamesShown = 5;

struct Piece {
    data::Interval interval;
    bool isWhole;  ///< the chromosome, as far as the file says
    std::string letters;
};

struct Genome {
    std::string path;
    std::map<std::string, std::vector<Piece>> chromosomes;

    void add(data::Sequence sequence)
    {
        if (auto place = data::locusOfRecord(sequence.id, sequence.length())) {
            if (place->strand == data::Strand::Reverse)
                sequence.letters = data::reverseComplement(sequence.letters);
            chromosomes[place->chromosome].push_back({place->interval, false, std::move(sequence.letters)});
            return;
        }
        chromosomes[sequence.id].push_back({{0, sequence.length()}, true, std::move(sequence.letters)});
    }

    Result<std::string> letters(const std::string& chromosome, data::Interval interval) const
    {
        const auto found = chromosomes.find(chromosome);
        if (found == chromosomes.end())
            return fail(ErrorCode::NotFound,
                        "The genome has no chromosome named " + chromosome + "; it has: " + names() + ".",
                        {.file = path});
        for (const Piece& piece : found->second) {
            const data::Interval held = interval.intersected(piece.interval);
            if (held == interval || piece.isWhole)
                return piece.letters.substr(
                    std::size_t(std::min(interval.startNt - piece.interval.startNt, piece.interval.length())),
                    std::size_t(held.length()));
        }
        return fail(ErrorCode::NotFound,
                    "The file holds no piece of the genome with all of " + data::locusText({chromosome, interval})
                        + ".",
                    {.file = path});
    }

    std::string names() const
    {
        std::string text;
        std::size_t count = 0;
        for (const auto& [name, pieces] : chromosomes) {
            if (count++ == kNamesShown)
                return text + " …";
            text += (text.empty() ? "" : ", ") + name;
        }
        return text;
    }
};

data::GenomeLetters lettersOf(std::shared_ptr<const Genome> genome)
{
    return [genome = std::move(genome)](const std::string& chromosome, data::Interval interval) {
        return genome->letters(chromosome, interval);
    };
}

}  // namespace

Result<data::GenomeLetters> openGenome(const std::string& fastaPath)
{
    auto reader = io::FastaReader::open(fastaPath);
    if (!reader)
        return fail(reader.error());
    auto genome = std::make_shared<Genome>(Genome{fastaPath, {}});
    while (true) {
        auto record = reader->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            return lettersOf(std::move(genome));
        genome->add(**std::move(record));
    }
}

data::GenomeLetters genomeOf(std::vector<data::Sequence> sequences, const std::string& path)
{
    auto genome = std::make_shared<Genome>(Genome{path, {}});
    for (data::Sequence& sequence : sequences)
        genome->add(std::move(sequence));
    return lettersOf(std::move(genome));
}

}  // namespace nscope::cli
