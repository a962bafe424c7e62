#include "core/nn/precision.h"

namespace nscope::nn {

bool hasBf16Products(torch::Device device)
{
#if defined(__x86_64__)
    return !device.is_cpu() || __builtin_cpu_supports("avx512bf16");
#else
    return !device.is_cpu();
#endif
}

PrecisionScope::PrecisionScope(torch::Device device, Precision precision)
    : m_device(device.type()), m_before(isBf16Autocast(m_device))
{
    at::autocast::increment_nesting();
    setBf16Autocast(m_device, precision == Precision::Bf16);
}

PrecisionScope::~PrecisionScope()
{
    setBf16Autocast(m_device, m_before);
    // The outermost scope forgets weights that were made bfloat16: they change with the next step.
    if (at::autocast::decrement_nesting() == 0)
        at::autocast::clear_cache();
}

}  // namespace nscope::nn
