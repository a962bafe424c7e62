// Tests of datasets from tables: every kind of target, sequences in the table or in a FASTA file, rows left out.
#include "core/io/npz.h"
#include "tests/core/dataset/dataset_fixture.h"

#include <cmath>

using namespace nscope;
using namespace nscope::dataset;
using nscope::tests::contains;
using nscope::tests::countOf;
using nscope::tests::haveShared;
using nscope::tests::readRun;
using nscope::tests::sentenceOf;
using nscope::tests::sharedPath;
using nscope::tests::TemporaryFolder;

class TestDatasetTables : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;
    std::string folder() const { return m_folder.path("."); }

private slots:
    void classesOfATable()
    {
        m_folder.write("c.tsv", "id\tsequence\tlabel\tsplit\n"
                                "a\tacgu\tnuclear\ttrain\nb\tAC GT\tnuclear\ttrain\nc\tGGG\tcytosol\tvalid\n"
                                "d\tAAA\t\ttrain\na\tTTT\tcytosol\ttest\ne\t\tcytosol\ttest\nf\tCCN\tcytosol\ttest\n");
        const auto read = readRun("classes", "'table': '@c.tsv'", folder());
        REQUIRE_READ(read);
        QCOMPARE(read->task.names, (std::vector<std::string>{"cytosol", "nuclear"}));
        QCOMPARE(read->examples.size(), std::size_t(3));
        QCOMPARE(std::string(read->examples[0].letters()), std::string("ACGT"));
        QCOMPARE(read->examples[0].target, std::vector<float>{1.0F});
        QVERIFY(read->examples[1].part == Part::Validation);
        QVERIFY(read->examples[2].part == Part::Test);
        QCOMPARE(read->leftOutCount, 4);
        QVERIFY(contains(read->leftOut[0].sentence(), "line 3, record b"));
        QVERIFY(contains(read->leftOut[0].message(), "position 3"));
        QVERIFY(contains(read->leftOut[1].message(), "no class"));
        QVERIFY(contains(read->leftOut[2].message(), "twice"));
        QVERIFY(contains(read->leftOut[3].message(), "empty"));
    }

    void namedClassesKeepTheirOrder()
    {
        m_folder.write("n.csv",
                       "id,sequence,kind,split\na,ACGT,PC,train\n\"b\",ACCC,\"NC\",train\nc,ACG,\"x,\"\"y\",train\n");
        const auto read =
            readRun("classes", "'table': '@n.csv', 'label_columns': ['kind'], 'class_names': ['PC', 'NC']", folder());
        REQUIRE_READ(read);
        QCOMPARE(read->examples[1].id, std::string("b"));
        QCOMPARE(read->examples[1].target, std::vector<float>{1.0F});
        QCOMPARE(read->leftOutCount, 1);
        QVERIFY(contains(read->leftOut[0].message(), "\"x,\"y\" is not among"));
    }

    void classesMayBeCalledOtherwiseThanInTheTable()
    {
        m_folder.write("t.tsv", "id\tsequence\tlabel\tsplit\na\tACGT\t1\ttrain\nb\tACCC\t0\ttrain\n");
        const std::string table = "'table': '@t.tsv', 'class_names': ['0', '1'], 'class_titles': ";
        const auto read = readRun("classes", table + "['cytoplasm', 'nucleus']", folder());
        REQUIRE_READ(read);
        QCOMPARE(read->task.names, (std::vector<std::string>{"cytoplasm", "nucleus"}));
        QCOMPARE(read->examples[0].target, std::vector<float>{1.0F});
        QVERIFY(contains(sentenceOf(readRun("classes", table + "['nucleus']", folder())), "data.class_titles"));
        QVERIFY(contains(sentenceOf(readRun("classes", table + "['here', 'here']", folder())), "one name"));
        QVERIFY(contains(sentenceOf(readRun("classes", "'table': '@t.tsv', 'class_titles': ['a', 'b']", folder())),
                         "every one of"));
    }

    void labelsMayBeUnknown()
    {
        m_folder.write("l.tsv", "id\tsequence\tER\tmito\tsplit\na\tACGT\t1\t\ttrain\nb\tACGT\t0\t0.5\ttrain\n"
                                "c\tACGT\tNA\tNA\ttrain\n");
        const auto read = readRun("labels", "'table': '@l.tsv', 'label_columns': ['ER', 'mito']", folder());
        REQUIRE_READ(read);
        QCOMPARE(read->examples.size(), std::size_t(1));
        QCOMPARE(read->examples[0].target[0], 1.0F);
        QVERIFY(std::isnan(read->examples[0].target[1]));
        QVERIFY(contains(read->leftOut[0].message(), "must be 0, 1 or empty, not \"0.5\""));
        QVERIFY(contains(read->leftOut[1].message(), "no label"));
    }

    void sharesAreDividedByTheirSum()
    {
        m_folder.write("d.tsv", "id\tsequence\tcyt\tnuc\tsplit\na\tACGT\t0.25\t0.75\ttrain\nb\tACGT\t3\t1\ttrain\n"
                                "c\tACGT\t0\t0\ttrain\nd\tACGT\t-1\t2\ttrain\n");
        const auto read = readRun("distribution", "'table': '@d.tsv', 'label_columns': ['cyt', 'nuc']", folder());
        REQUIRE_READ(read);
        QCOMPARE(read->examples[0].target, (std::vector<float>{0.25F, 0.75F}));
        QCOMPARE(read->examples[1].target, (std::vector<float>{0.75F, 0.25F}));
        QCOMPARE(read->leftOutCount, 2);
        QCOMPARE(read->notes.size(), std::size_t(1));
        QVERIFY(contains(read->notes[0], "1 rows do not sum to 1 (sums from 1 to 4)"));
        QVERIFY(contains(sentenceOf(readRun("distribution", "'table': '@d.tsv'", folder())), "at least two"));
    }

    void numbersAreScaledByTheTrainingRows()
    {
        m_folder.write("x.tsv",
                       "id\tsequence\trate\tsplit\na\tACGT\t9\ttrain\nb\tACGT\t999\ttrain\nc\tACGT\t99\tvalid\n"
                       "d\tACGT\t-1\ttrain\ne\tACGT\tfast\ttrain\n");
        const auto read = readRun("numbers",
                                  "'table': '@x.tsv', 'label_columns': ['rate'], 'transform': 'log10', "
                                  "'log_offset': 1, 'standardise': true",
                                  folder());
        REQUIRE_READ(read);
        // log10(x + 1) is 1 and 3 in training: mean 2, standard deviation √2.
        QCOMPARE(read->examples[0].target[0], float(-1.0 / std::sqrt(2.0)));
        QCOMPARE(read->examples[2].target[0], 0.0F);
        QCOMPARE(read->task.scales, (std::vector<NumberScale>{{true, 1.0, 2.0, std::sqrt(2.0)}}));
        QVERIFY(contains(read->leftOut[0].message(), "no logarithm"));
        QVERIFY(contains(read->leftOut[1].message(), "not \"fast\""));
    }

    void furtherInputsComeFromColumns()
    {
        m_folder.write("f.tsv", "id\tsequence\ty\tutr\tgc\ttf1\tsplit\na\tACGT\t1\t10\t0.5\t1\ttrain\n"
                                "b\tACGT\t2\t30\tNA\t0\ttrain\nc\tACGT\t2\tlong\t1\t0\ttrain\n");
        const auto read = readRun("numbers",
                                  "'table': '@f.tsv', 'label_columns': ['y'], 'features': ["
                                  "{'input': 'halflife', 'columns': ['utr', 'gc'], 'standardise': true},"
                                  "{'input': 'tf', 'columns': ['tf1']}]",
                                  folder());
        REQUIRE_READ(read);
        QCOMPARE(read->features.size(), std::size_t(3));
        QCOMPARE(read->features[2].input, std::string("tf"));
        QCOMPARE(read->features[0].scale.mean, 20.0);
        QCOMPARE(read->examples[0].features[0], float(-10.0 / std::sqrt(200.0)));
        QVERIFY(std::isnan(read->examples[1].features[1]));
        QCOMPARE(read->examples[0].features[2], 1.0F);
        QCOMPARE(read->leftOutCount, 1);
    }

    void furtherInputsComeFromFiles()
    {
        m_folder.write("e.tsv", "id\tsequence\ty\tsplit\na\tACGT\t1\ttrain\nb\tACGT\t2\ttrain\nc\tACGT\t2\ttrain\n");
        m_folder.write("h.tsv", "id\tutr\tgc\na\t10\t0.5\nb\t30\t0.25\nc\t50\t1\n");
        const auto written = io::writeNpz(m_folder.path("e.npz"),
                                          {{"ids", io::NpyArray::of(std::vector<std::string>{"z", "b", "a"})},
                                           {"embedding", io::NpyArray::of(std::vector<float>{9, 9, 9, 9, 4, 5, 6, 7, 1, 2, 3, 8},
                                                                          {3, 2, 2})}});
        QVERIFY(written.has_value());
        const auto read = readRun("numbers",
                                  "'table': '@e.tsv', 'label_columns': ['y'], 'features': ["
                                  "{'input': 'embedding', 'file': '@e.npz'},"
                                  "{'input': 'halflife', 'file': '@h.tsv', 'standardise': true}]",
                                  folder());
        REQUIRE_READ(read);
        QCOMPARE(read->examples.size(), std::size_t(2));  // c has no embedding
        QVERIFY(contains(read->leftOut[0].sentence(), "no values in") && contains(read->leftOut[0].sentence(), "record c"));
        QCOMPARE(read->features.size(), std::size_t(6));
        QCOMPARE(read->features[3].name, std::string("embedding 4"));
        QCOMPARE(read->features[4].name, std::string("utr"));
        const std::vector<float> expected{1, 2, 3, 8};
        QVERIFY(std::equal(expected.begin(), expected.end(), read->examples[0].features.begin()));
        QCOMPARE(read->features[4].scale.mean, 20.0);
        QCOMPARE(read->examples[0].features[4], float(-10.0 / std::sqrt(200.0)));
        QCOMPARE(read->notes.size(), std::size_t(1));
        QVERIFY(contains(read->notes[0], "1 ids of") && contains(read->notes[0], "e.npz"));
        const auto refused = [&](const std::string& feature) {
            return sentenceOf(
                readRun("numbers", "'table': '@e.tsv', 'label_columns': ['y'], 'features': [" + feature + "]", folder()));
        };
        QVERIFY(contains(refused("{'input': 'embedding'}"), "where the values of"));
        QVERIFY(contains(refused("{'input': 'x', 'columns': ['y'], 'file': '@e.npz'}"), "where the values of"));
        QVERIFY(contains(refused("{'input': 'x', 'file': '@none.npz'}"), "none.npz"));
    }

    void sequencesComeFromAFasta()
    {
        m_folder.write("s.fa", ">a one\nACGT\n>b\nGG\n>z\nTT\n");
        m_folder.write("s.tsv", "gene\tlabel\tsplit\nb\t1\ttrain\na\t0\ttrain\nghost\t1\ttrain\n");
        const auto read = readRun("classes", "'table': '@s.tsv', 'fasta': '@s.fa', 'id_column': 'gene'", folder());
        REQUIRE_READ(read);
        QCOMPARE(std::string(read->examples[0].letters()), std::string("GG"));
        QVERIFY(contains(read->leftOut[0].sentence(), "record ghost"));
        QVERIFY(contains(read->notes[0], "1 sequences"));
    }

    void wrongSettingsAreSentences()
    {
        m_folder.write("w.tsv", "id\tsequence\tlabel\na\tACGT\t1\n");
        QVERIFY(contains(sentenceOf(readRun("classes", "'table': '@w.tsv'", folder())), "no column \"split\""));
        QVERIFY(contains(sentenceOf(readRun("classes", "'table': '@w.tsv', 'lable_columns': []", folder())),
                         "\"data.lable_columns\" is not known"));
        QVERIFY(
            contains(sentenceOf(readRun("class", "'table': '@w.tsv'", folder())), "must be one of classes, labels"));
        QVERIFY(contains(sentenceOf(readRun("classes", "'fasta': '@w.tsv'", folder())), "\"data.table\" is missing"));
        QVERIFY(contains(sentenceOf(readRun("classes", "'table': '@w.tsv', 'split': {'by': 'fold'}", folder())),
                         "\"data.split.by\" must be one of"));
        const std::string long_(2'000'000, 'A');
        m_folder.write("big.tsv", "id\tsequence\tlabel\tsplit\na\t" + long_ + "\t1\ttrain\n");
        QVERIFY(contains(sentenceOf(readRun("classes", "'table': '@big.tsv', 'memory_mb': 1", folder())),
                         "data.memory_mb is 1"));
    }

    void defaultsAreWrittenOutAndReadBack()
    {
        for (const TaskKind kind : {TaskKind::Classes, TaskKind::Numbers, TaskKind::Profile, TaskKind::MaskedLetters}) {
            DataSettings settings;
            settings.table.table = "t.tsv";
            settings.table.features = {{"halflife", {"a", "b"}}};
            settings.profile.targets = "t.npy";
            settings.profile.fasta = settings.corpus.fasta = "t.fa";
            settings.split.by = "folds";
            settings.split.fold = 3;
            const nlohmann::json written = toJson(settings, kind);
            io::SettingsFields fields(written, "data");
            const auto again = readDataSettings(fields, kind);
            QVERIFY2(again.has_value(), again ? "" : again.error().sentence().c_str());
            QCOMPARE(toJson(*again, kind).dump(), written.dump());
        }
    }

    void readingStops()
    {
        m_folder.write("stop.tsv", "id\tsequence\tlabel\tsplit\na\tACGT\t1\ttrain\n");
        DataSettings settings;
        settings.table.table = m_folder.path("stop.tsv");
        std::stop_source source;
        source.request_stop();
        const auto read = readDataset(settings, TaskKind::Classes, source.get_token());
        QVERIFY(!read && read.error().code() == ErrorCode::Cancelled);
    }

    void realTablesAreReadBySettingsAlone_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("task");
        QTest::addColumn<QString>("data");
        QTest::addColumn<int>("examples");
        QTest::addColumn<int>("names");
        QTest::newRow("rbp") << "rbp/rbp_windows_100nt.tsv"
                             << "classes"
                             << "'table': '@rbp/rbp_windows_100nt.tsv'" << 5343 << 2;
        QTest::newRow("mRNA") << "localisation/mRNA_nuclear_cytoplasm.tsv.gz"
                              << "classes"
                              << "'table': '@localisation/mRNA_nuclear_cytoplasm.tsv.gz', 'split': {'by': 'folds', "
                                 "'fold_rule': 'sha1', 'fold': 2}"
                              << 1036 << 2;
        QTest::newRow("lncRNA") << "localisation/lncRNA_nuclear_cytoplasm.tsv.gz"
                                << "labels"
                                << "'table': '@localisation/lncRNA_nuclear_cytoplasm.tsv.gz', 'split': {'by': 'share'}"
                                << 759 << 1;
        QTest::newRow("yeast") << "expression/yeast_promoter_expression.tsv.gz"
                               << "numbers"
                               << "'table': '@expression/yeast_promoter_expression.tsv.gz', "
                                  "'label_columns': ['expression'], 'standardise': true"
                               << 62316 << 1;
        QTest::newRow("coding") << "coding/human_transcripts.fa.gz"
                                << "classes"
                                << "'table': '@coding/human_transcripts.tsv', 'fasta': "
                                   "'@coding/human_transcripts.fa.gz', 'split': {'by': 'chromosomes', "
                                   "'validation': ['9'], 'test': ['chr18']}"
                                << 16958 << 2;
        QTest::newRow("promoters") << "expression/expression.tsv"
                                   << "numbers"
                                   << "'table': '@expression/expression.tsv', 'fasta': "
                                      "'@expression/promoters_10500_hg38.fa', 'id_column': 'gene', 'label_columns': "
                                      "['expr_human_z'], 'split': {'by': 'folds'}, "
                                      "'features': [{'input': 'gc', 'columns': ['GC'], 'standardise': true}]"
                                   << 43 << 1;
    }

    void realTablesAreReadBySettingsAlone()
    {
        QFETCH(QString, file);
        QFETCH(QString, task);
        QFETCH(QString, data);
        QFETCH(int, examples);
        QFETCH(int, names);
        if (!haveShared("data/" + file.toStdString()))
            QSKIP("the shared data are absent");
        const auto read = readRun(task.toStdString(), data.toStdString(), sharedPath("data"));
        REQUIRE_READ(read);
        QCOMPARE(int(read->examples.size()), examples);
        QCOMPARE(int(read->task.names.size()), names);
        QCOMPARE(read->leftOutCount, 0);
        QVERIFY(countOf(*read, Part::Train) > countOf(*read, Part::Validation));
        QVERIFY(countOf(*read, Part::Validation) > 0);
        QCOMPARE(countOf(*read, Part::Test) > 0,
                 data.contains("folds") || data.contains("share") || data.contains("chr18"));
    }
};

QTEST_APPLESS_MAIN(TestDatasetTables)
#include "tst_dataset_tables.moc"
