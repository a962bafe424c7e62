#include "core/fit/fit_recipe.h"

#include <algorithm>

namespace nscope::fit {

namespace {

using dataset::TaskKind;

bool isOneOf(std::string_view architecture, std::initializer_list<std::string_view> names)
{
    return std::ranges::find(names, architecture) != names.end();
}

void setAdam(FitSettings& s, double rate, std::int64_t batch, std::int64_t epochs, std::int64_t patience)
{
    s.optimiser.kind = "adam";
    s.optimiser.weightDecay = 0.0;
    s.schedule.kind = "constant";
    s.schedule.rate = rate;
    s.batches.mostRecords = batch;
    s.limits.epochs = epochs;
    s.validation.patience = patience;
}

void setBert(FitSettings& s)
{
    s.optimiser.kind = "adamw";
    s.optimiser.weightDecay = 0.01;
    s.schedule.kind = "warmup-linear";
    if (s.task == TaskKind::MaskedLetters) {
        s.optimiser.beta2 = 0.98;
        s.optimiser.epsilon = 1e-6;
        s.schedule.rate = 4e-4;
        s.schedule.warmupFraction = 0.05;
        s.batches.mostRecords = 32;
        s.accumulate = 4;
        s.limits = {0, 200'000, 0.0};
        s.validation.everyEpochs = 0;
        s.validation.everySteps = 5'000;
        s.validation.patience = 0;
        return;
    }
    s.schedule.rate = 5e-5;
    s.schedule.warmupFraction = 0.1;
    s.optimiser.clipNorm = 1.0;
    s.batches.mostRecords = 32;
    s.limits.epochs = 3;
    s.validation.patience = 0;
}

void setDm3Loc(FitSettings& s)
{
    setAdam(s, 1e-3, 256, 500, 20);
    s.loss.balance = "balanced";
    s.regularise.attentionOrthogonality = 0.001;
}

}  // namespace

FitSettings publishedRecipe(std::string_view architecture, TaskKind task)
{
    FitSettings s;
    s.task = task;
    s.model.architecture = std::string(architecture);
    s.loss.kind = lossKinds(task).front();
    s.batches.maxTokens = 0;
    s.schedule.warmupFraction = 0.0;
    setAdam(s, 1e-3, 64, 100, 10);
    s.schedule.kind = "plateau";
    if (isOneOf(architecture, {"rnatracker", "rnatracker-gru"})) {
        setAdam(s, 0.002, 256, 100, 0);
        s.optimiser.kind = "nadam";
    } else if (architecture == "rnatracker-full") {
        setAdam(s, 1e-4, 1, 100, 0);
    } else if (architecture == "utrbert") {
        setBert(s);
    } else if (architecture == "dm3loc") {
        setDm3Loc(s);
    } else if (isOneOf(architecture,
                       {"basenji", "bpnet", "cnn-profile", "residualbind", "residualbind-32", "basset"})) {
        s.validation.patience = 6;
        s.augment.reverseComplement = 0.5;
    } else if (architecture == "gpn") {
        setAdam(s, 1e-3, 64, 0, 0);
        s.limits.steps = 2'000'000;
        s.validation.everyEpochs = 0;
        s.validation.everySteps = 5'000;
    } else if (architecture == "embedding-head") {
        s.regularise.l2 = 1e-3;
    } else if (architecture == "xpresso") {
        setAdam(s, 1e-3, 128, 100, 5);
    } else if (architecture == "divide-et-impera") {
        setAdam(s, 1e-3, 64, 100, 10);
        s.optimiser.kind = "sgd";
    } else if (isOneOf(architecture, {"deeplncloc-transformer", "deeplncloc-lstm"})) {
        setAdam(s, 1e-3, 64, 100, 10);
    }
    return s;
}

}  // namespace nscope::fit
