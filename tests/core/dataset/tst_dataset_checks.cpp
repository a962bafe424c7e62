// Tests of the checks of a dataset: each finding where it belongs, and none where it does not.
#include "core/data/alphabet.h"
#include "core/dataset/cd_hit.h"
#include "core/dataset/dataset_checks.h"
#include "core/dataset/kmer_sketch.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/support/random_letters.h"

#include <cmath>
#include <limits>
#include <set>

using namespace nscope;
using namespace nscope::dataset;
using nscope::tests::contains;
using nscope::tests::haveShared;
using nscope::tests::randomLetters;
using nscope::tests::readRun;
using nscope::tests::sharedPath;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Example exampleOf(const std::string& id, const std::string& letters, Part part, std::vector<float> target,
                  const std::string& group = {}, std::int64_t chromosomeStartNt = -1)
{
    return {.id = id,
            .source = std::make_shared<const std::string>(letters),
            .lengthNt = std::int64_t(letters.size()),
            .target = std::move(target),
            .group = group,
            .part = part,
            .chromosomeStartNt = chromosomeStartNt};
}

/// Two classes, 20 random sequences of 300 nt in each part.
Dataset cleanDataset()
{
    std::mt19937_64 random(5);
    Dataset dataset{.task = {.kind = TaskKind::Classes, .names = {"no", "yes"}}, .examples = {}};
    for (int i = 0; i < 60; ++i)
        dataset.examples.push_back(exampleOf("e" + std::to_string(i), randomLetters(random, 300),
                                             kParts[std::size_t(i % 3)], {float(i / 3 % 2)}));
    return dataset;
}

DatasetReport reportOf(const Dataset& dataset, const CheckSettings& settings = {})
{
    return checkDataset(dataset, settings).value();
}

const Finding* find(const DatasetReport& report, const std::string& id)
{
    const auto found = std::ranges::find(report.findings, id, &Finding::id);
    return found == report.findings.end() ? nullptr : &*found;
}

std::string idsOf(const DatasetReport& report)
{
    std::string ids;
    for (const Finding& finding : report.findings)
        ids += (ids.empty() ? "" : " ") + finding.id;
    return ids;
}

std::string changed(std::string letters, double share, std::mt19937_64& random)
{
    for (char& letter : letters) {
        if (double(random() % 10000) < share * 10000.0)
            letter = data::complement(letter);
    }
    return letters;
}

std::string cell(const Finding& finding, std::size_t column, std::size_t row)
{
    return finding.table->columns[column].cell(row);
}

}  // namespace

class TestDatasetChecks : public QObject {
    Q_OBJECT

private slots:
    void nothingIsFoundInCleanData()
    {
        const DatasetReport report = reportOf(cleanDataset());
        QCOMPARE(idsOf(report), std::string());
        QVERIFY(report.canTrain());
        QCOMPARE(report.summary.rows(), std::size_t(3));
        QCOMPARE(report.summary.columns[1].cell(0), std::string("20"));
        QCOMPARE(report.summary.columns[4].cell(2), std::string("300"));
        QCOMPARE(report.plots.size(), std::size_t(2));
        QCOMPARE(report.plots[0].series.size(), std::size_t(3));
        QCOMPARE(report.plots[0].series[0].y, (std::vector<double>{0.5, 0.5}));
    }

    void equalSequencesAcrossPartsAreListed()
    {
        Dataset dataset = cleanDataset();
        dataset.examples[1].source = dataset.examples[0].source;  // validation like train
        dataset.examples[2].source = dataset.examples[0].source;  // test like train
        dataset.examples[6].source = dataset.examples[3].source;  // train like train, the other class
        const DatasetReport report = reportOf(dataset);
        QCOMPARE(idsOf(report), std::string("duplicates contradictions repeated"));
        const Finding& found = *find(report, "duplicates");
        QVERIFY(contains(found.sentence, "2 held-out sequences"));
        QCOMPARE(cell(found, 0, 0) + " " + cell(found, 2, 0) + " " + cell(found, 3, 1), std::string("e0 e1 test"));
        QVERIFY(report.canTrain());
    }

