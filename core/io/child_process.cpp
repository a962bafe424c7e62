#include "core/io/child_process.h"

#include "core/io/spawn_plan.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace nscope::io {

namespace {

constexpr int kPollMs = 50;  ///< how long a stop may go unnoticed
constexpr int kWaitMs = 1;   ///< between looks whether the program has ended
constexpr std::size_t kChunkBytes = 16 * 1024;
constexpr std::size_t kWordsShown = 200;

class Descriptor {
public:
    explicit Descriptor(int number = -1) : m_number(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return m_number; }
    void close()
    {
        if (m_number >= 0)
            ::close(std::exchange(m_number, -1));
    }

private:
    int m_number;
};

Result<pid_t> spawn(const ChildCommand& command, int outputPipe)
{
    SpawnPlan plan;
    posix_spawn_file_actions_addchdir_np(&plan.actions, command.folder.c_str());
    posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, command.inputFile.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&plan.actions, outputPipe, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&plan.actions, outputPipe, STDERR_FILENO);
    // This program blocks the stop signals for itself (stop_signal.h); the child must not inherit that.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&plan.attributes, &none);
    posix_spawnattr_setpgroup(&plan.attributes, 0);
    posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

    std::vector<char*> arguments{const_cast<char*>(command.program.c_str())};
    for (const std::string& argument : command.arguments)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_t child = -1;
    const int error =
        posix_spawn(&child, command.program.c_str(), &plan.actions, &plan.attributes, arguments.data(), environ);
    if (error != 0)
        return fail(ErrorCode::Io, std::string("The program cannot be started: ") + std::strerror(error) + ".",
                    {.file = command.program});
    return child;
}

int exitStatus(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// Until when to wait for the program, and whether to go on.
class Patience {
public:
    Patience(const ChildCommand& command, std::stop_token stop)
        : m_command(command), m_stop(std::move(stop)), m_deadline(std::chrono::steady_clock::now() + command.timeout)
    {
    }

    Result<void> check() const
    {
        if (m_stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while another program was at work.", {.file = m_command.program});
        if (std::chrono::steady_clock::now() < m_deadline)
            return {};
        return fail(ErrorCode::Unsupported,
                    "The program took longer than " + std::to_string(m_command.timeout.count()) + " ms and was ended.",
                    {.file = m_command.program});
    }

private:
    const ChildCommand& m_command;
    std::stop_token m_stop;
    std::chrono::steady_clock::time_point m_deadline;
};

/// Reads until the program closes its output.
Result<std::string> readOutput(int pipe, const ChildCommand& command, const Patience& patience)
{
    std::string output;
    char chunk[kChunkBytes];
    while (true) {
        if (const auto goOn = patience.check(); !goOn)
            return fail(goOn.error());
        pollfd waiting{pipe, POLLIN, 0};
        if (::poll(&waiting, 1, kPollMs) <= 0)
            continue;
        const ssize_t count = ::read(pipe, chunk, sizeof chunk);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return output;
        if (output.size() + std::size_t(count) > command.maxOutputBytes)
            return fail(ErrorCode::Unsupported,
                        "The program wrote more than " + std::to_string(command.maxOutputBytes)
                            + " bytes of messages and was ended.",
                        {.file = command.program});
        output.append(chunk, std::size_t(count));
    }
}

/// Waits for the end of a program that has closed its output. It may go on all the same.
Result<int> waitForEnd(pid_t child, const Patience& patience)
{
    while (true) {
        int status = 0;
        const pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child)
            return exitStatus(status);
        if (ended < 0 && errno != EINTR)
            return fail(ErrorCode::Internal, std::string("The program was lost: ") + std::strerror(errno) + ".");
        if (const auto goOn = patience.check(); !goOn)
            return fail(goOn.error());
        ::poll(nullptr, 0, kWaitMs);
    }
}

}  // namespace

std::optional<std::string> findProgram(const std::string& name)
{
    const char* path = std::getenv("PATH");
    for (std::string_view rest = path == nullptr ? "" : path; !rest.empty();) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const std::string_view folder = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::string candidate = std::string(folder) + "/" + name;
        std::error_code error;
        if (!folder.empty() && std::filesystem::is_regular_file(candidate, error)
            && ::access(candidate.c_str(), X_OK) == 0)
            return std::filesystem::absolute(candidate, error).string();
    }
    return std::nullopt;
}

Result<ChildResult> runChild(const ChildCommand& command, std::stop_token stop)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return fail(ErrorCode::Io, std::string("The program cannot be started: ") + std::strerror(errno) + ".",
                    {.file = command.program});
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    const Result<pid_t> child = spawn(command, writing.number());
    if (!child)
        return fail(child.error());
    writing.close();
    const Patience patience(command, std::move(stop));
    Result<std::string> output = readOutput(reading.number(), command, patience);
    const Result<int> status = output ? waitForEnd(*child, patience) : fail(output.error());
    if (!status) {
        ::kill(-*child, SIGKILL);  // the whole group: nothing the program started goes on
        ::waitpid(*child, nullptr, 0);
        return fail(status.error());
    }
    return ChildResult{*status, std::move(*output)};
}

std::string firstWords(const std::string& output)
{
    std::string words = output.substr(0, kWordsShown);
    std::ranges::replace_if(
        words, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    return words.empty() ? "it said nothing" : words;
}

}  // namespace nscope::io
