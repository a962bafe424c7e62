// Purpose: everything a method needs to start: the loaded network, one sequence, target, options and where to begin.
#pragma once

#include "core/nn/sequence_net.h"

#include "core/data/attribution.h"
#include "core/data/interval.h"
#include "core/data/option_value.h"

#include <optional>

namespace nscope::interpret {

struct ExplainOrder {
    std::shared_ptr<nn::SequenceNet> net;
    std::string modelHash;
    std::string letters;                  ///< canonical
    data::FeatureMap features{};          ///< the sequence's further inputs
    nn::Target target;
    data::OptionMap options;              ///< complete (defaults filled in)
    std::optional<data::Interval> region; ///< computed first, or keys returned
    std::optional<data::Interval> only;   ///< rows outside stay 0
    std::int64_t budgetBytes = 0;

    std::int64_t length() const { return std::int64_t(letters.size()); }
    /// Rows that are wanted: `only` inside the sequence, or all.
    data::Interval wanted() const
    {
        const data::Interval all{0, length()};
        return only ? only->intersected(all) : all;
    }
    template <class T>
    T option(const std::string& id) const
    {
        return std::get<T>(options.at(id));
    }
};

/// An attribution of zeros with everything but its values, exactness and meaning filled in.
data::Attribution emptyAttribution(const ExplainOrder& order, std::string_view method);

}  // namespace nscope::interpret
