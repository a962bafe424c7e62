// Letters and k-mers of 3UTRBERT: numbering of the vocabulary, soft words of one-hot letters, scores of tokens back on
// letters, and masked letters.
#include "tests/core/torch/golden_set.h"
#include "tests/core/torch/utrbert_checks.h"

#include "core/data/alphabet.h"

#include <QtTest>

using namespace nscope;
using namespace nscope::tests;

namespace {

constexpr std::int64_t kWindow = models::UtrbertImpl::kWindowTokens;

/// Rows of the tests that run for every k.
void kmerLengths()
{
    QTest::addColumn<int>("k");
    QTest::addColumn<qlonglong>("vocabulary");
    QTest::newRow("3-mers") << 3 << 69LL;
    QTest::newRow("4-mers") << 4 << 261LL;
    QTest::newRow("5-mers") << 5 << 1029LL;
    QTest::newRow("6-mers") << 6 << 4101LL;
}

}  // namespace

class TestUtrbertLetters : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void kmersAreNumberedInTheAuthorsOrder_data() { kmerLengths(); }
    void kmersAreNumberedInTheAuthorsOrder()
    {
        QFETCH(int, k);
        QFETCH(qlonglong, vocabulary);
        const nn::KmerTokens tokens(k);
        QCOMPARE(tokens.vocabularySize(), std::int64_t(vocabulary));
        QCOMPARE(tokens.name(5), std::string(std::size_t(k), 'A'));
        QCOMPARE(tokens.name(6), std::string(std::size_t(k - 1), 'A') + "U");
        QCOMPARE(tokens.name(vocabulary - 1), std::string(std::size_t(k), 'G'));
        for (std::int64_t id = nn::kSpecialTokens; id < vocabulary; ++id)
            QCOMPARE(tokens.idOf(tokens.name(id)), id);
        QCOMPARE(tokens.idOf(std::string(std::size_t(k - 1), 'A')), nn::kUnknownToken);
        QCOMPARE(tokens.name(nn::kMaskToken), std::string("[MASK]"));
    }

    void sequencesBecomeOverlappingKmers_data() { kmerLengths(); }
    void sequencesBecomeOverlappingKmers()
    {
        QFETCH(int, k);
        const nn::KmerTokens tokens(k);
        const auto net = smallUtrbert(utrbertTask("classifier", k));
        for (const std::int64_t length : {1, 2, 5, 6, 100}) {
            const std::string letters = lettersWithN(length, 3);
            const torch::Tensor ids = tokens.ids_NT(net->encode(letters).ids_NL)[0];
            QCOMPARE(ids.size(0), std::max<std::int64_t>(1, length - k + 1));
            for (std::int64_t i = 0; i < ids.size(0); ++i)
                QCOMPARE(ids[i].item<std::int64_t>(), tokens.idOf(letters.substr(std::size_t(i), std::size_t(k))));
        }
    }

    void softWordsOfAOneHotAreTheLookedUpWords_data() { kmerLengths(); }
    void softWordsOfAOneHotAreTheLookedUpWords()
    {
        QFETCH(int, k);
        const auto net = smallUtrbert(utrbertTask("classifier", k));
        for (const std::int64_t length : {2, 9, 60}) {
            const std::vector<std::string> letters{lettersWithN(length, 1), lettersWithN(length / 2, 2)};
            const nn::NetInput input = net->encode(std::vector<std::string_view>(letters.begin(), letters.end()));
            const auto windows = nn::tokenWindows(nn::tokenCounts(input, net->tokens()), kWindow);
            QCOMPARE(windows.size(), std::size_t(1));
            const auto looked = nn::kmerWindow(input, windows[0], net->tokens(), *net->bert->embeddings);
            const auto soft = nn::kmerWindow(net->onehot(input), windows[0], net->tokens(), *net->bert->embeddings);
            QVERIFY(torch::equal(soft.words_NTD, looked.words_NTD));
        }
    }

    void softWordsAreLinearInEveryLetter()
    {
        const auto net = smallUtrbert({}, torch::kFloat64);
        const nn::KmerTokens& tokens = net->tokens();
        const torch::Tensor table = tokens.weighed_VD(net->bert->embeddings->word_embeddings->weight);
        const auto words = [&](const std::string& letters) {
            return at::matmul(tokens.weights_NTV(net->onehot(net->encode(letters)).onehot_NLC), table);
        };
        const torch::Tensor a = net->onehot(net->encode("ACGTA")).onehot_NLC;
        const torch::Tensor n = net->onehot(net->encode("ACNTA")).onehot_NLC;
        const torch::Tensor mixed = at::matmul(tokens.weights_NTV(0.3 * a + 0.7 * n), table);
        QVERIFY(maxDifference(mixed, 0.3 * words("ACGTA") + 0.7 * words("ACNTA")) < 1e-12);
    }

    void lettersGetTheMeanOfTheTokensCoveringThem()
    {
        const auto means = [](std::vector<double> tokens, int k, std::int64_t length) {
            nn::NetInput input;
            input.ids_NL = torch::zeros({1, length}, torch::kInt64);
            const std::vector<std::int64_t> counts{std::int64_t(tokens.size())};
            const torch::Tensor scores = torch::tensor(tokens, torch::kFloat64).reshape({1, 1, -1});
            const torch::Tensor letters = nn::letterMeans_NHL(scores, counts, input, k).flatten();
            return std::vector<double>(letters.data_ptr<double>(), letters.data_ptr<double>() + letters.numel());
        };
        QCOMPARE(means({3, 6, 9, 0}, 3, 6), (std::vector<double>{3, 4.5, 6, 5, 4.5, 0}));
        QCOMPARE(means({3, 6}, 1, 2), (std::vector<double>{3, 6}));
        QCOMPARE(means({2}, 3, 2), (std::vector<double>{2, 2}));
        QCOMPARE(means({2}, 2, 4), (std::vector<double>{2, 2, 0, 0}));
    }

    void maskedLettersDoNotSeeTheLetter_data() { kmerLengths(); }
    void maskedLettersDoNotSeeTheLetter()
    {
        QFETCH(int, k);
        auto net = smallUtrbert(utrbertTask("mlm", k), torch::kFloat64);
        for (const std::int64_t length : {1, 2, 7, 40}) {
            const std::string letters = lettersWithN(length, 9);
            std::vector<std::int64_t> positions;
            for (std::int64_t i = 0; i < length; ++i)
                positions.push_back(i);
            const torch::Tensor all = net->maskedLetters_P4(letters, positions, {});
            QCOMPARE(all.sizes(), at::IntArrayRef({length, 4}));
            QVERIFY(maxDifference(all.sum(1), torch::ones({length})) < 1e-12);
            for (std::int64_t i = 0; i < length; ++i) {
                for (const char other : {'A', 'G', 'N'}) {
                    std::string changed = letters;
                    changed[std::size_t(i)] = other;
                    const torch::Tensor row = net->maskedLetters_P4(changed, std::span(&i, 1), {});
                    QVERIFY(maxDifference(row[0], all[i]) < 1e-12);
                }
            }
        }
        QVERIFY(!smallUtrbert()->maskedLetters_P4("ACGT", std::vector<std::int64_t>{0}, {}).defined());
        const std::vector<std::int64_t> outside{4};
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, net->maskedLetters_P4("ACGT", outside, {}));
    }

    void maskedLettersAreTheLogitsOfTheMaskedKmers()
    {
        auto net = smallUtrbert(utrbertTask("mlm"), torch::kFloat64);
        const std::string letters = randomLetters(1100, 6);
        const std::string_view bases = data::kBases;
        nn::PassOptions few;
        few.rowChunkNt = 600;  // a row a pass
        const std::vector<std::int64_t> positions{0, 1, 30, 509, 510, 511, 512, 1099};
        const torch::Tensor all = net->maskedLetters_P4(letters, positions, {});
        QVERIFY(maxDifference(net->maskedLetters_P4(letters, positions, few), all) < 1e-12);
        const c10::InferenceMode inference;
        const nn::KmerTokens& tokens = net->tokens();
        for (std::size_t p = 0; p < positions.size(); ++p) {
            const std::int64_t position = positions[p];
            std::array<double, 4> sum{};
            int covering = 0;
            const std::int64_t from = std::max<std::int64_t>(0, position - 2);
            for (std::int64_t token = from; token <= std::min<std::int64_t>(position, 1097); ++token, ++covering) {
                const std::int64_t first = token / kWindow * kWindow;
                const std::int64_t count = std::min<std::int64_t>(kWindow, 1098 - first);
                std::vector<std::int64_t> ids{nn::kClsToken};
                for (std::int64_t t = first; t < first + count; ++t)
                    ids.push_back(t <= position && t >= position - 2 ? nn::kMaskToken
                                                                     : tokens.idOf(letters.substr(std::size_t(t), 3)));
                ids.push_back(nn::kSepToken);
                const nn::BertEmbeddings& embeddings = net->bert->embeddings;
                const torch::Tensor words = embeddings->words(torch::tensor(ids, torch::kInt64).unsqueeze(0));
                const torch::Tensor last = net->bert->forward(words, {}, {});
                const torch::Tensor logits =
                    net->cls->forward(last[0][token - first + 1], embeddings->word_embeddings->weight);
                std::array<double, 4> odds{};
                double total = 0;
                for (std::size_t base = 0; base < 4; ++base) {
                    std::string kmer = letters.substr(std::size_t(token), 3);
                    kmer[std::size_t(position - token)] = bases[base];
                    total += odds[base] = std::exp(logits[tokens.idOf(kmer)].item<double>());
                }
                for (std::size_t base = 0; base < 4; ++base)
                    sum[base] += odds[base] / total;
            }
            for (std::int64_t base = 0; base < 4; ++base)
                QVERIFY(std::abs(all[std::int64_t(p)][base].item<double>() - sum[std::size_t(base)] / covering)
                        < 1e-12);
        }
    }
};

QObject* makeUtrbertLetterTests() { return new TestUtrbertLetters; }

#include "tst_utrbert_letters.moc"
