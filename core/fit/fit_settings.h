// Purpose: everything that describes the training of a network of the zoo, as plain values read from run.json
// (docs/training.md lists each key). Defaults are the published recipe of the architecture (fit_recipe.h).
// Errors: InvalidArgument or Parse, with the dotted name of the key and what it takes.
#pragma once

#include "core/base/result.h"
#include "core/data/option_value.h"
#include "core/dataset/dataset.h"
#include "core/train/train_config.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::fit {

struct ModelSettings {
    std::string architecture;
    data::OptionMap options;          ///< of the architecture; names of outputs come from the data unless given
    std::string initialWeights;       ///< a .safetensors file: what fits by name and shape is taken; empty: fresh
    std::vector<std::string> freeze;  ///< weights whose names begin so stay as they are
};

struct LossSettings {
    std::string kind;              ///< one of lossKinds(); empty: the first
    double labelSmoothing = 0.0;   ///< cross-entropy
    double focalGamma = 2.0;       ///< focal
    std::string balance = "none";  ///< none | balanced: classes or labels count by the inverse of their share
    data::OptionMap weights;       ///< of classes or labels by name; others count 1
    double pearsonWeight = 0.001;  ///< mse-pearson
    double countsWeight = 1.0;     ///< multinomial-mse
    bool logCounts = true;         ///< multinomial-mse: numbers of reads are learned as ln(1 + reads)
};

struct PlateauSettings {
    double factor = 0.3;
    std::int64_t patience = 10;  ///< validations without a lower loss
    double minimumRate = 1e-7;
};

/// How examples are changed in training, anew in every epoch.
struct AugmentSettings {
    double reverseComplement = 0.0;  ///< probability; a profile turns with its sequence
    std::int64_t shiftNt = 0;        ///< of the window that a network of a fixed length reads, both ways at most
    double mutationRate = 0.0;       ///< share of the letters that become another
    std::int64_t insertionNt = 0;    ///< random letters put in at most; the length stays
    std::int64_t deletionNt = 0;
    std::int64_t inversionNt = 0;
    std::int64_t mostChanges = 2;    ///< of insertion, deletion and inversion, per example and epoch
    double shuffledNegatives = 0.0;  ///< dinucleotide-shuffled copies per example as negatives, each epoch
    std::string negativeClass;       ///< classes: what the copies are; labels: they have none

    bool changesLetters() const { return mutationRate > 0.0 || insertionNt + deletionNt + inversionNt > 0; }
};

struct RegulariseSettings {
    double l1 = 0.0;                      ///< times the sum of |weight| of matrices and filters
    double l2 = 0.0;                      ///< times the sum of their squares
    double mixup = 0.0;                   ///< α of the Beta distribution; 0: none
    double inputNoise = 0.0;              ///< standard deviation, added to the one-hot letters
    double attentionOrthogonality = 0.0;  ///< times ‖AAᵀ − I‖² of the heads
};

struct MaskingSettings {
    double fraction = 0.15;
    double masked = 0.8;
    double substituted = 0.1;
};

struct FitLimits {
    std::int64_t epochs = 100;  ///< 0: no limit
    std::int64_t steps = 0;
    double minutes = 0.0;  ///< time in training steps
};

struct FitValidation {
    std::int64_t everyEpochs = 1;   ///< 0: by steps only
    std::int64_t everySteps = 0;    ///< 0: by epochs only
    std::int64_t patience = 10;     ///< validations without improvement before the run ends; 0: never
    std::string best = "loss";      ///< "loss", "last", or a metric of the task
    std::int64_t bootstrap = 1000;  ///< draws of the intervals at the end
    std::int64_t robustnessExamples = 1000;  ///< held-out ones that are judged with changed letters too; 0: none
    std::int64_t baselineKmerNt = 3;  ///< of what the held-out rows are judged by beside the network; 0: nothing
};

struct FitSettings {
    dataset::TaskKind task = dataset::TaskKind::Classes;
    std::string dataJson = "{}";  ///< the object "data", read by core/dataset
    ModelSettings model;
    LossSettings loss;
    train::OptimiserConfig optimiser;
    std::int64_t accumulate = 1;  ///< micro-batches of one optimiser step
    train::ScheduleConfig schedule;
    PlateauSettings plateau;
    train::BatchConfig batches;  ///< without accumulate; maxTokens 0: no limit
    AugmentSettings augment;
    RegulariseSettings regularise;
    MaskingSettings masking;
    FitLimits limits;
    FitValidation validation;
    std::int64_t replicates = 1;  ///< runs that differ in their seed alone
    bool ensemble = false;        ///< the mean of the replicates becomes the model, not one of them
    std::string searchJson;       ///< the object "search" (fit_search.h); empty: none
    std::int64_t folds = 0;            ///< cross-validation: each member's data are split by folds, whatever they say
    train::CardConfig card;
    std::string precision = "float32";  ///< of products in training: float32 | bf16; judging is always float32
    std::int64_t seed = 1;
    std::int64_t threads = 0;  ///< 0: as the program was told
    std::int64_t logEverySteps = 10;
    double checkpointMinutes = 5.0;

    /// Rows that validate say which weights are kept, when a run ends or when its rate falls.
    bool isWatched() const { return validation.best != "last" || schedule.kind == "plateau"; }
};

/// The losses of a task, its default first.
std::vector<std::string> lossKinds(dataset::TaskKind task);

/// The object "data" as text; it is taken out. Errors: InvalidArgument where there is none.
Result<std::string> takeData(nlohmann::json& root);

Result<FitSettings> parseFitSettings(std::string_view json);
/// The complete settings, every default written out: config.json of the run.
std::string toJson(const FitSettings& settings);

}  // namespace nscope::fit
