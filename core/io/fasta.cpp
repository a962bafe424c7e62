// Purpose: the FASTA reader and writer.
#include "core/io/fasta.h"

#include "core/io/atomic_file.h"

#include <htslib/bgzf.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
constexpr std::size_t kLettersPerLine = 60;
constexpr std::string_view kBlanks = " \t\r\v\f";

bool isBlank(char c) { return kBlanks.find(c) != std::string_view::npos; }

std::string shown(char letter)
{
    const auto byte = static_cast<unsigned char>(letter);
    if (byte > 0x20 && byte < 0x7f)
        return std::string("'") + letter + "'";
    constexpr std::string_view kHex = "0123456789abcdef";
    return std::string("a character with the code 0x") + kHex[byte >> 4] + kHex[byte & 15];
}

bool isBinary(char letter)
{
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x20 && letter != '\n' && !isBlank(letter);
}

data::Sequence splitHeader(std::string_view header)
{
    data::Sequence record;
    const std::size_t idEnd = std::min(header.find_first_of(kBlanks), header.size());
    record.id = header.substr(0, idEnd);
    header.remove_prefix(std::min(header.find_first_not_of(kBlanks, idEnd), header.size()));
    record.description = header;
    return record;
}

/// Turns letters as written into canonical ones and says which alphabet they were written in.
void settle(data::Sequence& record)
{
    const bool hasU = record.letters.find_first_of("Uu") != std::string::npos;
    record.alphabet = hasU ? data::Alphabet::Rna : data::Alphabet::Dna;
    record.letters = data::canonical(record.letters);
}

Result<data::TranscriptSet> readAll(FastaReader& reader, std::int64_t maxTotalNt, const std::string& path)
{
    data::TranscriptSet transcripts;
    std::int64_t totalNt = 0;
    while (true) {
        auto record = reader.next();
        if (!record)
            return fail(record.error());
        if (!record->has_value())
            return transcripts;
        totalNt += (*record)->length();
        if (totalNt > maxTotalNt)
            return fail(ErrorCode::OutOfMemory, "The file holds more than " + std::to_string(maxTotalNt)
                            + " nt, too much to open at once; open a part of it.", {.file = path});
        transcripts.push_back(std::make_shared<const data::Transcript>(data::Transcript{**std::move(record), {}}));
    }
}

}  // namespace

Result<FastaReader> FastaReader::open(const std::string& path, const FastaLimits& limits)
{
    auto input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    return FastaReader(*std::move(input), limits);
}

std::unexpected<Error> FastaReader::parseError(std::string message, std::string record, std::int64_t position) const
{
    return fail(ErrorCode::Parse, std::move(message), {m_input.path(), m_line, std::move(record), position});
}

Result<bool> FastaReader::fill()
{
    if (!m_rest.empty())
        return true;
    const auto chunk = m_input.chunk();
    if (!chunk)
        return fail(chunk.error());
    m_rest = *chunk;
    return !m_rest.empty();
}

Result<void> FastaReader::skipToFirstRecord()
{
    auto more = fill();
    if (more && m_rest.starts_with("\xef\xbb\xbf"))
        m_rest.remove_prefix(3);  // a byte order mark that some editors write
    for (more = fill(); more && *more; more = fill()) {
        const char c = m_rest.front();
        if (c == '>')
            return {};
        if (m_rest.find('\0') != std::string_view::npos || isBinary(c))
            return parseError("This is a binary file, not FASTA.");
        if (c != '\n' && !isBlank(c))
            return parseError("A FASTA file starts with '>', but here stands " + shown(c) + ".");
        m_line += c == '\n';
        m_rest.remove_prefix(1);
    }
    if (!more)
        return fail(more.error());
    return fail(ErrorCode::Parse, "The file is empty: it holds no sequence.", {.file = m_input.path()});
}

Result<std::string> FastaReader::readHeader()
{
    std::string header;
    for (auto more = fill(); !more || *more; more = fill()) {
        if (!more)
            return fail(more.error());
        const std::size_t end = m_rest.find('\n');
        const std::string_view part = m_rest.substr(0, end);
        if (std::ranges::any_of(part, isBinary))
            return parseError("This is a binary file, not FASTA.");
        if (header.size() + part.size() > kMaxHeaderBytes)
            return parseError("The name line of a record is longer than 64 KiB; is this a FASTA file?");
        header += part;
        m_rest.remove_prefix(end == std::string_view::npos ? m_rest.size() : end);
        if (end != std::string_view::npos)
            break;
    }
    while (!header.empty() && isBlank(header.back()))
        header.pop_back();
    return header.substr(1);
}

std::unexpected<Error> FastaReader::badLetter(const data::Sequence& record, char letter) const
{
    const auto position = std::int64_t(record.letters.size()) + 1;
    if (isBinary(letter))
        return parseError("There is binary data in the sequence; the file is damaged or not FASTA.", record.id, position);
    const char* hint = letter == '-' || letter == '.' ? " Take the gaps out of the alignment."
        : letter == '*'                               ? " This reader takes nucleotides, not proteins."
        : letter == '>'                               ? " A record starts at the beginning of a line."
                                                      : " Nucleotide letters are ACGTU and the IUPAC codes RYSWKMBDHVN.";
    return parseError(shown(letter) + " is not a nucleotide letter." + hint, record.id, position);
}

