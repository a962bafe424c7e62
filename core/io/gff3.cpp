// Purpose: the GFF3 reader.
#include "core/io/gff3.h"

#include "core/io/gff_row.h"
#include "core/io/transcript_assembler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_set>

namespace nscope::io {
namespace {

using Part = TranscriptAssembler::Part;

std::optional<Part> partOf(std::string_view type)
{
    if (type == "exon" || type == "pseudogenic_exon" || type == "noncoding_exon")
        return Part::Exon;
    if (type == "CDS")
        return Part::Cds;
    if (type == "stop_codon")
        return Part::StopCodon;
    if (type == "five_prime_UTR" || type == "three_prime_UTR" || type == "UTR")
        return Part::Utr;
    return std::nullopt;
}

bool isGeneType(std::string_view type) { return type == "gene" || type == "pseudogene" || type.ends_with("_gene"); }

/// A row that describes where a chromosome is, not what is on it.
bool isLandmark(std::string_view type)
{
    constexpr std::array<std::string_view, 5> kLandmarks{"region", "chromosome", "contig", "scaffold", "supercontig"};
    return std::ranges::find(kLandmarks, type) != kLandmarks.end();
}

/// Text with %-escapes read; a '%' without two hexadecimal digits stays.
std::string unescaped(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit = [&text](std::size_t at) {
            const char c = at < text.size() ? text[at] : '?';
            return c >= '0' && c <= '9'   ? c - '0'
                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                          : -1;
        };
        const bool isEscape = text[i] == '%' && digit(i + 1) >= 0 && digit(i + 2) >= 0;
        plain += isEscape ? char(digit(i + 1) * 16 + digit(i + 2)) : text[i];
        i += isEscape ? 2 : 0;
    }
    return plain;
}

/// An ID without the prefix that Ensembl ("transcript:") or NCBI ("rna-") puts before it.
std::string_view withoutPrefix(std::string_view id)
{
    for (const std::string_view prefix : {"transcript:", "gene:", "CDS:", "rna-", "gene-", "cds-", "id-"}) {
        if (id.starts_with(prefix) && id.size() > prefix.size())
            return id.substr(prefix.size());
    }
    return id;
}

struct Attributes {
    std::string_view id;
    std::string_view parents;
    std::string_view name;
    std::string_view transcriptId;
    std::string_view geneId;
    std::string_view symbol;  ///< gene_name (GENCODE) or gene (NCBI)
    std::string_view biotype;
};

Attributes readAttributes(std::string_view text)
{
    Attributes attributes;
    while (!text.empty()) {
        std::string_view item = text.substr(0, text.find(';'));
        text.remove_prefix(std::min(item.size() + 1, text.size()));
        item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
        const std::size_t sign = std::min(item.find('='), item.size());
        const std::string_view key = item.substr(0, sign);
        const std::string_view value = item.substr(std::min(sign + 1, item.size()));
        if (key == "ID")
            attributes.id = value;
        else if (key == "Parent")
            attributes.parents = value;
        else if (key == "Name")
            attributes.name = value;
        else if (key == "transcript_id")
            attributes.transcriptId = value;
        else if (key == "gene_id")
            attributes.geneId = value;
        else if (key == "gene_name" || (key == "gene" && attributes.symbol.empty()))
            attributes.symbol = value;
        else if (key == "biotype" || key == "transcript_biotype" || key == "transcript_type"
                 || (attributes.biotype.empty() && (key == "gene_biotype" || key == "gene_type")))
            attributes.biotype = value;
    }
    return attributes;
}

class Gff3Reader {
public:
    explicit Gff3Reader(AnnotationLines lines) : m_lines(std::move(lines)) {}

    Result<Annotation> read()
    {
        while (true) {
            const Result<bool> more = m_lines.next();
            if (!more)
                return fail(more.error());
            const std::string_view line = m_lines.line();
            if (!*more || line.starts_with("##FASTA") || line.starts_with('>'))
                break;
            if (!line.empty() && !line.starts_with('#'))
                take(line);
        }
        finish();
        return checkedAnnotation(std::move(m_read), m_lines.path(), "GFF3 row");
    }

private:
    /// What the row with an ID says beyond its place; texts are numbers of the assembler's.
    struct Node {
        std::uint32_t type = 0;    ///< 0: no such row yet
        std::uint32_t parent = 0;  ///< the first; 0: none
        std::uint32_t name = 0;
        std::uint32_t symbol = 0;
        std::uint32_t geneId = 0;
        std::uint32_t transcriptId = 0;
        std::uint32_t biotype = 0;
        bool hasChildren = false;  ///< rows that are no exons and the like
        double score = std::nan("");
    };

