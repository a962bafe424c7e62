// Purpose: the file formats this build reads and writes; menus, the CLI's `formats` and the manual are made from it.
#pragma once

#include <span>
#include <string_view>

namespace nscope::io {

struct FormatSpec {
    std::string_view id;          ///< "fasta"
    std::string_view name;        ///< "FASTA"
    std::string_view extensions;  ///< space-separated, with dot: ".fa .fa.gz"
    bool reads = false;
    bool writes = false;
    std::string_view help;        ///< one line
};

std::span<const FormatSpec> formatList();

/// The format of a file by the end of its name (case ignored), or nullptr.
const FormatSpec* formatOfPath(std::string_view path);

}  // namespace nscope::io
