// Purpose: the parent's side of nucleoscope-sandbox (DESIGN §7): starts the helper with an empty environment and the
// script as its only file, asks it and waits for the answer. A helper that dies, is late, says nonsense or is stopped is
// ended; the next request starts another. Nothing here needs LibTorch.
// Errors: Parse (not TorchScript), OutOfMemory, Cancelled, NotFound (no helper, no file), ModelMismatch (the file
// changed, no such output), Unsupported (whatever else the script or its process did), each one sentence with the file.
// Thread: one at a time. The helper also ends with the thread that started it.
#pragma once

#include "core/base/result.h"
#include "core/io/sandbox_protocol.h"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include <sys/types.h>

namespace nscope::models {

struct SandboxSettings {
    std::int64_t memoryBytes = std::int64_t(4) << 30;  ///< beyond what LibTorch itself takes
    int threads = 1;
    std::chrono::milliseconds patience = std::chrono::minutes(2);  ///< for one answer
    std::string program{};  ///< the helper; empty: beside this program or in ../lib/nucleoscope
};

class SandboxProcess {
public:
    /// Nothing is started before the first request. `sha256`: what the file must have whenever it is opened.
    SandboxProcess(std::string scriptPath, std::string sha256, SandboxSettings settings);
    ~SandboxProcess();
    SandboxProcess(const SandboxProcess&) = delete;
    SandboxProcess& operator=(const SandboxProcess&) = delete;

    /// Payload of the answer to a frame of the protocol, which must be of this kind.
    Result<std::string> ask(const std::string& frame, io::sandbox::Message expected, std::stop_token stop = {});

    /// The helper's process; nothing while none runs.
    std::optional<pid_t> pid() const { return m_pid > 0 ? std::optional(m_pid) : std::nullopt; }

private:
    class Patience;

    Result<void> start();
    Result<void> spawn(const std::string& program, int script, int socket);
    Result<void> send(const std::string& frame, Patience& patience);
    Result<void> receive(char* buffer, std::size_t count, Patience& patience);
    Result<std::string> receiveAnswer(io::sandbox::Message expected, Patience& patience);
    Result<std::string> refusal(std::string_view payload);
    std::uint64_t cpuSeconds() const;
    bool isWorn() const;
    /// Ends the helper; how it had ended if it was dead already.
    std::string end();
    std::unexpected<Error> died();
    std::unexpected<Error> late(const Patience& patience);
    std::unexpected<Error> problem(ErrorCode code, std::string sentence) const;

    std::string m_scriptPath;
    std::string m_sha256;
    SandboxSettings m_settings;
    pid_t m_pid = -1;
    int m_socket = -1;
    std::chrono::steady_clock::duration m_busy{};  ///< of the running helper
};

}  // namespace nscope::models
