// Purpose: one alternative allele of a variant file, as a value.
#pragma once

#include <cstdint>
#include <string>

namespace nscope::data {

struct Variant {
    std::string contig;        ///< as the file names it
    std::int64_t startNt = 0;  ///< 0-based place of ref's first letter
    std::string id;            ///< empty: none
    std::string ref;           ///< canonical letters, at least one
    std::string alt;           ///< canonical letters, at least one; a symbolic allele ("<DEL>", "*") as it stands
    bool symbolic = false;     ///< alt is no sequence
    std::int64_t line = -1;    ///< 1-based line of a text file, or number of a record

    bool operator==(const Variant&) const = default;
};

}  // namespace nscope::data
