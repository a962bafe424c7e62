// Purpose: --fold: secondary structure of every sequence, computed by ViennaRNA's RNAplfold if it is installed.
// Why RNAplfold and not RNAfold: RNATracker was trained on it (Yan et al. 2019, §2.2): pairs at most 100 nt apart,
// probabilities averaged over windows of 150 nt, then as many nested pairs as possible, the likeliest first
// (data::greedyStructure). RNAfold's output can be given as a file with --structure.
// Blocking: fill() runs the program, about a second per 10,000 nt. Thread: one.
#pragma once

#include "core/io/further_input.h"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::cli {

class RnaFolder : public io::FurtherInput {
public:
    /// Errors: NotFound, saying how to install the program.
    static Result<std::unique_ptr<RnaFolder>> open(std::stop_token stop,
                                                   std::chrono::milliseconds timeoutPerSequence = std::chrono::minutes(10));

    std::string featureId() const override;
    const std::vector<std::string>& ids() const override { return m_ids; }
    /// Always fills. Errors: those of the program and of its output.
    Result<bool> fill(data::Transcript& transcript) const override;

private:
    RnaFolder(std::string program, std::stop_token stop, std::chrono::milliseconds timeout)
        : m_program(std::move(program)), m_stop(std::move(stop)), m_timeout(timeout)
    {
    }

    std::string m_program;
    std::stop_token m_stop;
    std::chrono::milliseconds m_timeout;
    std::vector<std::string> m_ids;  ///< none: it is no file
};

}  // namespace nscope::cli
