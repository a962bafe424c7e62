// Purpose: transcripts with their class and, where known, their coding region, read from a FASTA file and a table and
// split into training, validation and test rows.
// Errors: those of the readers; a row without its sequence, an unknown label or a CDS outside the sequence is named.
#pragma once

#include "core/base/result.h"
#include "core/data/interval.h"
#include "core/train/train_config.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::train {

struct LabelledRecord {
    std::string id;
    std::string letters;   ///< canonical
    bool coding = false;
    std::optional<data::Interval> cds;
};

struct LabelledRecords {
    std::vector<LabelledRecord> records;       ///< in the table's order
    std::vector<std::vector<std::int32_t>> groups;  ///< rows matching each filter asked for, in order
    std::int64_t recordsWithoutRow = 0;        ///< sequences of the FASTA that the table does not name

    std::vector<std::int64_t> lengthsNt() const;
    std::vector<std::uint8_t> labels(std::span<const std::int32_t> rows) const;
    std::vector<std::string_view> letters(std::span<const std::int32_t> rows) const;
};

/// Table columns: id, label (PC or NC), optional cds_start and cds_end (0-based half-open; empty or −1: none), and
/// those that the filters name.
Result<LabelledRecords> readLabelledRecords(const std::string& fasta, const std::string& table,
                                            std::span<const RowFilter> filters, std::stop_token stop = {});

/// Rows of a training run. Test rows are the validation rows if no test filter is given.
struct TrainingRows {
    std::vector<std::int32_t> trainCoding;
    std::vector<std::int32_t> trainNoncoding;
    std::vector<std::int32_t> train;       ///< both, in the table's order
    std::vector<std::int32_t> validation;
    std::vector<std::int32_t> test;
};

struct TrainingData {
    LabelledRecords labelled;
    TrainingRows rows;
};

/// Every row in neither validation nor test trains. Both classes must be there in training and validation.
Result<TrainingData> readTrainingData(const DataConfig& config, std::stop_token stop = {});

}  // namespace nscope::train
