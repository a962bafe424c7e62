// Purpose: what can be asked of a model, as a value: data snapshot, model, method, options (DESIGN §1 step 3).
#pragma once

#include "core/data/attention.h"
#include "core/data/attribution.h"
#include "core/data/filter_spectrum.h"
#include "core/data/interval.h"
#include "core/data/option_value.h"
#include "core/data/prediction.h"
#include "core/data/target_score.h"
#include "core/data/transcript.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nscope::engine {

enum class Analysis { Predict, Explain, Attention, Filters, Train, Evaluate, Score, PlanTraining };

/// Training runs and evaluations are described by a JSON text (run.json of the CLI) and a directory; they stream
/// one JSON object per line of live metrics. PlanTraining takes what is known of a run so far and answers with one line:
/// {"settings": every setting of the run, "parameters": of the network, "memory_bytes": of a training step}.
struct TrainingOrder {
    std::string configJson;
    std::string outputDirectory;
    bool resume = false;
    std::vector<std::string> averaged{};  ///< folders of trained runs, whose mean becomes the model; configJson: none
};
struct MetricsLine {
    std::string json;
};

struct Request {
    Analysis analysis = Analysis::Predict;
    std::string model;                     ///< handle id given by Backend::load (ModelInfo::id)
    data::TranscriptSet transcripts;  ///< Predict, Score: any number; Explain, Attention: exactly one; Filters: none
    std::string method;                    ///< Explain: MethodSpec id
    std::string target;                    ///< Explain, Score: empty = the model's default
    data::OptionMap options;               ///< of the method, or of Predict ("translate", "beam", "max_length")
    std::optional<data::Interval> region;  ///< Explain: computed first (the visible window); Attention: keys returned
    std::optional<data::Interval> only;    ///< Explain: rows outside are not computed (values 0, exact 0)
    std::shared_ptr<const TrainingOrder> training;
};

/// Options the engine itself sets in Request::options: how to compute, not what. Every backend takes them with every
/// request; no MethodSpec lists them and completeOptions leaves them out.
inline constexpr const char* kMemoryOption = "memory_budget_bytes";  ///< integer: chunk the work to fit this
inline constexpr const char* kDeviceOption = "device";               ///< "cpu": leave the graphics card

inline bool isEngineOption(std::string_view id) { return id == kMemoryOption || id == kDeviceOption; }
/// Value of kMemoryOption; 0 if it is not set.
std::int64_t memoryLimitBytes(const Request& request);

/// What comes back. Shared, immutable, free of tensors.
using Payload = std::variant<std::shared_ptr<const data::Prediction>, std::shared_ptr<const data::Attribution>,
                             std::shared_ptr<const data::AttentionMap>, std::shared_ptr<const data::FilterSpectrum>,
                             std::shared_ptr<const MetricsLine>, std::shared_ptr<const data::TargetScore>>;

/// One delivery of a job: the result for one transcript of the request, complete or a partial state of it.
struct Delivery {
    std::size_t transcript = 0;  ///< index into Request::transcripts; 0 if there are none
    Payload payload;
    bool partial = false;        ///< a later delivery for the same transcript replaces it
};

/// Key of the result cache; std::nullopt when the request cannot be cached (training, scores, several transcripts).
/// Covers sequence content, model hash, method, target, options — not the order in which rows are computed.
std::optional<std::string> cacheKey(const Request& request, const std::string& modelHash);

}  // namespace nscope::engine
