#include "tests/support/fake_backend.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::tests {

namespace {

using engine::Analysis;
using engine::Delivery;
using engine::Payload;
using engine::Request;

std::int64_t estimateOf(const FakeScript& script, const Request& request)
{
    const auto option = request.options.find(engine::kMemoryOption);
    if (option == request.options.end())
        return script.neededBytes;
    return std::max(script.smallestBytes, std::min(script.neededBytes, std::get<std::int64_t>(option->second)));
}

/// One bin per base for every task: the task's number, one more at G and C.
data::Track profileOf(const std::string& letters, const std::vector<std::string>& tasks)
{
    data::Track track{.startNt = 0, .binNt = 1, .rows = tasks, .values_RB = {}};
    for (std::size_t task = 0; task < tasks.size(); ++task)
        for (const char letter : letters)
            track.values_RB.push_back(float(task) + (letter == 'G' || letter == 'C' ? 1.0F : 0.0F));
    return track;
}

/// The first class or scalar follows the share of G and C; further ones share the rest.
data::Prediction predictionOf(const data::Transcript& transcript, const std::string& model,
                              const engine::ModelOutputs& outputs)
{
    const std::string& letters = transcript.sequence.letters;
    const auto strong = std::ranges::count_if(letters, [](char c) { return c == 'G' || c == 'C'; });
    const double share = (double(strong) + 1.0) / (double(letters.size()) + 2.0);
    data::Prediction prediction;
    prediction.modelHash = model;
    const std::size_t classes = outputs.classes.size();
    for (std::size_t i = 0; i < classes; ++i)
        prediction.classProbabilities.push_back({outputs.classes[i], i == 0 ? share : (1.0 - share) / double(classes - 1)});
    for (const std::string& name : outputs.scalars)
        prediction.scalars.push_back({name, std::log(share / (1.0 - share))});
    if (classes > 0)
        prediction.predictedClass = outputs.classes[share > 0.5 || classes == 1 ? 0 : 1];
    if (outputs.embeddings)
        prediction.embedding = {float(share), float(letters.size() % 7), float(letters.size() % 5)};
    if (!outputs.profileTasks.empty())
        prediction.profiles = {profileOf(letters, outputs.profileTasks)};
    return prediction;
}

data::Attribution attributionOf(const Request& request)
{
    const std::string& letters = request.transcripts.front()->sequence.letters;
    data::Attribution attribution;
    attribution.method = request.method;
    attribution.target = request.target;
    attribution.meaning = "Made up from the letters.";
    attribution.modelHash = request.model;
    attribution.values_LC.assign(letters.size() * 4, 0.0F);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (const int base = data::baseIndex(letters[i]); base >= 0)
            attribution.values_LC[i * 4 + std::size_t(base)] = float(i % 7) - 3.0F;
    }
    if (request.only) {
        attribution.exact_L.assign(letters.size(), 0);
        for (std::size_t i = 0; i < letters.size(); ++i) {
            if (request.only->contains(std::int64_t(i)))
                attribution.exact_L[i] = 1;
            else
                std::fill_n(attribution.values_LC.begin() + std::ptrdiff_t(i * 4), 4, 0.0F);
        }
    }
    return attribution;
}

/// Every letter is a token that looks at the one 10 further on, the first most.
data::AttentionMap tokenAttentionOf(const Request& request)
{
    data::AttentionMap map;
    map.modelHash = request.model;
    map.heads = {0};
    map.keyCount = request.transcripts.front()->sequence.length();
    for (std::int64_t token = 0; token < map.keyCount; ++token) {
        map.queryNt.push_back(token);
        map.queries.push_back(std::to_string(token + 1));
        std::vector<float> weights(std::size_t(map.keyCount), 0.0F);
        if (token + 10 < map.keyCount)
            weights[std::size_t(token + 10)] = 1.0F / float(token + 1);
        map.weights_HQK.insert(map.weights_HQK.end(), weights.begin(), weights.end());
    }
    return map;
}

