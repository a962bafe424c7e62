// Annotation files: the dialects of GTF, GFF3, BED, narrowPeak and GenBank; broken records with their lines; files that
// are none; real files of others.
#include "core/io/annotation_file.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <htslib/bgzf.h>

#include <QTest>

#include <algorithm>
#include <map>

using namespace nscope;
using data::Interval;
using data::Strand;
using tests::contains;

namespace {

using Exons = std::vector<Interval>;

std::string ofLines(std::initializer_list<std::string> lines, const char* end = "\n")
{
    std::string text;
    for (const std::string& line : lines)
        text += line + end;
    return text;
}

std::string tabbed(std::string text)
{
    std::ranges::replace(text, '|', '\t');
    return text;
}

}  // namespace

class TestAnnotation : public QObject {
    Q_OBJECT

private slots:
    void gtfOfEnsembl()
    {
        // The stop codon stands outside of the CDS, and is split by an intron; the rows are in no order.
        const auto read = readText("e.gtf", ofLines({
            "#!genome-build GRCh38", "",
            "1|havana|gene|101|900|.|-|.|gene_id \"ENSG1\"; gene_version \"3\"; gene_name \"ABC;1\"; gene_biotype \"protein_coding\";",
            "1|havana|stop_codon|299|300|.|-|0|gene_id \"ENSG1\"; transcript_id \"ENST1\";",
            "1|havana|exon|801|900|.|-|.|gene_id \"ENSG1\"; transcript_id \"ENST1\"; exon_number \"1\";",
            "1|havana|transcript|201|900|.|-|.|gene_id \"ENSG1\"; transcript_id \"ENST1\"; gene_name \"ABC;1\"; transcript_biotype \"protein_coding\"; level 2;",
            "1|havana|CDS|801|860|.|-|1|gene_id \"ENSG1\"; transcript_id \"ENST1\";",
            "1|havana|CDS|402|500|.|-|1|gene_id \"ENSG1\"; transcript_id \"ENST1\";",
            "1|havana|stop_codon|401|401|.|-|0|gene_id \"ENSG1\"; transcript_id \"ENST1\";",
            "1|havana|exon|401|500|.|-|.|gene_id \"ENSG1\"; transcript_id \"ENST1\";",
            "1|havana|exon|201|300|.|-|.|gene_id \"ENSG1\"; transcript_id \"ENST1\";",
            "1|havana|start_codon|858|860|.|-|0|gene_id \"ENSG1\"; transcript_id \"ENST1\";"}));
        QVERIFY(read.has_value());
        QCOMPARE(read->problems.count, std::int64_t(0));
        QCOMPARE(read->transcripts.size(), std::size_t(1));
        const data::TranscriptModel expected{"ENST1", "ENSG1", "ABC;1", "protein_coding", "1", Strand::Reverse,
                                             {{200, 300}, {400, 500}, {800, 900}}, Interval{298, 860}, 1};
        QVERIFY(read->transcripts[0] == expected);
        QVERIFY(read->features.isEmpty());
    }

