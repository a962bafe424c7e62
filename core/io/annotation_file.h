// Purpose: one door to annotation files: GTF, GFF3, BED, narrowPeak and GenBank, plain, gzip or bgzip, chosen by the
// end of the name (.gff by its content).
// A record that breaks its format is left out and listed with file and line; good ones are kept, in the file's order.
// Errors: Unsupported for another name; NotFound, Io; Parse for an empty, binary or truncated file and for one in which
// no record is right; Cancelled. Memory: what is returned, and while GTF and GFF3 are read 24 bytes per row.
// Blocking. Thread: any.
#pragma once

#include "core/data/annotation.h"
#include "core/data/feature_set.h"
#include "core/data/sequence.h"
#include "core/io/annotation_lines.h"
#include "core/io/read_problems.h"

#include <string>
#include <vector>

namespace nscope::io {

struct Annotation {
    std::vector<data::TranscriptModel> transcripts{};
    data::FeatureSet features{};
    std::vector<data::Sequence> sequences{};  ///< of GenBank files; transcripts name them as their chromosome
    ReadProblems problems{};

    bool isEmpty() const { return transcripts.empty() && features.isEmpty() && sequences.empty(); }
};

/// Where something lies, and its name or id; the name may be empty.
struct NamedPlace {
    std::string name;
    data::Locus locus;
};
/// The features, then the transcripts with all that lies between their ends.
std::vector<NamedPlace> placesOf(const Annotation& annotation);

Result<Annotation> readAnnotation(const std::string& path, const ReadControl& control = {});

/// For the readers: `read` as it is, or an error when it holds nothing; `kind` says what was looked for ("a GTF row").
Result<Annotation> checkedAnnotation(Annotation read, const std::string& path, std::string_view kind);

}  // namespace nscope::io
