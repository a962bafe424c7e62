#include "core/train/train_config.h"

#include "core/train/config_parts.h"

#include <utility>

namespace nscope::train {
namespace {

using nlohmann::json;

void readFilter(io::SettingsFields& parent, const char* key, RowFilter& filter)
{
    auto f = parent.object(key);
    f.read("column", filter.column);
    f.read("values", filter.values);
    parent.absorb(std::move(f));
}

void readData(io::SettingsFields& root, DataConfig& c)
{
    root.require("data");
    auto f = root.object("data");
    f.require("fasta");
    f.require("table");
    f.read("fasta", c.fasta);
    f.read("table", c.table);
    readFilter(f, "validation", c.validation);
    readFilter(f, "test", c.test);
    root.absorb(std::move(f));
}

void readModel(io::SettingsFields& root, ModelConfig& c)
{
    auto f = root.object("model");
    f.read("architecture", c.architecture, {"bioseq2seq", "edc"});
    f.read("options", c.options);
    f.read("filter_init", c.filterInit, {"xavier", "comb"});
    f.read("initial_weights", c.initialWeights);
    root.absorb(std::move(f));
}

void readObjective(io::SettingsFields& root, ObjectiveConfig& c)
{
    auto f = root.object("objective");
    f.read("coding_weight", c.codingWeight, 0.0);
    f.read("class_weight", c.classWeight, 0.0);
    f.read("translation_weight", c.translationWeight, 0.0);
    f.read("translation_length", c.translationLength, 0);
    f.read("offset_decay", c.offsetDecay, 0.0);
    f.read("noncoding_translation", c.noncodingTranslation, 0.0);
    f.read("attention_weight", c.attentionWeight, 0.0);
    f.read("residue_weight", c.residueWeight, 0.0);
    f.read("codon_number_weight", c.codonNumberWeight, 0.0);
    f.read("cds_weight", c.cdsWeight, 0.0);
    f.read("orf_weight", c.orfWeight, 0.0);
    f.read("auxiliary_end", c.auxiliaryEnd, 0.0);
    f.read("label_smoothing", c.labelSmoothing, 0.0, 0.5);
    f.read("reduction", c.reduction, {"mean", "sum"});
    root.absorb(std::move(f));
}

void readBatches(io::SettingsFields& root, BatchConfig& c)
{
    auto f = root.object("batches");
    f.read("max_tokens", c.maxTokens, 1);
    f.read("accumulate", c.accumulate, 1, 10000);
    f.read("pool", c.pool, 0);
    f.read("length_jitter", c.lengthJitter, 0.0, 10.0);
    f.read("noncoding_per_epoch", c.noncodingPerEpoch, 0.0, 1.0);
    for (auto& cap : f.objects("length_caps")) {
        LengthCap one;
        cap.require("nt");
        cap.read("from", one.fromFraction, 0.0, 1.0);
        cap.read("nt", one.nt, 0);
        if (!c.lengthCaps.empty() && one.fromFraction < c.lengthCaps.back().fromFraction)
            cap.reject("from", "must not be lower than that of the cap before it.");
        c.lengthCaps.push_back(one);
        f.absorb(std::move(cap));
    }
    root.absorb(std::move(f));
}

void readOptimiser(io::SettingsFields& root, OptimiserConfig& c)
{
    auto f = root.object("optimiser");
    std::string name = "adamw";
    f.read("name", name, {"adamw"});
    f.read("weight_decay", c.weightDecay, 0.0);
    f.read("beta1", c.beta1, 0.0, 0.9999999);
    f.read("beta2", c.beta2, 0.0, 0.9999999);
    f.read("epsilon", c.epsilon, 1e-30);
    f.read("clip_norm", c.clipNorm, 0.0);
    f.read("average_decay", c.averageDecay, 0.0, 0.9999999);
    root.absorb(std::move(f));
}

void readSchedule(io::SettingsFields& root, ScheduleConfig& c)
{
    auto f = root.object("schedule");
    f.read("kind", c.kind, {"noam", "cosine", "constant"});
    f.read("rate", c.rate, 0.0);
    f.read("warmup_steps", c.warmupSteps, 1.0);
    f.read("warmup_fraction", c.warmupFraction, 0.0, 1.0);
    f.read("final_rate", c.finalRate, 0.0);
    root.absorb(std::move(f));
}

void readLimits(io::SettingsFields& root, LimitConfig& c)
{
    auto f = root.object("limits");
    f.read("max_steps", c.maxSteps, 0);
    f.read("max_minutes", c.maxMinutes, 0.0);
    if (c.maxSteps == 0 && c.maxMinutes == 0.0)
        f.reject("max_steps", "and \"limits.max_minutes\" are both 0: give the run an end.");
    root.absorb(std::move(f));
}

void readValidation(io::SettingsFields& root, ValidationConfig& c)
{
    auto f = root.object("validation");
    f.read("every_steps", c.everySteps, 0);
    f.read("every_fraction", c.everyFraction, 0.0, 1.0);
    f.read("patience", c.patience, 0);
    f.read("best", c.best, {"mcc", "auroc", "accuracy", "loss", "last"});
    f.read("threshold", c.threshold, {"zero", "validation", "train", "both"});
    f.read("threshold_rows", c.thresholdRows, 2);
    root.absorb(std::move(f));
}

json filterJson(const RowFilter& filter) { return {{"column", filter.column}, {"values", filter.values}}; }

}  // namespace

Result<json> parsedSettings(std::string_view text, const char* what)
{
    json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (root.is_discarded())
        return fail(ErrorCode::Parse, std::string("The ") + what
                        + " settings are not valid JSON: check commas, quotes and braces.");
    return root;
}

Result<json> settingsGroup(std::string_view text, const char* what)
{
    auto root = parsedSettings(text, what);
    if (root && !root->is_object())
        return fail(ErrorCode::Parse, std::string("The ") + what + " settings must be one group in braces.");
    return root;
}

void readCard(io::SettingsFields& root, CardConfig& c)
{
    auto f = root.object("card");
    f.read("id", c.id);
    f.read("name", c.name);
    f.read("description", c.description);
    f.read("training_data", c.trainingData);
    f.read("held_out_data", c.heldOutData);
    f.read("licence", c.licence);
    f.read("citation", c.citation);
    f.read("limitations", c.limitations);
    if (c.name.empty())
        c.name = c.id;
    root.absorb(std::move(f));
}

json cardJson(const CardConfig& card)
{
    return {{"id", card.id}, {"name", card.name}, {"description", card.description},
            {"training_data", card.trainingData}, {"held_out_data", card.heldOutData}, {"licence", card.licence},
            {"citation", card.citation}, {"limitations", card.limitations}};
}

json optionsJson(const data::OptionMap& options)
{
    json all = json::object();
    for (const auto& [name, value] : options)
        std::visit([&all, &key = name](const auto& v) { all[key] = v; }, value);
    return all;
}

Result<TrainConfig> parseTrainConfig(std::string_view text)
{
    auto document = parsedSettings(text, "training");
    if (!document)
        return fail(document.error());
    TrainConfig c;
    io::SettingsFields root(*document, "");
    readData(root, c.data);
    readModel(root, c.model);
    readObjective(root, c.objective);
    readBatches(root, c.batches);
    readOptimiser(root, c.optimiser);
    readSchedule(root, c.schedule);
    readLimits(root, c.limits);
    readValidation(root, c.validation);
    readCard(root, c.card);
    root.read("precision", c.precision, {"float32", "bf16"});
    root.read("seed", c.seed, 0);
    root.read("threads", c.threads, 0, 1024);
    root.read("log_every_steps", c.logEverySteps, 1);
    root.read("checkpoint_minutes", c.checkpointMinutes, 0.0);
    if (auto problem = root.finish())
        return fail(*problem);
    return c;
}

std::string toJson(const TrainConfig& c)
{
    json caps = json::array();
    for (const auto& cap : c.batches.lengthCaps)
        caps.push_back({{"from", cap.fromFraction}, {"nt", cap.nt}});
    const json root = {
        {"data", {{"fasta", c.data.fasta}, {"table", c.data.table}, {"validation", filterJson(c.data.validation)},
                  {"test", filterJson(c.data.test)}}},
        {"model", {{"architecture", c.model.architecture}, {"options", optionsJson(c.model.options)},
                   {"filter_init", c.model.filterInit}, {"initial_weights", c.model.initialWeights}}},
        {"objective", {{"coding_weight", c.objective.codingWeight}, {"class_weight", c.objective.classWeight},
                       {"translation_weight", c.objective.translationWeight},
                       {"translation_length", c.objective.translationLength},
                       {"offset_decay", c.objective.offsetDecay},
                       {"noncoding_translation", c.objective.noncodingTranslation},
                       {"attention_weight", c.objective.attentionWeight},
                       {"residue_weight", c.objective.residueWeight},
                       {"codon_number_weight", c.objective.codonNumberWeight}, {"cds_weight", c.objective.cdsWeight},
                       {"orf_weight", c.objective.orfWeight}, {"auxiliary_end", c.objective.auxiliaryEnd},
                       {"label_smoothing", c.objective.labelSmoothing}, {"reduction", c.objective.reduction}}},
        {"batches", {{"max_tokens", c.batches.maxTokens}, {"accumulate", c.batches.accumulate},
                     {"pool", c.batches.pool}, {"length_jitter", c.batches.lengthJitter},
                     {"noncoding_per_epoch", c.batches.noncodingPerEpoch}, {"length_caps", caps}}},
        {"optimiser", {{"name", "adamw"}, {"weight_decay", c.optimiser.weightDecay}, {"beta1", c.optimiser.beta1},
                       {"beta2", c.optimiser.beta2}, {"epsilon", c.optimiser.epsilon},
                       {"clip_norm", c.optimiser.clipNorm}, {"average_decay", c.optimiser.averageDecay}}},
        {"schedule", {{"kind", c.schedule.kind}, {"rate", c.schedule.rate},
                      {"warmup_steps", c.schedule.warmupSteps}, {"warmup_fraction", c.schedule.warmupFraction},
                      {"final_rate", c.schedule.finalRate}}},
        {"limits", {{"max_steps", c.limits.maxSteps}, {"max_minutes", c.limits.maxMinutes}}},
        {"validation", {{"every_steps", c.validation.everySteps}, {"every_fraction", c.validation.everyFraction},
                        {"patience", c.validation.patience}, {"best", c.validation.best},
                        {"threshold", c.validation.threshold}, {"threshold_rows", c.validation.thresholdRows}}},
        {"card", cardJson(c.card)},
        {"precision", c.precision}, {"seed", c.seed}, {"threads", c.threads}, {"log_every_steps", c.logEverySteps},
        {"checkpoint_minutes", c.checkpointMinutes}};
    return root.dump(2);
}

Result<EvaluateConfig> parseEvaluateConfig(std::string_view text)
{
    auto document = parsedSettings(text, "evaluation");
    if (!document)
        return fail(document.error());
    EvaluateConfig c;
    io::SettingsFields root(*document, "");
    root.require("fasta");
    root.require("table");
    root.read("fasta", c.fasta);
    root.read("table", c.table);
    readFilter(root, "rows", c.rows);
    readFilter(root, "threshold_rows", c.thresholdRows);
    if (auto problem = root.finish())
        return fail(*problem);
    return c;
}

}  // namespace nscope::train