    void gtfOfNcbi()
    {
        const auto read = readText("n.gtf", ofLines({
            "NC_1.2|BestRefSeq|gene|1|50|.|+|.|gene_id \"G1\"; transcript_id \"\"; gene \"G1\"; gene_biotype \"lncRNA\";",
            "NC_1.2|BestRefSeq|transcript|1|50|.|+|.|gene_id \"G1\"; transcript_id \"NR_1.1\"; gene \"G1\"; transcript_biotype \"lnc_RNA\";",
            "NC_1.2|BestRefSeq|exon|1|50|.|+|.|gene_id \"G1\"; transcript_id \"NR_1.1\"; gene \"G1\";",
            "NC_1.2|Curated|transcript|60|90|.|+|.|gene_id \"G2\"; transcript_id \"NM_2.1\"; gene \"G2\"; transcript_biotype \"mRNA\";",
            "NC_1.2|Curated|exon|60|90|.|+|.|gene_id \"G2\"; transcript_id \"NM_2.1\"; gene \"G2\";",
            "NC_1.2|Curated|CDS|61|66|.|+|0|gene_id \"G2\"; transcript_id \"NM_2.1\"; gene \"G2\";",
            "NC_1.2|Curated|stop_codon|67|69|.|+|0|gene_id \"G2\"; transcript_id \"NM_2.1\"; gene \"G2\";",
            "NC_1.2|Curated|gene|5|8|.|-|.|gene_id \"G3\"; gene \"LONE\"; gene_biotype \"other\";",
            "NC_1.2|RM|enhancer|70|80|12.5|.|.|gene_id \"E1\";"}));
        QVERIFY(read.has_value());
        QCOMPARE(read->problems.count, std::int64_t(0));
        QCOMPARE(read->transcripts.size(), std::size_t(2));
        QCOMPARE(read->transcripts[0].biotype, std::string("lncRNA"));
        QCOMPARE(read->transcripts[0].geneName, std::string("G1"));
        QCOMPARE(read->transcripts[1].biotype, std::string("protein_coding"));
        QVERIFY((read->transcripts[1].cds == Interval{60, 69}));
        QCOMPARE(read->features.size(), std::size_t(2));  // and the gene without transcripts
        QCOMPARE(read->features.at(1).kind, std::string("gene"));
        QCOMPARE(read->features.at(1).name, std::string("LONE"));
        const data::Feature enhancer = read->features.at(0);
        QVERIFY((enhancer.locus == data::Locus{"NC_1.2", {69, 80}, Strand::None}));
        QCOMPARE(enhancer.kind, std::string("enhancer"));
        QCOMPARE(enhancer.name, std::string("E1"));
        QCOMPARE(enhancer.score, 12.5);
    }

    void exonsFollowFromCodingRowsAndTouchingOnesAreOne()
    {
        const std::string end = "|.|+|0|transcript_id \"T\"";
        const auto read = readText("c.gtf", ofLines({"1|x|CDS|31|40" + end, "1|x|5UTR|1|10" + end, "1|x|CDS|11|20" + end,
                                                     "1|x|stop_codon|41|43" + end, "1|x|3UTR|44|50" + end}));
        QVERIFY(read.has_value());
        QVERIFY((read->transcripts.at(0).exons == Exons{{0, 20}, {30, 50}}));
        QVERIFY((read->transcripts.at(0).cds == Interval{10, 43}));
        const auto touching = readText("t.gtf", ofLines({"1|x|exon|1|10" + end, "1|x|exon|11|20" + end, "1|x|exon|11|20" + end}));
        QVERIFY((touching->transcripts.at(0).exons == Exons{{0, 20}}));
    }

    void brokenRowsOfGtfAreListed()
    {
        const std::string good = "1|x|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"good\";";
        const auto row = [](const std::string& columns, const std::string& id) {
            return columns + "|gene_id \"g\"; transcript_id \"" + id + "\";";
        };
        const auto read = readText("bad.gtf", ofLines({
            good,
            row("1|x|exon|30|20|.|+|.", "a"),   // 2
            row("1|x|exon|0|20|.|+|.", "b"),    // 3
            row("1|x|exon|-5|20|.|+|.", "c"),   // 4
            row("1|x|exon|1|20|.|x|.", "d"),    // 5
            row("1|x|exon|1|20|nan|+|.", "e"),  // 6
            row("1|x|exon|1|20|.|+|7", "f"),    // 7
            "1|x|exon|1|20|.|+|.",              // 8: no attributes
            "1|x|exon|1|20|.|+|.|gene_id \"g\"; transcript_id \"h",  // 9
            row("1|x|exon|1|9|.|+|.", "i"), row("2|x|exon|20|30|.|+|.", "i"),   // 11: other chromosome
            row("1|x|exon|1|9|.|+|.", "j"), row("1|x|exon|20|30|.|-|.", "j"),   // 13: other strand
            row("1|x|exon|1|9|.|+|.", "k"), row("1|x|exon|5|30|.|+|.", "k"),    // 15: overlap
            row("1|x|exon|1|9|.|+|.", "l"), row("1|x|CDS|5|12|.|+|0", "l"),     // 17: outside
            row("1|x|transcript|1|9|.|+|.", "m"),                               // 18: no exon
            row("1|x|exon|1|9|.|.|.", "n"), row("1|x|CDS|1|9|.|.|0", "n"),      // 20: no strand
            row("1|x|transcript|1|9|.|+|.", "o"), row("1|x|exon|1|90|.|+|.", "o"),  // 21: beyond its row
            row("1|x|exon|1e3|20000|.|+|.", "p"),                               // 23
            "1|x|exon|1|20|.|+|.|gene_id \"g\";"}));                            // 24
        QVERIFY(read.has_value());
        QCOMPARE(read->transcripts.size(), std::size_t(1));
        QCOMPARE(read->transcripts[0].id, std::string("good"));
        const std::multimap<std::int64_t, std::string> words{
            {2, "start 30 lies after the end 20, so transcript a is left out."}, {3, "start 0"}, {4, "start -5"},
            {5, "strand \"x\""}, {6, "score \"nan\""}, {7, "phase \"7\""}, {8, "8 columns"}, {9, "break off"},
            {11, "lies on 2, but other rows of its transcript on 1"}, {13, "strand -"}, {15, "overlap: 1-9 and 5-30"},
            {17, "5-12 of transcript l lies outside its exons"}, {18, "has no exon"}, {20, "no strand"},
            {21, "beyond its own row"}, {23, "\"1e3\" is not a whole number"}, {24, "names no transcript"}};
        verifyProblems(*read, words);
    }

