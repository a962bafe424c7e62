// Purpose: the tensors of one micro-batch: source ids, decoder tokens, per-nucleotide labels.
// Shapes: N records, L padded nucleotides, Q decoder steps.
#pragma once

#include "core/nn/torch_prelude.h"

#include "core/train/epoch_plan.h"
#include "core/train/labelled_records.h"
#include "core/train/train_config.h"

namespace nscope::train {

inline constexpr std::int64_t kIgnoredLabel = -100;

/// Codons of the CDS of coding records: M codons of the whole batch.
struct CodonTargets {
    torch::Tensor record_M, position_M;  ///< int64: record of the batch, first nucleotide
    torch::Tensor residues_M3;           ///< int64 residue classes of this codon and the two before it
    torch::Tensor number_M;              ///< int64
};

/// Which nucleotide a decoder step should look at: G steps of the whole batch.
struct AttentionGuides {
    torch::Tensor record_G, step_G, position_G;  ///< int64
};

struct MicroBatch {
    torch::Tensor ids_NL;            ///< int64, padded with the blank symbol
    std::vector<std::int64_t> lengths;
    torch::Tensor decoderInput_NQ;   ///< int64, starts with <s>
    torch::Tensor target_NQ;         ///< int64, the same one step ahead; kIgnoredLabel where padded
    torch::Tensor coding_N;          ///< bool
    torch::Tensor cdsClass_NL;       ///< int64, kIgnoredLabel where padded; undefined if not asked for
    torch::Tensor orfBits_NLB;       ///< float32 0/1; undefined if not asked for
    CodonTargets codons;             ///< undefined tensors if not asked for
    AttentionGuides guides;          ///< undefined tensors if not asked for
    std::int64_t sourceNt = 0;       ///< without padding

    std::int64_t size() const { return std::int64_t(lengths.size()); }
};

/// How target ids are made (bioseq2seq or EDC) and which labels are wanted.
struct MicroBatchRules {
    bool translations = true;
    std::int64_t translationLength = 400;
    std::int64_t capNt = 0;
    bool cdsLabels = false;
    bool orfLabels = false;
    bool codonLabels = false;
    bool attentionGuides = false;
};

MicroBatch makeMicroBatch(const Batch& batch, const LabelledRecords& records, const MicroBatchRules& rules);

/// Decoder target of one record without `<s>`: class, amino acids whose codons lie within `lengthNt`, `</s>` if the
/// protein ends there. Noncoding: class and `</s>`.
std::vector<std::int64_t> decoderTarget(const LabelledRecord& record, const MicroBatchRules& rules,
                                        std::int64_t lengthNt);

/// Symbol ids of source letters (spec/models.md 1.1): A 2, C 3, G 4, T/U 5, N 6, R 7, others 0.
torch::Tensor sourceIds_NL(const std::vector<std::string_view>& letters, std::vector<std::int64_t>& lengths);

}  // namespace nscope::train
