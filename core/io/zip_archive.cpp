// Purpose: libzip with our caps and checks.
#include "core/io/zip_archive.h"

#include "core/io/atomic_file.h"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace nscope::io {
namespace {

constexpr std::int64_t kSmallEntryBytes = 1 << 20;  // below this the ratio says nothing
constexpr std::time_t kEntryTime = 315'619'200;     // 2 January 1980: the same content gives the same file

std::string zipMessage(int code)
{
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return text;
}

bool isUnsafeName(std::string_view name)
{
    if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos || (name.size() > 1 && name[1] == ':'))
        return true;
    for (const auto& part : std::filesystem::path(name)) {
        if (part == "..")
            return true;
    }
    return false;
}

bool isLink(zip_t* zip, zip_uint64_t index)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0)
        return false;
    return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

}  // namespace

struct ZipReader::Archive {
    zip_t* zip = nullptr;
    ~Archive()
    {
        if (zip != nullptr)
            zip_discard(zip);
    }
};

Result<ZipReader> ZipReader::open(const std::string& path, const ZipLimits& limits)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(ErrorCode::NotFound, "There is no such file.", {.file = path});
    ZipReader reader;
    reader.m_path = path;
    reader.m_archive = std::make_shared<Archive>();
    int code = 0;
    reader.m_archive->zip = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (reader.m_archive->zip == nullptr)
        return fail(code == ZIP_ER_OPEN || code == ZIP_ER_READ ? ErrorCode::Io : ErrorCode::Parse,
                    "The file cannot be opened as a zip archive; it is damaged, cut short or of another kind ("
                        + zipMessage(code) + ").", {.file = path});
    if (auto checked = reader.checkDirectory(limits); !checked)
        return fail(checked.error());
    return reader;
}

Result<ZipReader> ZipReader::fromBytes(std::string_view bytes, const ZipLimits& limits)
{
    ZipReader reader;
    reader.m_archive = std::make_shared<Archive>();
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source != nullptr)
        reader.m_archive->zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    zip_error_fini(&error);
    if (reader.m_archive->zip == nullptr) {
        if (source != nullptr)
            zip_source_free(source);
        return fail(ErrorCode::Parse, "This is not a zip archive, or a damaged one.");
    }
    if (auto checked = reader.checkDirectory(limits); !checked)
        return fail(checked.error());
    return reader;
}

Result<void> ZipReader::checkDirectory(const ZipLimits& limits)
{
    const auto bad = [this](const std::string& message, std::string_view entry = {}) {
        return fail(ErrorCode::Parse, message, {.file = m_path, .record = std::string(entry.substr(0, 200))});
    };
    const std::int64_t entries = zip_get_num_entries(m_archive->zip, 0);
    if (entries > limits.maxEntries)
        return bad("The archive has " + std::to_string(entries) + " entries, more than are accepted.");
    std::int64_t total = 0;
    for (std::int64_t i = 0; i < entries; ++i) {
        zip_stat_t stat;
        if (zip_stat_index(m_archive->zip, zip_uint64_t(i), 0, &stat) != 0
            || (stat.valid & ZIP_STAT_NAME) == 0 || (stat.valid & ZIP_STAT_SIZE) == 0)
            return bad("The archive's table of contents is damaged.");
        const std::string_view name = stat.name;
        if (isUnsafeName(name))
            return bad("The archive holds an entry with an unsafe name (absolute, or with '..').", name);
        if (isLink(m_archive->zip, zip_uint64_t(i)))
            return bad("The archive holds a link, which is not accepted.", name);
        if (stat.encryption_method != ZIP_EM_NONE)
            return bad("The archive is encrypted, which is not accepted.", name);
        if (stat.size > zip_uint64_t(limits.maxTotalBytes) || (total += std::int64_t(stat.size)) > limits.maxTotalBytes)
            return bad("The archive would unpack to more than " + std::to_string(limits.maxTotalBytes >> 20) + " MiB.", name);
        if (std::int64_t(stat.size) > kSmallEntryBytes && stat.size / std::max<zip_uint64_t>(stat.comp_size, 1) > zip_uint64_t(limits.maxRatio))
            return bad("The entry claims to unpack to far more than its size; the archive is not trusted.", name);
        if (name.ends_with('/'))
            continue;
        if (!m_sizes.emplace(name, std::int64_t(stat.size)).second)
            return bad("Two entries of the archive have this name.", name);
        m_names.emplace_back(name);
    }
    return {};
}