    void gff3OfEnsembl()
    {
        const auto read = readText("e.gff3", ofLines({
            "##gff-version 3", "1|GRCh38|chromosome|1|1000|.|.|.|ID=chromosome:1",
            "1|e|gene|101|900|.|-|.|ID=gene:ENSG1;Name=ABC;biotype=protein_coding;gene_id=ENSG1;version=2",
            "1|e|mRNA|101|900|.|-|.|ID=transcript:ENST1;Parent=gene:ENSG1;biotype=protein_coding;transcript_id=ENST1",
            "1|e|exon|101|300|.|-|.|Parent=transcript:ENST1,transcript:ENST2;Name=ENSE1",
            "1|e|exon|801|900|.|-|.|Parent=transcript:ENST1",
            "1|e|CDS|801|850|.|-|0|ID=CDS:ENSP1;Parent=transcript:ENST1",
            "1|e|CDS|201|300|.|-|1|ID=CDS:ENSP1;Parent=transcript:ENST1",
            "1|e|lnc_RNA|101|300|.|-|.|ID=transcript:ENST2;Parent=gene:ENSG1;transcript_id=ENST2", "###",
            "1|cpg|biological_region|5|9|0.25|.|.|logic_name=cpg;Name=50%25 %C3%A9",
            "##FASTA", ">1", "ACGT"}));
        QVERIFY(read.has_value());
        QCOMPARE(read->problems.count, std::int64_t(0));
        QCOMPARE(read->transcripts.size(), std::size_t(2));
        const data::TranscriptModel expected{"ENST1", "ENSG1", "ABC", "protein_coding", "1", Strand::Reverse,
                                             {{100, 300}, {800, 900}}, Interval{200, 850}, 0};
        QVERIFY(read->transcripts[0] == expected);
        QCOMPARE(read->transcripts[1].biotype, std::string("lncRNA"));
        QVERIFY((read->transcripts[1].exons == Exons{{100, 300}}));
        QVERIFY(!read->transcripts[1].cds);
        QCOMPARE(read->features.size(), std::size_t(1));
        QCOMPARE(read->features.at(0).name, std::string("50% é"));
        QCOMPARE(read->features.at(0).score, 0.25);
    }

