#include "core/interpret/mutation_map.h"

#include "core/interpret/ism.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nscope::interpret {

namespace {

using Kind = nn::Target::Kind;

constexpr const char* kDifference = "difference";
constexpr const char* kLogOdds = "log-odds";

/// A raw logit is a log-odds only where the model offers it as one, that is, for independent labels.
bool isProbability(const ExplainOrder& order)
{
    if (order.target.kind == Kind::Task)
        return false;
    const auto& offered = order.net->spec().targets;
    return order.target.kind != Kind::Logit
           || std::ranges::find(offered, order.target.id, &engine::TargetSpec::id) != offered.end();
}

Result<std::unique_ptr<StepJob>> startMutationMap(ExplainOrder order)
{
    if (!isProbability(order))
        return fail(ErrorCode::Unsupported, "A mutation map needs a target that is a probability or a log-odds; “"
                                                + order.target.id + "” is neither.");
    const Kind kind = order.target.kind;
    const bool difference = order.option<std::string>("form") == kDifference;
    const MutationMapForm form = difference ? MutationMapForm::Difference : MutationMapForm::LogOdds;
    MutantReading reading;
    reading.method = "mutation-map";
    reading.meaning = difference ? "Change of the target's probability when the base is put here, times the larger of "
                                   "both probabilities (exact)."
                                 : "log2 of the odds before over the odds after the base is put here: positive where "
                                   "the mutation lowers the target's probability (exact).";
    reading.value = [form, kind](double change, double wildType) {
        return mutationMapValue(form, kind, wildType + change, wildType);
    };
    return mutantJob(std::move(order), std::move(reading));
}

}  // namespace

double targetProbability(Kind kind, double score)
{
    return kind == Kind::LogProbability ? std::exp(score) : 1.0 / (1.0 + std::exp(-score));
}

double targetLogOdds(Kind kind, double score)
{
    return kind == Kind::LogProbability ? score - std::log(-std::expm1(score)) : score;
}

double mutationMapValue(MutationMapForm form, Kind kind, double mutant, double wildType)
{
    if (form == MutationMapForm::LogOdds)
        return (targetLogOdds(kind, wildType) - targetLogOdds(kind, mutant)) / std::numbers::ln2;
    const double before = targetProbability(kind, wildType), after = targetProbability(kind, mutant);
    return (after - before) * std::max(before, after);
}

Method mutationMapMethod()
{
    Method method = ismMethod();
    engine::MethodSpec& spec = method.spec;
    spec.id = "mutation-map";
    spec.name = "Mutation map";
    spec.help = "How every substitution changes the target's probability: weighted difference, or log2 odds ratio";
    spec.citation = "Ji et al. 2021 (DNABERT); Yang et al. 2024 (3UTRBERT)";
    spec.options.push_back({"form", "Form", "(p_mut − p_wt)·max(p_wt, p_mut), or log2 odds before minus after",
                            std::string(kDifference), {}, {}, {kDifference, kLogOdds}});
    method.start = startMutationMap;
    return method;
}

}  // namespace nscope::interpret
