// Tests of predictions along regions: windows cover the region, and their profiles become one signal.
#include "core/analysis/region_tiles.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace nscope;
using namespace nscope::analysis;
using data::Interval;

namespace {

/// What a network that reads each bin's own place gives for a window.
double truth(std::int64_t positionNt, std::size_t row)
{
    return std::sin(double(positionNt) * 0.01) + 2.0 * double(row);
}

data::Track profileOf(Interval window, bool isReverse, std::int64_t marginNt, std::int64_t binNt)
{
    data::Track track{marginNt, binNt, {"a", "b"}, {}};
    const std::int64_t bins = (window.length() - 2 * marginNt) / binNt;
    for (std::size_t row = 0; row < 2; ++row)
        for (std::int64_t bin = 0; bin < bins; ++bin) {
            const std::int64_t along = marginNt + bin * binNt;
            track.values_RB.push_back(
                float(truth(isReverse ? window.endNt - along - binNt : window.startNt + along, row)));
        }
    return track;
}

}  // namespace

class TestRegionTiles : public QObject {
    Q_OBJECT

private slots:
    void windowsCoverTheRegion()
    {
        std::mt19937_64 random(3);
        for (int round = 0; round < 2000; ++round) {
            const std::int64_t length = 50 + std::int64_t(random() % 5000),
                               windowNt = 20 + std::int64_t(random() % 900);
            const std::int64_t stepNt = 1 + std::int64_t(random() % std::uint64_t(windowNt));
            const std::int64_t start = std::int64_t(random() % std::uint64_t(length)),
                               end = start + 1 + std::int64_t(random() % std::uint64_t(length - start));
            const auto windows = tileWindows({start, end}, {0, length}, windowNt, stepNt);
            QVERIFY(!windows.empty());
            for (std::size_t i = 0; i < windows.size(); ++i) {
                QVERIFY(windows[i].startNt >= 0 && windows[i].endNt <= length);
                QCOMPARE(windows[i].length(), std::min(windowNt, length));
                if (i > 0) {
                    QVERIFY(windows[i].startNt > windows[i - 1].startNt);
                    QVERIFY(windows[i].startNt <= windows[i - 1].endNt);
                }
            }
            QVERIFY(windows.front().startNt <= start && windows.back().endNt >= end);
        }
    }

    void windowsOfAPart()
    {
        std::mt19937_64 random(4);
        std::size_t found = 0;
        for (int round = 0; round < 3000; ++round) {
            const auto draw = [&](std::int64_t from, std::int64_t to) {
                return from + std::int64_t(random() % std::uint64_t(to - from + 1));
            };
            const std::int64_t length = draw(50, 3000), windowNt = draw(20, 900), stepNt = draw(1, windowNt);
            const std::int64_t start = draw(0, length - 1), end = draw(start + 1, length);
            const std::int64_t from = draw(start, end - 1), to = draw(from + 1, end);
            std::vector<Interval> expected;
            for (const Interval& window : tileWindows({start, end}, {0, length}, windowNt, stepNt))
                if (window.intersected({from, to}).length() > 0)
                    expected.push_back(window);
            QCOMPARE(tileWindows({start, end}, {0, length}, windowNt, stepNt, {from, to}), expected);
            found += expected.size();
        }
        QVERIFY(found > 10'000);
    }

    void theRegionsEndsLieInsideTheirWindows()
    {
        const auto windows = tileWindows({10'000, 20'000}, {0, 1'000'000}, 2'000, 1'000);
        QCOMPARE(windows.front().startNt, std::int64_t(9'500));
        QVERIFY(windows.back().endNt >= 20'500);
        QCOMPARE(tileWindows({0, 100}, {0, 100}, 500, 250), (std::vector<Interval>{{0, 100}}));
    }

    // Where all windows say the same, the signal is that, whatever overlaps, on both strands.
    void agreeingWindowsGiveTheirSignal()
    {
        for (const std::int64_t binNt : {1, 4, 32}) {
            for (const std::int64_t marginNt : {0, 64}) {
                const Interval region{5'003, 9'777};
                RegionStitcher stitcher(region);
                QVERIFY(!stitcher.result());
                const auto windows = tileWindows(region, {0, 50'000}, 1'024, 448);
                for (std::size_t i = 0; i < windows.size(); ++i)
                    QVERIFY(stitcher.add(windows[i], i % 2 == 1, profileOf(windows[i], i % 2 == 1, marginNt, binNt)));
                const data::Track track = *stitcher.result();
                QCOMPARE(track.binNt, binNt);
                QVERIFY(track.startNt <= region.startNt && track.startNt > region.startNt - binNt);
                QVERIFY(track.startNt + track.binCount() * binNt >= region.endNt);
                int known = 0;
                for (std::size_t row = 0; row < 2; ++row) {
                    for (std::int64_t bin = 0; bin < track.binCount(); ++bin) {
                        const double found = track.at(row, bin);
                        if (std::isnan(found))
                            continue;
                        ++known;
                        QVERIFY(std::abs(found - truth(track.startNt + bin * binNt, row)) < 1e-6);
                    }
                }
                QCOMPARE(known, int(2 * track.binCount()));
            }
        }
    }

    // Values by hand: two windows of four bins that overlap by two.
    void overlapsAreWeightedMeans()
    {
        RegionStitcher stitcher({0, 6});
        QVERIFY(stitcher.add({0, 4}, false, {0, 1, {"t"}, {1, 1, 1, 1}}));
        QVERIFY(stitcher.add({2, 6}, false, {0, 1, {"t"}, {4, 4, 4, 4}}));
        // Weights 1 2 2 1: position 2 is 2·1 and 1·4, position 3 is 1·1 and 2·4.
        const std::vector<float> expected{1, 1, (2 * 1 + 1 * 4) / 3.0F, (1 * 1 + 2 * 4) / 3.0F, 4, 4};
        QCOMPARE(stitcher.result()->values_RB.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(std::abs(stitcher.result()->values_RB[i] - expected[i]) < 1e-6F);
        QVERIFY(!stitcher.add({2, 6}, false, {0, 2, {"t"}, {4, 4}}));
        QVERIFY(!stitcher.add({2, 6}, false, {0, 1, {"u"}, {4, 4, 4, 4}}));
    }

    // The last window of a chromosome may stand between bins: what it says keeps its place.
    void windowsBetweenBins()
    {
        RegionStitcher stitcher({0, 30});
        QVERIFY(stitcher.add({0, 20}, false, {0, 10, {"t"}, {2, 2}}));
        QVERIFY(stitcher.add({9, 29}, false, {0, 10, {"t"}, {2, 2}}));
        const data::Track both = stitcher.result().value();
        for (const float value : both.values_RB)
            QVERIFY(std::abs(value - 2.0F) < 1e-6F);
        RegionStitcher holes({0, 30});
        QVERIFY(holes.add({10, 20}, false, {0, 10, {"t"}, {5}}));
        const data::Track track = holes.result().value();
        QVERIFY(std::isnan(track.at(0, 0)) && track.at(0, 1) == 5.0F && std::isnan(track.at(0, 2)));
    }
};

QTEST_APPLESS_MAIN(TestRegionTiles)
#include "tst_region_tiles.moc"
