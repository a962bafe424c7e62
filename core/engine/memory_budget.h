// Purpose: how much memory jobs may use together, and the decision whether one more fits (DESIGN §4).
// Thread: not synchronised; the engine guards it.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace nscope::engine {

/// MemAvailable of a /proc/meminfo text in bytes; an error if the line is missing or malformed.
Result<std::int64_t> parseMemAvailable(std::string_view meminfo);
/// The same of this machine, now.
Result<std::int64_t> availableMemoryBytes();

/// "1.5 GB", "64 MB", "300 kB" (decimal units).
std::string bytesText(std::int64_t bytes);

struct MemoryUse {
    std::int64_t totalBytes = 0;
    std::int64_t reservedBytes = 0;  ///< by jobs that have begun
};

class MemoryBudget {
public:
    /// 0: half of what is available now (4 GB if the system does not say).
    explicit MemoryBudget(std::int64_t totalBytes);

    MemoryUse use() const { return {m_totalBytes, m_reservedBytes}; }

    /// Refuses what does not fit even alone; the sentence says how much it needs and how much there is.
    Result<void> admit(std::int64_t neededBytes, std::string_view title) const;

    /// True if the job fits beside what is reserved.
    bool fitsNow(std::int64_t neededBytes) const { return neededBytes <= m_totalBytes - m_reservedBytes; }
    /// What one more job should limit itself to: the unreserved part, at least an eighth of the total.
    std::int64_t shareBytes() const;

    /// Books and returns bytes. A job that fits alone but not beside others may be booked beyond the total.
    void reserve(std::int64_t bytes) { m_reservedBytes += bytes; }
    void release(std::int64_t bytes) { m_reservedBytes -= bytes; }

private:
    std::int64_t m_totalBytes = 0;
    std::int64_t m_reservedBytes = 0;
};

}  // namespace nscope::engine
