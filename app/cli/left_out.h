// Purpose: what was left out of an input, on standard error in lines of its own: said with --quiet too, since it is no
// progress.
#pragma once

#include "core/io/read_problems.h"

#include <string>

namespace nscope::cli {

/// `what` in the plural: "records of the annotation".
void printLeftOut(const io::ReadProblems& problems, const std::string& what);

}  // namespace nscope::cli
