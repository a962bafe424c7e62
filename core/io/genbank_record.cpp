// Purpose: transcripts and features from the feature table of a GenBank record.
#include "core/io/genbank_record.h"

#include "core/io/genbank_location.h"

#include <algorithm>
#include <array>
#include <set>

namespace nscope::io {
namespace {

using data::Interval;
using data::TranscriptModel;

bool isRna(std::string_view key) { return key.ends_with("RNA"); }

/// Features that say nothing beyond the transcripts and the sequence.
bool isImplied(std::string_view key)
{
    constexpr std::array<std::string_view, 6> kImplied{"source", "exon", "intron", "5'UTR", "3'UTR", "gene"};
    return std::ranges::find(kImplied, key) != kImplied.end();
}

/// What transcripts and coding regions of the same gene have in common.
std::string_view geneKey(const GenbankFeature& feature)
{
    const std::string_view tag = feature.qualifier("locus_tag");
    return tag.empty() ? feature.qualifier("gene") : tag;
}

std::string_view firstGiven(std::initializer_list<std::string_view> texts)
{
    for (const std::string_view text : texts) {
        if (!text.empty())
            return text;
    }
    return {};
}

/// Whether a coding region runs along the exons: `exactly` from intron to intron, else merely inside them (where a
/// ribosome slips, the coding region skips a base).
bool follows(const std::vector<Interval>& coding, const std::vector<Interval>& exons, bool exactly)
{
    const Interval span{coding.front().startNt, coding.back().endNt};
    if (span.startNt < exons.front().startNt || span.endNt > exons.back().endNt)
        return false;
    std::vector<Interval> inside;
    for (const Interval& exon : exons) {
        const Interval part = exon.intersected(span);
        if (!part.isEmpty())
            inside.push_back(part);
    }
    if (exactly)
        return inside == coding;
    return std::ranges::all_of(coding, [&](const Interval& part) {
        return std::ranges::any_of(
            exons, [&](const Interval& exon) { return exon.startNt <= part.startNt && part.endNt <= exon.endNt; });
    });
}

class FeatureTable {
public:
    FeatureTable(const GenbankRecord& record, const std::string& path, Annotation& read)
        : m_record(record), m_path(path), m_read(read)
    {
    }

    void addAll()
    {
        for (const GenbankFeature& feature : m_record.features) {
            if (isRna(feature.key))
                addTranscript(feature, {});
        }
        for (const GenbankFeature& feature : m_record.features) {
            if (feature.key == "CDS")
                addCodingRegion(feature);
        }
        for (const GenbankFeature& feature : m_record.features) {
            const bool bareGene = feature.key == "gene" && !m_genes.contains(geneKey(feature));
            if (bareGene || (!isRna(feature.key) && feature.key != "CDS" && !isImplied(feature.key)))
                addFeature(feature);
        }
    }

private:
    void leaveOut(const GenbankFeature& feature, const std::string& problem)
    {
        const std::string_view name =
            firstGiven({feature.qualifier("transcript_id"), feature.qualifier("protein_id"), geneKey(feature)});
        m_read.problems.add(Error(ErrorCode::Parse, "The " + feature.key + " is left out: " + problem + ".",
                                  {.file = m_path, .line = feature.line, .record = std::string(name)}));
    }

    bool locate(const GenbankFeature& feature, GenbankLocation& location)
    {
        std::string problem = readGenbankLocation(feature.location, location);
        const std::int64_t end = problem.empty() ? location.parts.back().endNt : 0;
        if (m_record.lengthNt >= 0 && end > m_record.lengthNt)
            problem = "it ends at " + std::to_string(end) + ", but the record has " + std::to_string(m_record.lengthNt)
                      + " nt";
        if (!problem.empty())
            leaveOut(feature, problem);
        return problem.empty();
    }

    std::string freeId(std::string_view wanted)
    {
        const int number = ++m_ids[std::string(wanted)];
        return number == 1 ? std::string(wanted) : freeId(std::string(wanted) + "-" + std::to_string(number));
    }