    void reverseComplementsCountForProfilesOnly()
    {
        Dataset dataset = cleanDataset();
        dataset.examples[1].source =
            std::make_shared<const std::string>(data::reverseComplement(*dataset.examples[0].source));
        QCOMPARE(idsOf(reportOf(dataset)), std::string());
        dataset.task = {.kind = TaskKind::Profile, .names = {"s"}, .bins = 1, .binNt = 300};
        QCOMPARE(idsOf(reportOf(dataset)), std::string("duplicates"));
    }

    void nearDuplicatesAreFoundByTheirKmers()
    {
        std::mt19937_64 random(11);
        Dataset dataset = cleanDataset();
        const auto likeness = [&](std::size_t of, double share) {
            return std::make_shared<const std::string>(changed(*dataset.examples[of].source, share, random));
        };
        dataset.examples[1].source = likeness(0, 0.03);
        dataset.examples[5].source = likeness(3, 0.03);
        dataset.examples[8].source = likeness(6, 0.3);    // too far away
        dataset.examples[12].source = likeness(9, 0.03);  // the same part
        const DatasetReport report = reportOf(dataset);
        QCOMPARE(idsOf(report), std::string("near-duplicates"));
        const Finding& found = *find(report, "near-duplicates");
        QVERIFY(contains(found.sentence, "2 held-out sequences"));
        std::set<std::string> pairs;
        for (std::size_t row = 0; row < found.table->rows(); ++row)
            pairs.insert(cell(found, 0, row) + "-" + cell(found, 2, row));
        QCOMPARE(pairs, (std::set<std::string>{"e0-e1", "e3-e5"}));
        QVERIFY(reportOf(dataset, {.findsNearDuplicates = false}).findings.empty());
    }

    void whatKmersMissIsFoundByAlignment()
    {
        const auto program = findCdHit();
        if (!program)
            QSKIP("CD-HIT is not installed");
        std::mt19937_64 random(19);
        Dataset dataset = cleanDataset();
        const std::string& letters = *dataset.examples[0].source;
        // A piece of a longer sequence; one of 85 % identity; the reverse complement, of one strand only.
        dataset.examples[1].source =
            std::make_shared<const std::string>(randomLetters(random, 8000) + letters.substr(0, letters.size() * 2 / 3));
        dataset.examples[1].lengthNt = std::int64_t(dataset.examples[1].source->size());
        dataset.examples[5].source =
            std::make_shared<const std::string>(changed(*dataset.examples[3].source, 0.12, random));
        dataset.examples[8].source =
            std::make_shared<const std::string>(data::reverseComplement(*dataset.examples[6].source));
        const auto pairsOf = [&](const DatasetReport& report) {
            std::set<std::string> pairs;
            const Finding* const found = find(report, "near-duplicates");
            for (std::size_t row = 0; found && row < found->table->rows(); ++row)
                pairs.insert(cell(*found, 0, row) + "-" + cell(*found, 2, row));
            return pairs;
        };
        QVERIFY(!pairsOf(reportOf(dataset, {.identity = 0.85})).contains("e0-e1"));
        QCOMPARE(pairsOf(reportOf(dataset, {.identity = 0.85, .cdHit = *program})),
                 (std::set<std::string>{"e0-e1", "e3-e5"}));
        dataset.task = {.kind = TaskKind::Profile, .names = {"s"}, .bins = 1, .binNt = 300};
        const DatasetReport turned = reportOf(dataset, {.identity = 0.85, .cdHit = *program});
        QCOMPARE(pairsOf(turned), (std::set<std::string>{"e0-e1", "e3-e5"}));  // e6 and e8 are equal but for the strand
        QVERIFY(find(turned, "duplicates"));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(alignedPairs(dataset, *program, 0.9, true, stop.get_token()).error().code(), ErrorCode::Cancelled);
        const auto none = checkDataset(dataset, {.cdHit = "/no/such/program"});
        QVERIFY(!none && none.error().code() == ErrorCode::Io);
    }

