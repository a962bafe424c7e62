// Purpose: how long exact mutagenesis goes on after it was cancelled: from Engine::cancel to the event Cancelled, at
// random moments of the job, the reference pass included. The goal is 100 ms at p99.
// usage: OMP_WAIT_POLICY=passive nscope_bench_cancel [--tries=200] [MODEL@LENGTH …]
//        MODEL: a starter model's id or the path of a .safetensors file; default: bioseq2seq at four lengths
#include "core/engine/engine.h"
#include "core/io/model_card.h"
#include "tests/support/random_letters.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <malloc.h>
#include <mutex>
#include <thread>

namespace {

using namespace nscope;
using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point then)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - then).count();
}

/// What the engine has said last, for a thread that waits.
class Listener {
public:
    void hear(engine::Event event)
    {
        const std::lock_guard lock(m_mutex);
        if (const auto* loaded = std::get_if<engine::ModelLoaded>(&event))
            m_loaded = loaded->model;
        else if (const auto* failed = std::get_if<engine::Failed>(&event))
            m_failure = failed->error.sentence();
        if (std::holds_alternative<engine::JobStarted>(event))
            m_isStarted = true;
        if (std::holds_alternative<engine::Cancelled>(event) || std::holds_alternative<engine::Finished>(event)
            || std::holds_alternative<engine::Failed>(event))
            m_isEnded = true;
        m_changed.notify_all();
    }
    Result<std::shared_ptr<const engine::ModelInfo>> waitForModel()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_loaded.has_value(); });
        return *std::exchange(m_loaded, std::nullopt);
    }
    void waitForStart()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isStarted || m_isEnded; });
    }
    void waitForEnd()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isEnded; });
        m_isStarted = m_isEnded = false;
    }
    std::string failure() const { return m_failure; }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<Result<std::shared_ptr<const engine::ModelInfo>>> m_loaded;
    std::string m_failure;
    bool m_isStarted = false, m_isEnded = false;
};

struct Case {
    std::string model;
    std::size_t lengthNt = 0;
};

std::vector<Case> casesOf(int argc, char** argv, int& tries)
{
    std::vector<Case> cases;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const std::size_t at = argument.rfind('@');
        if (argument.starts_with("--tries="))
            tries = std::atoi(argv[i] + std::strlen("--tries="));
        else if (at != std::string::npos)
            cases.push_back({argument.substr(0, at), std::stoul(argument.substr(at + 1))});
    }
    if (cases.empty())
        cases = {{"bioseq2seq", 1000}, {"bioseq2seq", 3000}, {"bioseq2seq", 12000}, {"bioseq2seq", 30000}};
    return cases;
}

void measure(engine::Engine& engine, Listener& listener, const Case& one, int tries)
{
    const auto card = io::readModelCard(one.model);
    if (!card) {
        std::printf("%s\n", card.error().sentence().c_str());
        return;
    }
    engine.loadModel(*card);
    const auto model = listener.waitForModel();
    if (!model) {
        std::printf("%s\n", model.error().sentence().c_str());
        return;
    }
    std::mt19937_64 random(1);
    engine::Request request;
    request.analysis = engine::Analysis::Explain;
    request.model = (*model)->id;
    request.method = "ism";
    std::vector<double> waits;
    for (int i = 0; i < tries; ++i) {
        const std::string letters = tests::randomLetters(random, one.lengthNt);
        request.transcripts = {std::make_shared<const data::Transcript>(
            data::Transcript{.sequence = {.id = "random", .description = {}, .letters = letters}, .cds = {}})};
        const engine::Ticket ticket = engine.submit(request, engine::Priority::Interactive, "ism");
        listener.waitForStart();
        // Up to two seconds after the start: the reference pass, the preview, batches of mutants.
        std::this_thread::sleep_for(std::chrono::milliseconds(tests::randomBelow(random, 2000)));
        const auto asked = Clock::now();
        engine.cancel(ticket);
        listener.waitForEnd();
        waits.push_back(millisecondsSince(asked));
    }
    std::ranges::sort(waits);
    const auto at = [&](double share) { return waits[std::min(waits.size() - 1, std::size_t(share * double(waits.size())))]; };
    std::printf("%-24s %8zu nt %5d tries   p50 %7.1f ms   p99 %7.1f ms   largest %7.1f ms %s\n", one.model.c_str(),
                one.lengthNt, tries, at(0.5), at(0.99), waits.back(), listener.failure().c_str());
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    int tries = 200;
    const std::vector<Case> cases = casesOf(argc, argv, tries);
    Listener listener;
    engine::Engine engine([] { return engine::openTorchBackend({}); },
                          [&listener](engine::Event event) { listener.hear(std::move(event)); });
    engine.open();
    for (const Case& one : cases)
        measure(engine, listener, one, tries);
    return 0;
}