    void take(std::string_view line)
    {
        GffRow row;
        std::string problem = readGffRow(line, row);
        const std::string chromosome = unescaped(row.chromosome);
        row.chromosome = chromosome;
        const Attributes attributes = readAttributes(row.attributes);
        if (const auto part = partOf(row.type))
            takePart(*part, row, attributes, std::move(problem));
        else if (!problem.empty())
            m_read.problems.add(m_lines.problem(problem + ".", unescaped(attributes.id)));
        else if (!attributes.id.empty())
            takeNode(row, attributes);
        else if (attributes.parents.empty() && !isLandmark(row.type))
            m_read.features.add(
                {{chromosome, row.interval, row.strand}, unescaped(attributes.name), std::string(row.type), row.score});
    }

    void takePart(Part part, const GffRow& row, const Attributes& attributes, std::string problem)
    {
        const bool standsForItself = attributes.parents.empty() && !attributes.id.empty();
        std::string_view owners = standsForItself ? attributes.id : attributes.parents;
        if (owners.empty() && problem.empty())
            problem = "The " + std::string(row.type) + " names no transcript (Parent)";
        if (owners.empty()) {
            m_read.problems.add(m_lines.problem(problem + "."));
            return;
        }
        while (!owners.empty()) {
            const std::size_t comma = std::min(owners.find(','), owners.size());
            const std::string owner = unescaped(owners.substr(0, comma));
            owners.remove_prefix(std::min(comma + 1, owners.size()));
            const std::size_t number = nodeOf(owner);
            std::string sentence = problem.empty() ? m_assembler.addPart(number, part, row, m_lines.number()) : problem;
            if (standsForItself)
                describe(number, row, attributes);
            if (sentence.empty())
                continue;
            m_assembler[number].leftOut = true;
            m_read.problems.add(m_lines.problem(sentence + leftOutEnding(withoutPrefix(owner)), owner));
        }
    }

    void takeNode(const GffRow& row, const Attributes& attributes)
    {
        const std::size_t number = nodeOf(unescaped(attributes.id));
        const bool isNew = m_nodes[number].type == 0;
        describe(number, row, attributes);
        m_nodes[number].score = row.score;
        // Rows of alignments and split features share an ID; each is a feature of its own.
        const std::string problem = isNew ? m_assembler.addRow(number, row, m_lines.number()) : std::string();
        if (!isNew && m_assembler[number].pieces.empty())
            addFeature(m_nodes[number], {std::string(row.chromosome), row.interval, row.strand},
                       unescaped(attributes.id));
        if (!problem.empty())
            m_read.problems.add(
                m_lines.problem(problem + leftOutEnding(withoutPrefix(attributes.id)), unescaped(attributes.id)));
    }

    void describe(std::size_t number, const GffRow& row, const Attributes& attributes)
    {
        data::StringPool& texts = m_assembler.texts();
        const std::string_view parent = attributes.parents.substr(0, attributes.parents.find(','));
        if (!parent.empty())
            m_nodes[nodeOf(unescaped(parent))].hasChildren = true;
        Node& node = m_nodes[number];
        node.type = texts.intern(row.type);
        node.parent = texts.intern(unescaped(parent));
        node.name = texts.intern(unescaped(attributes.name));
        node.symbol = texts.intern(unescaped(attributes.symbol));
        node.geneId = texts.intern(unescaped(attributes.geneId));
        node.transcriptId = texts.intern(unescaped(attributes.transcriptId));
        node.biotype = texts.intern(biotypeOf(attributes.biotype));
    }

    std::size_t nodeOf(std::string_view id)
    {
        const std::size_t number = m_assembler.entryOf(id);
        m_nodes.resize(m_assembler.size());
        return number;
    }

    void addFeature(const Node& node, data::Locus locus, std::string_view id)
    {
        const std::string& type = m_assembler.text(node.type);
        if (isLandmark(type))
            return;
        const std::string name = node.name == 0 ? std::string(withoutPrefix(id)) : m_assembler.text(node.name);
        m_read.features.add({std::move(locus), name, type, node.score});
    }

