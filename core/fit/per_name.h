// Purpose: a metric of several names as cards and reports give it: the mean, then every name. Thread: any.
#pragma once

#include "core/data/prediction.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace nscope::fit {

/// A metric per name and their mean, in front, over the names in which it is defined.
class PerName {
public:
    explicit PerName(std::string metric) : m_metric(std::move(metric)) {}

    void add(const std::string& name, double value)
    {
        m_each.push_back({m_metric + " " + name, value});
        if (!std::isnan(value)) {
            m_sum += value;
            ++m_count;
        }
    }
    void putInto(std::vector<data::NamedValue>& metrics) const
    {
        metrics.push_back({m_metric, m_count > 0 ? m_sum / m_count : std::numeric_limits<double>::quiet_NaN()});
        if (m_each.size() > 1)
            metrics.insert(metrics.end(), m_each.begin(), m_each.end());
    }

private:
    std::string m_metric;
    std::vector<data::NamedValue> m_each;
    double m_sum = 0.0;
    int m_count = 0;
};

}  // namespace nscope::fit
