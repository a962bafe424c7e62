// Purpose: what is worth knowing about a dataset before a network is trained on it: leaks between its parts, labels
// that are missing or one-sided, lengths that give the answer away. Each finding is one sentence that says what to do.
// Sequences that are nearly the same are found by bottom sketches of their k-mers (Ondov et al. 2016, Mash): identity
// is estimated as 1 + ln(2j/(1+j))/k of the Jaccard index j. Sequences that overlap by half count too (at the default
// settings); what makes up only a small part of a longer sequence is not found, but by CD-HIT's alignments (cd_hit.h).
// Errors: Cancelled; those of CD-HIT. Blocking: seconds for 60,000 promoters or 17,000 transcripts. Memory: 36 bytes per
// k-mer of the sketches. Thread: any.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/plot.h"
#include "core/data/result_table.h"
#include "core/dataset/dataset.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::dataset {

enum class Severity {
    Note,     ///< good to know
    Warning,  ///< the held-out numbers may mislead, or the network may learn something else
    Problem,  ///< a network cannot be trained on this
};
std::string_view severityName(Severity severity);  ///< "note", "warning", "problem"

struct Finding {
    std::string id;  ///< stable: "duplicates", "empty-part" …
    Severity severity = Severity::Note;
    std::string sentence;
    std::optional<data::ResultTable> table{};  ///< what it is about, at most CheckSettings::mostRows rows
};

struct CheckSettings {
    bool isWatched = true;  ///< the training chooses by rows that validate (RunData::isWatched)
    std::int64_t fixedLengthNt = 0;  ///< of the network's input; 0: it reads any length
    bool findsNearDuplicates = true;
    double identity = 0.9;     ///< from this estimated identity on two sequences are nearly the same
    std::int64_t kmerNt = 14;  ///< of the sketches, at most 31
    std::int64_t sketchSize = 128;
    std::string cdHit{};  ///< the program (findCdHit), which then compares too; empty: shared k-mers alone
    std::int64_t mostRows = 1000;  ///< of a finding's table
};

struct DatasetReport {
    data::ResultTable summary;      ///< one row per part: part, sequences, letters, shortest, median, longest
    std::vector<data::Plot> plots;  ///< balance of the labels and lengths, per part
    std::vector<Finding> findings;  ///< problems first

    bool canTrain() const;
};

Result<DatasetReport> checkDataset(const Dataset& dataset, const CheckSettings& settings = {},
                                   std::stop_token stop = {}, Progress* progress = nullptr);

/// A table of the findings: severity, finding, sentence.
data::ResultTable findingsTable(const std::vector<Finding>& findings);

}  // namespace nscope::dataset
