// Purpose: builds the common columns of REF and ALT and answers where positions are.
#include "widgets/sequence_columns.h"

#include <algorithm>
#include <numeric>

namespace nscope::widgets {

SequenceColumns::SequenceColumns(std::span<const std::int64_t> altToRef, std::int64_t refLengthNt)
    : m_altLength(std::int64_t(altToRef.size()))
{
    std::int64_t nextRef = 0;
    for (std::int64_t alt = 0; alt < m_altLength; ++alt) {
        const std::int64_t ref = altToRef[std::size_t(alt)];
        if (ref < nextRef) {  // an insertion
            append(-1, alt);
            continue;
        }
        for (; nextRef < ref; ++nextRef)
            append(nextRef, -1);
        append(ref, alt);
        nextRef = ref + 1;
    }
    for (; nextRef < refLengthNt; ++nextRef)
        append(nextRef, -1);
    m_count = std::int64_t(m_ref.size());

    if (m_count == m_altLength && m_count == refLengthNt) {  // no gaps: nothing needs to be stored
        m_ref = m_alt = m_refColumn = m_altColumn = {};
        return;
    }
    m_refColumn.resize(std::size_t(refLengthNt));
    m_altColumn.resize(std::size_t(m_altLength));
    for (std::int64_t column = 0; column < m_count; ++column) {
        if (const std::int64_t ref = m_ref[std::size_t(column)]; ref >= 0)
            m_refColumn[std::size_t(ref)] = column;
        if (const std::int64_t alt = m_alt[std::size_t(column)]; alt >= 0)
            m_altColumn[std::size_t(alt)] = column;
    }
}

void SequenceColumns::append(std::int64_t ref, std::int64_t alt)
{
    m_ref.push_back(ref);
    m_alt.push_back(alt);
}

std::int64_t SequenceColumns::columnOf(const std::vector<std::int64_t>& columns, std::int64_t positionNt) const
{
    if (positionNt < 0)
        return 0;
    if (!hasGaps())
        return std::min(positionNt, m_count);
    return std::size_t(positionNt) < columns.size() ? columns[std::size_t(positionNt)] : m_count;
}

std::int64_t SequenceColumns::altFrom(std::int64_t column) const
{
    for (column = std::max<std::int64_t>(column, 0); column < m_count; ++column) {
        if (const std::int64_t alt = altAt(column); alt >= 0)
            return alt;
    }
    return m_altLength;
}

data::Interval SequenceColumns::altInterval(std::int64_t firstColumn, std::int64_t lastColumn) const
{
    const data::Interval range{altFrom(firstColumn), altFrom(lastColumn)};
    return range.isEmpty() ? data::Interval{range.startNt, range.startNt} : range;
}

data::Interval SequenceColumns::columnsOfAlt(data::Interval alt) const
{
    if (alt.isEmpty())
        return {columnOfAlt(alt.startNt), columnOfAlt(alt.startNt)};
    return {columnOfAlt(alt.startNt), columnOfAlt(alt.endNt - 1) + 1};
}

data::Interval SequenceColumns::columnsOfRef(data::Interval ref) const
{
    if (ref.isEmpty())
        return {columnOfRef(ref.startNt), columnOfRef(ref.startNt)};
    return {columnOfRef(ref.startNt), columnOfRef(ref.endNt - 1) + 1};
}

std::vector<data::Interval> SequenceColumns::differences(std::string_view refLetters, std::string_view altLetters) const
{
    std::vector<data::Interval> runs;
    for (std::int64_t column = 0; column < m_count; ++column) {
        const std::int64_t ref = refAt(column);
        const std::int64_t alt = altAt(column);
        if (ref >= 0 && alt >= 0 && refLetters[std::size_t(ref)] == altLetters[std::size_t(alt)])
            continue;
        if (!runs.empty() && runs.back().endNt == column)
            ++runs.back().endNt;
        else
            runs.push_back({column, column + 1});
    }
    return runs;
}

}  // namespace nscope::widgets
