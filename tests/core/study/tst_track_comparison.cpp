// Purpose: measured against predicted signals out of files: every number against arithmetic by hand or a naive reading of
// the same files; missing values, names of chromosomes, regions outside, windows, peaks, several lines, chunks.
#include "core/analysis/statistics.h"
#include "core/data/random.h"
#include "core/io/bigwig_writer.h"
#include "core/study/track_comparison.h"
#include "core/study/track_comparison_plots.h"
#include "tests/core/study/study_rig.h"
#include "tests/core/study/track_comparison_rig.h"
#include "tests/support/temporary_folder.h"

#include <htslib/sam.h>

#include <QtTest/QTest>

#include <cmath>

using namespace nscope;
using namespace nscope::tests;
using study::LineResult;
using study::TrackComparison;
using study::TrackComparisonSettings;

namespace {

bool isNoted(const TrackComparison& comparison, const char* part)
{
    return std::ranges::any_of(comparison.notes, [&](const std::string& note) { return contains(note, part); });
}

/// Every cell of every table as text.
std::string textOf(const study::Outcome& outcome)
{
    std::string text;
    for (const data::ResultTable& table : outcome.tables) {
        text += "# " + table.name + "\n";
        for (std::size_t row = 0; row < table.rows(); ++row)
            for (const data::ResultColumn& column : table.columns)
                text += column.name + "=" + column.cell(row) + "\n";
    }
    return text;
}

std::string bedGraphLine(const std::string& chromosome, std::int64_t startNt, std::int64_t endNt, double value)
{
    return chromosome + "\t" + std::to_string(startNt) + "\t" + std::to_string(endNt) + "\t" + data::numberText(value)
           + "\n";
}

/// Bins of 10 nt on two chromosomes; some are left out.
std::string randomBedGraph(std::uint64_t seed, const std::string& prefix)
{
    data::Random random(seed);
    std::string text;
    for (const char* chromosome : {"1", "2"})
        for (int bin = 0; bin < 300; ++bin)
            if (random.below(5) > 0)
                text += bedGraphLine(prefix + chromosome, bin * 10, bin * 10 + 10, double(random.below(400)) / 100.0);
    return text;
}

/// A BAM file of these lines of SAM.
void writeBam(const std::string& path, const std::string& samPath)
{
    samFile* const in = sam_open(samPath.c_str(), "r");
    samFile* const out = sam_open(path.c_str(), "wb");
    QVERIFY(in != nullptr && out != nullptr);
    sam_hdr_t* const header = sam_hdr_read(in);
    bam1_t* const record = bam_init1();
    QCOMPARE(sam_hdr_write(out, header), 0);
    while (sam_read1(in, header, record) >= 0)
        QVERIFY(sam_write1(out, header, record) >= 0);
    bam_destroy1(record);
    sam_hdr_destroy(header);
    QCOMPARE(sam_close(in), 0);
    QCOMPARE(sam_close(out), 0);
}

}  // namespace

class TestTrackComparison : public QObject {
    Q_OBJECT

private slots:
    void byHand();
    void missingValues();
    void readsAreCoverage();
    void chunksDoNotMatter();
    void namesOfChromosomes();
    void regionsOutsideAreListed();
    void regionsInAnyOrder();
    void windows();
    void scalingAndSmoothing();
    void thresholdsAndPeaks();
    void severalLinesAndTheTriangle();
    void coarsePredictions();
    void whatIsNotDefined();
    void badOrders();
    void tooManyBins();
    void theStudyOfTheWindow();

private:
    std::string write(const char* name, const std::string& text) const { return m_folder.write(name, text); }
    TrackComparisonSettings randomPair(std::int64_t binNt = 10) const
    {
        TrackComparisonSettings settings;
        settings.pairs = {
            {"line", write("p.bedGraph", randomBedGraph(1, "chr")), write("m.bedGraph", randomBedGraph(2, "chr")), 0}};
        settings.bins.binNt = binNt;
        return settings;
    }

