// Purpose: finds the intervals on a chromosome that overlap a place, and the next and previous one, in logarithmic time,
// however they nest. Built once; 32 bytes per interval. Thread: reading from any number at once.
// The tree lies in an array sorted by start: the middle of a range is its root and knows the largest end in it
// (augmented interval tree; Cormen et al., Introduction to Algorithms, interval trees).
#pragma once

#include "core/data/interval.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nscope::data {

class IntervalIndex {
public:
    struct Item {
        Interval interval;
        std::size_t id = 0;  ///< what the interval is to the caller
    };

    /// Before build().
    void add(std::string_view chromosome, Interval interval, std::size_t id);
    void build();

    /// Ids of those that share a base with the interval, ascending by start; at most `most`.
    std::vector<std::size_t> overlapping(std::string_view chromosome, Interval interval,
                                         std::size_t most = std::size_t(-1)) const;
    /// The first that starts after the position, the last that starts before it; of several with that start the first.
    std::optional<Item> next(std::string_view chromosome, std::int64_t positionNt) const;
    std::optional<Item> previous(std::string_view chromosome, std::int64_t positionNt) const;

    std::size_t size() const { return m_size; }

private:
    struct Node {
        Interval interval;
        std::int64_t largestEndNt = 0;  // in the range whose middle this is
        std::size_t id = 0;
    };
    using Nodes = std::vector<Node>;

    static std::int64_t setLargestEnds(Nodes& nodes, std::size_t from, std::size_t to);
    static void collect(const Nodes& nodes, std::size_t from, std::size_t to, Interval interval, std::size_t most,
                        std::vector<std::size_t>& found);
    const Nodes* nodesOf(std::string_view chromosome) const;

    std::unordered_map<std::string, Nodes> m_chromosomes;
    std::size_t m_size = 0;
};

}  // namespace nscope::data
