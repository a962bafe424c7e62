#include "core/interpret/checks.h"

#include "core/analysis/agreement.h"
#include "core/data/alphabet.h"
#include "core/interpret/draws.h"
#include "core/interpret/ism.h"
#include "core/interpret/mixtures.h"

#include <algorithm>
#include <cmath>

namespace nscope::interpret {

namespace {

constexpr const char* kCompareIsm = "compare_ism";
constexpr const char* kShifts = "shifts";
constexpr const char* kMaxShift = "max_shift";
constexpr const char* kCheckSeed = "check_seed";

/// value(new base) − value(own base) at a position; other letters than bases have own value 0.
double effectAt(const data::Attribution& attribution, std::int64_t position, int base, char letter)
{
    const int own = data::baseIndex(letter);
    return double(attribution.at(position, base)) - (own >= 0 ? double(attribution.at(position, own)) : 0.0);
}

/// The whole codons of a coding region that are left in [first, first + length), counted from there.
std::optional<data::Interval> codonsLeft(data::Interval cds, std::int64_t first, std::int64_t length)
{
    data::Interval left{cds.startNt - first, cds.endNt - first};
    if (left.startNt < 0)
        left.startNt += (2 - left.startNt) / 3 * 3;
    if (left.endNt > length)
        left.endNt -= (left.endNt - length + 2) / 3 * 3;
    return left.isEmpty() ? std::nullopt : std::optional(left);
}

/// The order for the sequence without `lost` letters at its start, or at its end.
ExplainOrder cropped(const ExplainOrder& order, std::int64_t lost, bool atStart)
{
    ExplainOrder result = order;
    const std::int64_t length = order.length() - lost, first = atStart ? lost : 0;
    result.letters = order.letters.substr(std::size_t(first), std::size_t(length));
    for (const engine::InputSpec& further : order.net->spec().input.further) {
        const auto found = result.features.find(further.id);
        if (further.width == 0 && found != result.features.end())
            found->second = {found->second.begin() + first, found->second.begin() + first + length};
    }
    result.cds = order.cds ? codonsLeft(*order.cds, first, length) : std::nullopt;
    result.region.reset();
    if (order.only) {
        const data::Interval moved{order.only->startNt - first, order.only->endNt - first};
        result.only = moved.intersected({0, length});
        if (result.only->isEmpty())
            result.only.reset();  // the rows were lost; what remains has nothing in common with them
    }
    return result;
}

class CheckedJob : public StepJob {
public:
    CheckedJob(ExplainOrder order, const Method& method, std::unique_ptr<StepJob> job)
        : m_order(std::move(order)), m_start(method.start), m_job(std::move(job)), m_jobUnits(m_job->totalUnits()),
          m_shifts(m_order.option<std::int64_t>(kShifts)), m_budgetBytes(m_order.budgetBytes),
          m_pace(Mixtures(m_order).rowsPerPass(false)),
          m_draws(std::uint64_t(m_order.option<std::int64_t>(kCheckSeed)), 0)
    {
        chooseMutations();
    }

    std::int64_t totalUnits() const override { return m_jobUnits * (1 + m_shifts) + std::int64_t(m_mutations.size()); }
    std::int64_t doneUnits() const override
    {
        return m_finishedJobs * m_jobUnits + (m_job ? std::min(m_job->doneUnits(), m_jobUnits) : 0)
             + std::int64_t(m_exact.size());
    }

    bool halve() override
    {
        if (m_job)
            return m_job->halve();
        m_scorer.reset();
        m_budgetBytes /= 2;
        return m_pace.halve();
    }

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        if (m_job)
            return stepJob(stop);
        nn::PassOptions options;
        options.stop = stop;
        options.poll();
        if (m_exact.size() < m_mutations.size()) {
            mutateNext(options);
            return engine::StepReport{};
        }
        if (m_finishedJobs <= m_shifts) {
            if (const auto begun = beginShift(); !begun)
                return fail(begun.error());
            return engine::StepReport{};
        }
        addDiagnostics();
        engine::StepReport report;
        report.deliveries.push_back({0, std::make_shared<const data::Attribution>(m_result), false});
        report.finished = true;
        return report;
    }

private:
    struct Shift {
        std::int64_t lost = 0;
        bool atStart = true;
    };