    /// A transcript with the exons of the feature, or with those given (the whole record).
    TranscriptModel* addTranscript(const GenbankFeature& feature, const std::vector<Interval>& exons)
    {
        GenbankLocation location;
        if (!locate(feature, location))
            return nullptr;
        const std::string place = feature.key + "_" + std::to_string(location.parts.front().startNt + 1);
        TranscriptModel model;
        model.id = freeId(firstGiven({feature.qualifier("transcript_id"), exons.empty() ? "" : m_record.sequence.id,
                                      feature.qualifier("protein_id"), geneKey(feature), place}));
        model.geneId = geneKey(feature);
        model.geneName = firstGiven({feature.qualifier("gene"), feature.qualifier("locus_tag")});
        const bool isPseudo = feature.qualifiers.contains("pseudo") || feature.qualifiers.contains("pseudogene");
        const bool isCoding = feature.key == "mRNA" || feature.key == "CDS";
        model.biotype = isPseudo ? "pseudogene" : isCoding ? "protein_coding" : feature.key;
        if (feature.key == "ncRNA" && !feature.qualifier("ncRNA_class").empty())
            model.biotype = feature.qualifier("ncRNA_class");
        model.chromosome = m_record.sequence.id;
        model.strand = location.strand;
        model.exons = exons.empty() ? location.parts : exons;
        m_genes.insert(model.geneId);
        m_read.transcripts.push_back(std::move(model));
        if (feature.key == "mRNA")
            m_mrnasOfGene[m_read.transcripts.back().geneId].push_back(m_read.transcripts.size() - 1);
        return &m_read.transcripts.back();
    }

    TranscriptModel* mrnaOf(const GenbankFeature& feature, const GenbankLocation& location)
    {
        const auto known = m_mrnasOfGene.find(geneKey(feature));
        if (known == m_mrnasOfGene.end())
            return nullptr;
        for (const bool exactly : {true, false}) {
            for (const std::size_t index : known->second) {
                TranscriptModel& model = m_read.transcripts[index];
                if (!model.cds && model.strand == location.strand && follows(location.parts, model.exons, exactly))
                    return &model;
            }
        }
        return nullptr;
    }

    void addCodingRegion(const GenbankFeature& feature)
    {
        GenbankLocation location;
        if (!locate(feature, location))
            return;
        const std::string_view start = feature.qualifier("codon_start");
        const auto codonStart = start.empty() ? std::optional<std::int64_t>(1) : wholeNumber(start);
        if (!codonStart || *codonStart < 1 || *codonStart > 3)
            return leaveOut(feature, "its codon_start " + quoted(start) + " is none of 1, 2 and 3");
        TranscriptModel* model = mrnaOf(feature, location);
        if (model == nullptr && m_record.isMrna && m_record.lengthNt > 0)
            model = addTranscript(feature, {{0, m_record.lengthNt}});
        else if (model == nullptr)
            model = addTranscript(feature, {});
        if (model == nullptr)
            return;
        model->cds = Interval{location.parts.front().startNt, location.parts.back().endNt};
        model->cdsPhase = int(*codonStart) - 1;
    }

    void addFeature(const GenbankFeature& feature)
    {
        GenbankLocation location;
        if (!locate(feature, location))
            return;
        const std::string_view name =
            firstGiven({feature.qualifier("label"), feature.qualifier("gene"), feature.qualifier("standard_name"),
                        feature.qualifier("product"), feature.qualifier("note")});
        for (const Interval& part : location.parts)
            m_read.features.add({{m_record.sequence.id, part, location.strand}, std::string(name), feature.key});
    }

    const GenbankRecord& m_record;
    const std::string& m_path;
    Annotation& m_read;
    std::map<std::string, std::vector<std::size_t>, std::less<>> m_mrnasOfGene;
    std::set<std::string, std::less<>> m_genes;
    std::map<std::string, int> m_ids;  // how often each was wanted
};

}  // namespace

void addGenbankFeatures(const GenbankRecord& record, const std::string& path, Annotation& read)
{
    FeatureTable(record, path, read).addAll();
}

}  // namespace nscope::io
