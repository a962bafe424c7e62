// Purpose: attention back from the .npz of AttentionWriter, one map at a time.
// Errors: NotFound (no such record or layer), Io, Parse with the file and the array.
#pragma once

#include "core/base/result.h"
#include "core/data/attention.h"
#include "core/io/zip_archive.h"

#include <string>
#include <vector>

namespace nscope::io {

class AttentionReader {
public:
    static Result<AttentionReader> open(const std::string& path);

    const std::vector<std::string>& ids() const { return m_ids; }
    /// `layer` is 0-based.
    Result<data::AttentionMap> read(std::size_t record, int layer) const;

private:
    explicit AttentionReader(ZipReader zip) : m_zip(std::move(zip)) {}

    ZipReader m_zip;
    std::string m_path;
    std::vector<std::string> m_ids;
};

}  // namespace nscope::io
