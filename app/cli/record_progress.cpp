#include "app/cli/record_progress.h"

namespace nscope::cli {

RecordProgress::RecordProgress(const std::string& what, std::int64_t totalNt, bool quiet)
    : m_line(what, "records", quiet), m_totalNt(totalNt)
{
}

void RecordProgress::update(double nt) { m_line.update(m_records, m_totalNt > 0 ? nt / double(m_totalNt) : -1.0); }

void RecordProgress::partOfRecord(std::int64_t lengthNt, double part)
{
    update(double(m_doneNt) + double(lengthNt) * part);
}

void RecordProgress::recordDone(std::int64_t lengthNt)
{
    m_doneNt += lengthNt;
    ++m_records;
    update(double(m_doneNt));
}

}  // namespace nscope::cli