    /// All three mutants of random positions among the wanted rows, in the order of the positions.
    void chooseMutations()
    {
        std::vector<std::int64_t> positions;
        const data::Interval wanted = m_order.wanted();
        for (std::int64_t i = wanted.startNt; i < wanted.endNt; ++i) {
            if (data::baseIndex(m_order.letters[std::size_t(i)]) >= 0)
                positions.push_back(i);
        }
        const auto count = std::min<std::size_t>(std::size_t(m_order.option<std::int64_t>(kCompareIsm)), positions.size());
        for (std::size_t i = 0; i < count; ++i)
            std::swap(positions[i], positions[i + std::size_t(m_draws.below(std::int64_t(positions.size() - i)))]);
        positions.resize(count);
        std::ranges::sort(positions);
        for (const std::int64_t position : positions) {
            for (int base = 0; base < data::kBaseCount; ++base) {
                if (base != data::baseIndex(m_order.letters[std::size_t(position)]))
                    m_mutations.push_back({position, base});
            }
        }
    }

    /// The explanation itself is shown at once, its checks follow; those of shifted sequences are only compared.
    Result<engine::StepReport> stepJob(std::stop_token stop)
    {
        auto report = m_job->step(stop);
        if (!report)
            return report;
        const bool own = m_finishedJobs == 0;
        if (report->finished) {
            const data::Attribution& last =
                *std::get<std::shared_ptr<const data::Attribution>>(report->deliveries.back().payload);
            if (own)
                m_result = last;
            else
                compareShift(last);
            report->deliveries.back().partial = true;
            report->finished = false;
            m_job.reset();
            ++m_finishedJobs;
        }
        if (!own)
            report->deliveries.clear();
        return report;
    }

    void mutateNext(const nn::PassOptions& options)
    {
        if (!m_scorer)
            m_scorer = m_order.net->mutantScorer(m_order.letters, m_order.target, m_budgetBytes, options);
        if (!m_scorer)
            m_scorer = fullMutantScorer(m_order.net, m_order.letters, m_order.target, m_budgetBytes, options,
                                        m_order.features);
        const std::int64_t count = m_pace.next(std::int64_t(m_mutations.size() - m_exact.size()));
        const auto batch = std::span(m_mutations).subspan(m_exact.size(), std::size_t(count));
        for (const double score : m_scorer->scores(batch, options))
            m_exact.push_back(score - m_scorer->referenceScore());
        m_pace.finished(count);
    }

    Result<void> beginShift()
    {
        m_scorer.reset();
        m_shift.lost = 1 + m_draws.below(m_order.option<std::int64_t>(kMaxShift));
        m_shift.atStart = m_draws.below(2) == 0;
        auto job = m_start(cropped(m_order, m_shift.lost, m_shift.atStart));
        if (!job)
            return fail(job.error());
        m_job = std::move(*job);
        return {};
    }

    void compareShift(const data::Attribution& shifted)
    {
        m_shiftScores.push_back(shifted.referenceScore);
        const std::size_t offset = m_shift.atStart ? std::size_t(m_shift.lost) * 4 : 0;
        const auto here = std::span(m_result.values_LC).subspan(offset, shifted.values_LC.size());
        const std::vector<double> a(here.begin(), here.end());
        const std::vector<double> b(shifted.values_LC.begin(), shifted.values_LC.end());
        if (const auto value = analysis::sharedPearson(a, b))
            m_shiftCorrelations.push_back(*value);
    }

