// Purpose: a scriptable Backend without torch: every request plays a script (steps, time, failures, partial results),
// and every call is logged with its thread. The results are made up from the letters alone, so equal requests give
// equal results.
// Thread: as Backend; FakeLog may be read from anywhere.
#pragma once

#include "core/engine/engine.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace nscope::tests {

/// How the job of one request goes.
struct FakeScript {
    int steps = 1;
    std::chrono::microseconds stepTime{0};  ///< slept in slices that look at the stop token
    int failAtStep = -1;                    ///< 0-based; < 0: never
    Error failure{ErrorCode::Internal, "The script says so."};
    std::optional<Error> startFailure = std::nullopt;
    std::int64_t neededBytes = 1000;        ///< estimate without a memory option; with one, the smaller of both
    std::int64_t smallestBytes = 0;         ///< chunking cannot get below this
    std::int64_t outOfMemoryAbove = -1;     ///< the first step fails while the estimate is above; < 0: never
    bool outOfMemoryUnlessCpu = false;      ///< the first step fails unless option device=cpu
    bool deliversPartials = false;          ///< every step but the last delivers a partial result
    bool ignoresStop = false;
};

struct FakeCall {
    enum class Kind { Open, Load, Import, Estimate, Start, Step, DestroyJob, DestroyBackend };
    Kind kind = Kind::Open;
    std::string label;  ///< labelOf(request), or the card's id
    int step = -1;
    std::thread::id thread;
};

class FakeLog {
public:
    void add(FakeCall call);
    std::vector<FakeCall> calls() const;
    std::vector<FakeCall> calls(FakeCall::Kind kind) const;
    int count(FakeCall::Kind kind, const std::string& label) const;
    /// False after ten seconds without it.
    bool waitFor(FakeCall::Kind kind, const std::string& label, int times = 1) const;

private:
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::vector<FakeCall> m_calls;
};

struct FakeSettings {
    /// The script of a request; empty: one step, no time.
    std::function<FakeScript(const engine::Request&)> script;
    /// Called in every step, after it was logged and before its script is played.
    std::function<void(const std::string& label, int step, std::stop_token stop)> onStep;
    /// The line of metrics of a step, counted from 1, of a training or its plan; empty: {"loss": 0.5} at the end.
    std::function<std::string(const engine::Request&, int step)> metrics;
    std::string description = "Fake, CPU";
    std::chrono::milliseconds openTime{0};
    std::optional<Error> openError;
    /// Architectures; empty: one coding model. A card is of the spec with its architecture, or of the first.
    std::vector<engine::ModelSpec> specs{};
    std::vector<engine::MethodSpec> moreMethods{};  ///< beside "gradient" and "ism"
    std::vector<engine::Stage> stages{};          ///< of every loaded model
    Result<engine::ImportReport> import{engine::ImportReport{}};  ///< what every import comes to
};

/// The request's method, or the name of its analysis; then the first transcript's id: "ism HBB", "predict HBB".
std::string labelOf(const engine::Request& request);

/// A request for one transcript. Method "" asks for a prediction, anything else for an explanation.
engine::Request fakeRequest(const std::string& id, const std::string& method = {},
                            const std::string& letters = "ATGGCCTAA");
engine::Request fakeTraining();
data::ModelCard fakeCard(const std::string& id = "fake");

class FakeBackend final : public engine::Backend {
public:
    FakeBackend(FakeSettings settings, std::shared_ptr<FakeLog> log);
    ~FakeBackend() override;

    /// For Engine: logs Open, waits openTime, then makes a FakeBackend or fails with openError.
    static engine::Engine::BackendFactory factory(FakeSettings settings, std::shared_ptr<FakeLog> log);

    const std::vector<engine::ModelSpec>& specs() const override { return m_specs; }
    const std::vector<engine::MethodSpec>& methods() const override { return m_methods; }
    std::string description() const override { return m_settings->description; }
    /// Model id = card id, hash = "hash of <id>"; a card without an id is not found.
    Result<engine::ModelInfo> load(const data::ModelCard& card) override;
    Result<std::int64_t> estimateBytes(const engine::Request& request) const override;
    Result<engine::ImportReport> importWeights(const engine::ImportOrder& order) override;
    Result<std::unique_ptr<engine::Job>> start(const engine::Request& request) override;

private:
    FakeScript scriptOf(const engine::Request& request) const;
    const engine::ModelSpec& specOf(const std::string& architecture) const;

    std::shared_ptr<const FakeSettings> m_settings;
    std::shared_ptr<FakeLog> m_log;
    std::vector<engine::ModelSpec> m_specs;
    std::vector<engine::MethodSpec> m_methods;
    std::map<std::string, engine::ModelOutputs> m_outputs;  ///< by ModelInfo::id
};

}  // namespace nscope::tests
