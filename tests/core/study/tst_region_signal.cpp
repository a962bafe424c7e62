// Tests of signals along a genome: chunks are bit for bit the whole, numbers stand at their anchors, unknown letters have
// no values, and what the genome's file does not hold is not made up.
#include "core/analysis/region_tiles.h"
#include "core/data/alphabet.h"
#include "core/engine/input_anchor.h"
#include "core/io/atomic_file.h"
#include "core/study/region_signal.h"
#include "tests/support/random_letters.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <random>

using namespace nscope;
using namespace nscope::study;
using data::Interval;
using data::Strand;
using tests::randomLetters;

namespace {

/// A network whose profile depends on the whole window, so that every overlap matters.
struct Network {
    std::int64_t windowNt = 64, marginNt = 0, binNt = 4;
    mutable std::int64_t runs = 0;

    data::Track profile(const std::string& letters) const
    {
        const std::int64_t margin = std::int64_t(letters.size()) < windowNt ? 0 : marginNt;
        data::Track track{margin, binNt, {"a", "b"}, {}};
        const std::int64_t bins = (std::int64_t(letters.size()) - 2 * margin + binNt - 1) / binNt;
        const double whole = double(std::hash<std::string>()(letters) % 1000) / 1000.0;
        for (int row = 0; row < 2; ++row) {
            for (std::int64_t bin = 0; bin < bins; ++bin)
                track.values_RB.push_back(float(
                    whole + 0.1 * row + 0.01 * double(data::baseIndex(letters[std::size_t(margin + bin * binNt)]))));
        }
        return track;
    }

