// Tests of position scores, metagenes, power spectra and frame statistics: by hand, by brute force, and on real mRNAs.
#include "core/analysis/frame_statistics.h"
#include "core/analysis/metagene.h"
#include "core/analysis/position_score.h"
#include "core/analysis/spectrum.h"
#include "core/io/cds_table.h"
#include "core/io/fasta.h"
#include "tests/support/shared_data.h"

#include <QTest>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

using namespace nscope::analysis;
using nscope::data::Attribution;
using nscope::data::Interval;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double uniform(std::mt19937_64& random) { return double(random() >> 11) * 0x1p-53; }

// Welch as scipy.signal.welch states it, with complex exponentials and no shortcuts.
std::vector<double> naiveWelch(const std::vector<double>& x, std::size_t n, bool useMedian)
{
    std::vector<std::vector<double>> segments;
    double windowPower = 0;
    for (std::size_t t = 0; t < n; ++t)
        windowPower += std::pow(0.5 - 0.5 * std::cos(2 * std::numbers::pi * double(t) / double(n)), 2);
    for (std::size_t start = 0; start + n <= x.size(); start += n - n / 2) {
        double mean = 0;
        for (std::size_t t = 0; t < n; ++t)
            mean += x[start + t] / double(n);
        std::vector<double> power;
        for (std::size_t k = 0; k <= n / 2; ++k) {
            std::complex<double> sum = 0;
            for (std::size_t t = 0; t < n; ++t) {
                const double w = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * double(t) / double(n));
                sum += w * (x[start + t] - mean) * std::polar(1.0, -2 * std::numbers::pi * double(k) * double(t) / double(n));
            }
            const bool isDoubled = k != 0 && 2 * k != n;
            power.push_back(std::norm(sum) / windowPower * (isDoubled ? 2 : 1));
        }
        segments.push_back(power);
    }
    double bias = 1;
    for (std::size_t i = 1; i <= (segments.size() - 1) / 2; ++i)
        bias += 1.0 / (2.0 * double(i) + 1) - 1.0 / (2.0 * double(i));
    std::vector<double> result;
    for (std::size_t k = 0; k <= n / 2; ++k) {
        std::vector<double> values;
        double sum = 0;
        for (const auto& segment : segments) {
            values.push_back(segment[k]);
            sum += segment[k] / double(segments.size());
        }
        std::ranges::sort(values);
        const std::size_t m = values.size();
        const double middle = m % 2 == 1 ? values[m / 2] : (values[m / 2 - 1] + values[m / 2]) / 2;
        result.push_back(useMedian ? middle / bias : sum);
    }
    return result;
}

}  // namespace