    TemporaryFolder m_folder;
};

void TestTrackComparison::byHand()
{
    TrackComparisonSettings settings;
    settings.pairs = {
        {"hand", write("p.bedGraph", "chr1\t0\t10\t1\nchr1\t10\t20\t2\nchr1\t20\t30\t3\nchr1\t30\t40\t4\n"),
         write("m.bedGraph", "chr1\t0\t5\t3\nchr1\t5\t10\t1\nchr1\t10\t20\t1\nchr1\t20\t30\t4\nchr1\t30\t40\t3\n"), 0}};
    settings.regions.bed = write("r.bed", "chr1\t0\t40\tall\nchr1\t0\t25\tpart\n");
    settings.bins.binNt = 10;
    settings.threshold = 2.5;
    const TrackComparison comparison = compared(settings);
    QCOMPARE(comparison.lines.size(), 1U);
    const LineResult& line = comparison.lines[0];
    QCOMPARE(line.regions.size(), 2U);
    const analysis::TrackMetrics& all = line.regions[0].metrics;
    QCOMPARE(all.bins, 4);
    QVERIFY(near(all.pearson, 0.6) && near(all.spearman, 0.6) && near(all.meanSquaredError, 1.0));
    QCOMPARE(line.regions[0].highestMeasured, 4.0);
    // Two bins of 10 nt; the 5 nt that are left over do not count.
    QCOMPARE(line.regions[1].metrics.bins, 2);
    QVERIFY(near(line.regions[1].metrics.pearson, -1.0));
    QCOMPARE(line.whole.bins, 6);
    QVERIFY(isNoted(comparison, "overlap"));
    // Positive: the bins of 4 and 3, with predictions 3 and 4; the others are 1, 2, 1, 2.
    QCOMPARE(line.ofBins.positives, 2);
    QVERIFY(near(line.ofBins.auroc, 1.0));
    QCOMPARE(line.trainBinNt, 10);
    QCOMPARE(comparison.regions[0].name, std::string("all"));
}

void TestTrackComparison::missingValues()
{
    TrackComparisonSettings settings;
    settings.pairs = {{"gaps", write("p.bedGraph", "chr1\t0\t10\t2\nchr1\t10\t14\t5\nchr1\t30\t40\t1\n"),
                       write("m.bedGraph", "chr1\t0\t10\t4\nchr1\t10\t20\t1\nchr1\t20\t30\t7\n"), 0}};
    settings.regions.bed = write("r.bed", "chr1\t0\t50\n");
    settings.bins.binNt = 10;
    const TrackComparison some = compared(settings);
    QCOMPARE(some.lines[0].whole.bins, 2);
    QCOMPARE(some.lines[0].binsInAll, 5);
    QVERIFY(isNoted(some, "2 of 5 bins have a value in both files"));
    // (2 − 4)² and (5 − 1)²: the mean of a bin is over the bases that have a value.
    QVERIFY(near(some.lines[0].whole.meanSquaredError, 10.0));
    settings.bins.missingIsZero = true;
    const TrackComparison zero = compared(settings);
    QCOMPARE(zero.lines[0].whole.bins, 5);
    // 2, 5·4/10 = 2, 0, 1, 0 against 4, 1, 7, 0, 0.
    QVERIFY(near(zero.lines[0].whole.meanSquaredError, (4.0 + 1.0 + 49.0 + 1.0 + 0.0) / 5.0));
    QVERIFY(near(zero.lines[0].whole.predictedMean, 1.0));
}

