// Purpose: the subcommands of `motifs`: each adds its options and gives what runs with them.
#pragma once

#include "app/cli/command.h"

#include <string>
#include <string_view>
#include <vector>

namespace nscope::cli {

Runner addMotifDiscover(CLI::App& app);
Runner addMotifCompare(CLI::App& app);
Runner addMotifEnrich(CLI::App& app);
Runner addMotifScan(CLI::App& app);
Runner addMotifFilters(CLI::App& app);

/// The letters of the records of `path`, or, without a path, a dinucleotide shuffle of each of `originals`; the seed of a
/// shuffle follows from `seed` and the place in the list.
Result<std::vector<std::string>> controlLetters(const std::string& path, const std::vector<std::string>& originals,
                                                std::uint64_t seed);
std::vector<std::string_view> viewsOf(const std::vector<std::string>& texts);

}  // namespace nscope::cli
