// Purpose: runs one TorchScript file inside the confined process: loads it at the first request, calls its forward().
// Everything is float32 on the CPU. Errors: ScriptError says why in the terms of the protocol; LibTorch's exceptions
// come through refusalOf(). Thread: main.
#pragma once

#include "core/io/sandbox_protocol.h"

#include <torch/script.h>

#include <exception>
#include <optional>
#include <string>

namespace nscope::sandbox {

/// A refusal and its reason, one line.
struct ScriptError {
    io::sandbox::Refusal reason;
    std::string text;
};

/// What went wrong when the script was run, of the exception being handled. Call inside a catch block.
ScriptError refusalOf();

/// Runs a little of everything that LibTorch starts on demand (threads, convolution kernels, autograd, the
/// interpreter), so that nothing needs a file or a process any more once those are out of reach.
void warmUp(int threads);

class ScriptRunner {
public:
    explicit ScriptRunner(int descriptor) : m_descriptor(descriptor) {}

    std::int64_t parameterCount();
    /// One output for an input of any axes. Throws ScriptError and LibTorch's exceptions.
    torch::Tensor forward(const std::string& output, const torch::Tensor& input);
    /// d(Σ output · outputGradient)/d input.
    torch::Tensor gradient(const std::string& output, const torch::Tensor& input, const torch::Tensor& outputGradient);

private:
    torch::jit::Module& module();

    int m_descriptor;
    std::optional<torch::jit::Module> m_module;
};

}  // namespace nscope::sandbox
