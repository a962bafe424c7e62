// Tests of structure files, dot plots and feature tables: what is read, how it joins by id, what is refused.
#include "core/data/rna_structure.h"
#include "core/io/dot_plot.h"
#include "core/io/feature_table.h"
#include "core/io/npz.h"
#include "core/io/structure_file.h"
#include "tests/support/h5_writer.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace nscope;
using namespace nscope::io;
using namespace nscope::tests;

namespace {

data::TranscriptPtr transcript(const char* id, const char* letters)
{
    return std::make_shared<const data::Transcript>(data::Transcript{{id, "", letters, data::Alphabet::Rna}, {}});
}

}  // namespace

class TestFurtherInputs : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    std::string structureError(const std::string& text)
    {
        const auto path = m_folder.write("bad.db", text);
        const auto file = StructureFile::read(path);
        if (file)
            return "no error";
        std::string sentence = file.error().sentence();
        return sentence.starts_with(path) ? sentence.substr(path.size() + 2) : "without file: " + sentence;
    }
    std::string tableError(const std::string& text)
    {
        const auto table = FeatureTable::read(m_folder.write("bad.tsv", text), "halflife");
        return table ? "no error" : table.error().sentence();
    }
    std::string npzError(const NpzArrays& arrays)
    {
        const auto path = m_folder.path("bad.npz");
        if (!writeNpz(path, arrays))
            return "not written";
        const auto table = FeatureTable::read(path, "embedding");
        return table ? "no error" : table.error().sentence();
    }
    std::string plotError(const std::string& text)
    {
        const auto pairs = readDotPlot(m_folder.write("bad_dp.ps", text), 20);
        return pairs ? "no error" : pairs.error().sentence();
    }

