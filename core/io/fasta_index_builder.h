// Purpose: the lines of a .fai index out of the bytes of a FASTA file, which come in pieces of any size.
// Inside core/io only (fasta_index.h).
#pragma once

#include "core/io/fasta_index.h"

#include <string_view>
#include <unordered_set>

namespace nscope::io {

class FastaIndexBuilder {
public:
    explicit FastaIndexBuilder(std::string path) : m_path(std::move(path)) {}

    Result<void> add(std::string_view bytes);
    /// After the last bytes.
    Result<std::vector<FastaRecord>> finish();

private:
    Result<void> endLine();
    Result<void> endHeader();
    Result<void> endBases();
    std::unexpected<Error> parseError(std::string message) const;

    std::string m_path;
    std::vector<FastaRecord> m_records;
    std::unordered_set<std::string> m_names;
    std::string m_header;  // the line, when it is one
    std::int64_t m_line = 1;
    std::int64_t m_offset = 0;     // of the line's first byte
    std::int64_t m_lineBytes = 0;  // so far
    char m_last = '\0';
    bool m_inHeader = false;
    bool m_lastLineWasShort = false;
};

}  // namespace nscope::io
