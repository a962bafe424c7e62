// Purpose: what goes into an epoch, learning rates, labels of nucleotides, and the reading of labelled records.
#include "core/train/epoch_plan.h"
#include "core/train/labelled_records.h"
#include "core/train/nucleotide_labels.h"
#include "core/train/random.h"
#include "core/train/run_progress.h"
#include "core/train/schedule.h"
#include "tests/core/train/train_fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <numeric>
#include <set>

using namespace nscope;
using namespace nscope::train;

namespace {

struct Corpus {
    std::vector<std::int32_t> coding, noncoding;
    std::vector<std::int64_t> lengths;
};

Corpus corpus()
{
    Corpus c;
    RandomStream random{5};
    for (std::int32_t i = 0; i < 500; ++i) {
        c.lengths.push_back(200 + std::int64_t(random.below(3000)));
        (i % 5 == 0 ? c.coding : c.noncoding).push_back(i);
    }
    return c;
}

std::vector<Batch> plan(const Corpus& c, const BatchConfig& config, std::int64_t epoch, std::int64_t cap = 0)
{
    return planEpoch({c.coding, c.noncoding, c.lengths, cap, 11, epoch}, config);
}

}  // namespace

class TrainPlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void batchesRespectTheLimit()
    {
        const Corpus c = corpus();
        BatchConfig config;
        config.maxTokens = 8000;
        config.noncodingPerEpoch = 0.5;
        for (const std::int64_t cap : {std::int64_t(0), std::int64_t(1000)}) {
            std::set<std::int32_t> seen;
            for (const Batch& batch : plan(c, config, 0, cap)) {
                std::int64_t longest = 0;
                for (const std::int32_t record : batch) {
                    QVERIFY(seen.insert(record).second);
                    const std::int64_t length = c.lengths[std::size_t(record)];
                    longest = std::max(longest, cap ? std::min(length, cap) : length);
                }
                QVERIFY(batch.size() == 1 || longest * std::int64_t(batch.size()) <= config.maxTokens);
            }
            QCOMPARE(seen.size(), c.coding.size() + c.noncoding.size() / 2);
            for (const std::int32_t record : c.coding)
                QVERIFY(seen.contains(record));
        }
    }

    void sortedPoolsWasteLittle()
    {
        const Corpus c = corpus();
        BatchConfig config;
        config.pool = 0;
        double padded = 0, real = 0;
        for (const Batch& batch : plan(c, config, 0)) {
            std::int64_t longest = 0;
            for (const std::int32_t record : batch) {
                longest = std::max(longest, c.lengths[std::size_t(record)]);
                real += double(c.lengths[std::size_t(record)]);
            }
            padded += double(longest) * double(batch.size());
        }
        QVERIFY(real / padded > 0.9);
    }

    void sameSeedSamePlanOtherEpochOtherPlan()
    {
        const Corpus c = corpus();
        QVERIFY(plan(c, {}, 4) == plan(c, {}, 4));
        QVERIFY(plan(c, {}, 4) != plan(c, {}, 5));
    }

    void randomStreamsAreFixed()
    {
        // The same on every machine: a resumed run elsewhere draws the same batches.
        RandomStream random{1, 2};
        const std::uint64_t first = random.bits();
        RandomStream again{1, 2}, other{2, 1};
        QCOMPARE(again.bits(), first);
        QVERIFY(other.bits() != first);
        double sum = 0;
        for (int i = 0; i < 10000; ++i)
            sum += random.uniform();
        QVERIFY(std::abs(sum / 10000 - 0.5) < 0.02);
    }

    void caps()
    {
        const std::vector<LengthCap> caps{{0.0, 1500}, {0.35, 3000}, {0.85, 0}};
        QCOMPARE(capAt(caps, 0.0), std::int64_t(1500));
        QCOMPARE(capAt(caps, 0.35), std::int64_t(3000));
        QCOMPARE(capAt(caps, 0.9), std::int64_t(0));
        QCOMPARE(capAt({}, 0.5), std::int64_t(0));
    }

    void learningRates()
    {
        ScheduleConfig noam;
        QVERIFY(std::abs(learningRate(noam, 64, 2000, 0) - 0.125 / std::sqrt(2000.0)) < 1e-12);
        QVERIFY(learningRate(noam, 64, 1000, 0) < learningRate(noam, 64, 2000, 0));
        QVERIFY(learningRate(noam, 64, 8000, 0) < learningRate(noam, 64, 2000, 0));
        ScheduleConfig cosine;
        cosine.kind = "cosine";
        cosine.rate = 0.01;
        cosine.warmupFraction = 0.1;
        QVERIFY(std::abs(learningRate(cosine, 64, 1, 0.0) - 0.0002) < 1e-12);
        QVERIFY(std::abs(learningRate(cosine, 64, 1, 0.1) - 0.01) < 1e-12);
        QVERIFY(std::abs(learningRate(cosine, 64, 1, 0.55) - 0.005) < 1e-12);
        QVERIFY(std::abs(learningRate(cosine, 64, 1, 1.0)) < 1e-12);
    }

    void nucleotideLabels()
    {
        const auto classes = cdsClasses(data::Interval{2, 8}, 7);
        QVERIFY((classes == std::vector<std::uint8_t>{0, 0, 1, 2, 3, 1, 2}));
        std::string longOrf = "CATG";
        for (int i = 0; i < 149; ++i)
            longOrf += "GCC";
        longOrf += "TAAC";
        const auto bits = orfBits(longOrf);  // 151 codons with the stop, from position 1
        QCOMPARE(int(bits[0]), 0);
        QCOMPARE(int(bits[1]), 0b001001);
        QCOMPARE(int(bits[2]), 0b010010);
        QCOMPARE(int(bits[3]), 0b100100);
        QCOMPARE(int(bits[bits.size() - 2]), 0b100100);
        QCOMPARE(int(bits.back()), 0);
        std::string shorter = "ATG";
        for (int i = 0; i < 48; ++i)
            shorter += "GCC";
        QCOMPARE(int(orfBits(shorter + "TAA")[0]), 0b000001);   // 50 codons
        QCOMPARE(int(orfBits(shorter.substr(3) + "TAA")[0]), 0);
        QCOMPARE(residueClass("ATGTAANNN", 0), 11);
        QCOMPARE(residueClass("ATGTAANNN", 3), 0);
        QCOMPARE(residueClass("ATGTAANNN", 6), -1);
        QCOMPARE(residueClass("ATGTAANNN", -3), -1);
        QCOMPARE(residueClass("ATGTAANNN", 7), -1);
    }

    void recordsAndRows()
    {
        QTemporaryDir folder;
        const std::string directory = folder.path().toStdString();
        tests::writeDataSet(directory, 32);
        DataConfig config{directory + "/data.fa", directory + "/data.tsv"};
        const auto whole = readTrainingData(config);
        QVERIFY2(whole.has_value(), whole ? "" : whole.error().sentence().c_str());
        QCOMPARE(whole->labelled.records.size(), std::size_t(64));
        QCOMPARE(whole->rows.validation.size(), std::size_t(16));
        QVERIFY(whole->rows.test == whole->rows.validation);
        QCOMPARE(whole->rows.train.size(), std::size_t(48));
        QCOMPARE(whole->rows.trainCoding.size(), whole->rows.trainNoncoding.size());
        const LabelledRecord& coding = whole->labelled.records[0];
        QCOMPARE(coding.letters.substr(std::size_t(coding.cds->startNt), 3), std::string("ATG"));
        QVERIFY(!whole->labelled.records[1].cds);

        config.test = {"chrom", {"chr2"}};
        const auto split = readTrainingData(config);
        QCOMPARE(split->rows.test.size(), std::size_t(8));
        QCOMPARE(split->rows.validation.size(), std::size_t(8));  // a row is held out for one purpose only
    }

    void recordErrors()
    {
        QTemporaryDir folder;
        const std::string directory = folder.path().toStdString();
        auto problem = [&](const std::string& table, const RowFilter& filter = {}) {
            std::ofstream(directory + "/a.fa") << ">a\nACGTACGTAC\n";
            std::ofstream(directory + "/a.tsv") << table;
            const std::vector<RowFilter> filters{filter};
            const auto records = readLabelledRecords(directory + "/a.fa", directory + "/a.tsv", filters);
            return records ? std::string() : records.error().sentence();
        };
        QCOMPARE(problem("id\tlabel\na\tPC\n"), std::string());
        QVERIFY(problem("id\tlabel\nb\tPC\n").find("record b") != std::string::npos);
        QVERIFY(problem("id\tlabel\na\tPC\na\tPC\n").find("line 3") != std::string::npos);
        QVERIFY(problem("id\tlabel\na\tmRNA\n").find("PC or NC") != std::string::npos);
        QVERIFY(problem("id\tlabel\tcds_start\tcds_end\na\tPC\t3\t30\n").find("10 nt") != std::string::npos);
        QVERIFY(problem("id\nx\n").find("label") != std::string::npos);
        QVERIFY(problem("id\tlabel\na\tPC\n", {"chrom", {"x"}}).find("chrom") != std::string::npos);
    }

    void progressRoundTrip()
    {
        RunProgress progress;
        progress.step = 7;
        progress.trainingSeconds = 0.1 + 0.2;
        progress.endReason = "\"quoted\"";
        progress.sums.codon = 1.0 / 3.0;
        const auto again = parseRunProgress(toJson(progress));
        QVERIFY(again.has_value());
        QVERIFY(*again == progress);
        QVERIFY(!parseRunProgress("{}").has_value());
    }
};

int nscope::tests::runPlanSuite(int argc, char** argv)
{
    TrainPlanTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_train_plan.moc"
