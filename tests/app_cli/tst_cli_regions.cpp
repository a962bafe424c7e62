// predict --genome: profiles and numbers along regions of a genome in every format, whole however they are cut, killed and
// gone on with; and requests that make no sense.
#include "core/data/alphabet.h"
#include "core/io/npz.h"
#include "core/io/signal_file.h"
#include "tests/app_cli/cli_process.h"
#include "tests/app_cli/random_model.h"
#include "tests/support/random_letters.h"

#include <QtTest/QtTest>

#include <cmath>
#include <csignal>
#include <cstring>

using namespace nscope;
using namespace nscope::test;

namespace {

constexpr std::int64_t kWindowNt = 512, kBinNt = 16, kLengthNt = 30'000;

std::string lettersOf(std::uint64_t seed, std::size_t count)
{
    std::mt19937_64 random(seed);
    return tests::randomLetters(random, count);
}

template <class T>
T orFail(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().sentence().c_str());
    return *std::move(result);
}

std::vector<io::SignalInterval> signalOf(const QString& path, const std::string& chromosome, std::int64_t lengthNt)
{
    return orFail(orFail(io::openSignal(path.toStdString()))->intervals(chromosome, {0, lengthNt}));
}

bool areSame(const std::vector<io::SignalInterval>& signal, const QList<QStringList>& rows, int column)
{
    std::vector<io::SignalInterval> expected;
    for (const QStringList& row : rows) {
        if (row[column] != "nan")
            expected.push_back({row[1].toLongLong(), row[2].toLongLong(), row[column].toFloat()});
    }
    return !expected.empty() && signal == expected;
}

}  // namespace

class TestCliRegions : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void windowsAreThoseOfSequences();
    void everyFormatHoldsTheSameNumbers();
    void chunksAreTheWhole();
    void binsAreMeans();
    void strands();
    void killedRunsGoOn();
    void stoppedRunsSayHowToGoOn();
    void partsOfAnotherRunStay();
    void regionsOfAFile();
    void piecesAndWholeGenomes();
    void numbersAtTheStartSite();
    void requestsThatMakeNoSense_data();
    void requestsThatMakeNoSense();
    void optionsAlongAGenomeNeedOne();

private:
    QString file(const QString& name) const { return m_folder.filePath(name); }
    QStringList along(const QString& output) const
    {
        return {"predict", "--quiet", "--threads", "1", "--model", m_profile, "--genome", m_genome, "--output", output};
    }
    QStringList numbersAlong(const QString& output) const
    {
        return {"predict", "--quiet", "--threads", "1", "--model", m_numbers, "--genome", m_genome, "--output", output};
    }
    QStringList slow(const QString& output) const
    {
        return along(output) + QStringList{"--region", "chr1", "--step", "16", "--chunk", "1600"};
    }
    qsizetype partsIn(const QString& output) const
    {
        return QDir(output + ".parts").entryList({"part-*.npz"}, QDir::Files).size();
    }
    void runUntilParts(QProcess& process, const QString& output, qsizetype parts);

    QTemporaryDir m_folder;
    QString m_genome, m_profile, m_numbers;
    std::string m_letters = lettersOf(1, kLengthNt), m_short = lettersOf(2, kWindowNt);
};

