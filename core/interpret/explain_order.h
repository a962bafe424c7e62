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
    std::optional<data::Interval> cds{};  ///< coding region, where it is known
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

/// Puts values into the attribution and keeps the rows that are wanted: the others become 0 and not exact.
void setWantedRows(data::Attribution& attribution, const ExplainOrder& order, std::vector<float> values_LC);

/// L×4 values of A, C, G, T/U from values of every input channel, CPU float64.
std::vector<float> baseValues(const nn::SequenceNet& net, const torch::Tensor& values_LC);

/// L×4 values from one number per position, put at the sequence's own base; other letters have none.
std::vector<float> ownBaseValues(std::string_view letters, std::span<const double> value_L);

/// The same values with 0 everywhere but at the sequence's own bases.
std::vector<float> ownBasesOnly(std::string_view letters, std::vector<float> values_LC);

/// Peak bytes of a pass over `batch` sequences, and of each further one.
struct PassCost {
    std::int64_t first = 0;
    std::int64_t further = 0;
};
PassCost passCost(const ExplainOrder& order, bool gradient);

}  // namespace nscope::interpret
