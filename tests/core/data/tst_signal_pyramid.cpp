// Tests of the signal pyramid: every column against the bins that it covers, one after the other.
#include "core/data/signal_pyramid.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace nscope::data;

namespace {

SignalColumn slow(const std::vector<float>& mean, const std::vector<float>& least, const std::vector<float>& most,
                  std::int64_t first, std::int64_t end)
{
    double total = 0.0, count = 0.0;
    float low = INFINITY, high = -INFINITY;
    for (std::int64_t i = std::max<std::int64_t>(first, 0); i < std::min(end, std::int64_t(mean.size())); ++i) {
        if (std::isnan(mean[std::size_t(i)]))
            continue;
        total += mean[std::size_t(i)];
        count += 1.0;
        low = std::min(low, least[std::size_t(i)]);
        high = std::max(high, most[std::size_t(i)]);
    }
    return count > 0.0 ? SignalColumn{float(total / count), low, high} : SignalColumn{NAN, NAN, NAN};
}

bool same(const SignalColumn& a, const SignalColumn& b)
{
    if (std::isnan(a.mean) || std::isnan(b.mean))
        return std::isnan(a.mean) && std::isnan(b.mean);
    return std::abs(a.mean - b.mean) <= 1e-5F * (1.0F + std::abs(b.mean)) && a.least == b.least && a.most == b.most;
}

}  // namespace

class TestSignalPyramid : public QObject {
    Q_OBJECT

private slots:
    void columnsAreTheBinsTheyCover()
    {
        std::mt19937_64 random(5);
        std::normal_distribution<float> normal;
        for (const int bins : {0, 1, 3, 4, 5, 63, 64, 65, 1000, 4097}) {
            std::vector<float> mean, least, most;
            for (int i = 0; i < bins; ++i) {
                mean.push_back(random() % 5 == 0 ? NAN : normal(random));
                least.push_back(mean.back() - std::abs(normal(random)));
                most.push_back(mean.back() + std::abs(normal(random)));
            }
            for (const bool isSummary : {false, true}) {
                const double binNt = isSummary ? 37.5 : 1.0;
                const SignalPyramid pyramid =
                    isSummary ? SignalPyramid(1000, binNt, mean, least, most) : SignalPyramid(1000, binNt, mean);
                QCOMPARE(pyramid.binCount(), std::int64_t(bins));
                const auto& low = isSummary ? least : mean;
                const auto& high = isSummary ? most : mean;
                for (int round = 0; round < 60; ++round) {
                    // Whole columns of bins, and beyond both ends.
                    const std::int64_t width = 1 + std::int64_t(random() % 90),
                                       first = std::int64_t(random() % 200) - 100;
                    const int count = 1 + int(random() % 40);
                    const auto columns = pyramid.columns(1000 + double(first) * binNt,
                                                         1000 + double(first + width * count) * binNt, count);
                    QCOMPARE(columns.size(), std::size_t(count));
                    for (int c = 0; c < count; ++c)
                        QVERIFY(same(columns[std::size_t(c)],
                                     slow(mean, low, high, first + c * width, first + (c + 1) * width)));
                }
                const SignalColumn all = pyramid.summary(1000, 1000 + bins * binNt);
                QVERIFY(same(all, slow(mean, low, high, 0, bins)));
            }
        }
    }

    // Zoomed in, a bin is drawn as wide as it is; a column has the bin in its middle.
    void columnsNarrowerThanABin()
    {
        const SignalPyramid pyramid(100, 10.0, {1.0F, 2.0F, NAN, 4.0F});
        const auto columns = pyramid.columns(95, 145, 25);  // two bases each
        for (int c = 0; c < 25; ++c) {
            const double middle = 95 + 2 * c + 1;
            const auto bin = std::int64_t(std::floor((middle - 100) / 10));
            const float expected = bin < 0 || bin > 3 ? NAN : std::array{1.0F, 2.0F, NAN, 4.0F}[std::size_t(bin)];
            QVERIFY(same(columns[std::size_t(c)], {expected, expected, expected}));
        }
        QCOMPARE(pyramid.span(), (Interval{100, 140}));
    }

    void everyBinIsInOneColumn()
    {
        // Odd widths: the largest value is found wherever it stands, and once.
        for (int place = 0; place < 97; ++place) {
            std::vector<float> values(97, 0.0F);
            values[std::size_t(place)] = 1.0F;
            int found = 0;
            for (const SignalColumn& column : SignalPyramid(0, 1.0, values).columns(0, 97, 31))
                found += column.most == 1.0F;
            QCOMPARE(found, 1);
        }
    }
};

QTEST_APPLESS_MAIN(TestSignalPyramid)
#include "tst_signal_pyramid.moc"
