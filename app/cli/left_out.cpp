#include "app/cli/left_out.h"

#include "core/study/number_text.h"

#include <iostream>

namespace nscope::cli {

void printLeftOut(const io::ReadProblems& problems, const std::string& what)
{
    for (const Error& problem : problems.first)
        std::cerr << "Left out: " << problem.sentence() << "\n";
    if (problems.count > std::int64_t(problems.first.size()))
        std::cerr << "Left out, further " << what << ": "
                  << study::groupedText(problems.count - std::int64_t(problems.first.size())) << ".\n";
}

}  // namespace nscope::cli
