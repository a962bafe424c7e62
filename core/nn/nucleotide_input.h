// Purpose: one-hot input of the networks that read plain nucleotides: symbols, channel order, what N and padding become,
// and the fitting of a sequence to a fixed length. Everything is differentiable with respect to NetInput::onehot_NLC, so
// explanations arrive at the letters whatever was cut or padded. Axes as in sequence_net.h. Thread: any.
#pragma once

#include "core/nn/sequence_net.h"

#include <functional>

namespace nscope::nn {

/// Symbols of NetInput for these networks: A, C, G, T/U, any other letter, padding.
inline constexpr int kNucleotideSymbols = 6;
inline constexpr std::int64_t kUnknownNucleotide = 4;
inline constexpr std::int64_t kNucleotidePadding = 5;

/// Symbol of a canonical IUPAC letter; T and U are one symbol.
std::int64_t nucleotideSymbol(char letter);

/// How a network codes nucleotides.
struct NucleotideCoding {
    std::string_view order = "ACGT";  ///< of its input channels
    double unknown = 0.25;            ///< in every channel at a letter that is none of the four
};

/// Channels of A, C, G and T/U in this order.
std::array<int, 4> channelsOfBases(std::string_view order);

/// [N,L,4] in the network's channel order; padding is zero.
torch::Tensor nucleotideChannels_NLC(const NetInput& input, const NucleotideCoding& coding,
                                     const torch::TensorOptions& like);

/// Which part of a sequence that is too long is kept; where one that is too short is padded.
enum class Keep { First, Last, Centre };
enum class PadAt { Start, End, Both };

struct FitRule {
    std::int64_t lengthNt = 0;
    Keep keep = Keep::First;
    PadAt pad = PadAt::End;
};

/// First base of a sequence that the fitted window shows; negative where padding comes first.
std::int64_t fittedStart(std::int64_t lengthNt, const FitRule& rule);

/// Every row of x [N,L,C], of its own length, shown in a window of `lengthNt` whose first position is `startOf` that
/// length; zeros where the window reaches beyond the row.
torch::Tensor windowed_NLC(const torch::Tensor& x_NLC, const NetInput& input, std::int64_t lengthNt,
                           const std::function<std::int64_t(std::int64_t)>& startOf);

/// Every row of x [N,L,C], of its own length, cut and zero-padded to rule.lengthNt.
torch::Tensor fitted_NLC(const torch::Tensor& x_NLC, const NetInput& input, const FitRule& rule);

}  // namespace nscope::nn
