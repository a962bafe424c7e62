// Purpose: finds genes and transcripts of an annotation by name and by place, and steps from one to the next.
// Names: a gene's symbol and id, a transcript's id, both ids also without their version (ENSG00000136574.18 is
// ENSG00000136574); upper and lower case are the same. Transcripts of one gene id (without one: of one symbol) on one
// chromosome are one gene. Built once, holds the transcripts. Thread: reading from any number at once.
#pragma once

#include "core/data/annotation.h"
#include "core/data/interval_index.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::data {

struct Gene {
    std::string id;
    std::string symbol;
    Locus locus;                           ///< from its first to its last transcript's end
    std::vector<std::size_t> transcripts;  ///< indices, in the order of the annotation

    const std::string& shownName() const { return symbol.empty() ? id : symbol; }
};

class GeneIndex {
public:
    enum class Match { Exact, Prefix, Substring };

    struct Hit {
        Match match;
        bool isGene;
        std::size_t index;  ///< of gene(index) or transcripts()[index]
        std::string name;   ///< the name that was found, as the file writes it
        Locus locus;
    };

    using Transcripts = std::shared_ptr<const std::vector<TranscriptModel>>;
    explicit GeneIndex(Transcripts transcripts);  ///< precondition: not null

    const std::vector<TranscriptModel>& transcripts() const { return *m_transcripts; }
    const std::vector<Gene>& genes() const { return m_genes; }

    /// Genes and transcripts whose name is, begins with or holds the text, in this order; genes before transcripts,
    /// short names before long ones. Each once, by its best name. A name with another version than the file's is found
    /// too, as a prefix.
    std::vector<Hit> search(std::string_view text, std::size_t most = 50) const;

    /// Transcripts that overlap a place, by start.
    std::vector<std::size_t> overlapping(std::string_view chromosome, Interval interval) const
    {
        return m_transcriptPlaces.overlapping(chromosome, interval);
    }

    /// The next or previous gene or exon, by where it starts on the forward strand.
    std::optional<Locus> nextGene(std::string_view chromosome, std::int64_t positionNt) const;
    std::optional<Locus> previousGene(std::string_view chromosome, std::int64_t positionNt) const;
    std::optional<Locus> nextExon(std::string_view chromosome, std::int64_t positionNt) const;
    std::optional<Locus> previousExon(std::string_view chromosome, std::int64_t positionNt) const;

private:
    /// A name in lower case and what it names: genes first, then transcripts.
    struct Name {
        std::string lower;
        std::uint32_t target;
    };

    void groupGenes();
    void addNames();
    void addName(const std::string& name, std::size_t target);
    Hit hitOf(const Name& name, Match match) const;

    Transcripts m_transcripts;
    std::vector<Gene> m_genes;
    std::vector<Name> m_names;  // sorted
    IntervalIndex m_transcriptPlaces;
    IntervalIndex m_genePlaces;
    IntervalIndex m_exonPlaces;  // ids are transcripts
};

/// An id without its version: "NM_002052.5" is "NM_002052", "ENST00000487683.5_1" is "ENST00000487683"; others stay.
std::string_view withoutVersion(std::string_view id);

}  // namespace nscope::data
