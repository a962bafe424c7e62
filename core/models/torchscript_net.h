// Purpose: a network of somebody else's as TorchScript, run in nucleoscope-sandbox and nowhere else (DESIGN §7): the card
// says what it reads and answers, the file X.pt beside it computes. Input of the script: float32, one tensor
// [N,L,4] or [N,4,L]; output: see the options. Gradients come from the sandbox too, so gradient methods work.
// Errors: open() returns them; passes throw SandboxFailure, or Cancelled. Thread: one at a time; CPU only.
#pragma once

#include "core/data/model_card.h"
#include "core/models/sandbox_process.h"
#include "core/models/zoo_net.h"

#include <exception>

namespace nscope::models {

/// An Error on its way through LibTorch; the door hands it on as it is.
class SandboxFailure : public std::exception {
public:
    explicit SandboxFailure(Error error) : m_error(std::move(error)) {}
    const Error& error() const { return m_error; }
    const char* what() const noexcept override { return m_error.message().c_str(); }

private:
    Error m_error;
};

/// What the card says about the script.
struct TorchScriptDesign {
    std::string output;             ///< name or place; empty: the only or first
    bool channelsFirst = false;     ///< [N,4,L] in, and [N,T,B] out of a profile
    std::string channelOrder = "ACGT";
    double unknown = 0.0;           ///< in every channel at a letter that is none of the four
    nn::FitRule fit{};              ///< lengthNt 0: sequences of any length
    ProfileFrame frame{};           ///< profiles: first bin in the input, and its width
};

class TorchScriptNetImpl : public ZooNet {
public:
    TorchScriptNetImpl(engine::ModelSpec spec, HeadSpec head, TorchScriptDesign design);

    /// Reads the card's file in a process of its own. Errors: Unsupported unless the user agreed (card.scriptAllowed);
    /// those of SandboxProcess.
    Result<void> open(const data::ModelCard& card, const SandboxSettings& settings);
    std::int64_t parameterCount() const { return m_parameterCount; }
    /// Nothing before open().
    const std::shared_ptr<SandboxProcess>& process() const { return m_process; }

    /// In evaluation mode only.
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;
    /// TorchScript cannot be read as weights.
    Result<std::vector<std::string>> adoptState(nn::NamedTensors& state) const override;

protected:
    ProfileFrame profileFrame(std::int64_t lengthNt) const override;
    double activations(std::int64_t lengthNt) const override;

private:
    nn::NamedTensors pass(const nn::NetInput& input, const nn::PassOptions& options);
    void checkShape(const torch::Tensor& output, std::int64_t rows) const;

    TorchScriptDesign m_design;
    std::string m_path;
    std::shared_ptr<SandboxProcess> m_process;
    std::int64_t m_parameterCount = 0;
};

engine::ModelSpec torchScriptSpec();
Result<std::shared_ptr<nn::SequenceNet>> createTorchScript(std::string_view architecture,
                                                           const data::OptionMap& options);

}  // namespace nscope::models
