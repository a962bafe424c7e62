// Purpose: REF and ALT laid side by side as columns, so that an indel never shifts ALT against REF. A column holds a
// REF position, an ALT position, or both; -1 stands for a gap. Without edits both are the column itself and nothing is
// stored. Thread: any (a value).
#pragma once

#include "core/data/interval.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nscope::widgets {

class SequenceColumns {
public:
    SequenceColumns() = default;
    /// One sequence of this length, unedited.
    explicit SequenceColumns(std::int64_t lengthNt) : m_count(lengthNt), m_altLength(lengthNt) {}
    /// From data::altToRef(): one REF position, or -1, per ALT position.
    SequenceColumns(std::span<const std::int64_t> altToRef, std::int64_t refLengthNt);

    std::int64_t count() const { return m_count; }
    std::int64_t altLength() const { return m_altLength; }
    bool hasGaps() const { return !m_ref.empty(); }

    /// Positions in a column, or -1 (gap or outside).
    std::int64_t refAt(std::int64_t column) const { return at(m_ref, column); }
    std::int64_t altAt(std::int64_t column) const { return at(m_alt, column); }
    /// Column of a position; positions past the end give count().
    std::int64_t columnOfRef(std::int64_t positionNt) const { return columnOf(m_refColumn, positionNt); }
    std::int64_t columnOfAlt(std::int64_t positionNt) const { return columnOf(m_altColumn, positionNt); }

    /// First ALT position at or after a column (altLength() at the end).
    std::int64_t altFrom(std::int64_t column) const;
    /// ALT positions inside columns [first, last).
    data::Interval altInterval(std::int64_t firstColumn, std::int64_t lastColumn) const;
    /// Columns from the first to the last position of an ALT or REF interval.
    data::Interval columnsOfAlt(data::Interval alt) const;
    data::Interval columnsOfRef(data::Interval ref) const;

    /// Runs of columns in which REF and ALT differ, in order; `refLetters`/`altLetters` are canonical.
    std::vector<data::Interval> differences(std::string_view refLetters, std::string_view altLetters) const;

private:
    std::int64_t at(const std::vector<std::int64_t>& positions, std::int64_t column) const
    {
        if (column < 0 || column >= m_count)
            return -1;
        return positions.empty() ? column : positions[std::size_t(column)];
    }
    std::int64_t columnOf(const std::vector<std::int64_t>& columns, std::int64_t positionNt) const;
    void append(std::int64_t ref, std::int64_t alt);

    std::int64_t m_count = 0;
    std::int64_t m_altLength = 0;
    std::vector<std::int64_t> m_ref, m_alt;              ///< per column; empty when there are no gaps
    std::vector<std::int64_t> m_refColumn, m_altColumn;  ///< per position; empty when there are no gaps
};

}  // namespace nscope::widgets
