// A run that several processes share (FitRun): each learns from its own micro-batches of an optimiser step, the first one
// judges, decides and writes.
#include "core/fit/fit_run.h"

#include "core/fit/fit_network.h"

#include <string>
#include <vector>

namespace nscope::fit {

Result<void> FitRun::checkGroup() const
{
    if (!m_place.group || m_settings.accumulate >= m_place.group->size())
        return {};
    return fail(ErrorCode::InvalidArgument,
                "The " + std::to_string(m_place.group->size()) + " processes of this training share the "
                    + std::to_string(m_settings.accumulate)
                    + " micro-batches of an optimiser step: set \"optimiser.accumulate\" to at least as many.");
}

bool FitRun::isOwn(std::int64_t index) const
{
    return !m_place.group || index % m_settings.accumulate % m_place.group->size() == m_place.group->rank();
}

std::int64_t FitRun::nextOwn(std::int64_t index) const
{
    while (index < std::int64_t(m_plan.size()) && !isOwn(index))
        ++index;
    return index;
}

Result<bool> FitRun::shallStop(bool isAsked) const
{
    if (m_accumulated > 0)
        return false;
    const torch::Tensor flag = torch::full({1}, isAsked ? 1.0 : 0.0, torch::kFloat64);
    if (auto added = m_place.group->add({flag}); !added)
        return fail(added.error());
    return flag.item<double>() > 0.0;
}

/// The time is that of the first process, so that all end together. Of running statistics the mean is taken.
Result<void> FitRun::addUp()
{
    std::vector<torch::Tensor> all;
    for (torch::Tensor& parameter : m_net->parameters()) {
        if (!parameter.requires_grad())
            continue;
        if (!parameter.grad().defined())
            parameter.mutable_grad() = torch::zeros_like(parameter);
        all.push_back(parameter.grad());
    }
    std::vector<torch::Tensor> statistics;
    for (const auto& item : m_net->named_buffers())
        if (item.key().ends_with("running_mean") || item.key().ends_with("running_var"))
            statistics.push_back(item.value());
    all.insert(all.end(), statistics.begin(), statistics.end());
    const torch::Tensor sums =
        torch::tensor({m_stepSums.loss, m_stepSums.penalty, double(m_stepSums.microBatches),
                       writes() ? m_stepSeconds : 0.0},
                      torch::kFloat64);
    all.push_back(sums);
    if (auto added = m_place.group->add(all); !added)
        return added;
    const torch::NoGradGuard noGrad;
    for (torch::Tensor& each : statistics)
        each.div_(double(m_place.group->size()));
    const double* const values = sums.data_ptr<double>();
    m_stepSums.loss = values[0];
    m_stepSums.penalty = values[1];
    m_stepSums.microBatches = std::int64_t(values[2]);
    m_stepSeconds = values[3];
    return {};
}

/// Waits until the first process has judged, and goes on from what it decided.
Result<void> FitRun::followFirst()
{
    const auto text = m_place.group->textOfFirst({});
    if (!text)
        return fail(text.error());
    auto progress = parseFitProgress(*text);
    if (!progress)
        return fail(progress.error());
    m_now = m_committed = *progress;
    m_phase = m_now.ended ? Phase::Done : Phase::Training;
    return {};
}

}  // namespace nscope::fit