    WindowRunner runner() const
    {
        return [this](const data::TranscriptSet& windows, const WindowVisitor& visit) -> Result<void> {
            for (std::size_t i = 0; i < windows.size(); ++i) {
                data::Prediction prediction;
                prediction.profiles.push_back(profile(windows[i]->sequence.letters));
                ++runs;
                if (const auto visited = visit(i, prediction); !visited)
                    return visited;
            }
            return {};
        };
    }
    engine::ModelInfo info() const
    {
        engine::ModelInfo info;
        info.card.id = "network";
        info.spec.input.lengthNt = windowNt;
        info.spec.outputs.profileTasks = {"a", "b"};
        return info;
    }
};

/// A model whose number is the code of the letter at an index of its input (0 to 3), 9 for N.
WindowRunner letterAt(std::int64_t index)
{
    return [index](const data::TranscriptSet& windows, const WindowVisitor& visit) -> Result<void> {
        for (std::size_t i = 0; i < windows.size(); ++i) {
            const int base = data::baseIndex(windows[i]->sequence.letters[std::size_t(index)]);
            data::Prediction prediction;
            prediction.scalars = {{"other", -1.0}, {"letter", base < 0 ? 9.0 : double(base)}};
            prediction.classProbabilities = {{"p_yes", 0.25}};
            if (const auto visited = visit(i, prediction); !visited)
                return visited;
        }
        return {};
    };
}

engine::ModelInfo numbersModel(std::int64_t windowNt, std::int64_t tss)
{
    engine::ModelInfo info;
    info.card.id = "numbers";
    info.spec.input.lengthNt = windowNt;
    info.spec.outputs.scalars = {"letter", "other"};
    info.spec.outputs.classes = {"yes"};
    info.spec.options = {{"tss", "", "", std::int64_t(-1), {}, {}, {}}};
    if (tss >= 0)
        info.card.options["tss"] = tss;
    return info;
}

data::GenomeLetters lettersOf(const std::string& chromosome)
{
    return [&chromosome](const std::string&, Interval interval) -> Result<std::string> {
        return chromosome.substr(std::size_t(interval.startNt), std::size_t(interval.length()));
    };
}

/// The same bits, NaN included.
bool areSame(const std::vector<float>& a, const std::vector<float>& b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// Chunks one after the other.
data::Track joined(const RegionSignal& signal, const HeldStretch& stretch, std::int64_t chunkNt,
                   const data::GenomeLetters& letters, const WindowRunner& run, std::size_t* count = nullptr)
{
    data::Track whole;
    std::vector<std::vector<float>> rows(signal.rows.size());
    const auto chunks = chunksOf(signal, stretch, chunkNt);
    for (const Interval& chunk : chunks) {
        const auto track = chunkSignal(signal, stretch, chunk, letters, run);
        if (!track)
            qFatal("%s", track.error().sentence().c_str());
        if (whole.rows.empty())
            whole = {track->startNt, track->binNt, track->rows, {}};
        else if (track->startNt != whole.startNt + std::int64_t(rows[0].size()) * whole.binNt)
            qFatal("chunks do not follow each other");
        for (std::size_t row = 0; row < rows.size(); ++row)
            rows[row].insert(rows[row].end(), track->values_RB.begin() + std::int64_t(row) * track->binCount(),
                             track->values_RB.begin() + std::int64_t(row + 1) * track->binCount());
    }
    for (const auto& row : rows)
        whole.values_RB.insert(whole.values_RB.end(), row.begin(), row.end());
    if (count != nullptr)
        *count = chunks.size();
    return whole;
}

}  // namespace

class TestRegionSignal : public QObject {
    Q_OBJECT

private slots:
    void chunkedProfilesAreUnchunkedOnes()
    {
        std::mt19937_64 random(7);
        const auto draw = [&](std::int64_t from, std::int64_t to) {
            return from + std::int64_t(random() % std::uint64_t(to - from + 1));
        };
        std::size_t severalChunks = 0;
        for (int round = 0; round < 300; ++round) {
            std::string chromosome = randomLetters(random, std::size_t(draw(20, 3'000)));
            const auto lengthNt = std::int64_t(chromosome.size());
            if (round % 2 == 0)
                chromosome.replace(chromosome.size() / 3, chromosome.size() / 4,
                                   std::string(chromosome.size() / 4, 'N'));
            Network network{.windowNt = draw(30, 200), .marginNt = draw(0, 12), .binNt = draw(1, 9)};
            const std::int64_t bins = (network.windowNt - 2 * network.marginNt + network.binNt - 1) / network.binNt;
            RegionOrder order;
            order.strand = std::array{Strand::Forward, Strand::Reverse, Strand::None}[std::size_t(round) % 3];
            order.stepNt =
                round % 5 == 0 ? 0 : draw(1, std::min(bins * network.binNt, network.windowNt - 2 * network.marginNt));
            order.outputBinNt = network.binNt * draw(1, 4);
            const auto signal = planSignal(network.info(), order, network.runner());
            QVERIFY2(signal, signal ? "" : signal.error().sentence().c_str());
            const std::int64_t from = draw(0, lengthNt - 1), to = draw(from + 1, lengthNt);
            const HeldStretch stretch{"c", {from, to}, {0, lengthNt}};
            const data::Track whole = joined(*signal, stretch, 1'000'000, lettersOf(chromosome), network.runner());
            QVERIFY(whole.startNt <= from && whole.startNt > from - whole.binNt);
            QVERIFY(whole.startNt + whole.binCount() * whole.binNt >= to);
            std::size_t chunks = 0;
            const data::Track pieces =
                joined(*signal, stretch, draw(1, 300), lettersOf(chromosome), network.runner(), &chunks);
            severalChunks += chunks > 1 ? 1 : 0;
            QCOMPARE(pieces.startNt, whole.startNt);
            QVERIFY(areSame(pieces.values_RB, whole.values_RB));
        }
        QVERIFY(severalChunks > 150);
    }

    // All windows of the whole, stitched by hand.
    void profilesAreStitchedWindows()
    {
        std::mt19937_64 random(8);
        const std::string chromosome = randomLetters(random, 1'000);
        const Network network{.windowNt = 80, .marginNt = 8, .binNt = 4};
        const HeldStretch stretch{"c", {101, 700}, {0, 1'000}};
        for (const Strand strand : {Strand::Forward, Strand::Reverse, Strand::None}) {
            const auto signal = planSignal(network.info(), {.strand = strand, .outputBinNt = 8}, network.runner());
            QVERIFY(signal);
            QCOMPARE(signal->stepNt, std::int64_t(32));  // half of the 64 nt that a window's profile covers
            analysis::RegionStitcher stitcher(stretch.inside);
            for (const Interval& window : analysis::tileWindows(stretch.inside, stretch.bounds, 80, 32)) {
                const std::string letters = chromosome.substr(std::size_t(window.startNt), 80);
                if (strand != Strand::Reverse)
                    QVERIFY(stitcher.add(window, false, network.profile(letters)));
                if (strand != Strand::Forward)
                    QVERIFY(stitcher.add(window, true, network.profile(data::reverseComplement(letters))));
            }
            const data::Track fine = *stitcher.result();
            const data::Track found = joined(*signal, stretch, 120, lettersOf(chromosome), network.runner());
            QCOMPARE(found.binCount(), (fine.binCount() + 1) / 2);
            for (std::size_t row = 0; row < 2; ++row) {
                for (std::int64_t bin = 0; bin < found.binCount(); ++bin) {
                    const bool isPair = 2 * bin + 1 < fine.binCount();
                    const double mean = isPair ? (double(fine.at(row, 2 * bin)) + double(fine.at(row, 2 * bin + 1))) / 2
                                               : double(fine.at(row, 2 * bin));
                    QCOMPARE(found.at(row, bin), float(mean));
                }
            }
        }
    }

    void unknownLettersHaveNoValues()
    {
        std::mt19937_64 random(9);
        std::string chromosome = randomLetters(random, 2'000);
        chromosome.replace(500, 800, std::string(800, 'N'));
        const Network network{.windowNt = 64, .marginNt = 0, .binNt = 4};
        const auto signal = planSignal(network.info(), {}, network.runner());
        QVERIFY(signal);
        network.runs = 0;
        const HeldStretch stretch{"c", {0, 2'000}, {0, 2'000}};
        const data::Track track = joined(*signal, stretch, 100'000, lettersOf(chromosome), network.runner());
        QCOMPARE(track.binCount(), std::int64_t(500));
        for (std::int64_t bin = 0; bin < 500; ++bin)
            QCOMPARE(std::isnan(track.at(0, bin)), bin >= 125 && bin < 325);
        const auto all = analysis::tileWindows(stretch.inside, stretch.bounds, 64, 32);
        const auto unknown =
            std::ranges::count_if(all, [](Interval window) { return window.startNt >= 500 && window.endNt <= 1'300; });
        QVERIFY(unknown > 20);
        QCOMPARE(network.runs, std::int64_t(all.size()) - unknown);
        // Nothing but N: values are missing, not the bins.
        const data::Track none =
            joined(*signal, {"c", {600, 1'200}, {0, 2'000}}, 100, lettersOf(chromosome), network.runner());
        QCOMPARE(none.binCount(), std::int64_t(150));
        QVERIFY(std::ranges::all_of(none.values_RB, [](float value) { return std::isnan(value); }));
    }

    void numbersStandAtTheirAnchor_data()
    {
        QTest::addColumn<int>("tss");
        QTest::addColumn<int>("anchor");
        QTest::newRow("published") << -1 << 20;
        QTest::newRow("chosen") << 3 << 3;
        QTest::newRow("last") << 29 << 29;
    }
    void numbersStandAtTheirAnchor()
    {
        QFETCH(int, tss);
        QFETCH(int, anchor);
        std::mt19937_64 random(10);
        const std::string chromosome = randomLetters(random, 500);
        const HeldStretch stretch{"c", {100, 333}, {0, 500}};
        for (const std::int64_t chunkNt : {40, 100'000}) {
            const auto signal =
                planSignal(numbersModel(30, tss), {.strand = Strand::None, .stepNt = 7}, letterAt(anchor));
            QVERIFY(signal);
            QCOMPARE(signal->rows, (std::vector<std::string>{"plus", "minus"}));
            const data::Track track = joined(*signal, stretch, chunkNt, lettersOf(chromosome), letterAt(anchor));
            QCOMPARE(track.startNt, std::int64_t(100));
            QCOMPARE(track.binCount(), std::int64_t(34));
            for (std::int64_t bin = 0; bin < track.binCount(); ++bin) {
                const std::int64_t start = 100 + 7 * bin,
                                   middle = start + (std::min<std::int64_t>(start + 7, 333) - start) / 2;
                const int base = data::baseIndex(chromosome[std::size_t(middle)]);
                QCOMPARE(track.at(0, bin), float(base));
                QCOMPARE(track.at(1, bin), float(3 - base));
            }
        }
    }

    // A window hangs over the end of the chromosome as long as half of its letters are there.
    void numbersAtTheEndsOfAChromosome()
    {
        std::mt19937_64 random(11);
        const std::string chromosome = randomLetters(random, 60);
        const auto signal = planSignal(numbersModel(30, 20), {.stepNt = 1}, letterAt(20));
        QVERIFY(signal);
        const data::Track track = joined(*signal, {"c", {0, 60}, {0, 60}}, 10, lettersOf(chromosome), letterAt(20));
        for (std::int64_t bin = 0; bin < 60; ++bin) {
            const Interval window{bin - 20, bin + 10};
            const bool hasValue = 2 * window.intersected({0, 60}).length() >= 30;
            QCOMPARE(std::isnan(track.at(0, bin)), !hasValue);
        }
        QVERIFY(std::isnan(track.at(0, 4)) && !std::isnan(track.at(0, 5)) && !std::isnan(track.at(0, 59)));
    }

    void scoresAreChosenByName()
    {
        const std::string chromosome(200, 'C');
        const auto value = [&](const std::string& score) {
            const auto signal = planSignal(numbersModel(30, 5), {.score = score}, letterAt(5));
            return signal
                       ? joined(*signal, {"c", {50, 150}, {0, 200}}, 1'000, lettersOf(chromosome), letterAt(5)).at(0, 0)
                       : -99.0F;
        };
        QCOMPARE(value(""), 1.0F);
        QCOMPARE(value("other"), -1.0F);
        QCOMPARE(value("yes"), 0.25F);
        QCOMPARE(value("p_yes"), 0.25F);
    }

    void whatCannotBeIsSaid_data()
    {
        QTest::addColumn<QString>("which");
        QTest::addColumn<QString>("mentioned");
        for (const auto& [which, mentioned] : {std::pair("bins", "take a multiple"),
                                               {"step", "would leave gaps"},
                                               {"score", "letter, other, yes"},
                                               {"window", "leave --window out"},
                                               {"any length", "--window"},
                                               {"nothing", "gives no number"}})
            QTest::newRow(which) << which << mentioned;
    }
    void whatCannotBeIsSaid()
    {
        QFETCH(QString, which);
        QFETCH(QString, mentioned);
        const Network network{.windowNt = 64, .marginNt = 8, .binNt = 4};
        RegionOrder order;
        engine::ModelInfo model = which == "score" ? numbersModel(30, 5) : network.info();
        if (which == "bins")
            order.outputBinNt = 6;
        if (which == "step")
            order.stepNt = 49;  // the profile covers 48
        if (which == "score")
            order.score = "none";
        if (which == "window")
            order.windowNt = 32;
        if (which == "any length")
            model.spec.input.lengthNt = 0;
        if (which == "nothing")
            model.spec.outputs = {};
        const auto signal = planSignal(model, order, network.runner());
        QVERIFY(!signal);
        QCOMPARE(signal.error().code(), ErrorCode::InvalidArgument);
        QVERIFY2(QString::fromStdString(signal.error().sentence()).contains(mentioned),
                 signal.error().sentence().c_str());
    }

    void anchors()
    {
        engine::ModelInfo plain;
        QCOMPARE(engine::inputAnchorNt(plain, 101), std::int64_t(50));
        QCOMPARE(engine::inputAnchorNt(numbersModel(10'500, -1), 10'500), std::int64_t(7'000));
        QCOMPARE(engine::inputAnchorNt(numbersModel(10'500, 0), 10'500), std::int64_t(0));
    }

    void piecesOfChromosomes()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("g.fa").toStdString();
        const auto record = [](const std::string& name, std::size_t length) {
            return ">" + name + "\n" + std::string(length, 'A') + "\n";
        };
        QVERIFY(io::writeFileAtomically(path, record("chr1:100-300", 200) + record("chr1:250-400", 150)
                                                  + record("chr1:500-600", 100) + record("chr2", 50)));
        const auto genome = OpenGenome::open(path);
        QVERIFY2(genome, genome ? "" : genome.error().sentence().c_str());
        // No base is in two stretches, though the file holds some twice.
        QCOMPARE(genome->held("1", {0, 1'000}).value(), (std::vector<HeldStretch>{{"chr1", {100, 300}, {100, 300}},
                                                                                  {"chr1", {300, 400}, {250, 400}},
                                                                                  {"chr1", {500, 600}, {500, 600}}}));
        QCOMPARE(genome->held("chr1", {420, 480}).value(), std::vector<HeldStretch>{});
        QCOMPARE(genome->held("2", {10, 20}).value(), (std::vector<HeldStretch>{{"chr2", {10, 20}, {0, 50}}}));
        QVERIFY(genome->held("chr3", {0, 1}).error().sentence().contains("chr1, chr2"));
        QCOMPARE(genome->letters("2", {0, 3}).value(), std::string("AAA"));
        const auto reversed = windowRecord("c", {10, 14}, Strand::Reverse, "AACG");
        QCOMPARE(reversed->sequence.letters, std::string("CGTT"));
        QCOMPARE(reversed->sequence.id, std::string("c:11-14:-"));
    }
};

QTEST_APPLESS_MAIN(TestRegionSignal)
#include "tst_region_signal.moc"
