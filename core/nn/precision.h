// Purpose: passes of training that multiply with bfloat16. While such a scope lives, LibTorch's autocast gives matrix
// products and convolutions of this thread bfloat16 inputs (8 significant bits, the range of float32) and outputs; weights,
// their gradients, sums, norms and losses stay float32. Source: Micikevicius et al. 2018; Kalamkar et al. 2019.
// Thread: the scope rules the thread that makes it, for devices of its kind; backward passes need none.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

enum class Precision { Float32, Bf16 };

/// As settings name it: "bf16", else "float32".
inline Precision precisionNamed(std::string_view name) { return name == "bf16" ? Precision::Bf16 : Precision::Float32; }

/// Whether the device multiplies bfloat16 in hardware; elsewhere training with it is no faster. True for every graphics
/// card, since LibTorch does not tell.
bool hasBf16Products(torch::Device device);

/// Scopes nest: one of Float32 within another of Bf16 is for what needs all its digits, and is given float32().
class PrecisionScope {
public:
    PrecisionScope(torch::Device device, Precision precision);
    ~PrecisionScope();
    PrecisionScope(const PrecisionScope&) = delete;
    PrecisionScope& operator=(const PrecisionScope&) = delete;

private:
    torch::DeviceType m_device;
    bool m_before;
};

/// bfloat16 as float32; any other type as it is. Differentiable.
inline torch::Tensor float32(const torch::Tensor& x)
{
    return x.defined() && x.scalar_type() == torch::kBFloat16 ? x.to(torch::kFloat32) : x;
}

}  // namespace nscope::nn
