#include "core/interpret/ism.h"

#include "core/interpret/gradient.h"

#include "core/data/alphabet.h"

#include <algorithm>
#include <chrono>

namespace nscope::interpret {

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kStepSeconds = 0.04;        ///< aimed at; the next step takes more or fewer mutants
constexpr double kDeliverySeconds = 0.1;     ///< partial results are not copied more often
constexpr std::int64_t kRunNt = 16;          ///< rows taken together on one side of the region

class FullMutantScorer : public nn::MutantScorer {
public:
    FullMutantScorer(std::shared_ptr<nn::SequenceNet> net, std::string_view letters, nn::Target target,
                     std::int64_t budgetBytes, const nn::PassOptions& options, const data::FeatureMap& features)
        : m_net(std::move(net)), m_target(std::move(target))
    {
        const c10::InferenceMode inference;
        m_reference = m_net->encode(letters, features);
        const std::int64_t length = m_reference.length();
        const std::int64_t one = m_net->passBytes(2, length, false) - m_net->passBytes(1, length, false);
        m_perPass = std::max<std::int64_t>(1, budgetBytes / std::max<std::int64_t>(1, one));
        m_referenceScore = pass(m_reference, options).front();
    }

    double referenceScore() const override { return m_referenceScore; }
    std::int64_t mutantsPerPass() const override { return m_perPass; }

    std::vector<double> scores(std::span<const nn::Mutation> mutations, const nn::PassOptions& options) override
    {
        const c10::InferenceMode inference;
        std::vector<double> result;
        for (std::size_t first = 0; first < mutations.size(); first += std::size_t(m_perPass)) {
            const auto batch = mutations.subspan(first, std::min(std::size_t(m_perPass), mutations.size() - first));
            std::vector<std::int64_t> rows, ids;
            for (const nn::Mutation& mutation : batch) {
                rows.push_back(mutation.positionNt);
                ids.push_back(m_net->baseChannels()[std::size_t(mutation.base)]);
            }
            nn::NetInput mutants = nn::repeated(m_reference, std::int64_t(batch.size()));
            mutants.ids_NL = mutants.ids_NL.clone();
            const auto column = [&](const std::vector<std::int64_t>& values) {
                return torch::tensor(values, torch::kInt64).unsqueeze(1).to(mutants.ids_NL.device());
            };
            mutants.ids_NL.scatter_(1, column(rows), column(ids));
            const std::vector<double> values = pass(mutants, options);
            result.insert(result.end(), values.begin(), values.end());
        }
        return result;
    }

private:
    std::vector<double> pass(const nn::NetInput& input, const nn::PassOptions& options)
    {
        const torch::Tensor score = m_net->score_N(m_net->forward(input, options), m_target)
                                        .to(torch::kCPU, torch::kFloat64).contiguous();
        return {score.data_ptr<double>(), score.data_ptr<double>() + score.numel()};
    }

    std::shared_ptr<nn::SequenceNet> m_net;
    nn::Target m_target;
    nn::NetInput m_reference;
    double m_referenceScore = 0.0;
    std::int64_t m_perPass = 1;
};

class IsmJob : public StepJob {
public:
    IsmJob(ExplainOrder order, MutantReading reading) : m_order(std::move(order)), m_reading(std::move(reading))
    {
        m_attribution = emptyAttribution(m_order, m_reading.method);
        m_attribution.meaning = m_reading.meaning;
        m_attribution.exact_L.assign(m_order.letters.size(), 0);
        for (const std::int64_t row : rowOrder(m_order.wanted(), m_order.region)) {
            for (int base = 0; base < 4; ++base) {
                if (base != data::baseIndex(m_order.letters[std::size_t(row)]))
                    m_mutations.push_back({row, base});
            }
        }
    }

    std::int64_t totalUnits() const override { return std::int64_t(m_mutations.size()); }
    std::int64_t doneUnits() const override { return std::int64_t(m_done); }

    bool halve() override
    {
        if (m_limit <= 1)
            return false;
        m_limit /= 2;
        m_batch = std::min(m_batch, m_limit);
        m_scorer.reset();
        return true;
    }

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        nn::PassOptions options;
        options.stop = stop;
        options.poll();
        if (!m_previewed)
            return preview(options);
        if (!m_scorer) {
            makeScorer(options);
            return engine::StepReport{};
        }
        computeNext(options);
        engine::StepReport report;
        report.finished = m_done == m_mutations.size();
        if (report.finished || secondsSince(m_delivered) >= kDeliverySeconds)
            deliver(report, !report.finished);
        return report;
    }

private:
    static double secondsSince(Clock::time_point then)
    {
        return std::chrono::duration<double>(Clock::now() - then).count();
    }

    Result<engine::StepReport> preview(const nn::PassOptions& options)
    {
        const InputGradient gradient = inputGradient(*m_order.net, m_order.letters, m_order.target, options,
                                                     m_order.features);
        m_attribution.values_LC = taylorValues(*m_order.net, m_order.letters, gradient.gradient_LC, TaylorForm::Paper,
                                               m_order.wanted());
        m_attribution.referenceScore = gradient.score;
        for (const nn::Mutation& mutation : m_mutations) {
            float& entry = entryOf(mutation);
            entry = float(m_reading.value(entry, gradient.score));
        }
        m_previewed = true;
        engine::StepReport report;
        report.finished = m_mutations.empty();
        deliver(report, !report.finished);
        return report;
    }

