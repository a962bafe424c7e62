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
                            std::stop_token stop = {})
    {
        Progress progress;
        return loadFiles(std::move(paths), std::move(open), std::move(stop), progress);
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
        QCOMPARE(loaded.regions.size(), std::size_t{1});
        QCOMPARE(loaded.regions[0].first, 1);
    }

    void tableAloneSaysWhatIsMissing()
    {
        const LoadedFiles loaded = load({write("z.tsv", "id\tcds_start\tcds_end\na\t0\t9\n")});
        QCOMPARE(loaded.errors.size(), std::size_t{1});
        QVERIFY(loaded.errors[0].sentence().find("z.tsv") != std::string::npos);
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
                                        stop.get_token());
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
