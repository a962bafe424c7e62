// Purpose: regions of a transcript that follow from its CDS.
#include "core/data/transcript.h"

namespace nscope::data {

std::optional<Interval> Transcript::utr5() const
{
    if (!cds)
        return std::nullopt;
    return Interval{0, cds->startNt};
}

std::optional<Interval> Transcript::utr3() const
{
    if (!cds)
        return std::nullopt;
    return Interval{cds->endNt, sequence.length()};
}

}  // namespace nscope::data
