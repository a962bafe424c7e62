// Purpose: the door between the program and whatever computes models (DESIGN §2 "The door"). The torch module
// implements it; tests use FakeBackend. No call throws: the module catches everything and returns Error.
// Thread: all members of one Backend and its Jobs are called from one thread at a time (a lane), except specs(),
// methods(), which are immutable after construction. Jobs of kind Train own their model copy and may run on the
// training lane while the inference lane uses the same Backend.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/model_card.h"
#include "core/engine/import.h"
#include "core/engine/request.h"
#include "core/engine/specs.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::engine {

/// What a step did. A step aims at 50 ms at most and looks at the stop token between layers.
struct StepReport {
    bool finished = false;
    std::vector<Delivery> deliveries;
};

/// One piece of work, advanced step by step by a lane. Destroying it at any time frees everything.
class Job {
public:
    virtual ~Job() = default;

    /// Advances the work. Errors end the job; a stop request gives ErrorCode::Cancelled.
    virtual Result<StepReport> step(std::stop_token stop) = 0;

    /// Units of work, known at construction: positions, records or training steps.
    virtual std::int64_t totalUnits() const = 0;
    /// Units finished; read after every step.
    virtual std::int64_t doneUnits() const = 0;
};

/// A loaded model as the program sees it.
struct ModelInfo {
    std::string id;        ///< handle for Request::model
    std::string hash;      ///< SHA-256 of the weights
    data::ModelCard card;
    ModelSpec spec;        ///< with targets and outputs of this very model
    std::int64_t parameterCount = 0;      ///< a complex parameter counts once
    std::int64_t realParameterCount = 0;  ///< a complex parameter counts twice
    int decoderLayers = 0;                ///< 0: no decoder
    int attentionHeads = 0;
    int encoderLayers = 0;
    int attentionLayers = 0;              ///< layers that Analysis::Attention shows, the decoder's or of self-attention
    std::int64_t diagramLengthNt = 0;  ///< length of the sequence whose pass `stages` shows
    std::vector<Stage> stages;         ///< of one pass, in order; empty if the network names none
};

struct BackendSettings {
    std::string device = "auto";          ///< auto | cpu | cuda | cuda:n
    int threads = 0;                      ///< 0: cores − 1
    std::int64_t memoryBudgetBytes = 0;   ///< 0: half of what is free now
};

class Backend {
public:
    virtual ~Backend() = default;

    virtual const std::vector<ModelSpec>& specs() const = 0;      ///< architectures
    virtual const std::vector<MethodSpec>& methods() const = 0;
    virtual std::string description() const = 0;  ///< "LibTorch 1.13.1, CPU, 1 thread"

    /// Builds the network from the card, loads weights by name and recomputes the golden example. The same weights,
    /// architecture and options again return the loaded model. Missing and surplus weights are listed in the error.
    virtual Result<ModelInfo> load(const data::ModelCard& card) = 0;

    /// Bytes the request will need at its peak with the chunking it will use.
    virtual Result<std::int64_t> estimateBytes(const Request& request) const = 0;

    /// Checks the request and returns a job that has done nothing yet.
    virtual Result<std::unique_ptr<Job>> start(const Request& request) = 0;

    /// Reads weights of others into a model of ours, written beside its card. Weights that do not fit are listed in the
    /// report. Blocks for as long as it takes (seconds). Errors: Unsupported unless overridden; NotFound, Io, Parse,
    /// InvalidArgument for a file, an architecture or options that cannot be.
    virtual Result<ImportReport> importWeights(const ImportOrder& order)
    {
        return fail(ErrorCode::Unsupported, "This program was built without the import of weights.",
                    {.file = order.file});
    }
};

/// Opens the module `nscope_torch` (beside the executable, in ../lib/nucleoscope, or the build tree) and creates its
/// backend. Slow (about 0.6 s): called from the inference lane or at the start of the CLI. The module is never
/// unloaded.
Result<std::unique_ptr<Backend>> openTorchBackend(const BackendSettings& settings);

}  // namespace nscope::engine

/// The one symbol that nscope_torch exports. Returns a new Backend, or nullptr and a message in `*errorMessage`
/// (static storage).
extern "C" {
using NscopeCreateBackend = nscope::engine::Backend* (*)(const nscope::engine::BackendSettings* settings,
                                                         const char** errorMessage);
inline constexpr const char* kNscopeCreateBackendSymbol = "nscope_create_backend";
}
