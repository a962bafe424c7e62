// Tests of tab-separated tables and of coding regions joined to sequences.
#include "core/io/cds_table.h"
#include "core/io/fasta.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <map>

using namespace nscope;
using namespace nscope::io;
using nscope::tests::contains;
using nscope::tests::TemporaryFolder;

namespace {

data::TranscriptSet sequences()
{
    const auto make = [](const char* id, const char* letters) {
        return std::make_shared<const data::Transcript>(data::Transcript{{id, "", letters, data::Alphabet::Dna}, {}});
    };
    return {make("m1", "CCATGAAATAGCC"), make("nc", "CCCCCC"), make("m2", "ATGAAAA"), make("extra", "ACGT")};
}

}  // namespace

class TestTables : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    std::string tableError(const std::string& text)
    {
        const auto table = CdsTable::read(m_folder.write("t.tsv", text));
        return table ? "no error" : table.error().sentence();
    }

private slots:
    void tableGivesItsCells()
    {
        const auto path = m_folder.write("any.tsv", "# made by hand\nid\tlabel\tscore\r\na\tPC\t0.5\r\n\nb\t\t-3\n");
        const auto table = TsvTable::read(path);
        QVERIFY2(table.has_value(), table ? "" : table.error().sentence().c_str());
        QCOMPARE(table->columns(), (std::vector<std::string>{"id", "label", "score"}));
        QCOMPARE(table->rowCount(), std::size_t(2));
        QCOMPARE(table->cell(0, *table->column("label")), std::string("PC"));
        QCOMPARE(table->cell(1, 1), std::string());
        QCOMPARE(*table->number(0, 2), 0.5);
        QCOMPARE(*table->integer(1, 2), -3);
        QCOMPARE(table->line(1), 5);
        const Error error = table->integer(0, 2).error();
        QCOMPARE(error.where(), (Where{path, 3, "score", -1}));
        const auto missing = table->requireColumn("split");
        QVERIFY(contains(missing.error().message(), "id, label, score"));
    }

    void tablesThatAreNone()
    {
        QVERIFY(contains(tableError(""), "is empty"));
        QVERIFY(contains(tableError("id\tcds_start\tcds_end\na\t1\n"), "line 2: The row has 2 cells, but the header has 3"));
        QVERIFY(contains(tableError("id\tid\n"), "same name"));
        QVERIFY(contains(tableError(std::string("id\0x\n", 5)), "binary"));
        QVERIFY(contains(tableError("name\tcds_start\tcds_end\n"), "no column \"id\""));
        QVERIFY(!TsvTable::read(m_folder.path("absent.tsv")));
    }

    void regionsAreJoinedAndEverythingIsCounted()
    {
        const auto table = CdsTable::read(m_folder.write("cds.tsv",
            "id\tlabel\tcds_start\tcds_end\nm1\tPC\t2\t11\nnc\tNC\tNA\tNA\nm2\tPC\t0\t7\nghost\tPC\t0\t3\n"));
        QVERIFY2(table.has_value(), table ? "" : table.error().sentence().c_str());
        const auto joined = table->join(sequences());
        QVERIFY2(joined.has_value(), joined ? "" : joined.error().sentence().c_str());
        QCOMPARE(joined->transcripts[0]->cds, std::optional(data::Interval{2, 11}));
        QVERIFY(!joined->transcripts[1]->cds);
        QCOMPARE(joined->transcripts[2]->cds, std::optional(data::Interval{0, 7}));
        QCOMPARE(joined->report.coding, 2);
        QCOMPARE(joined->report.noncoding, 1);
        QCOMPARE(joined->report.withoutRow, std::vector<std::string>{"extra"});
        QCOMPARE(joined->report.unknownIds, std::vector<std::string>{"ghost"});
        QCOMPARE(joined->report.warnings.size(), std::size_t(1));
        QVERIFY(contains(joined->report.warnings[0], "m2: its length is not a multiple of three, it does not end with a stop codon"));
        const std::string summary = joined->report.summary();
        QVERIFY2(contains(summary, "2 coding, 1 noncoding") && contains(summary, "ghost") && contains(summary, "extra"), summary.c_str());
    }

    void absentRegionsInEverySpelling()
    {
        const auto table = CdsTable::read(m_folder.write("a.tsv", "id\tcds_start\tcds_end\na\t\t\nb\tNA\tNA\nc\t-1\t-1\nd\t.\t.\n"));
        for (const char* id : {"a", "b", "c", "d"})
            QVERIFY(table->find(id) != nullptr && !table->find(id)->cds);
        QVERIFY(table->find("e") == nullptr);
    }

    void regionsThatCannotBeAreErrors()
    {
        const std::string head = "id\tcds_start\tcds_end\n";
        QVERIFY(contains(tableError(head + "a\t5\t5\n"), "line 2, record a: The coding region 5-5 is empty or backwards"));
        QVERIFY(contains(tableError(head + "a\t-4\t5\n"), "backwards"));
        QVERIFY(contains(tableError(head + "a\t5\t\n"), "Only one"));
        QVERIFY(contains(tableError(head + "a\tx\t5\n"), "not a whole number"));
        QVERIFY(contains(tableError(head + "a\t1\t4\nb\t1\t4\na\t1\t4\n"), "the other is line 2"));
        QVERIFY(contains(tableError(head + "\t1\t4\n"), "no id"));
        const auto table = CdsTable::read(m_folder.write("far.tsv", head + "m1\t2\t99\n"));
        const Error error = table->join(sequences()).error();
        QVERIFY(contains(error.message(), "ends at 99, but the sequence has only 13 nt"));
        QCOMPARE(error.where().record, std::string("m1"));
        QCOMPARE(error.where().line, 2);
    }

    void allHumanTranscripts()
    {
        if (!tests::haveShared("data/coding/human_transcripts.tsv"))
            QSKIP("NSCOPE_SHARED_DIR has no human transcripts");
        const auto set = readFasta(tests::sharedPath("data/coding/human_transcripts.fa.gz"));
        const auto table = TsvTable::read(tests::sharedPath("data/coding/human_transcripts.tsv"));
        QVERIFY(set.has_value() && table.has_value());
        const auto regions = CdsTable::fromTable(*table);
        QVERIFY2(regions.has_value(), regions ? "" : regions.error().sentence().c_str());
        const auto joined = regions->join(*set);
        QVERIFY2(joined.has_value(), joined ? "" : joined.error().sentence().c_str());
        QCOMPARE(joined->transcripts.size(), std::size_t(16'958));
        QCOMPARE(joined->report.coding, 3'545);
        QCOMPARE(joined->report.noncoding, 13'413);
        QVERIFY(joined->report.withoutRow.empty());
        QVERIFY(joined->report.unknownIds.empty());
        QVERIFY2(joined->report.warnings.empty(), joined->report.summary().c_str());
        std::map<std::string, int> splits;
        const std::size_t split = *table->requireColumn("split");
        const std::size_t label = *table->requireColumn("label");
        for (std::size_t row = 0; row < table->rowCount(); ++row) {
            ++splits[table->cell(row, split)];
            QCOMPARE(joined->transcripts[row]->cds.has_value(), table->cell(row, label) == "PC");
        }
        QCOMPARE(splits.size(), std::size_t(2));
    }
};

QTEST_APPLESS_MAIN(TestTables)
#include "tst_tables.moc"