void TestTrackComparison::readsAreCoverage()
{
    const std::string sam = write("r.sam", "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:1\tLN:60\n"
                                           "a\t0\t1\t1\t60\t10M\t*\t0\t0\tACGTACGTAC\t*\n"
                                           "b\t0\t1\t6\t60\t10M\t*\t0\t0\tACGTACGTAC\t*\n"
                                           "c\t0\t1\t31\t60\t10M\t*\t0\t0\tACGTACGTAC\t*\n");
    TrackComparisonSettings settings;
    settings.pairs = {{"reads", write("p.bedGraph", "chr1\t0\t10\t1\nchr1\t10\t20\t2\nchr1\t20\t50\t3\n"),
                       m_folder.path("r.bam"), 0}};
    writeBam(settings.pairs[0].measured, sam);
    settings.bins.binNt = 10;
    const TrackComparison comparison = compared(settings);
    // Coverage 15/10, 5/10, 0, 1, 0 as far as the prediction reaches: a base without reads has the value 0.
    QCOMPARE(comparison.lines[0].whole.bins, 5);
    QVERIFY(near(comparison.lines[0].whole.meanSquaredError, (0.25 + 2.25 + 9.0 + 4.0 + 9.0) / 5.0));
    QCOMPARE(comparison.lines[0].regions[0].highestMeasured, 2.0);
    settings.regions.bed = write("r.bed", "chr1\t0\t50\nchr1\t50\t70\n");
    QVERIFY(contains(compared(settings).leftOut.at(0).reason, "60 nt in the measured signal"));
}

void TestTrackComparison::chunksDoNotMatter()
{
    TrackComparisonSettings settings = randomPair();
    settings.smoothNt = 30;
    settings.scale = true;
    settings.threshold = 1.5;
    settings.curvePoints = 4;  // no higher than the values are
    const std::string whole = textOf(study::outcomeOf(compared(settings), settings));
    QVERIFY(contains(whole, "bin_triangle") && !contains(whole, "pearson=nan"));
    for (const std::int64_t chunk : {1, 7, 299}) {
        settings.bins.chunkBins = chunk;
        QCOMPARE(textOf(study::outcomeOf(compared(settings), settings)), whole);
    }
}

void TestTrackComparison::namesOfChromosomes()
{
    TrackComparisonSettings settings = randomPair();
    const std::string same = textOf(study::outcomeOf(compared(settings), settings));
    settings.pairs[0].measured = write("n.bedGraph", randomBedGraph(2, ""));  // 1 and 2
    QCOMPARE(textOf(study::outcomeOf(compared(settings), settings)), same);
    settings.regions.chromosomes = "2";
    const TrackComparison one = compared(settings);
    QCOMPARE(one.lines[0].regions.size(), 1U);
    settings.regions.chromosomes = "chr7";
    QVERIFY(contains(errorOf(settings).sentence(), "chr7") && contains(errorOf(settings).sentence(), "chr1, chr2"));
    settings.regions.chromosomes = {};
    settings.pairs[0].measured = write("o.bedGraph", randomBedGraph(2, "contig"));
    const Error mismatch = errorOf(settings);
    QCOMPARE(int(mismatch.code()), int(ErrorCode::NotFound));
    QVERIFY2(contains(mismatch.sentence(), "contig1") && contains(mismatch.sentence(), "chr1"),
             mismatch.sentence().c_str());
    settings.aliases = write("names.tsv", "chr1\tcontig1\nchr2\tcontig2\n");
    QCOMPARE(textOf(study::outcomeOf(compared(settings), settings)), same);
    settings.aliases = {};
    settings.regions.bed = write("r.bed", "scaffold9\t0\t100\n");
    QVERIFY(contains(errorOf(settings).sentence(), "scaffold9"));
}

