// Purpose: bytes of a text file, plain, gzip or bgzip, or of standard input ("-"), in chunks (htslib).
// A truncated or damaged compressed file is an error, never a short file. Local files only: nothing is fetched from
// the network, whatever the path looks like. One thread at a time.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nscope::io {

class TextInput {
public:
    /// Errors: NotFound, Io (folder, permission).
    static Result<TextInput> open(const std::string& path);
    /// Text that is in memory already (pasted); `name` stands for the file in errors.
    static TextInput fromText(std::string text, std::string name);

    /// The next bytes, valid until the next call; empty at the end.
    Result<std::string_view> chunk();

    /// Share of the (compressed) file that was read, 0..1; −1 for standard input.
    double fractionRead() const;
    const std::string& path() const { return m_path; }

private:
    struct Stream;
    TextInput() = default;

    std::string m_path;
    std::int64_t m_sizeBytes = -1;
    std::shared_ptr<Stream> m_stream;
};

/// Reads lines (without their end, and without the byte order mark that some editors write before the first) from a
/// TextInput. A line longer than `maxLineBytes` is an error, found without
/// holding the line in memory. A NUL byte means "binary file" and is an error.
class LineReader {
public:
    LineReader(TextInput input, std::size_t maxLineBytes) : m_input(std::move(input)), m_maxLineBytes(maxLineBytes) {}

    /// False at the end of the file; otherwise `line` holds the next line.
    Result<bool> next(std::string& line);
    std::int64_t lineNumber() const { return m_lineNumber; }  ///< 1-based, of the line last read
    const TextInput& input() const { return m_input; }

private:
    TextInput m_input;
    std::size_t m_maxLineBytes;
    std::string_view m_rest;
    std::int64_t m_lineNumber = 0;
};

}  // namespace nscope::io
