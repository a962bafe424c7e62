// Purpose: measured against predicted signals on real DNase coverage, every number against a naive reading of the files.
#include "core/analysis/statistics.h"
#include "core/io/annotation_file.h"
#include "core/io/signal_file.h"
#include "tests/core/study/track_comparison_rig.h"
#include "tests/support/shared_data.h"

#include <QtTest/QTest>

using namespace nscope;
using namespace nscope::tests;
using study::LineResult;
using study::TrackComparison;
using study::TrackComparisonSettings;

class TestTrackComparisonReal : public QObject {
    Q_OBJECT

private slots:
    void realSignals();
};

void TestTrackComparisonReal::realSignals()
{
    if (!haveShared("data/profiles/dnase_HepG2.bedGraph.gz"))
        QSKIP("needs the shared data");
    const std::string predicted = sharedPath("data/profiles/dnase_A172.bedGraph.gz");
    const std::string measured = sharedPath("data/profiles/dnase_HepG2.bedGraph.gz");
    TrackComparisonSettings settings;
    settings.regions.bed = sharedPath("data/profiles/hg38_loci.bed");
    settings.bins.missingIsZero = true;
    settings.threshold = 1.0;
    settings.pairs = {{"self", measured, measured, 0}, {"A172", predicted, measured, 0}};
    const TrackComparison comparison = compared(settings);
    const LineResult& self = comparison.lines[0];
    QVERIFY(near(self.whole.pearson, 1.0, 1e-12) && near(self.whole.spearman, 1.0, 1e-12));
    QCOMPARE(self.whole.meanSquaredError, 0.0);
    QCOMPARE(self.whole.jensenShannonDistance, 0.0);
    QCOMPARE(self.trainBinNt, 32);
    QVERIFY(near(self.ofBins.auroc, 1.0, 1e-12));

    // The same bins, read naively: their borders are the regions' own.
    auto first = io::openSignal(predicted), second = io::openSignal(measured);
    const auto regions = io::readAnnotation(settings.regions.bed);
    QVERIFY(first && second && regions);
    std::vector<double> x, y;
    for (std::size_t r = 0; r < regions->features.size(); ++r) {
        const data::Interval region = regions->features.interval(r);
        const std::size_t start = x.size();
        for (auto& [source, values] : {std::pair(first->get(), &x), std::pair(second->get(), &y)}) {
            values->resize(start + 2048, 0.0);
            const auto found = source->intervals(regions->features.chromosome(r), region);
            QVERIFY(found.has_value());
            for (const io::SignalInterval& one : *found)
                (*values)[start + std::size_t((one.startNt - region.startNt) / 32)] = double(one.value);
        }
        const analysis::TrackMetrics& metrics = comparison.lines[1].regions[r].metrics;
        const std::span a = std::span(x).subspan(start), b = std::span(y).subspan(start);
        QCOMPARE(metrics.bins, 2048);
        if (const auto wanted = analysis::pearson(a, b))
            QVERIFY(near(metrics.pearson, *wanted, 1e-9));
    }
    const LineResult& other = comparison.lines[1];
    QCOMPARE(other.whole.bins, 55 * 2048);
    QVERIFY(near(other.whole.pearson, *analysis::pearson(x, y), 1e-9));
    QVERIFY(near(other.whole.spearman, *analysis::spearman(x, y), 1e-9));
    double squares = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i)
        squares += (x[i] - y[i]) * (x[i] - y[i]);
    QVERIFY(near(other.whole.meanSquaredError, squares / double(x.size()), 1e-9));
    // Two cell types share their strongest sites: clearly related, clearly not the same.
    QVERIFY(*other.whole.pearson > 0.2 && *other.whole.pearson < 0.6);
    QVERIFY(*other.ofBins.auroc > 0.8);
    QCOMPARE(other.triangle.size(), 7U);
}

QTEST_GUILESS_MAIN(TestTrackComparisonReal)
#include "tst_track_comparison_real.moc"