void TestTrackComparison::regionsOutsideAreListed()
{
    TrackComparisonSettings settings = randomPair();
    settings.pairs[0].predicted = m_folder.path("p.bw");
    io::BigWigWriter writer(settings.pairs[0].predicted);
    std::vector<float> values;
    for (int i = 0; i < 100; ++i)
        values.push_back(float(i % 7));
    QVERIFY(writer.add("chr1", 1000, 0, 10, values).has_value());
    QVERIFY(writer.finish().has_value());
    settings.regions.bed = write("r.bed", "chr1\t0\t500\tin\nchr1\t900\t1010\tbehind\nchr2\t0\t500\telsewhere\n"
                                          "chr1\t500\t508\tshort\nchr1\t5000\t6000\tfar\n");
    const TrackComparison comparison = compared(settings);
    QCOMPARE(comparison.lines[0].regions.size(), 1U);
    QCOMPARE(comparison.leftOut.size(), 4U);
    QVERIFY(contains(comparison.leftOut[0].reason, "1,000 nt in the predicted signal"));
    QVERIFY(contains(comparison.leftOut[1].reason, "no such chromosome"));
    QVERIFY(contains(comparison.leftOut[2].reason, "shorter than a bin"));
    QCOMPARE(comparison.leftOut[3].region, std::string("far"));
    QVERIFY(isNoted(comparison, "left_out: 4; the first, behind,"));
    const study::Outcome outcome = study::outcomeOf(comparison, settings);
    QCOMPARE(outcome.tables.back().name, std::string("left_out"));
    QCOMPARE(outcome.tables.back().rows(), 4U);
    // Without regions: the chromosome that both have, as far as both reach.
    settings.regions.bed = {};
    const TrackComparison shared = compared(settings);
    QCOMPARE(shared.regions.size(), 1U);
    QCOMPARE(shared.regions[0].locus.interval, (data::Interval{0, 1000}));
}

void TestTrackComparison::regionsInAnyOrder()
{
    TrackComparisonSettings settings = randomPair();
    const std::vector<std::string> lines{"chr1\t0\t400\ta\n", "chr2\t800\t1500\tb\n", "chr1\t1000\t2000\tc\n",
                                         "chr2\t0\t300\td\n"};
    settings.regions.bed = write("r.bed", lines[0] + lines[1] + lines[2] + lines[3]);
    const TrackComparison forward = compared(settings);
    settings.regions.bed = write("s.bed", lines[3] + lines[2] + lines[1] + lines[0]);
    const TrackComparison backward = compared(settings);
    QVERIFY(!isNoted(forward, "overlap"));
    for (std::size_t i = 0; i < 4; ++i) {
        QCOMPARE(backward.lines[0].regions[3 - i].metrics.pearson, forward.lines[0].regions[i].metrics.pearson);
        QCOMPARE(backward.lines[0].regions[3 - i].metrics.bins, forward.lines[0].regions[i].metrics.bins);
    }
    QVERIFY(near(backward.lines[0].whole.spearman, *forward.lines[0].whole.spearman, 1e-12));
    QCOMPARE(backward.lines[0].ofBins.auroc, forward.lines[0].ofBins.auroc);
}

void TestTrackComparison::windows()
{
    TrackComparisonSettings settings = randomPair();
    settings.regions.windowNt = 700;
    const TrackComparison comparison = compared(settings);
    QCOMPARE(comparison.regions.size(), 8U);  // 3,000 nt each (or a bin less): four windows
    QCOMPARE(comparison.regions[1].locus.interval, (data::Interval{700, 1400}));
    QVERIFY(isNoted(comparison, "shorter than a window"));
    settings.regions.windowNt = 5000;
    QVERIFY(contains(errorOf(settings).sentence(), "5,000"));
}

