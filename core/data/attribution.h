// Purpose: what an explanation gives: one value per position and base, and all that is needed to read it rightly.
#pragma once

#include "core/data/interval.h"
#include "core/data/prediction.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nscope::data {

struct Attribution {
    std::string method;       ///< MethodSpec id
    std::string target;       ///< target text, e.g. "logit:PC-NC"
    std::string meaning;      ///< one sentence: what a value of +1 means and in which units
    std::map<std::string, std::string> options;
    std::string modelHash;
    std::vector<float> values_LC;       ///< L×4, channel order A, C, G, T/U
    std::vector<std::uint8_t> exact_L;  ///< 1 where the row holds this method's own value, 0 where it is still a
                                        ///< preview (gradient instead of exact mutagenesis); empty = all exact
    double referenceScore = 0.0;        ///< S(x)
    std::vector<NamedValue> diagnostics;

    std::int64_t length() const { return std::int64_t(values_LC.size() / 4); }
    float at(std::int64_t positionNt, int base) const { return values_LC[std::size_t(positionNt) * 4 + std::size_t(base)]; }
    bool isExact(std::int64_t positionNt) const { return exact_L.empty() || exact_L[std::size_t(positionNt)] != 0; }
    bool operator==(const Attribution&) const = default;
};

}  // namespace nscope::data
