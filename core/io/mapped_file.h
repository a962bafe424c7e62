// Purpose: a file's bytes, read-only, without copying them (mmap). Copies share the mapping; thread-safe to read.
// The file must not be shortened by others while it is mapped.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace nscope::io {

class MappedFile {
public:
    /// Errors: NotFound, Io (a folder, no permission). An empty file gives an empty span.
    static Result<MappedFile> open(const std::string& path);

    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    std::shared_ptr<const void> m_mapping;
    std::span<const std::byte> m_bytes;
};

/// A whole text or binary file of at most `maxBytes`. Errors: NotFound, Io, Parse when it is longer.
Result<std::string> readWholeFile(const std::string& path, std::size_t maxBytes);

}  // namespace nscope::io
