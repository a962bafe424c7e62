// Purpose: the training loss of one micro-batch over target tokens, and the parts of the whole loss.
// Source: spec/models.md 1.6 (NLL over target tokens, offset weights "seq-wt").
// Shapes: N records, Q decoder steps, V tokens.
#pragma once

#include "core/train/micro_batch.h"

namespace nscope::train {

struct LossParts {
    torch::Tensor total;        ///< what is differentiated
    double classToken = 0.0;    ///< mean negative log-likelihood of the class token, unweighted by class
    double translation = 0.0;   ///< mean over the tokens after it
    double cds = 0.0;           ///< mean over nucleotides
    double orf = 0.0;           ///< mean over nucleotides and bits
    double codon = 0.0;         ///< mean over codons: residues and codon index
    double attention = 0.0;     ///< mean over protein tokens: −log attention on the right codon
    double classCorrect = 0.0;  ///< fraction of records whose most likely first token is right
};

/// f(x) = (1−e^−λ)·e^−λx / (1−e^−λN) for x < N; 1 for λ = 0. Rows of `counts_N` target tokens → [N,Q], 0 beyond.
torch::Tensor offsetWeights_NQ(const torch::Tensor& counts_N, std::int64_t steps, double decay);

/// Token part. logits [N,Q,V]; "mean": class term (weighted mean over records) + translation term (weighted mean over
/// the tokens of coding records, plus `noncodingTranslation` times that of noncoding ones); "sum": all tokens summed,
/// divided by the number of records, as published.
torch::Tensor tokenLoss(const torch::Tensor& logits_NQV, const MicroBatch& batch, const ObjectiveConfig& config,
                        LossParts& parts);

}  // namespace nscope::train