    /// The gene a node belongs to: itself or the last of its parents that the file has. Chains that bite their tail end.
    const Node* geneOf(std::size_t number, std::string_view& id)
    {
        const Node* node = &m_nodes[number];
        id = m_assembler.text(m_assembler[number].id);
        for (int step = 0; step < 16 && node->parent != 0; ++step) {
            id = m_assembler.text(node->parent);
            node = &m_nodes[nodeOf(id)];
        }
        return node;
    }

    void fillNames(std::size_t number)
    {
        TranscriptAssembler::Entry& entry = m_assembler[number];
        data::StringPool& texts = m_assembler.texts();
        const Node& node = m_nodes[number];
        std::string_view geneNodeId;
        const Node& gene = *geneOf(number, geneNodeId);
        const bool hasGene = isGeneType(texts.text(gene.type)) || gene.type == 0;
        entry.geneId = node.geneId != 0 ? node.geneId : gene.geneId;
        if (entry.geneId == 0 && hasGene)
            entry.geneId = texts.intern(withoutPrefix(geneNodeId));
        entry.geneName = node.symbol != 0 ? node.symbol : gene.symbol;
        if (entry.geneName == 0 && hasGene)
            entry.geneName = gene.name;
        const std::string_view type = texts.text(node.type);
        const bool isKind = type.ends_with("RNA") && type != "ncRNA";
        entry.biotype = node.biotype != 0 ? node.biotype : isKind ? texts.intern(biotypeOf(type)) : gene.biotype;
    }

    /// The id to show; NCBI gives the same transcript_id to every place of a transcript, IDs are unique.
    std::string shownId(std::size_t number)
    {
        const Node& node = m_nodes[number];
        const bool isFirst = node.transcriptId != 0 && m_shownIds.insert(node.transcriptId).second;
        return isFirst ? m_assembler.text(node.transcriptId)
                       : std::string(withoutPrefix(m_assembler.text(m_assembler[number].id)));
    }

    void finish()
    {
        for (std::size_t i = 0; i < m_assembler.size(); ++i) {
            TranscriptAssembler::Entry& entry = m_assembler[i];
            const Node& node = m_nodes[i];
            if (entry.leftOut || (node.type == 0 && entry.pieces.empty()))
                continue;
            const std::string id = m_assembler.text(entry.id);
            const std::string type = m_assembler.text(node.type);
            if (node.type == 0)
                m_read.problems.add(
                    m_lines.problemAt(entry.line,
                                      "The Parent of the row, " + quoted(id)
                                          + ", has no row that can be read; the rows that name it are left out.",
                                      id));
            else if (!entry.pieces.empty() && isGeneType(type) && node.hasChildren)
                leaveOutPieces(entry, id);
            else if (!entry.pieces.empty())
                addTranscript(i);
            else if (entry.pieces.empty() && (type == "mRNA" || type == "transcript"))
                m_read.problems.add(m_lines.problemAt(
                    entry.line, "Transcript " + id + " has no exon, CDS or UTR row; it is left out.", id));
            else if (entry.pieces.empty() && !node.hasChildren)
                addFeature(node, {m_assembler.text(entry.chromosome), entry.row, entry.strand}, id);
        }
    }

    /// Nothing says to which of a gene's transcripts the rows belong that name the gene itself.
    void leaveOutPieces(const TranscriptAssembler::Entry& entry, const std::string& gene)
    {
        for (const TranscriptAssembler::Piece& piece : entry.pieces)
            m_read.problems.add(
                m_lines.problemAt(piece.line,
                                  "The Parent of the row, gene " + gene
                                      + ", has transcripts; the row names none of them and is left out.",
                                  gene));
    }

    void addTranscript(std::size_t number)
    {
        fillNames(number);
        auto model = m_assembler.build(number);
        const std::string id = shownId(number);
        if (!model) {
            m_read.problems.add(m_lines.problemAt(model.error().line, model.error().sentence, id));
            return;
        }
        model->id = id;
        m_read.transcripts.push_back(*std::move(model));
    }

    AnnotationLines m_lines;
    TranscriptAssembler m_assembler;
    std::vector<Node> m_nodes;  // beside the assembler's entries
    std::unordered_set<std::uint32_t> m_shownIds;
    Annotation m_read;
};

}  // namespace

Result<Annotation> readGff3(const std::string& path, const ReadControl& control)
{
    auto lines = AnnotationLines::open(path, control);
    if (!lines)
        return fail(lines.error());
    return Gff3Reader(*std::move(lines)).read();
}

}  // namespace nscope::io
