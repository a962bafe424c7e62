// Purpose: how training examples are changed on the fly: turned, shifted, mutated, with insertions, deletions and
// inversions (EvoAug), shuffled into negatives, and mixed. Every change follows from the random stream given, which the
// caller names by seed, epoch and example. Letters are canonical IUPAC codes; lengths stay as they are.
// Source: spec/models.md 4.4; Lee et al. 2023 (EvoAug); Zhang et al. 2018 (mixup). Thread: any.
#pragma once

#include "core/fit/fit_settings.h"
#include "core/train/random.h"

#include <string>
#include <string_view>

namespace nscope::fit {

/// Letters after mutations, insertions, deletions and inversions as the settings ask for; never longer or shorter.
std::string changedLetters(std::string letters, const AugmentSettings& settings, train::RandomStream& random);

/// `length` random letters stand at a random place; as many are cut from both ends.
std::string withInsertion(const std::string& letters, std::size_t length, train::RandomStream& random);
/// `length` letters at a random place are gone; random ones make up for them at both ends.
std::string withDeletion(const std::string& letters, std::size_t length, train::RandomStream& random);
/// `length` letters at a random place are reverse-complemented.
std::string withInversion(std::string letters, std::size_t length, train::RandomStream& random);
/// Each of A, C, G, T becomes one of the other three with this probability.
std::string withMutations(std::string letters, double rate, train::RandomStream& random);

/// The same number of every dinucleotide in random order.
std::string shuffledNegative(std::string_view letters, train::RandomStream& random);

/// Whole number from 0 to `most`.
std::int64_t drawnUpTo(std::int64_t most, train::RandomStream& random);
/// A draw from Beta(α, α), α > 0 (Marsaglia & Tsang 2000).
double symmetricBeta(double alpha, train::RandomStream& random);

}  // namespace nscope::fit