    void clustersOfAnotherProgramAreRefused()
    {
        const std::string good = ">Cluster 0\n0\t300nt, >0... *\n1\t280nt, >2... at 99:280:1:182/+/97.50%\n"
                                 ">Cluster 1\n0\t300nt, >1... *\n";
        const auto pairs = pairsOfClusters(good, 3);
        QVERIFY2(pairs.has_value(), pairs ? "" : pairs.error().sentence().c_str());
        QCOMPARE(pairs->size(), std::size_t(1));
        QCOMPARE(pairs->front().second, 2);
        QVERIFY(std::abs(pairs->front().identity - 0.975) < 1e-12);
        for (const char* bad : {"nonsense", "0\t300nt, >7... *", "0\t300nt, >1... at x", "0\t300nt, >-1... *",
                                "1\t300nt, >1... at 1:2:3:4/+/nan%"}) {
            const auto refused = pairsOfClusters(std::string(">Cluster 0\n") + bad + "\n", 3);
            QVERIFY2(!refused && refused.error().sentence().contains("line 2"), bad);
        }
        QVERIFY(!pairsOfClusters("1\t300nt, >1... at 1:2:1:2/+/90%\n", 3));  // no first one
    }

    void identityIsEstimated()
    {
        std::mt19937_64 random(3);
        const SketchSettings how{.kmerNt = 14, .size = 1000};
        for (const double share : {0.01, 0.05, 0.1}) {
            double sum = 0.0;
            for (int i = 0; i < 20; ++i) {
                const std::string letters = randomLetters(random, 3000);
                sum += identityOf(
                    jaccard(sketchOf(letters, how), sketchOf(changed(letters, share, random), how), how.size),
                    how.kmerNt);
            }
            QVERIFY2(std::abs(sum / 20 - (1.0 - share)) < 0.01, std::to_string(sum / 20).c_str());
        }
        QVERIFY(std::abs(identityOf(jaccardOf(0.87, 14), 14) - 0.87) < 1e-12);
        const SketchSettings either{.kmerNt = 14, .size = 50, .eitherStrand = true};
        const std::string letters = randomLetters(random, 500);
        QCOMPARE(sketchOf(letters, either), sketchOf(data::reverseComplement(letters), either));
        QVERIFY(sketchOf("ACGTNACGTACGTACGTN", how).empty());
    }

    /// Against all pairs, one by one.
    void pairsAreThoseOfBruteForce()
    {
        std::mt19937_64 random(7);
        const SketchSettings how{.kmerNt = 10, .size = 40};
        std::vector<std::string> letters;
        for (int i = 0; i < 150; ++i)
            letters.push_back(i < 50 ? randomLetters(random, 200)
                                     : changed(letters[random() % std::size_t(i)], 0.04, random));
        std::vector<std::vector<std::uint64_t>> sketches;
        std::vector<std::uint8_t> classes;
        for (const std::string& one : letters) {
            sketches.push_back(sketchOf(one, how));
            classes.push_back(std::uint8_t(random() % 3));
        }
        std::set<std::pair<int, int>> expected, found;
        for (int i = 0; i < 150; ++i) {
            for (int j = i + 1; j < 150; ++j) {
                if (classes[std::size_t(i)] != classes[std::size_t(j)]
                    && jaccard(sketches[std::size_t(i)], sketches[std::size_t(j)], how.size) >= jaccardOf(0.9, 10))
                    expected.insert({i, j});
            }
        }
        const auto pairs = similarPairs(sketches, classes, how, 0.9, {});
        for (const SimilarPair& pair : *pairs)
            found.insert({pair.first, pair.second});
        QVERIFY(expected.size() > 50);
        QCOMPARE(found, expected);
    }

