#include "core/engine/job_queue.h"

#include "core/engine/job_record.h"

#include <algorithm>
#include <utility>

namespace nscope::engine {

void JobQueue::push(JobRecordPtr record)
{
    const auto isLessUrgent = [&](const JobRecordPtr& other) { return other->priority < record->priority; };
    const auto place = std::ranges::find_if(m_records, isLessUrgent);
    m_records.insert(place, std::move(record));
}

JobRecordPtr JobQueue::remove(Ticket ticket)
{
    const auto found = std::ranges::find(m_records, ticket, [](const JobRecordPtr& r) { return r->ticket; });
    if (found == m_records.end())
        return nullptr;
    JobRecordPtr record = std::move(*found);
    m_records.erase(found);
    return record;
}

std::vector<JobRecordPtr> JobQueue::removeAll()
{
    return std::exchange(m_records, {});
}

JobRecordPtr JobQueue::findKey(const Key& key) const
{
    if (key.empty())
        return nullptr;
    const auto found = std::ranges::find_if(m_records, [&](const JobRecordPtr& r) { return r->key == key; });
    return found == m_records.end() ? nullptr : *found;
}

void JobHistory::add(JobReport report)
{
    if (m_capacity == 0)
        return;
    if (m_reports.size() == m_capacity)
        m_reports.pop_front();
    m_reports.push_back(std::move(report));
}

}  // namespace nscope::engine
