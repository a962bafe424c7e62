// Purpose: where the index of a file lies: beside it, or, where that folder cannot be written, in the user's cache
// ($XDG_CACHE_HOME or ~/.cache)/nucleoscope/indexes under a name made from the file's path. Local files only.
#pragma once

#include "core/base/result.h"

#include <string>

namespace nscope::io {

enum class IndexState {
    Missing,
    Older,  ///< than its file, which was changed since
    Ready,
};

/// `index` against `file` by their times of change.
IndexState indexState(const std::string& file, const std::string& index);

/// A name in the cache for something made from `path`: the same for the same absolute path, distinct for others.
/// Makes the folder. Errors: Io (it cannot be made; there is no home folder).
Result<std::string> cachedName(const std::string& path, const std::string& ending);

/// True when a new file can be made in the folder of `path`.
bool canWriteBeside(const std::string& path);

/// A name that libraries cannot take for a URL.
std::string localName(const std::string& path);

}  // namespace nscope::io