    void gff3OfNcbiAndBacteria()
    {
        const auto read = readText("n.gff", ofLines({
            "NC_1.1|RefSeq|region|1|9000|.|+|.|ID=NC_1.1:1..9000;Name=1",
            "NC_1.1|B|exon|11|20|.|+|.|ID=exon-NM_1.2-1;Parent=rna-NM_1.2;gene=AB%2CC;transcript_id=NM_1.2",
            "NC_1.1|B|CDS|13|18|.|+|0|ID=cds-NP_1.1;Parent=rna-NM_1.2;gene=AB%2CC",
            "NC_1.1|B|mRNA|11|20|.|+|.|ID=rna-NM_1.2;Parent=gene-ABC;gene=AB%2CC;transcript_id=NM_1.2",
            "NC_1.1|B|gene|11|20|.|+|.|ID=gene-ABC;Name=AB%2CC;gene_biotype=protein_coding",
            "NC_2.1|B|mRNA|11|20|.|+|.|ID=rna-NM_1.2-2;Parent=gene-ABC-2;gene=AB%2CC;transcript_id=NM_1.2",
            "NC_2.1|B|exon|11|20|.|+|.|Parent=rna-NM_1.2-2",
            "NC_2.1|B|gene|11|20|.|+|.|ID=gene-ABC-2;Name=AB%2CC;gene_biotype=protein_coding",
            "chr|P|gene|100|199|.|-|.|ID=gene-b1;Name=thrA;gene_biotype=protein_coding;locus_tag=b1",
            "chr|P|CDS|100|199|.|-|0|ID=cds-1;Parent=gene-b1;gene=thrA",
            "chr|P|CDS|300|350|.|+|2|ID=PROKKA_2;gene=lacZ",
            "chr|P|tRNA|400|470|.|+|.|ID=PROKKA_3;product=tRNA-Ala",
            "chr|P|cDNA_match|500|510|3|+|.|ID=m1", "chr|P|cDNA_match|520|530|4|+|.|ID=m1"}));
        QVERIFY(read.has_value());
        QCOMPARE(read->problems.count, std::int64_t(0));
        std::vector<std::string> ids;
        for (const data::TranscriptModel& model : read->transcripts)
            ids.push_back(model.id);
        QVERIFY((ids == std::vector<std::string>{"NM_1.2", "NM_1.2-2", "b1", "PROKKA_2"}));
        const data::TranscriptModel& first = read->transcripts[0];
        QVERIFY((first == data::TranscriptModel{"NM_1.2", "ABC", "AB,C", "protein_coding", "NC_1.1", Strand::Forward,
                                                {{10, 20}}, Interval{12, 18}, 0}));
        QCOMPARE(read->transcripts[2].geneName, std::string("thrA"));
        QCOMPARE(read->transcripts[2].biotype, std::string("protein_coding"));
        QVERIFY((read->transcripts[2].cds == Interval{99, 199}));
        QCOMPARE(read->transcripts[3].cdsPhase, 2);
        QCOMPARE(read->features.size(), std::size_t(3));
        std::map<std::string, int> kinds;
        for (std::size_t i = 0; i < read->features.size(); ++i)
            ++kinds[read->features.at(i).kind];
        QVERIFY((kinds == std::map<std::string, int>{{"cDNA_match", 2}, {"tRNA", 1}}));
    }

    void brokenRowsOfGff3AreListed()
    {
        const auto read = readText("bad.gff3", ofLines({
            "1|x|mRNA|1|99|.|+|.|ID=good", "1|x|exon|1|99|.|+|.|Parent=good",
            "1|x|mRNA|1|99|.|+|.|ID=a", "1|x|exon|1|200|.|+|.|Parent=a",        // 3: beyond
            "1|x|exon|1|20|.|+|.|Parent=nowhere",                                // 5
            "1|x|exon|1|20|.|+|.",                                               // 6
            "1|x|exon|1|20|.|+|.|Note=alone",                                    // 7
            "1|x|mRNA|1|99|.|+|.|ID=b", "1|x|exon|90|20|.|+|.|Parent=b",        // 9
            "1|x|mRNA|1|99|.|+|.|ID=c", "2|x|exon|1|20|.|+|.|Parent=c",         // 11
            "1|x|mRNA|1|99|.|+|.|ID=d",                                          // 12: no exon
            "1|x|mRNA|1|99|inf|+|.|ID=e",                                        // 13
            "1|x|mRNA|1|99|.|+|.|ID=f", "1|x|CDS|1|20|.|-|0|Parent=f",          // 15
            "1|x|gene|1|99|.|+|.|ID=g", "1|x|mRNA|1|99|.|+|.|ID=g.1;Parent=g",
            "1|x|exon|1|99|.|+|.|Parent=g.1",
            "1|x|exon|1|20|.|+|.|Parent=g", "1|x|CDS|1|9|.|+|0|Parent=g"}));    // 19, 20
        QVERIFY(read.has_value());
        QCOMPARE(read->transcripts.size(), std::size_t(2));
        verifyProblems(*read, {{3, "beyond its own row"}, {5, "\"nowhere\", has no row"}, {6, "8 columns"},
                               {7, "names no transcript (Parent)"}, {9, "start 90"}, {11, "lies on 2"},
                               {12, "has no exon"}, {13, "score \"inf\""}, {15, "strand -"},
                               {19, "gene g, has transcripts"}, {20, "gene g, has transcripts"}});
    }

