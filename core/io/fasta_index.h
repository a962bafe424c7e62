// Purpose: gives a FASTA file the index (.fai, for bgzip also .gzi) that lets it be read at any place (htslib faidx).
// An index that lies beside the file, or in the user's cache, is used; one that is missing, older than its file or
// damaged is built, beside the file if that folder can be written, else in the cache (index_place.h). A plain gzip file
// cannot be read at any place: it is packed anew as bgzip into the cache, once. Building reads the file once, in
// bounded memory. Errors: NotFound, Io, Cancelled; Parse with the line: no FASTA, truncated compression, two records of
// one name, lines of uneven length, which no index can describe.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::io {

struct FastaRecord {
    std::string name;  ///< first word of the header
    std::int64_t lengthNt = 0;
    std::int64_t offsetBytes = 0;  ///< of the first base, uncompressed
    std::int64_t basesPerLine = 0;
    std::int64_t bytesPerLine = 0;
};

struct IndexedFasta {
    std::string path;  ///< the file to read: the one asked for, or its bgzip copy in the cache
    std::string faiPath;
    std::string gziPath;  ///< empty: plain text
    std::vector<FastaRecord> records;
    std::vector<std::string> notices;
};

/// Progress counts bytes of the file as it lies on disk.
Result<IndexedFasta> indexFasta(const std::string& path, std::stop_token stop = {}, Progress* progress = nullptr);

}  // namespace nscope::io