data::AttentionMap attentionOf(const Request& request)
{
    if (const auto queries = request.options.find("queries");
        queries != request.options.end() && std::get<std::string>(queries->second) == "tokens")
        return tokenAttentionOf(request);
    data::AttentionMap map;
    map.modelHash = request.model;
    map.heads = {0};
    map.queries = {"<s>"};
    map.keyCount = request.transcripts.front()->sequence.length();
    map.weights_HQK.assign(std::size_t(map.keyCount), 1.0F / float(std::max<std::int64_t>(map.keyCount, 1)));
    return map;
}

data::FilterSpectrum spectrumOf(const Request& request)
{
    const data::FilterLayer layer{0, 6, 4, 1, {1, 2, 3, 4}, {0, 0, 0, 0}};
    return {request.model, {layer}};
}

/// The number of G and C.
double scoreOf(const data::Transcript& transcript)
{
    return double(std::ranges::count_if(transcript.sequence.letters, [](char c) { return c == 'G' || c == 'C'; }));
}

/// The result for one transcript of the request.
Payload payloadOf(const Request& request, std::size_t transcript, const engine::ModelOutputs& outputs)
{
    switch (request.analysis) {
    case Analysis::Explain: return std::make_shared<const data::Attribution>(attributionOf(request));
    case Analysis::Attention: return std::make_shared<const data::AttentionMap>(attentionOf(request));
    case Analysis::Filters: return std::make_shared<const data::FilterSpectrum>(spectrumOf(request));
    case Analysis::Predict:
        return std::make_shared<const data::Prediction>(
            predictionOf(*request.transcripts[transcript], request.model, outputs));
    case Analysis::Score:
        return std::make_shared<const data::TargetScore>(data::TargetScore{scoreOf(*request.transcripts[transcript])});
    case Analysis::Train:
    case Analysis::Evaluate:
    case Analysis::PlanTraining: break;
    }
    return std::make_shared<const engine::MetricsLine>(engine::MetricsLine{"{\"loss\": 0.5}"});
}

class FakeJob final : public engine::Job {
public:
    FakeJob(FakeScript script, Request request, engine::ModelOutputs outputs,
            std::shared_ptr<const FakeSettings> settings, std::shared_ptr<FakeLog> log)
        : m_script(std::move(script)), m_request(std::move(request)), m_outputs(std::move(outputs)),
          m_settings(std::move(settings)), m_log(std::move(log)), m_label(labelOf(m_request))
    {
    }
    ~FakeJob() override { m_log->add({FakeCall::Kind::DestroyJob, m_label, m_done, std::this_thread::get_id()}); }

    std::int64_t totalUnits() const override { return m_script.steps; }
    std::int64_t doneUnits() const override { return m_done; }

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        m_log->add({FakeCall::Kind::Step, m_label, m_done, std::this_thread::get_id()});
        if (m_settings->onStep)
            m_settings->onStep(m_label, m_done, stop);
        work(stop);
        if (stop.stop_requested() && !m_script.ignoresStop)
            return fail(ErrorCode::Cancelled, "Stopped.");
        if (isOutOfMemory())
            return fail(ErrorCode::OutOfMemory, "There is not enough memory.");
        if (m_done == m_script.failAtStep)
            return fail(m_script.failure);
        return played();
    }

