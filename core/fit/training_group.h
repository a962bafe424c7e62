// Purpose: several processes that train one network together: each takes its share of the micro-batches of an optimiser
// step, their gradients are added up, and all make the same step. They are started as torchrun starts them, with RANK,
// WORLD_SIZE, MASTER_ADDR and MASTER_PORT in the environment; the first one writes the run's folder.
// What is sent goes over TCP by Gloo, from main memory. Thread: one at a time, and the same calls in the same order in
// every process; each call waits for the others. Errors: Io when one of them is gone or silent for kPatience.
#pragma once

#include "core/base/result.h"
#include "core/nn/sequence_net.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace nscope::fit {

class TrainingGroup {
public:
    virtual ~TrainingGroup() = default;

    /// What the environment says; null: this process trains alone. Waits for the others. Errors: InvalidArgument for
    /// variables that are missing or wrong; Unsupported where LibTorch was built without c10d and Gloo; Io.
    static Result<std::shared_ptr<TrainingGroup>> ofEnvironment();

    /// Whether the environment names several processes. Errors: InvalidArgument.
    static Result<bool> isAskedFor();

    virtual int rank() const = 0;
    virtual int size() const = 0;
    bool isFirst() const { return rank() == 0; }

    /// In place, over all processes. Tensors of one shape everywhere, floating point.
    Result<void> add(const std::vector<torch::Tensor>& tensors);
    /// The first process's text, in all.
    Result<std::string> textOfFirst(std::string text);

    static constexpr std::chrono::minutes kPatience{60};  ///< the first one judges alone meanwhile

protected:
    /// One tensor of float64 on the CPU, added up in place, or overwritten by the first process's.
    virtual void addUp(torch::Tensor& values) = 0;
    virtual void takeFirst(torch::Tensor& values) = 0;
};

}  // namespace nscope::fit
