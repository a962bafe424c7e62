// Purpose: `dataset` as scripts use it: the parts, the findings and what they list, and the exit status.
#include "tests/app_cli/cli_process.h"
#include "tests/support/shared_data.h"

#include <QtTest/QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace nscope;
using test::CliResult;
using test::readFile;
using test::refusalFault;
using test::rowsOf;
using test::runCli;
using test::writeFile;

class TestCliDataset : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QString file(const QString& name) const { return m_dir.filePath(name); }

    CliResult run(const QByteArray& settings, const QStringList& more = {})
    {
        QByteArray text = settings;
        text.replace("@", m_dir.path().toUtf8() + "/");
        writeFile(file("run.json"), text);
        return runCli(QStringList{"dataset", "--config", file("run.json"), "--quiet"} + more);
    }

private slots:
    void initTestCase()
    {
        writeFile(file("t.tsv"), "id\tsequence\tlabel\tsplit\n"
                                 "a\tACGTTGCAAGGCTTAACCGT\t0\ttrain\nb\tGGCATCAGTTACGACGATTC\t1\ttrain\n"
                                 "c\tACGTTGCAAGGCTTAACCGT\t0\tvalid\nd\tTTGACCATGCAAATCGCGTA\t1\tvalid\n"
                                 "e\tACG-T\t1\tvalid\n");
    }

    void partsAndFindingsAreSaid()
    {
        const CliResult result =
            run(R"({"task": "classes", "data": {"table": "@t.tsv"}})", {"--output", file("f.tsv")});
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        QVERIFY(result.out.contains("warning: 1 held-out sequence stand"));
        QVERIFY(result.out.contains("warning: 1 rows or windows could not be used"));
        QVERIFY(result.out.contains("note: No sequence is held out for a test"));
        const auto findings = rowsOf(readFile(file("f.tsv")));
        QCOMPARE(findings[0], (QStringList{"severity", "finding", "sentence"}));
        QCOMPARE(findings.size(), 4);
        const auto pairs = rowsOf(readFile(file("f.duplicates.tsv")));
        QCOMPARE(pairs[1], (QStringList{"a", "train", "c", "validation", "1"}));
        QCOMPARE(rowsOf(readFile(file("f.parts.tsv")))[2].mid(0, 2), (QStringList{"validation", "2"}));
    }

    void jsonIsOneDocument()
    {
        const CliResult result = run(R"({"task": "classes", "data": {"table": "@t.tsv"}})", {"--json"});
        const QJsonObject all = QJsonDocument::fromJson(result.out.toUtf8()).object();
        QCOMPARE(all["parts"].toArray().size(), 3);
        QCOMPARE(all["parts"].toArray()[0].toObject()["sequences"].toInt(), 2);
        QCOMPARE(all["findings"].toArray().size(), 3);
        QVERIFY(all["can_train"].toBool());
    }

    void whatCannotBeTrainedOnEndsWithOne()
    {
        const CliResult result =
            run(R"({"task": "classes", "data": {"table": "@t.tsv", "split": {"validation": ["no"]}}})");
        QVERIFY2(refusalFault(result, 1, "cannot be trained").isEmpty(),
                 qPrintable(refusalFault(result, 1, "cannot be trained")));
        QVERIFY(result.out.contains("problem: No sequence validates"));
    }

    void baselinesAreShown()
    {
        const CliResult result =
            run(R"({"task": "classes", "data": {"table": "@t.tsv"}})", {"--json", "--baselines", "--kmer", "2"});
        const QJsonArray all = QJsonDocument::fromJson(result.out.toUtf8()).object()["baselines"].toArray();
        QCOMPARE(all.size(), 1);
        QCOMPARE(all[0].toObject()["baseline"].toString(), QString("2-mers"));
        QCOMPARE(all[0].toObject()["metric"].toString(), QString("AUROC"));
    }

    void examplesOfTheManualAreRead_data()
    {
        QTest::addColumn<QString>("settings");
        const QString manual = QString::fromUtf8(readFile(QString(NSCOPE_SOURCE_DIR) + "/docs/training.md"));
        const QString section = manual.section("## Datasets", 1).section("## Evaluation", 0, 0);
        const QStringList blocks = section.split("```json\n").mid(1);
        QVERIFY(blocks.size() >= 9);
        for (const QString& block : blocks)
            QTest::newRow(qPrintable("example " + QString::number(blocks.indexOf(block))))
                << block.section("```", 0, 0);
    }

    void examplesOfTheManualAreRead()
    {
        QFETCH(QString, settings);
        if (!tests::haveShared("data/README.md"))
            QSKIP("the shared data are absent");
        const CliResult result =
            run(settings.replace("../shared", QString::fromStdString(tests::sharedPath({}))).toUtf8(), {"--json"});
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        const QJsonObject all = QJsonDocument::fromJson(result.out.toUtf8()).object();
        QVERIFY(all["can_train"].toBool());
        for (const QJsonValue& finding : all["findings"].toArray())
            qInfo("%s", qPrintable(finding.toObject()["sentence"].toString()));
    }

    void wrongSettingsAreRefused()
    {
        const struct {
            const char* settings;
            int status;
            const char* said;
        } kWrong[] = {{"{", 1, "not valid JSON"},
                      {R"({"data": {}})", 2, "\"task\" must be one of classes"},
                      {R"({"task": "classes", "data": {"table": "@t.tsv", "seperator": ","}})", 2, "data.seperator"},
                      {R"({"task": "classes", "data": {"table": "@absent.tsv"}})", 1, "absent.tsv"}};
        for (const auto& wrong : kWrong) {
            const QString fault = refusalFault(run(wrong.settings), wrong.status, wrong.said);
            QVERIFY2(fault.isEmpty(), qPrintable(fault));
        }
    }
};

QTEST_GUILESS_MAIN(TestCliDataset)
#include "tst_cli_dataset.moc"
