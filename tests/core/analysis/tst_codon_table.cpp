// Tests of codon tables against brute force over every substitution, and of agreement between explanations.
#include "core/analysis/agreement.h"
#include "core/analysis/codon_table.h"
#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"
#include "tests/support/random_letters.h"

#include <QTest>

#include <cmath>
#include <map>
#include <random>

using namespace nscope::analysis;
using nscope::data::Attribution;
using nscope::data::Interval;

namespace {

float randomValue(std::mt19937_64& random) { return float(double(random() >> 11) * 0x1p-52 - 1); }

Attribution mutagenesisOf(std::mt19937_64& random, const std::string& letters)
{
    Attribution attribution;
    for (const char letter : letters)
        for (const char base : nscope::data::kBases)
            attribution.values_LC.push_back(base == letter ? 0.0F : randomValue(random));
    return attribution;
}

struct Sum {
    double sum = 0;
    int count = 0;
};

bool agrees(const MeanEstimate& estimate, const Sum& expected)
{
    return estimate.count == expected.count && (expected.count == 0 || std::abs(estimate.mean - expected.sum / expected.count) < 1e-9);
}

}  // namespace

class TestCodonTable : public QObject {
    Q_OBJECT

private slots:
    void codonsAndChanges()
    {
        QCOMPARE(codonText(0), std::string("AAA"));
        QCOMPARE(codonText(63), std::string("TTT"));
        QCOMPARE(codonText(16 * 1 + 4 * 2 + 3), std::string("CGT"));
        const auto index = [](const std::string& codon) {
            for (int i = 0; i < kCodonCount; ++i)
                if (codonText(i) == codon)
                    return i;
            return -1;
        };
        QVERIFY(codonChange(index("AAA"), index("AAG")) == CodonChange::Synonymous);
        QVERIFY(codonChange(index("AAA"), index("TAA")) == CodonChange::Nonsense);
        QVERIFY(codonChange(index("AAA"), index("GAA")) == CodonChange::Missense);
    }
    void equalsBruteForce()
    {
        std::mt19937_64 random(4);
        CodonTableBuilder builder({4});
        std::map<std::pair<std::string, std::string>, Sum> pairs;
        std::map<std::tuple<char, std::string, std::string, int>, Sum> lines;
        Sum byPosition[3][4];
        std::map<std::string, Sum> byChange;
        for (int record = 0; record < 30; ++record) {
            const std::size_t codons = 3 + random() % 40;
            const std::size_t start = random() % 7;
            const std::string letters = nscope::tests::randomLetters(random, start + 3 * codons + random() % 9);
            const Attribution attribution = mutagenesisOf(random, letters);
            builder.add(attribution, letters, {std::int64_t(start), std::int64_t(start + 3 * codons)});
            for (std::size_t i = 1; i + 1 < codons; ++i) {
                const std::string codon = letters.substr(start + 3 * i, 3);
                const char before = nscope::data::translateCodon(codon);
                for (std::size_t place = 0; place < 3; ++place) {
                    for (int base = 0; base < 4; ++base) {
                        std::string to = codon;
                        to[place] = nscope::data::kBases[std::size_t(base)];
                        if (to == codon)
                            continue;
                        const char after = nscope::data::translateCodon(to);
                        const std::string change = before == after ? "synonymous" : after == '*' ? "nonsense" : "missense";
                        const double effect = attribution.at(std::int64_t(start + 3 * i + place), base);
                        const int bin = int((i - 1) * 4 / (codons - 2));
                        std::vector<Sum*> sums{&pairs[{codon, to}], &byChange[change], &lines[{before, change, "all", bin}]};
                        if (change == "synonymous") {
                            sums.push_back(&byPosition[place][base]);
                            sums.push_back(&lines[{before, change, to, bin}]);
                        }
                        for (Sum* sum : sums) {
                            sum->sum += effect;
                            ++sum->count;
                        }
                    }
                }
            }
        }
        const CodonStatistics statistics = builder.result();
        QCOMPARE(statistics.used, 30);
        QCOMPARE(statistics.pairs.size(), pairs.size());
        for (const CodonPair& pair : statistics.pairs)
            QVERIFY(agrees(pair.effect, pairs[{codonText(pair.from), codonText(pair.to)}]));
        std::size_t binsMet = 0;
        for (const CodonLine& line : statistics.lines) {
            for (int bin = 0; bin < 4; ++bin) {
                const auto found = lines.find({line.aminoAcid, kCodonChangeNames[int(line.change)],
                                               line.to ? codonText(*line.to) : "all", bin});
                QVERIFY(agrees(line.bins[std::size_t(bin)], found == lines.end() ? Sum() : found->second));
                binsMet += found != lines.end();
            }
        }
        QCOMPARE(binsMet, lines.size());
        for (std::size_t place = 0; place < 3; ++place)
            for (std::size_t base = 0; base < 4; ++base)
                QVERIFY(agrees(statistics.byPosition[place][base], byPosition[place][base]));
        for (std::size_t change = 0; change < 3; ++change)
            QVERIFY(agrees(statistics.byChange[change], byChange[kCodonChangeNames[change]]));
        // The second position of a codon is synonymous only between the stop codons TAA and TGA.
        QCOMPARE(statistics.byPosition[1][1].count, 0);
        const std::vector<double> matrix = statistics.synonymousMatrix();
        for (const CodonPair& pair : statistics.pairs) {
            const double cell = matrix[std::size_t(pair.from * 64 + pair.to)];
            QVERIFY(pair.change == CodonChange::Synonymous ? cell == pair.effect.mean : std::isnan(cell));
        }
    }
    void gradientsCountAgainstTheOwnBase()
    {
        Attribution attribution;
        attribution.values_LC.assign(9 * 4, 0.0F);
        const std::string letters = "ATGAAATAA";
        // Codon AAA, third position: own value 2, G 5.
        attribution.values_LC[5 * 4 + 0] = 2;
        attribution.values_LC[5 * 4 + 2] = 5;
        CodonTableBuilder builder({});
        builder.add(attribution, letters, {0, 9});
        const CodonStatistics statistics = builder.result();
        QCOMPARE(statistics.byChange[0].count, 1);
        QCOMPARE(statistics.byChange[0].mean, 3.0);
    }
    void oddRegionsAreLeftOut()
    {
        std::mt19937_64 random(5);
        CodonTableBuilder builder({});
        builder.add(mutagenesisOf(random, "ATGAAATAA"), "ATGAAATAA", {0, 8});
        builder.add(mutagenesisOf(random, "ATGTAA"), "ATGTAA", {0, 6});
        builder.add(mutagenesisOf(random, "ATGANATAA"), "ATGANATAA", {0, 9});
        const CodonStatistics statistics = builder.result();
        QCOMPARE(statistics.outOfFrame, 2);
        QCOMPARE(statistics.ambiguousCodons, 1);
        QVERIFY(statistics.pairs.empty());
    }
    void agreementByHand()
    {
        Attribution a, b;
        a.values_LC = {0, 1, -2, 3, 0, 4, 5, -6};
        b.values_LC = {0, 2, -4, 6, 0, -1, 0, -12};
        const auto agreement = agreementOf(a, b, {0.5, 100, 1});
        QVERIFY(agreement.has_value());
        QCOMPARE(agreement->entries, 5);
        const std::vector<double> x{1, -2, 3, 4, -6}, y{2, -4, 6, -1, -12};
        QCOMPARE(agreement->pearson, pearson(x, y));
        QCOMPARE(agreement->spearman, spearman(x, y));
        QVERIFY(std::abs(agreement->meanAbsoluteError - (1 + 2 + 3 + 5 + 6) / 5.0) < 1e-12);
        QVERIFY(std::abs(agreement->signMatch - 0.8) < 1e-12);
        const double second = (-4 + 72) / std::sqrt(77.0) / std::sqrt(145.0);
        QVERIFY(std::abs(*agreement->medianCosine - (1 + second) / 2) < 1e-12);
        QCOMPARE(*agreement->topOverlap, 1.0);  // position 1 is the most important of both
        b.values_LC.resize(4);
        QVERIFY(!agreementOf(a, b));
    }
    void pooledEqualsOneLongRecord()
    {
        std::mt19937_64 random(6);
        AgreementBuilder builder({0.1, 300, 7});
        Attribution longA, longB;
        for (int record = 0; record < 12; ++record) {
            const std::string letters = nscope::tests::randomLetters(random, 20 + random() % 50);
            const Attribution a = mutagenesisOf(random, letters);
            Attribution b = a;
            for (float& value : b.values_LC)
                value = value == 0 ? 0 : value + 0.5F * randomValue(random);
            QVERIFY(builder.add(a, b).has_value());
            longA.values_LC.insert(longA.values_LC.end(), a.values_LC.begin(), a.values_LC.end());
            longB.values_LC.insert(longB.values_LC.end(), b.values_LC.begin(), b.values_LC.end());
        }
        const auto pooled = builder.pooled();
        QVERIFY(pooled.has_value());
        QVERIFY(std::abs(pooled->median - *agreementOf(longA, longB)->pearson) < 1e-9);
        QVERIFY(pooled->interval.low < pooled->median && pooled->median < pooled->interval.high);
        QVERIFY(pooled->interval.high - pooled->interval.low < 0.1);
        const auto summaries = builder.perRecord();
        QCOMPARE(summaries[0].name, std::string("pearson"));
        QCOMPARE(summaries[0].records, 12);
        QVERIFY(summaries[0].interval.low <= summaries[0].median && summaries[0].median <= summaries[0].interval.high);
        QVERIFY(!AgreementBuilder({}).pooled());
    }
};

QTEST_APPLESS_MAIN(TestCodonTable)
#include "tst_codon_table.moc"