    void bedOfEveryWidth()
    {
        const auto three = readText("3.bed", "track name=\"a b\"\nbrowser position 1\n# c\n\nchrÄ|0|10\nchrÄ|5|7\n");
        QVERIFY(three.has_value());
        QCOMPARE(three->features.size(), std::size_t(2));
        QVERIFY((three->features.at(0).locus == data::Locus{"chrÄ", {0, 10}, Strand::None}));
        QVERIFY(std::isnan(three->features.at(0).score));
        const auto six = readText("6.bed", "1 5 9  n 3.5 -\n1|6|9|.|.|+\n");
        QCOMPARE(six->features.size(), std::size_t(2));
        QCOMPARE(six->features.at(0).name, std::string("n"));
        QCOMPARE(six->features.at(0).score, 3.5);
        QVERIFY(six->features.at(0).locus.strand == Strand::Reverse);
        QVERIFY(six->features.at(1).name.empty() && std::isnan(six->features.at(1).score));
        const auto twelve = readText("12.bed", "1|100|200|t|0|-|130|190|0|3|10,20,30,|0,30,70,\n"
                                               "1|100|200|u|0|.|100|100|0|2|10,90|0,10\n");
        QVERIFY(twelve.has_value());
        QCOMPARE(twelve->problems.count, std::int64_t(0));
        QVERIFY((twelve->transcripts.at(1).exons == Exons{{100, 200}}));
        QVERIFY(!twelve->transcripts.at(1).cds);
        const auto shifted = readText("s.bed", "1|100|200|t|0|-|105|190|0|3|10,20,30,|0,30,70,\n");
        QVERIFY((shifted->transcripts.at(0).exons == Exons{{100, 110}, {130, 150}, {170, 200}}));
        QVERIFY((shifted->transcripts.at(0).cds == Interval{105, 190}));
    }

    void brokenLinesOfBedAreListed()
    {
        const std::string blocks = "|0|2|10,10|0,90";
        const auto read = readText("bad.bed", ofLines({
            "1|100|200|good|0|+|100|200" + blocks,
            "1|200|100|a|0|+|100|200" + blocks,          // 2
            "1|-1|200|b|0|+|100|200" + blocks,           // 3
            "1|x|200|c|0|+|100|200" + blocks,            // 4
            "1|100|200|d|0|*|100|200" + blocks,          // 5
            "1|100|200|e|NaN|+|100|200" + blocks,        // 6
            "1|100|200|f|0|+",                           // 7: fewer columns
            "1|100",                                     // 8
            "1|100|200|g|0|+|100|200|0|3|10,10|0,90",    // 9: count
            "1|100|200|h|0|+|100|200|0|2|10,20|0,90",    // 10: beyond the end
            "1|100|200|i|0|+|100|200|0|2|10,10|0,80",    // 11: not to the end
            "1|100|200|j|0|+|100|200|0|2|50,60|0,40",    // 12: overlap
            "1|100|200|k|0|+|100|200|0|0|,|,",           // 13
            "1|100|200|l|0|+|120|200" + blocks,          // 14: coding region begins in an intron
            "1|100|200|m|0|.|100|200" + blocks,          // 15
            "|100|200|n|0|+|100|200" + blocks,           // 16
            "1|100|200|o|0|+|100|300" + blocks}));       // 17
        QVERIFY(read.has_value());
        QCOMPARE(read->transcripts.size(), std::size_t(1));
        verifyProblems(*read, {{2, "start 200 lies after"}, {3, "before the chromosome"}, {4, "\"x\" is not"},
                               {5, "strand \"*\""}, {6, "score \"NaN\""}, {7, "6 columns, but the first record of the file has 12"},
                               {8, "at least 3"}, {9, "list of 3"}, {10, "Block 2 does not fit"}, {11, "do not reach"},
                               {12, "Block 2 overlaps"}, {13, "number of blocks"}, {14, "does not begin and end inside"},
                               {15, "no strand"}, {16, "no chromosome"}, {17, "does not begin and end inside"}});
    }

