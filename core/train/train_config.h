// Purpose: everything that describes a training run, as plain values read from run.json (docs/training.md lists each
// key). Defaults follow the published procedure (spec/models.md 1.6) where it says something.
// Errors: InvalidArgument with the dotted name of the key and what it takes.
#pragma once

#include "core/base/result.h"
#include "core/data/option_value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::train {

/// Rows whose `column` holds one of the values. No values: no rows.
struct RowFilter {
    std::string column = "split";
    std::vector<std::string> values;
};

/// A FASTA file with a table of labels: columns id, label (PC or NC) and, where known, cds_start and cds_end.
struct DataConfig {
    std::string fasta;
    std::string table;
    RowFilter validation{"split", {"valid"}};  ///< watched during training
    RowFilter test{"split", {}};               ///< reported at the end; without one the validation rows are
};

/// From this fraction of the run on, transcripts are cut after `nt` nucleotides; 0 means not cut.
struct LengthCap {
    double fromFraction = 0.0;
    std::int64_t nt = 0;
};

struct BatchConfig {
    std::int64_t maxTokens = 9000;    ///< padded source nucleotides of one micro-batch
    std::int64_t accumulate = 8;      ///< micro-batches of one optimiser step
    std::int64_t pool = 1000;         ///< records sorted by length together; 0: the whole epoch
    double lengthJitter = 0.05;       ///< ± on the natural logarithm of the length when sorting
    double noncodingPerEpoch = 1.0;   ///< fraction of noncoding records drawn anew for each epoch
    std::vector<LengthCap> lengthCaps;
    std::int64_t mostRecords = 0;     ///< records of one micro-batch; 0: as many as maxTokens lets in
    bool equalLengths = false;        ///< records of a micro-batch have one length
};

struct ModelConfig {
    std::string architecture = "bioseq2seq";
    data::OptionMap options;          ///< of the architecture
    std::string filterInit = "xavier"; ///< xavier | comb: real delay and comb kernels of whole codons
    std::string initialWeights;       ///< a .safetensors file to start from; empty: fresh
};

/// Loss = class + translation + attention + ramp·(cds + orf + residues + codon number); ramp falls linearly from 1 to `auxiliaryEnd` over the run.
struct ObjectiveConfig {
    double codingWeight = 1.0;        ///< weight of coding records in the class term
    double classWeight = 1.0;
    double translationWeight = 1.0;   ///< target tokens after the class token
    std::int64_t translationLength = 400;  ///< amino acids of the protein that are learned
    double offsetDecay = 0.0;         ///< λ of the offset weights (seq-wt); 0: equal weights
    double noncodingTranslation = 1.0;     ///< weight of the tokens of noncoding records against those of coding ones
    double attentionWeight = 0.0;     ///< last decoder layer, head 0: attention on the codon being translated
    double residueWeight = 0.0;       ///< per codon of the CDS: its residue and the two before it
    double codonNumberWeight = 0.0;   ///< per codon of the CDS: its number, up to 40
    double cdsWeight = 0.0;           ///< per-nucleotide: outside, codon phase 0, 1, 2 of the CDS
    double orfWeight = 0.0;           ///< per-nucleotide: phases of ORFs of at least 50 and 150 codons
    double auxiliaryEnd = 1.0;
    double labelSmoothing = 0.0;      ///< of the class token
    std::string reduction = "mean";   ///< mean | sum: over target tokens (sum: divided by sequences, as published)
};

struct OptimiserConfig {
    std::string kind = "adamw";       ///< adam | adamw | nadam | sgd
    double weightDecay = 0.01;        ///< matrices only: not filters, biases, norms; adamw: decoupled, others: L2
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double momentum = 0.9;            ///< sgd
    double clipNorm = 0.0;            ///< 0: no clipping
    double averageDecay = 0.0;        ///< exponential average of the weights, used for validation; 0: none
};

struct ScheduleConfig {
    std::string kind = "noam";        ///< noam | cosine | constant | warmup-linear | plateau
    double rate = 1.0;                ///< factor of Noam, or the peak
    double warmupSteps = 2000;        ///< noam
    double warmupFraction = 0.03;     ///< all but noam: of the run
    double finalRate = 0.0;           ///< cosine, warmup-linear
};

struct LimitConfig {
    std::int64_t maxSteps = 20000;    ///< optimiser steps; 0: no limit
    double maxMinutes = 0.0;          ///< time in training steps; 0: no limit
};

struct ValidationConfig {
    std::int64_t everySteps = 500;    ///< optimiser steps; 0: by fraction only
    double everyFraction = 0.0;       ///< of the run; 0: by steps only
    std::int64_t patience = 5;        ///< validations without improvement before stopping; 0: never
    std::string best = "mcc";         ///< mcc | auroc | accuracy | loss | last: which checkpoint is kept
    std::string threshold = "zero";   ///< zero | validation | train | both: rows the decision threshold comes from
    std::int64_t thresholdRows = 1500;  ///< training rows used for it
};

struct CardConfig {
    std::string id = "model";
    std::string name;
    std::string description;
    std::string trainingData;
    std::string heldOutData;
    std::string licence;
    std::string citation;
    std::string limitations;
};

struct TrainConfig {
    DataConfig data;
    ModelConfig model;
    ObjectiveConfig objective;
    BatchConfig batches;
    OptimiserConfig optimiser;
    ScheduleConfig schedule;
    LimitConfig limits;
    ValidationConfig validation;
    CardConfig card;
    std::string precision = "float32"; ///< of products in training: float32 | bf16; validation is always float32
    std::int64_t seed = 1;
    std::int64_t threads = 0;          ///< 0: as the program was told
    std::int64_t logEverySteps = 10;
    double checkpointMinutes = 5.0;    ///< besides the checkpoints at validations and at the end
};

Result<TrainConfig> parseTrainConfig(std::string_view json);
/// The complete settings, every default written out: kept as config.json in the output folder.
std::string toJson(const TrainConfig& config);

/// Labelled records for an evaluation: {"fasta": …, "table": …, "rows": {"column": …, "values": […]},
/// "threshold_rows": {…}}. Without "rows" all are judged.
struct EvaluateConfig {
    std::string fasta;
    std::string table;
    RowFilter rows;
    RowFilter thresholdRows;   ///< where the baselines' thresholds come from; none: the judged rows themselves
};
Result<EvaluateConfig> parseEvaluateConfig(std::string_view json);

}  // namespace nscope::train
