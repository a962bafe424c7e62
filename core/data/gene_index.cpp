// Purpose: names and places of genes.
#include "core/data/gene_index.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

namespace nscope::data {
namespace {

/// ASCII letters only: UTF-8 names stay what they are.
std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return lower;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<Locus> locusOf(std::string_view chromosome, const std::optional<IntervalIndex::Item>& item)
{
    return item ? std::optional(Locus{std::string(chromosome), item->interval}) : std::nullopt;
}

}  // namespace

std::string_view withoutVersion(std::string_view id)
{
    const std::size_t dot = id.rfind('.');
    const bool isVersion = dot != std::string_view::npos && dot > 0 && dot + 1 < id.size()
                           && id.find_first_not_of("0123456789_", dot + 1) == std::string_view::npos;
    return isVersion ? id.substr(0, dot) : id;
}

GeneIndex::GeneIndex(Transcripts transcripts) : m_transcripts(std::move(transcripts))
{
    groupGenes();
    addNames();
    for (std::size_t i = 0; i < m_genes.size(); ++i)
        m_genePlaces.add(m_genes[i].locus.chromosome, m_genes[i].locus.interval, i);
    for (std::size_t i = 0; i < m_transcripts->size(); ++i) {
        const TranscriptModel& model = (*m_transcripts)[i];
        m_transcriptPlaces.add(model.chromosome, model.span(), i);
        for (const Interval& exon : model.exons)
            m_exonPlaces.add(model.chromosome, exon, i);
    }
    m_genePlaces.build();
    m_transcriptPlaces.build();
    m_exonPlaces.build();
}

void GeneIndex::groupGenes()
{
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < m_transcripts->size(); ++i) {
        const TranscriptModel& model = (*m_transcripts)[i];
        const std::string& name = model.geneId.empty() ? model.geneName : model.geneId;
        if (name.empty())
            continue;
        const auto [at, isNew] = known.try_emplace(model.chromosome + "\t" + name, m_genes.size());
        if (isNew)
            m_genes.push_back({model.geneId, model.geneName, {model.chromosome, model.span(), model.strand}, {}});
        Gene& gene = m_genes[at->second];
        gene.transcripts.push_back(i);
        gene.locus.interval.startNt = std::min(gene.locus.interval.startNt, model.span().startNt);
        gene.locus.interval.endNt = std::max(gene.locus.interval.endNt, model.span().endNt);
    }
}

void GeneIndex::addName(const std::string& name, std::size_t target)
{
    if (name.empty())
        return;
    m_names.push_back({lowerCase(name), std::uint32_t(target)});
    if (const std::string_view bare = withoutVersion(name); bare != name)
        m_names.push_back({lowerCase(bare), std::uint32_t(target)});
}

void GeneIndex::addNames()
{
    for (std::size_t i = 0; i < m_genes.size(); ++i) {
        if (!m_genes[i].symbol.empty())
            m_names.push_back({lowerCase(m_genes[i].symbol), std::uint32_t(i)});
        addName(m_genes[i].id, i);
    }
    for (std::size_t i = 0; i < m_transcripts->size(); ++i)
        addName((*m_transcripts)[i].id, m_genes.size() + i);
    std::ranges::sort(m_names, {}, [](const Name& name) { return std::tie(name.lower, name.target); });
    const auto doubled = std::ranges::unique(
        m_names, [](const Name& a, const Name& b) { return a.lower == b.lower && a.target == b.target; });
    m_names.erase(doubled.begin(), doubled.end());
}

GeneIndex::Hit GeneIndex::hitOf(const Name& name, Match match) const
{
    const bool isGene = name.target < m_genes.size();
    if (!isGene) {
        const std::size_t index = name.target - m_genes.size();
        const TranscriptModel& model = (*m_transcripts)[index];
        return {match, false, index, model.id, {model.chromosome, model.span(), model.strand}};
    }
    const Gene& gene = m_genes[name.target];
    const bool bySymbol = lowerCase(gene.symbol) == name.lower;
    return {match, true, name.target, bySymbol ? gene.symbol : gene.id, gene.locus};
}

std::vector<GeneIndex::Hit> GeneIndex::search(std::string_view text, std::size_t most) const
{
    const std::string wanted = lowerCase(trimmed(text));
    const std::string bare(withoutVersion(wanted));
    if (wanted.empty())
        return {};
    struct Candidate {
        Match match;
        const Name* name;
    };
    std::vector<Candidate> candidates;
    for (const Name& name : m_names) {
        const std::size_t at = name.lower.find(wanted);
        if (at == 0)
            candidates.push_back({name.lower.size() == wanted.size() ? Match::Exact : Match::Prefix, &name});
        else if (at != std::string::npos)
            candidates.push_back({Match::Substring, &name});
        else if (bare != wanted && name.lower == bare)
            candidates.push_back({Match::Prefix, &name});
    }
    const auto rank = [this](const Candidate& candidate) {
        return std::tuple(candidate.match, candidate.name->target >= m_genes.size(), candidate.name->lower.size(),
                          std::string_view(candidate.name->lower), candidate.name->target);
    };
    // A gene or transcript has at most four names, so that many times `most` are enough to fill the list.
    const std::size_t kept = std::min(candidates.size(), most > candidates.size() / 4 ? candidates.size() : most * 4);
    std::ranges::partial_sort(candidates, candidates.begin() + std::ptrdiff_t(kept), {}, rank);
    std::vector<Hit> hits;
    std::set<std::uint32_t> shown;
    for (std::size_t i = 0; i < kept && hits.size() < most; ++i) {
        if (shown.insert(candidates[i].name->target).second)
            hits.push_back(hitOf(*candidates[i].name, candidates[i].match));
    }
    return hits;
}

std::optional<Locus> GeneIndex::nextGene(std::string_view chromosome, std::int64_t positionNt) const
{
    return locusOf(chromosome, m_genePlaces.next(chromosome, positionNt));
}

std::optional<Locus> GeneIndex::previousGene(std::string_view chromosome, std::int64_t positionNt) const
{
    return locusOf(chromosome, m_genePlaces.previous(chromosome, positionNt));
}

std::optional<Locus> GeneIndex::nextExon(std::string_view chromosome, std::int64_t positionNt) const
{
    return locusOf(chromosome, m_exonPlaces.next(chromosome, positionNt));
}

std::optional<Locus> GeneIndex::previousExon(std::string_view chromosome, std::int64_t positionNt) const
{
    return locusOf(chromosome, m_exonPlaces.previous(chromosome, positionNt));
}

}  // namespace nscope::data