    void narrowPeaks()
    {
        const auto read = readText("p.narrowPeak", ofLines({
            "chr1|10|60|p1|900|.|2.5|4.5|-1|7", "chr1|10|60|.|0|+|2.5|-1|3|-1",
            "chr1|10|60|a|0|.|2.5|4|3|50", "chr1|10|60|b|0|.|nan|4|3|5", "chr1|10|60|c|0|.|1|4|3", "chr1|60|10|d|0|.|1|4|3|5"}));
        QVERIFY(read.has_value());
        QCOMPARE(read->features.size(), std::size_t(2));
        const data::Feature first = read->features.at(0);
        QCOMPARE(first.kind, std::string("peak"));
        QCOMPARE(first.score, 900.0);
        QCOMPARE(first.signal, 2.5);
        QCOMPARE(first.pValueLog10, 4.5);
        QVERIFY(std::isnan(first.qValueLog10));
        QVERIFY(first.summitNt == 17);
        QVERIFY(!read->features.at(1).summitNt && std::isnan(read->features.at(1).pValueLog10));
        verifyProblems(*read, {{3, "summit \"50\""}, {4, "signal \"nan\""}, {5, "9 columns"}, {6, "start 60"}});
    }

    void genbankRecords()
    {
        const auto read = readText("g.gb", ofLines({
            "LOCUS       AB1  120 bp    DNA     linear   PRI 01-JAN-2020", "DEFINITION  A test.", "ACCESSION   AB1", "VERSION     AB1.3",
            "FEATURES             Location/Qualifiers",
            "     source          1..120", "                     /organism=\"Homo",
            "                     /gene=fake\"",
            "     gene            complement(11..100)", "                     /gene=\"XY\"",
            "     mRNA            complement(join(<11..30,51..>70,",
            "                     91..100))", "                     /gene=\"XY\"", "                     /transcript_id=\"NM_9.1\"",
            "     CDS             complement(join(21..30,51..70))", "                     /gene=\"XY\"", "                     /codon_start=2",
            "                     /translation=\"MA", "                     /gene=\"\"also fake\"\"\"",
            "     CDS             101..109", "                     /locus_tag=\"t2\"", "                     /pseudo",
            "     regulatory      3..7", "                     /note=\"TATA", "                     box\"",
            "     gene            110..112", "                     /gene=\"lone\"",
            "ORIGIN", "        1 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt",
            "       61 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgn", "//",
            "LOCUS       NM_5  12 bp    mRNA    linear   PRI 01-JAN-2020", "VERSION     NM_5.1", "FEATURES             Location/Qualifiers",
            "     CDS             2..10", "                     /gene=\"Z\"", "                     /protein_id=\"NP_5.1\"", "ORIGIN", "        1 gatgaaatag cc", "//"}, "\r\n"));
        QVERIFY(read.has_value());
        QCOMPARE(read->problems.count, std::int64_t(0));
        QCOMPARE(read->sequences.size(), std::size_t(2));
        QCOMPARE(read->sequences[0].id, std::string("AB1.3"));
        QCOMPARE(read->sequences[0].length(), std::int64_t(120));
        QVERIFY(read->sequences[0].letters.ends_with("ACGN"));
        QVERIFY(read->sequences[1].alphabet == data::Alphabet::Rna);
        QCOMPARE(read->transcripts.size(), std::size_t(3));
        QVERIFY((read->transcripts[0] == data::TranscriptModel{"NM_9.1", "XY", "XY", "protein_coding", "AB1.3", Strand::Reverse,
                                                               {{10, 30}, {50, 70}, {90, 100}}, Interval{20, 70}, 1}));
        QCOMPARE(read->transcripts[1].id, std::string("t2"));
        QCOMPARE(read->transcripts[1].biotype, std::string("pseudogene"));
        QCOMPARE(read->transcripts[2].id, std::string("NM_5.1"));
        QVERIFY((read->transcripts[2].exons == Exons{{0, 12}} && read->transcripts[2].cds == Interval{1, 10}));
        QCOMPARE(read->features.size(), std::size_t(2));
        QCOMPARE(read->features.at(0).name, std::string("TATA box"));
        QCOMPARE(read->features.at(1).name, std::string("lone"));
    }

