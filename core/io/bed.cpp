// Purpose: the BED reader.
#include "core/io/bed.h"

#include <algorithm>
#include <array>

namespace nscope::io {
namespace {

constexpr std::size_t kBlockColumns = 12;

/// "97,1073," as numbers; std::nullopt when there are not `count` of them.
std::optional<std::vector<std::int64_t>> numberList(std::string_view text, std::int64_t count)
{
    std::vector<std::int64_t> numbers;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const auto number = wholeNumber(text.substr(0, comma));
        if (!number)
            return std::nullopt;
        numbers.push_back(*number);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return std::int64_t(numbers.size()) == count ? std::optional(std::move(numbers)) : std::nullopt;
}

std::string readBlocks(std::span<const std::string_view> cells, data::TranscriptModel& model, data::Interval span)
{
    const auto count = wholeNumber(cells[9]);
    if (!count || *count < 1)
        return "The number of blocks, " + quoted(cells[9]) + ", is not a whole number from 1.";
    const auto sizes = numberList(cells[10], *count);
    const auto starts = numberList(cells[11], *count);
    if (!sizes || !starts)
        return std::string("The block ") + (sizes ? "starts" : "sizes") + " are not a list of " + std::to_string(*count)
               + " whole numbers.";
    for (std::size_t i = 0; i < sizes->size(); ++i) {
        const std::int64_t offset = (*starts)[i];
        const std::int64_t size = (*sizes)[i];
        if (size < 1 || offset < 0 || offset > span.length() || size > span.length() - offset)
            return "Block " + std::to_string(i + 1) + " does not fit between the start and the end of the line.";
        const data::Interval exon{span.startNt + offset, span.startNt + offset + size};
        if (!model.exons.empty() && exon.startNt < model.exons.back().endNt)
            return "Block " + std::to_string(i + 1) + " overlaps the one before it or stands before it.";
        if (!model.exons.empty() && exon.startNt == model.exons.back().endNt)
            model.exons.back().endNt = exon.endNt;  // blocks that touch are one exon
        else
            model.exons.push_back(exon);
    }
    if (model.span() != span)
        return "The blocks do not reach from the start to the end of the line.";
    return {};
}

std::string readThickPart(std::span<const std::string_view> cells, data::TranscriptModel& model)
{
    const auto start = wholeNumber(cells[6]);
    const auto end = wholeNumber(cells[7]);
    if (!start || !end)
        return "thickStart or thickEnd, the ends of the coding region, is not a whole number.";
    if (*start == *end)
        return {};
    const auto isExonic = [&model](std::int64_t positionNt) {
        return std::ranges::any_of(model.exons, [=](const data::Interval& exon) { return exon.contains(positionNt); });
    };
    if (*end < *start || !isExonic(*start) || !isExonic(*end - 1))
        return "The coding region (thickStart " + std::to_string(*start) + ", thickEnd " + std::to_string(*end)
               + ") does not begin and end inside the blocks.";
    if (model.strand == data::Strand::None)
        return "The line has a coding region (thickStart, thickEnd) but no strand.";
    model.cds = data::Interval{*start, *end};
    return {};
}

std::string readTranscript(std::span<const std::string_view> cells, const data::Feature& feature,
                           data::TranscriptModel& model)
{
    model.id = feature.name.empty() ? data::locusText(feature.locus) : feature.name;
    model.chromosome = feature.locus.chromosome;
    model.strand = feature.locus.strand;
    if (std::string problem = readBlocks(cells, model, feature.locus.interval); !problem.empty())
        return problem;
    return readThickPart(cells, model);
}

class BedReader {
public:
    explicit BedReader(AnnotationLines lines) : m_lines(std::move(lines)) {}

    Result<Annotation> read()
    {
        while (true) {
            const Result<bool> more = m_lines.next();
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            if (isBedComment(m_lines.line()))
                continue;
            data::Feature feature;
            if (std::string problem = take(feature); !problem.empty())
                m_read.problems.add(m_lines.problem(std::move(problem), feature.name));
        }
        return checkedAnnotation(std::move(m_read), m_lines.path(), "BED line");
    }

private:
    std::string take(data::Feature& feature)
    {
        std::array<std::string_view, kBlockColumns> cells;
        const bool tabs = m_lines.line().find('\t') != std::string_view::npos;
        const std::size_t count = tabs ? splitCells(m_lines.line(), cells) : splitWords(m_lines.line(), cells);
        if (count < 3)
            return "The line has " + std::to_string(count) + (count == 1 ? " column" : " columns")
                   + "; BED has at least 3: chromosome, start, end.";
        if (m_columns == 0)
            m_columns = count;
        if (count != m_columns)
            return "The line has " + std::to_string(count) + " columns, but the first record of the file has "
                   + std::to_string(m_columns) + ".";
        const std::span<const std::string_view> present(cells.data(), std::min(count, cells.size()));
        if (std::string problem = readBedColumns(present, feature); !problem.empty())
            return problem;
        if (count < kBlockColumns) {
            m_read.features.add(feature);
            return {};
        }
        data::TranscriptModel model;
        std::string problem = readTranscript(present, feature, model);
        if (problem.empty())
            m_read.transcripts.push_back(std::move(model));
        return problem;
    }

    AnnotationLines m_lines;
    std::size_t m_columns = 0;
    Annotation m_read;
};

}  // namespace

bool isBedComment(std::string_view line)
{
    return line.find_first_not_of(" \t") == std::string_view::npos || line.starts_with('#')
           || line.starts_with("track ") || line.starts_with("browser ") || line == "track" || line == "browser";
}

std::string readBedColumns(std::span<const std::string_view> cells, data::Feature& feature)
{
    if (cells.size() > 3 && cells[3] != ".")
        feature.name = cells[3];
    feature.locus.chromosome = cells[0];
    if (cells[0].empty())
        return "The line names no chromosome.";
    const auto start = wholeNumber(cells[1]);
    const auto end = wholeNumber(cells[2]);
    if (!start || !end)
        return "The " + std::string(start ? "end " : "start ") + quoted(start ? cells[2] : cells[1])
               + " is not a whole number.";
    if (*start < 0)
        return "The start " + std::to_string(*start) + " lies before the chromosome; BED counts from 0.";
    if (*end < *start)
        return "The start " + std::to_string(*start) + " lies after the end " + std::to_string(*end) + ".";
    feature.locus.interval = {*start, *end};
    if (cells.size() > 4 && cells[4] != ".") {
        const auto score = finiteNumber(cells[4]);
        if (!score)
            return "The score " + quoted(cells[4]) + " is not a number.";
        feature.score = *score;
    }
    const auto strand = strandOf(cells.size() > 5 ? cells[5] : ".");
    if (!strand)
        return "The strand " + quoted(cells[5]) + " is neither + nor - nor .";
    feature.locus.strand = *strand;
    return {};
}

Result<Annotation> readBed(const std::string& path, const ReadControl& control)
{
    auto lines = AnnotationLines::open(path, control);
    if (!lines)
        return fail(lines.error());
    return BedReader(*std::move(lines)).read();
}

}  // namespace nscope::io
