// Purpose: the GTF reader.
#include "core/io/gtf.h"

#include "core/io/gff_row.h"
#include "core/io/transcript_assembler.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace nscope::io {
namespace {

using Part = TranscriptAssembler::Part;

std::optional<Part> partOf(std::string_view type)
{
    static constexpr std::pair<std::string_view, Part> kParts[] = {{"exon", Part::Exon},
                                                                   {"CDS", Part::Cds},
                                                                   {"stop_codon", Part::StopCodon},
                                                                   {"UTR", Part::Utr},
                                                                   {"5UTR", Part::Utr},
                                                                   {"3UTR", Part::Utr},
                                                                   {"five_prime_utr", Part::Utr},
                                                                   {"three_prime_utr", Part::Utr},
                                                                   {"five_prime_UTR", Part::Utr},
                                                                   {"three_prime_UTR", Part::Utr}};
    for (const auto& [name, part] : kParts) {
        if (name == type)
            return part;
    }
    return std::nullopt;
}

/// The row of a transcript itself: "transcript", "mRNA", "lnc_RNA" …
bool isTranscriptType(std::string_view type) { return type.ends_with("transcript") || type.ends_with("RNA"); }

struct Attributes {
    std::string_view transcriptId;
    std::string_view geneId;
    std::string_view geneName;
    std::string_view gene;  ///< NCBI's word for the symbol
    std::string_view transcriptBiotype;
    std::string_view geneBiotype;
};

/// key "value"; pairs. False when a quote is not closed.
bool readAttributes(std::string_view text, Attributes& attributes)
{
    while (true) {
        const std::size_t start = text.find_first_not_of("; \t");
        if (start == std::string_view::npos)
            return true;
        text.remove_prefix(start);
        const std::size_t keyEnd = std::min(text.find_first_of(" =;\""), text.size());
        const std::string_view key = text.substr(0, keyEnd);
        text.remove_prefix(std::min(text.find_first_not_of(" =", keyEnd), text.size()));
        const bool isQuoted = text.starts_with('"');
        text.remove_prefix(isQuoted ? 1 : 0);
        const std::size_t end = text.find(isQuoted ? '"' : ';');
        if (isQuoted && end == std::string_view::npos)
            return false;
        std::string_view value = text.substr(0, end);
        text.remove_prefix(std::min(value.size() + 1, text.size()));
        if (key == "transcript_id")
            attributes.transcriptId = value;
        else if (key == "gene_id")
            attributes.geneId = value;
        else if (key == "gene_name")
            attributes.geneName = value;
        else if (key == "gene")
            attributes.gene = value;
        else if (key == "transcript_biotype" || key == "transcript_type")
            attributes.transcriptBiotype = value;
        else if (key == "gene_biotype" || key == "gene_type")
            attributes.geneBiotype = value;
    }
}

class GtfReader {
public:
    explicit GtfReader(AnnotationLines lines) : m_lines(std::move(lines)) {}

    Result<Annotation> read()
    {
        while (true) {
            const Result<bool> more = m_lines.next();
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            if (!m_lines.line().empty() && !m_lines.line().starts_with('#'))
                take();
        }
        finish();
        return checkedAnnotation(std::move(m_read), m_lines.path(), "GTF row");
    }

private:
    void take()
    {
        GffRow row;
        std::string problem = readGffRow(m_lines.line(), row);
        Attributes attributes;
        if (!readAttributes(row.attributes, attributes) && problem.empty())
            problem = "The attributes break off inside a quoted text";
        const std::optional<Part> part = partOf(row.type);
        if (part && attributes.transcriptId.empty() && problem.empty())
            problem = "The " + std::string(row.type) + " names no transcript (transcript_id)";
        const bool ofTranscript = !attributes.transcriptId.empty() && (part || isTranscriptType(row.type));
        const bool isGood = problem.empty();
        if (isGood && ofTranscript)
            problem = addToTranscript(part, row, attributes);
        else if (isGood && row.type == "gene")
            addGene(row, attributes);
        else if (isGood && attributes.transcriptId.empty())
            addTo(m_read.features, row, attributes);
        if (!problem.empty())
            leaveOut(std::move(problem), part || isGood, attributes.transcriptId);
    }

