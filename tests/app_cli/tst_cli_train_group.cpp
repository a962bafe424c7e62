// Purpose: a training that several processes share, started with torchrun's variables, gives the weights that one process
// gives; stops and goes on together; and refuses what cannot be shared.
#include "core/io/safetensors.h"
#include "tests/app_cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QRandomGenerator>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>
#include <QtTest/QtTest>

#include <cmath>
#include <map>
#include <memory>
#include <vector>

using namespace nscope;
using nscope::test::cliPath;
using nscope::test::readFile;
using nscope::test::writeFile;

namespace {

constexpr int kPatienceMs = 300'000;

using Variables = QList<std::pair<QString, QString>>;

std::unique_ptr<QProcess> started(const QStringList& arguments, const Variables& variables)
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("OMP_NUM_THREADS", "1");
    for (const auto& [name, value] : variables)
        environment.insert(name, value);
    process->setProcessEnvironment(environment);
    process->start(cliPath(), arguments);
    return process;
}

QString freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return QString::number(server.serverPort());
}

Variables placeOf(int rank, int size, const QString& port)
{
    return {{"RANK", QString::number(rank)},
            {"WORLD_SIZE", QString::number(size)},
            {"MASTER_ADDR", "127.0.0.1"},
            {"MASTER_PORT", port}};
}

/// What two processes with these arguments said on standard error; empty if both succeeded.
QByteArray faultOfTogether(const QStringList& arguments)
{
    const QString port = freePort();
    std::vector<std::unique_ptr<QProcess>> processes;
    for (int rank = 0; rank < 2; ++rank)
        processes.push_back(started(arguments, placeOf(rank, 2, port)));
    QByteArray fault;
    for (const auto& process : processes) {
        if (!process->waitForFinished(kPatienceMs))
            fault += "did not end ";
        else if (process->exitCode() != 0)
            fault += process->readAllStandardError();
    }
    return fault;
}

std::map<std::string, std::vector<float>> weightsOf(const QString& folder)
{
    std::map<std::string, std::vector<float>> all;
    const auto file = io::Safetensors::open((folder + "/model.safetensors").toStdString());
    if (file)
        for (const io::TensorView& tensor : file->tensors())
            all[tensor.name] = io::numbersAsFloats(tensor);
    return all;
}

/// Largest difference relative to the largest weight; infinite for other names or shapes.
double distance(const QString& a, const QString& b)
{
    const auto first = weightsOf(a), second = weightsOf(b);
    double largest = 0.0, difference = 0.0;
    if (first.empty() || first.size() != second.size())
        return HUGE_VAL;
    for (const auto& [name, values] : first) {
        const auto other = second.find(name);
        if (other == second.end() || other->second.size() != values.size())
            return HUGE_VAL;
        for (std::size_t i = 0; i < values.size(); ++i) {
            largest = std::max(largest, std::abs(double(values[i])));
            difference = std::max(difference, std::abs(double(values[i]) - double(other->second[i])));
        }
    }
    return difference / largest;
}

QByteArray textOf(const QJsonObject& json) { return QJsonDocument(json).toJson(QJsonDocument::Compact); }

QByteArrayList linesOf(const QString& folder, const QString& type)
{
    QByteArrayList lines;
    for (const QByteArray& line : readFile(folder + "/metrics.jsonl").split('\n'))
        if (QJsonDocument::fromJson(line).object()["type"].toString() == type)
            lines << line;
    return lines;
}

}  // namespace

