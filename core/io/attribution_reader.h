// Purpose: explanations back from the .npz of AttributionWriter, record by record, in bounded memory.
// Errors: NotFound, Io, Parse with the file and the record: arrays that are missing or of another shape, letters that are
// no nucleotides, lengths that do not agree.
#pragma once

#include "core/base/result.h"
#include "core/data/attribution.h"
#include "core/data/sequence.h"
#include "core/io/zip_archive.h"

#include <optional>
#include <string>
#include <vector>

namespace nscope::io {

struct ExplainedSequence {
    data::Sequence sequence;
    data::Attribution attribution;
};

class AttributionReader {
public:
    static Result<AttributionReader> open(const std::string& path);

    const std::vector<std::string>& ids() const { return m_ids; }
    const std::string& method() const { return m_common.method; }
    /// The next record, or std::nullopt after the last.
    Result<std::optional<ExplainedSequence>> next();

private:
    explicit AttributionReader(ZipReader zip) : m_zip(std::move(zip)) {}
    Result<void> readCommon();

    ZipReader m_zip;
    std::string m_path;
    std::vector<std::string> m_ids;
    std::vector<double> m_scores;
    data::Attribution m_common;  ///< what all records share
    std::size_t m_next = 0;
};

}  // namespace nscope::io