void TestTrackComparison::scalingAndSmoothing()
{
    TrackComparisonSettings settings = randomPair();
    const TrackComparison plain = compared(settings);
    settings.scale = true;
    const TrackComparison scaled = compared(settings);
    const LineResult& before = plain.lines[0];
    const LineResult& after = scaled.lines[0];
    QVERIFY(near(after.scale, *before.whole.measuredMean / *before.whole.predictedMean));
    QVERIFY(near(after.whole.predictedMean, *before.whole.measuredMean));
    QVERIFY(near(after.whole.pearson, *before.whole.pearson));
    QVERIFY(near(after.whole.jensenShannonDistance, *before.whole.jensenShannonDistance));
    QVERIFY(std::abs(*after.whole.meanSquaredError - *before.whole.meanSquaredError) > 1e-6);
    settings.scale = false;
    settings.smoothNt = 10;  // a bin is no smoothing
    QCOMPARE(compared(settings).lines[0].whole.pearson, before.whole.pearson);
    settings.pairs[0].predicted = write("one.bedGraph", "chr1\t0\t20\t0\nchr1\t20\t30\t3\nchr1\t30\t60\t0\n");
    settings.pairs[0].measured = write("flat.bedGraph", "chr1\t0\t30\t0\nchr1\t30\t40\t6\nchr1\t40\t60\t0\n");
    settings.smoothNt = 30;
    // 0 1 1 1 0 0 against 0 0 2 2 2 0.
    QVERIFY(near(compared(settings).lines[0].whole.meanSquaredError, (0.0 + 1 + 1 + 1 + 4 + 0) / 6.0));
}

void TestTrackComparison::thresholdsAndPeaks()
{
    TrackComparisonSettings settings;
    std::string predicted, measured;
    const double values[][2]{{1, 0}, {3, 5}, {2, 0}, {6, 9}, {0, 0}, {4, 3}};
    for (int i = 0; i < 6; ++i) {
        predicted += bedGraphLine("chr1", i * 10, i * 10 + 10, values[i][0]);
        measured += bedGraphLine("chr1", i * 10, i * 10 + 10, values[i][1]);
    }
    settings.pairs = {{"a", write("p.bedGraph", predicted), write("m.bedGraph", measured), 0}};
    settings.regions.bed = write("r.bed", "chr1\t0\t20\nchr1\t20\t40\nchr1\t40\t60\n");
    settings.bins.binNt = 10;
    settings.threshold = 3.0;
    settings.curveStep = 4.0;
    settings.curvePoints = 3;
    const TrackComparison byThreshold = compared(settings);
    const LineResult& line = byThreshold.lines[0];
    QCOMPARE(line.ofBins.positives, 2);           // 5 and 9; 3 is not above 3
    QVERIFY(near(line.ofBins.auroc, 7.0 / 8.0));  // only 3 against 4 is out of order
    QCOMPARE(line.ofRegions.positives, 2);
    // Means 2, 4 and 2: one pair in order, one tied.
    QVERIFY(near(line.ofRegions.auroc, 0.75));
    QCOMPARE(line.curve.size(), 3U);
    QCOMPARE(line.curve[0].regions, 3);
    QCOMPARE(line.curve[1].regions, 2);
    QCOMPARE(line.curve[2].regions, 1);
    QCOMPARE(byThreshold.regions[0].name, std::string("chr1:1-20"));
    // A longer region with lower values: mean 2 against 4, sum 60 against 40. Only the first has more than 4.
    settings.regions.bed = write("s.bed", "chr1\t0\t30\nchr1\t50\t60\n");
    settings.threshold = 4.0;
    QVERIFY(near(compared(settings).lines[0].ofRegions.auroc, 0.0));
    settings.scoreIsSum = true;
    QVERIFY(near(compared(settings).lines[0].ofRegions.auroc, 1.0));
    settings.regions.bed = write("r.bed", "chr1\t0\t20\nchr1\t20\t40\nchr1\t40\t60\n");
    settings.peaks = write("peaks.bed", "1\t9\t10\n1\t55\t60\n");
    const TrackComparison byPeaks = compared(settings);
    const LineResult& peaks = byPeaks.lines[0];
    QCOMPARE(peaks.ofBins.positives, 2);  // the first and the last bin, with 1 and 4
    QVERIFY(near(peaks.ofBins.auroc, (1.0 + 3.0) / 8.0));
    QCOMPARE(peaks.ofRegions.positives, 2);
    QVERIFY(near(peaks.ofRegions.auroc, 0.0));  // 2 and 2 against 4
}

