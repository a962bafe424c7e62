// Purpose: every model that comes with the program: it loads, which recomputes its golden example, predicts, says on its
// card what it was measured to do beside baselines, under which licence, and what it is not; its run.json is complete and
// sound; and all together stay small.
#include "tests/app_cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRandomGenerator>
#include <QtTest/QtTest>

using nscope::test::readFile;
using nscope::test::rowsOf;
using nscope::test::runCli;
using nscope::test::writeFile;

namespace {

const QDir kModels(QStringLiteral(NSCOPE_SOURCE_DIR "/resources/models"));
const QDir kRuns(QStringLiteral(NSCOPE_SOURCE_DIR "/resources/runs"));  ///< of data without a model that is shipped
constexpr qint64 kMostBytes = 15'000'000, kMostBytesTogether = 40'000'000;

QJsonObject jsonOf(const QString& file) { return QJsonDocument::fromJson(readFile(kModels.filePath(file))).object(); }

QStringList shippedIds()
{
    QStringList ids;
    for (const QString& file : kModels.entryList({"*.card.json"}, QDir::Files))
        ids << file.chopped(QString(".card.json").size());
    return ids;
}

}  // namespace

class TestCliShippedModels : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QRandomGenerator random(5);
        QByteArray fasta;
        for (int record = 0; record < 3; ++record) {
            fasta += ">r" + QByteArray::number(record) + "\n";
            for (int i = 0; i < 2'500; ++i)
                fasta += "ACGT"[random.bounded(4)];
            fasta += "\n";
        }
        writeFile(m_folder.filePath("r.fa"), fasta);
    }

    void everyModel_data()
    {
        QTest::addColumn<QString>("id");
        for (const QString& id : shippedIds())
            QTest::newRow(qPrintable(id)) << id;
    }
    void everyModel()
    {
        QFETCH(QString, id);
        const QJsonObject card = jsonOf(id + ".card.json"), run = jsonOf(id + ".run.json");
        QCOMPARE(card["id"].toString(), id);
        QVERIFY(!run.isEmpty());
        QCOMPARE(run["card"].toObject()["id"].toString(), id);
        const QString architecture = card["architecture"].toString();
        QCOMPARE(architecture == "ensemble", run["ensemble"].toBool());
        QCOMPARE(run["model"].toObject()["architecture"].toString(),
                 architecture == "ensemble" ? card["options"].toObject()["member"].toString() : architecture);
        for (const char* text : {"name", "description", "training_data", "training_procedure", "held_out_data", "licence",
                                 "citation", "limitations"})
            QVERIFY2(card[text].toString().size() > 10, text);
        QVERIFY(!card["held_out_metrics"].toObject().isEmpty());
        const QJsonArray baselines = card["baselines"].toArray();
        QVERIFY(!baselines.isEmpty());
        QVERIFY(QFileInfo(kModels.filePath(id + ".safetensors")).size() <= kMostBytes);

        const QString weights = kModels.filePath(id + ".safetensors"), out = m_folder.filePath(id + ".predictions.tsv");
        const auto predicted =
            runCli({"predict", "--quiet", "--model", weights, "--input", m_folder.filePath("r.fa"), "--output", out});
        QVERIFY2(predicted.exitCode == 0, qPrintable(predicted.err));
        QVERIFY(readFile(out).contains("r2"));
    }

    // The data are read as in the training, but nothing is trained.
    void everyRunReadsItsData_data()
    {
        QTest::addColumn<QString>("path");
        for (const QDir& folder : {kModels, kRuns})
            for (const QFileInfo& file : folder.entryInfoList({"*.run.json"}, QDir::Files))
                QTest::newRow(qPrintable(file.fileName())) << file.filePath();
    }
    void everyRunReadsItsData()
    {
        QFETCH(QString, path);
        const QJsonObject run = QJsonDocument::fromJson(readFile(path)).object();
        if (!run.contains("task") || run["task"].toString() == "kmer-embedding")
            QSKIP("Coding models have a data reader of their own (tst_train).");
        QDir::setCurrent(NSCOPE_SOURCE_DIR);
        for (const QString& file : {QString("table"), QString("fasta"), QString("targets")}) {
            const QString data = run["data"].toObject()[file].toString();
            if (!data.isEmpty() && !QFileInfo::exists(data))
                QSKIP("the shared data are absent");
        }
        const auto read = runCli({"dataset", "--quiet", "--config", path, "--output", m_folder.filePath("findings.tsv")});
        QVERIFY2(read.exitCode == 0, qPrintable(read.err));
    }

    void allTogetherAreSmall()
    {
        qint64 all = 0;
        for (const QString& id : shippedIds())
            all += QFileInfo(kModels.filePath(id + ".safetensors")).size();
        QVERIFY(all > 0 && all <= kMostBytesTogether);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliShippedModels)
#include "tst_cli_shipped_models.moc"
