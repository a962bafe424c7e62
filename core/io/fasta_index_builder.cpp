#include "core/io/fasta_index_builder.h"

#include <algorithm>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;

}  // namespace

std::unexpected<Error> FastaIndexBuilder::parseError(std::string message) const
{
    return fail(ErrorCode::Parse, std::move(message),
                {.file = m_path, .line = m_line, .record = m_records.empty() ? std::string() : m_records.back().name});
}

Result<void> FastaIndexBuilder::add(std::string_view bytes)
{
    if (m_offset == 0 && m_lineBytes == 0 && bytes.starts_with("\xef\xbb\xbf")) {
        m_offset = 3;  // a byte order mark that some editors write
        bytes.remove_prefix(3);
    }
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end);
        if (m_lineBytes == 0 && part.starts_with('>'))
            m_inHeader = true;
        if (m_inHeader && m_header.size() + part.size() > kMaxHeaderBytes)
            return parseError("The name line of a record is longer than 64 KiB; is this a FASTA file?");
        if (m_inHeader)
            m_header += part;
        m_lineBytes += std::int64_t(part.size());
        if (!part.empty())
            m_last = part.back();
        if (end == std::string_view::npos)
            return {};
        bytes.remove_prefix(end + 1);
        ++m_lineBytes;
        if (const Result<void> ended = endLine(); !ended)
            return ended;
    }
    return {};
}

Result<void> FastaIndexBuilder::endLine()
{
    const Result<void> ended = m_inHeader ? endHeader() : endBases();
    m_offset += m_lineBytes;
    m_lineBytes = 0;
    m_last = '\0';
    m_inHeader = false;
    ++m_line;
    return ended;
}

Result<void> FastaIndexBuilder::endHeader()
{
    constexpr std::string_view kBlanks = " \t\r\v\f";
    if (!m_records.empty() && m_records.back().lengthNt == 0)
        return parseError("The record has a name but no letters.");
    const std::string name = m_header.substr(1, m_header.find_first_of(kBlanks) - 1);
    m_header.clear();
    if (name.empty())
        return fail(ErrorCode::Parse, "The record has no name; put one right after '>'.",
                    {.file = m_path, .line = m_line});
    if (name.find('\0') != std::string::npos)
        return fail(ErrorCode::Parse, "This is a binary file, not FASTA.", {.file = m_path, .line = m_line});
    m_records.push_back({.name = name, .offsetBytes = m_offset + m_lineBytes});
    if (!m_names.insert(name).second)
        return parseError("Two records have this name; give each its own.");
    m_lastLineWasShort = false;
    return {};
}

Result<void> FastaIndexBuilder::endBases()
{
    const std::int64_t ending = m_last == '\r' ? 2 : 1;
    const std::int64_t bases = m_lineBytes - ending;
    if (m_records.empty()) {
        if (bases <= 0)
            return {};
        return parseError("A FASTA file starts with '>', but here stands something else.");
    }
    FastaRecord& record = m_records.back();
    if (bases <= 0) {
        m_lastLineWasShort = true;  // an empty line may end a record but not stand inside it
        return {};
    }
    if (record.basesPerLine == 0) {
        if (m_lastLineWasShort)
            return parseError("An empty line stands between the name and the letters; take it out.");
        record.basesPerLine = bases;
        record.bytesPerLine = m_lineBytes;
    } else if (m_lastLineWasShort || bases > record.basesPerLine) {
        return parseError(
            "The lines of this record are not equally long, so no place in it can be looked up; write the "
            "file anew with lines of one length (seqkit seq -w 60, or samtools faidx).");
    } else if (m_lineBytes - bases != record.bytesPerLine - record.basesPerLine) {
        return parseError(
            "Some lines end as on Windows and some do not; write the file anew with one kind of line end.");
    }
    m_lastLineWasShort = bases < record.basesPerLine;
    record.lengthNt += bases;
    return {};
}

Result<std::vector<FastaRecord>> FastaIndexBuilder::finish()
{
    if (m_lineBytes > 0) {
        // The last line has no end; it counts as if it had the one of the others.
        const std::int64_t ending = !m_records.empty() && m_records.back().basesPerLine > 0
                                        ? m_records.back().bytesPerLine - m_records.back().basesPerLine
                                        : 1;
        const bool hasReturn = m_last == '\r';
        m_lineBytes += hasReturn ? 1 : ending;
        m_last = hasReturn || ending == 2 ? '\r' : '\0';
        if (const Result<void> ended = endLine(); !ended)
            return fail(ended.error());
    }
    if (m_records.empty())
        return fail(ErrorCode::Parse, "The file is empty: it holds no sequence.", {.file = m_path});
    if (m_records.back().lengthNt == 0)
        return parseError("The record has a name but no letters.");
    return std::move(m_records);
}

}  // namespace nscope::io
