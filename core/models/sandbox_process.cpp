#include "core/models/sandbox_process.h"

#include "core/io/sha256.h"
#include "core/io/spawn_plan.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace nscope::models {

namespace {

namespace fs = std::filesystem;
namespace protocol = io::sandbox;
using protocol::Message;

constexpr int kPollMs = 25;                    ///< how long a stop may go unnoticed
constexpr std::chrono::milliseconds kGrace(300);  ///< for an answer that is no longer wanted; spares a new start
constexpr int kFirstFreeDescriptor = 10;       ///< beyond those that the helper is given
constexpr std::size_t kReadBytes = std::size_t(1) << 20;
constexpr std::size_t kMaxSentenceBytes = 300;
constexpr const char* kStopped = "The computation was stopped.";

class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return m_number; }
    int release() { return std::exchange(m_number, -1); }
    /// Moves it out of the way of 0 to 3, where the helper's are put.
    void lift()
    {
        const int lifted = ::fcntl(m_number, F_DUPFD_CLOEXEC, kFirstFreeDescriptor);
        ::close(std::exchange(m_number, lifted));
    }

private:
    int m_number;
};

Result<std::string> findHelper()
{
    std::error_code error;
    const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (const fs::path& place : {folder, (folder / "../lib/nucleoscope").lexically_normal()}) {
        const fs::path program = place / protocol::kProgramName;
        if (::access(program.c_str(), X_OK) == 0)
            return program.string();
    }
    const std::string name(protocol::kProgramName);
    return fail(ErrorCode::NotFound, "The program that runs TorchScript safely (" + name + ") is not in "
                                         + folder.string() + ". Please reinstall Nucleoscope.");
}

/// Text of a stranger's process as a clause: printable, short, without a full stop.
std::string clause(std::string_view text)
{
    std::string line;
    for (const char letter : text.substr(0, kMaxSentenceBytes))
        line += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f ? ' ' : letter;
    while (line.ends_with(' ') || line.ends_with('.'))
        line.pop_back();
    return line;
}

std::string howItEnded(int status)
{
    if (!WIFSIGNALED(status))
        return "ended by itself";
    switch (WTERMSIG(status)) {
    case SIGSYS: return "tried to write a file, use the network or start a program, which it may not, and was ended";
    case SIGXCPU: return "used more processor time than it may and was ended";
    case SIGKILL: return "was killed, by the system for want of memory or by somebody";
    default: return std::string("crashed (") + strsignal(WTERMSIG(status)) + ")";
    }
}

}  // namespace

/// Until when to wait, and whether to go on.
class SandboxProcess::Patience {
public:
    Patience(std::chrono::milliseconds patience, std::stop_token stop)
        : m_deadline(std::chrono::steady_clock::now() + patience), m_stop(std::move(stop))
    {
    }
    bool isStopped() const { return m_stop.stop_requested(); }
    /// Waits a little for the socket; false when the patience is at its end.
    bool wait(int socket, short events)
    {
        const auto now = std::chrono::steady_clock::now();
        if (isStopped() && !std::exchange(m_isHurried, true))
            m_deadline = std::min(m_deadline, now + kGrace);
        if (now >= m_deadline)
            return false;
        pollfd waiting{socket, events, 0};
        ::poll(&waiting, 1, kPollMs);
        return true;
    }

private:
    std::chrono::steady_clock::time_point m_deadline;
    bool m_isHurried = false;
    std::stop_token m_stop;
};

SandboxProcess::SandboxProcess(std::string scriptPath, std::string sha256, SandboxSettings settings)
    : m_scriptPath(std::move(scriptPath)), m_sha256(std::move(sha256)), m_settings(std::move(settings))
{
}

SandboxProcess::~SandboxProcess() { end(); }

std::unexpected<Error> SandboxProcess::problem(ErrorCode code, std::string sentence) const
{
    return fail(code, std::move(sentence), {.file = m_scriptPath});
}

std::unexpected<Error> SandboxProcess::died()
{
    return problem(ErrorCode::Unsupported, "The process that runs this TorchScript file " + end()
                                               + "; the next request starts it anew.");
}

