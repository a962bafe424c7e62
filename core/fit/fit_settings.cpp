#include "core/fit/fit_settings.h"

#include "core/dataset/data_settings.h"
#include "core/fit/fit_recipe.h"
#include "core/io/settings_fields.h"
#include "core/train/config_parts.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace nscope::fit {

namespace {

using dataset::TaskKind;
using nlohmann::json;
using JsonFields = io::SettingsFields;

void readModel(JsonFields& root, ModelSettings& s)
{
    root.require("model");
    auto f = root.object("model");
    f.require("architecture");
    f.read("architecture", s.architecture);
    f.read("options", s.options);
    f.read("initial_weights", s.initialWeights);
    f.read("freeze", s.freeze);
    root.absorb(std::move(f));
}

void readLoss(JsonFields& root, TaskKind task, LossSettings& s)
{
    auto f = root.object("loss");
    f.read("kind", s.kind, lossKinds(task));
    f.read("label_smoothing", s.labelSmoothing, 0.0, 0.5);
    f.read("focal_gamma", s.focalGamma, 0.0, 20.0);
    f.read("balance", s.balance, {"none", "balanced"});
    f.read("weights", s.weights);
    for (const auto& [name, value] : s.weights) {
        const auto weight = std::holds_alternative<double>(value)         ? std::get<double>(value)
                            : std::holds_alternative<std::int64_t>(value) ? double(std::get<std::int64_t>(value))
                                                                          : -1.0;
        if (!(weight >= 0.0))
            f.reject("weights." + name, "must be a number of at least 0.");
    }
    f.read("pearson_weight", s.pearsonWeight, 0.0);
    f.read("counts_weight", s.countsWeight, 0.0);
    f.read("log_counts", s.logCounts);
    root.absorb(std::move(f));
}

void readOptimiser(JsonFields& root, FitSettings& s)
{
    auto f = root.object("optimiser");
    train::OptimiserConfig& o = s.optimiser;
    f.read("kind", o.kind, {"adam", "adamw", "nadam", "sgd"});
    f.read("rate", s.schedule.rate, 0.0);
    f.read("weight_decay", o.weightDecay, 0.0);
    f.read("beta1", o.beta1, 0.0, 0.9999999);
    f.read("beta2", o.beta2, 0.0, 0.9999999);
    f.read("epsilon", o.epsilon, 1e-30);
    f.read("momentum", o.momentum, 0.0, 0.9999999);
    f.read("clip_norm", o.clipNorm, 0.0);
    f.read("average_decay", o.averageDecay, 0.0, 0.9999999);
    f.read("accumulate", s.accumulate, 1, 10000);
    root.absorb(std::move(f));
}

void readSchedule(JsonFields& root, FitSettings& s)
{
    auto f = root.object("schedule");
    f.read("kind", s.schedule.kind, {"noam", "plateau", "warmup-linear", "cosine", "constant"});
    f.read("warmup_steps", s.schedule.warmupSteps, 1.0);
    f.read("warmup_fraction", s.schedule.warmupFraction, 0.0, 1.0);
    f.read("final_rate", s.schedule.finalRate, 0.0);
    f.read("plateau_factor", s.plateau.factor, 0.0, 1.0);
    f.read("plateau_patience", s.plateau.patience, 1);
    f.read("minimum_rate", s.plateau.minimumRate, 0.0);
    root.absorb(std::move(f));
}

void readBatches(JsonFields& root, train::BatchConfig& s)
{
    auto f = root.object("batches");
    f.read("examples", s.mostRecords, 1, 1'000'000);
    f.read("max_nt", s.maxTokens, 0);
    f.read("pool", s.pool, 0);
    f.read("length_jitter", s.lengthJitter, 0.0, 10.0);
    root.absorb(std::move(f));
}

void readAugment(JsonFields& root, TaskKind task, AugmentSettings& s)
{
    auto f = root.object("augment");
    f.read("reverse_complement", s.reverseComplement, 0.0, 1.0);
    f.read("shift_nt", s.shiftNt, 0);
    f.read("mutation_rate", s.mutationRate, 0.0, 1.0);
    f.read("insertion_nt", s.insertionNt, 0);
    f.read("deletion_nt", s.deletionNt, 0);
    f.read("inversion_nt", s.inversionNt, 0);
    f.read("most_changes", s.mostChanges, 0, 3);
    f.read("shuffled_negatives", s.shuffledNegatives, 0.0, 100.0);
    f.read("negative_class", s.negativeClass);
    if (task == TaskKind::Profile && s.insertionNt + s.deletionNt + s.inversionNt > 0)
        f.reject("insertion_nt", "and its like move letters away from their profile: leave them at 0 for profiles.");
    if (s.shuffledNegatives > 0.0 && task != TaskKind::Classes && task != TaskKind::Labels)
        f.reject("shuffled_negatives", "makes negatives of classes or labels; this task has neither.");
    if (s.shuffledNegatives > 0.0 && task == TaskKind::Classes && s.negativeClass.empty())
        f.reject("negative_class", "must name the class that shuffled copies belong to.");
    root.absorb(std::move(f));
}

void readRegularise(JsonFields& root, TaskKind task, RegulariseSettings& s)
{
    auto f = root.object("regularise");
    f.read("l1", s.l1, 0.0);
    f.read("l2", s.l2, 0.0);
    f.read("mixup", s.mixup, 0.0, 100.0);
    f.read("input_noise", s.inputNoise, 0.0, 100.0);
    f.read("attention_orthogonality", s.attentionOrthogonality, 0.0);
    if (task == TaskKind::MaskedLetters && (s.mixup > 0.0 || s.inputNoise > 0.0 || s.attentionOrthogonality > 0.0))
        f.reject("mixup", "and its like do not go with hidden letters: leave them at 0.");
    root.absorb(std::move(f));
}

void readMasking(JsonFields& root, MaskingSettings& s)
{
    auto f = root.object("masking");
    f.read("fraction", s.fraction, 0.001, 0.9);
    f.read("masked", s.masked, 0.0, 1.0);
    f.read("substituted", s.substituted, 0.0, 1.0);
    if (s.masked + s.substituted > 1.0 + 1e-9)
        f.reject("substituted", "and \"masking.masked\" are more than 1 together.");
    root.absorb(std::move(f));
}

void readLimits(JsonFields& root, FitLimits& s)
{
    auto f = root.object("limits");
    f.read("epochs", s.epochs, 0);
    f.read("steps", s.steps, 0);
    f.read("minutes", s.minutes, 0.0);
    if (s.epochs == 0 && s.steps == 0 && s.minutes == 0.0)
        f.reject("epochs", ", \"limits.steps\" and \"limits.minutes\" are all 0: give the run an end.");
    root.absorb(std::move(f));
}

void readValidation(JsonFields& root, FitValidation& s)
{
    auto f = root.object("validation");
    f.read("every_epochs", s.everyEpochs, 0);
    f.read("every_steps", s.everySteps, 0);
    f.read("patience", s.patience, 0);
    f.read("best", s.best);
    f.read("bootstrap", s.bootstrap, 0, 100'000);
    f.read("robustness_examples", s.robustnessExamples, 0);
    f.read("baseline_kmer_nt", s.baselineKmerNt, 0, 6);
    root.absorb(std::move(f));
}

/// The published recipe of the architecture that the settings name.
FitSettings startOf(const json& root, TaskKind task)
{
    const auto model = root.find("model");
    const bool named = model != root.end() && model->is_object() && model->contains("architecture")
                       && model->at("architecture").is_string();
    return publishedRecipe(named ? model->at("architecture").get<std::string>() : std::string(), task);
}

}  // namespace

std::vector<std::string> lossKinds(TaskKind task)
{
    switch (task) {
    case TaskKind::Classes: return {"cross-entropy", "focal"};
    case TaskKind::Labels: return {"binary-cross-entropy", "focal"};
    case TaskKind::Distribution: return {"kl"};
    case TaskKind::Numbers: return {"mse", "pearson", "mse-pearson"};
    case TaskKind::Profile:
        return {"poisson", "mse", "pearson", "mse-pearson", "pearson-poisson", "multinomial", "multinomial-mse"};
    case TaskKind::MaskedLetters: break;
    }
    return {"cross-entropy"};
}

Result<std::string> takeData(json& root)
{
    const auto data = root.find("data");
    if (data == root.end() || !data->is_object())
        return fail(ErrorCode::InvalidArgument, "The setting \"data\" is missing or no group in braces.");
    std::string text = data->dump();
    root.erase(data);
    return text;
}

Result<FitSettings> parseFitSettings(std::string_view text)
{
    auto document = train::settingsGroup(text, "training");
    if (!document)
        return fail(document.error());
    std::string task = "classes";
    {
        JsonFields first(json{{"task", document->value("task", json())}}, "");
        first.read("task", task, dataset::taskNames());
        if (auto problem = first.finish())
            return fail(*problem);
    }
    const TaskKind kind = *dataset::taskNamed(task);
    FitSettings s = startOf(*document, kind);
    auto dataJson = takeData(*document);
    if (!dataJson)
        return fail(dataJson.error());
    s.dataJson = *std::move(dataJson);
    if (const auto search = document->find("search"); search != document->end()) {
        s.searchJson = search->dump();
        document->erase("search");
    }
    document->erase("task");
    JsonFields root(*document, "");
    readModel(root, s.model);
    readLoss(root, kind, s.loss);
    readOptimiser(root, s);
    readSchedule(root, s);
    readBatches(root, s.batches);
    readAugment(root, kind, s.augment);
    readRegularise(root, kind, s.regularise);
    readMasking(root, s.masking);
    readLimits(root, s.limits);
    readValidation(root, s.validation);
    train::readCard(root, s.card);
    root.read("replicates", s.replicates, 1, 100);
    root.read("folds", s.folds, 0, 100);
    root.read("ensemble", s.ensemble);
    if (s.ensemble && (s.replicates < 2 || s.folds > 0 || !s.searchJson.empty()))
        root.reject("ensemble", "averages replicates: set \"replicates\" to at least 2, without folds or a search.");
    if (s.ensemble && kind == TaskKind::MaskedLetters)
        root.reject("ensemble", "is not there for networks that learn hidden letters.");
    if (s.folds == 1 || (s.folds == 2 && s.isWatched()))
        root.reject("folds", "must be 0 or at least 3: one fold is watched, one is judged, the others are trained on. "
                             "Two will do where nothing is watched (validation.best \"last\").");
    if (!s.searchJson.empty() && s.validation.best == "last")
        root.reject("validation.best", "must be \"loss\" or a metric in a search, which compares its trials by it.");
    root.read("precision", s.precision, {"float32", "bf16"});
    root.read("seed", s.seed, 0);
    root.read("threads", s.threads, 0, 1024);
    root.read("log_every_steps", s.logEverySteps, 1);
    root.read("checkpoint_minutes", s.checkpointMinutes, 0.0);
    if (auto problem = root.finish())
        return fail(*problem);
    return s;
}

}  // namespace nscope::fit