    void whatAllSequencesShareDoesNotCount()
    {
        std::mt19937_64 random(21);
        const std::string adapter = randomLetters(random, 60);
        Dataset dataset{.task = {.kind = TaskKind::Numbers, .names = {"y"}}, .examples = {}};
        for (int i = 0; i < 900; ++i)
            dataset.examples.push_back(exampleOf("e" + std::to_string(i), adapter + randomLetters(random, 60),
                                                 kParts[std::size_t(i % 3)], {float(i)}));
        QCOMPARE(idsOf(reportOf(dataset)), std::string());
        dataset.examples[1].source = std::make_shared<const std::string>(
            adapter + changed(dataset.examples[0].source->substr(60), 0.02, random));
        QCOMPARE(idsOf(reportOf(dataset)), std::string("near-duplicates"));
    }

    void groupsAndWindowsInTwoParts()
    {
        Dataset dataset = cleanDataset();
        dataset.examples[0].group = dataset.examples[1].group = "gene";
        QCOMPARE(idsOf(reportOf(dataset)), std::string("mixed-groups"));
        std::mt19937_64 random(9);
        Dataset windows{.task = {.kind = TaskKind::Profile, .names = {"s"}, .bins = 1, .binNt = 1}, .examples = {}};
        const struct {
            std::int64_t startNt;
            Part part;
        } kPlaces[] = {{0, Part::Train},    {100, Part::Train},       {199, Part::Validation},
                       {1000, Part::Train}, {1100, Part::Validation}, {5000, Part::Test}};
        for (const auto& place : kPlaces)
            windows.examples.push_back(exampleOf("w" + std::to_string(place.startNt), randomLetters(random, 100),
                                                 place.part, {float(place.startNt)}, "chr1", place.startNt));
        const DatasetReport report = reportOf(windows);
        QCOMPARE(idsOf(report), std::string("overlaps mixed-groups"));
        QCOMPARE(find(report, "overlaps")->table->rows(), std::size_t(1));
        QCOMPARE(cell(*find(report, "overlaps"), 0, 0) + cell(*find(report, "overlaps"), 2, 0),
                 std::string("w100w199"));
    }

