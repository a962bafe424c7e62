#include "core/dataset/dataset.h"

namespace nscope::dataset {

std::string_view partName(Part part)
{
    constexpr std::array<std::string_view, 3> kNames{"train", "validation", "test"};
    return kNames[std::size_t(part)];
}

std::vector<std::int32_t> Dataset::rows(Part part) const
{
    std::vector<std::int32_t> found;
    for (std::size_t i = 0; i < examples.size(); ++i)
        if (examples[i].part == part)
            found.push_back(std::int32_t(i));
    return found;
}

}  // namespace nscope::dataset
