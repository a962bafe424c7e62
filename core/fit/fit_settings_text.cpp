// The settings as JSON (fit_settings.h).
#include "core/fit/fit_settings.h"

#include "core/dataset/data_settings.h"
#include "core/train/config_parts.h"

#include <nlohmann/json.hpp>

namespace nscope::fit {

namespace {

using nlohmann::json;

json optimiserJson(const FitSettings& s)
{
    const train::OptimiserConfig& o = s.optimiser;
    return {{"kind", o.kind},
            {"rate", s.schedule.rate},
            {"weight_decay", o.weightDecay},
            {"beta1", o.beta1},
            {"beta2", o.beta2},
            {"epsilon", o.epsilon},
            {"momentum", o.momentum},
            {"clip_norm", o.clipNorm},
            {"average_decay", o.averageDecay},
            {"accumulate", s.accumulate}};
}

json augmentJson(const AugmentSettings& s)
{
    return {{"reverse_complement", s.reverseComplement},
            {"shift_nt", s.shiftNt},
            {"mutation_rate", s.mutationRate},
            {"insertion_nt", s.insertionNt},
            {"deletion_nt", s.deletionNt},
            {"inversion_nt", s.inversionNt},
            {"most_changes", s.mostChanges},
            {"shuffled_negatives", s.shuffledNegatives},
            {"negative_class", s.negativeClass}};
}

}  // namespace

std::string toJson(const FitSettings& s)
{
    json root = {
        {"task", dataset::taskName(s.task)},
        {"data", json::parse(s.dataJson)},
        {"model",
         {{"architecture", s.model.architecture},
          {"options", train::optionsJson(s.model.options)},
          {"initial_weights", s.model.initialWeights},
          {"freeze", s.model.freeze}}},
        {"loss",
         {{"kind", s.loss.kind},
          {"label_smoothing", s.loss.labelSmoothing},
          {"focal_gamma", s.loss.focalGamma},
          {"balance", s.loss.balance},
          {"weights", train::optionsJson(s.loss.weights)},
          {"pearson_weight", s.loss.pearsonWeight},
          {"counts_weight", s.loss.countsWeight},
          {"log_counts", s.loss.logCounts}}},
        {"optimiser", optimiserJson(s)},
        {"schedule",
         {{"kind", s.schedule.kind},
          {"warmup_steps", s.schedule.warmupSteps},
          {"warmup_fraction", s.schedule.warmupFraction},
          {"final_rate", s.schedule.finalRate},
          {"plateau_factor", s.plateau.factor},
          {"plateau_patience", s.plateau.patience},
          {"minimum_rate", s.plateau.minimumRate}}},
        {"batches",
         {{"examples", s.batches.mostRecords},
          {"max_nt", s.batches.maxTokens},
          {"pool", s.batches.pool},
          {"length_jitter", s.batches.lengthJitter}}},
        {"augment", augmentJson(s.augment)},
        {"regularise",
         {{"l1", s.regularise.l1},
          {"l2", s.regularise.l2},
          {"mixup", s.regularise.mixup},
          {"input_noise", s.regularise.inputNoise},
          {"attention_orthogonality", s.regularise.attentionOrthogonality}}},
        {"masking",
         {{"fraction", s.masking.fraction}, {"masked", s.masking.masked}, {"substituted", s.masking.substituted}}},
        {"limits", {{"epochs", s.limits.epochs}, {"steps", s.limits.steps}, {"minutes", s.limits.minutes}}},
        {"validation",
         {{"every_epochs", s.validation.everyEpochs},
          {"every_steps", s.validation.everySteps},
          {"patience", s.validation.patience},
          {"best", s.validation.best},
          {"bootstrap", s.validation.bootstrap},
          {"robustness_examples", s.validation.robustnessExamples},
          {"baseline_kmer_nt", s.validation.baselineKmerNt}}},
        {"replicates", s.replicates},
        {"ensemble", s.ensemble},
        {"folds", s.folds},
        {"card", train::cardJson(s.card)},
        {"precision", s.precision},
        {"seed", s.seed},
        {"threads", s.threads},
        {"log_every_steps", s.logEverySteps},
        {"checkpoint_minutes", s.checkpointMinutes}};
    if (!s.searchJson.empty())
        root["search"] = json::parse(s.searchJson);
    return root.dump(2);
}

}  // namespace nscope::fit
