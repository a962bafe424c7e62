// Tests of splits: by column, chromosomes, shares and folds; groups stay together.
#include "core/dataset/split.h"
#include "core/io/sha256.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/support/random_letters.h"

#include <map>
#include <set>

using namespace nscope;
using namespace nscope::dataset;
using nscope::tests::contains;
using nscope::tests::countOf;
using nscope::tests::idsOf;

namespace {

Dataset datasetOf(std::size_t count, std::size_t groupSize = 0)
{
    Dataset dataset;
    std::mt19937_64 random(3);
    for (std::size_t i = 0; i < count; ++i)
        dataset.examples.push_back({.id = "e" + std::to_string(i),
                                    .source = std::make_shared<const std::string>(tests::randomLetters(random, 30)),
                                    .lengthNt = 30,
                                    .group = groupSize == 0 ? "" : "g" + std::to_string(i / groupSize)});
    return dataset;
}

}  // namespace

class TestDatasetSplit : public QObject {
    Q_OBJECT

private slots:
    void columnsNameParts()
    {
        Dataset dataset = datasetOf(4);
        const std::vector<std::string> values{"a", "b", "c", "a"};
        QVERIFY(splitExamples({.validation = {"b"}, .test = {"c", "d"}}, values, dataset));
        QCOMPARE(idsOf(dataset, Part::Train), std::string("e0 e3"));
        QCOMPARE(idsOf(dataset, Part::Validation), std::string("e1"));
        QCOMPARE(idsOf(dataset, Part::Test), std::string("e2"));
        const auto both = splitExamples({.validation = {"b"}, .test = {"b"}}, values, dataset);
        QVERIFY(!both && contains(both.error().message(), "in both"));
    }

    void aShareOfTheTrainingRowsValidatesWhereNoneDoes()
    {
        Dataset dataset = datasetOf(200, 2);
        std::vector<std::string> values(200, "train");
        for (std::size_t i = 0; i < 41; ++i)
            values[i] = "test";  // one row of the group 20, so that the other stays in training
        const SplitSettings settings{.validation = {"valid"}, .test = {"test"}, .validationShare = 0.2};
        QVERIFY(splitExamples(settings, values, dataset));
        QCOMPARE(countOf(dataset, Part::Test), std::size_t(41));
        QCOMPARE(countOf(dataset, Part::Validation), std::size_t(32));
        QVERIFY(dataset.examples[41].part == Part::Train);
        for (std::size_t i = 42; i < 200; i += 2)
            QVERIFY(dataset.examples[i].part == dataset.examples[i + 1].part);
        QCOMPARE(dataset.notes.size(), std::size_t(1));
        QVERIFY(contains(dataset.notes[0], "32 of the training rows"));
        values[199] = "valid";
        QVERIFY(splitExamples(settings, values, dataset));
        QCOMPARE(idsOf(dataset, Part::Validation), std::string("e199"));
        values[199] = "train";
        QVERIFY(splitExamples({.validation = {"valid"}, .test = {"test"}, .validationShare = 0.0}, values, dataset));
        QCOMPARE(countOf(dataset, Part::Validation), std::size_t(0));
    }

    void usualNamesOfPartsAreNotTakenTwice()
    {
        const auto splitOf = [](const std::string& split) {
            const auto run = dataOfRun(R"({"task": "classes", "data": {"table": "t.tsv", "split": )" + split + "}}");
            return run ? run->data.split : SplitSettings{.by = run.error().sentence()};
        };
        QCOMPARE(splitOf("{}").validation, (std::vector<std::string>{"valid", "validation", "val"}));
        QCOMPARE(splitOf("{}").test, std::vector<std::string>{"test"});
        QCOMPARE(splitOf(R"({"test": ["valid"]})").validation, (std::vector<std::string>{"validation", "val"}));
    }

    void chromosomesCountUnderAnySpelling()
    {
        Dataset dataset = datasetOf(3);
        const std::vector<std::string> values{"chr1", "9", "chrX"};
        QVERIFY(splitExamples({.by = "chromosomes", .validation = {"chr9"}, .test = {"X", "chr8"}}, values, dataset));
        QCOMPARE(idsOf(dataset, Part::Validation), std::string("e1"));
        QCOMPARE(idsOf(dataset, Part::Test), std::string("e2"));
        QCOMPARE(dataset.notes.size(), std::size_t(1));
        QVERIFY(contains(dataset.notes[0], "chr8"));
    }