    void brokenFeaturesOfGenbankAreListed()
    {
        const std::string head = "LOCUS       R  40 bp    DNA\nFEATURES             Location/Qualifiers\n";
        const std::string tail = "ORIGIN\n        1 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt\n//\n";
        const auto feature = [](const std::string& location) { return "     mRNA            " + location + "\n"; };
        const auto read = readText("b.gb", head + feature("1..9") + feature("9..1") + feature("0..5") + feature("join(1..3,complement(5..9))")
                                               + feature("J00194.1:100..202") + feature("join(30..40,1..5)") + feature("1..41")
                                               + feature("join(1..5") + feature("none") + feature("1..5x")
                                               + "     CDS             1..9\n                     /codon_start=4\n" + tail
                                               + "LOCUS       S  41 bp    DNA\n" + tail + "LOCUS       T  2 bp    DNA\nORIGIN\n 1 a!\n//\n"
                                               + "LOCUS       U  9 bp    DNA\n//\n");
        QVERIFY(read.has_value());
        QCOMPARE(read->sequences.size(), std::size_t(1));
        QCOMPARE(read->transcripts.size(), std::size_t(1));
        verifyProblems(*read, {{4, "start 9 lies after"}, {5, "no range of positions"}, {6, "both strands"},
                               {7, "another record"}, {8, "go back"}, {9, "ends at 41, but the record has 40"},
                               {10, "bracket"}, {11, "\"none\""}, {12, "end \"x\""}, {13, "codon_start \"4\""},
                               {18, "says it has 41 nt, but there are 40"}, {24, "no nucleotide"}, {26, "no sequence"}});
    }

