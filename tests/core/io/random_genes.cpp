// Purpose: random genes and their files.
#include "tests/core/io/random_genes.h"

#include "tests/support/random_letters.h"

#include <algorithm>
#include <array>
#include <set>

namespace nscope::tests {
namespace {

using data::Interval;
using data::Strand;

constexpr std::array kStops{"TAA", "TAG", "TGA"};

char complementOf(char letter) { return letter == 'A' ? 'T' : letter == 'C' ? 'G' : letter == 'G' ? 'C' : 'A'; }

std::int64_t between(std::mt19937_64& random, std::int64_t low, std::int64_t high)
{
    return low + std::int64_t(randomBelow(random, std::size_t(high - low + 1)));
}

std::vector<std::int64_t> positionsOf(const data::TranscriptModel& model)
{
    std::vector<std::int64_t> positions;
    for (const Interval& exon : model.exons)
        for (std::int64_t at = exon.startNt; at < exon.endNt; ++at)
            positions.push_back(at);
    if (model.strand == Strand::Reverse)
        std::ranges::reverse(positions);
    return positions;
}

std::string codon(std::mt19937_64& random)
{
    while (true) {
        std::string letters = randomLetters(random, 3);
        if (std::ranges::find(kStops, letters) == kStops.end())
            return letters;
    }
}

/// Writes an open reading frame over the coding bases and notes it in the model.
void makeCoding(RandomTranscript& made, std::string& chromosome, std::mt19937_64& random)
{
    const auto length = std::int64_t(made.positionsNt.size());
    const std::int64_t phase = between(random, 0, 2);
    const std::int64_t codons = between(random, 2, (length - phase) / 3);
    made.codingStart = between(random, 0, length - phase - 3 * codons);
    made.codingEnd = made.codingStart + phase + 3 * codons;
    std::string frame = "ATG";
    for (std::int64_t i = 2; i < codons; ++i)
        frame += codon(random);
    frame += kStops[randomBelow(random, kStops.size())];
    for (std::size_t i = 0; i < frame.size(); ++i) {
        const std::int64_t at = made.positionsNt[std::size_t(made.codingStart + phase) + i];
        chromosome[std::size_t(at)] = made.model.strand == Strand::Reverse ? complementOf(frame[i]) : frame[i];
    }
    const auto [low, high] =
        std::minmax(made.positionsNt[std::size_t(made.codingStart)], made.positionsNt[std::size_t(made.codingEnd) - 1]);
    made.model.cds = Interval{low, high + 1};
    made.model.cdsPhase = int(phase);
    made.model.biotype = "protein_coding";
}

/// The genomic intervals of a run of transcript bases, ascending.
std::vector<Interval> runsOf(const RandomTranscript& made, std::int64_t from, std::int64_t to)
{
    std::vector<std::int64_t> positions(made.positionsNt.begin() + from, made.positionsNt.begin() + to);
    std::ranges::sort(positions);
    std::vector<Interval> runs;
    for (const std::int64_t at : positions) {
        if (!runs.empty() && runs.back().endNt == at)
            ++runs.back().endNt;
        else
            runs.push_back({at, at + 1});
    }
    return runs;
}

/// Bases of a coding run that belong to the codon begun before it.
std::int64_t phaseOf(const RandomTranscript& made, Interval run)
{
    const std::int64_t first = made.model.strand == Strand::Reverse ? run.endNt - 1 : run.startNt;
    const std::int64_t at = std::ranges::find(made.positionsNt, first) - made.positionsNt.begin();
    return ((made.model.cdsPhase - (at - made.codingStart)) % 3 + 3) % 3;
}

std::string row(const data::TranscriptModel& model, const std::string& type, Interval at, const std::string& phase,
                const std::string& attributes)
{
    return model.chromosome + "\tmade\t" + type + "\t" + std::to_string(at.startNt + 1) + "\t"
           + std::to_string(at.endNt) + "\t.\t" + char(model.strand) + "\t" + phase + "\t" + attributes + "\n";
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line;
    return text;
}

std::string escaped(const std::string& text)
{
    std::string safe;
    for (const char c : text)
        safe += c == ';' ? "%3B" : c == ',' ? "%2C" : c == '%' ? "%25" : std::string(1, c);
    return safe;
}

std::string location(const std::vector<Interval>& runs, Strand strand)
{
    std::string text;
    for (const Interval& run : runs)
        text += (text.empty() ? "" : ",") + (run.length() == 1 ? std::string() : std::to_string(run.startNt + 1) + "..")
                + std::to_string(run.endNt);
    if (runs.size() > 1)
        text = "join(" + text + ")";
    return strand == Strand::Reverse ? "complement(" + text + ")" : text;
}

std::string genbankFeature(const std::string& key, std::string place, const data::TranscriptModel& model,
                           const std::string& more)
{
    std::string text;
    for (std::string head = "     " + key + std::string(16 - key.size(), ' '); !place.empty();
         head = std::string(21, ' ')) {
        const std::size_t end = place.size() <= 58 ? place.size() : place.rfind(',', 57) + 1;  // as NCBI breaks lines
        text += head + place.substr(0, end) + "\n";
        place.erase(0, end);
    }
    const std::string indent(21, ' ');
    return text + indent + "/gene=\"" + model.geneName + "\"\n" + indent + "/locus_tag=\"" + model.geneId + "\"\n"
           + more;
}

}  // namespace

RandomGenome RandomGenome::make(std::mt19937_64& random, int genes)
{
    RandomGenome genome;
    const std::vector<std::string> names{"chr1", "chr2", "chrÜ"};
    std::map<std::string, std::int64_t> filledNt;
    for (int gene = 0; gene < genes; ++gene) {
        const std::string& chromosome = names[randomBelow(random, names.size())];
        RandomTranscript made;
        data::TranscriptModel& model = made.model;
        model = {"T" + std::to_string(gene) + ".1",
                 "G" + std::to_string(gene),
                 "gène " + std::to_string(gene),
                 "lncRNA",
                 chromosome,
                 random() % 2 == 0 ? Strand::Forward : Strand::Reverse,
                 {},
                 {},
                 0};
        std::int64_t& at = filledNt[chromosome];
        for (std::int64_t exon = between(random, 1, 8); exon > 0; --exon) {
            at += between(random, 1, 200);
            model.exons.push_back({at, at + between(random, 1, random() % 4 == 0 ? 3 : 250)});
            at = model.exons.back().endNt;
        }
        at += 1;
        genome.letters[chromosome] += randomLetters(random, std::size_t(at) - genome.letters[chromosome].size());
        made.positionsNt = positionsOf(model);
        if (made.positionsNt.size() >= 9 && random() % 4 != 0)
            makeCoding(made, genome.letters[chromosome], random);
        genome.transcripts.push_back(made);
        // A second transcript of the gene: the same coding region, a base less of each UTR that there is.
        RandomTranscript second = made;
        second.model.id = "T" + std::to_string(gene) + ".2";
        Interval& first = second.model.exons.front();
        Interval& last = second.model.exons.back();
        if (first.length() > 2 && last.length() > 2
            && (!model.cds || (model.cds->startNt > first.startNt && model.cds->endNt < last.endNt))) {
            ++first.startNt;
            --last.endNt;
            second.positionsNt = positionsOf(second.model);
            second.codingStart -= model.cds ? 1 : 0;
            second.codingEnd -= model.cds ? 1 : 0;
            genome.transcripts.push_back(second);
        }
    }
    return genome;
}

std::string RandomGenome::gtf(std::mt19937_64& random) const
{
    std::vector<std::string> lines;
    for (const RandomTranscript& made : transcripts) {
        const data::TranscriptModel& model = made.model;
        const std::string names = "gene_id \"" + model.geneId + "\"; transcript_id \"" + model.id + "\"; gene_name \""
                                  + model.geneName + "\"; transcript_type \"" + model.biotype + "\";";
        lines.push_back(row(model, "transcript", model.span(), ".", names));
        for (const Interval& exon : model.exons)
            lines.push_back(row(model, "exon", exon, ".", names));
        if (!model.cds)
            continue;
        for (const Interval& run : runsOf(made, made.codingStart, made.codingEnd - 3))
            lines.push_back(row(model, "CDS", run, std::to_string(phaseOf(made, run)), names));
        for (const Interval& run : runsOf(made, made.codingEnd - 3, made.codingEnd))
            lines.push_back(row(model, "stop_codon", run, std::to_string(phaseOf(made, run)), names));
    }
    std::ranges::shuffle(lines, random);
    return joined(lines);
}

std::string RandomGenome::gff3(std::mt19937_64& random) const
{
    std::vector<std::string> lines;
    std::set<std::string> genes;
    for (const RandomTranscript& made : transcripts) {
        const data::TranscriptModel& model = made.model;
        if (genes.insert(model.geneId).second)
            lines.push_back(
                row(model, "gene", model.span(), ".", "ID=gene:" + model.geneId + ";Name=" + escaped(model.geneName)));
        const std::string parent = "Parent=transcript:" + model.id;
        lines.push_back(row(model, model.cds ? "mRNA" : "lnc_RNA", model.span(), ".",
                            "ID=transcript:" + model.id + ";Parent=gene:" + model.geneId));
        for (const Interval& exon : model.exons)
            lines.push_back(row(model, "exon", exon, ".", parent));
        if (!model.cds)
            continue;
        for (const Interval& run : runsOf(made, made.codingStart, made.codingEnd))
            lines.push_back(row(model, "CDS", run, std::to_string(phaseOf(made, run)), parent + ";ID=CDS:" + model.id));
    }
    std::ranges::shuffle(lines, random);
    return "##gff-version 3\n" + joined(lines);
}

std::string RandomGenome::bed12() const
{
    std::string text;
    for (const RandomTranscript& made : transcripts) {
        const data::TranscriptModel& model = made.model;
        const Interval span = model.span();
        const Interval thick = model.cds.value_or(Interval{span.endNt, span.endNt});
        std::string sizes;
        std::string starts;
        for (const Interval& exon : model.exons) {
            sizes += std::to_string(exon.length()) + ",";
            starts += std::to_string(exon.startNt - span.startNt) + ",";
        }
        text += model.chromosome + "\t" + std::to_string(span.startNt) + "\t" + std::to_string(span.endNt) + "\t"
                + model.id + "\t0\t" + char(model.strand) + "\t" + std::to_string(thick.startNt) + "\t"
                + std::to_string(thick.endNt) + "\t0\t" + std::to_string(model.exons.size()) + "\t" + sizes + "\t"
                + starts + "\n";
    }
    return text;
}

std::string RandomGenome::genbank() const
{
    std::string text;
    for (const auto& [chromosome, sequence] : letters) {
        text += "LOCUS       " + chromosome + " " + std::to_string(sequence.size())
                + " bp    DNA     linear   SYN 01-JAN-2026\n"
                  "FEATURES             Location/Qualifiers\n";
        for (const RandomTranscript& made : transcripts) {
            const data::TranscriptModel& model = made.model;
            if (model.chromosome != chromosome)
                continue;
            const std::string indent(21, ' ');
            text += genbankFeature(model.cds ? "mRNA" : "ncRNA", location(model.exons, model.strand), model,
                                   indent + "/transcript_id=\"" + model.id + "\"\n"
                                       + (model.cds ? "" : indent + "/ncRNA_class=\"lncRNA\"\n"));
            if (model.cds)
                text += genbankFeature("CDS", location(runsOf(made, made.codingStart, made.codingEnd), model.strand),
                                       model, indent + "/codon_start=" + std::to_string(model.cdsPhase + 1) + "\n");
        }
        text += "ORIGIN\n";
        for (std::size_t at = 0; at < sequence.size(); at += 60) {
            text += std::string(9 - std::to_string(at + 1).size(), ' ') + std::to_string(at + 1);
            for (std::size_t word = at; word < std::min(at + 60, sequence.size()); word += 10)
                text += " " + sequence.substr(word, std::min<std::size_t>(10, at + 60 - word));
            text += "\n";
        }
        text += "//\n";
    }
    return text;
}

}  // namespace nscope::tests