private:
    void work(const std::stop_token& stop) const
    {
        const auto end = std::chrono::steady_clock::now() + m_script.stepTime;
        while (std::chrono::steady_clock::now() < end && (m_script.ignoresStop || !stop.stop_requested()))
            std::this_thread::sleep_for(std::min(m_script.stepTime, std::chrono::microseconds(1000)));
    }

    bool isOutOfMemory() const
    {
        if (m_done > 0)
            return false;
        if (m_script.outOfMemoryUnlessCpu && !m_request.options.contains(engine::kDeviceOption))
            return true;
        return m_script.outOfMemoryAbove >= 0 && estimateOf(m_script, m_request) > m_script.outOfMemoryAbove;
    }

    engine::StepReport played()
    {
        engine::StepReport report;
        report.finished = ++m_done >= m_script.steps;
        if (m_settings->metrics && m_request.training) {
            report.deliveries.push_back({0, std::make_shared<const engine::MetricsLine>(engine::MetricsLine{
                                                m_settings->metrics(m_request, m_done)}), false});
        } else if (report.finished) {
            for (std::size_t i = 0; i < std::max<std::size_t>(m_request.transcripts.size(), 1); ++i)
                report.deliveries.push_back({i, payloadOf(m_request, i, m_outputs), false});
        } else if (m_script.deliversPartials) {
            report.deliveries.push_back({0, payloadOf(m_request, 0, m_outputs), true});
        }
        return report;
    }

    const FakeScript m_script;
    const Request m_request;
    const engine::ModelOutputs m_outputs;
    const std::shared_ptr<const FakeSettings> m_settings;
    const std::shared_ptr<FakeLog> m_log;
    const std::string m_label;
    int m_done = 0;
};

}  // namespace

void FakeLog::add(FakeCall call)
{
    {
        const std::lock_guard lock(m_mutex);
        m_calls.push_back(std::move(call));
    }
    m_changed.notify_all();
}

std::vector<FakeCall> FakeLog::calls() const
{
    const std::lock_guard lock(m_mutex);
    return m_calls;
}

std::vector<FakeCall> FakeLog::calls(FakeCall::Kind kind) const
{
    std::vector<FakeCall> wanted = calls();
    std::erase_if(wanted, [&](const FakeCall& call) { return call.kind != kind; });
    return wanted;
}

int FakeLog::count(FakeCall::Kind kind, const std::string& label) const
{
    const std::vector<FakeCall> all = calls(kind);
    return int(std::ranges::count(all, label, &FakeCall::label));
}

bool FakeLog::waitFor(FakeCall::Kind kind, const std::string& label, int times) const
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, std::chrono::seconds(10), [&] {
        return std::ranges::count_if(m_calls, [&](const FakeCall& call) {
                   return call.kind == kind && call.label == label;
               }) >= times;
    });
}

std::string labelOf(const Request& request)
{
    static constexpr const char* kNames[] = {"predict", "explain", "attention", "filters",
                                             "train",   "evaluate", "score",     "plan"};
    std::string label = request.method.empty() ? kNames[int(request.analysis)] : request.method;
    if (!request.transcripts.empty())
        label += " " + request.transcripts.front()->sequence.id;
    return label;
}

Request fakeRequest(const std::string& id, const std::string& method, const std::string& letters)
{
    data::Transcript transcript;
    transcript.sequence.id = id;
    transcript.sequence.letters = letters;
    Request request;
    request.analysis = method.empty() ? Analysis::Predict : Analysis::Explain;
    request.model = "fake";
    request.method = method;
    request.transcripts = {std::make_shared<const data::Transcript>(std::move(transcript))};
    return request;
}

Request fakeTraining()
{
    Request request;
    request.analysis = Analysis::Train;
    request.training = std::make_shared<const engine::TrainingOrder>();
    return request;
}

data::ModelCard fakeCard(const std::string& id)
{
    data::ModelCard card;
    card.id = id;
    card.name = "Fake";
    card.architecture = "fake";
    card.tasks = {"PC", "NC"};
    return card;
}

