#include "core/dataset/dataset.h"

namespace nscope::dataset {

std::vector<std::int32_t> Dataset::rows(Part part) const
{
    std::vector<std::int32_t> found;
    for (std::size_t i = 0; i < examples.size(); ++i)
        if (examples[i].part == part)
            found.push_back(std::int32_t(i));
    return found;
}

}  // namespace nscope::dataset
