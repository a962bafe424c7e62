// Purpose: what is opened arrives, what is wrong is one sentence with the file's name, and nothing else is lost.
#include "app/file_loader.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace nscope;
using namespace nscope::app;

class TestFileLoader : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string write(const QString& name, const QByteArray& bytes)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName().toStdString();
    }

    static LoadedFiles load(std::vector<std::string> paths, data::DocumentPtr open = std::make_shared<data::Document>(),
                            std::vector<engine::InputSpec> inputs = {}, std::stop_token stop = {})
    {
        Progress progress;
        return loadFiles(std::move(paths), std::move(open), std::move(inputs), std::move(stop), progress);
    }

private slots:
    void fastaAndTableTogetherInAnyOrder()
    {
        const LoadedFiles loaded = load({write("x.tsv", "id\tcds_start\tcds_end\na\t0\t9\n"),
                                         write("x.fa", ">a\nATGGCCTAA\n>b\nCCCCC\n")});
        QVERIFY(loaded.errors.empty());
        QCOMPARE(loaded.sequences.size(), std::size_t{1});
        const data::TranscriptSet& transcripts = loaded.sequences[0].transcripts;
        QCOMPARE(transcripts.size(), std::size_t{2});
        QCOMPARE(*transcripts[0]->cds, (data::Interval{0, 9}));
        QVERIFY(!transcripts[1]->cds);
        QVERIFY(!loaded.notes.empty());
    }

    void tableForOpenSequences()
    {
        const LoadedFiles first = load({write("x.fa", ">b\nCCCCC\n>a\nATGGCCTAA\n")});
        const auto open = data::withEntries(data::Document{}, first.sequences[0].transcripts, "x.fa");
        const LoadedFiles loaded = load({write("y.tsv", "id\tcds_start\tcds_end\na\t0\t9\n")}, open);
        QVERIFY(loaded.errors.empty());
        QCOMPARE(loaded.amended.size(), std::size_t{1});
        QCOMPARE(loaded.amended[0].first, 1);
    }

    void tableAloneSaysWhatIsMissing()
    {
        const LoadedFiles loaded = load({write("z.tsv", "id\tcds_start\tcds_end\na\t0\t9\n")});
        QCOMPARE(loaded.errors.size(), std::size_t{1});
        QVERIFY(loaded.errors[0].sentence().find("z.tsv") != std::string::npos);
    }

    void structuresForSequencesOfTheSameCall()
    {
        const LoadedFiles loaded = load({write("s.db", ">b\n((...))\n"), write("x.fa", ">a\nATGGC\n>b\nGGAAACC\n")});
        QVERIFY2(loaded.errors.empty(), loaded.errors.empty() ? "" : loaded.errors[0].sentence().c_str());
        QCOMPARE(loaded.sequences[0].transcripts[1]->dotBracket, std::string("((...))"));
        QVERIFY(loaded.sequences[0].transcripts[0]->dotBracket.empty());
        QVERIFY(std::ranges::any_of(loaded.notes, [](const std::string& note) { return note.find("none: a") != note.npos; }));
    }

    // Two files for the same open sequence: the second must not undo the first.
    void regionsAndValuesForAnOpenSequence()
    {
        const engine::InputSpec halflife{"halflife", "Half-life", "", 2, false};
        const LoadedFiles first = load({write("x.fa", ">b\nCCCCC\n>a\nATGGCCTAA\n")});
        const auto open = data::withEntries(data::Document{}, first.sequences[0].transcripts, "x.fa");
        const LoadedFiles loaded = load({write("y.tsv", "id\tcds_start\tcds_end\na\t0\t9\n"),
                                         write("v.tsv", "id\tu\tv\na\t0.5\t-2\n")}, open, {halflife});
        QVERIFY2(loaded.errors.empty(), loaded.errors.empty() ? "" : loaded.errors[0].sentence().c_str());
        QCOMPARE(loaded.amended.size(), std::size_t{1});
        const data::Transcript& amended = *loaded.amended[0].second;
        QCOMPARE(*amended.cds, (data::Interval{0, 9}));
        QCOMPARE(amended.features.at("halflife"), (std::vector<float>{0.5f, -2.0f}));
    }

    void valuesThatTheModelDoesNotTake_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<QString>("says");
        QTest::newRow("no inputs") << 0 << "reads the letters alone";
        QTest::newRow("another width") << 3 << "halflife (3 values)";
    }
    void valuesThatTheModelDoesNotTake()
    {
        QFETCH(int, width);
        QFETCH(QString, says);
        std::vector<engine::InputSpec> inputs;
        if (width > 0)
            inputs.push_back({"halflife", "Half-life", "", width, false});
        const LoadedFiles loaded = load({write("x.fa", ">a\nATGGC\n"), write("v.tsv", "id\tu\tv\na\t0.5\t-2\n")},
                                        std::make_shared<data::Document>(), inputs);
        QCOMPARE(loaded.errors.size(), std::size_t{1});
        const QString sentence = QString::fromStdString(loaded.errors[0].sentence());
        QVERIFY2(sentence.contains(says) && sentence.contains("v.tsv"), qPrintable(sentence));
        QCOMPARE(loaded.sequences.size(), std::size_t{1});
    }

    void badFiles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << "empty.fa" << QByteArray();
        QTest::newRow("binary") << "binary.fa" << QByteArray("\x7f" "ELF\0\0\0\1", 8);
        QTest::newRow("letters") << "letters.fa" << QByteArray(">a\nACGT!\n");
        QTest::newRow("doubled") << "doubled.fa" << QByteArray(">a\nACGT\n>a\nACGT\n");
        QTest::newRow("truncated") << "short.fa.gz" << QByteArray("\x1f\x8b\x08\x00\x00\x00", 6);
        QTest::newRow("session") << "broken.nscope" << QByteArray("PK no zip");
        QTest::newRow("table") << "table.tsv" << QByteArray("nothing\there\n1\t2\n");
    }
    void badFiles()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        const LoadedFiles loaded = load({write(name, bytes), write("good.fa", ">g\nACGT\n")});
        QCOMPARE(loaded.errors.size(), std::size_t{1});
        const QString sentence = QString::fromStdString(loaded.errors[0].sentence());
        QVERIFY2(sentence.contains(name) && sentence.endsWith('.'), qPrintable(sentence));
        if (!name.endsWith(".nscope"))
            QCOMPARE(loaded.sequences.size(), std::size_t{1});  // the good file arrives all the same
    }

    void cancelStopsBetweenRecords()
    {
        std::stop_source stop;
        stop.request_stop();
        const LoadedFiles loaded = load({write("x.fa", ">a\nACGT\n")}, std::make_shared<data::Document>(),
                                        {}, stop.get_token());
        QVERIFY(loaded.cancelled);
        QVERIFY(loaded.sequences.empty());
    }

    void doublesAreSaid()
    {
        const auto set = load({write("x.fa", ">a\nACGT\n>b\nCC\n")}).sequences[0].transcripts;
        const auto open = data::withEntries(data::Document{}, set, "x.fa");
        std::vector<std::string> notes;
        const auto added =
            withoutDoubles(*open, load({write("y.fa", ">a\nACGT\n>b\nGG\n>c\nTT\n")}).sequences[0].transcripts, notes);
        QCOMPARE(added.size(), std::size_t{2});
        QCOMPARE(added[0]->sequence.id, std::string("b_2"));
        QCOMPARE(added[1]->sequence.id, std::string("c"));
        QCOMPARE(notes.size(), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestFileLoader)
#include "tst_file_loader.moc"
