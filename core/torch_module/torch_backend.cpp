#include "core/torch_module/torch_backend.h"

#include "core/engine/memory_budget.h"
#include "core/fit/fit_jobs.h"
#include "core/fit/plan_job.h"
#include "core/fit/training_group.h"
#include "core/interpret/method_list.h"
#include "core/models/model_zoo.h"
#include "core/torch_module/door.h"
#include "core/torch_module/predict_job.h"
#include "core/torch_module/score_job.h"
#include "core/torch_module/speed_job.h"
#include "core/torch_module/weight_import.h"
#include "core/train/train_jobs.h"

#include <algorithm>
#include <charconv>
#include <dlfcn.h>
#include <thread>

namespace nscope::torch_module {

namespace {

using engine::Analysis;

constexpr std::int64_t kMaxChunkBytes = std::int64_t(96) << 20;   ///< a batch far beyond the caches is not faster
constexpr std::int64_t kSpeedBytes = std::int64_t(2) << 30;       ///< the largest batch that is tried whole
constexpr std::int64_t kTrainingBytes = std::int64_t(2) << 30;    ///< batches of the usual settings
constexpr std::int64_t kPlanBytes = std::int64_t(512) << 20;      ///< a network with fresh weights

/// OpenBLAS has a thread pool of its own, with one thread under LibTorch 1.13 unless told.
void setThreads(int threads)
{
    at::set_num_threads(threads);
    using SetThreads = void (*)(int);
    if (const auto setBlas = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads")))
        setBlas(threads);
}

/// The letters of a request that takes one transcript.
Result<std::string> onlyTranscript(const engine::Request& request)
{
    if (request.transcripts.size() != 1 || !request.transcripts.front())
        return fail(ErrorCode::InvalidArgument, "This analysis takes exactly one sequence.");
    return request.transcripts.front()->sequence.letters;
}

Result<void> checkLetters(const data::TranscriptSet& transcripts)
{
    for (const data::TranscriptPtr& transcript : transcripts) {
        if (!transcript || transcript->sequence.letters.empty())
            return fail(ErrorCode::InvalidArgument, "The sequence is empty, so there is nothing to compute.",
                        {.record = transcript ? transcript->sequence.id : std::string()});
    }
    return {};
}

/// Id of the method behind an analysis.
std::string methodOf(const engine::Request& request)
{
    switch (request.analysis) {
    case Analysis::Attention: return "attention";
    case Analysis::Filters: return "filters";
    default: return request.method;
    }
}

struct PreparedMethod {
    const interpret::Method* method = nullptr;
    interpret::ExplainOrder order;
};

Result<PreparedMethod> prepareMethod(const engine::Request& request, const LoadedModel& model, std::int64_t budgetBytes)
{
    const auto method = interpret::findMethod(methodOf(request));
    if (!method)
        return fail(method.error());
    if (request.analysis == Analysis::Explain && (*method)->spec.kind != engine::MethodKind::Attribution)
        return fail(ErrorCode::InvalidArgument, "“" + request.method + "” does not give one value per base; it has a "
                                                "command of its own.");
    PreparedMethod prepared{*method, {}};
    if (request.analysis != Analysis::Filters) {
        auto letters = onlyTranscript(request);
        if (!letters)
            return fail(letters.error());
        prepared.order.letters = std::move(*letters);
        prepared.order.features = request.transcripts.front()->features;
        prepared.order.cds = request.transcripts.front()->cds;
    }
    const auto options = engine::completeOptions(request.options, (*method)->spec.options);
    if (!options)
        return fail(options.error());
    const auto target = model.net->parseTarget(request.target);
    if (!target)
        return fail(target.error());
    prepared.order.net = model.net;
    prepared.order.modelHash = model.info.hash;
    prepared.order.target = *target;
    prepared.order.options = *options;
    prepared.order.region = request.region;
    prepared.order.only = request.only;
    prepared.order.budgetBytes = budgetBytes;
    return prepared;
}

Result<PredictOrder> preparePrediction(const engine::Request& request, const LoadedModel& model)
{
    const auto options = engine::completeOptions(request.options, predictOptions());
    if (!options)
        return fail(options.error());
    PredictOrder order{model.net, model.info.hash, request.transcripts, *options};
    if (const auto possible = checkPrediction(order); !possible)
        return fail(possible.error());
    return order;
}

Result<ScoreOrder> prepareScores(const engine::Request& request, const LoadedModel& model, std::int64_t budgetBytes)
{
    const auto options = engine::completeOptions(request.options, {});
    if (!options)
        return fail(options.error());
    const auto target = model.net->parseTarget(request.target);
    if (!target)
        return fail(target.error());
    return ScoreOrder{model.net, request.transcripts, *target, budgetBytes};
}

std::int64_t predictionBytes(const engine::Request& request, const LoadedModel& model)
{
    std::int64_t longest = 0;
    for (const data::TranscriptPtr& transcript : request.transcripts)
        longest = std::max(longest, transcript->sequence.length());
    const auto embeds = request.options.find("embedding");
    const bool keepsLayers = embeds != request.options.end() && embeds->second == data::OptionValue(true);
    return model.net->passBytes(1, longest, keepsLayers);  // layers kept for a vector are those kept for gradients
}

}  // namespace

Result<torch::Device> parseDevice(const std::string& text)
{
    if (text == "cpu" || (text == "auto" && !torch::cuda::is_available()))
        return torch::Device(torch::kCPU);
    int index = 0;
    const char* const end = text.data() + text.size();
    const bool numbered = text.starts_with("cuda:") && std::from_chars(text.data() + 5, end, index).ptr == end
                          && text.size() > 5;
    if (text != "auto" && text != "cuda" && !numbered)
        return fail(ErrorCode::InvalidArgument, "The device “" + text + "” is unknown; use auto, cpu, cuda or cuda:n.");
    if (!torch::cuda::is_available())
        return fail(ErrorCode::Unsupported, "This machine or this LibTorch has no CUDA device; use --device cpu.");
    if (index < 0 || index >= int(torch::cuda::device_count()))
        return fail(ErrorCode::InvalidArgument, "There is no CUDA device number " + std::to_string(index) + ".");
    return torch::Device(torch::kCUDA, c10::DeviceIndex(index));
}

TorchBackend::TorchBackend(torch::Device device, int threads, std::int64_t memoryBudgetBytes)
    : m_device(device), m_threads(threads), m_memoryBudgetBytes(memoryBudgetBytes),
      m_models(device, {.memoryBytes = memoryBudgetBytes, .threads = threads})
{
    setThreads(threads);
    for (const models::Family& family : models::modelZoo())
        m_specs.push_back(family.spec);
    for (const interpret::Method& method : interpret::methodList())
        m_methods.push_back(method.spec);
}

std::string TorchBackend::description() const
{
    return "LibTorch " + nn::torchVersionText() + ", " + (m_device.is_cpu() ? "CPU" : "CUDA") + ", "
           + std::to_string(m_threads) + (m_threads == 1 ? " thread" : " threads");
}

std::int64_t TorchBackend::budget(const engine::Request& request) const
{
    const std::int64_t limit = engine::memoryLimitBytes(request);
    return limit > 0 ? std::min(limit, m_memoryBudgetBytes) : m_memoryBudgetBytes;
}

std::int64_t TorchBackend::explainBudget(const engine::Request& request) const
{
    return std::min(budget(request), kMaxChunkBytes);
}

Result<const LoadedModel*> TorchBackend::findModel(const engine::Request& request) const
{
    const auto device = request.options.find(engine::kDeviceOption);
    const bool onCpu = device != request.options.end() && device->second == data::OptionValue(std::string("cpu"));
    return onCpu ? m_models.findOnCpu(request.model) : m_models.find(request.model);
}

Result<engine::ModelInfo> TorchBackend::load(const data::ModelCard& card)
{
    return guarded([&]() -> Result<engine::ModelInfo> {
        const auto model = m_models.load(card);
        if (!model)
            return fail(model.error());
        return (*model)->info;
    });
}

Result<engine::ImportReport> TorchBackend::importWeights(const engine::ImportOrder& order)
{
    return guarded([&] { return torch_module::importWeights(order); });
}

Result<std::int64_t> TorchBackend::estimateBytes(const engine::Request& request) const
{
    return guarded([&]() -> Result<std::int64_t> {
        if (request.analysis == Analysis::Train)
            return std::min(budget(request) / 2, kTrainingBytes);
        if (request.analysis == Analysis::PlanTraining)
            return std::min(budget(request) / 2, kPlanBytes);
        if (isSpeedRequest(request))
            return kSpeedBytes;
        const auto model = findModel(request);
        if (!model)
            return fail(model.error());
        if (const auto letters = checkLetters(request.transcripts); !letters)
            return fail(letters.error());
        if (request.analysis == Analysis::Predict)
            return predictionBytes(request, **model);
        if (request.analysis == Analysis::Evaluate)
            return std::min(budget(request) / 2, kTrainingBytes);
        if (request.analysis == Analysis::Score) {
            const auto order = prepareScores(request, **model, explainBudget(request));
            if (!order)
                return fail(order.error());
            return scoreBytes(*order);
        }
        const auto prepared = prepareMethod(request, **model, explainBudget(request));
        if (!prepared)
            return fail(prepared.error());
        return prepared->method->bytes(prepared->order);
    });
}

Result<std::unique_ptr<engine::Job>> TorchBackend::start(const engine::Request& request)
{
    return guarded([&]() -> Result<std::unique_ptr<engine::Job>> {
        auto job = makeJob(request);
        if (!job)
            return fail(job.error());
        return guardedJob(std::move(*job));
    });
}

Result<std::unique_ptr<engine::Job>> TorchBackend::makeTraining(const engine::Request& request) const
{
    if (!request.training || request.training->outputDirectory.empty())
        return train::makeTrainJob(request);  // which says what is missing
    const auto text = fit::settingsText(*request.training);
    if (text && fit::isFitTask(*text))
        return fit::makeFitJob(request, m_device, budget(request));
    if (!request.training->averaged.empty())
        return fail(text ? Error(ErrorCode::Unsupported, "Runs of this kind cannot be averaged in an ensemble.")
                         : text.error());
    const auto isShared = fit::TrainingGroup::isAskedFor();
    if (!isShared)
        return fail(isShared.error());
    if (*isShared)
        return fail(ErrorCode::Unsupported, "A training of this kind runs in one process: unset WORLD_SIZE.");
    return train::makeTrainJob(request);
}

Result<std::unique_ptr<engine::Job>> TorchBackend::makeJob(const engine::Request& request) const
{
    if (request.analysis == Analysis::Train)
        return makeTraining(request);
    if (request.analysis == Analysis::PlanTraining)
        return fit::makePlanJob(request);
    if (isSpeedRequest(request))
        return makeSpeedJob(request);
    const auto model = findModel(request);
    if (!model)
        return fail(model.error());
    if (request.analysis == Analysis::Evaluate)
        return request.training && fit::isFitTask(request.training->configJson)
                   ? fit::makeEvaluateFitJob(request, (*model)->net, (*model)->info.card)
                   : train::makeEvaluateJob(request, (*model)->net, (*model)->info.card);
    if (const auto letters = checkLetters(request.transcripts); !letters)
        return fail(letters.error());
    if (request.analysis == Analysis::Predict) {
        auto order = preparePrediction(request, **model);
        if (!order)
            return fail(order.error());
        return std::make_unique<PredictJob>(std::move(*order));
    }
    if (request.analysis == Analysis::Score) {
        auto order = prepareScores(request, **model, explainBudget(request));
        if (!order)
            return fail(order.error());
        return std::make_unique<ScoreJob>(std::move(*order));
    }
    auto prepared = prepareMethod(request, **model, explainBudget(request));
    if (!prepared)
        return fail(prepared.error());
    auto job = prepared->method->start(std::move(prepared->order));
    if (!job)
        return fail(job.error());
    return std::unique_ptr<engine::Job>(std::move(*job));
}

}  // namespace nscope::torch_module

/// The factory of the module; see NscopeCreateBackend in core/engine/backend.h.
extern "C" __attribute__((visibility("default"))) nscope::engine::Backend*
nscope_create_backend(const nscope::engine::BackendSettings* settings, const char** errorMessage)
{
    using namespace nscope;
    static std::string message;
    const auto created = torch_module::guarded([&]() -> Result<engine::Backend*> {
        const auto device = torch_module::parseDevice(settings->device);
        if (!device)
            return fail(device.error());
        const int cores = int(std::max(1u, std::thread::hardware_concurrency()));
        const int threads = settings->threads > 0 ? settings->threads : std::max(1, cores - 1);
        std::int64_t budget = settings->memoryBudgetBytes;
        if (budget <= 0)
            budget = engine::MemoryBudget(0).use().totalBytes;
        return new torch_module::TorchBackend(*device, threads, budget);
    });
    if (created)
        return *created;
    message = created.error().sentence();
    *errorMessage = message.c_str();
    return nullptr;
}
