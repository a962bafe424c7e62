#include "app/cli/transcripts_command.h"

#include "app/cli/genome_source.h"
#include "app/cli/left_out.h"
#include "app/cli/output_path.h"
#include "app/cli/record_progress.h"
#include "app/cli/run_job.h"
#include "core/data/gene_index.h"
#include "core/io/annotation_file.h"
#include "core/io/atomic_file.h"
#include "core/io/fasta.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <unordered_map>

namespace nscope::cli {

namespace {

struct TranscriptsOptions {
    std::string genome;  ///< empty: the annotation holds the sequences (GenBank)
    std::string annotation;
    std::string output;
    std::string cdsTable;  ///< empty: none
    std::vector<std::string> genes;
    bool coding = false;
    bool dna = false;
};

const std::string& genomeFile(const TranscriptsOptions& options)
{
    return options.genome.empty() ? options.annotation : options.genome;
}

/// Indices of the transcripts that --gene and --coding ask for, in the annotation's order.
Result<std::vector<std::size_t>> chosen(const data::GeneIndex& index, const TranscriptsOptions& options)
{
    std::vector<bool> isWanted(index.transcripts().size(), options.genes.empty());
    for (const std::string& name : options.genes) {
        bool isFound = false;
        for (const data::GeneIndex::Hit& hit : index.search(name, index.transcripts().size())) {
            if (hit.match != data::GeneIndex::Match::Exact)
                break;
            isFound = true;
            for (const std::size_t transcript :
                 hit.isGene ? index.genes()[hit.index].transcripts : std::vector<std::size_t>{hit.index})
                isWanted[transcript] = true;
        }
        if (isFound)
            continue;
        std::string similar;
        for (const data::GeneIndex::Hit& hit : index.search(name, 5))
            similar += (similar.empty() ? "" : ", ") + hit.name;
        return fail(ErrorCode::NotFound,
                    "The annotation has no gene or transcript named " + name
                        + (similar.empty() ? "." : "; similar: " + similar + "."),
                    {.file = options.annotation});
    }
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < isWanted.size(); ++i) {
        if (isWanted[i] && (!options.coding || index.transcripts()[i].cds))
            indices.push_back(i);
    }
    if (indices.empty())
        return fail(ErrorCode::NotFound,
                    options.coding ? "No transcript asked for has a coding region."
                                   : "The annotation holds no transcripts, only other features.",
                    {.file = options.annotation});
    return indices;
}

/// Ids as FASTA and tables can hold them: one word each, no word twice.
class Ids {
public:
    std::string of(const std::string& id)
    {
        std::string word = id;
        std::ranges::replace_if(
            word, [](unsigned char c) { return c <= ' '; }, '_');
        std::string given = freeOne(word);
        m_changed += given != id ? 1 : 0;
        return given;
    }
    std::int64_t changed() const { return m_changed; }

private:
    std::string freeOne(const std::string& wanted)
    {
        const int number = ++m_wanted[wanted];
        return number == 1 ? wanted : freeOne(wanted + "-" + std::to_string(number));
    }

    std::unordered_map<std::string, int> m_wanted;  // how often
    std::int64_t m_changed = 0;
};

struct Writers {
    io::FastaWriter fasta;
    std::optional<io::AtomicFile> table;