bool ZipReader::contains(std::string_view name) const { return m_sizes.contains(name); }

Result<std::string> ZipReader::read(const std::string& name) const
{
    const Where where{.file = m_path, .record = name};
    const auto found = m_sizes.find(name);
    if (found == m_sizes.end())
        return fail(ErrorCode::NotFound, "The archive has no such entry.", where);
    const auto size = std::size_t(found->second);
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> entry(zip_fopen(m_archive->zip, name.c_str(), 0), zip_fclose);
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    zip_int64_t got = entry ? 1 : -1;
    while (got > 0 && filled < size) {
        got = zip_fread(entry.get(), bytes.data() + filled, size - filled);
        filled += got > 0 ? std::size_t(got) : 0;
    }
    char beyond = 0;
    // The checksum is compared when the end is read.
    if (filled != size || got < 0 || zip_fread(entry.get(), &beyond, 1) != 0)
        return fail(ErrorCode::Parse, "The entry is damaged: it does not unpack to what the archive says.", where);
    return bytes;
}

struct ZipWriter::State {
    struct Entry {
        std::string name;
        std::uint64_t start = 0;
        std::uint64_t size = 0;
        bool compress = true;
    };
    AtomicFile output;
    AtomicFile spool;  // never committed
    std::uint64_t spooled = 0;
    std::vector<Entry> entries;

    Result<void> fill(zip_t* zip) const;
};

ZipWriter::ZipWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
ZipWriter::ZipWriter(ZipWriter&&) noexcept = default;
ZipWriter& ZipWriter::operator=(ZipWriter&&) noexcept = default;
ZipWriter::~ZipWriter() = default;

Result<ZipWriter> ZipWriter::create(const std::string& path)
{
    auto output = AtomicFile::create(path);
    if (!output)
        return fail(output.error());
    if (output->temporaryPath().empty())
        return fail(ErrorCode::Unsupported, "This format needs a file of its own, not a pipe or a device.", {.file = path});
    auto spool = AtomicFile::create(output->temporaryPath() + ".entries");
    if (!spool)
        return fail(spool.error());
    return ZipWriter(std::make_unique<State>(State{*std::move(output), *std::move(spool), 0, {}}));
}

Result<void> ZipWriter::add(const std::string& name, std::string_view bytes, bool compress)
{
    if (auto written = m_state->spool.write(bytes); !written)
        return fail(written.error().code(), written.error().message(), {.file = m_state->output.path()});
    m_state->entries.push_back({name, m_state->spooled, bytes.size(), compress});
    m_state->spooled += bytes.size();
    return {};
}

Result<void> ZipWriter::State::fill(zip_t* zip) const
{
    for (const Entry& entry : entries) {
        zip_source_t* source = entry.size == 0 ? zip_source_buffer(zip, "", 0, 0)
                                               : zip_source_file(zip, spool.temporaryPath().c_str(), entry.start, zip_int64_t(entry.size));
        const zip_int64_t index = source == nullptr ? -1 : zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            if (source != nullptr)
                zip_source_free(source);
            return fail(ErrorCode::Io, "Cannot add to the archive (" + std::string(zip_strerror(zip)) + ").",
                        {.file = output.path(), .record = entry.name});
        }
        zip_set_file_compression(zip, zip_uint64_t(index), entry.compress ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
        zip_file_set_mtime(zip, zip_uint64_t(index), kEntryTime, 0);
    }
    return {};
}

Result<void> ZipWriter::commit()
{
    if (auto flushed = m_state->spool.flush(); !flushed)
        return flushed;
    int code = 0;
    zip_t* zip = zip_open(m_state->output.temporaryPath().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (zip == nullptr)
        return fail(ErrorCode::Io, "Cannot write the archive (" + zipMessage(code) + ").", {.file = m_state->output.path()});
    if (auto filled = m_state->fill(zip); !filled) {
        zip_discard(zip);
        return filled;
    }
    if (zip_close(zip) != 0) {
        const std::string reason = zip_strerror(zip);
        zip_discard(zip);
        return fail(ErrorCode::Io, "Cannot write the archive (" + reason + ").", {.file = m_state->output.path()});
    }
    return m_state->output.commit();
}

}  // namespace nscope::io
