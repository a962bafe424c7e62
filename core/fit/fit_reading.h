// Purpose: how a network reads the examples of a dataset and what it answers: made with the names of the data, checked
// against them before anything is trained, and its profile laid over the profile of the data.
// Errors: InvalidArgument, Unsupported, NotFound with one sentence. Thread: one at a time (it may run the network).
#pragma once

#include "core/fit/fit_settings.h"
#include "core/nn/masked_letters.h"

#include <array>
#include <map>
#include <memory>

namespace nscope::fit {

/// Bins of a network's profile over a window of letters.
struct ProfileFrame {
    std::int64_t startNt = 0;  ///< of the first bin, from the window's first letter
    std::int64_t binNt = 1;
    std::int64_t bins = 0;
};

/// Where the letters that a network reads may begin within an example, in steps of the data's bins.
struct WindowRange {
    std::int64_t centreNt = 0, firstNt = 0, lastNt = 0;
};

class Reading {
public:
    /// `data` must outlive the reading.
    static Result<Reading> of(nn::SequenceNet& net, const dataset::Dataset& data);

    std::int64_t symbol(char letter) const { return m_symbols[std::uint8_t(letter)]; }
    std::int64_t padding() const { return m_padding; }
    const nn::MaskedLetterNet* maskedNet() const { return m_masked; }
    /// Columns of Dataset::features of every further input.
    const std::map<std::string, std::vector<std::size_t>>& features() const { return m_features; }

    /// Letters of an example that are encoded.
    std::int64_t lengthNt(const dataset::Example& example) const;
    /// Profiles only.
    const ProfileFrame& frame(std::int64_t lengthNt) const { return m_frames.at(lengthNt); }
    WindowRange window(const dataset::Example& example) const;
    /// The network's bins of one signal are as far from one end of the window as from the other.
    bool profilesAreSymmetric() const;
    /// [B·T] of the example under the window that begins at `startNt`: means of the data's bins.
    void addProfile(const dataset::Example& example, std::int64_t startNt, bool turned, float* target_BT) const;

private:
    Result<void> layProfiles(nn::SequenceNet& net, const dataset::Dataset& data);
    Result<void> takeFeatures(const engine::ModelSpec& spec, const dataset::Dataset& data);

    std::array<std::int64_t, 256> m_symbols{};
    std::int64_t m_padding = 0;
    std::int64_t m_windowNt = 0;  ///< profiles: letters that the network reads; 0: all
    dataset::Task m_task;
    const nn::MaskedLetterNet* m_masked = nullptr;
    std::map<std::string, std::vector<std::size_t>> m_features;
    std::map<std::int64_t, ProfileFrame> m_frames;
};

/// Options of the architecture, completed by what follows from the data: names of outputs, the head, numbers of further
/// inputs, bin size, and the length, if all sequences are shorter than published. Those that are given stay.
Result<data::OptionMap> optionsFor(const ModelSettings& model, const dataset::Dataset& data);

/// A fresh network for these data, drawn by torch's random numbers. Errors name what does not fit.
Result<std::shared_ptr<nn::SequenceNet>> makeNet(const ModelSettings& model, const dataset::Dataset& data);

/// Whether every example has letters, a target of the task and values of all columns; the first that has not is named.
Result<void> checkExamples(const dataset::Dataset& data);

/// Whether the network answers this task with these names, in this order.
Result<void> checkHead(nn::SequenceNet& net, const dataset::Task& task);

/// What training learns from: logits, values or profile of a pass.
const torch::Tensor& rawOutput(const nn::NamedTensors& outputs);

}  // namespace nscope::fit
