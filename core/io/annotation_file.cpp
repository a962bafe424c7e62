// Purpose: the choice of a reader.
#include "core/io/annotation_file.h"

#include "core/io/bed.h"
#include "core/io/format_list.h"
#include "core/io/genbank.h"
#include "core/io/gff3.h"
#include "core/io/gtf.h"
#include "core/io/narrow_peak.h"

#include <array>

namespace nscope::io {
namespace {

/// Whether the first row of a .gff file has attributes as GFF3 writes them (key=value) and not as GTF (key "value").
Result<bool> isGff3(const std::string& path)
{
    auto lines = AnnotationLines::open(path, {});
    if (!lines)
        return fail(lines.error());
    while (true) {
        const Result<bool> more = lines->next();
        if (!more || !*more)
            return more ? Result<bool>(true) : more;
        if (lines->line().starts_with("##gff-version"))
            return lines->line().find_first_of('3') != std::string_view::npos;
        if (lines->line().empty() || lines->line().starts_with('#'))
            continue;
        std::array<std::string_view, 9> cells;
        splitCells(lines->line(), cells);
        const std::size_t sign = cells[8].find_first_of("=\" ");
        return sign == std::string_view::npos || cells[8][sign] == '=';
    }
}

}  // namespace

std::vector<NamedPlace> placesOf(const Annotation& annotation)
{
    std::vector<NamedPlace> places;
    places.reserve(annotation.features.size() + annotation.transcripts.size());
    for (std::size_t i = 0; i < annotation.features.size(); ++i)
        places.push_back({std::string(annotation.features.name(i)), annotation.features.at(i).locus});
    for (const data::TranscriptModel& transcript : annotation.transcripts)
        places.push_back({transcript.id, {transcript.chromosome, transcript.span(), transcript.strand}});
    return places;
}

Result<Annotation> readAnnotation(const std::string& path, const ReadControl& control)
{
    const FormatSpec* format = formatOfPath(path);
    const std::string_view id = format == nullptr ? std::string_view() : format->id;
    if (id == "gtf")
        return readGtf(path, control);
    if (id == "bed")
        return readBed(path, control);
    if (id == "narrowpeak")
        return readNarrowPeak(path, control);
    if (id == "genbank")
        return readGenbank(path, control);
    if (id != "gff3")
        return fail(ErrorCode::Unsupported,
                    "The name does not end like that of an annotation file: .gtf, .gff3, .gff, .bed, .narrowPeak, .gb, "
                    ".gbk or .gbff, each also with .gz.",
                    {.file = path});
    const Result<bool> isThree = isGff3(path);
    if (!isThree)
        return fail(isThree.error());
    return *isThree ? readGff3(path, control) : readGtf(path, control);
}

Result<Annotation> checkedAnnotation(Annotation read, const std::string& path, std::string_view kind)
{
    if (!read.isEmpty())
        return read;
    if (read.problems.count == 0)
        return fail(ErrorCode::Parse, "The file is empty: it holds no " + std::string(kind) + ".", {.file = path});
    const Error& first = read.problems.first.front();
    return fail(ErrorCode::Parse, "No record of the file can be read; the first: " + first.message(), first.where());
}

}  // namespace nscope::io
