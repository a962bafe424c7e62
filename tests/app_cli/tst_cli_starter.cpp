// Purpose: the command line on real sizes, with the shipped model: the whole human set in bounded memory, exact
// mutagenesis of 1,000 nt against 3,000 single predictions, a line of 2 GB. Takes minutes: label "slow".
#include "tests/app_cli/cli_process.h"
#include "tests/app_cli/tiny_model.h"

#include <QtTest/QtTest>

#include <cmath>
#include <map>

using nscope::test::cliPath;
using nscope::test::CliResult;
using nscope::test::readFile;
using nscope::test::rowsOf;
using nscope::test::runCli;
using nscope::test::writeFile;

namespace {

const QString kStarter = QStringLiteral(NSCOPE_SOURCE_DIR "/resources/models/bioseq2seq.safetensors");
constexpr qint64 kBoundedKilobytes = 2'000'000;

/// Largest resident memory of a running process so far, in kB; 0 if it is gone.
qint64 peakKilobytes(qint64 pid)
{
    const QByteArray status = readFile(QString("/proc/%1/status").arg(pid));
    const qsizetype at = status.indexOf("VmHWM:");
    return at < 0 ? 0 : status.mid(at + 6, 20).simplified().split(' ').first().toLongLong();
}

/// Waits for the end and returns the largest memory seen.
qint64 finishWatched(QProcess& process, int limitSeconds)
{
    qint64 peak = 0;
    QElapsedTimer timer;
    timer.start();
    while (!process.waitForFinished(200) && timer.elapsed() < 1000LL * limitSeconds)
        peak = std::max(peak, peakKilobytes(process.processId()));
    return peak;
}

}  // namespace

class TestCliStarter : public QObject {
    Q_OBJECT

private slots:
    void wholeHumanSetInBoundedMemory();
    void mutagenesisOfThousandNtEqualsSinglePredictions();
    void twoGigabyteLineIsRefused();

private:
    QTemporaryDir m_folder;
};

void TestCliStarter::wholeHumanSetInBoundedMemory()
{
    const QString input = qEnvironmentVariable("NSCOPE_SHARED_DIR") + "/data/coding/human_transcripts.fa.gz";
    if (!QFileInfo::exists(input))
        QSKIP("NSCOPE_SHARED_DIR has no human transcripts");
    const QString output = m_folder.filePath("p.tsv");
    QProcess process;
    process.start(cliPath(), {"predict", "--model", kStarter, "--input", input, "--output", output});
    QVERIFY(process.waitForStarted());
    const qint64 peak = finishWatched(process, 3000);
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, said.constData());
    QVERIFY2(peak > 0 && peak < kBoundedKilobytes, qPrintable(QString::number(peak)));
    QVERIFY2(said.contains(" %, ") && said.contains(" left"), said.left(500).constData());
    QVERIFY(said.contains("16,958 records"));
    const auto rows = rowsOf(readFile(output));
    QCOMPARE(rows.size(), 16959);
    for (const QStringList& row : rows.mid(1))
        QVERIFY2(std::isfinite(row[4].toDouble()), qPrintable(row[0]));
}

void TestCliStarter::mutagenesisOfThousandNtEqualsSinglePredictions()
{
    const QByteArray letters = nscope::test::madeUpLetters(11, 1000, true);
    writeFile(m_folder.filePath("one.fa"), ">one\n" + letters + "\n");
    QByteArray mutants = ">reference\n" + letters + "\n";
    for (int position = 0; position < letters.size(); ++position)
        for (const char base : QByteArray("ACGT"))
            if (base != letters[position])
                mutants += ">" + QByteArray::number(position + 1) + base + "\n"
                           + QByteArray(letters).replace(position, 1, QByteArray(1, base)) + "\n";
    writeFile(m_folder.filePath("mutants.fa"), mutants);
    const auto analyse = [this](const QStringList& arguments, const QString& input, const QString& output) {
        return runCli(arguments
                          + QStringList{"--model", kStarter, "--input", m_folder.filePath(input), "--output",
                                        m_folder.filePath(output), "--quiet"},
                      {}, std::chrono::seconds(1200));
    };
    const CliResult explained = analyse({"explain", "--method", "ism"}, "one.fa", "ism.tsv");
    QVERIFY2(explained.exitCode == 0, qPrintable(explained.err));
    const CliResult predicted = analyse({"predict"}, "mutants.fa", "mutants.tsv");
    QVERIFY2(predicted.exitCode == 0, qPrintable(predicted.err));
    std::map<QString, double> logOdds;
    for (const QStringList& row : rowsOf(readFile(m_folder.filePath("mutants.tsv"))).mid(1))
        logOdds[row[0]] = row[4].toDouble();
    QCOMPARE(logOdds.size(), std::size_t(3001));
    double worst = 0;
    for (const QStringList& row : rowsOf(readFile(m_folder.filePath("ism.tsv"))).mid(1))
        for (int base = 0; base < 4; ++base) {
            const bool isReference = "ACGT"[base] == letters[row[1].toInt() - 1];
            const double delta = isReference ? 0.0 : logOdds.at(row[1] + "ACGT"[base]) - logOdds.at("reference");
            worst = std::max(worst, std::abs(row[3 + base].toDouble() - delta));
        }
    qInfo("largest difference %g", worst);
    QVERIFY2(worst < 1e-3, qPrintable(QString::number(worst)));
}

void TestCliStarter::twoGigabyteLineIsRefused()
{
    QProcess process;
    process.start("/bin/bash", {"-c", QString("{ printf '>huge\\n'; head -c 2200000000 /dev/zero | tr '\\0' A; } | "
                                              "%1 orfs --input - --output %2 --quiet")
                                          .arg(cliPath(), m_folder.filePath("huge.tsv"))});
    QVERIFY(process.waitForFinished(600000));
    QCOMPARE(process.exitCode(), 1);
    const QString said = QString::fromUtf8(process.readAllStandardError());
    QVERIFY2(said.contains("huge") && said.count('\n') == 1, qPrintable(said));
    QVERIFY(!QFileInfo::exists(m_folder.filePath("huge.tsv")));
}

QTEST_GUILESS_MAIN(TestCliStarter)
#include "tst_cli_starter.moc"
