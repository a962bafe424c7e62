// Purpose: progress over the records of a file, weighed by their nucleotides, because time goes with length.
// Thread: one.
#pragma once

#include "app/cli/progress_line.h"

#include <cstdint>
#include <string>

namespace nscope::cli {

class RecordProgress {
public:
    /// `totalNt` < 0: unknown.
    RecordProgress(const std::string& what, std::int64_t totalNt, bool quiet);

    /// Part of a record of `lengthNt` that is done, 0 to 1.
    void partOfRecord(std::int64_t lengthNt, double part);
    void recordDone(std::int64_t lengthNt);
    void note(const std::string& sentence) { m_line.note(sentence); }
    void finish() { m_line.finish(m_records); }

private:
    void update(double nt);

    ProgressLine m_line;
    std::int64_t m_totalNt;
    std::int64_t m_doneNt = 0;
    std::int64_t m_records = 0;
};

}  // namespace nscope::cli
