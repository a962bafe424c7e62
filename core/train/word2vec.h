// Purpose: word vectors by skip-gram with negative sampling: words that stand between the same neighbours get vectors
// that point the same way. Here the words are the overlapping k-mers of a sequence. As gensim does it (its defaults are
// ours), but for one thread, exact sigmoids instead of a table, and a seeded run that is the same on every machine of
// one instruction set. Source: Mikolov et al. 2013; spec/models.md 5.2 (DeepLncLoc). Axes: V words, D numbers of a
// vector. Thread: one at a time.
#pragma once

#include "core/train/random.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nscope::train {

using Word = std::uint16_t;
inline constexpr int kLongestWordNt = 6;

/// Runs of k-mers of a sequence, stride 1, in alphabetical order of the words (A, C, G, T/U; the first letter counts
/// most). A letter that is none of the four ends a run. 1 ≤ k ≤ kLongestWordNt.
std::vector<std::vector<Word>> kmerSentences(std::string_view letters, int k);

struct Word2VecSettings {
    std::int64_t size = 64;       ///< D
    std::int64_t window = 5;      ///< neighbours on either side at most; each word draws how many, 1 to this
    std::int64_t negative = 5;    ///< noise words against each pair, drawn by count^0.75
    std::int64_t epochs = 10;
    double rate = 0.025;          ///< falls linearly over the run to finalRate
    double finalRate = 0.0001;
    double subsample = 0.001;     ///< words of a greater share than this are passed over at random; 0: none is
    std::uint64_t seed = 1;
};

class Word2Vec {
public:
    /// `counts`: how often each of the V words stands in the corpus. Precondition: some word does.
    Word2Vec(const Word2VecSettings& settings, const std::vector<std::int64_t>& counts);

    struct Loss {
        double sum = 0.0;
        std::int64_t pairs = 0;
        double mean() const { return pairs > 0 ? sum / double(pairs) : 0.0; }
    };
    /// One pass over a sentence; the rate follows from the words seen so far against epochs × corpus.
    Loss train(std::span<const Word> sentence);

    /// One step on −log σ(u_target·v_input) − Σ log σ(−u_noise·v_input); gives this loss as it was before the step.
    /// Noise words equal to the target are passed over.
    double trainPair(Word input, Word target, std::span<const Word> noise, double rate);

    double rate() const;
    const std::vector<float>& vectors_VD() const { return m_vectors_VD; }
    /// Of words as neighbours; not part of the embedding.
    const std::vector<float>& outputs_VD() const { return m_outputs_VD; }

private:
    Word drawNoise();

    Word2VecSettings m_settings;
    std::vector<float> m_vectors_VD, m_outputs_VD, m_step_D;
    std::vector<double> m_keep;          ///< probability that a word is not passed over
    std::vector<double> m_noiseUpTo;     ///< running sum of count^0.75
    std::int64_t m_corpusWords = 0, m_seenWords = 0;
    RandomStream m_random;
};

}  // namespace nscope::train
