#include "core/train/word2vec.h"

#include "core/data/alphabet.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace nscope::train {
namespace {

constexpr double kNoiseExponent = 0.75;
constexpr std::uint64_t kStream = 9;
constexpr std::size_t kLanes = 8;  ///< sums kept apart, so that the compiler may compute them side by side

float product(const float* a, const float* b, std::size_t count)
{
    float sums[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += a[i + lane] * b[i + lane];
    }
    float sum = 0.0F;
    for (; i < count; ++i)
        sum += a[i] * b[i];
    for (const float part : sums)
        sum += part;
    return sum;
}

void addScaled(float* to, const float* from, float factor, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        to[i] += factor * from[i];
}

/// −log σ(x), without overflow.
double surprise(double x) { return x > 0.0 ? std::log1p(std::exp(-x)) : std::log1p(std::exp(x)) - x; }

}  // namespace

std::vector<std::vector<Word>> kmerSentences(std::string_view letters, int k)
{
    const std::uint32_t mask = (1u << (2 * k)) - 1;
    std::vector<std::vector<Word>> sentences;
    std::uint32_t word = 0;
    int known = 0;  // letters in a row, up to k
    for (const char letter : letters) {
        const std::size_t base = data::kBases.find(letter == 'U' ? 'T' : letter);
        if (base == std::string_view::npos) {
            known = 0;
            continue;
        }
        if (known == 0)
            sentences.emplace_back();
        word = ((word << 2) | std::uint32_t(base)) & mask;
        known = std::min(known + 1, k);
        if (known == k)
            sentences.back().push_back(Word(word));
    }
    std::erase_if(sentences, [](const std::vector<Word>& sentence) { return sentence.empty(); });
    return sentences;
}

Word2Vec::Word2Vec(const Word2VecSettings& settings, const std::vector<std::int64_t>& counts)
    : m_settings(settings), m_random({settings.seed, kStream})
{
    const std::size_t numbers = counts.size() * std::size_t(settings.size);
    for (std::size_t i = 0; i < numbers; ++i)
        m_vectors_VD.push_back(float((m_random.uniform() - 0.5) / double(settings.size)));
    m_outputs_VD.assign(numbers, 0.0F);
    m_step_D.resize(std::size_t(settings.size));
    m_corpusWords = std::accumulate(counts.begin(), counts.end(), std::int64_t(0));
    double noise = 0.0;
    for (const std::int64_t count : counts) {
        noise += std::pow(double(count), kNoiseExponent);
        m_noiseUpTo.push_back(noise);
        const double ratio = count > 0 ? settings.subsample * double(m_corpusWords) / double(count) : 1.0;
        m_keep.push_back(settings.subsample > 0.0 ? std::min(1.0, std::sqrt(ratio) + ratio) : 1.0);
    }
}

double Word2Vec::rate() const
{
    const double done = double(m_seenWords) / (double(m_settings.epochs) * double(m_corpusWords));
    return std::max(m_settings.finalRate, m_settings.rate - (m_settings.rate - m_settings.finalRate) * done);
}

Word Word2Vec::drawNoise()
{
    const double drawn = m_random.uniform() * m_noiseUpTo.back();
    return Word(std::ranges::upper_bound(m_noiseUpTo, drawn) - m_noiseUpTo.begin());
}

double Word2Vec::trainPair(Word input, Word target, std::span<const Word> noise, double rate)
{
    const auto size = std::size_t(m_settings.size);
    float* vector = &m_vectors_VD[input * size];
    std::ranges::fill(m_step_D, 0.0F);
    double loss = 0.0;
    const auto pull = [&](Word word, double label) {
        float* output = &m_outputs_VD[word * size];
        const double closeness = double(product(vector, output, size));
        loss += surprise(label > 0.0 ? closeness : -closeness);
        const auto factor = float(rate * (label - 1.0 / (1.0 + std::exp(-closeness))));
        addScaled(m_step_D.data(), output, factor, size);
        addScaled(output, vector, factor, size);
    };
    pull(target, 1.0);
    for (const Word word : noise) {
        if (word != target)
            pull(word, 0.0);
    }
    addScaled(vector, m_step_D.data(), 1.0F, size);
    return loss;
}

Word2Vec::Loss Word2Vec::train(std::span<const Word> sentence)
{
    std::vector<Word> kept;
    std::ranges::copy_if(sentence, std::back_inserter(kept), [this](Word w) { return m_random.uniform() < m_keep[w]; });
    Loss loss;
    std::vector<Word> noise(std::size_t(m_settings.negative));
    const double now = rate();
    const auto count = std::int64_t(kept.size());
    for (std::int64_t i = 0; i < count; ++i) {
        const auto reach = 1 + std::int64_t(m_random.below(std::size_t(m_settings.window)));
        for (std::int64_t j = std::max<std::int64_t>(0, i - reach); j <= std::min(count - 1, i + reach); ++j) {
            if (j == i)
                continue;
            std::ranges::generate(noise, [this] { return drawNoise(); });
            loss.sum += trainPair(kept[std::size_t(j)], kept[std::size_t(i)], noise, now);
            ++loss.pairs;
        }
    }
    m_seenWords += std::int64_t(sentence.size());
    return loss;
}

}  // namespace nscope::train
