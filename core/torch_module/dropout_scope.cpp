#include "core/torch_module/dropout_scope.h"

#include <ATen/CPUGeneratorImpl.h>

#include <mutex>

namespace nscope::torch_module {

DropoutScope::DropoutScope(nn::SequenceNet& net, std::uint64_t seed) : m_net(net)
{
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    {
        const std::scoped_lock lock(generator.mutex());
        m_generatorState = generator.get_state();
    }
    torch::manual_seed(seed);
    m_net.train(true);
    for (const auto& module : m_net.modules(/*include_self=*/false)) {
        if (auto* norm = module->as<torch::nn::BatchNorm1dImpl>())
            norm->eval();
    }
}

DropoutScope::~DropoutScope()
{
    m_net.eval();
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const std::scoped_lock lock(generator.mutex());
    generator.set_state(m_generatorState);
}

}  // namespace nscope::torch_module
