#include "app/sandbox/script_runner.h"

#include <ATen/Parallel.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <torch/autograd.h>
#include <torch/jit.h>

#include <algorithm>
#include <cerrno>
#include <dlfcn.h>
#include <memory>
#include <unistd.h>

namespace nscope::sandbox {

namespace {

using io::sandbox::Refusal;

/// The file behind an open descriptor, for LibTorch's reader.
class DescriptorReader : public caffe2::serialize::ReadAdapterInterface {
public:
    explicit DescriptorReader(int descriptor)
        : m_descriptor(descriptor), m_bytes(std::size_t(std::max<off_t>(lseek(descriptor, 0, SEEK_END), 0)))
    {
    }
    std::size_t size() const override { return m_bytes; }
    std::size_t read(std::uint64_t position, void* buffer, std::size_t count, const char*) const override
    {
        std::size_t done = 0;
        while (done < count) {
            const ssize_t step = pread(m_descriptor, static_cast<char*>(buffer) + done, count - done,
                                       off_t(position + done));
            if (step < 0 && errno == EINTR)
                continue;
            if (step <= 0)
                break;
            done += std::size_t(step);
        }
        return done;
    }

private:
    int m_descriptor;
    std::size_t m_bytes;
};

/// The line that says what happened, without interpreter's and LibTorch's traces.
std::string reasonLine(std::string text)
{
    constexpr std::string_view kMark = "RuntimeError: ";
    if (const auto mark = text.rfind(kMark); mark != text.npos)
        text.erase(0, mark + kMark.size());
    if (text.starts_with("Traceback of TorchScript") || text.starts_with("The following operation failed")) {
        while (text.ends_with('\n'))
            text.pop_back();
        text.erase(0, text.rfind('\n') + 1);
    }
    text.resize(std::min(text.find('\n'), text.size()));
    return text;
}

bool saysOutOfMemory(const std::string& text)
{
    for (const char* words : {"can't allocate memory", "not enough memory", "out of memory", "bad_alloc"}) {
        if (text.find(words) != text.npos)
            return true;
    }
    return false;
}

[[noreturn]] void noSuchOutput(const std::string& wanted, const std::string& known)
{
    throw ScriptError{Refusal::Output, wanted.empty() ? "The network returns no tensor"
                                                      : "The network has no output “" + wanted + "”, but " + known};
}

/// An output by its key of a dictionary, or by its place in a tuple or list; of these the first if no name is given.
torch::Tensor picked(const torch::IValue& result, const std::string& wanted)
{
    if (result.isTensor() && (wanted.empty() || wanted == "0"))
        return result.toTensor();
    std::string known;
    const auto consider = [&](const std::string& name, const torch::IValue& value) -> std::optional<torch::Tensor> {
        if (value.isTensor() && (wanted == name || (wanted.empty() && known.empty())))
            return value.toTensor();
        known += (known.empty() ? "" : ", ") + name;
        return std::nullopt;
    };
    if (result.isGenericDict()) {
        for (const auto& entry : result.toGenericDict()) {
            if (!entry.key().isString())
                continue;
            if (const auto found = consider(entry.key().toStringRef(), entry.value()))
                return *found;
        }
    } else if (result.isTuple() || result.isList()) {
        const auto values = result.isTuple() ? result.toTupleRef().elements().vec() : result.toListRef().vec();
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (const auto found = consider(std::to_string(i), values[i]))
                return *found;
        }
    } else {
        known = result.isTensor() ? "0" : "";
    }
    noSuchOutput(wanted, known.empty() ? "returns no tensor" : "has " + known);
}

torch::Tensor plain(const torch::Tensor& tensor) { return tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous(); }

/// OpenBLAS has a thread pool of its own.
void setThreads(int threads)
{
    at::set_num_threads(threads);
    using SetThreads = void (*)(int);
    if (const auto setBlas = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads")))
        setBlas(threads);
}

}  // namespace

ScriptError refusalOf()
{
    std::string text = "unknown reason";
    try {
        throw;
    } catch (const ScriptError& error) {
        return error;
    } catch (const c10::Error& error) {
        text = error.what_without_backtrace();
    } catch (const std::exception& error) {
        text = error.what();
    } catch (...) {
    }
    return {saysOutOfMemory(text) ? Refusal::Memory : Refusal::Script, reasonLine(std::move(text))};
}

void warmUp(int threads)
{
    setThreads(threads);
    const torch::Tensor x = torch::ones({8, 16, 256}).requires_grad_(true);
    const torch::Tensor kernels = torch::ones({16, 16, 7});
    const torch::Tensor y = at::relu(at::conv1d(x, kernels, {}, 1, 3)).matmul(torch::ones({256, 256})).sum();
    torch::autograd::grad({y}, {x});
    at::parallel_for(0, 1 << 20, 1, [](std::int64_t, std::int64_t) {});
    const auto unit = torch::jit::compile("def twice(x):\n    return x + x\n");
    unit->run_method("twice", torch::ones({2}));
    try {
        TORCH_CHECK(false, "the first exception loads the unwinder");
    } catch (const c10::Error&) {
    }
}

torch::jit::Module& ScriptRunner::module()
{
    if (m_module)
        return *m_module;
    try {
        torch::jit::Module loaded =
            torch::jit::load(std::make_unique<DescriptorReader>(m_descriptor), torch::Device(torch::kCPU));
        loaded.eval();
        for (torch::Tensor parameter : loaded.parameters())
            parameter.requires_grad_(false);
        m_module = std::move(loaded);
    } catch (...) {
        ScriptError error = refusalOf();
        if (error.reason == Refusal::Script)
            error.reason = Refusal::File;
        throw error;
    }
    return *m_module;
}

std::int64_t ScriptRunner::parameterCount()
{
    std::int64_t count = 0;
    for (const torch::Tensor& parameter : module().parameters())
        count += parameter.numel();
    return count;
}

torch::Tensor ScriptRunner::forward(const std::string& output, const torch::Tensor& input)
{
    const torch::NoGradGuard plainNumbers;
    return plain(picked(module().forward({input}), output));
}

torch::Tensor ScriptRunner::gradient(const std::string& output, const torch::Tensor& input,
                                     const torch::Tensor& outputGradient)
{
    const torch::Tensor x = input.detach().requires_grad_(true);
    const torch::Tensor y = picked(module().forward({x}), output);
    if (!y.requires_grad())
        throw ScriptError{Refusal::Output, "The network gives no gradient: its output is cut off from its input"};
    const auto gradients = torch::autograd::grad({y}, {x}, {outputGradient.to(y.options()).view_as(y)});
    return plain(gradients.front());
}

}  // namespace nscope::sandbox
