// Purpose: secondary structures from a text file, plain or gzip, as RNAfold writes them or without letters:
//   >id and words
//   GGGAAACCC            letters, optional, on any number of lines
//   (((...))) (-1.20)    dot-bracket text on one line, and an energy in kcal/mol if known
// The structure may also be one state per base (letters f t i h m s of rna_structure.h) instead of dot-bracket text.
// Lines after the structure (RNAfold -p writes the ensemble and the centroid there) are counted, not used.
// Errors (Parse, with file, line, record, position): text before the first '>', a record without id or structure, an id
// twice, letters that are no nucleotides, signs that are neither dot-bracket nor states, unbalanced brackets, letters
// and structure of unequal length. Joining: a structure of another length than the transcript's, or computed for other
// letters.
#pragma once

#include "core/io/further_input.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nscope::io {

struct StructureRecord {
    std::string id;
    std::string letters;     ///< canonical; empty when the file has none
    std::string dotBracket;  ///< empty when the file gives states
    std::string states;      ///< one of kStructureStates per base
    std::optional<double> energyKcalMol;
    std::int64_t line = 0;   ///< of the structure; 0 for a record made by the program
};

class StructureFile : public FurtherInput {
public:
    static Result<StructureFile> read(const std::string& path);

    const std::vector<StructureRecord>& records() const { return m_records; }
    const StructureRecord* find(const std::string& id) const;
    std::int64_t unusedLines() const { return m_unusedLines; }  ///< lines after a structure

    std::string featureId() const override;
    const std::vector<std::string>& ids() const override { return m_ids; }
    Result<bool> fill(data::Transcript& transcript) const override;

private:
    class Reader;

    std::string m_path;
    std::vector<StructureRecord> m_records;
    std::vector<std::string> m_ids;
    std::unordered_map<std::string, std::size_t> m_recordOfId;
    std::int64_t m_unusedLines = 0;
};

/// Writes records in the form above (U for T; dot-bracket text where it is known, states otherwise). The file appears
/// whole or not at all. Errors: InvalidArgument for an id with blanks or a record without structure; Io.
Result<void> writeStructures(const std::string& path, const std::vector<StructureRecord>& records);

}  // namespace nscope::io
