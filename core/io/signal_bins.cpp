#include "core/io/signal_bins.h"

#include <algorithm>
#include <cmath>

namespace nscope::io {

data::Interval SignalBins::bin(std::int64_t index) const
{
    // In 128 bits, because positions times bins may leave 64.
    const auto edge = [this](std::int64_t i) {
        return m_interval.startNt
               + std::int64_t(__extension__ static_cast<__int128>(i) * m_interval.length() / m_count);
    };
    const std::int64_t start = edge(index);
    return {start, std::max(start + 1, edge(index + 1))};
}

std::int64_t SignalBins::firstBinOf(std::int64_t positionNt) const
{
    const std::int64_t inside = std::max<std::int64_t>(0, positionNt - m_interval.startNt);
    auto index = std::int64_t(__extension__ static_cast<__int128>(inside) * m_count / m_interval.length());
    while (index > 0 && bin(index - 1).endNt > positionNt)
        --index;
    return index;
}

void SignalBins::add(data::Interval where, double covered, double mean, double low, double high)
{
    const data::Interval inside = where.intersected(m_interval);
    if (inside.isEmpty() || covered <= 0.0)
        return;
    for (std::int64_t i = firstBinOf(inside.startNt); i < m_count; ++i) {
        const data::Interval own = bin(i);
        if (own.startNt >= inside.endNt)
            break;
        const double nt = double(own.intersected(inside).length()) * covered;
        if (nt <= 0.0)
            continue;
        Bin& target = m_bins[std::size_t(i)];
        target.sum += mean * nt;
        target.coveredNt += nt;
        target.low = std::min(target.low, low);
        target.high = std::max(target.high, high);
    }
}

std::vector<float> SignalBins::finish(Summary summary, float uncovered) const
{
    std::vector<float> values;
    values.reserve(m_bins.size());
    for (std::int64_t i = 0; i < m_count; ++i) {
        Bin total = m_bins[std::size_t(i)];
        const double emptyNt = double(bin(i).length()) - total.coveredNt;
        if (!std::isnan(uncovered) && emptyNt > 0.0) {
            total.sum += uncovered * emptyNt;
            total.coveredNt += emptyNt;
            total.low = std::min(total.low, double(uncovered));
            total.high = std::max(total.high, double(uncovered));
        }
        if (total.coveredNt <= 0.0)
            values.push_back(std::numeric_limits<float>::quiet_NaN());
        else if (summary == Summary::Mean)
            values.push_back(float(total.sum / total.coveredNt));
        else
            values.push_back(float(summary == Summary::Max ? total.high : total.low));
    }
    return values;
}

}  // namespace nscope::io
