// Purpose: the narrowPeak reader.
#include "core/io/narrow_peak.h"

#include "core/io/bed.h"

#include <array>

namespace nscope::io {
namespace {

constexpr std::size_t kColumns = 10;

std::string readPeak(std::string_view line, data::Feature& peak)
{
    std::array<std::string_view, kColumns> cells;
    const bool tabs = line.find('\t') != std::string_view::npos;
    const std::size_t count = tabs ? splitCells(line, cells) : splitWords(line, cells);
    if (count != kColumns)
        return "The line has " + std::to_string(count) + (count == 1 ? " column" : " columns") + "; narrowPeak has 10.";
    if (std::string problem = readBedColumns(std::span(cells).first(6), peak); !problem.empty())
        return problem;
    const auto signal = finiteNumber(cells[6]);
    const auto p = finiteNumber(cells[7]);
    const auto q = finiteNumber(cells[8]);
    const auto summit = wholeNumber(cells[9]);
    if (!signal || !p || !q)
        return std::string("The ")
               + (!signal ? "signal "
                  : !p    ? "p-value "
                          : "q-value ")
               + quoted(!signal ? cells[6]
                        : !p    ? cells[7]
                                : cells[8])
               + " is not a number.";
    if (!summit || *summit < -1 || (*summit >= 0 && *summit >= peak.locus.interval.length()))
        return "The summit " + quoted(cells[9]) + " is not a position inside the peak (from 0), nor -1 for none.";
    peak.kind = "peak";
    peak.signal = *signal;
    if (*p >= 0)
        peak.pValueLog10 = *p;
    if (*q >= 0)
        peak.qValueLog10 = *q;
    if (*summit >= 0)
        peak.summitNt = peak.locus.interval.startNt + *summit;
    return {};
}

}  // namespace

Result<Annotation> readNarrowPeak(const std::string& path, const ReadControl& control)
{
    auto lines = AnnotationLines::open(path, control);
    if (!lines)
        return fail(lines.error());
    Annotation read;
    while (true) {
        const Result<bool> more = lines->next();
        if (!more)
            return fail(more.error());
        if (!*more)
            return checkedAnnotation(std::move(read), path, "narrowPeak line");
        if (isBedComment(lines->line()))
            continue;
        data::Feature peak;
        if (std::string problem = readPeak(lines->line(), peak); !problem.empty())
            read.problems.add(lines->problem(std::move(problem), peak.name));
        else
            read.features.add(peak);
    }
}

}  // namespace nscope::io
