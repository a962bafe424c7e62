// Purpose: the list of formats; a new format is one file pair and one line here.
#include "core/io/format_list.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace nscope::io {
namespace {

constexpr FormatSpec kFormats[] = {
    {"fasta", "FASTA", ".fa .fasta .fna .fas .fa.gz .fasta.gz .fna.gz .fa.bgz", true, true,
     "nucleotide sequences, plain, gzip or bgzip"},
    {"session", "Nucleoscope session", ".nscope", true, true, "sequences, coding regions, edits, model and open views"},
    {"cds-table", "Table", ".tsv .tsv.gz .txt", true, true,
     "reads coding regions (id, cds_start, cds_end); writes predictions, explanations, attention and filters"},
    {"structure", "Secondary structure", ".db .dbn .dot .db.gz .dbn.gz", true, false,
     "dot-bracket text or one state per base, as RNAfold writes it"},
    {"npz", "NumPy arrays", ".npz", true, true,
     "reads inputs of models; writes predictions, explanations, attention and filters as named arrays"},
    {"motifs", "Motifs", ".meme .pfm .jaspar .transfac .pwm", true, true,
     "reads MEME, JASPAR and TRANSFAC matrices; writes MEME"},
    {"twobit", "2bit", ".2bit", true, false, "letters of a genome, in either byte order"},
    {"bigwig", "bigWig", ".bw .bigwig", true, true,
     "reads signals along a genome; writes them, explanations (one value per base) and predicted profiles"},
    {"bedgraph", "bedGraph", ".bedgraph .bedgraph.gz .bedgraph.bgz .bg .bg.gz .bdg .bdg.gz", true, true,
     "signals along a genome, plain, gzip or bgzip"},
    {"reads", "Aligned reads", ".bam .cram", true, false,
     "how many reads cover every position; CRAM needs no reference"},
    {"vcf", "Variants", ".vcf .vcf.gz .vcf.bgz .bcf", true, false,
     "variants against sequences; every allele of a record is one"},
    {"gtf", "GTF", ".gtf .gtf.gz .gtf.bgz", true, false,
     "genes and transcripts of Ensembl, GENCODE, RefSeq and their like"},
    {"gff3", "GFF3", ".gff3 .gff3.gz .gff3.bgz .gff .gff.gz .gff.bgz", true, false,
     "genes and transcripts; .gff may be GTF too, its rows tell"},
    {"bed", "BED", ".bed .bed.gz .bed.bgz", true, false,
     "regions; with 12 columns transcripts and their coding regions"},
    {"narrowpeak", "narrowPeak", ".narrowPeak .narrowPeak.gz .narrowPeak.bgz", true, false,
     "peaks with their summits, as ENCODE writes them"},
    {"genbank", "GenBank", ".gb .gbk .gbff .genbank .gb.gz .gbk.gz .gbff.gz .genbank.gz", true, false,
     "sequences with their genes, coding regions and other features"},
    {"model-card", "Model card", ".card.json", true, true, "what a trained model is, beside its .safetensors file"},
    {"json", "JSON", ".json", false, true, "predictions"},
    {"safetensors", "Model weights", ".safetensors", true, true, "weights of a model, with their card beside them"},
    {"torch", "PyTorch checkpoint", ".pt .pth .bin", true, false, "others' weights for import; nothing in it is run"},
    {"keras", "Keras model or weights", ".h5 .hdf5", true, false,
     "others' weights for import, nothing in it is run; embeddings and other inputs of models, as in .npz"},
};

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return lower;
}

bool endsWithOneOf(std::string_view path, std::string_view extensions)
{
    while (!extensions.empty()) {
        const std::size_t space = std::min(extensions.find(' '), extensions.size());
        if (path.ends_with(extensions.substr(0, space)))
            return true;
        extensions.remove_prefix(std::min(space + 1, extensions.size()));
    }
    return false;
}

}  // namespace

std::span<const FormatSpec> formatList() { return kFormats; }

const FormatSpec* formatOfPath(std::string_view path)
{
    const std::string lower = lowerCase(path);
    const auto found = std::ranges::find_if(kFormats, [&](const FormatSpec& format) { return endsWithOneOf(lower, lowerCase(format.extensions)); });
    return found == std::end(kFormats) ? nullptr : &*found;
}

}  // namespace nscope::io
