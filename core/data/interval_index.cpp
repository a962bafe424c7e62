// Purpose: the interval tree.
#include "core/data/interval_index.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace nscope::data {

void IntervalIndex::add(std::string_view chromosome, Interval interval, std::size_t id)
{
    m_chromosomes[std::string(chromosome)].push_back({interval, 0, id});
    ++m_size;
}

void IntervalIndex::build()
{
    for (auto& [chromosome, nodes] : m_chromosomes) {
        std::ranges::sort(nodes, {}, [](const Node& node) {
            return std::tuple(node.interval.startNt, node.interval.endNt, node.id);
        });
        nodes.shrink_to_fit();
        setLargestEnds(nodes, 0, nodes.size());
    }
}

std::int64_t IntervalIndex::setLargestEnds(Nodes& nodes, std::size_t from, std::size_t to)
{
    if (from == to)
        return std::numeric_limits<std::int64_t>::min();
    const std::size_t middle = from + (to - from) / 2;
    nodes[middle].largestEndNt = std::max(
        {nodes[middle].interval.endNt, setLargestEnds(nodes, from, middle), setLargestEnds(nodes, middle + 1, to)});
    return nodes[middle].largestEndNt;
}

void IntervalIndex::collect(const Nodes& nodes, std::size_t from, std::size_t to, Interval interval, std::size_t most,
                            std::vector<std::size_t>& found)
{
    if (from == to || found.size() >= most)
        return;
    const std::size_t middle = from + (to - from) / 2;
    const Node& node = nodes[middle];
    if (node.largestEndNt <= interval.startNt)
        return;
    collect(nodes, from, middle, interval, most, found);
    if (node.interval.startNt >= interval.endNt)
        return;  // and so do all that follow
    if (node.interval.endNt > interval.startNt && found.size() < most)
        found.push_back(node.id);
    collect(nodes, middle + 1, to, interval, most, found);
}

const IntervalIndex::Nodes* IntervalIndex::nodesOf(std::string_view chromosome) const
{
    const auto found = m_chromosomes.find(std::string(chromosome));
    return found == m_chromosomes.end() ? nullptr : &found->second;
}

std::vector<std::size_t> IntervalIndex::overlapping(std::string_view chromosome, Interval interval,
                                                    std::size_t most) const
{
    std::vector<std::size_t> found;
    if (const Nodes* nodes = nodesOf(chromosome))
        collect(*nodes, 0, nodes->size(), interval, most, found);
    return found;
}

std::optional<IntervalIndex::Item> IntervalIndex::next(std::string_view chromosome, std::int64_t positionNt) const
{
    const Nodes* nodes = nodesOf(chromosome);
    if (nodes == nullptr)
        return std::nullopt;
    const auto after =
        std::ranges::upper_bound(*nodes, positionNt, {}, [](const Node& n) { return n.interval.startNt; });
    return after == nodes->end() ? std::nullopt : std::optional(Item{after->interval, after->id});
}

std::optional<IntervalIndex::Item> IntervalIndex::previous(std::string_view chromosome, std::int64_t positionNt) const
{
    const Nodes* nodes = nodesOf(chromosome);
    if (nodes == nullptr)
        return std::nullopt;
    const auto startOf = [](const Node& node) { return node.interval.startNt; };
    const auto from = std::ranges::lower_bound(*nodes, positionNt, {}, startOf);
    if (from == nodes->begin())
        return std::nullopt;
    const auto first = std::ranges::lower_bound(*nodes, startOf(*std::prev(from)), {}, startOf);
    return Item{first->interval, first->id};
}

}  // namespace nscope::data
