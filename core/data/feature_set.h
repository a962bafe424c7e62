// Purpose: many features of a genome, held compactly: columns of numbers, names in one block, chromosomes and kinds as
// numbers of a pool. Ten million lines of a BED file take a few hundred megabytes, where as many `Feature` would take
// gigabytes. A feature is made when it is asked for. Thread: reading from any number at once, adding from one.
#pragma once

#include "core/data/annotation.h"
#include "core/data/string_pool.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::data {

class FeatureSet {
public:
    void add(const Feature& feature);

    std::size_t size() const { return m_intervals.size(); }
    bool isEmpty() const { return m_intervals.empty(); }

    /// Precondition of all: index < size().
    Feature at(std::size_t index) const;
    Interval interval(std::size_t index) const { return m_intervals[index]; }
    const std::string& chromosome(std::size_t index) const { return m_texts.text(m_chromosomes[index]); }
    std::string_view name(std::size_t index) const;

private:
    /// What only peaks have.
    struct Peak {
        double signal;
        double pValueLog10;
        double qValueLog10;
        std::int64_t summitNt;  ///< −1: none
    };

    StringPool m_texts;
    std::vector<Interval> m_intervals;
    std::vector<std::uint32_t> m_chromosomes;
    std::vector<std::uint32_t> m_kinds;
    std::vector<Strand> m_strands;
    std::string m_names;  ///< one after the other
    std::vector<std::uint64_t> m_nameEnds;
    std::vector<double> m_scores;  ///< shorter than the others while all that follow have none
    std::vector<Peak> m_peaks;     ///< likewise
};

}  // namespace nscope::data
