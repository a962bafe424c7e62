#include "core/nn/rescale.h"

#include <limits>

namespace nscope::nn {

namespace {

/// Differences of inputs below this are rounding.
double leastDifference(const torch::Tensor& x) { return x.scalar_type() == torch::kFloat64 ? 1e-10 : 1e-7; }

torch::Tensor firstHalf(const torch::Tensor& pairs) { return pairs.narrow(0, 0, pairs.size(0) / 2); }
torch::Tensor secondHalf(const torch::Tensor& pairs)
{
    return pairs.narrow(0, pairs.size(0) / 2, pairs.size(0) / 2);
}
torch::Tensor difference(const torch::Tensor& pairs) { return firstHalf(pairs) - secondHalf(pairs); }
torch::Tensor twice(const torch::Tensor& half) { return at::cat({half, half}, 0); }

/// Value and slope of the function at x.
std::pair<torch::Tensor, torch::Tensor> valueAndSlope(const torch::Tensor& x, Activation function)
{
    const at::AutoGradMode withGradient(true);
    const torch::Tensor place = x.detach().requires_grad_(true);
    const torch::Tensor y = activated(place, function);
    const torch::Tensor slope = torch::autograd::grad({y.sum()}, {place}).front();
    return {y.detach(), slope};
}

/// Where a maximum is reached at several places, as everywhere in a reference of equal letters, the place of the other
/// sequence's maximum is taken if it is one of them.
torch::Tensor withSharedTies(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& index)
{
    const double least = leastDifference(x);
    const auto moved = [least](const torch::Tensor& values, const torch::Tensor& maximum, const torch::Tensor& own,
                               const torch::Tensor& other) {
        return at::where(maximum - values.gather(2, other) < least, other, own);
    };
    const torch::Tensor second = moved(secondHalf(x), secondHalf(y), secondHalf(index), firstHalf(index));
    return at::cat({moved(firstHalf(x), firstHalf(y), firstHalf(index), second), second}, 0);
}

struct RuleGap {
    std::string_view operator()(const LayerNormLayer&) const { return "layer norm"; }
    std::string_view operator()(const RecurrentLayer&) const { return "a recurrent layer"; }
    std::string_view operator()(const AttentionPoolLayer&) const { return "attention"; }
    std::string_view operator()(const ActivationLayer& layer) const
    {
        return layer.function == Activation::Softmax ? "softmax" : "";
    }
    std::string_view operator()(const auto&) const { return ""; }
};

}  // namespace

// Adding (pairs − pairs) · ratio leaves the value as it is and makes the ratio the derivative.
torch::Tensor rescaledActivation(const torch::Tensor& pairs, Activation function)
{
    if (function == Activation::None)
        return pairs;
    const torch::Tensor x = pairs.detach();
    const auto [y, slope] = valueAndSlope(x, function);
    const torch::Tensor dx = difference(x);
    const torch::Tensor ratio = at::where(twice(dx.abs() < leastDifference(x)), slope, twice(difference(y) / dx));
    return y + (pairs - x) * ratio;
}

torch::Tensor rescaledMaxPool(const torch::Tensor& pairs_NCL, std::int64_t width, Padding padding)
{
    if (width == 1)
        return pairs_NCL;
    const torch::Tensor x = pairs_NCL.detach();
    const std::int64_t missing = padding == Padding::Same ? (width - x.size(2) % width) % width : 0;
    const std::int64_t before = missing / 2;
    const torch::Tensor padded =
        missing == 0 ? x
                     : at::constant_pad_nd(x, {before, missing - before}, -std::numeric_limits<double>::infinity());
    const auto [y, paddedIndex] = at::max_pool1d_with_indices(padded, {width}, {width});
    const torch::Tensor index = withSharedTies(x, y, paddedIndex - before);
    const torch::Tensor larger = at::maximum(firstHalf(y), secondHalf(y));
    const torch::Tensor change = at::cat({larger - secondHalf(y), firstHalf(y) - larger}, 0);
    const torch::Tensor dx = difference(x);
    const torch::Tensor same = dx.abs() < leastDifference(x);
    const torch::Tensor perInput = at::where(same, torch::zeros_like(dx), dx.reciprocal());
    const torch::Tensor zero = pairs_NCL - x;
    const torch::Tensor shared = (firstHalf(zero) + secondHalf(zero)) * perInput;
    const torch::Tensor slope = zero * twice(same).to(x.scalar_type());
    return y + change * twice(shared).gather(2, index) + slope.gather(2, index);
}

Result<void> checkRescalable(const Layers& layers)
{
    for (const Layer& layer : layers) {
        std::string_view gap = std::visit(RuleGap{}, layer.what);
        Result<void> inside;
        if (const auto* residual = std::get_if<ResidualLayer>(&layer.what)) {
            inside = checkRescalable(residual->body);
            gap = RuleGap{}(ActivationLayer{residual->after});
        } else if (const auto* split = std::get_if<BranchesLayer>(&layer.what)) {
            for (const Layers& branch : split->branches)
                inside = inside ? checkRescalable(branch) : inside;
        }
        if (!inside)
            return inside;
        if (!gap.empty())
            return fail(ErrorCode::Unsupported, "DeepLIFT's rescale rule is not defined for " + std::string(gap)
                                                    + ", which this model has; use integrated gradients instead.");
    }
    return {};
}

}  // namespace nscope::nn