std::unexpected<Error> SandboxProcess::late(const Patience& patience)
{
    end();
    if (patience.isStopped())
        return fail(ErrorCode::Cancelled, kStopped);
    return problem(ErrorCode::Unsupported,
                   "The TorchScript network took longer than "
                       + std::to_string(std::chrono::ceil<std::chrono::seconds>(m_settings.patience).count())
                       + " s and was ended; the next request starts it anew.");
}

/// A helper may use twice the patience of all its threads; it is replaced in good time before.
std::uint64_t SandboxProcess::cpuSeconds() const
{
    const auto patience = std::chrono::ceil<std::chrono::seconds>(m_settings.patience).count();
    return std::uint64_t(patience + 1) * 2 * std::uint64_t(m_settings.threads);
}

bool SandboxProcess::isWorn() const { return m_busy > m_settings.patience; }

std::string SandboxProcess::end()
{
    if (m_socket >= 0)
        ::close(std::exchange(m_socket, -1));
    m_busy = {};
    if (m_pid <= 0)
        return {};
    ::kill(m_pid, SIGKILL);  // leaves the status of a process that has ended as it is
    int status = 0;
    while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
    }
    m_pid = -1;
    return howItEnded(status);
}

Result<void> SandboxProcess::start()
{
    const auto program = m_settings.program.empty() ? findHelper() : Result<std::string>(m_settings.program);
    if (!program)
        return fail(program.error());
    Descriptor script(::open(m_scriptPath.c_str(), O_RDONLY | O_CLOEXEC));
    if (script.number() < 0)
        return problem(ErrorCode::NotFound, std::string("The file cannot be read: ") + std::strerror(errno) + ".");
    // The user agreed to this very content.
    const auto hash = io::sha256File("/proc/self/fd/" + std::to_string(script.number()));
    if (!hash || *hash != m_sha256)
        return problem(ErrorCode::ModelMismatch, "The file has changed since the model was chosen; open the model again.");
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return problem(ErrorCode::Io, std::string("The helper cannot be reached: ") + std::strerror(errno) + ".");
    Descriptor ours(ends[0]), theirs(ends[1]);
    for (Descriptor* each : {&ours, &theirs, &script})
        each->lift();
    if (const auto spawned = spawn(*program, script.number(), theirs.number()); !spawned)
        return spawned;
    m_socket = ours.release();
    return {};
}

Result<void> SandboxProcess::spawn(const std::string& program, int script, int socket)
{
    io::SpawnPlan plan;
    posix_spawn_file_actions_adddup2(&plan.actions, socket, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&plan.actions, socket, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&plan.actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&plan.actions, script, protocol::kScriptDescriptor);
    posix_spawn_file_actions_addclosefrom_np(&plan.actions, protocol::kScriptDescriptor + 1);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&plan.attributes, &none);
    posix_spawnattr_setsigdefault(&plan.attributes, &all);
    posix_spawnattr_setpgroup(&plan.attributes, 0);  // Ctrl+C is for this program, which then ends the helper
    posix_spawnattr_setflags(&plan.attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

    const std::string threads = std::to_string(m_settings.threads);
    std::vector<std::string> words{program, std::to_string(m_settings.memoryBytes), std::to_string(cpuSeconds()), threads,
                                   std::to_string(::getpid())};
    std::vector<std::string> variables{"OMP_NUM_THREADS=" + threads, "OPENBLAS_NUM_THREADS=" + threads,
                                       "OMP_WAIT_POLICY=passive", "MALLOC_ARENA_MAX=1"};
    const auto pointers = [](std::vector<std::string>& texts) {
        std::vector<char*> list;
        for (std::string& text : texts)
            list.push_back(text.data());
        list.push_back(nullptr);
        return list;
    };
    const int error = posix_spawn(&m_pid, program.c_str(), &plan.actions, &plan.attributes, pointers(words).data(),
                                  pointers(variables).data());
    if (error == 0)
        return {};
    m_pid = -1;
    return fail(ErrorCode::Io, std::string("The program that runs TorchScript cannot be started: ") + std::strerror(error)
                                   + ".", {.file = program});
}