class TestMetagene : public QObject {
    Q_OBJECT

private slots:
    void scoresByHand()
    {
        Attribution attribution;
        attribution.values_LC = {0, -1, 2, 3, 1, 2, 3, 4, 9, 9, 9, 9};  // A: 0 at own; C with own value 2; N
        const std::string letters = "ACN";
        const auto score = [&](PositionScore kind, std::size_t i) { return positionScores(attribution, letters, kind)[i]; };
        QCOMPARE(score(PositionScore::MeanAbsolute, 0), 2.0);
        QVERIFY(std::abs(score(PositionScore::Mean, 0) - 4.0 / 3) < 1e-12);
        QCOMPARE(score(PositionScore::ForPositiveClass, 0), 1.0);
        QCOMPARE(score(PositionScore::ForNegativeClass, 0), 3.0);
        QCOMPARE(score(PositionScore::Endogenous, 1), 2.0);
        QVERIFY(std::abs(score(PositionScore::MeanAbsolute, 1) - 4.0 / 3) < 1e-12);  // −1, 1, 2
        QVERIFY(std::isnan(score(PositionScore::MeanAbsolute, 2)));
        attribution.exact_L = {1, 0, 1};
        QVERIFY(std::isnan(score(PositionScore::Mean, 1)));
        QVERIFY(!positionScoreOf("median"));
        QVERIFY(positionScoreOf("for") == PositionScore::ForPositiveClass);
    }
    void binsByBruteForce()
    {
        std::mt19937_64 random(2);
        const BinnedSettings settings{5, 7, 0.0};
        BinnedMetageneBuilder builder(settings);
        std::vector<std::vector<double>> expected(15);
        int tooShort = 0;
        for (int record = 0; record < 40; ++record) {
            const auto a = std::int64_t(random() % 30), b = std::int64_t(6 + random() % 60), c = std::int64_t(random() % 30);
            std::vector<double> values(std::size_t(a + b + c));
            for (double& value : values)
                value = random() % 11 == 0 ? kNaN : uniform(random);
            builder.add(values, {a, a + b});
            if (a < 7 || b < 7 || c < 7) {
                ++tooShort;
                continue;
            }
            const std::int64_t starts[] = {0, a, a + b, a + b + c};
            for (int region = 0; region < 3; ++region) {
                for (int bin = 0; bin < 5; ++bin) {
                    double sum = 0;
                    int count = 0;
                    const std::int64_t n = starts[region + 1] - starts[region];
                    for (std::int64_t i = 0; i < n; ++i) {
                        const double value = values[std::size_t(starts[region] + i)];
                        if (i * 5 / n == bin && !std::isnan(value)) {
                            sum += value;
                            ++count;
                        }
                    }
                    if (count > 0)
                        expected[std::size_t(region * 5 + bin)].push_back(sum / count);
                }
            }
        }
        const BinnedMetagene metagene = builder.result();
        QVERIFY(tooShort > 3);
        QCOMPARE(metagene.tooShort, tooShort);
        QCOMPARE(metagene.used, 40 - tooShort);
        for (std::size_t i = 0; i < 15; ++i) {
            double mean = 0;
            for (const double value : expected[i])
                mean += value / double(expected[i].size());
            QVERIFY(std::abs(metagene.bins[i].estimate.mean - mean) < 1e-12);
            QVERIFY(std::abs(metagene.bins[i].trimmedMean - mean) < 1e-12);
            QCOMPARE(metagene.bins[i].estimate.count, std::int64_t(expected[i].size()));
            QCOMPARE(metagene.bins[i].region, int(i / 5));
            QCOMPARE(metagene.bins[i].bin, int(i % 5));
        }
    }
    void alignmentKeepsWhatEnoughTranscriptsHave()
    {
        // Three transcripts; value = position relative to the start codon.
        AlignedMetageneBuilder start({Anchor::Start, 0.6, 1000}), stop({Anchor::Stop, 0.6, 1000});
        const std::pair<std::int64_t, std::int64_t> shapes[] = {{5, 30}, {10, 21}, {2, 12}};
        for (const auto& [startNt, codingNt] : shapes) {
            const std::int64_t length = startNt + codingNt + 4;
            std::vector<double> fromStart, fromStop;
            for (std::int64_t i = 0; i < length; ++i) {
                fromStart.push_back(double(i - startNt));
                fromStop.push_back(double(i - (startNt + codingNt - 3)));
            }
            start.add(fromStart, {startNt, startNt + codingNt});
            stop.add(fromStop, {startNt, startNt + codingNt});
        }
        const AlignedMetagene atStart = start.result();
        QCOMPARE(atStart.firstOffsetNt, -5);                    // two of three have 5 bases upstream
        QCOMPARE(atStart.values.size(), std::size_t(5 + 25));   // and 25 from the start codon on
        for (std::size_t i = 0; i < atStart.values.size(); ++i)
            QCOMPARE(atStart.values[i].mean, double(atStart.firstOffsetNt + std::int64_t(i)));
        const AlignedMetagene atStop = stop.result();
        QCOMPARE(atStop.firstOffsetNt + std::int64_t(atStop.values.size()) - 1, 6);  // stop codon and 4 more
        QCOMPARE(atStop.values.back().count, 3);
        QCOMPARE(atStop.values.back().mean, 6.0);
        QCOMPARE(AlignedMetageneBuilder({}).result().values.size(), std::size_t(0));
    }
    void regionsFollowFromTheLongestOrf()
    {
        const std::string letters = "CCATGAAATAACC";
        QVERIFY(!codingRegion(std::nullopt, letters, false));
        QVERIFY(codingRegion(std::nullopt, letters, true) == (Interval{2, 11}));
        QVERIFY(codingRegion(Interval{1, 4}, letters, true) == (Interval{1, 4}));
        QVERIFY(!codingRegion(std::nullopt, "CCCC", true));
        QVERIFY(regionOf(2, {2, 11}, 13) == (Interval{11, 13}));
    }
    void welchEqualsTheDefinition()
    {
        std::mt19937_64 random(8);
        std::vector<double> signal(700);
        for (std::size_t t = 0; t < signal.size(); ++t)
            signal[t] = uniform(random) + 0.3 * std::cos(2 * std::numbers::pi * double(t) / 3);
        for (const int n : {64, 63, 256, 699}) {
            for (const SegmentAverage average : {SegmentAverage::Mean, SegmentAverage::Median}) {
                const auto spectrum = welchSpectrum(signal, {n, average});
                QVERIFY(spectrum.has_value());
                const auto expected = naiveWelch(signal, std::size_t(n), average == SegmentAverage::Median);
                QCOMPARE(spectrum->density.size(), expected.size());
                for (std::size_t k = 0; k < expected.size(); ++k)
                    QVERIFY2(std::abs(spectrum->density[k] - expected[k]) < 1e-10 * (1 + expected[k]), qPrintable(QString::number(k)));
            }
        }
        const auto spectrum = welchSpectrum(signal, {256, SegmentAverage::Median});
        const auto peak = std::ranges::max_element(spectrum->density) - spectrum->density.begin();
        QVERIFY(std::abs(spectrum->frequencies[std::size_t(peak)] - 1.0 / 3) <= 1.0 / 256);
        QVERIFY(!welchSpectrum(std::vector<double>(7, 1.0)));
        QVERIFY(!welchSpectrum(std::vector<double>(9, kNaN)));
    }
    void densityIntegratesToTheVariance()
    {
        std::mt19937_64 random(9);
        std::vector<double> noise(100'000);
        for (double& value : noise)
            value = uniform(random);
        const auto spectrum = welchSpectrum(noise, {256, SegmentAverage::Median});
        double integral = 0;
        for (const double density : spectrum->density)
            integral += density / 256;
        QVERIFY2(std::abs(integral * 12 - 1) < 0.03, qPrintable(QString::number(integral * 12)));  // variance 1/12
    }
    void periodShareOfPureAndMixedWaves()
    {
        std::vector<double> wave, mixed;
        for (int t = 0; t < 300; ++t) {
            wave.push_back(5 + std::cos(2 * std::numbers::pi * t / 3.0 + 0.4));
            mixed.push_back(wave.back() + std::cos(2 * std::numbers::pi * t / 10.0));
        }
        QVERIFY(std::abs(periodShare(wave, 3) - 1) < 1e-9);
        QVERIFY(std::abs(periodShare(mixed, 3) - 0.5) < 1e-9);
        QVERIFY(periodShare(wave, 10) < 1e-9);
        QCOMPARE(periodShare(std::vector<double>(9, 2.0), 3), 0.0);
    }
    void framesByHand()
    {
        FrameStatisticsBuilder builder;
        // Codons after the start: frames 0, 1, 2 carry 1, −4, 1; the start and stop codon hold what must not count.
        std::vector<double> values(2, 100.0);
        for (int codon = 0; codon < 12; ++codon)
            for (const double value : {1.0, -4.0, 1.0})
                values.push_back(codon == 0 || codon == 11 ? 1000 : value);
        for (int copy = 0; copy < 5; ++copy)
            builder.add(values, {2, 38});
        builder.add(values, {2, 8});  // nothing between start and stop
        const FrameStatistics statistics = builder.result();
        QCOMPARE(statistics.used, 5);
        QCOMPARE(statistics.without, 1);
        QCOMPARE(statistics.frames[0].mean, 1.0);
        QCOMPARE(statistics.frames[1].mean, -4.0);
        QCOMPARE(statistics.preferred[1], 5);
        QVERIFY(std::abs(statistics.vectorLength.mean - 0.5) < 1e-12);  // |1 + 4e + e²| / 6 = 3/6
        QVERIFY(std::abs(statistics.resultantLength - 1) < 1e-12);
        QVERIFY(std::abs(statistics.meanDirection - 1) < 1e-12);
        QVERIFY(std::abs(statistics.rayleighP - std::exp(-5)) < 1e-12);
    }
    void realCodingRegionsHavePeriodThree()
    {
        if (!nscope::tests::haveShared("data/coding/human_transcripts.fa.gz"))
            QSKIP("NSCOPE_SHARED_DIR has no human transcripts");
        const auto all = nscope::io::readFasta(nscope::tests::sharedPath("data/coding/human_transcripts.fa.gz"));
        const auto table = nscope::io::CdsTable::read(nscope::tests::sharedPath("data/coding/human_transcripts.tsv"));
        QVERIFY(all && table);
        const auto joined = table->join(*all);
        QVERIFY(joined.has_value());
        AlignedMetageneBuilder start({Anchor::Start, 0.7, 600});
        FrameStatisticsBuilder frames;
        BinnedMetageneBuilder binned({});
        for (const auto& transcript : joined->transcripts) {
            if (!transcript->cds)
                continue;
            std::vector<double> isStrong;  // G or C
            for (const char letter : transcript->sequence.letters)
                isStrong.push_back(letter == 'G' || letter == 'C' ? 1 : 0);
            start.add(isStrong, *transcript->cds);
            frames.add(isStrong, *transcript->cds);
            binned.add(isStrong, *transcript->cds);
        }
        const AlignedMetagene metagene = start.result();
        QCOMPARE(metagene.used, 3545);
        QVERIFY(metagene.firstOffsetNt < -20);
        std::vector<double> coding = metagene.means();
        // The start codon itself is the same everywhere.
        QCOMPARE(coding[std::size_t(-metagene.firstOffsetNt)], 0.0);
        QCOMPARE(coding[std::size_t(2 - metagene.firstOffsetNt)], 1.0);
        coding.erase(coding.begin(), coding.begin() + 3 - metagene.firstOffsetNt);
        QVERIFY2(periodShare(coding, 3) > 0.5, qPrintable(QString::number(periodShare(coding, 3))));
        QVERIFY(periodShare(coding, 4) < 0.05);
        const FrameStatistics statistics = frames.result();
        QVERIFY(statistics.frames[2].mean > statistics.frames[0].mean);  // third positions of human codons are GC-rich
        QVERIFY(statistics.frames[0].mean > statistics.frames[1].mean);
        QVERIFY(statistics.rayleighP < 1e-6);
        const BinnedMetagene bins = binned.result();
        QCOMPARE(bins.used + bins.tooShort, 3545);
        QVERIFY(bins.bins[20].estimate.mean > bins.bins[60].estimate.mean);  // 5'UTRs hold more GC than 3'UTRs
    }
};

QTEST_APPLESS_MAIN(TestMetagene)
#include "tst_metagene.moc"