private slots:
    void rnafoldOutputIsRead()
    {
        const auto path = m_folder.write(
            "fold.db", ">hp1 a hairpin\nGGGAAAUCCC\n(((....))) (-1.20)\n"
                       ">bare\n\n..((...)).\r\n"
                       ">wrapped\nGGGA\nAAUCCC\n(((....))) ( -1.20)\n"
                       ">states\nffsshhhsst\n"
                       ">ensemble\nGGGAAAUCCC\n(((....))) (-1.20)\n(((....))) [ -1.31]\n(((....))) { -1.20 d=0.35}\n"
                       " frequency of mfe structure in ensemble 0.83; ensemble diversity 0.67\n");
        const auto file = StructureFile::read(path);
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        QCOMPARE(file->ids(), (std::vector<std::string>{"hp1", "bare", "wrapped", "states", "ensemble"}));
        const StructureRecord& hairpin = *file->find("hp1");
        QCOMPARE(hairpin.letters, std::string("GGGAAATCCC"));
        QCOMPARE(hairpin.dotBracket, std::string("(((....)))"));
        QCOMPARE(hairpin.states, std::string("ssshhhhsss"));
        QCOMPARE(*hairpin.energyKcalMol, -1.2);
        QCOMPARE(hairpin.line, 3);
        QVERIFY(file->find("bare")->letters.empty() && !file->find("bare")->energyKcalMol);
        QCOMPARE(file->find("wrapped")->letters, hairpin.letters);
        QCOMPARE(*file->find("wrapped")->energyKcalMol, -1.2);
        QVERIFY(file->find("states")->dotBracket.empty());
        QCOMPARE(file->find("states")->states, std::string("ffsshhhsst"));
        QCOMPARE(file->find("ensemble")->dotBracket, std::string("(((....)))"));
        QCOMPARE(file->unusedLines(), 3);
        QVERIFY(file->find("nobody") == nullptr);
    }

    void structuresJoinById()
    {
        const auto path = m_folder.write("join.db", ">a\nGGGAAAUCCC\n(((....)))\n>gone\n.....\n>b\nfffssshhhsss\n");
        const auto file = StructureFile::read(path);
        const auto joined = joinInput(
            *file, {transcript("a", "GGGAAATCCC"), transcript("lonely", "ACGT"), transcript("b", "ACGTACGTACGT")});
        QVERIFY2(joined.has_value(), joined ? "" : joined.error().sentence().c_str());
        QCOMPARE(joined->transcripts[0]->dotBracket, std::string("(((....)))"));
        QCOMPARE(joined->transcripts[0]->features.at("structure"), (std::vector<float>{5, 5, 5, 3, 3, 3, 3, 5, 5, 5}));
        QVERIFY(joined->transcripts[1]->features.empty());
        QVERIFY(joined->transcripts[2]->dotBracket.empty());
        QCOMPARE(joined->transcripts[2]->features.at("structure").front(), 0.0F);
        QCOMPARE(joined->report.filled(), 2);
        QCOMPARE(joined->report.withoutInput(), (std::vector<std::string>{"lonely"}));
        QCOMPARE(joined->report.unknownIds(*file), (std::vector<std::string>{"gone"}));
        QCOMPARE(joined->report.summary(*file),
                 std::string("structure: 2 sequences have it; 1 sequence has none: lonely; "
                             "1 id of the file is no sequence's: gone."));
    }

    void structuresThatDoNotFitTheirSequence()
    {
        const auto file = StructureFile::read(m_folder.write("fit.db", ">a\n(((....)))\n>b\nGGGAAAUCCC\n(((....)))\n"));
        const auto shorter = joinInput(*file, {transcript("a", "GGGAAATCC")});
        QCOMPARE(shorter.error().where().line, 2);
        QVERIFY(contains(shorter.error().sentence(),
                         "record a: The structure has 10 positions, but the sequence has 9 nt"));
        const auto other = joinInput(*file, {transcript("b", "GGGAAAGCCC")});
        QCOMPARE(other.error().where().position, 7);
        QVERIFY(contains(other.error().message(), "other letters"));
    }

    void structureFilesThatAreNone()
    {
        QVERIFY(contains(structureError(""), "The file is empty"));
        QVERIFY(contains(structureError("\n \n"), "The file is empty"));
        QVERIFY(contains(structureError("((...))\n"), "line 1: A structure needs a line with '>'"));
        QVERIFY(contains(structureError(">\n((...))\n"), "line 1: The record has no id"));
        QVERIFY(contains(structureError(">a\n>b\n(...)\n"), "line 1, record a: The record has no structure."));
        QVERIFY(contains(structureError(">a\nACGU\n"), "position 1: 'A' is no structure state"));
        QVERIFY(contains(structureError(">a\n((...)\n"), "line 2, record a, position 1: '(' opens"));
        QVERIFY(contains(structureError(">a\n((..x))\n"), "line 2, record a, position 5: 'x' is no sign"));
        QVERIFY(contains(structureError(">a\nACGU\n(...)\n"), "5 positions, but the letters above it are 4"));
        QVERIFY(contains(structureError(">a\nAC-GU\n(...)\n"), "line 2, record a, position 3: The line is neither"));
        QVERIFY(contains(structureError(">a\n(...) nonsense\n"), "After the structure stands \"nonsense\""));
        QVERIFY(contains(structureError(">a\n(...) (-1.2\n"), "After the structure stands"));
        QVERIFY(contains(structureError(">a\n(...)\n>a\n(...)\n"), "line 3, record a: Two structures have this id."));
        QVERIFY(contains(structureError(std::string(">a\n(..\0.)\n", 10)), "binary"));
        QVERIFY(!StructureFile::read(m_folder.path("absent.db")));
        QVERIFY(!StructureFile::read(m_folder.path(".")));
    }

    void damagedStructureFilesEndInOneSentence()
    {
        const std::string good = ">hp1 a hairpin\nGGGAAAUCCC\n(((....))) (-1.20)\n>b\nffsshhhsst\n";
        std::mt19937 random(3);
        int refused = 0;
        for (int trial = 0; trial < 500; ++trial) {
            std::string text = good.substr(0, random() % (good.size() + 1));
            for (std::uint32_t changes = random() % 4; changes > 0 && !text.empty(); --changes)
                text[random() % text.size()] = char(random() % 256);
            const std::string sentence = structureError(text);
            QVERIFY(!sentence.empty() && !sentence.starts_with("without file"));
            refused += sentence != "no error";
        }
        QVERIFY(refused > 250);
    }

    void structuresAreWrittenAsTheyAreRead()
    {
        const std::vector<StructureRecord> records{{"a", "GGGAAATCCC", "(((....)))", "ssshhhhsss", -1.25, 0},
                                                   {"b", "", "", "ffsshhhsst", std::nullopt, 0}};
        const auto path = m_folder.path("out.db");
        QVERIFY(writeStructures(path, records).has_value());
        QCOMPARE(m_folder.read("out.db"), std::string(">a\nGGGAAAUCCC\n(((....))) (-1.25)\n>b\nffsshhhsst\n"));
        const auto file = StructureFile::read(path);
        QCOMPARE(file->records().size(), std::size_t(2));
        QCOMPARE(file->find("a")->letters, records[0].letters);
        QCOMPARE(file->find("a")->energyKcalMol, records[0].energyKcalMol);
        QCOMPARE(file->find("b")->states, records[1].states);
        QVERIFY(!writeStructures(m_folder.path("no.db"), {{"two words", "", "(...)", "shhhs", {}, 0}}));
        QVERIFY(!writeStructures(m_folder.path("no.db"), {{"empty", "", "", "", {}, 0}}));
        QVERIFY(!std::filesystem::exists(m_folder.path("no.db")));
    }

    void dotPlotsGiveProbabilities()
    {
        const auto path =
            m_folder.write("x_dp.ps", "%!PS-Adobe-3.0 EPSF-3.0\n/sequence { (\\\nGGGGAAAACCCC\\\n) } def\n"
                                      "%start of base pair probability data\n1 12 0.9 ubox\n2 11 1.000000 ubox\n"
                                      "3 10 0.0316 lbox\nshowpage\nend\n%%EOF\n");
        const auto pairs = readDotPlot(path, 12);
        QVERIFY2(pairs.has_value(), pairs ? "" : pairs.error().sentence().c_str());
        QCOMPARE(pairs->size(), std::size_t(2));  // lbox is the minimum-energy structure
        QCOMPARE((*pairs)[0].firstNt, 0);
        QCOMPARE((*pairs)[0].secondNt, 11);
        QVERIFY(std::abs((*pairs)[0].probability - 0.81) < 1e-12);
        QCOMPARE((*pairs)[1].probability, 1.0);
    }

    void dotPlotsThatAreNone()
    {
        QVERIFY(contains(plotError("1 12 0.9 ubox\n"), "line 1: This is no dot plot"));
        QVERIFY(contains(plotError("%!PS\n1 21 0.9 ubox\n"),
                         "line 2: The base pair 1-21 lies outside the sequence of 20 nt"));
        QVERIFY(contains(plotError("%!PS\n0 2 0.9 ubox\n"), "outside"));
        QVERIFY(contains(plotError("%!PS\n7 7 0.9 ubox\n"), "outside"));
        QVERIFY(contains(plotError("%!PS\n1 9 1.5 ubox\n"), "between 0 and 1"));
        QVERIFY(contains(plotError("%!PS\n1 9 nan ubox\n"), "between 0 and 1"));
        QVERIFY(contains(plotError("%!PS\n1 99999999999999999999 0.5 ubox\n"), "two positions"));
        QVERIFY(contains(plotError("%!PS\n1 9 ubox\n"), "two positions"));
        QVERIFY(contains(plotError("%!PS\n1 9 0.5 0.5 ubox\n"), "two positions"));
        QCOMPARE(plotError("%!PS\n"), std::string("no error"));  // a sequence that cannot pair
    }

    void tablesGiveFeatures()
    {
        const auto path = m_folder.write("hl.tsv", "utr5\tid\tcds\r\n0.5\ta\t-3\r\n1e-2\tb\t7\r\n2\tgone\t1\r\n");
        const auto table = FeatureTable::read(path, "halflife");
        QVERIFY2(table.has_value(), table ? "" : table.error().sentence().c_str());
        QCOMPARE(table->columns(), (std::vector<std::string>{"utr5", "cds"}));
        QCOMPARE(table->width(), 2);
        const auto joined =
            joinInput(*table, {transcript("b", "ACGT"), transcript("a", "ACGT"), transcript("c", "ACGT")});
        QCOMPARE(joined->transcripts[0]->features.at("halflife"), (std::vector<float>{0.01F, 7}));
        QCOMPARE(joined->transcripts[1]->features.at("halflife"), (std::vector<float>{0.5F, -3}));
        QVERIFY(joined->transcripts[2]->features.empty());
        QCOMPARE(joined->report.summary(*table), std::string("halflife: 2 sequences have it; 1 sequence has none: c; "
                                                             "1 id of the file is no sequence's: gone."));
    }

    void tablesThatGiveNone()
    {
        QVERIFY(contains(tableError("name\tx\na\t1\n"), "no column \"id\""));
        QVERIFY(contains(tableError("id\na\n"), "no column beside the ids"));
        QVERIFY(contains(tableError("id\tx\na\t1\na\t2\n"), "line 3: Two rows have the id a."));
        QVERIFY(contains(tableError("id\tx\n\t1\n"), "line 2: The row has no id."));
        QVERIFY(contains(tableError("id\tx\na\tNA\n"), "line 2, record x: \"NA\" is not a number."));
        QVERIFY(contains(tableError("id\tx\na\t\n"), "is not a number"));
        QVERIFY(
            contains(tableError("id\tx\na\tnan\n"), "line 2, record x: A value of an input must be a finite number."));
        QVERIFY(contains(tableError("id\tx\na\t1e60\n"), "finite number"));
    }

    void arraysGiveEmbeddings()
    {
        const NpyArray ids = NpyArray::of(std::vector<std::string>{"a", "b"});
        const NpyArray values = NpyArray::of(std::vector<double>{1, 2, 3, 4, 5, 6}, {2, 3});
        const NpyArray scores = NpyArray::of(std::vector<std::int32_t>{7, 8});
        const auto path = m_folder.path("e.npz");
        QVERIFY(writeNpz(path, {{"ids", ids}, {"embedding", values}, {"scores", scores}}).has_value());
        const auto named = FeatureTable::read(path, "embedding");
        QVERIFY2(named.has_value(), named ? "" : named.error().sentence().c_str());
        QCOMPARE(named->width(), 3);
        data::Transcript b = *transcript("b", "ACGT");
        QVERIFY(*named->fill(b));
        QCOMPARE(b.features.at("embedding"), (std::vector<float>{4, 5, 6}));
        const auto single = FeatureTable::read(path, "scores");
        QVERIFY(*single->fill(b));
        QCOMPARE(b.features.at("scores"), (std::vector<float>{8}));
        QVERIFY(contains(FeatureTable::read(path, "other").error().message(), "there are embedding, scores"));
        QVERIFY(writeNpz(path, {{"ids", ids}, {"anything", values}}).has_value());
        QCOMPARE(FeatureTable::read(path, "embedding")->width(), 3);  // the only array there is
    }

    void arraysThatGiveNone()
    {
        const NpyArray ids = NpyArray::of(std::vector<std::string>{"a", "b"});
        const auto numbers = [](std::vector<float> values, std::vector<std::int64_t> shape) {
            return NpyArray::of(std::move(values), std::move(shape));
        };
        QVERIFY(contains(npzError({{"embedding", numbers({1, 2}, {2, 1})}}), "needs an array \"ids\""));
        QVERIFY(
            contains(npzError({{"ids", numbers({1, 2}, {2})}, {"x", numbers({1, 2}, {2})}}), "needs an array \"ids\""));
        QVERIFY(contains(npzError({{"ids", ids}}), "no values beside the ids"));
        QVERIFY(contains(npzError({{"ids", ids}, {"x", numbers({1, 2, 3}, {3, 1})}}), "one row per id"));
        QVERIFY(contains(npzError({{"ids", ids}, {"x", numbers({1, 2}, {2, 1, 1, 1})}}), "one row per id"));
        QVERIFY(contains(npzError({{"ids", ids}, {"x", numbers({}, {2, 3, 0})}}), "one row per id"));
        QVERIFY(contains(npzError({{"ids", ids}, {"x", numbers({}, {2, 0})}}), "one row per id"));
        QVERIFY(contains(npzError({{"ids", ids}, {"x", numbers({1, INFINITY}, {2})}}),
                         "position 2: A value of an input must be"));
        QVERIFY(contains(npzError({{"ids", ids}, {"x", ids}}), "record x"));
        const NpyArray same = NpyArray::of(std::vector<std::string>{"a", "a"});
        QVERIFY(contains(npzError({{"ids", same}, {"x", numbers({1, 2}, {2})}}), "Two rows have the id a."));
        QVERIFY(!FeatureTable::read(m_folder.write("no.npz", "PK\x03\x04 cut"), "x"));
    }

    void hdf5GivesEmbeddings_data()
    {
        QTest::addColumn<bool>("variableIds");
        QTest::addColumn<bool>("packed");
        QTest::newRow("as h5py writes str") << true << false;
        QTest::newRow("as numpy writes bytes") << false << false;
        QTest::newRow("in packed chunks") << true << true;
    }
    void hdf5GivesEmbeddings()
    {
        QFETCH(bool, variableIds);
        QFETCH(bool, packed);
        std::vector<std::string> ids;
        std::vector<float> values;
        for (int i = 0; i < 500; ++i) {  // more than one heap of texts
            ids.push_back("transcript_" + std::to_string(i));
            for (int k = 0; k < 6; ++k)
                values.push_back(float(i) + 0.125F * float(k));
        }
        const auto path = m_folder.path("e.h5");
        {
            const auto options = h5Options();
            const hsize_t chunk[] = {64, 2, 3};
            if (packed) {
                H5Pset_chunk(options, 3, chunk);
                H5Pset_deflate(options, 4);
            }
            const auto file = h5File(path);
            h5TextSet(file, "ids", ids, variableIds);
            h5Floats(file, "embedding", {500, 2, 3}, values, options);
            h5Floats(file, "score", {500}, std::vector<float>(500, 2.5F));
            h5Group(file, "notes");
        }
        const auto table = FeatureTable::read(path, "embedding");
        QVERIFY2(table.has_value(), table ? "" : table.error().sentence().c_str());
        QCOMPARE(table->width(), 6);
        QCOMPARE(table->ids(), ids);
        data::Transcript one = *transcript("transcript_417", "ACGT");
        QVERIFY(*table->fill(one));
        QCOMPARE(one.features.at("embedding"),
                 (std::vector<float>{417, 417.125F, 417.25F, 417.375F, 417.5F, 417.625F}));
        QVERIFY(*FeatureTable::read(path, "score")->fill(one));
        QCOMPARE(one.features.at("score"), (std::vector<float>{2.5F}));
        QVERIFY(contains(FeatureTable::read(path, "other").error().message(), "there are embedding, notes, score"));
        QVERIFY(contains(FeatureTable::read(path, "notes").error().sentence(), "record notes: This is a group"));
    }

    void damagedHdf5EndsInOneSentence()
    {
        const auto path = m_folder.path("good.h5");
        {
            const auto file = h5File(path);
            h5TextSet(file, "ids", {"a", "bb", "ccc"}, true);
            h5Floats(file, "embedding", {3, 4}, std::vector<float>(12, 0.5F));
        }
        QVERIFY(FeatureTable::read(path, "embedding").has_value());
        const std::string good = m_folder.read("good.h5");
        std::mt19937 random(5);
        int refused = 0;
        for (int trial = 0; trial < 600; ++trial) {
            std::string bytes = good;
            for (std::uint32_t changes = 1 + random() % 6; changes > 0; --changes)
                bytes[random() % bytes.size()] = char(random() % 256);
            const auto table = FeatureTable::read(m_folder.write("changed.h5", bytes), "embedding");
            refused += !table;
            QVERIFY(table || contains(table.error().sentence(), "changed.h5"));
        }
        QVERIFY(refused > 50);
    }

    void hdf5ThatGivesNone()
    {
        const auto error = [this](const auto& write) {
            const auto path = m_folder.path("bad.h5");
            write(hid_t(h5File(path)));
            const auto table = FeatureTable::read(path, "embedding");
            return table ? std::string("no error") : table.error().sentence();
        };
        const auto values = [](hid_t file, std::vector<hsize_t> shape, std::vector<float> numbers) {
            h5Floats(file, "embedding", shape, numbers);
        };
        QVERIFY(contains(error([&](hid_t file) { values(file, {2, 1}, {1, 2}); }), "needs an array \"ids\""));
        QVERIFY(contains(error([&](hid_t file) { h5TextSet(file, "ids", {"a"}, true); }), "no values beside the ids"));
        QVERIFY(contains(error([&](hid_t file) {
                             h5Floats(file, "ids", {2}, {1, 2});
                             values(file, {2, 1}, {1, 2});
                         }),
                         "record ids: The data set should hold texts"));
        const auto withIds = [&](std::vector<std::string> ids, std::vector<hsize_t> shape, std::vector<float> numbers) {
            return error([&](hid_t file) {
                h5TextSet(file, "ids", ids, true);
                values(file, shape, numbers);
            });
        };
        QVERIFY(contains(withIds({"a", "b"}, {3, 1}, {1, 2, 3}), "2 ids need the shape [2, values]"));
        QVERIFY(contains(withIds({"a", "b"}, {2, 1, 1, 1}, {1, 2}), "one row per id"));
        QVERIFY(contains(withIds({"a", "a"}, {2}, {1, 2}), "Two rows have the id a."));
        QVERIFY(contains(withIds({"a", "b"}, {2}, {1, INFINITY}), "position 2: A value of an input must be"));
        QVERIFY(contains(error([&](hid_t file) {
                             h5TextSet(file, "ids", {"a", "b"}, true);
                             h5TextSet(file, "embedding", {"1", "2"}, false);
                         }),
                         "record embedding"));
        const std::string whole = m_folder.read("bad.h5");
        for (const std::size_t bytes : {std::size_t(9), whole.size() / 3, whole.size() / 2})
            QVERIFY(!FeatureTable::read(m_folder.write("cut.h5", whole.substr(0, bytes)), "embedding"));
        QVERIFY(!FeatureTable::read(m_folder.path("absent.h5"), "embedding"));
    }
};

QTEST_APPLESS_MAIN(TestFurtherInputs)
#include "tst_further_inputs.moc"