    void partsAndClassesThatAreAbsent()
    {
        Dataset dataset = cleanDataset();
        for (Example& example : dataset.examples) {
            if (example.part == Part::Test)
                example.part = Part::Train;
            if (example.part == Part::Validation)
                example.target = {0.0F};
        }
        DatasetReport report = reportOf(dataset);
        QCOMPARE(idsOf(report), std::string("absent-class empty-part"));
        QVERIFY(report.canTrain());
        for (Example& example : dataset.examples)
            example.target = {1.0F};
        report = reportOf(dataset);
        QVERIFY(!report.canTrain());
        QVERIFY(find(report, "one-class")->severity == Severity::Problem);
        for (Example& example : dataset.examples)
            example.part = Part::Validation;
        QVERIFY(contains(find(reportOf(dataset), "empty-part")->sentence, "No sequence is left to train on"));
        QVERIFY(!reportOf(Dataset{}).canTrain());
        for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
            dataset.examples[i].part = i % 2 == 0 ? Part::Train : Part::Test;
            dataset.examples[i].target = {float(i / 2 % 2)};
        }
        QVERIFY(contains(find(reportOf(dataset), "empty-part")->sentence, "validation_share"));
        QVERIFY(!reportOf(dataset).canTrain());
        QVERIFY(reportOf(dataset, {.isWatched = false}).canTrain());
        for (Example& example : dataset.examples)
            example.part = Part::Train;
        QVERIFY(contains(find(reportOf(dataset, {.isWatched = false}), "empty-part")->sentence, "held out"));
        QVERIFY(!reportOf(dataset, {.isWatched = false}).canTrain());
    }

    void labelsAndNumbers()
    {
        Dataset dataset = cleanDataset();
        dataset.task = {.kind = TaskKind::Labels, .names = {"a", "b"}};
        for (std::size_t i = 0; i < dataset.examples.size(); ++i)
            dataset.examples[i].target = {i / 3 % 2 == 0 ? 1.0F : 0.0F, i < 30 ? 0.0F : kNan};
        const DatasetReport report = reportOf(dataset);
        QCOMPARE(idsOf(report), std::string("one-sided-label one-sided-label one-sided-label unknown-targets"));
        QVERIFY(contains(find(report, "unknown-targets")->sentence, "30 of 120"));
        dataset.task = {.kind = TaskKind::Numbers, .names = {"a"}};
        for (Example& example : dataset.examples)
            example.target = {2.0F};
        QVERIFY(!reportOf(dataset).canTrain());
    }

    void lettersAndLengths()
    {
        Dataset dataset = cleanDataset();
        std::mt19937_64 random(2);
        for (std::size_t i = 0; i < dataset.examples.size(); ++i)
            dataset.examples[i] = exampleOf(dataset.examples[i].id, randomLetters(random, i / 3 % 2 == 0 ? 200 : 400),
                                            dataset.examples[i].part, dataset.examples[i].target);
        DatasetReport report = reportOf(dataset, {.fixedLengthNt = 300});
        QCOMPARE(idsOf(report), std::string("too-long length too-short"));
        QVERIFY(contains(find(report, "length")->sentence, "AUROC of 1;"));
        QVERIFY(contains(find(report, "too-long")->sentence, "30 sequences"));
        dataset.examples[0].source = std::make_shared<const std::string>(std::string(200, 'N'));
        dataset.examples[3].source = std::make_shared<const std::string>(randomLetters(random, 399) + "R");
        report = reportOf(dataset);
        QCOMPARE(cell(*find(report, "no-base"), 0, 0), std::string("e0"));
        QVERIFY(contains(find(report, "odd-letters")->sentence, "1 letters in 1 sequences"));
        dataset.task = {.kind = TaskKind::Profile, .names = {"s"}, .bins = 1, .binNt = 1};
        QVERIFY(contains(find(reportOf(dataset), "lengths")->sentence, "data.window_nt"));
    }

    void realTablesHaveTheirKnownTraits()
    {
        if (!haveShared("data/localisation/mRNA_nuclear_cytoplasm.tsv.gz"))
            QSKIP("the shared data are absent");
        const auto mrna = readRun("classes",
                                  "'table': '@localisation/mRNA_nuclear_cytoplasm.tsv.gz', 'split': {'by': "
                                  "'folds', 'fold_rule': 'sha1'}",
                                  sharedPath("data"));
        REQUIRE_READ(mrna);
        const DatasetReport ofMrna = reportOf(*mrna);
        const Finding& length = *find(ofMrna, "length");
        QVERIFY2(length.severity == Severity::Warning && contains(length.sentence, "AUROC of 0.697"),
                 length.sentence.c_str());
        const auto coding = readRun("classes",
                                    "'table': '@coding/human_transcripts.tsv', 'fasta': "
                                    "'@coding/human_transcripts.fa.gz'",
                                    sharedPath("data"));
        REQUIRE_READ(coding);
        const DatasetReport report = reportOf(*coding);
        QVERIFY(report.canTrain());
        const auto yeast = readRun("numbers",
                                   "'table': '@expression/yeast_promoter_expression.tsv.gz', 'label_columns': "
                                   "['expression']",
                                   sharedPath("data"));
        REQUIRE_READ(yeast);
        QVERIFY(reportOf(*yeast).canTrain());
    }
};

QTEST_APPLESS_MAIN(TestDatasetChecks)
#include "tst_dataset_checks.moc"
