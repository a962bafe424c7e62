// Purpose: the one header with LibTorch includes, precompiled once for all torch rooms, and the one place where
// LibTorch 1.13 and 2.x differ. Include it first; never together with a Qt header that defines `slots`.
#pragma once

#include <torch/autograd.h>
#include <torch/cuda.h>
#include <torch/nn/cloneable.h>
#include <torch/nn/functional/activation.h>
#include <torch/nn/functional/normalization.h>
#include <torch/nn/init.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/modules/rnn.h>
#include <torch/nn/pimpl.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>
#include <torch/types.h>
#include <torch/utils.h>
#include <torch/version.h>

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::nn {

/// Text of the LibTorch version this was compiled against, for people: "1.13.0".
inline std::string torchVersionText() { return TORCH_VERSION; }

/// True if the exception says that memory ran out. 1.13 throws a plain c10::Error on the CPU, 2.x has a type for it.
inline bool isOutOfMemory(const c10::Error& error)
{
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error))
        return true;
    const std::string_view text = error.msg();
    return text.find("can't allocate memory") != std::string_view::npos
        || text.find("not enough memory") != std::string_view::npos
        || text.find("out of memory") != std::string_view::npos;
}

/// Whether this thread's products on devices of a kind are made with bfloat16 (autocast; precision.h is its use).
inline bool isBf16Autocast(torch::DeviceType device)
{
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    return at::autocast::is_autocast_enabled(device) && at::autocast::get_autocast_dtype(device) == at::kBFloat16;
#else
    return device == torch::kCPU ? at::autocast::is_cpu_enabled()
                                 : at::autocast::is_enabled() && at::autocast::get_autocast_gpu_dtype() == at::kBFloat16;
#endif
}

inline void setBf16Autocast(torch::DeviceType device, bool enabled)
{
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    at::autocast::set_autocast_dtype(device, at::kBFloat16);
    at::autocast::set_autocast_enabled(device, enabled);
#else
    if (device == torch::kCPU) {
        at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
        at::autocast::set_cpu_enabled(enabled);
    } else {
        at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
        at::autocast::set_enabled(enabled);
    }
#endif
}

}  // namespace nscope::nn
