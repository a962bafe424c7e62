// Purpose: gia, experiment, design and variants on the starter model, as scripts use them: names of columns, numbers
// that agree with predict, repeated runs, what is left out and said.
#include "tests/app_cli/cli_process.h"

#include <QtTest/QtTest>

#include <cmath>

using nscope::test::CliResult;
using nscope::test::readFile;
using nscope::test::runCli;
using nscope::test::writeFile;

namespace {

const QString kSource = QStringLiteral(NSCOPE_SOURCE_DIR);
const QString kStarter = kSource + "/resources/models/bioseq2seq.safetensors";

using Table = QList<QStringList>;

Table readTable(const QString& path) { return nscope::test::rowsOf(readFile(path)); }

/// The cell in this row under this name; fails the test's comparison if there is none.
QString cell(const Table& table, int row, const QString& column)
{
    return table.value(row).value(int(table.value(0).indexOf(column)), "no column " + column);
}

/// A record with 5'UTR, 20 codons and 3'UTR.
const QByteArray kLetters = "GCGCCATTGACCAGTCAGGCATTGCCAGCCACC"
                            "ATGGCTCGTTTACTGAGCTCATGGGGAGATAAACCTGGTGTCATTGCAGAACGTTCAAAGTAA"
                            "CCTGAGCATTCCAGGATTACCGTTAGCATTGA";

}  // namespace

class TestCliExperiments : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void motifEffects();
    void otherModesOfGia();
    void experimentsOfATranscript();
    void designsRecordTheirSteps();
    void variantsOfAVcf();
    void measuredVariants();
    void wrongUseIsSaid();

private:
    QString file(const QString& name) const { return m_folder.filePath(name); }
    CliResult run(const QStringList& arguments) const
    {
        return runCli(arguments + QStringList{"--model", kStarter, "--threads", "1", "--quiet"});
    }
    double logOdds(const QByteArray& letters) const;

    QTemporaryDir m_folder;
};

void TestCliExperiments::initTestCase()
{
    writeFile(file("one.fa"), ">one chr5:1001-1128\n" + kLetters + "\n");
    QCOMPARE(kLetters.size(), 128);
    writeFile(file("cds.tsv"), "id\tcds_start\tcds_end\none\t33\t96\n");
}

double TestCliExperiments::logOdds(const QByteArray& letters) const
{
    writeFile(file("single.fa"), ">x\n" + letters + "\n");
    const CliResult result = run({"predict", "--input", file("single.fa"), "--output", file("single.tsv")});
    if (result.exitCode != 0)
        qFatal("%s", qPrintable(result.err));
    return cell(readTable(file("single.tsv")), 1, "log_odds").toDouble();
}

