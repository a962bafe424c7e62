// Purpose: letters to hold against others: of a file, or shuffles. Thread: any. Errors: those of io::readFasta.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::study {

/// The letters of the records of `path`, or, without a path, a dinucleotide shuffle of each of `originals`; the seed of
/// a shuffle follows from `seed` and the place in the list.
Result<std::vector<std::string>> controlLetters(const std::string& path, const std::vector<std::string>& originals,
                                                std::uint64_t seed);
std::vector<std::string_view> viewsOf(const std::vector<std::string>& texts);

}  // namespace nscope::study
