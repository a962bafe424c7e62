// Purpose: zip files read within caps (DESIGN §7) and written atomically (libzip).
// Refused: more than 100,000 entries, more than 4 GiB in all when unpacked, an entry that unpacks to more than 2,000
// times its size, names that are absolute or hold "..", backslashes or NUL, links, encrypted entries, doubled names.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

struct ZipLimits {
    std::int64_t maxEntries = 100'000;
    std::int64_t maxTotalBytes = 4LL << 30;
    std::int64_t maxRatio = 2000;  ///< deflate cannot exceed 1,032; more is a forged directory
};

class ZipReader {
public:
    static Result<ZipReader> open(const std::string& path, const ZipLimits& limits = {});
    /// Bytes must outlive the reader.
    static Result<ZipReader> fromBytes(std::string_view bytes, const ZipLimits& limits = {});

    const std::vector<std::string>& names() const { return m_names; }
    bool contains(std::string_view name) const;
    /// One entry, unpacked, its checksum verified. Errors: NotFound, Parse.
    Result<std::string> read(const std::string& name) const;

private:
    struct Archive;
    ZipReader() = default;
    Result<void> checkDirectory(const ZipLimits& limits);

    std::string m_path;
    std::shared_ptr<Archive> m_archive;
    std::vector<std::string> m_names;
    std::map<std::string, std::int64_t, std::less<>> m_sizes;  ///< unpacked, by name
};

/// Entries wait in a temporary file beside the zip, so that memory stays bounded; the zip appears whole at commit().
class ZipWriter {
public:
    static Result<ZipWriter> create(const std::string& path);
    ZipWriter(ZipWriter&&) noexcept;
    ZipWriter& operator=(ZipWriter&&) noexcept;
    ~ZipWriter();

    Result<void> add(const std::string& name, std::string_view bytes, bool compress = true);
    Result<void> commit();

private:
    struct State;
    explicit ZipWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace nscope::io