FakeBackend::FakeBackend(FakeSettings settings, std::shared_ptr<FakeLog> log)
    : m_settings(std::make_shared<const FakeSettings>(std::move(settings)))
    , m_log(std::move(log))
{
    engine::ModelSpec spec;
    spec.architecture = "fake";
    spec.name = "Fake";
    spec.help = "Counts letters.";
    spec.targets = {{"logit:PC-NC", "Coding log-odds", "Positive: coding."}};
    spec.outputs.classes = {"PC", "NC"};
    spec.outputs.scalars = {"log_odds"};
    spec.outputs.encoderDecoderAttention = true;
    spec.outputs.frequencyFilters = true;
    m_specs = m_settings->specs.empty() ? std::vector{std::move(spec)} : m_settings->specs;

    engine::MethodSpec gradient;
    gradient.id = "gradient";
    gradient.name = "Gradient";
    engine::MethodSpec ism;
    ism.id = "ism";
    ism.name = "Mutagenesis";
    ism.exact = true;
    ism.incremental = true;
    gradient.options = {
        {"signed", "Signed", "Keep the sign", true, {}, {}, {}},
        {"nodes", "Nodes", "How many", std::int64_t(8), 1.0, 64.0, {}},
        {"noise", "Noise", "How much", 0.1, 0.0, 1.0, {}},
        {"form", "Form", "Which", std::string("paper"), {}, {}, {"paper", "code"}},
    };
    m_methods = {std::move(gradient), std::move(ism)};
    m_methods.insert(m_methods.end(), m_settings->moreMethods.begin(), m_settings->moreMethods.end());
}

FakeBackend::~FakeBackend()
{
    m_log->add({FakeCall::Kind::DestroyBackend, "", -1, std::this_thread::get_id()});
}

engine::Engine::BackendFactory FakeBackend::factory(FakeSettings settings, std::shared_ptr<FakeLog> log)
{
    return [settings = std::move(settings), log = std::move(log)]() -> Result<std::unique_ptr<engine::Backend>> {
        log->add({FakeCall::Kind::Open, "", -1, std::this_thread::get_id()});
        std::this_thread::sleep_for(settings.openTime);
        if (settings.openError)
            return fail(*settings.openError);
        return std::make_unique<FakeBackend>(settings, log);
    };
}

Result<engine::ModelInfo> FakeBackend::load(const data::ModelCard& card)
{
    m_log->add({FakeCall::Kind::Load, card.id, -1, std::this_thread::get_id()});
    if (card.id.empty())
        return fail(ErrorCode::NotFound, "The card has no weights.");
    engine::ModelInfo info;
    info.id = card.id;
    info.hash = "hash of " + card.id;
    info.card = card;
    info.spec = specOf(card.architecture);
    info.parameterCount = info.realParameterCount = 4;
    info.decoderLayers = info.attentionHeads = info.encoderLayers = 1;
    info.attentionLayers = info.spec.outputs.attention() ? 1 : 0;
    info.diagramLengthNt = 9;
    info.stages = m_settings->stages;
    m_outputs[info.id] = info.spec.outputs;
    return info;
}

Result<engine::ImportReport> FakeBackend::importWeights(const engine::ImportOrder& order)
{
    m_log->add({FakeCall::Kind::Import, order.file, -1, std::this_thread::get_id()});
    Result<engine::ImportReport> report = m_settings->import;
    if (report && report->cardPath.empty())
        report->cardPath = order.outputPath;
    return report;
}

const engine::ModelSpec& FakeBackend::specOf(const std::string& architecture) const
{
    const auto found = std::ranges::find(m_specs, architecture, &engine::ModelSpec::architecture);
    return found == m_specs.end() ? m_specs.front() : *found;
}

Result<std::int64_t> FakeBackend::estimateBytes(const Request& request) const
{
    m_log->add({FakeCall::Kind::Estimate, labelOf(request), -1, std::this_thread::get_id()});
    return estimateOf(scriptOf(request), request);
}

Result<std::unique_ptr<engine::Job>> FakeBackend::start(const Request& request)
{
    m_log->add({FakeCall::Kind::Start, labelOf(request), -1, std::this_thread::get_id()});
    FakeScript script = scriptOf(request);
    if (script.startFailure)
        return fail(*script.startFailure);
    // The engine's own tests ask for models that were never loaded.
    const auto loaded = m_outputs.find(request.model);
    const engine::ModelOutputs& outputs = loaded == m_outputs.end() ? m_specs.front().outputs : loaded->second;
    return std::make_unique<FakeJob>(std::move(script), request, outputs, m_settings, m_log);
}

FakeScript FakeBackend::scriptOf(const Request& request) const
{
    return m_settings->script ? m_settings->script(request) : FakeScript{};
}

}  // namespace nscope::tests
