// Purpose: masked-token pre-training hides whole spans, as often and with the substitutes that the paper says.
#include "core/nn/kmer_tokens.h"
#include "core/train/span_masking.h"
#include "tests/core/train/train_fixture.h"

#include <QTest>

#include <cmath>

using namespace nscope;
using namespace nscope::train;

namespace {

constexpr std::int64_t kTokens = 510;

/// [CLS], k-mers of random letters, [SEP].
std::vector<std::int64_t> randomTokens(int k, RandomStream& random)
{
    const nn::KmerTokens vocabulary(k);
    std::vector<std::int64_t> tokens{nn::kClsToken};
    for (std::int64_t i = 0; i < kTokens; ++i)
        tokens.push_back(nn::kSpecialTokens + std::int64_t(random.below(std::size_t(vocabulary.kmerCount()))));
    tokens.push_back(nn::kSepToken);
    return tokens;
}

struct Counts {
    double tokens = 0, hidden = 0, masked = 0, substituted = 0, kept = 0;
};

void kmerLengths()
{
    QTest::addColumn<int>("k");
    for (const int k : {3, 4, 5, 6})
        QTest::addRow("%d-mers", k) << k;
}

}  // namespace

class SpanMaskingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void offsetsHideAsManyTokensAsAKmerHasLetters_data() { kmerLengths(); }
    void offsetsHideAsManyTokensAsAKmerHasLetters()
    {
        QFETCH(int, k);
        const auto offsets = spanOffsets(k);
        QCOMPARE(offsets.size(), std::size_t(k));
        for (std::size_t i = 1; i < offsets.size(); ++i)
            QCOMPARE(offsets[i], offsets[i - 1] + 1);
        QCOMPARE(offsets.front(), k < 5 ? -1 : -2);
    }

    void sharesAreThoseOfThePaper_data() { kmerLengths(); }
    void sharesAreThoseOfThePaper()
    {
        QFETCH(int, k);
        RandomStream random{std::uint64_t(k), 7};
        Counts counts;
        for (int repeat = 0; repeat < 2000; ++repeat) {
            const auto tokens = randomTokens(k, random);
            const MaskedTokens got = maskSpans(tokens, {.k = k}, random);
            for (std::size_t i = 0; i < tokens.size(); ++i) {
                const bool hidden = got.labels[i] != kNotPredicted;
                counts.tokens += tokens[i] >= nn::kSpecialTokens;
                counts.hidden += hidden;
                counts.masked += hidden && got.input[i] == nn::kMaskToken;
                counts.kept += hidden && got.input[i] == tokens[i];
                counts.substituted += hidden && got.input[i] != tokens[i] && got.input[i] >= nn::kSpecialTokens;
                QVERIFY(!hidden || got.labels[i] == tokens[i]);
                QVERIFY(hidden || got.input[i] == tokens[i]);
            }
        }
        // A token is hidden if any of k centres is drawn. Spans come k tokens at a time: 5 standard deviations.
        const double share = 1 - std::pow(1 - 0.15 / k, k);
        const double allowed = 5 * std::sqrt(share * k / counts.tokens) + 1.0 / kTokens;
        QVERIFY(std::abs(counts.hidden / counts.tokens - share) < allowed);
        const double deviation = 5 * std::sqrt(0.2 / counts.hidden);
        const double own = 0.1 / double(nn::KmerTokens(k).kmerCount());  // a substitute may be the token itself
        QVERIFY(std::abs(counts.masked / counts.hidden - 0.8) < deviation);
        QVERIFY(std::abs(counts.substituted / counts.hidden - (0.1 - own)) < deviation);
        QVERIFY(std::abs(counts.kept / counts.hidden - (0.1 + own)) < deviation);
    }

    void runsInsideASequenceHideALetter_data() { kmerLengths(); }
    void runsInsideASequenceHideALetter()
    {
        QFETCH(int, k);
        RandomStream random{std::uint64_t(k), 8};
        int runs = 0;
        for (int repeat = 0; repeat < 200; ++repeat) {
            const auto tokens = randomTokens(k, random);
            const MaskedTokens got = maskSpans(tokens, {.k = k}, random);
            for (std::size_t i = 1; i <= kTokens;) {
                std::size_t end = i;
                while (end <= kTokens && got.labels[end] != kNotPredicted)
                    ++end;
                if (end > i && i > 1 && end <= kTokens) {
                    QVERIFY(end - i >= std::size_t(k));
                    ++runs;
                }
                i = end + 1;
            }
        }
        QVERIFY(runs > 100);
    }

    void specialTokensStay()
    {
        RandomStream random{3, 9};
        std::vector<std::int64_t> tokens{nn::kClsToken, nn::kUnknownToken, 20, 21, 22, nn::kUnknownToken, 23,
                                         nn::kSepToken, nn::kPadToken, nn::kPadToken};
        for (int repeat = 0; repeat < 500; ++repeat) {
            const MaskedTokens got = maskSpans(tokens, {.k = 3, .fraction = 1.5}, random);
            for (std::size_t i = 0; i < tokens.size(); ++i) {
                if (tokens[i] < nn::kSpecialTokens)
                    QVERIFY(got.input[i] == tokens[i] && got.labels[i] == kNotPredicted);
            }
        }
    }

    void theSameStreamMasksTheSame()
    {
        RandomStream letters{3, 10};
        const auto tokens = randomTokens(3, letters);
        RandomStream a{1, 2}, b{1, 2}, c{1, 3};
        const MaskedTokens first = maskSpans(tokens, {}, a);
        QCOMPARE(maskSpans(tokens, {}, b).input, first.input);
        QVERIFY(maskSpans(tokens, {}, c).input != first.input);
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, spanOffsets(2));
    }
};

int nscope::tests::runSpanMaskingSuite(int argc, char** argv)
{
    SpanMaskingTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_span_masking.moc"
