// Purpose: names of the files of a signal with several tasks, where a file holds one: <stem>.<task><extension>.
// Thread: any.
#pragma once

#include "core/base/result.h"

#include <string>
#include <vector>

namespace nscope::io {

/// One path per task; of a single task the path itself. In the names everything but letters, digits, dot, dash and
/// underscore becomes an underscore. `extension`: the end of the path, in either case (".bw", ".bedgraph.gz").
/// Errors: InvalidArgument when two tasks would have the same file.
Result<std::vector<std::string>> taskFiles(const std::string& path, const std::string& extension,
                                           const std::vector<std::string>& tasks);

}  // namespace nscope::io