    std::string addToTranscript(std::optional<Part> part, const GffRow& row, const Attributes& attributes)
    {
        const std::size_t number = m_assembler.entryOf(attributes.transcriptId);
        TranscriptAssembler::Entry& entry = m_assembler[number];
        const auto fill = [this](std::uint32_t& known, std::string_view text) {
            if (known == 0 && !text.empty())
                known = m_assembler.texts().intern(text);
        };
        fill(entry.geneId, attributes.geneId);
        fill(entry.geneName, attributes.geneName.empty() ? attributes.gene : attributes.geneName);
        fill(entry.biotype, biotypeOf(attributes.transcriptBiotype));
        if (entry.biotype == 0 && !attributes.geneBiotype.empty())
            m_biotypeOfGene.try_emplace(entry.geneId, m_assembler.texts().intern(biotypeOf(attributes.geneBiotype)));
        return part ? m_assembler.addPart(number, *part, row, m_lines.number())
                    : m_assembler.addRow(number, row, m_lines.number());
    }

    void addGene(const GffRow& row, const Attributes& attributes)
    {
        const std::uint32_t id = m_assembler.texts().intern(attributes.geneId);
        m_biotypeOfGene[id] = m_assembler.texts().intern(biotypeOf(attributes.geneBiotype));
        m_geneIds.push_back(id);
        addTo(m_genes, row, attributes);
    }

    static void addTo(data::FeatureSet& features, const GffRow& row, const Attributes& attributes)
    {
        const std::string_view name = attributes.geneName.empty() ? attributes.gene : attributes.geneName;
        features.add({{std::string(row.chromosome), row.interval, row.strand},
                      std::string(name.empty() ? attributes.geneId : name),
                      std::string(row.type),
                      row.score});
    }

    /// Lists a row. Without an exon or coding row its transcript would have a wrong sequence, so that is left out too.
    void leaveOut(std::string problem, bool transcriptToo, std::string_view transcriptId)
    {
        const std::string id(transcriptId);
        transcriptToo = transcriptToo && !id.empty();
        if (transcriptToo)
            m_assembler[m_assembler.entryOf(id)].leftOut = true;
        problem += transcriptToo ? leftOutEnding(id) : ".";
        m_read.problems.add(m_lines.problem(std::move(problem), id));
    }

    void finish()
    {
        std::unordered_set<std::uint32_t> genes;
        for (std::size_t i = 0; i < m_assembler.size(); ++i) {
            genes.insert(m_assembler[i].geneId);
            if (!m_assembler[i].leftOut)
                finishTranscript(i);
        }
        for (std::size_t i = 0; i < m_genes.size(); ++i) {
            if (!genes.contains(m_geneIds[i]))
                m_read.features.add(m_genes.at(i));
        }
    }

    void finishTranscript(std::size_t number)
    {
        TranscriptAssembler::Entry& entry = m_assembler[number];
        const std::string& id = m_assembler.text(entry.id);
        if (entry.pieces.empty())
            return m_read.problems.add(m_lines.problemAt(
                entry.line, "Transcript " + id + " has no exon, CDS or UTR row; it is left out.", id));
        if (const auto known = m_biotypeOfGene.find(entry.geneId); entry.biotype == 0 && known != m_biotypeOfGene.end())
            entry.biotype = known->second;
        auto model = m_assembler.build(number);
        if (model)
            m_read.transcripts.push_back(*std::move(model));
        else
            m_read.problems.add(m_lines.problemAt(model.error().line, model.error().sentence, id));
    }

    AnnotationLines m_lines;
    TranscriptAssembler m_assembler;
    std::unordered_map<std::uint32_t, std::uint32_t> m_biotypeOfGene;
    std::vector<std::uint32_t> m_geneIds;  // of m_genes
    data::FeatureSet m_genes;              // the gene rows
    Annotation m_read;
};

}  // namespace

Result<Annotation> readGtf(const std::string& path, const ReadControl& control)
{
    auto lines = AnnotationLines::open(path, control);
    if (!lines)
        return fail(lines.error());
    return GtfReader(*std::move(lines)).read();
}

}  // namespace nscope::io
