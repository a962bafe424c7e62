// Purpose: the jobs of one lane in the order in which they get its steps, and the log of those that ended.
// Thread: not synchronised; the engine guards it.
#pragma once

#include "core/engine/job_status.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

namespace nscope::engine {

struct JobRecord;
using JobRecordPtr = std::shared_ptr<JobRecord>;

/// Jobs stay in the queue from submission to their end; the front is the one whose step comes next.
class JobQueue {
public:
    void push(JobRecordPtr record);
    /// Takes the job out; nullptr if it is not here.
    JobRecordPtr remove(Ticket ticket);
    /// Takes everything out, in order.
    std::vector<JobRecordPtr> removeAll();

    /// The job of this key, or nullptr; nullptr for the empty key.
    JobRecordPtr findKey(const Key& key) const;
    /// Highest priority, oldest ticket; nullptr if empty.
    JobRecordPtr front() const { return m_records.empty() ? nullptr : m_records.front(); }
    /// In the order of work.
    const std::vector<JobRecordPtr>& records() const { return m_records; }

private:
    std::vector<JobRecordPtr> m_records;
};

/// The last jobs that ended, oldest first.
class JobHistory {
public:
    explicit JobHistory(std::size_t capacity) : m_capacity(capacity) {}

    void add(JobReport report);
    std::vector<JobReport> reports() const { return {m_reports.begin(), m_reports.end()}; }

private:
    std::size_t m_capacity;
    std::deque<JobReport> m_reports;
};

}  // namespace nscope::engine
