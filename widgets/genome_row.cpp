#include "widgets/genome_row.h"

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

data::Interval GenomeScene::visible() const
{
    return {std::int64_t(std::floor(startNt)), std::int64_t(std::ceil(endNt()))};
}

QRectF GenomeScene::box(data::Interval range, double top, double height, double leastWidth) const
{
    const double a = xOf(double(range.startNt)), b = xOf(double(range.endNt));
    double left = std::min(a, b), right = std::max(a, b);
    if (right - left < leastWidth) {
        const double middle = (left + right) / 2;
        left = middle - leastWidth / 2;
        right = middle + leastWidth / 2;
    }
    // Far ends beyond the picture: painters round large numbers badly.
    const double beyond = isFigure ? 0.0 : 8.0;
    left = std::max(left, -beyond);
    right = std::min(right, widthUnits + beyond);
    return {left, top, std::max(0.0, right - left), height};
}

}  // namespace nscope::widgets