class TestCliTrainGroup : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QByteArray table = "sequence\tlabel\tsplit\n";
        QRandomGenerator random(3);
        for (int row = 0; row < 300; ++row) {
            QByteArray letters;
            for (int i = 0; i < 60; ++i)
                letters += "ACGT"[random.bounded(4)];
            if (row % 2 == 0)
                letters.replace(20, 6, "TATAAA");
            table += letters + (row % 2 == 0 ? "\twith" : "\twithout") + (row % 5 == 0 ? "\tvalid\n" : "\ttrain\n");
        }
        writeFile(at("data.tsv"), table);
        writeFile(at("run.json"), textOf(config(5, 3)));
        // A build without c10d says so.
        auto probe = started({"train", "--quiet", "--config", at("run.json"), "--output", at("probe")},
                             {{"RANK", "7"}, {"WORLD_SIZE", "2"}});
        QVERIFY(probe->waitForFinished(kPatienceMs));
        const QByteArray said = probe->readAllStandardError();
        QVERIFY2(said.contains("RANK must be a number from 0 to WORLD_SIZE"), said);
        auto lonely = started({"train", "--quiet", "--config", at("run.json"), "--output", at("one")}, {});
        QVERIFY(lonely->waitForFinished(kPatienceMs));
        QVERIFY2(lonely->exitCode() == 0, lonely->readAllStandardError());
    }

    void twoProcessesEqualOne()
    {
        const QByteArray fault = faultOfTogether(
            {"train", "--quiet", "--config", at("run.json"), "--output", at("two")});
        if (fault.contains("without c10d"))
            QSKIP("This LibTorch has no c10d, or the headers of Gloo are missing.");
        QVERIFY2(fault.isEmpty(), fault);
        const double difference = distance(at("one"), at("two"));
        QVERIFY2(difference < 1e-4, qPrintable(QString::number(difference)));
        // The same lines of metrics: only the first process wrote, and it counted the examples of both.
        for (const char* type : {"start", "train", "validation", "result"})
            QCOMPARE(linesOf(at("two"), type).size(), linesOf(at("one"), type).size());
        const auto seen = [this](const char* run) {
            return QJsonDocument::fromJson(linesOf(at(run), "train").back()).object();
        };
        QCOMPARE(seen("two")["examples"].toInt(), seen("one")["examples"].toInt());
        QVERIFY(std::abs(seen("two")["loss"].toDouble() - seen("one")["loss"].toDouble()) < 1e-4);
    }

    void bothStopAndGoOn()
    {
        writeFile(at("long.json"), textOf(config(2, 60)));
        const QStringList begin{"train", "--quiet", "--config", at("long.json"), "--output", at("stopped")};
        const QString port = freePort();
        auto first = started(begin, placeOf(0, 2, port)), second = started(begin, placeOf(1, 2, port));
        if (!QTest::qWaitFor([&] {
                return linesOf(at("stopped"), "validation").size() >= 2 || first->state() == QProcess::NotRunning;
            }, kPatienceMs))
            QFAIL("It did not begin.");
        if (first->state() == QProcess::NotRunning && first->readAllStandardError().contains("without c10d"))
            QSKIP("This LibTorch has no c10d, or the headers of Gloo are missing.");
        second->terminate();  // one of them is told to stop
        QVERIFY(first->waitForFinished(kPatienceMs) && second->waitForFinished(kPatienceMs));
        QVERIFY2(first->exitCode() == 1, first->readAllStandardError());
        QVERIFY(second->exitCode() == 1);
        QVERIFY(QFile::exists(at("stopped/checkpoint/state.json")));
        const QByteArray fault = faultOfTogether({"train", "--quiet", "--resume", at("stopped")});
        QVERIFY2(fault.isEmpty(), fault);
        auto whole = started({"train", "--quiet", "--config", at("long.json"), "--output", at("whole")}, {});
        QVERIFY(whole->waitForFinished(kPatienceMs));
        const double difference = distance(at("stopped"), at("whole"));
        QVERIFY2(difference < 1e-3, qPrintable(QString::number(difference)));
    }

    void whatCannotBeSharedIsRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("one micro-batch") << textOf(config(1, 1)) << QByteArray("optimiser.accumulate");
        QJsonObject replicates = config(2, 1);
        replicates["replicates"] = 2;
        QTest::newRow("replicates") << textOf(replicates) << QByteArray("no replicates");
        const QJsonObject coding{{"data", QJsonObject{{"fasta", "a.fa"}, {"table", "a.tsv"}}}};
        QTest::newRow("coding") << textOf(coding) << QByteArray("runs in one process");
    }
    void whatCannotBeSharedIsRefused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, said);
        writeFile(at("wrong.json"), json);
        const QByteArray fault = faultOfTogether(
            {"train", "--quiet", "--config", at("wrong.json"), "--output", at("wrong")});
        if (fault.contains("without c10d"))
            QSKIP("This LibTorch has no c10d, or the headers of Gloo are missing.");
        QVERIFY2(fault.contains(said), fault);
        QVERIFY(!QFile::exists(at("wrong")));
    }

private:
    QString at(const char* name) const { return m_folder.filePath(name); }
    /// A small network without dropout or batch norm, whose steps have so many micro-batches.
    QJsonObject config(int accumulate, int epochs) const
    {
        const QJsonObject network{
            {"length", 60},
            {"head", QJsonObject{{"kind", "classes"}, {"names", QJsonArray{"with", "without"}}}},
            {"layers", QJsonArray{QJsonObject{{"type", "conv"}, {"filters", 8}, {"kernel", 9}},
                                  QJsonObject{{"type", "activation"}, {"function", "relu"}},
                                  QJsonObject{{"type", "globalpool"}, {"of", "max"}},
                                  QJsonObject{{"type", "dense"}, {"units", 2}}}}};
        const QString layers = QString::fromUtf8(QJsonDocument(network).toJson(QJsonDocument::Compact));
        return {{"task", "classes"},
                {"data", QJsonObject{{"table", at("data.tsv")}}},
                {"model", QJsonObject{{"architecture", "custom"}, {"options", QJsonObject{{"layers", layers}}}}},
                {"optimiser", QJsonObject{{"kind", "adam"}, {"rate", 0.003}, {"accumulate", accumulate}}},
                {"batches", QJsonObject{{"examples", 7}}},
                {"schedule", QJsonObject{{"kind", "constant"}}},
                {"limits", QJsonObject{{"epochs", epochs}}},
                {"validation", QJsonObject{{"patience", 0}, {"bootstrap", 0}, {"best", "last"}}},
                {"log_every_steps", 1},
                {"seed", 4}};
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliTrainGroup)
#include "tst_cli_train_group.moc"