void TestTrackComparison::severalLinesAndTheTriangle()
{
    // Two lines of the same model and one of a model with bins of 20 nt.
    std::string coarse;
    data::Random random(5);
    for (int bin = 0; bin < 150; ++bin)
        coarse += bedGraphLine("chr1", bin * 20, bin * 20 + 20, double(random.below(300)) / 100.0);
    write("a.bedGraph", randomBedGraph(11, "chr"));
    write("b.bedGraph", randomBedGraph(12, "chr"));
    write("c.bedGraph", coarse);
    write("m.bedGraph", randomBedGraph(13, "chr"));
    const std::string table = write("pairs.tsv", "line\tpredicted\tmeasured\nA\ta.bedGraph\tm.bedGraph\n"
                                                 "B\tb.bedGraph\tm.bedGraph\nC\tc.bedGraph\tm.bedGraph\n");
    TrackComparisonSettings settings;
    const auto pairs = study::readTrackPairs(table);
    QVERIFY(pairs.has_value());
    settings.pairs = *pairs;
    settings.regions.bed = write("r.bed", "chr1\t0\t1600\nchr1\t1600\t2900\n");
    settings.bins.binNt = 10;
    settings.coarsestNt = 100;
    const TrackComparison comparison = compared(settings);
    QCOMPARE(comparison.lines[2].trainBinNt, 20);
    QVERIFY(isNoted(comparison, "bins of 20 nt"));
    const data::PlotMap map = study::triangleMap(comparison.lines);
    QCOMPARE(map.rows, (std::vector<std::string>{"10", "20"}));
    QCOMPARE(map.columns, (std::vector<std::string>{"10", "20", "40", "80"}));
    QVERIFY(std::isnan(map.values[4]));  // 20 nt cannot be evaluated at 10
    QVERIFY(near(comparison.lines[0].triangle[0].metrics.pearson, *comparison.lines[0].whole.pearson, 0.0));
    QVERIFY(
        near(map.values[0], (*comparison.lines[0].whole.pearson + *comparison.lines[1].whole.pearson) / 2.0, 1e-12));
    QCOMPARE(comparison.lines[2].triangle.front().binNt, 20);
    // At 40 nt: the second region's 1,300 nt hold 32 such bins, what is left over does not count.
    QVERIFY(comparison.lines[0].triangle[2].metrics.bins <= 40 + 32);
    const study::Outcome outcome = study::outcomeOf(comparison, settings);
    const data::ResultTable& lines = outcome.tables.front();
    QCOMPARE(lines.rows(), 4U);
    QCOMPARE(lines.columns[0].cell(3), std::string("mean"));
    const auto& pearson =
        std::get<std::vector<double>>(std::ranges::find(lines.columns, "pearson", &data::ResultColumn::name)->values);
    QVERIFY(std::abs(pearson[3] - (pearson[0] + pearson[1] + pearson[2]) / 3.0) < 1e-12);
}

void TestTrackComparison::coarsePredictions()
{
    TrackComparisonSettings settings;
    settings.pairs = {{"x", write("p.bedGraph", "chr1\t0\t40\t1\nchr1\t40\t80\t2\nchr1\t80\t120\t5\n"),
                       write("m.bedGraph", "chr1\t0\t120\t1\n"), 0}};
    settings.regions.bed = write("r.bed", "chr1\t20\t100\n");
    settings.bins.binNt = 20;
    const TrackComparison comparison = compared(settings);
    QCOMPARE(comparison.lines[0].trainBinNt, 40);
    QVERIFY(isNoted(comparison, "do not begin at a border of the predictions' bins of 40 nt"));
    settings.pairs[0].trainBinNt = 30;
    QVERIFY(isNoted(compared(settings), "no multiple of 20 nt"));
}