    void addDiagnostics()
    {
        const auto add = [this](const char* name, double value) { m_result.diagnostics.push_back({name, value}); };
        if (!m_mutations.empty()) {
            std::vector<double> estimate;
            for (const nn::Mutation& mutation : m_mutations)
                estimate.push_back(effectAt(m_result, mutation.positionNt, mutation.base,
                                            m_order.letters[std::size_t(mutation.positionNt)]));
            if (const auto value = analysis::sharedPearson(estimate, m_exact))
                add("ism_correlation", *value);
            if (const auto value = analysis::medianCosine(estimate, m_exact, data::kBaseCount - 1))
                add("ism_cosine", *value);
            add("ism_positions", double(m_mutations.size()) / (data::kBaseCount - 1));
        }
        if (!m_shiftCorrelations.empty()) {
            double sum = 0.0;
            for (const double value : m_shiftCorrelations)
                sum += value;
            add("shift_correlation", sum / double(m_shiftCorrelations.size()));
            add("shift_correlation_least", *std::ranges::min_element(m_shiftCorrelations));
        }
        if (m_shiftScores.size() > 1) {
            double mean = 0.0, square = 0.0;
            for (const double score : m_shiftScores)
                mean += score / double(m_shiftScores.size());
            for (const double score : m_shiftScores)
                square += (score - mean) * (score - mean);
            add("shift_score_sd", std::sqrt(square / double(m_shiftScores.size() - 1)));
        }
    }

    ExplainOrder m_order;
    decltype(Method::start) m_start;
    std::unique_ptr<StepJob> m_job;  ///< at work: the explanation itself, then those of shifted sequences
    std::int64_t m_jobUnits = 0;
    std::int64_t m_shifts = 0;
    std::int64_t m_finishedJobs = 0;
    std::int64_t m_budgetBytes = 0;
    Pace m_pace;
    Draws m_draws;
    std::vector<nn::Mutation> m_mutations;
    std::unique_ptr<nn::MutantScorer> m_scorer;
    std::vector<double> m_exact;  ///< changes of the mutants done
    Shift m_shift;
    std::vector<double> m_shiftCorrelations, m_shiftScores;
    data::Attribution m_result;
};

Result<std::unique_ptr<StepJob>> startChecked(const Method& method, ExplainOrder order)
{
    const auto shifts = order.option<std::int64_t>(kShifts), maxShift = order.option<std::int64_t>(kMaxShift);
    if (shifts > 0 && order.length() <= 2 * maxShift)
        return fail(ErrorCode::InvalidArgument, "The sequence of " + std::to_string(order.length())
                                                    + " nt is too short to lose up to " + std::to_string(maxShift)
                                                    + " nt; choose a smaller max_shift.");
    auto job = method.start(order);
    if (!job || (shifts == 0 && order.option<std::int64_t>(kCompareIsm) == 0))
        return job;
    return std::make_unique<CheckedJob>(std::move(order), method, std::move(*job));
}

}  // namespace

Method withChecks(Method method)
{
    Method checked = method;
    for (engine::OptionSpec option :
         {engine::OptionSpec{kCompareIsm, "Check: mutants", "Random positions at which exact mutagenesis is compared",
                             std::int64_t(0), 0.0, 100000.0, {}},
          engine::OptionSpec{kShifts, "Check: shifts", "Times the sequence is explained again, shifted",
                             std::int64_t(0), 0.0, 1000.0, {}},
          engine::OptionSpec{kMaxShift, "Largest shift (nt)", "Letters lost at one end", std::int64_t(16), 1.0, 100000.0,
                             {}},
          engine::OptionSpec{kCheckSeed, "Check: seed", "Of positions and shifts", std::int64_t(0), 0.0, 2147483647.0,
                             {}}})
        checked.spec.options.push_back(std::move(option));
    checked.start = [method](ExplainOrder order) { return startChecked(method, std::move(order)); };
    checked.bytes = [method](const ExplainOrder& order) {
        const bool mutates = order.option<std::int64_t>(kCompareIsm) > 0;
        return std::max(method.bytes(order), mutates ? mixtureBytes(order, false) : 0);
    };
    return checked;
}

}  // namespace nscope::interpret