void TestCliExperiments::motifEffects()
{
    const QStringList arguments{"gia",          "--motif",       "ATGGCC@40", "--motif", "UAAUAA", "--input",
                                file("one.fa"), "--backgrounds", "12",        "--seed",  "4"};
    CliResult result = run(arguments + QStringList{"--output", file("gia.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const Table table = readTable(file("gia.tsv"));
    QCOMPARE(table[0].join(' '), QString("motif effect effect_low effect_high backgrounds mean_with mean_without"));
    QCOMPARE(table.size(), 3);
    QCOMPARE(table[1][0], QString("ATGGCC@40"));
    QCOMPARE(table[2][0], QString("TAATAA"));
    const double low = table[1][2].toDouble(), effect = table[1][1].toDouble(), high = table[1][3].toDouble();
    QVERIFY(low < effect && effect < high);
    QVERIFY(std::abs(table[1][5].toDouble() - table[1][6].toDouble() - effect) < 1e-6);
    result = run(arguments + QStringList{"--output", file("again.tsv")});
    QCOMPARE(readFile(file("again.tsv")), readFile(file("gia.tsv")));
    result = run(arguments + QStringList{"--output", "-"});
    QCOMPARE(result.out.toUtf8(), readFile(file("gia.tsv")));
}

void TestCliExperiments::otherModesOfGia()
{
    const QStringList backgrounds{"--composition", "1,1,1,1", "--length", "60", "--backgrounds", "4"};
    CliResult result =
        run(QStringList{"gia", "--mode", "flanks", "--motif", ".ATG@20", "--output", file("f.tsv")} + backgrounds);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    Table table = readTable(file("f.tsv"));
    QCOMPARE(table.size(), 5);
    QCOMPARE(cell(table, 1, "rank"), QString("1"));
    QVERIFY(cell(table, 1, "effect").toDouble() >= cell(table, 4, "effect").toDouble());

    result = run(QStringList{"gia", "--mode", "cooperativity", "--motif", "ATG@10", "--motif", "TAA@40", "--output",
                             file("c.tsv")}
                 + backgrounds);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    table = readTable(file("c.tsv"));
    QCOMPARE(table.size(), 6);
    QVERIFY(std::abs(cell(table, 3, "effect").toDouble() - cell(table, 4, "effect").toDouble()
                     - cell(table, 5, "effect").toDouble())
            < 1e-6);

    result = run(QStringList{"gia", "--mode", "distance", "--motif", "ATG@10", "--motif", "TAA", "--starts", "1-31",
                             "--step", "10", "--output", file("d.json")}
                 + backgrounds);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const QJsonObject tables = QJsonDocument::fromJson(readFile(file("d.json"))).object()["tables"].toObject();
    QCOMPARE(tables["distances"].toObject()["pos"].toArray().size(), 3);  // 11 overlaps
    QCOMPARE(tables["distances"].toObject()["distance"].toArray()[1].toInt(), 11);

    result = run({"gia", "--mode", "occlusion", "--motif", "GCATTG", "--input", file("one.fa"), "--draws", "3",
                  "--output", file("o.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    table = readTable(file("o.tsv"));
    QCOMPARE(cell(table, 2, "instances"), QString("2"));
    QCOMPARE(cell(table, 2, "sequences"), QString("1"));
    QCOMPARE(cell(readTable(file("o.sequences.tsv")), 1, "positions"), QString("19,122"));
}

void TestCliExperiments::experimentsOfATranscript()
{
    const QStringList input{"--input", file("one.fa"), "--cds", file("cds.tsv"), "--output", file("e.tsv")};
    CliResult result = run(QStringList{"experiment", "shuffle-regions", "--repeats", "3"} + input);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    Table table = readTable(file("e.tsv"));
    QCOMPARE(table.size(), 4);
    QCOMPARE(cell(table, 2, "what") + cell(table, 2, "start") + cell(table, 2, "end"), QString("cds3396"));
    QVERIFY(std::abs(cell(table, 1, "score").toDouble() - logOdds(kLetters)) < 1e-4);

    result = run(QStringList{"experiment", "codon-shuffle", "--repeats", "3"} + input);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QCOMPARE(cell(readTable(file("e.tsv")), 2, "what"), QString("synonymous"));

    result = run(QStringList{"experiment", "start-loss"} + input);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QCOMPARE(readTable(file("e.tsv")).size(), 64);

    result = run(QStringList{"experiment", "stop-scan", "--stop-codons", "TAA", "--bin", "10"} + input);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    table = readTable(file("e.tsv"));
    QCOMPARE(table[0].join(' '), QString("id pos before after codon consequence score change"));
    QCOMPARE(table.size(), 20);
    QCOMPARE(cell(table, 1, "pos") + cell(table, 1, "codon") + cell(table, 1, "consequence"), QString("372nonsense"));
    QByteArray mutant = kLetters;
    mutant.replace(36, 3, "TAA");
    QVERIFY(std::abs(cell(table, 1, "score").toDouble() - logOdds(mutant)) < 1e-4);
    QVERIFY(readTable(file("e.bins.tsv")).size() == 3);

    result = run(QStringList{"experiment", "saturate", "--region", "34-36"} + input);
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    QCOMPARE(readTable(file("e.tsv")).size(), 10);
}

void TestCliExperiments::designsRecordTheirSteps()
{
    const CliResult result =
        run({"design", "--input", file("one.fa"), "--cds", file("cds.tsv"), "--synonymous", "--direction", "down",
             "--max-edits", "2", "--beam", "2", "--output", file("steps.tsv"), "--fasta", file("designed.fa")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const Table table = readTable(file("steps.tsv"));
    QCOMPARE(table[0].join(' '), QString("step pos before after score change gc tried"));
    QVERIFY(table.size() > 1 && table.size() <= 3);
    const QList<QByteArray> records = readFile(file("designed.fa")).split('>');
    QCOMPARE(records.size(), 3);
    QVERIFY(records[2].startsWith("one_designed "));
    const QByteArray designed = records[2].mid(records[2].indexOf('\n')).replace("\n", "");
    const double last = cell(table, int(table.size()) - 1, "score").toDouble();
    QVERIFY(std::abs(logOdds(designed) - last) < 1e-4);
    QVERIFY(last < logOdds(kLetters));
}

void TestCliExperiments::variantsOfAVcf()
{
    const QByteArray header = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    const QByteArray at40 = kLetters.mid(39, 1), other = at40 == "A" ? "C" : "A";
    writeFile(file("v.vcf"), header + "chr5\t1040\trs1\t" + at40 + "\t" + other + ",<DEL>\t.\t.\t.\n" + "one\t40\t.\t"
                                 + kLetters.mid(39, 4) + "\t" + at40 + "\t.\t.\t.\n" + "5\t1040\t.\t" + other
                                 + "\tT\t.\t.\t.\n" + "chr6\t40\t.\tA\tT\t.\t.\t.\n"
                                 + "chr5\tforty\t.\tA\tT\t.\t.\t.\n");
    const CliResult result =
        runCli({"variants", "--model", kStarter, "--threads", "1", "--vcf", file("v.vcf"), "--input", file("one.fa"),
                "--robust", "--shifts", "2", "--output", file("v.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const Table table = readTable(file("v.tsv"));
    QCOMPARE(table[0].mid(0, 9).join(' '), QString("id chrom chrom_pos variant pos ref alt name kind"));
    QCOMPARE(table.size(), 5);
    QByteArray snv = kLetters, deleted = kLetters;
    snv.replace(39, 1, other);
    deleted.remove(40, 3);
    const double reference = logOdds(kLetters);
    QCOMPARE(cell(table, 1, "pos") + cell(table, 1, "kind"), QString("40SNV"));
    QVERIFY(std::abs(cell(table, 1, "score_ref").toDouble() - reference) < 1e-4);
    QVERIFY(std::abs(cell(table, 1, "delta").toDouble() - (logOdds(snv) - reference)) < 2e-4);
    QCOMPARE(cell(table, 2, "status"), QString("symbolic allele"));
    QCOMPARE(cell(table, 3, "kind") + cell(table, 3, "name"), QString("deletion41_43del"));
    QVERIFY(std::abs(cell(table, 3, "score_alt").toDouble() - logOdds(deleted)) < 1e-4);
    QVERIFY(std::isfinite(cell(table, 3, "robust_delta").toDouble()));
    QCOMPARE(cell(table, 4, "status"), QString("reference differs"));
    QCOMPARE(cell(table, 4, "delta"), QString("nan"));
    QVERIFY2(result.err.contains("line 7"), qPrintable(result.err));
    QVERIFY2(result.err.contains("chr6:40"), qPrintable(result.err));
}

void TestCliExperiments::measuredVariants()
{
    QByteArray table = "element\toffset0\tref\talt\teffect\n";
    for (int i = 0; i < 6; ++i)
        table += "one-HeLa\t" + QByteArray::number(50 + i) + "\t" + kLetters.mid(50 + i, 1) + "\t"
                 + (kLetters[50 + i] == 'A' ? "C" : "A") + "\t" + QByteArray::number(i) + "\n";
    writeFile(file("m.tsv"), table);
    const CliResult result = run({"variants", "--table", file("m.tsv"), "--input", file("one.fa"), "--window", "40",
                                  "--output", file("mo.tsv")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const Table scored = readTable(file("mo.tsv"));
    QCOMPARE(scored.size(), 7);
    QCOMPARE(cell(scored, 1, "element") + cell(scored, 1, "id") + cell(scored, 1, "pos"), QString("one-HeLaone51"));
    QVERIFY(std::abs(cell(scored, 1, "score_ref").toDouble() - logOdds(kLetters.mid(50 - 19, 40))) < 1e-4);
    const Table fits = readTable(file("mo.correlation.tsv"));
    QCOMPARE(fits.size(), 3);
    const double r = cell(fits, 1, "pearson").toDouble();
    QVERIFY(r >= -1 && r <= 1);
    QCOMPARE(cell(fits, 2, "pearson"), cell(fits, 1, "pearson"));
    QVERIFY(result.out.contains("pearson"));
}

void TestCliExperiments::wrongUseIsSaid()
{
    const QStringList output{"--input", file("one.fa"), "--output", file("w.tsv")};
    QCOMPARE(run(QStringList{"variants"} + output).exitCode, 2);
    QCOMPARE(run(QStringList{"gia", "--motif", "XYZ"} + output).exitCode, 2);
    QCOMPARE(run(QStringList{"gia", "--motif", "ACG@999"} + output).exitCode, 2);
    QCOMPARE(run(QStringList{"experiment", "start-loss"} + output).exitCode, 1);
    QCOMPARE(run(QStringList{"design", "--record", "two"} + output).exitCode, 1);
    writeFile(file("changes.tsv"), "id\tpos\tref\talt\none\t1\tG\tA\n");
    for (const auto& [option, said] : {std::pair("--cosine", "no vector"), std::pair("--masked", "hidden letters")}) {
        const CliResult refused = run(QStringList{"variants", option, "--table", file("changes.tsv")} + output);
        QCOMPARE(refused.exitCode, 2);
        QVERIFY2(refused.err.contains(said), qPrintable(refused.err));
    }
    const CliResult target = run(QStringList{"gia", "--motif", "ACG", "--target", "class:Z"} + output);
    QVERIFY(target.exitCode != 0);
    QCOMPARE(target.errorLines().size(), 1);
    QVERIFY(!QFileInfo::exists(file("w.tsv")));
}

QTEST_GUILESS_MAIN(TestCliExperiments)
#include "tst_cli_experiments.moc"