    /// Whether the network reads something of this sequence beside its letters, which its own scorer is not told.
    bool hasFurtherInput() const
    {
        return std::ranges::any_of(m_order.net->spec().input.further, [this](const engine::InputSpec& further) {
            return m_order.features.contains(further.id);
        });
    }

    /// Memory that ran out halves `m_limit`, and with it the budget of the next scorer.
    void makeScorer(const nn::PassOptions& options)
    {
        const std::int64_t budget = m_order.budgetBytes / (kFirstLimit / m_limit);
        if (m_order.option<std::string>("algorithm") == "auto" && !hasFurtherInput())
            m_scorer = m_order.net->mutantScorer(m_order.letters, m_order.target, budget, options);
        if (!m_scorer)
            m_scorer = fullMutantScorer(m_order.net, m_order.letters, m_order.target, budget, options, m_order.features);
        m_attribution.referenceScore = m_scorer->referenceScore();
    }

    void computeNext(const nn::PassOptions& options)
    {
        const auto started = Clock::now();
        const auto limit = std::size_t(std::min(m_scorer->mutantsPerPass(), m_limit));
        const std::size_t count = std::min({std::size_t(m_batch), limit, m_mutations.size() - m_done});
        const std::span<const nn::Mutation> batch(m_mutations.data() + m_done, count);
        const std::vector<double> scores = m_scorer->scores(batch, options);
        for (std::size_t i = 0; i < count; ++i)
            store(batch[i], scores[i]);
        m_done += count;
        const double perMutant = secondsSince(started) / double(count);
        m_batch = std::clamp<std::int64_t>(std::int64_t(kStepSeconds / perMutant), 1, m_limit);
    }

    float& entryOf(const nn::Mutation& mutation)
    {
        return m_attribution.values_LC[std::size_t(mutation.positionNt) * 4 + std::size_t(mutation.base)];
    }

    /// A row becomes exact with its last mutant.
    void store(const nn::Mutation& mutation, double score)
    {
        const auto row = std::size_t(mutation.positionNt);
        const double reference = m_attribution.referenceScore;
        entryOf(mutation) = float(m_reading.value(score - reference, reference));
        const int own = data::baseIndex(m_order.letters[row]);
        const int last = own == 3 ? 2 : 3;
        if (mutation.base == last)
            m_attribution.exact_L[row] = 1;
    }

    void deliver(engine::StepReport& report, bool partial)
    {
        report.deliveries.push_back({0, std::make_shared<const data::Attribution>(m_attribution), partial});
        m_delivered = Clock::now();
    }

    static constexpr std::int64_t kFirstLimit = 1024;
    ExplainOrder m_order;
    MutantReading m_reading;
    data::Attribution m_attribution;
    std::vector<nn::Mutation> m_mutations;
    std::unique_ptr<nn::MutantScorer> m_scorer;
    std::size_t m_done = 0;
    std::int64_t m_batch = 3;
    std::int64_t m_limit = kFirstLimit;
    bool m_previewed = false;
    Clock::time_point m_delivered;
};

std::int64_t ismBytes(const ExplainOrder& order)
{
    const std::int64_t one = order.net->passBytes(1, order.length(), false);
    return std::max(order.net->passBytes(1, order.length(), true), std::max(one, order.budgetBytes))
           + order.length() * 4 * 8;
}

}  // namespace

std::unique_ptr<nn::MutantScorer> fullMutantScorer(std::shared_ptr<nn::SequenceNet> net, std::string_view letters,
                                                   const nn::Target& target, std::int64_t budgetBytes,
                                                   const nn::PassOptions& options, const data::FeatureMap& features)
{
    return std::make_unique<FullMutantScorer>(std::move(net), letters, target, budgetBytes, options, features);
}

std::vector<std::int64_t> rowOrder(data::Interval wanted, std::optional<data::Interval> region)
{
    std::vector<std::int64_t> rows;
    for (std::int64_t row = wanted.startNt; row < wanted.endNt; ++row)
        rows.push_back(row);
    if (!region)
        return rows;
    // Runs of rows alternate between the two sides, so that neighbours, which share a window, are computed together.
    const auto rank = [&](std::int64_t row) {
        const std::int64_t before = region->startNt - row;
        const std::int64_t after = row - region->endNt + 1;
        return before > 0 ? 1 + 2 * ((before - 1) / kRunNt) : after > 0 ? 2 + 2 * ((after - 1) / kRunNt) : 0;
    };
    std::ranges::stable_sort(rows, {}, rank);
    return rows;
}

std::unique_ptr<StepJob> mutantJob(ExplainOrder order, MutantReading reading)
{
    return std::make_unique<IsmJob>(std::move(order), std::move(reading));
}

Method ismMethod()
{
    engine::MethodSpec spec;
    spec.id = "ism";
    spec.name = "In-silico mutagenesis";
    spec.help = "The target's exact change for every single-base variant";
    spec.citation = "Zhou & Troyanskaya 2015; Valencia & Hendrix";
    spec.exact = true;
    spec.incremental = true;
    spec.options = {{"algorithm", "Algorithm",
                     "auto recomputes only what a mutation reaches where the model allows it; full runs every mutant whole",
                     std::string("auto"), {}, {}, {"auto", "full"}}};
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                return mutantJob(
                    std::move(order),
                    {"ism", "Change of the target when the base is put here, in the target's units (exact).",
                     [](double change, double) { return change; }});
            },
            ismBytes};
}

}  // namespace nscope::interpret
