#include "core/torch_module/score_job.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace nscope::torch_module {

namespace {

constexpr double kStepSeconds = 0.04;
/// What a pass on the CPU adds to memory: beyond the caches a larger batch is not faster, and the stop token waits.
constexpr std::int64_t kCpuPassBytes = std::int64_t(12) << 20;
constexpr std::int64_t kMostPerPass = 256;

std::int64_t sequencesPerPass(const ScoreOrder& order, std::int64_t lengthNt)
{
    const std::int64_t added = order.net->passBytes(2, lengthNt, false) - order.net->passBytes(1, lengthNt, false);
    const std::int64_t limit =
        order.net->device().is_cpu() ? std::min(order.budgetBytes, kCpuPassBytes) : order.budgetBytes;
    return std::clamp<std::int64_t>(limit / std::max<std::int64_t>(1, added), 1, kMostPerPass);
}

/// Ids of the further inputs that this sequence brings and the network takes.
std::vector<std::string> inputsOf(const data::Transcript& transcript, const nn::SequenceNet& net)
{
    std::vector<std::string> ids;
    for (const engine::InputSpec& further : net.spec().input.further) {
        if (transcript.features.contains(further.id))
            ids.push_back(further.id);
    }
    return ids;
}

/// One batch of sequences that have the same length and the same further inputs.
nn::NetInput encoded(const nn::SequenceNet& net, const data::TranscriptSet& all, std::span<const std::size_t> batch)
{
    std::vector<torch::Tensor> ids;
    std::map<std::string, std::vector<torch::Tensor>> features;
    for (const std::size_t index : batch) {
        nn::NetInput one = net.encode(all[index]->sequence.letters, all[index]->features);
        ids.push_back(one.ids_NL);
        for (auto& [id, tensor] : one.features)
            features[id].push_back(std::move(tensor));
    }
    nn::NetInput input;
    input.ids_NL = at::cat(ids, 0);
    for (const auto& [id, tensors] : features)
        input.features[id] = at::cat(tensors, 0);
    return input;
}

}  // namespace

std::int64_t scoreBytes(const ScoreOrder& order)
{
    std::vector<std::int64_t> lengths;
    for (const data::TranscriptPtr& transcript : order.transcripts)
        lengths.push_back(transcript->sequence.length());
    std::ranges::sort(lengths);
    lengths.erase(std::ranges::unique(lengths).begin(), lengths.end());
    std::int64_t most = 0;
    for (const std::int64_t lengthNt : lengths)
        most = std::max(most, order.net->passBytes(sequencesPerPass(order, lengthNt), lengthNt, false));
    return most;
}

ScoreJob::ScoreJob(ScoreOrder order) : m_order(std::move(order)), m_sorted(m_order.transcripts.size())
{
    std::iota(m_sorted.begin(), m_sorted.end(), std::size_t(0));
    std::ranges::stable_sort(m_sorted, {}, [this](std::size_t index) {
        const data::Transcript& transcript = *m_order.transcripts[index];
        return std::pair(transcript.sequence.length(), inputsOf(transcript, *m_order.net));
    });
}

bool ScoreJob::halve()
{
    const std::size_t tried = nextBatch().size();
    if (tried <= 1)
        return false;
    m_mostPerPass = tried / 2;
    return true;
}

std::span<const std::size_t> ScoreJob::nextBatch() const
{
    const data::Transcript& first = *m_order.transcripts[m_sorted[m_done]];
    const std::int64_t lengthNt = first.sequence.length();
    const std::vector<std::string> inputs = inputsOf(first, *m_order.net);
    const std::size_t most = std::min(m_mostPerPass, std::size_t(sequencesPerPass(m_order, lengthNt)));
    std::size_t end = m_done + 1;
    while (end < m_sorted.size() && end - m_done < most) {
        const data::Transcript& next = *m_order.transcripts[m_sorted[end]];
        if (next.sequence.length() != lengthNt || inputsOf(next, *m_order.net) != inputs)
            break;
        ++end;
    }
    return std::span(m_sorted).subspan(m_done, end - m_done);
}

void ScoreJob::score(std::span<const std::size_t> batch, const nn::PassOptions& options,
                     engine::StepReport& report) const
{
    const nn::NetInput input = encoded(*m_order.net, m_order.transcripts, batch);
    const torch::Tensor scores_N = m_order.net->score_N(m_order.net->forward(input, options), m_order.target)
                                       .to(torch::kCPU, torch::kFloat64)
                                       .contiguous();
    const auto* values = scores_N.data_ptr<double>();
    for (std::size_t row = 0; row < batch.size(); ++row)
        report.deliveries.push_back(
            {batch[row], std::make_shared<const data::TargetScore>(data::TargetScore{values[row]}), false});
}

Result<engine::StepReport> ScoreJob::step(std::stop_token stop)
{
    const c10::InferenceMode inference;
    nn::PassOptions options;
    options.stop = stop;
    const auto started = std::chrono::steady_clock::now();
    engine::StepReport report;
    while (m_done < m_sorted.size()) {
        options.poll();
        const std::span<const std::size_t> batch = nextBatch();
        score(batch, options, report);
        m_done += batch.size();
        if (std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count() > kStepSeconds)
            break;
    }
    report.finished = m_done == m_sorted.size();
    return report;
}

}  // namespace nscope::torch_module
