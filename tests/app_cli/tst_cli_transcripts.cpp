// Purpose: `transcripts` as scripts use it: sequences and coding regions of every annotation format, choice of genes,
// what is left out and said, and nothing written where nothing can be; and the formats that are listed.
#include "tests/app_cli/cli_process.h"

#include "core/io/cds_table.h"
#include "core/io/fasta.h"
#include "tests/support/shared_data.h"

#include <QtTest/QtTest>

using namespace nscope;
using test::CliResult;
using test::readFile;
using test::runCli;
using test::writeFile;

class TestCliTranscripts : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        //                             1         11        21        31
        writeFile(file("g.fa"), ">chr1 whole\nccATGAAgtCCGTAGATaccTTTTTTTTTTCTAGGGCATC\n>chr2\nACGTACGT\n");
        writeFile(file("a.gtf"),
                  tabbed("chr1|x|exon|2|7|.|+|.|gene_id \"G1.3\"; transcript_id \"T1.2\"; gene_name \"ABC\";\n"
                         "chr1|x|exon|12|18|.|+|.|gene_id \"G1.3\"; transcript_id \"T1.2\"; gene_name \"ABC\";\n"
                         "chr1|x|CDS|3|7|.|+|0|gene_id \"G1.3\"; transcript_id \"T1.2\";\n"
                         "chr1|x|CDS|12|12|.|+|1|gene_id \"G1.3\"; transcript_id \"T1.2\";\n"
                         "chr1|x|stop_codon|13|15|.|+|0|gene_id \"G1.3\"; transcript_id \"T1.2\";\n"
                         "chr1|x|exon|31|40|.|-|.|gene_id \"G2\"; transcript_id \"T2\"; gene_name \"XYZ\";\n"
                         "chr2|x|exon|5|9|.|+|.|gene_id \"G3\"; transcript_id \"beyond\";\n"
                         "chr9|x|exon|5|9|.|+|.|gene_id \"G4\"; transcript_id \"elsewhere\";\n"
                         "chr1|x|exon|9|5|.|+|.|gene_id \"G5\"; transcript_id \"backwards\";\n"));
    }

    void sequencesAndCodingRegions()
    {
        const CliResult result = transcripts("a.gtf", {"--cds-table", file("out.tsv")});
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        QCOMPARE(readFile(file("out.fa")),
                 QByteArray(">T1.2 ABC chr1:2-18:+\nCAUGAAGUAGAUA\n>T2 XYZ chr1:31-40:-\nGAUGCCCUAG\n"));
        QCOMPARE(readFile(file("out.tsv")), QByteArray("id\tcds_start\tcds_end\nT1.2\t1\t10\nT2\tNA\tNA\n"));
        QCOMPARE(result.errorLines().size(), 3);
        QVERIFY(result.err.contains("a.gtf, line 9, record backwards: The start 9 lies after the end 5"));
        QVERIFY(result.err.contains(
            "record beyond: The exon chr2:5-9 cannot be read: The file holds the positions 1-8 of this chromosome"));
        QVERIFY(result.err.contains("no chromosome named chr9; it has: chr1, chr2"));
        // The table is what other commands read.
        const auto table = io::CdsTable::read(file("out.tsv").toStdString());
        const auto joined = table->join(*io::readFasta(file("out.fa").toStdString()));
        QVERIFY(joined.has_value());
        QCOMPARE(joined->report.coding, std::int64_t(1));
        QCOMPARE(joined->report.noncoding, std::int64_t(1));
    }

    void genesAreChosen()
    {
        for (const char* name : {"abc", "G1", "G1.3", "t1", "T1.2"}) {
            const CliResult result = transcripts("a.gtf", {"--gene", name, "--dna"});
            QVERIFY2(result.exitCode == 0, qPrintable(result.err));
            QVERIFY(readFile(file("out.fa")).startsWith(">T1.2 ") && readFile(file("out.fa")).count('>') == 1);
            QVERIFY(readFile(file("out.fa")).contains("\nCATGAAGTAGATA\n"));
        }
        QCOMPARE(transcripts("a.gtf", {"--gene", "ABC", "--gene", "XYZ"}).exitCode, 0);
        QCOMPARE(readFile(file("out.fa")).count('>'), 2);
        QCOMPARE(transcripts("a.gtf", {"--coding"}).exitCode, 0);
        QCOMPARE(readFile(file("out.fa")).count('>'), 1);
        const CliResult unknown = transcripts("a.gtf", {"--gene", "AB"}, "none.fa");
        QCOMPARE(unknown.exitCode, 1);
        QVERIFY(unknown.err.contains("no gene or transcript named AB; similar: ABC"));
        QCOMPARE(transcripts("a.gtf", {"--gene", "XYZ", "--coding"}, "none.fa").exitCode, 1);
        QVERIFY(!QFile::exists(file("none.fa")));
    }

    void chromosomesMayBeSpelledOtherwise()
    {
        writeFile(file("other.gtf"), tabbed("1|x|exon|31|40|.|-|.|gene_id \"G2\"; transcript_id \"T2\";\n"));
        const CliResult result = transcripts("other.gtf", {"--dna"});
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        QCOMPARE(readFile(file("out.fa")), QByteArray(">T2 G2 1:31-40:-\nGATGCCCTAG\n"));
    }

    void sameIdsGetNumbersAndGzipIsWritten()
    {
        writeFile(file("two.bed"), tabbed("chr1|0|10|t|0|+|0|0|0|1|10|0\nchr1|20|30|t|0|-|20|20|0|1|10|0\n"));
        const CliResult result = transcripts("two.bed", {}, "out.fa.gz");
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        const auto records = io::readFasta(file("out.fa.gz").toStdString());
        QCOMPARE(records->size(), std::size_t(2));
        QCOMPARE(records->at(1)->sequence.id, std::string("t-2"));
        QCOMPARE(records->at(1)->sequence.letters, std::string("AAAAAAAAAA"));
        QVERIFY(result.err.contains("got a new id, because another has theirs or it holds blanks: 1."));
    }

    void genbankBringsItsGenome()
    {
        writeFile(file("r.gb"), "LOCUS       R  12 bp    DNA\nFEATURES             Location/Qualifiers\n"
                                "     CDS             complement(2..10)\n                     /gene=\"Z\"\n"
                                "ORIGIN\n        1 gctatttcat cc\n//\n");
        const CliResult result = runCli({"transcripts", "--annotation", file("r.gb"), "--output", file("out.fa"),
                                         "--cds-table", file("out.tsv"), "--dna", "--quiet"});
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        QCOMPARE(readFile(file("out.fa")), QByteArray(">Z Z R:2-10:-\nATGAAATAG\n"));
        QVERIFY(readFile(file("out.tsv")).endsWith("Z\t0\t9\n"));
    }

    void badRequests()
    {
        QCOMPARE(runCli({"transcripts", "--annotation", file("a.gtf"), "--output", file("no.fa")}).exitCode, 2);
        QCOMPARE(
            runCli({"transcripts", "--annotation", file("a.gtf"), "--genome", file("g.fa"), "--output", file("no.txt")})
                .exitCode,
            2);
        QCOMPARE(transcripts("missing.gtf", {}, "no.fa").exitCode, 1);
        writeFile(file("three.bed"), tabbed("chr1|0|10\n"));
        const CliResult features = transcripts("three.bed", {}, "no.fa");
        QCOMPARE(features.exitCode, 1);
        QVERIFY(features.err.contains("no transcripts, only other features"));
        writeFile(file("other.bed"), tabbed("chr7|0|10|t|0|+|0|0|0|1|10|0\n"));
        const CliResult other = transcripts("other.bed", {"--cds-table", file("no.tsv")}, "no.fa");
        QCOMPARE(other.exitCode, 1);
        QVERIFY(other.err.contains("do not fit together"));
        QVERIFY(!QFile::exists(file("no.fa")) && !QFile::exists(file("no.tsv")));
    }

    void aPieceOfAChromosomeIsEnough()
    {
        if (!tests::haveShared("data/formats/gata4.fa"))
            QSKIP("The shared data are not beside the source tree.");
        const auto shared = [](const char* name) {
            return nscope::test::sharedFile(std::string("data/formats/") + name);
        };
        const CliResult result =
            runCli({"transcripts", "--genome", shared("gata4.fa"), "--annotation", shared("NM_002052_hg19.bed"),
                    "--output", file("gata4.fa"), "--cds-table", file("gata4.tsv")});
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
        const auto spliced = io::readFasta(file("gata4.fa").toStdString());
        const auto published = io::readFasta(shared("NM_002052.fa").toStdString());
        QCOMPARE(spliced->at(0)->sequence.letters, published->at(0)->sequence.letters);
        QVERIFY(readFile(file("gata4.tsv")).endsWith("NM_002052\t554\t1883\n"));
    }

    void formatsAndHelpAreListed()
    {
        const CliResult formats = runCli({"formats", "--json"});
        QCOMPARE(formats.exitCode, 0);
        for (const char* format : {"\"gtf\"", "\"gff3\"", "\"bed\"", "\"narrowpeak\"", "\"genbank\""})
            QVERIFY2(formats.out.contains(format), format);
        QVERIFY(runCli({"--help"}).out.contains("transcripts"));
        for (const char* option : {"--genome", "--annotation", "--cds-table", "--gene", "--coding", "--dna", "--quiet"})
            QVERIFY2(runCli({"transcripts", "--help"}).out.contains(option), option);
    }

private:
    QString file(const QString& name) const { return m_folder.filePath(name); }
    static QByteArray tabbed(QByteArray text) { return text.replace('|', '\t'); }
    CliResult transcripts(const QString& annotation, const QStringList& more, const QString& output = "out.fa") const
    {
        return runCli(QStringList{"transcripts", "--genome", file("g.fa"), "--annotation", file(annotation), "--output",
                                  file(output), "--quiet"}
                      + more);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliTranscripts)
#include "tst_cli_transcripts.moc"
