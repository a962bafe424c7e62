// Purpose: the finished parts of a long result, kept in a folder until all are there, so that a run that ended early goes
// on where it stopped. `run.json` says what the parts are of; a run that is of something else does not touch them.
// A part appears whole or not at all; it is an .npz file, so that damage to it is noticed.
// Errors: Io; InvalidArgument, with what differs, for a folder of another run, of something else or one that another
// process is using. Thread: one; processes keep off each other's folders.
#pragma once

#include "core/io/npz.h"

#include <cstddef>
#include <map>
#include <string>

namespace nscope::io {

/// What a run is of, in words: "model" → its hash, "regions" → ….
using RunDescription = std::map<std::string, std::string>;

class PartFolder {
public:
    /// Makes the folder, or goes on with the one that is there.
    static Result<PartFolder> open(const std::string& path, const RunDescription& description);
    PartFolder(PartFolder&& other) noexcept;
    PartFolder& operator=(PartFolder&&) = delete;
    ~PartFolder();  ///< leaves the parts

    bool has(std::size_t part) const;
    Result<void> put(std::size_t part, const NpzArrays& arrays);
    Result<NpzArrays> get(std::size_t part) const;
    /// Deletes the parts and the folder, which must not be used afterwards.
    Result<void> remove();

    const std::string& path() const { return m_path; }

private:
    PartFolder(std::string path, int lock) : m_path(std::move(path)), m_lock(lock) {}
    std::string file(std::size_t part) const;

    std::string m_path;
    int m_lock = -1;
};

}  // namespace nscope::io
