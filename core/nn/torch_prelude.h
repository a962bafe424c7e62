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

}  // namespace nscope::nn
