// Purpose: TextInput over htslib's BGZF, which reads plain, gzip and bgzip files alike.
#include "core/io/text_input.h"

#include <htslib/bgzf.h>
#include <htslib/hts.h>
#include <htslib/hfile.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace nscope::io {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kChunkBytes = 1 << 16;

/// A name that htslib cannot take for a URL.
std::string localName(const std::string& path)
{
    return path == "-" || fs::path(path).is_absolute() ? path : "./" + path;
}

}  // namespace

struct TextInput::Stream {
    BGZF* file = nullptr;
    std::string text;  // instead of a file
    bool first = true;
    std::array<char, kChunkBytes> buffer;

    ~Stream()
    {
        if (file != nullptr)
            bgzf_close(file);
    }
};

Result<TextInput> TextInput::open(const std::string& path)
{
    TextInput input;
    input.m_path = path == "-" ? "standard input" : path;
    std::error_code error;
    if (path != "-") {
        const auto status = fs::status(path, error);
        if (!fs::exists(status))
            return fail(ErrorCode::NotFound, "There is no such file.", {.file = path});
        if (fs::is_directory(status))
            return fail(ErrorCode::Io, "This is a folder, not a file.", {.file = path});
        if (fs::is_regular_file(status))
            input.m_sizeBytes = std::int64_t(fs::file_size(path, error));
    }
    hts_set_log_level(HTS_LOG_OFF);  // our error says it in one sentence
    input.m_stream = std::make_shared<Stream>();
    input.m_stream->file = bgzf_open(localName(path).c_str(), "r");
    if (input.m_stream->file == nullptr)
        return fail(ErrorCode::Io, std::string("Cannot open the file (") + std::strerror(errno) + ").", {.file = path});
    return input;
}

TextInput TextInput::fromText(std::string text, std::string name)
{
    TextInput input;
    input.m_path = std::move(name);
    input.m_stream = std::make_shared<Stream>();
    input.m_stream->text = std::move(text);
    return input;
}

Result<std::string_view> TextInput::chunk()
{
    Stream& stream = *m_stream;
    if (stream.file == nullptr)
        return std::exchange(stream.first, false) ? std::string_view(stream.text) : std::string_view();
    const ssize_t got = bgzf_read(stream.file, stream.buffer.data(), stream.buffer.size());
    const int compression = bgzf_compression(stream.file);
    if (got < 0 && compression == no_compression)
        return fail(ErrorCode::Io, std::string("Cannot read the file (") + std::strerror(errno) + ").", {.file = m_path});
    const std::string_view bytes(stream.buffer.data(), got > 0 ? std::size_t(got) : 0);
    // A gzip file cut inside its first 18 bytes is not recognised and comes through as it is, or as nothing.
    const bool cutHeader = stream.first && ((compression == no_compression && bytes.starts_with("\x1f\x8b"))
                                            || (got == 0 && m_sizeBytes > 0 && m_sizeBytes < 18));
    // A bgzip file ends with an empty block; standard input cannot be asked for it.
    const bool cutEnd = got == 0 && compression == bgzf && m_sizeBytes >= 0 && bgzf_check_EOF(stream.file) == 0;
    if (got < 0 || cutHeader || cutEnd)
        return fail(ErrorCode::Parse, "The compressed file is truncated or damaged; copy or download it again.", {.file = m_path});
    stream.first = false;
    return bytes;
}

double TextInput::fractionRead() const
{
    if (m_sizeBytes < 0)
        return -1.0;
    if (m_sizeBytes == 0)
        return 1.0;
    return std::min(1.0, double(htell(m_stream->file->fp)) / double(m_sizeBytes));
}

Result<bool> LineReader::next(std::string& line)
{
    line.clear();
    const auto where = [this] { return Where{.file = m_input.path(), .line = m_lineNumber + 1}; };
    bool any = false;
    while (true) {
        if (m_rest.empty()) {
            const auto chunk = m_input.chunk();
            if (!chunk)
                return fail(chunk.error());
            m_rest = *chunk;
            if (m_rest.empty())
                break;
        }
        any = true;
        const std::size_t end = m_rest.find('\n');
        const std::string_view part = m_rest.substr(0, end);
        if (part.find('\0') != std::string_view::npos)
            return fail(ErrorCode::Parse, "This is a binary file, not text.", where());
        if (line.size() + part.size() > m_maxLineBytes)
            return fail(ErrorCode::Parse, "The line is longer than " + std::to_string(m_maxLineBytes) + " characters.", where());
        line += part;
        m_rest.remove_prefix(end == std::string_view::npos ? m_rest.size() : end + 1);
        if (end != std::string_view::npos)
            break;
    }
    if (!any)
        return false;
    ++m_lineNumber;
    if (line.ends_with('\r'))
        line.pop_back();
    if (m_lineNumber == 1 && line.starts_with("\xef\xbb\xbf"))
        line.erase(0, 3);
    return true;
}

}  // namespace nscope::io
