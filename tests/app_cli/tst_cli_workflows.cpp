// Purpose: the scripts for clusters give what one machine gives: shards predicted by array tasks and put together equal
// the whole, replicates are trained each once, collected and averaged, and what does not belong together is refused.
#include "tests/app_cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QProcess>
#include <QtTest/QtTest>

#include <algorithm>

using nscope::test::cliPath;
using nscope::test::readFile;
using nscope::test::rowsOf;
using nscope::test::runCli;
using nscope::test::writeFile;

namespace {

const QString kWorkflows = QStringLiteral(NSCOPE_SOURCE_DIR "/packaging/workflows/");
const QString kModel = QStringLiteral(NSCOPE_SOURCE_DIR "/resources/models/bioseq2seq.safetensors");
const QString kExample = QStringLiteral(NSCOPE_SOURCE_DIR "/resources/examples/textbook.fa");

struct Run {
    int exitCode = -1;
    QByteArray out, err;
};

Run script(const QString& name, const QStringList& arguments, const QList<std::pair<QString, QString>>& variables = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("NUCLEOSCOPE", cliPath());
    for (const auto& [key, value] : variables)
        environment.insert(key, value);
    process.setProcessEnvironment(environment);
    process.start("bash", QStringList{kWorkflows + name} + arguments);
    if (!process.waitForFinished(300'000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

}  // namespace

class TestCliWorkflows : public QObject {
    Q_OBJECT

private slots:
    void shardsEqualTheWhole()
    {
        QVERIFY2(QFile::exists(kModel), qPrintable(kModel));
        const QString whole = m_folder.filePath("whole.tsv"), parts = m_folder.filePath("parts");
        QCOMPARE(runCli({"predict", "--quiet", "--model", kModel, "--input", kExample, "--output", whole}).exitCode, 0);
        QStringList tables;
        for (int task = 3; task < 6; ++task) {
            const Run run = script("slurm/predict.sbatch", {},
                                   {{"MODEL", kModel}, {"INPUT", kExample}, {"OUTPUT", parts},
                                    {"SLURM_ARRAY_TASK_ID", QString::number(task)}, {"SLURM_ARRAY_TASK_MIN", "3"},
                                    {"SLURM_ARRAY_TASK_COUNT", "3"}});
            QVERIFY2(run.exitCode == 0, run.err);
            tables << QString("%1/part_%2.tsv").arg(parts).arg(task - 3, 4, 10, QChar('0'));
            QVERIFY(QFile::exists(tables.back()));
        }
        const QString merged = m_folder.filePath("merged.tsv");
        QVERIFY(script("merge_tables", QStringList{merged} + tables).exitCode == 0);
        auto one = rowsOf(readFile(whole)), all = rowsOf(readFile(merged));
        QCOMPARE(all.takeFirst(), one.takeFirst());
        std::ranges::sort(one);
        std::ranges::sort(all);
        QVERIFY(one.size() > 3);
        QCOMPARE(all, one);
        // Single tasks again: by the number of the first submission, or not at all.
        QVERIFY(QFile::remove(tables.back()));
        const auto again = [&](const QString& shards) {
            return script("slurm/predict.sbatch", {}, {{"MODEL", kModel}, {"INPUT", kExample}, {"OUTPUT", parts},
                                                       {"SLURM_ARRAY_TASK_ID", "2"}, {"SLURM_ARRAY_TASK_COUNT", "1"},
                                                       {"SHARDS", shards}});
        };
        QVERIFY(again("2").exitCode == 2 && again("2").err.contains("SHARDS"));
        QCOMPARE(again("3").exitCode, 0);
        QVERIFY(QFile::exists(tables.back()));
        // A task that is started again does nothing.
        const QByteArray before = readFile(tables.front());
        writeFile(tables.front(), before + "marked");
        QCOMPARE(script("slurm/predict.sbatch", {}, {{"MODEL", kModel}, {"INPUT", kExample}, {"OUTPUT", parts},
                                                     {"SLURM_ARRAY_TASK_ID", "0"}, {"SLURM_ARRAY_TASK_COUNT", "3"}})
                     .exitCode, 0);
        QCOMPARE(readFile(tables.front()), before + "marked");
    }

    void tablesThatDoNotBelongTogether()
    {
        writeFile(m_folder.filePath("a.tsv"), "id\tx\n1\t2\n");
        writeFile(m_folder.filePath("b.tsv"), "id\ty\n1\t2\n");
        const Run run = script("merge_tables", {m_folder.filePath("c.tsv"), m_folder.filePath("a.tsv"), m_folder.filePath("b.tsv")});
        QCOMPARE(run.exitCode, 1);
        QVERIFY2(run.err.contains("another header"), run.err);
        QVERIFY(!QFile::exists(m_folder.filePath("c.tsv")));
    }

    void replicatesAreTrainedAndCollected()
    {
        QByteArray table = "sequence\tlabel\tsplit\n";
        for (int row = 0; row < 60; ++row) {
            QByteArray letters;
            for (int i = 0; i < 40; ++i)
                letters += "ACGT"[(row * 7 + i * (row % 5 + 1) + i / 3) % 4];
            table += letters + "\t" + QByteArray::number(0.1 * letters.count('G')) + "\t"
                     + (row % 5 == 0 ? "valid" : row % 7 == 0 ? "test" : "train") + "\n";
        }
        writeFile(m_folder.filePath("numbers.tsv"), table);
        writeFile(m_folder.filePath("run.json"),
                  QString(R"({"task": "numbers", "data": {"table": "%1"}, "model": {"architecture": "mpra-cnn"},
                            "limits": {"epochs": 2}, "validation": {"bootstrap": 20}, "card": {"id": "small"}})")
                      .arg(m_folder.filePath("numbers.tsv"))
                      .toUtf8());
        const QString runs = m_folder.filePath("runs");
        for (const char* seed : {"1", "2"}) {
            const Run run = script("slurm/train.sbatch", {}, {{"CONFIG", m_folder.filePath("run.json")}, {"OUTPUT", runs},
                                                               {"SLURM_ARRAY_TASK_ID", seed}});
            QVERIFY2(run.exitCode == 0, run.err);
            QVERIFY(QFile::exists(runs + "/seed" + seed + "/model.safetensors"));
        }
        const Run collected = script("collect_runs", {runs + "/seed1", runs + "/seed2", runs + "/seed3"});
        QCOMPARE(collected.exitCode, 1);  // one is missing, and said
        QVERIFY2(collected.err.contains("seed3 has no model"), collected.err);
        const auto rows = rowsOf(collected.out);
        QCOMPARE(rows[0], (QStringList{"run", "metric", "value"}));
        const auto of = [&](const QString& run) {
            return std::ranges::count_if(rows, [&](const QStringList& row) { return row[0].endsWith(run) && row[1] == "pearson"; });
        };
        QVERIFY(of("seed1") == 1 && of("seed2") == 1);

        // Their mean is a model like any other.
        const QString mean = m_folder.filePath("mean");
        const auto averaged = runCli({"train", "--average", runs + "/seed1", runs + "/seed2", "--output", mean});
        QVERIFY2(averaged.exitCode == 0, qPrintable(averaged.err));
        writeFile(m_folder.filePath("two.fa"), ">a\nACGGTCATTGCAACGGTCATTGCAACGGTCATTGCAACGG\n"
                                               ">b\nGGGTCATTGCAACGGTCATTGCACCGGTCATTGCAACGGT\n");
        const auto predicted = [&](const QString& model, const QStringList& more) {
            const QString to = m_folder.filePath("predicted.tsv");
            const auto run = runCli(QStringList{"predict", "--model", model + "/model.safetensors", "--input",
                                                m_folder.filePath("two.fa"), "--output", to} + more);
            return run.exitCode == 0 ? rowsOf(readFile(to)) : QList<QStringList>{{run.err}};
        };
        const auto one = predicted(runs + "/seed1", {}), two = predicted(runs + "/seed2", {});
        const auto both = predicted(mean, {"--members"});
        QCOMPARE(both.size(), 3);
        QCOMPARE(both[0].back(), one[0].back() + "_sd");
        for (qsizetype row = 1; row < 3; ++row) {
            const double a = one[row].back().toDouble(), b = two[row].back().toDouble();
            QVERIFY(a != b);
            QVERIFY(std::abs(both[row][2].toDouble() - (a + b) / 2) < 1e-5);
            QVERIFY(std::abs(both[row].back().toDouble() - std::abs(a - b) / std::sqrt(2.0)) < 1e-5);
        }
        QVERIFY2(predicted(runs + "/seed1", {"--members"})[0][0].contains("no ensemble"), "a model without members");
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestCliWorkflows)
#include "tst_cli_workflows.moc"