Result<void> SandboxProcess::send(const std::string& frame, Patience& patience)
{
    for (std::size_t done = 0; done < frame.size();) {
        const ssize_t step = ::send(m_socket, frame.data() + done, frame.size() - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (step >= 0)
            done += std::size_t(step);
        else if (errno != EAGAIN && errno != EINTR)
            return {};  // it refused or died: the answer, or its absence, tells
        else if (!patience.wait(m_socket, POLLOUT))
            return late(patience);
    }
    return {};
}

Result<void> SandboxProcess::receive(char* buffer, std::size_t count, Patience& patience)
{
    for (std::size_t done = 0; done < count;) {
        const ssize_t step = ::recv(m_socket, buffer + done, count - done, MSG_DONTWAIT);
        if (step > 0)
            done += std::size_t(step);
        else if (step == 0 || (errno != EAGAIN && errno != EINTR))
            return died();
        else if (!patience.wait(m_socket, POLLIN))
            return late(patience);
    }
    return {};
}

Result<std::string> SandboxProcess::receiveAnswer(Message expected, Patience& patience)
{
    protocol::FrameHead head;
    if (const auto read = receive(reinterpret_cast<char*>(&head), sizeof head, patience); !read)
        return fail(read.error());
    const bool known = head.message == std::uint32_t(expected) || head.message == std::uint32_t(Message::Refused);
    if (!head.isSound() || !known || head.payloadBytes > std::uint64_t(m_settings.memoryBytes)) {
        end();
        return problem(ErrorCode::Unsupported, "The process that runs this TorchScript file gave an answer that is none, "
                                               "and was ended; the next request starts it anew.");
    }
    std::string payload;
    while (payload.size() < head.payloadBytes) {  // memory grows with what has come, not with what was announced
        const std::size_t before = payload.size();
        payload.resize(before + std::min(kReadBytes, std::size_t(head.payloadBytes) - before));
        if (const auto read = receive(payload.data() + before, payload.size() - before, patience); !read)
            return fail(read.error());
    }
    return head.message == std::uint32_t(expected) ? Result<std::string>(std::move(payload)) : refusal(payload);
}

Result<std::string> SandboxProcess::refusal(std::string_view payload)
{
    protocol::Reader reader(payload);
    const auto reason = protocol::Refusal(reader.number());
    const std::string why = clause(reader.text());
    switch (reason) {
    case protocol::Refusal::Confinement:
        end();
        return problem(ErrorCode::Unsupported, "TorchScript cannot run safely on this system, so it is not run: " + why
                                                   + ".");
    case protocol::Refusal::File:
        end();
        return problem(ErrorCode::Parse, "This is not a TorchScript file that can be read here: " + why + ".");
    case protocol::Refusal::Output: return problem(ErrorCode::ModelMismatch, why + ".");
    case protocol::Refusal::Memory:
        end();  // what it holds would be missing for the next request
        return problem(ErrorCode::OutOfMemory, "The TorchScript network needs more than the "
                                                   + std::to_string(m_settings.memoryBytes >> 20)
                                                   + " MB of memory that it may use; choose a shorter sequence.");
    case protocol::Refusal::Script: break;
    }
    return problem(ErrorCode::Unsupported, "The TorchScript network failed: " + why + ".");
}

Result<std::string> SandboxProcess::ask(const std::string& frame, Message expected, std::stop_token stop)
{
    if (m_pid > 0 && ::waitpid(m_pid, nullptr, WNOHANG) == m_pid)
        m_pid = -1;
    if (m_pid <= 0 || isWorn()) {
        end();
        if (const auto started = start(); !started)
            return fail(started.error());
    }
    const auto began = std::chrono::steady_clock::now();
    Patience patience(m_settings.patience, std::move(stop));
    const auto sent = send(frame, patience);
    Result<std::string> answer = sent ? receiveAnswer(expected, patience) : fail(sent.error());
    m_busy += std::chrono::steady_clock::now() - began;
    return answer && patience.isStopped() ? fail(ErrorCode::Cancelled, kStopped) : std::move(answer);
}

}  // namespace nscope::models
