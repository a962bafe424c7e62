// Purpose: changes of training examples: what they keep, that they follow from seed, epoch and example alone, that
// profiles turn and shift with their letters, and what batches hold.
#include "core/data/alphabet.h"
#include "core/fit/fit_augment.h"
#include "core/fit/fit_batch.h"
#include "tests/core/fit/fit_fixture.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace nscope;
using namespace nscope::fit;
using dataset::TaskKind;
using train::RandomStream;

namespace {

const std::string kLetters = "ACGTTGCATGCCATTGNACGGTACCATGACATTA";

int differences(const std::string& a, const std::string& b)
{
    int count = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        count += a[i] != b[i];
    return count;
}

std::map<std::string, int> dinucleotides(const std::string& letters)
{
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i + 1 < letters.size(); ++i)
        ++counts[letters.substr(i, 2)];
    return counts;
}

/// A network that gives the profile in bins of 8 nt of the 64 nt in the middle.
const std::string kProfileNet = tests::customModel(
    R"({"length": 64, "head": {"kind": "profile", "names": ["signal"]}, "layers": [{"type": "conv", "filters": 4, "kernel": 5}, {"type": "maxpool", "width": 8}, {"type": "dense", "units": 1}, {"type": "activation", "function": "softplus"}]})");

struct Rig {
    dataset::Dataset data;
    FitSettings settings;
    std::shared_ptr<nn::SequenceNet> net;
    Reading reading;

    Rig(dataset::Dataset d, FitSettings s)
        : data(std::move(d)),
          settings(std::move(s)),
          net(makeNet(settings.model, data).value()),
          reading(Reading::of(*net, data).value())
    {
    }
    BatchMaker batches() const { return BatchMaker(data, reading, settings); }
};

std::vector<std::int32_t> everyRow(const dataset::Dataset& data)
{
    std::vector<std::int32_t> rows;
    for (std::size_t i = 0; i < data.examples.size(); ++i)
        rows.push_back(std::int32_t(i));
    return rows;
}

}  // namespace

class FitAugmentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void changesKeepTheLength()
    {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            RandomStream random{seed};
            QCOMPARE(withInsertion(kLetters, seed % 40, random).size(), kLetters.size());
            QCOMPARE(withDeletion(kLetters, seed % 40, random).size(), kLetters.size());
            const std::string inverted = withInversion(kLetters, 9, random);
            QCOMPARE(inverted.size(), kLetters.size());
            QVERIFY(differences(inverted, kLetters) <= 9);
            const std::string mutated = withMutations(kLetters, 1.0, random);
            QCOMPARE(differences(mutated, kLetters), int(kLetters.size()) - 1);  // all but N
            const std::string shuffled = shuffledNegative(kLetters, random);
            QVERIFY(dinucleotides(shuffled) == dinucleotides(kLetters));
        }
        RandomStream random{3};
        QCOMPARE(withInsertion(kLetters, 0, random), kLetters);
        QCOMPARE(withDeletion(kLetters, 0, random), kLetters);
        const std::string shifted = withDeletion(kLetters, 4, random);
        QVERIFY(shifted != kLetters);
    }

    void mixturesAreSymmetric()
    {
        for (const double alpha : {0.2, 1.0, 8.0}) {
            RandomStream random{9};
            double sum = 0.0, squares = 0.0;
            constexpr int kDraws = 20000;
            for (int i = 0; i < kDraws; ++i) {
                const double x = symmetricBeta(alpha, random);
                QVERIFY(x >= 0.0 && x <= 1.0);
                sum += x;
                squares += x * x;
            }
            const double mean = sum / kDraws, variance = squares / kDraws - mean * mean;
            QVERIFY(std::abs(mean - 0.5) < 0.02);
            QVERIFY(std::abs(variance - 0.25 / (2.0 * alpha + 1.0)) < 0.01);
        }
    }

    void profileTurnsAndShiftsWithItsLetters()
    {
        dataset::Dataset data = tests::motifData(TaskKind::Profile, {"signal"}, 8, 96);
        // A ramp, so that every bin can be told from every other.
        for (dataset::Example& example : data.examples) {
            for (std::size_t bin = 0; bin < example.target.size(); ++bin)
                example.target[bin] = float(bin);
        }
        Rig rig(data, tests::shortRun(TaskKind::Profile, kProfileNet,
                                      R"("augment": {"reverse_complement": 0.5, "shift_nt": 100})"));
        const BatchMaker batches = rig.batches();
        const FitBatch judged = batches.judging({0, 1});
        QCOMPARE(judged.input.ids_NL.size(1), std::int64_t(64));
        QCOMPARE(judged.target[0][0][0].item<float>(), 2.0f);  // 16 nt in
        std::set<float> firstBins;
        int turned = 0;
        for (std::int64_t epoch = 0; epoch < 60; ++epoch) {
            const FitBatch batch = batches.training({0, 1}, epoch, 0);
            const FitBatch again = batches.training({0, 1}, epoch, 0);
            QVERIFY(torch::equal(batch.input.ids_NL, again.input.ids_NL));
            for (std::int64_t n = 0; n < 2; ++n) {
                const float first = batch.target[n][0][0].item<float>(), second = batch.target[n][1][0].item<float>();
                const bool turns = second < first;
                turned += turns;
                const auto start = std::size_t(turns ? batch.target[n][7][0].item<float>() : first) * 8;
                firstBins.insert(float(start) / 8.0f);
                std::string letters(data.examples[std::size_t(n)].letters().substr(start, 64));
                if (turns)
                    letters = data::reverseComplement(letters);
                const nn::NetInput expected = rig.net->encode(letters);
                QVERIFY(torch::equal(expected.ids_NL[0], batch.input.ids_NL[n]));
            }
        }
        QVERIFY(turned > 30 && turned < 90);
        QCOMPARE(firstBins.size(), std::size_t(5));  // 0, 8, 16, 24 and 32 nt in
    }

    void coarserBinsAreMeans()
    {
        dataset::Dataset data = tests::motifData(TaskKind::Profile, {"signal"}, 4, 64, 2);
        for (dataset::Example& example : data.examples) {
            for (std::size_t bin = 0; bin < example.target.size(); ++bin)
                example.target[bin] = float(bin);
            example.target[1] = std::numeric_limits<float>::quiet_NaN();
        }
        const Rig rig(data, tests::shortRun(TaskKind::Profile, kProfileNet));
        const FitBatch batch = rig.batches().judging({0});
        QCOMPARE(batch.target.size(1), std::int64_t(8));
        QVERIFY(std::abs(batch.target[0][0][0].item<float>() - 5.0f / 3.0f) < 1e-6f);  // 0, 2, 3
        QCOMPARE(batch.target[0][1][0].item<float>(), 5.5f);
    }

    void profilesThatDoNotCoverAreRefused()
    {
        dataset::Dataset data = tests::motifData(TaskKind::Profile, {"signal"}, 4, 64);
        data.examples[2].targetStartNt = 8;
        const FitSettings settings = tests::shortRun(TaskKind::Profile, kProfileNet);
        const auto net = makeNet(settings.model, data);
        const auto reading = Reading::of(**net, data);
        QVERIFY(!reading.has_value());
        QVERIFY(reading.error().sentence().contains("example3"));
    }

    void shuffledCopiesAreNegatives()
    {
        const dataset::Dataset data = tests::motifData(TaskKind::Classes, {"without", "with"}, 30, 40);
        const Rig rig(
            data,
            tests::shortRun(
                TaskKind::Classes,
                tests::customModel(
                    R"({"length": 40, "head": {"kind": "classes", "names": ["without", "with"]}, "layers": [{"type": "flatten"}, {"type": "dense", "units": 2}]})"),
                R"("augment": {"shuffled_negatives": 0.5, "negative_class": "without"}, "batches": {"examples": 8})"));
        const BatchMaker batches = rig.batches();
        std::vector<std::int32_t> rows;
        for (std::size_t i = 0; i < data.examples.size(); ++i)
            rows.push_back(std::int32_t(i));
        int copies = 0, all = 0;
        for (const train::Batch& plan : batches.plan(rows, 4)) {
            QVERIFY(plan.size() <= 9);
            const FitBatch batch = batches.training(plan, 4, 0);
            for (std::size_t n = 0; n < plan.size(); ++n) {
                ++all;
                if (plan[n] < 30)
                    continue;
                ++copies;
                QCOMPARE(batch.target[std::int64_t(n)].item<std::int64_t>(), std::int64_t(0));
                QCOMPARE(data.examples[std::size_t(plan[n] - 30)].target[0], 1.0f);
            }
        }
        QCOMPARE(copies, 10);  // of 20 examples with the motif
        QCOMPARE(all, 40);
    }

    void hiddenLettersFollowFromTheEpoch()
    {
        dataset::Dataset data = tests::motifData(TaskKind::MaskedLetters, {}, 6, 90);
        cutIntoWindows(data, 40);
        QCOMPARE(data.examples.size(), std::size_t(18));
        QCOMPARE(data.examples[2].lengthNt, std::int64_t(10));
        const Rig rig(data, tests::shortRun(TaskKind::MaskedLetters,
                                            R"("architecture": "gpn", "options": {"dim": 16, "layers": 1})"));
        const BatchMaker batches = rig.batches();
        const std::vector<std::int32_t> rows = everyRow(data);
        const FitBatch first = batches.training(rows, 0, 0), again = batches.training(rows, 0, 0),
                       next = batches.training(rows, 1, 0), judged = batches.judging(rows);
        QVERIFY(torch::equal(first.tokens_NT, again.tokens_NT) && torch::equal(first.places_M, again.places_M));
        QVERIFY(!torch::equal(first.tokens_NT, next.tokens_NT));
        QVERIFY(!torch::equal(first.tokens_NT, judged.tokens_NT));
        std::set<std::int64_t> hidden(first.hiddenOf.begin(), first.hiddenOf.end());
        QCOMPARE(hidden.size(), rows.size());  // something of every window
        const auto width = first.tokens_NT.size(1);
        for (std::int64_t m = 0; m < first.places_M.size(0); ++m) {
            const std::int64_t place = first.places_M[m].item<std::int64_t>();
            const char letter = data.examples[std::size_t(place / width)].letters()[std::size_t(place % width)];
            QCOMPARE(first.target[m].item<std::int64_t>(), 3 + std::int64_t(data::baseIndex(letter)));
        }
    }
};

int nscope::tests::runFitAugmentSuite(int argc, char** argv)
{
    FitAugmentTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_augment.moc"