    Result<void> add(const data::Transcript& transcript)
    {
        if (const Result<void> written = fasta.add(transcript.sequence); !written || !table)
            return written;
        const auto& cds = transcript.cds;
        return table->write(transcript.sequence.id + "\t" + (cds ? std::to_string(cds->startNt) : "NA") + "\t"
                            + (cds ? std::to_string(cds->endNt) : "NA") + "\n");
    }
    Result<void> finish()
    {
        if (const Result<void> done = fasta.finish(); !done || !table)
            return done;
        return table->commit();
    }
};

Result<Writers> openWriters(const TranscriptsOptions& options)
{
    Result<io::FastaWriter> fasta = io::FastaWriter::create(options.output);
    if (!fasta)
        return fail(fasta.error());
    Writers writers{*std::move(fasta), std::nullopt};
    if (options.cdsTable.empty())
        return writers;
    Result<io::AtomicFile> table = io::AtomicFile::create(options.cdsTable);
    if (!table)
        return fail(table.error());
    if (const Result<void> header = table->write("id\tcds_start\tcds_end\n"); !header)
        return fail(header.error());
    writers.table = *std::move(table);
    return writers;
}

Result<void> writeAll(const data::GeneIndex& index, const std::vector<std::size_t>& wanted,
                      const data::GenomeLetters& letters, const TranscriptsOptions& options, const Context& context)
{
    Result<Writers> writers = openWriters(options);
    if (!writers)
        return fail(writers.error());
    std::int64_t totalNt = 0;
    for (const std::size_t i : wanted)
        totalNt += index.transcripts()[i].splicedLength();
    RecordProgress progress("Splicing", totalNt, context.common.quiet);
    io::ReadProblems problems;
    Ids ids;
    for (const std::size_t i : wanted) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const data::TranscriptModel& model = index.transcripts()[i];
        Result<data::Transcript> spliced =
            data::splice(model, letters, options.dna ? data::Alphabet::Dna : data::Alphabet::Rna);
        if (!spliced) {
            problems.add(spliced.error().at({.file = genomeFile(options)}));
            continue;
        }
        spliced->sequence.id = ids.of(model.id);
        if (const Result<void> written = writers->add(*spliced); !written)
            return written;
        progress.recordDone(model.splicedLength());
    }
    printLeftOut(problems, "transcripts that the genome does not fit");
    if (problems.count == std::int64_t(wanted.size()))
        return fail(ErrorCode::NotFound, "No transcript could be spliced: genome and annotation do not fit together.",
                    {.file = genomeFile(options)});
    if (ids.changed() > 0)
        std::cerr << "Transcripts that got a new id, because another has theirs or it holds blanks: "
                  << groupedText(ids.changed()) << ".\n";
    const Result<void> done = writers->finish();
    if (done)
        progress.finish();
    return done;
}

Result<void> runTranscripts(const TranscriptsOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".fa", ".fasta", ".fna", ".fa.gz", ".fasta.gz"});
        !extension)
        return fail(extension.error());
    if (const auto extension = checkOutputPath(options.cdsTable.empty() ? "-" : options.cdsTable, {".tsv"}); !extension)
        return fail(extension.error());
    Result<io::Annotation> annotation = io::readAnnotation(options.annotation, {context.stop, nullptr});
    if (!annotation)
        return fail(annotation.error());
    printLeftOut(annotation->problems, "records of the annotation");
    if (options.genome.empty() && annotation->sequences.empty())
        return fail(ErrorCode::InvalidArgument,
                    "Give the genome with --genome; only GenBank files hold it themselves.");
    const data::GeneIndex index(
        std::make_shared<const std::vector<data::TranscriptModel>>(std::move(annotation->transcripts)));
    const auto wanted = chosen(index, options);
    if (!wanted)
        return fail(wanted.error());
    const Result<data::GenomeLetters> letters = options.genome.empty()
                                                    ? genomeOf(std::move(annotation->sequences), options.annotation)
                                                    : openGenomeLetters(options.genome, context);
    if (!letters)
        return fail(letters.error());
    return writeAll(index, *wanted, *letters, options, context);
}

}  // namespace

Runner addTranscripts(CLI::App& app)
{
    auto options = std::make_shared<TranscriptsOptions>();
    app.add_option("--genome", options->genome,
                   "The genome: FASTA, plain, gzip or bgzip, or 2bit; also pieces named by their place "
                   "(chr8:11496144-11627216). Not needed with GenBank");
    app.add_option("--annotation", options->annotation, "GTF, GFF3, BED12 or GenBank file, plain, gzip or bgzip")
        ->required();
    app.add_option("--output", options->output, "FASTA file to write; compressed if it ends in .gz")->required();
    app.add_option("--cds-table", options->cdsTable,
                   "Coding regions to write (.tsv): id, cds_start, cds_end, as --cds of other commands reads them");
    app.add_option("--gene", options->genes,
                   "Only this gene or transcript: symbol or id, with or without version; may be repeated");
    app.add_flag("--coding", options->coding, "Only transcripts with a coding region");
    app.add_flag("--dna", options->dna, "Write T instead of U");
    return [options](const Context& context) { return runTranscripts(*options, context); };
}

}  // namespace nscope::cli
