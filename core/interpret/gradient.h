// Purpose: explanations from one backward pass: saliency (∂S/∂onehot), the first-order Taylor approximation of
// mutagenesis, gradient times input, and the gradient without its part across the simplex of bases.
// Source: spec/models.md 1.9, 4.5, 4.8. Values: natural-log units of S per unit of one-hot, or per mutation.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

struct InputGradient {
    double score = 0.0;          ///< S(x)
    torch::Tensor gradient_LC;   ///< all input channels, CPU float64
};

/// One forward and one backward pass; the stop token is polled in both.
InputGradient inputGradient(nn::SequenceNet& net, std::string_view letters, const nn::Target& target,
                            const nn::PassOptions& options, const data::FeatureMap& features = {});

enum class TaylorForm {
    Paper,  ///< g[i,k] − g[i,reference]: what ΔS of the mutation would be if S were linear
    Code,   ///< the authors' code: g[i,k], reference entry 0, nothing subtracted
};

/// L×4 values from the gradient; rows outside `wanted` are 0.
std::vector<float> taylorValues(const nn::SequenceNet& net, std::string_view letters, const torch::Tensor& gradient_LC,
                                TaylorForm form, data::Interval wanted);

Method gradientMethod();
Method taylorMethod();
Method gradientInputMethod();
Method gradientCorrectedMethod();

}  // namespace nscope::interpret
