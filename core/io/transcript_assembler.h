// Purpose: puts transcripts together from rows that name them (GTF, GFF3), in any order: exons, coding regions, UTRs and
// stop codons become a TranscriptModel.
// - A stop codon that lies outside the coding region (GTF) is joined to it.
// - Without exon rows, coding region, UTRs and stop codon make the exons.
// - Exons that touch are one; the same exon given twice counts once.
// - The phase is that of the first coding row in reading direction. A ribosomal frameshift (coding rows that skip or
//   repeat a base inside an exon) keeps its coding region, from its first to its last base.
// A transcript of which a row cannot be used is left out as a whole: without that row its sequence would be wrong.
// Memory: 24 bytes per row, texts once each. Thread: one at a time.
#pragma once

#include "core/data/annotation.h"
#include "core/data/string_pool.h"
#include "core/io/gff_row.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

class TranscriptAssembler {
public:
    enum class Part : std::uint8_t { Exon, Cds, Utr, StopCodon };

    struct Piece {
        std::int64_t startNt;
        std::uint32_t lengthNt;
        std::uint32_t line;
        Part part;
        std::int8_t phase;

        data::Interval interval() const { return {startNt, startNt + std::int64_t(lengthNt)}; }
    };

    /// What is known of a transcript; texts are numbers of texts(), 0 for unknown.
    struct Entry {
        std::uint32_t id = 0;
        std::uint32_t geneId = 0;
        std::uint32_t geneName = 0;
        std::uint32_t biotype = 0;
        std::uint32_t chromosome = 0;  ///< 0: no row yet
        data::Strand strand = data::Strand::None;
        bool leftOut = false;  ///< and listed already
        bool hasRow = false;
        std::int64_t line = 0;  ///< of the first row
        data::Interval row;     ///< of the transcript's own row
        std::vector<Piece> pieces;
    };

    struct Problem {
        std::int64_t line;
        std::string sentence;
    };

    /// The number of the entry with this id, made when it is new.
    std::size_t entryOf(std::string_view id);
    std::size_t size() const { return m_entries.size(); }
    Entry& operator[](std::size_t entry) { return m_entries[entry]; }
    const std::string& text(std::uint32_t number) const { return m_texts.text(number); }
    data::StringPool& texts() { return m_texts; }

    /// Takes the transcript's own row or a part of it. Returns what is wrong; then the transcript is left out.
    std::string addRow(std::size_t entry, const GffRow& row, std::int64_t line);
    std::string addPart(std::size_t entry, Part part, const GffRow& row, std::int64_t line);

    /// The transcript of an entry that has pieces and is not left out; its pieces are given up.
    std::expected<data::TranscriptModel, Problem> build(std::size_t entry);

private:
    std::string place(Entry& entry, const GffRow& row, std::int64_t line);

    data::StringPool m_texts;
    std::vector<Entry> m_entries;
    std::vector<std::uint32_t> m_entryOfText;  ///< entry + 1 by the number of its id; 0: none
};

/// What a file calls a kind of transcript in the words of Ensembl: mRNA is protein_coding, lnc_RNA is lncRNA.
std::string_view biotypeOf(std::string_view word);

/// ", so transcript X is left out": the end of a sentence about one of its rows.
std::string leftOutEnding(std::string_view transcriptId);

}  // namespace nscope::io
