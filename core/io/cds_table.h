// Purpose: coding regions from a table (columns id, cds_start, cds_end; others are ignored), joined to transcripts,
// since FASTA carries none. Coordinates are 0-based half-open, start codon to stop codon; empty, "NA", "." or −1 in
// both cells means noncoding.
// Errors: Parse with file, line and record for a region outside its sequence or backwards, a doubled id, one cell of a
// pair missing. Oddities (length not a multiple of three, no ATG, no stop) are warnings, and the region is kept.
#pragma once

#include "core/base/result.h"
#include "core/data/transcript.h"
#include "core/io/tsv_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nscope::io {

/// What a join met; every list holds ids in the order met.
struct CdsReport {
    std::int64_t coding = 0;                 ///< transcripts that got a region
    std::int64_t noncoding = 0;              ///< transcripts that the table calls noncoding
    std::vector<std::string> withoutRow;     ///< transcripts that the table does not know: no region, unknown status
    std::vector<std::string> unknownIds;     ///< rows whose id is no transcript's
    std::vector<std::string> warnings;       ///< sentences

    /// One sentence: "3,545 coding, 13,413 noncoding; 2 ids of the table are in no sequence: A, B".
    std::string summary() const;
};

class CdsTable {
public:
    struct Row {
        std::optional<data::Interval> cds;
        std::int64_t line = 0;
    };

    static Result<CdsTable> read(const std::string& path);
    static Result<CdsTable> fromTable(const TsvTable& table);

    /// The row of this id, or nullptr.
    const Row* find(const std::string& id) const;
    std::size_t size() const { return m_ids.size(); }

    /// One record with its region, for streaming: counts into `report` (all but unknownIds).
    Result<data::Transcript> attach(data::Sequence sequence, CdsReport& report) const;

    struct Joined {
        data::TranscriptSet transcripts;
        CdsReport report;
    };
    /// All transcripts with their regions; the report is complete.
    Result<Joined> join(const data::TranscriptSet& transcripts) const;

private:
    std::string m_path;
    std::vector<std::string> m_ids;  // in file order
    std::unordered_map<std::string, Row> m_rows;
};

}  // namespace nscope::io
