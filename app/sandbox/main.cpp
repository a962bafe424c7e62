// Purpose: nucleoscope-sandbox, the process in which TorchScript files of others run (DESIGN §7). Started by
// core/models/sandbox_process with an empty environment; standard input and output are a socket on which it answers
// requests (core/io/sandbox_protocol.h), descriptor 3 is the file.
// usage: nucleoscope-sandbox MEMORY_BYTES CPU_SECONDS THREADS PARENT_PID
#include "app/sandbox/confine.h"
#include "app/sandbox/script_runner.h"

#include <torch/csrc/jit/runtime/graph_executor.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace nscope::sandbox;
using namespace nscope::io::sandbox;

constexpr int kUsageError = 2;

struct Arguments {
    Limits limits;
    int threads = 1;
    pid_t parent = 0;
};

template <class Number>
bool read(const char* text, Number& number)
{
    const char* const end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, number);
    return error == std::errc() && stop == end && number > 0;
}

std::optional<Arguments> parse(int argc, char** argv)
{
    Arguments given;
    const bool sound = argc == 5 && read(argv[1], given.limits.memoryBytes) && read(argv[2], given.limits.cpuSeconds)
                    && read(argv[3], given.threads) && read(argv[4], given.parent)
                    && fcntl(kScriptDescriptor, F_GETFD) >= 0;
    return sound ? std::optional(given) : std::nullopt;
}

bool readAll(void* buffer, std::size_t count)
{
    for (std::size_t done = 0; done < count;) {
        const ssize_t step = ::read(STDIN_FILENO, static_cast<char*>(buffer) + done, count - done);
        if (step < 0 && errno == EINTR)
            continue;
        if (step <= 0)
            return false;
        done += std::size_t(step);
    }
    return true;
}

bool writeAll(const std::string& frame)
{
    for (std::size_t done = 0; done < frame.size();) {
        const ssize_t step = ::write(STDOUT_FILENO, frame.data() + done, frame.size() - done);
        if (step < 0 && errno == EINTR)
            continue;
        if (step <= 0)
            return false;
        done += std::size_t(step);
    }
    return true;
}

std::string refused(const ScriptError& error)
{
    return Writer(Message::Refused).number(std::uint64_t(error.reason)).text(error.text).frame();
}

torch::Tensor readTensor(Reader& request)
{
    const TensorView view = request.tensor();
    torch::Tensor tensor = torch::empty(request.sound() ? view.sizes : std::vector<std::int64_t>{0}, torch::kFloat32);
    if (!view.data.empty())
        std::memcpy(tensor.data_ptr(), view.data.data(), view.data.size());
    return tensor;
}

std::string values(const torch::Tensor& tensor)
{
    if (std::uint64_t(tensor.numel()) > kMaxPayloadBytes / sizeof(float) - 64 || tensor.dim() > std::int64_t(kMaxAxes))
        throw ScriptError{Refusal::Output, "The network's output is too large"};
    return Writer(Message::Values).tensor(tensor.sizes(), tensor.data_ptr<float>()).frame();
}

/// The answer to a sound request; nothing to one that is not.
std::optional<std::string> answer(ScriptRunner& runner, Message message, std::string_view payload)
{
    Reader request(payload);
    if (message == Message::Describe && request.complete())
        return Writer(Message::Described).number(std::uint64_t(runner.parameterCount())).frame();
    const std::string output = request.text();
    const torch::Tensor input = readTensor(request);
    if (message == Message::Forward && request.complete())
        return values(runner.forward(output, input));
    const torch::Tensor outputGradient = readTensor(request);
    if (message == Message::Gradient && request.complete())
        return values(runner.gradient(output, input, outputGradient));
    return std::nullopt;
}

/// Answers until the parent closes its end.
void serve(ScriptRunner& runner)
{
    const torch::jit::GraphOptimizerEnabledGuard asWritten(false);  // no fusion, no compilation
    FrameHead head;
    std::string payload;
    while (readAll(&head, sizeof head) && head.isSound()) {
        std::optional<std::string> frame;
        try {
            payload.resize(head.payloadBytes);
            if (!readAll(payload.data(), payload.size()))
                return;
            frame = answer(runner, Message(head.message), payload);
        } catch (...) {
            frame = refused(refusalOf());
        }
        if (!frame || !writeAll(*frame))
            return;
    }
}

}  // namespace

int main(int argc, char** argv)
{
    const auto arguments = parse(argc, argv);
    if (!arguments) {
        std::fputs("nucleoscope-sandbox is started by Nucleoscope to run a TorchScript model.\n", stderr);
        return kUsageError;
    }
    if (!bindToParent(arguments->parent))
        return 1;
    warmUp(arguments->threads);
    if (const auto problem = confine(arguments->limits, kScriptDescriptor)) {
        writeAll(refused({Refusal::Confinement, *problem}));
        _exit(1);
    }
    ScriptRunner runner(kScriptDescriptor);
    serve(runner);
    _exit(0);  // no clean-up code of a library, which may want what is out of reach
}