Result<void> FastaReader::readLetters(data::Sequence& record)
{
    bool lineStart = true;  // the header's line end comes first
    for (auto more = fill(); !more || *more; more = fill()) {
        if (!more)
            return fail(more.error());
        std::size_t used = 0;
        for (; used < m_rest.size(); ++used) {
            const char c = m_rest[used];
            if (data::isIupac(c)) {
                record.letters += c;
                lineStart = false;
            } else if (c == '\n') {
                ++m_line;
                lineStart = true;
            } else if (c == '>' && lineStart) {
                m_rest.remove_prefix(used);
                return {};
            } else if (!isBlank(c)) {
                return badLetter(record, c);
            }
        }
        m_rest.remove_prefix(used);
        if (std::int64_t(record.letters.size()) > m_limits.maxRecordNt)
            return parseError("The record is longer than " + std::to_string(m_limits.maxRecordNt)
                                  + " nt, the most that is read; cut it into regions first.", record.id);
    }
    return {};
}

Result<void> FastaReader::registerId(const std::string& id)
{
    const auto [known, isNew] = m_recordOfId.emplace(id, std::int64_t(m_recordOfId.size()) + 1);
    if (!isNew)
        return parseError("Two records have this name (numbers " + std::to_string(known->second) + " and "
                              + std::to_string(m_recordOfId.size() + 1) + "); give each its own.", id);
    return {};
}

Result<std::optional<data::Sequence>> FastaReader::readRecord()
{
    if (!std::exchange(m_started, true)) {
        if (auto first = skipToFirstRecord(); !first)
            return fail(first.error());
    }
    const auto more = fill();
    if (!more)
        return fail(more.error());
    if (!*more)
        return std::nullopt;
    const auto header = readHeader();
    if (!header)
        return fail(header.error());
    data::Sequence record = splitHeader(*header);
    if (record.id.empty())
        return parseError("The record has no name; put one right after '>'.");
    if (auto unique = registerId(record.id); !unique)
        return fail(unique.error());
    const std::int64_t headerLine = m_line;
    if (auto letters = readLetters(record); !letters)
        return fail(letters.error());
    if (record.letters.empty())
        return fail(ErrorCode::Parse, "The record has a name but no letters.", {m_input.path(), headerLine, record.id});
    record.letters.shrink_to_fit();
    settle(record);
    return record;
}

Result<std::optional<data::Sequence>> FastaReader::next()
{
    if (m_ended)
        return std::nullopt;
    auto record = readRecord();
    m_ended = !record || !record->has_value();
    return record;
}

Result<data::TranscriptSet> readFasta(const std::string& path, const FastaLimits& limits)
{
    auto reader = FastaReader::open(path, limits);
    if (!reader)
        return fail(reader.error());
    return readAll(*reader, limits.maxTotalNt, path);
}

Result<data::TranscriptSet> parseFasta(std::string_view text, const std::string& fallbackId)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool named = first != std::string_view::npos && text[first] == '>';
    const FastaLimits limits;
    std::string records = first == std::string_view::npos ? std::string() : (named ? "" : ">" + fallbackId + "\n") + std::string(text);
    FastaReader reader(TextInput::fromText(std::move(records), "pasted text"), limits);
    return readAll(reader, limits.maxTotalNt, "pasted text");
}

struct FastaWriter::Output {
    struct Close {
        void operator()(BGZF* file) const { bgzf_close(file); }
    };

    std::string path;
    AtomicFile file;
    std::unique_ptr<BGZF, Close> packed{};  ///< null: plain text

    std::unexpected<Error> failure() const { return fail(ErrorCode::Io, "Cannot write; the disk may be full.", {.file = path}); }
};

FastaWriter::FastaWriter(std::unique_ptr<Output> output) : m_output(std::move(output)) {}
FastaWriter::FastaWriter(FastaWriter&&) noexcept = default;
FastaWriter::~FastaWriter() = default;

Result<FastaWriter> FastaWriter::create(const std::string& path)
{
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    auto output = std::make_unique<Output>(Output{path, *std::move(file)});
    const std::string extension = std::filesystem::path(path).extension().string();
    if (extension == ".gz" || extension == ".bgz") {
        const std::string& name = output->file.temporaryPath();
        output->packed.reset(name.empty() ? nullptr : bgzf_open(name.c_str(), "w"));
        if (!output->packed)
            return fail(ErrorCode::Io, "Cannot write a compressed file here.", {.file = path});
    }
    return FastaWriter(std::move(output));
}

Result<void> FastaWriter::add(const data::Sequence& record)
{
    std::string text = ">" + record.id + (record.description.empty() ? "" : " " + record.description) + "\n";
    const std::string letters = record.displayed();
    for (std::size_t i = 0; i < letters.size(); i += kLettersPerLine) {
        text.append(letters, i, kLettersPerLine);
        text += '\n';
    }
    if (!m_output->packed)
        return m_output->file.write(text);
    if (bgzf_write(m_output->packed.get(), text.data(), text.size()) != ssize_t(text.size()))
        return m_output->failure();
    return {};
}

Result<void> FastaWriter::finish()
{
    if (m_output->packed && bgzf_close(m_output->packed.release()) != 0)
        return m_output->failure();
    return m_output->file.commit();
}

Result<void> writeFasta(const std::string& path, const std::vector<data::Sequence>& records)
{
    Result<FastaWriter> writer = FastaWriter::create(path);
    if (!writer)
        return fail(writer.error());
    for (const data::Sequence& record : records) {
        if (const Result<void> written = writer->add(record); !written)
            return written;
    }
    return writer->finish();
}

}  // namespace nscope::io