void TestCliRegions::initTestCase()
{
    auto backend = orFail(engine::openTorchBackend({.device = "cpu", .threads = 1, .memoryBudgetBytes = 0}));
    m_profile = file("profile.safetensors");
    m_numbers = file("numbers.safetensors");
    orFail(writeRandomModel(*backend, "residualbind-32",
                            {"length=512", "filters=6,7,8", "head_filters=8", "head=task", "tasks=a,b"},
                            m_profile.toStdString()));
    orFail(writeRandomModel(*backend, "xpresso", {"length=600", "filters1=8", "filters2=6", "dense1=12", "dense2=6"},
                            m_numbers.toStdString()));
    m_letters.replace(12'000, 3'000, std::string(3'000, 'N'));
    m_genome = file("genome.fa");
    writeFile(m_genome, QByteArray::fromStdString(">1\n" + m_letters + "\n>short\n" + m_short + "\n"));
}

// A chromosome as long as a window is one window, as if it were a record.
void TestCliRegions::windowsAreThoseOfSequences()
{
    writeFile(file("short.fa"), QByteArray::fromStdString(">short\n" + m_short + "\n"));
    const CliResult record = runCli({"predict", "--quiet", "--threads", "1", "--model", m_profile, "--input",
                                     file("short.fa"), "--output", file("record.tsv")});
    QVERIFY2(record.exitCode == 0, qPrintable(record.err));
    const CliResult result = runCli(along("-") + QStringList{"--region", "short"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QList<QStringList> expected = rowsOf(readFile(file("record.tsv"))), found = rowsOf(result.out.toUtf8());
    QCOMPARE(found.first(), (QStringList{"chrom", "start", "end", "a", "b"}));
    QVERIFY(expected.size() > 10);
    QCOMPARE(found.mid(1), expected.mid(1));
}

void TestCliRegions::everyFormatHoldsTheSameNumbers()
{
    const QStringList region{"--region", "chr1:9,001-16,505"};
    for (const char* name : {"f.tsv", "f.bw", "f.bedGraph", "f.bedGraph.gz", "f.npz"}) {
        const CliResult result = runCli(along(file(name)) + region);
        QVERIFY2(result.exitCode == 0 && result.err.isEmpty(), qPrintable(result.err));
        QVERIFY(!QFileInfo::exists(file(name) + ".parts"));
    }
    const QList<QStringList> rows = rowsOf(readFile(file("f.tsv"))).mid(1);
    const auto binNt = rows[1][2].toLongLong() - rows[1][1].toLongLong();
    QCOMPARE(rows.first()[0], QString("1"));
    QCOMPARE(rows.first()[1], QString("9000"));
    QCOMPARE(rows.last()[2], QString("16505"));  // the last bin is cut
    QVERIFY(rows.last()[2].toLongLong() - rows.last()[1].toLongLong() < binNt);
    for (qsizetype i = 1; i < rows.size(); ++i)
        QCOMPARE(rows[i][1], rows[i - 1][2]);
    // Bins of N only have no value, and no others.
    for (const QStringList& row : rows) {
        const std::string letters = m_letters.substr(row[1].toULongLong(), row[2].toULongLong() - row[1].toULongLong());
        QCOMPARE(row[3] == "nan", letters.find_first_not_of('N') == std::string::npos);
    }
    for (const char* name : {"f.%1.bw", "f.%1.bedGraph", "f.%1.bedGraph.gz"}) {
        QVERIFY(areSame(signalOf(file(QString(name).arg("a")), "1", kLengthNt), rows, 3));
        QVERIFY(areSame(signalOf(file(QString(name).arg("b")), "1", kLengthNt), rows, 4));
    }
    const auto arrays = orFail(io::readNpz(file("f.npz").toStdString()));
    const auto& profile = arrays.at("profile/0");
    QCOMPARE(profile.shape, (std::vector<std::int64_t>{rows.size(), 2}));
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const float value = profile.as<float>()->at(std::size_t(2 * i) + 1);
        QVERIFY(rows[i][4] == "nan" ? std::isnan(value) : value == rows[i][4].toFloat());
    }
    QCOMPARE(arrays.at("ids").as<std::string>()->front(), std::string("1:9001-16505"));
    QCOMPARE(arrays.at("starts").as<std::int64_t>()->front(), std::int64_t(9'000));
    QCOMPARE(arrays.at("bin_nt").as<std::int64_t>()->front(), binNt);
    QVERIFY(arrays.at("provenance").as<std::string>()->front().find("model_hash") != std::string::npos);
}

void TestCliRegions::chunksAreTheWhole()
{
    for (const char* strand : {"+", "-", "both"}) {
        const QStringList how{"--region", "chr1", "--strand", strand};
        for (const auto& [name, chunk] : {std::pair("whole", "1000000"), {"cut", "1700"}}) {
            const CliResult result = runCli(along(file(QString(name) + ".tsv")) + how + QStringList{"--chunk", chunk});
            QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        }
        QVERIFY(readFile(file("whole.tsv")).size() > 10'000);
        QCOMPARE(readFile(file("cut.tsv")), readFile(file("whole.tsv")));
    }
}

void TestCliRegions::binsAreMeans()
{
    const QStringList region{"--region", "1:1,001-9,000"};
    for (const auto& [name, bins] :
         {std::pair("fine.tsv", QStringList{}), {"wide.tsv", QStringList{"--bins", "128"}}}) {
        const CliResult result = runCli(along(file(name)) + region + bins);
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    }
    const QList<QStringList> fine = rowsOf(readFile(file("fine.tsv"))).mid(1),
                             wide = rowsOf(readFile(file("wide.tsv"))).mid(1);
    const qsizetype each = 128 / (fine[0][2].toLongLong() - fine[0][1].toLongLong());
    QVERIFY(each > 1);
    QCOMPARE(wide.size(), (fine.size() + each - 1) / each);
    for (qsizetype i = 0; i < wide.size(); ++i) {
        double sum = 0.0;
        const qsizetype end = std::min(fine.size(), (i + 1) * each);
        for (qsizetype j = i * each; j < end; ++j)
            sum += fine[j][3].toDouble();
        QVERIFY(std::abs(wide[i][3].toDouble() - sum / double(end - i * each)) < 1e-6);
    }
    const CliResult odd = runCli(along(file("odd.tsv")) + region + QStringList{"--bins", "100"});
    QCOMPARE(odd.exitCode, 2);
    QVERIFY2(odd.err.contains("multiple"), qPrintable(odd.err));
}

// The reverse strand of a genome is the forward strand of its reverse complement.
void TestCliRegions::strands()
{
    const QString turned = file("turned.fa");
    writeFile(turned, QByteArray::fromStdString(">short\n" + data::reverseComplement(m_short) + "\n"));
    const CliResult reverse = runCli(along("-") + QStringList{"--region", "short", "--strand", "-"});
    const CliResult plus = runCli(along("-") + QStringList{"--region", "short", "--strand", "+"});
    const CliResult both = runCli(along("-") + QStringList{"--region", "short", "--strand", "both"});
    const CliResult forward = runCli({"predict", "--quiet", "--threads", "1", "--model", m_profile, "--genome", turned,
                                      "--region", "short", "--output", "-"});
    for (const CliResult* result : {&reverse, &plus, &both, &forward})
        QVERIFY2(result->exitCode == 0, qPrintable(result->err));
    const auto a = rowsOf(reverse.out.toUtf8()).mid(1), b = rowsOf(forward.out.toUtf8()).mid(1),
               c = rowsOf(plus.out.toUtf8()).mid(1), d = rowsOf(both.out.toUtf8()).mid(1);
    QCOMPARE(a.size(), b.size());
    double largest = 0.0;
    for (qsizetype i = 0; i < a.size(); ++i) {
        QCOMPARE(a[i][3], b[b.size() - 1 - i][3]);
        QVERIFY(std::abs(d[i][3].toDouble() - (a[i][3].toDouble() + c[i][3].toDouble()) / 2) < 1e-6);
        largest = std::max(largest, std::abs(a[i][3].toDouble() - c[i][3].toDouble()));
    }
    QVERIFY(largest > 1e-4);
}

/// Ends the process of a run once so many parts are there.
void TestCliRegions::runUntilParts(QProcess& process, const QString& output, qsizetype parts)
{
    process.start(cliPath(), slow(output), QIODevice::ReadOnly);
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(partsIn(output) >= parts || process.state() == QProcess::NotRunning, 120'000);
    QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError().constData());
}

void TestCliRegions::killedRunsGoOn()
{
    const QString output = file("killed.tsv"), whole = file("unkilled.tsv");
    QProcess process;
    runUntilParts(process, output, 3);
    process.kill();
    QVERIFY(process.waitForFinished());
    QVERIFY(!QFileInfo::exists(output));
    const qsizetype kept = partsIn(output);
    QVERIFY(kept >= 3);
    QStringList again = slow(output);
    again.removeAll("--quiet");
    const CliResult result = runCli(again);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QVERIFY2(result.err.contains(QString("%1 of 19 parts are there").arg(kept)), qPrintable(result.err));
    QVERIFY(!QFileInfo::exists(output + ".parts"));
    QVERIFY2(runCli(slow(whole)).exitCode == 0, "the run that is not killed");
    QCOMPARE(readFile(output), readFile(whole));
}

void TestCliRegions::stoppedRunsSayHowToGoOn()
{
    const QString output = file("stopped.tsv");
    QProcess process;
    runUntilParts(process, output, 2);
    ::kill(pid_t(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished());
    const QString said = QString::fromUtf8(process.readAllStandardError());
    QCOMPARE(process.exitCode(), 1);
    QVERIFY2(said.contains("parts are kept in " + output + ".parts") && said.contains("the same command goes on"),
             qPrintable(said));
    QVERIFY(partsIn(output) >= 2 && !QFileInfo::exists(output));
}

// Goes on from the parts that the test before has left.
void TestCliRegions::partsOfAnotherRunStay()
{
    const QString output = file("stopped.tsv");
    const qsizetype kept = partsIn(output);
    QVERIFY(kept >= 2);
    const CliResult other = runCli(slow(output) + QStringList{"--strand", "-"});
    QCOMPARE(other.exitCode, 1);
    QCOMPARE(other.errorLines().size(), 1);
    QVERIFY2(other.err.contains("strand differ") && other.err.contains("delete the folder"), qPrintable(other.err));
    QCOMPARE(partsIn(output), kept);
    writeFile(m_genome + ".copy.fa", readFile(m_genome) + ">more\nACGT\n");
    QStringList elsewhere = slow(output);
    elsewhere.replace(elsewhere.indexOf(m_genome), m_genome + ".copy.fa");
    const CliResult changed = runCli(elsewhere);
    QVERIFY2(changed.exitCode == 1 && changed.err.contains("genome differ"), qPrintable(changed.err));
    QVERIFY(runCli(slow(output)).exitCode == 0);
}

void TestCliRegions::regionsOfAFile()
{
    const QString bed = file("r.bed");
    writeFile(bed, "chr1\t20000\t20500\nchr1\t1000\t1800\nchr1\t1500\t2000\nshort\t100\t200\n"
                   "chr1\t29900\t30100\nchr7\t5\t10\nchr1\t2000\t2003\nchr1\t0\t0\n");
    const CliResult result = runCli(along(file("r.tsv")) + QStringList{"--regions", bed});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QVERIFY2(result.err.contains("Left out") && result.err.contains("1:29,901-30,100")
                 && result.err.contains("30,000 nt"),
             qPrintable(result.err));
    QVERIFY2(result.err.contains("chr7:6-10") && result.err.contains("no chromosome named chr7"),
             qPrintable(result.err));
    QVERIFY2(result.err.contains("The region has no bases"), qPrintable(result.err));
    QVERIFY2(result.err.contains("5 became 3"), qPrintable(result.err));
    const QList<QStringList> rows = rowsOf(readFile(file("r.tsv"))).mid(1);
    QStringList bounds;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        if (i == 0 || rows[i][1] != rows[i - 1][2])
            bounds << rows[i][0] + ":" + rows[i][1];
        if (i + 1 == rows.size() || rows[i][2] != rows[i + 1][1])
            bounds << rows[i][2];
    }
    QCOMPARE(bounds, (QStringList{"1:1000", "2003", "1:20000", "20500", "short:100", "200"}));
    const CliResult signal = runCli(along(file("r.bw")) + QStringList{"--regions", bed});
    QVERIFY2(signal.exitCode == 0, qPrintable(signal.err));
    const auto ofOne = std::ranges::count(rows, QString("1"), [](const QStringList& row) { return row[0]; });
    QVERIFY(areSame(signalOf(file("r.a.bw"), "1", kLengthNt), rows.mid(0, ofOne), 3));
    writeFile(file("none.bed"), "chr7\t5\t10\n");
    const CliResult none = runCli(along(file("none.tsv")) + QStringList{"--regions", file("none.bed")});
    QCOMPARE(none.exitCode, 1);
    QVERIFY2(none.err.contains("none of the file's regions"), qPrintable(none.err));
}

// Pieces are apart: no window reaches from one into the next, and a piece shorter than a window is padded.
void TestCliRegions::piecesAndWholeGenomes()
{
    const QString pieces = file("pieces.fa");
    const std::string tiny = m_letters.substr(5'000, 200);
    writeFile(pieces, QByteArray::fromStdString(">chr1:1000-3000\n" + m_letters.substr(1'000, 2'000)
                                                + "\n>chr1:5000-5200\n" + tiny + "\n"));
    const QStringList common{"predict", "--quiet", "--threads", "1", "--model", m_profile, "--genome", pieces};
    const CliResult whole = runCli(common + QStringList{"--whole-genome", "--output", file("pieces.tsv")});
    QVERIFY2(whole.exitCode == 0, qPrintable(whole.err));
    const QList<QStringList> rows = rowsOf(readFile(file("pieces.tsv"))).mid(1);
    QCOMPARE(rows.first().mid(0, 2), (QStringList{"chr1", "1000"}));
    QCOMPARE(rows.last()[2], QString("5200"));
    for (const QStringList& row : rows)
        QVERIFY(row[2].toLongLong() <= 3'000 || row[1].toLongLong() >= 5'000);
    writeFile(file("tiny.fa"), QByteArray::fromStdString(">tiny\n" + tiny + "\n"));
    const CliResult record = runCli({"predict", "--quiet", "--threads", "1", "--model", m_profile, "--input",
                                     file("tiny.fa"), "--output", file("tiny.tsv")});
    QVERIFY2(record.exitCode == 0, qPrintable(record.err));
    QMap<qint64, QString> ofRecord;
    const QList<QStringList> records = rowsOf(readFile(file("tiny.tsv"))).mid(1);
    for (const QStringList& row : records)
        ofRecord[std::max<qint64>(0, row[1].toLongLong()) + 5'000] = row[3];
    int compared = 0;
    for (const QStringList& row : rows) {
        if (row[1].toLongLong() >= 5'000 && row[3] != "nan") {
            QCOMPARE(row[3], ofRecord.value(row[1].toLongLong()));
            ++compared;
        }
    }
    QVERIFY(compared > 3);
    // Between the pieces there is nothing; over both of them, what is held.
    const CliResult between = runCli(common + QStringList{"--region", "chr1:3,501-4,000", "--output", "-"});
    QVERIFY2(between.exitCode == 1 && between.err.contains("holds none of this region"), qPrintable(between.err));
    const CliResult over = runCli(common + QStringList{"--region", "chr1:2,001-5,100", "--output", file("over.tsv")});
    QVERIFY2(over.exitCode == 0 && over.err.contains("2,000 nt of the regions"), qPrintable(over.err));
}

void TestCliRegions::numbersAtTheStartSite()
{
    const QString output = file("numbers.bw");
    const CliResult result =
        runCli(numbersAlong(output) + QStringList{"--region", "chr1:2,001-4,000", "--strand", "both", "--step", "50"});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const auto plus = signalOf(file("numbers.plus.bw"), "1", kLengthNt),
               minus = signalOf(file("numbers.minus.bw"), "1", kLengthNt);
    QCOMPARE(plus.size(), std::size_t(40));
    QCOMPARE(minus.size(), std::size_t(40));
    // The same windows as records: the start site is at index 400 of 600, and at the middle of its bin.
    QByteArray records;
    for (const io::SignalInterval& bin : plus) {
        QCOMPARE(bin.endNt - bin.startNt, std::int64_t(50));
        const std::int64_t site = bin.startNt + 25;
        records += ">p" + QByteArray::number(qlonglong(bin.startNt)) + "\n"
                   + QByteArray::fromStdString(m_letters.substr(std::size_t(site - 400), 600)) + "\n";
        const std::string reverse = data::reverseComplement(m_letters.substr(std::size_t(site + 401 - 600), 600));
        records += ">m" + QByteArray::number(qlonglong(bin.startNt)) + "\n" + QByteArray::fromStdString(reverse) + "\n";
    }
    writeFile(file("windows.fa"), records);
    const CliResult direct = runCli({"predict", "--quiet", "--threads", "1", "--model", m_numbers, "--input",
                                     file("windows.fa"), "--output", file("windows.tsv")});
    QVERIFY2(direct.exitCode == 0, qPrintable(direct.err));
    const QList<QStringList> rows = rowsOf(readFile(file("windows.tsv")));
    const qsizetype column = rows.first().indexOf("expression");
    QVERIFY(column > 0);
    for (std::size_t i = 0; i < plus.size(); ++i) {
        QCOMPARE(plus[i].value, rows[qsizetype(2 * i) + 1][column].toFloat());
        QCOMPARE(minus[i].value, rows[qsizetype(2 * i) + 2][column].toFloat());
    }
    QVERIFY(plus[0].value != minus[0].value && plus[0].value != plus[1].value);

    const CliResult forward =
        runCli(numbersAlong("-") + QStringList{"--region", "chr1:2,001-4,000", "--score", "expression"});
    QVERIFY2(forward.exitCode == 0, qPrintable(forward.err));
    QCOMPARE(rowsOf(forward.out.toUtf8()).size(), qsizetype(21));  // a header, and 100 nt each
    QCOMPARE(rowsOf(forward.out.toUtf8()).first(), (QStringList{"chrom", "start", "end", "expression"}));
    const CliResult unknown =
        runCli(numbersAlong("-") + QStringList{"--region", "chr1:2,001-4,000", "--score", "colour"});
    QCOMPARE(unknown.exitCode, 2);
    QVERIFY2(unknown.err.contains("expression"), qPrintable(unknown.err));
}

void TestCliRegions::requestsThatMakeNoSense_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("mentioned");
    QTest::newRow("nowhere") << QStringList{} << 2 << "--whole-genome";
    QTest::newRow("two ways") << QStringList{"--region", "1", "--whole-genome"} << 2 << "one of them";
    QTest::newRow("two inputs") << QStringList{"--region", "1", "--input", "x.fa"} << 2 << "either --input or --genome";
    QTest::newRow("shifts") << QStringList{"--region", "1", "--shifts", "3"} << 2 << "--shifts";
    QTest::newRow("not a place") << QStringList{"--region", "1:5-x"} << 2 << "not a place";
    QTest::newRow("beyond the end") << QStringList{"--region", "1:29,000-31,000"} << 1 << "30,000 nt";
    QTest::newRow("no such chromosome") << QStringList{"--region", "chr9:1-10"} << 1 << "no chromosome named chr9";
    QTest::newRow("gaps") << QStringList{"--region", "1:1-600", "--step", "513"} << 2 << "shorter --step";
    QTest::newRow("window") << QStringList{"--region", "1:1-600", "--window", "100"} << 2 << "windows of 512 nt";
    QTest::newRow("strand") << QStringList{"--region", "1:1-600", "--strand", "up"} << 2 << "--strand";
}
void TestCliRegions::requestsThatMakeNoSense()
{
    QFETCH(QStringList, options);
    QFETCH(int, status);
    QFETCH(QString, mentioned);
    const CliResult result = runCli(along(file("none.tsv")) + options);
    QCOMPARE(refusalFault(result, status, mentioned), QString());
    QVERIFY(!QFileInfo::exists(file("none.tsv")) && !QFileInfo::exists(file("none.tsv.parts")));
}

void TestCliRegions::optionsAlongAGenomeNeedOne()
{
    const QString records = file("records.fa");
    writeFile(records, QByteArray::fromStdString(">short\n" + m_short + "\n"));
    const QList<QStringList> all{{"--regions", m_genome}, {"--region", "1"},   {"--whole-genome"},
                                 {"--strand", "+"},       {"--score", "a"},    {"--step", "16"},
                                 {"--bins", "16"},        {"--window", "512"}, {"--chunk", "1000"}};
    for (const QStringList& option : all) {
        const CliResult result = runCli(
            QStringList{"predict", "--model", m_profile, "--input", records, "--output", file("none.tsv")} + option);
        QCOMPARE(refusalFault(result, 2, "--genome"), QString());
        QVERIFY2(result.err.contains(option.front()), qPrintable(result.err));
        QVERIFY(!QFileInfo::exists(file("none.tsv")));
    }
}

QTEST_GUILESS_MAIN(TestCliRegions)
#include "tst_cli_regions.moc"
