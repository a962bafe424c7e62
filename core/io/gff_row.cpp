// Purpose: checks of the columns of GTF and GFF3.
#include "core/io/gff_row.h"

#include "core/io/annotation_lines.h"

#include <array>

namespace nscope::io {
namespace {

constexpr std::size_t kColumns = 9;

std::string readInterval(std::string_view startText, std::string_view endText, data::Interval& interval)
{
    const auto start = wholeNumber(startText);
    const auto end = wholeNumber(endText);
    if (!start || !end)
        return "The " + std::string(start ? "end " : "start ") + quoted(start ? endText : startText)
               + " is not a whole number";
    if (*start < 1)
        return "The start " + std::to_string(*start) + " is not a position; they are counted from 1";
    if (*end < *start)
        return "The start " + std::to_string(*start) + " lies after the end " + std::to_string(*end);
    interval = {*start - 1, *end};
    return {};
}

}  // namespace

std::string readGffRow(std::string_view line, GffRow& row)
{
    row = {};
    std::array<std::string_view, kColumns> cells;
    const std::size_t count = splitCells(line, cells);
    row.type = cells[2];
    row.attributes = cells[8];
    if (count != kColumns)
        return "The row has " + std::to_string(count) + (count == 1 ? " column" : " columns")
               + " separated by tabs instead of 9";
    row.chromosome = cells[0];
    if (cells[0].empty() || cells[2].empty())
        return cells[0].empty() ? "The row names no chromosome" : "The row names no type of feature";
    if (std::string problem = readInterval(cells[3], cells[4], row.interval); !problem.empty())
        return problem;
    if (cells[5] != ".") {
        const auto score = finiteNumber(cells[5]);
        if (!score)
            return "The score " + quoted(cells[5]) + " is not a number";
        row.score = *score;
    }
    const auto strand = strandOf(cells[6], true);
    if (!strand)
        return "The strand " + quoted(cells[6]) + " is neither + nor - nor .";
    row.strand = *strand;
    if (cells[7] == "0" || cells[7] == "1" || cells[7] == "2")
        row.phase = cells[7][0] - '0';
    else if (cells[7] != ".")
        return "The phase " + quoted(cells[7]) + " is none of 0, 1, 2 and .";
    return {};
}

}  // namespace nscope::io
