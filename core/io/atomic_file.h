// Purpose: an output file that appears whole or not at all: written beside its place, renamed at the end.
// A path that names something other than a regular file (/dev/null, a pipe) or "-" (standard output) is written
// directly. Errors: Io with the path. Not thread-safe.
#pragma once

#include "core/base/result.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace nscope::io {

class AtomicFile {
public:
    static Result<AtomicFile> create(const std::string& path);
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&& other) noexcept;
    ~AtomicFile();  ///< without commit() the half-written file is removed and an older file stays as it was

    Result<void> write(std::string_view bytes);
    /// Hands everything written to the operating system, so that others can read it at temporaryPath().
    Result<void> flush();
    /// Flushes to disk and renames onto the final path.
    Result<void> commit();

    const std::string& path() const { return m_path; }
    /// Where the bytes go until commit(); for libraries that write by name. Empty when written directly.
    const std::string& temporaryPath() const { return m_temporary; }

private:
    AtomicFile() = default;
    Error failure(const char* what) const;
    void discard();

    std::string m_path;
    std::string m_temporary;
    std::FILE* m_file = nullptr;
};

/// Writes a whole small file atomically.
Result<void> writeFileAtomically(const std::string& path, std::string_view bytes);

}  // namespace nscope::io
