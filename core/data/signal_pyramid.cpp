#include "core/data/signal_pyramid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace nscope::data {

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

}  // namespace

class SignalPyramid::Sum {
public:
    void add(const SignalColumn& column, double count)
    {
        if (count == 0.0 || std::isnan(column.mean))
            return;
        m_total += double(column.mean) * count;
        m_count += count;
        m_least = std::min(m_least, column.least);
        m_most = std::max(m_most, column.most);
    }
    double count() const { return m_count; }
    SignalColumn column() const
    {
        return m_count > 0.0 ? SignalColumn{float(m_total / m_count), m_least, m_most}
                             : SignalColumn{kNone, kNone, kNone};
    }

private:
    double m_total = 0.0, m_count = 0.0;
    float m_least = std::numeric_limits<float>::infinity(), m_most = -std::numeric_limits<float>::infinity();
};

SignalPyramid::SignalPyramid(std::int64_t startNt, double binNt, std::vector<float> values)
    : m_startNt(startNt), m_binNt(binNt), m_values(std::move(values))
{
    build();
}

SignalPyramid::SignalPyramid(std::int64_t startNt, double binNt, std::vector<float> means, std::vector<float> least,
                             std::vector<float> most)
    : m_startNt(startNt), m_binNt(binNt), m_values(std::move(means)), m_least(std::move(least)), m_most(std::move(most))
{
    build();
}

SignalColumn SignalPyramid::bin(std::int64_t i) const
{
    const auto place = std::size_t(i);
    return m_least.empty() ? SignalColumn{m_values[place], m_values[place], m_values[place]}
                           : SignalColumn{m_values[place], m_least[place], m_most[place]};
}

void SignalPyramid::build()
{
    std::size_t below = m_values.size();
    while (below > kGroup) {
        Level level;
        const Level* const finer = m_levels.empty() ? nullptr : &m_levels.back();
        const std::size_t groups = (below + kGroup - 1) / kGroup;
        level.groups.reserve(groups);
        level.counts.reserve(groups);
        for (std::size_t g = 0; g < groups; ++g) {
            Sum sum;
            for (std::size_t i = g * kGroup; i < std::min(below, (g + 1) * kGroup); ++i)
                finer ? sum.add(finer->groups[i], finer->counts[i]) : sum.add(bin(std::int64_t(i)), 1.0);
            level.groups.push_back(sum.column());
            level.counts.push_back(float(sum.count()));
        }
        m_levels.push_back(std::move(level));
        below = groups;
    }
}

Interval SignalPyramid::span() const
{
    return {m_startNt, m_startNt + std::int64_t(std::ceil(double(binCount()) * m_binNt))};
}

/// Bins [first, end): single ones up to the next group, groups as large as fit, single ones again.
void SignalPyramid::add(Sum& sum, std::int64_t first, std::int64_t end) const
{
    while (first < end) {
        std::int64_t size = 1;
        std::size_t level = 0;
        while (level < m_levels.size() && first % (size * kGroup) == 0 && first + size * kGroup <= end) {
            size *= kGroup;
            ++level;
        }
        if (level == 0) {
            sum.add(bin(first), 1.0);
        } else {
            const Level& groups = m_levels[level - 1];
            sum.add(groups.groups[std::size_t(first / size)], groups.counts[std::size_t(first / size)]);
        }
        first += size;
    }
}

SignalColumn SignalPyramid::ofBins(std::int64_t first, std::int64_t end) const
{
    Sum sum;
    add(sum, std::clamp<std::int64_t>(first, 0, binCount()), std::clamp<std::int64_t>(end, 0, binCount()));
    return sum.column();
}

SignalColumn SignalPyramid::summary(double fromNt, double toNt) const
{
    const double from = (fromNt - double(m_startNt)) / m_binNt, to = (toNt - double(m_startNt)) / m_binNt;
    return ofBins(std::int64_t(std::floor(from)), std::int64_t(std::ceil(to)));
}

std::vector<SignalColumn> SignalPyramid::columns(double fromNt, double toNt, int count) const
{
    std::vector<SignalColumn> result;
    result.reserve(std::size_t(std::max(count, 0)));
    const double start = (fromNt - double(m_startNt)) / m_binNt;
    const double width = (toNt - fromNt) / m_binNt / std::max(count, 1);
    for (int i = 0; i < count; ++i) {
        const double from = start + i * width, to = from + width;
        const auto first = std::int64_t(std::ceil(from - 0.5)), end = std::int64_t(std::ceil(to - 0.5));
        if (first < end) {  // the bins whose middle lies in the column
            result.push_back(ofBins(first, end));
            continue;
        }
        const auto middle = std::int64_t(std::floor((from + to) / 2));
        result.push_back(ofBins(middle, middle + 1));
    }
    return result;
}

}  // namespace nscope::data