    void otherFilesAreErrors_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        for (const char* name : {"a.gtf", "a.gff3", "a.gff", "a.bed", "a.narrowPeak", "a.gb"}) {
            QTest::addRow("empty %s", name) << QString(name) << QByteArray();
            QTest::addRow("only comments %s", name) << QString(name) << QByteArray("# nothing\n\n");
            QTest::addRow("binary %s", name) << QString(name) << QByteArray("\0\1\2\3\n\0", 6);
            QTest::addRow("fasta %s", name) << QString(name) << QByteArray(">a\nACGT\n");
        }
        QTest::addRow("cut GenBank") << "a.gb" << QByteArray("LOCUS       R  4 bp    DNA\nORIGIN\n        1 acgt\n");
        QTest::addRow("two begun GenBank") << "a.gb" << QByteArray("LOCUS       R  4 bp    DNA\nLOCUS       S  4 bp    DNA\n//\n");
    }
    void otherFilesAreErrors()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        const auto read = io::readAnnotation(m_folder.write(name.toStdString(), bytes.toStdString()));
        QVERIFY(!read.has_value());
        QVERIFY(read.error().code() == ErrorCode::Parse);
        QVERIFY(contains(read.error().where().file, name.toStdString()));
    }

    void namesDecide()
    {
        QVERIFY(io::readAnnotation(m_folder.path("missing.gtf")).error().code() == ErrorCode::NotFound);
        QVERIFY(io::readAnnotation(m_folder.write("a.txt", "1\t2\t3\n")).error().code() == ErrorCode::Unsupported);
        const auto old = readText("old.gff", "1|x|exon|1|9|.|+|.|gene_id \"g\"; transcript_id \"t\";\n");
        QCOMPARE(old->transcripts.at(0).id, std::string("t"));
    }

    void compressedFilesAndCutOnes()
    {
        std::string text;
        for (int i = 0; i < 20000; ++i)
            text += "chr1\t" + std::to_string(i) + "\t" + std::to_string(i + 5) + "\tname" + std::to_string(i) + "\r\n";
        const std::string path = m_folder.path("big.bed.gz");
        BGZF* file = bgzf_open(path.c_str(), "w");
        QVERIFY(file != nullptr && bgzf_write(file, text.data(), text.size()) == ssize_t(text.size()) && bgzf_close(file) == 0);
        Progress progress;
        const auto read = io::readAnnotation(path, {{}, &progress});
        QVERIFY(read.has_value());
        QCOMPARE(read->features.size(), std::size_t(20000));
        QCOMPARE(read->features.at(19999).name, std::string("name19999"));
        QCOMPARE(progress.snapshot().done, progress.snapshot().total);
        QVERIFY(progress.snapshot().total > 0);
        std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
        const auto cut = io::readAnnotation(path);
        QVERIFY(!cut.has_value() && contains(cut.error().message(), "truncated"));
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = io::readAnnotation(m_folder.write("big.bed", text), {stop.get_token(), nullptr});
        QVERIFY(!stopped.has_value() && stopped.error().code() == ErrorCode::Cancelled);
    }

    void realFiles()
    {
        if (!tests::haveShared("data/formats/rfx6.gtf"))
            QSKIP("The shared data are not beside the source tree.");
        const auto shared = [](const std::string& name) { return *io::readAnnotation(tests::sharedPath("data/" + name)); };
        const io::Annotation rfx6 = shared("formats/rfx6.gtf");
        QCOMPARE(rfx6.problems.count, std::int64_t(0));
        QCOMPARE(rfx6.transcripts.size(), std::size_t(3));
        QCOMPARE(rfx6.transcripts[0].geneName, std::string("RFX6"));
        const io::Annotation il17ra = shared("formats/chr22_ENST00000319363.gtf");
        QCOMPARE(il17ra.problems.count, std::int64_t(0));
        QCOMPARE(il17ra.transcripts.size(), std::size_t(1));
        QCOMPARE(il17ra.transcripts[0].exons.size(), std::size_t(13));
        QVERIFY((il17ra.transcripts[0].cds == Interval{17565981, 17590710}));
        const io::Annotation gata4 = shared("formats/NM_002052_hg19.bed");
        QCOMPARE(gata4.transcripts.at(0).splicedLength(), std::int64_t(97 + 1073 + 167 + 126 + 88 + 149 + 1708));
        const io::Annotation peaks = shared("formats/wgEncodeCaltechTfbsC2c12CebpbFCntrl50bE2p60hPcr1xPkRep2.narrowPeak.gz");
        QCOMPARE(peaks.problems.count, std::int64_t(0));
        QCOMPARE(peaks.features.size(), std::size_t(7339));
        QVERIFY(peaks.features.at(0).summitNt == 4839583 + 130);
        const io::Annotation loci = shared("profiles/hg38_loci.bed");
        QCOMPARE(loci.problems.count, std::int64_t(0));
        QCOMPARE(loci.features.size(), std::size_t(55));
        QCOMPARE(loci.features.at(0).name, std::string("train"));
    }

private:
    Result<io::Annotation> readText(const std::string& name, const std::string& text) const
    {
        return io::readAnnotation(m_folder.write(name, tabbed(text)));
    }

    /// Exactly these problems, by line, each with its words; all with the file's name and a full sentence.
    static void verifyProblems(const io::Annotation& read, const std::multimap<std::int64_t, std::string>& words)
    {
        std::map<std::int64_t, std::string> found;
        for (const Error& problem : read.problems.first) {
            found[problem.where().line] = problem.message();
            QVERIFY2(problem.message().ends_with('.'), problem.message().c_str());
            QVERIFY(!problem.where().file.empty());
        }
        for (const auto& [line, text] : words)
            QVERIFY2(contains(found[line], text), (std::to_string(line) + ": " + found[line]).c_str());
        QCOMPARE(read.problems.count, std::int64_t(words.size()));
    }

    tests::TemporaryFolder m_folder;
};

QTEST_APPLESS_MAIN(TestAnnotation)
#include "tst_annotation.moc"