void TestTrackComparison::whatIsNotDefined()
{
    TrackComparisonSettings settings;
    settings.pairs = {
        {"flat", write("p.bedGraph", "chr1\t0\t100\t0.1\n"), write("m.bedGraph", randomBedGraph(3, "chr")), 0}};
    settings.bins.binNt = 10;
    const TrackComparison flat = compared(settings);
    QVERIFY(!flat.lines[0].whole.pearson && !flat.lines[0].whole.spearman && flat.lines[0].whole.meanSquaredError);
    const study::Outcome outcome = study::outcomeOf(flat, settings);
    const data::ResultTable& lines = outcome.tables.front();
    QCOMPARE(std::ranges::find(lines.columns, "pearson", &data::ResultColumn::name)->cell(0), std::string("nan"));
    // A region in which neither has a value.
    settings.regions.bed = write("r.bed", "chr1\t5000\t6000\n");
    const TrackComparison nothing = compared(settings);
    QCOMPARE(nothing.lines[0].whole.bins, 0);
    QVERIFY(!nothing.lines[0].whole.meanSquaredError && !nothing.lines[0].ofBins.auroc);
    QVERIFY(std::isnan(nothing.lines[0].regions[0].highestMeasured));
    QVERIFY(isNoted(nothing, "0 of 100 bins"));
    settings.scale = true;
    QVERIFY(isNoted(compared(settings), "not scaled"));
}

void TestTrackComparison::badOrders()
{
    TrackComparisonSettings settings;
    QCOMPARE(int(errorOf(settings).code()), int(ErrorCode::InvalidArgument));
    settings = randomPair();
    settings.pairs[0].measured = m_folder.path("none.bw");
    QVERIFY(contains(errorOf(settings).sentence(), "none.bw"));
    settings = randomPair();
    settings.regions = {write("r.bed", "chr1\t0\t100\n"), "chr1", 0};
    QVERIFY(contains(errorOf(settings).sentence(), "not both"));
    settings = randomPair();
    settings.regions.windowNt = 5;
    QVERIFY(contains(errorOf(settings).sentence(), "window"));
    QVERIFY(
        contains(study::readTrackPairs(write("bad.tsv", "line\tpredicted\nA\tx\n")).error().sentence(), "measured"));
    QVERIFY(
        contains(study::readTrackPairs(write("bad.tsv", "line\tpredicted\tmeasured\n")).error().sentence(), "no row"));
}

void TestTrackComparison::tooManyBins()
{
    TrackComparisonSettings settings = randomPair(1);
    settings.regions.bed = write("r.bed", "chr1\t0\t200000000\n");
    const Error error = errorOf(settings);
    QCOMPARE(int(error.code()), int(ErrorCode::OutOfMemory));
    QVERIFY(contains(error.sentence(), "200,000,000 bins of 1 nt"));
}

void TestTrackComparison::theStudyOfTheWindow()
{
    const study::Study& study = studyOf("compare-tracks");
    QCOMPARE(study.spec.needs.sequences, 0U);
    study::Order order = orderFor(study, 0, {{"bin", std::int64_t(10)}, {"missing", std::string("zero")}});
    QVERIFY(contains(study.run(order, plainTools()).error().sentence(), "Choose a predicted and a measured signal"));
    const TrackComparisonSettings settings = randomPair();
    order.files["predicted"] = settings.pairs[0].predicted;
    QVERIFY(contains(study.run(order, plainTools()).error().sentence(), "needs a measured one"));
    order.files["measured"] = settings.pairs[0].measured;
    Progress progress;
    const Result<study::Outcome> outcome = study.run(order, plainTools(&progress));
    QVERIFY(outcome.has_value());
    QCOMPARE(progress.snapshot().done, progress.snapshot().total);
    QCOMPARE(outcome->tables.front().columns[3].cell(0), std::string("0"));  // nothing is left out
    order.files["pairs"] = m_folder.path("pairs.tsv");
    QVERIFY(contains(study.run(order, plainTools()).error().sentence(), "not both"));
}

QTEST_GUILESS_MAIN(TestTrackComparison)
#include "tst_track_comparison.moc"