    void sharesAreMetAndDoNotDependOnTheOrder()
    {
        Dataset dataset = datasetOf(1000);
        const SplitSettings settings{.by = "share", .validationShare = 0.1, .testShare = 0.2, .seed = 7};
        QVERIFY(splitExamples(settings, {}, dataset));
        QCOMPARE(countOf(dataset, Part::Test), std::size_t(200));
        QCOMPARE(countOf(dataset, Part::Validation), std::size_t(100));
        std::map<std::string, Part> parts;
        for (const Example& example : dataset.examples)
            parts[example.id] = example.part;
        Dataset reversed = datasetOf(1000);
        std::ranges::reverse(reversed.examples);
        QVERIFY(splitExamples(settings, {}, reversed));
        for (const Example& example : reversed.examples)
            QVERIFY(parts.at(example.id) == example.part);
        Dataset other = datasetOf(1000);
        SplitSettings seeded = settings;
        seeded.seed = 8;
        QVERIFY(splitExamples(seeded, {}, other));
        QVERIFY(idsOf(other, Part::Test) != idsOf(dataset, Part::Test));
    }

    void groupsStayTogether()
    {
        for (const char* by : {"share", "folds"}) {
            Dataset dataset = datasetOf(300, 7);
            QVERIFY(splitExamples({.by = by, .validationShare = 0.2, .testShare = 0.3}, {}, dataset));
            std::map<std::string, std::set<Part>> parts;
            for (const Example& example : dataset.examples)
                parts[example.group].insert(example.part);
            for (const auto& group : parts)
                QCOMPARE(group.second.size(), std::size_t(1));
            QVERIFY(countOf(dataset, Part::Test) > 0 && countOf(dataset, Part::Validation) > 0);
        }
    }

    void equalSequencesStayTogether()
    {
        for (const char* by : {"share", "folds"}) {
            Dataset dataset = datasetOf(300, 2);
            // Groups 0 … 9 are chained by equal sequences, and so are 20 and 30.
            for (std::size_t group = 1; group < 10; ++group)
                dataset.examples[2 * group].source = dataset.examples[2 * group - 1].source;
            dataset.examples[60].source = dataset.examples[41].source;
            const auto partsOfChain = [&](bool together, std::int64_t seed) {
                const SplitSettings settings{.by = by, .testShare = 0.3, .duplicatesTogether = together, .seed = seed};
                std::set<Part> parts;
                if (splitExamples(settings, {}, dataset)) {
                    for (std::size_t i = 0; i < 20; ++i)
                        parts.insert(dataset.examples[i].part);
                }
                return parts.size();
            };
            std::size_t most = 0;
            for (std::int64_t seed = 1; seed < 20; ++seed) {
                QCOMPARE(partsOfChain(true, seed), std::size_t(1));
                QVERIFY(dataset.examples[40].part == dataset.examples[61].part);
                most = std::max(most, partsOfChain(false, seed));
            }
            QVERIFY(most > 1);
        }
    }

    void everyExampleIsTestedInOneFold()
    {
        for (const char* rule : {"random", "sha1"}) {
            std::map<std::string, int> tested;
            for (std::int64_t fold = 0; fold < 5; ++fold) {
                Dataset dataset = datasetOf(203);
                QVERIFY(splitExamples({.by = "folds", .validationShare = 0.0, .fold = fold, .foldRule = rule}, {},
                                      dataset));
                for (const std::int32_t row : dataset.rows(Part::Test))
                    ++tested[dataset.examples[std::size_t(row)].id];
                if (std::string(rule) == "random")
                    QVERIFY(countOf(dataset, Part::Test) == 40 || countOf(dataset, Part::Test) == 41);
                Dataset next = datasetOf(203);
                QVERIFY(splitExamples({.by = "folds", .validationShare = 0.0, .fold = (fold + 1) % 5, .foldRule = rule},
                                      {}, next));
                QCOMPARE(idsOf(dataset, Part::Validation), idsOf(next, Part::Test));
                Dataset unwatched = datasetOf(203);
                QVERIFY(splitExamples({.by = "folds",
                                       .validationShare = 0.0,
                                       .fold = fold,
                                       .nextFoldValidates = false,
                                       .foldRule = rule},
                                      {}, unwatched));
                QCOMPARE(idsOf(unwatched, Part::Test), idsOf(dataset, Part::Test));
                QCOMPARE(countOf(unwatched, Part::Train), 203 - countOf(dataset, Part::Test));
            }
            QCOMPARE(tested.size(), std::size_t(203));
        }
    }

    void sha1FoldsFollowTheRule()
    {
        QCOMPARE(io::sha1("abc"), std::string("a9993e364706816aba3e25717850c26c9cd0d89d"));
        Dataset dataset = datasetOf(1);
        dataset.examples[0].id = "abc";  // 0xa9 = 169 = 4 mod 5
        for (std::int64_t fold = 0; fold < 5; ++fold) {
            QVERIFY(splitExamples({.by = "folds", .fold = fold, .foldRule = "sha1"}, {}, dataset));
            QCOMPARE(countOf(dataset, Part::Test), std::size_t(fold == 4 ? 1 : 0));
        }
    }
};

QTEST_APPLESS_MAIN(TestDatasetSplit)
#include "tst_dataset_split.moc"
