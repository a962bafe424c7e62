#include "core/nn/band_mutants.h"

#include <algorithm>

namespace nscope::nn {

namespace {

using torch::Tensor;

constexpr std::int64_t kCacheBytes = std::int64_t(3) << 19;  ///< of a batch on one thread
constexpr std::int64_t kMostPerBatch = 96;
constexpr std::int64_t kMostPerPass = 4096;

template <class Scalar>
class BandMutants : public MutantScorer {
public:
    BandMutants(MutantInput input, BandLayers<Scalar> layers, std::unique_ptr<BandEnd<Scalar>> end, BandTail tail,
                std::int64_t budgetBytes, const PassOptions& options)
        : m_input(std::move(input)), m_layers(std::move(layers)), m_end(std::move(end)), m_tail(std::move(tail))
    {
        m_input.input_PC = m_input.input_PC.contiguous();
        m_needed = needOf(m_layers, m_end->need()).intersected({0, m_input.input_PC.size(0)});
        m_referenceScore = scored(m_end->reference_F().unsqueeze(0), options).front();
        planBatches(budgetBytes);
    }

    double referenceScore() const override { return m_referenceScore; }
    std::int64_t mutantsPerPass() const override { return m_perPass; }

    std::vector<double> scores(std::span<const Mutation> mutations, const PassOptions& options) override
    {
        const c10::InferenceMode inference;
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < mutations.size(); ++i) {
            if (m_needed.contains(mutations[i].positionNt - m_input.startNt))
                order.push_back(i);
        }
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return mutations[i].positionNt; });
        std::vector<double> result(mutations.size(), m_referenceScore);
        for (std::size_t first = 0; first < order.size(); first += std::size_t(m_perPass)) {
            std::vector<Mutation> pass;
            const std::size_t count = std::min(std::size_t(m_perPass), order.size() - first);
            for (std::size_t i = first; i < first + count; ++i)
                pass.push_back(mutations[order[i]]);
            const std::vector<double> values = scored(numbers_MF(pass, options), options);
            for (std::size_t i = 0; i < count; ++i)
                result[order[first + i]] = values[i];
        }
        return result;
    }

private:
    void planBatches(std::int64_t budgetBytes)
    {
        ChainPlan<Scalar> plan{1, m_input.input_PC.size(1)};
        plan.follow(m_layers);
        const std::int64_t batchBytes = std::max(plan.most, plan.width * plan.channels) * std::int64_t(sizeof(Scalar));
        std::int64_t least = 1;
        for (const auto& layer : m_layers)
            least = std::max(least, layer->leastMutants());
        const std::int64_t fitting = budgetBytes / std::max<std::int64_t>(1, batchBytes * at::get_num_threads());
        m_perBatch = std::clamp(kCacheBytes / std::max<std::int64_t>(1, batchBytes), least, kMostPerBatch);
        m_perBatch = std::clamp<std::int64_t>(fitting, 1, m_perBatch);
        const std::int64_t perMutant = m_tail.bytesPerMutant + 4 * m_end->size() * std::int64_t(sizeof(Scalar));
        m_perPass = std::clamp<std::int64_t>(budgetBytes / std::max<std::int64_t>(1, perMutant), 1, kMostPerPass);
    }

    std::vector<double> scored(const Tensor& numbers_MF, const PassOptions& options) const
    {
        const Tensor score = m_tail.score_M(numbers_MF, options).to(torch::kFloat64).contiguous();
        return {score.data_ptr<double>(), score.data_ptr<double>() + score.numel()};
    }

    Tensor numbers_MF(std::span<const Mutation> mutations, const PassOptions& options) const
    {
        const auto count = std::int64_t(mutations.size()), threads = std::int64_t(at::get_num_threads());
        const std::int64_t perBatch = std::min(m_perBatch, (count + threads - 1) / threads);
        Tensor numbers = torch::empty({count, m_end->size()}, m_input.input_PC.options());
        Scalar* const out = numbers.template data_ptr<Scalar>();
        at::parallel_for(0, (count + perBatch - 1) / perBatch, 1, [&](std::int64_t begin, std::int64_t end) {
            const c10::InferenceMode inference;
            for (std::int64_t batch = begin; batch < end; ++batch) {
                const std::int64_t first = batch * perBatch;
                runBatch(mutations.subspan(std::size_t(first), std::size_t(std::min(perBatch, count - first))),
                         out + first * m_end->size(), options);
            }
        });
        return numbers;
    }

    void runBatch(std::span<const Mutation> mutations, Scalar* out_MF, const PassOptions& options) const
    {
        const std::int64_t channels = m_input.input_PC.size(1);
        std::vector<std::int64_t> starts;
        for (const Mutation& mutation : mutations)
            starts.push_back(mutation.positionNt - m_input.startNt);
        Band<Scalar> band(starts, 1, channels);
        band.clear();
        for (std::size_t m = 0; m < mutations.size(); ++m) {
            Scalar* const change = band.row(std::int64_t(m), 0);
            const Scalar* const before = m_input.input_PC.template data_ptr<Scalar>() + starts[m] * channels;
            change[m_input.channels[std::size_t(mutations[m].base)]] = Scalar(1);
            for (std::int64_t c = 0; c < channels; ++c)
                change[c] -= before[c];
        }
        for (const auto& layer : m_layers) {
            options.poll();
            band = layer->run(std::move(band));
        }
        m_end->run(band, out_MF);
    }

    MutantInput m_input;
    BandLayers<Scalar> m_layers;
    std::unique_ptr<BandEnd<Scalar>> m_end;
    BandTail m_tail;
    data::Interval m_needed;  ///< positions of the input that can matter
    double m_referenceScore = 0.0;
    std::int64_t m_perBatch = 1;
    std::int64_t m_perPass = 1;
};

}  // namespace

template <class Scalar>
std::unique_ptr<MutantScorer> makeBandMutants(MutantInput input, BandLayers<Scalar> layers,
                                              std::unique_ptr<BandEnd<Scalar>> end, BandTail tail,
                                              std::int64_t budgetBytes, const PassOptions& options)
{
    return std::make_unique<BandMutants<Scalar>>(std::move(input), std::move(layers), std::move(end), std::move(tail),
                                                 budgetBytes, options);
}

template std::unique_ptr<MutantScorer> makeBandMutants(MutantInput, BandLayers<float>, std::unique_ptr<BandEnd<float>>,
                                                       BandTail, std::int64_t, const PassOptions&);
template std::unique_ptr<MutantScorer> makeBandMutants(MutantInput, BandLayers<double>,
                                                       std::unique_ptr<BandEnd<double>>, BandTail, std::int64_t,
                                                       const PassOptions&);

}  // namespace nscope::nn
