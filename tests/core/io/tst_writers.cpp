// Tests of result files: predictions, explanations, attention, filters; the contract scripts rely on.
#include "core/io/atomic_file.h"
#include "core/io/attention_writer.h"
#include "core/io/attribution_writer.h"
#include "core/io/filter_writer.h"
#include "core/io/format_list.h"
#include "core/io/npz.h"
#include "core/io/table_writer.h"
#include "core/io/tsv_table.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <bigWig.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>

using namespace nscope;
using namespace nscope::io;
using nscope::tests::contains;
using nscope::tests::TemporaryFolder;

namespace {

const data::Sequence kFirst{"a", "text", "ACGTA", data::Alphabet::Rna};
const data::Sequence kSecond{"b", "", "GG", data::Alphabet::Dna};

data::Prediction prediction(double p)
{
    data::Prediction result;
    result.classProbabilities = {{"PC", p}, {"NC", 1 - p}};
    result.scalars = {{"log_odds", std::log(p / (1 - p))}};
    result.predictedClass = p > 0.5 ? "PC" : "NC";
    result.translations = {{"PC", "MV", true, -0.5, -0.25, data::Interval{1, 10}}, {"NC", "", false, -2, -1, {}}};
    return result;
}

data::Attribution attribution(const data::Sequence& sequence)
{
    data::Attribution result;
    result.method = "ism";
    result.target = "logit:PC-NC";
    result.meaning = "change of the log-odds";
    result.modelHash = "abc";
    result.referenceScore = 1.5;
    for (std::size_t i = 0; i < sequence.letters.size() * 4; ++i)
        result.values_LC.push_back(float(i) / 8);
    return result;
}

}  // namespace

class TestWriters : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    std::vector<float> bigWigValues(const char* name, const char* chromosome, std::uint32_t end) const
    {
        std::vector<float> values;
        bigWigFile_t* file = bwOpen(m_folder.path(name).c_str(), nullptr, "r");
        if (!file)
            return values;
        if (bwOverlappingIntervals_t* found = bwGetValues(file, chromosome, 0, end, 1)) {
            values.assign(found->value, found->value + found->l);
            bwDestroyOverlappingIntervals(found);
        }
        bwClose(file);
        return values;
    }

private slots:
    void predictionsAsTsv()
    {
        const auto path = m_folder.path("p.tsv");
        auto writer = PredictionWriter::open(path);
        QVERIFY((*writer)->add(kFirst, prediction(0.75)).has_value());
        QVERIFY(!std::filesystem::exists(path));  // nothing before the end
        QVERIFY((*writer)->add(kSecond, prediction(0.25)).has_value());
        QVERIFY((*writer)->finish().has_value());
        const auto table = TsvTable::read(path);
        QCOMPARE(table->columns(), (std::vector<std::string>{"id", "length", "p_PC", "p_NC", "log_odds", "class"}));
        QCOMPARE(table->rowCount(), std::size_t(2));
        QCOMPARE(table->cell(0, 0), std::string("a"));
        QCOMPARE(table->cell(0, 1), std::string("5"));
        QCOMPARE(*table->number(0, 2), 0.75);
        QCOMPARE(*table->number(0, 4), std::log(3.0));
        QCOMPARE(table->cell(1, 5), std::string("NC"));
    }

    void beamsAsTsv()
    {
        const auto path = m_folder.path("beams.tsv");
        auto writer = PredictionWriter::open(path, {.beams = 3, .profiles = false, .provenance = {}});
        QVERIFY((*writer)->add(kFirst, prediction(0.75)).has_value());
        QVERIFY((*writer)->finish().has_value());
        const auto table = TsvTable::read(path);
        QVERIFY2(table.has_value(), table ? "" : table.error().sentence().c_str());
        QCOMPARE(table->columns().size(), std::size_t(6 + 3 * 7));
        QCOMPARE(table->cell(0, *table->column("beam1_peptide")), std::string("MV"));
        QCOMPARE(table->cell(0, *table->column("beam1_orf_start")), std::string("1"));
        QCOMPARE(table->cell(0, *table->column("beam1_orf_end")), std::string("10"));
        QCOMPARE(table->cell(0, *table->column("beam2_class")), std::string("NC"));
        QCOMPARE(table->cell(0, *table->column("beam2_ended")), std::string("false"));
        QCOMPARE(table->cell(0, *table->column("beam3_class")), std::string());
    }

    void predictionsAsJsonAndNpz()
    {
        for (const char* name : {"p.json", "p.npz"}) {
            auto writer = PredictionWriter::open(m_folder.path(name), {.beams = name[2] == 'j' ? 1 : 0, .profiles = false, .provenance = {{"model", "m"}}});
            QVERIFY((*writer)->add(kFirst, prediction(0.75)).has_value());
            data::Prediction unknown = prediction(0.75);
            unknown.classProbabilities[0].value = NAN;
            QVERIFY((*writer)->add(kSecond, unknown).has_value());
            QVERIFY((*writer)->finish().has_value());
        }
        const auto json = nlohmann::json::parse(m_folder.read("p.json"));
        QCOMPARE(json["provenance"]["model"].get<std::string>(), std::string("m"));
        QCOMPARE(json["predictions"].size(), std::size_t(2));
        QCOMPARE(json["predictions"][0]["p_PC"].get<double>(), 0.75);
        QCOMPARE(json["predictions"][0]["translations"].size(), std::size_t(1));
        QCOMPARE(json["predictions"][0]["translations"][0]["peptide"].get<std::string>(), std::string("MV"));
        QVERIFY(json["predictions"][1]["p_PC"].is_null());
        const auto arrays = readNpz(m_folder.path("p.npz"));
        QCOMPARE(*arrays->at("ids").as<std::string>(), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(*arrays->at("lengths").as<std::int64_t>(), (std::vector<std::int64_t>{5, 2}));
        QCOMPARE(arrays->at("p_PC").as<double>()->at(0), 0.75);
        QCOMPARE(arrays->at("class").as<std::string>()->at(0), std::string("PC"));
    }

    void emptyRunsGiveWholeFiles()
    {
        for (const char* name : {"none.tsv", "none.json", "none.npz"}) {
            auto writer = PredictionWriter::open(m_folder.path(name));
            QVERIFY((*writer)->finish().has_value());
        }
        QCOMPARE(m_folder.read("none.tsv"), std::string("id\tlength\n"));
        QVERIFY(nlohmann::json::parse(m_folder.read("none.json"))["predictions"].empty());
        QVERIFY(readNpz(m_folder.path("none.npz"))->at("ids").as<std::string>()->empty());
    }

    void explanationsBecomeOneValuePerBaseInBigWig()
    {
        auto writer = AttributionWriter::open(m_folder.path("a.bw"));
        data::Attribution mutants;
        mutants.values_LC = {0, 3, 0, 0, -6, 0, -3, -3, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, NAN, 0};
        const data::Sequence late{"z", "", "ACNTT", data::Alphabet::Dna}, early{"b", "", "A", data::Alphabet::Dna};
        QVERIFY((*writer)->add(late, mutants).has_value());
        mutants.values_LC = {0, 0, 0, 9};
        QVERIFY((*writer)->add(early, mutants).has_value());
        QCOMPARE((*writer)->add(early, mutants).error().code(), ErrorCode::InvalidArgument);
        QVERIFY((*writer)->finish().has_value());
        QCOMPARE(bigWigValues("a.bw", "z", 5), (std::vector<float>{-1, 4, 0, -1, 0}));
        QCOMPARE(bigWigValues("a.bw", "b", 1), (std::vector<float>{-3}));
    }

    void profilesKeepTheirPlace()
    {
        data::Prediction profile;
        // Three bins of 4 nt from −4: the first lies before the sequence, the last reaches beyond its 7 nt.
        profile.profiles = {{-4, 4, {"HepG2", "K562 /1"}, {1, 2, 3, 4, 5, 6}}};
        const data::Sequence sequence{"s", "", "ACGTACG", data::Alphabet::Dna};
        for (const char* name : {"q.tsv", "q.npz", "q.bw"}) {
            auto writer = PredictionWriter::open(m_folder.path(name), {.beams = 0, .profiles = true, .provenance = {}});
            QVERIFY((*writer)->add(sequence, profile).has_value());
            QCOMPARE((*writer)->add(sequence, {}).error().code(), ErrorCode::Internal);
            QVERIFY((*writer)->finish().has_value());
        }
        QCOMPARE(m_folder.read("q.tsv"), std::string("id\tstart\tend\tHepG2\tK562 /1\ns\t-4\t0\t1\t4\n"
                                                     "s\t0\t4\t2\t5\ns\t4\t8\t3\t6\n"));
        const auto arrays = readNpz(m_folder.path("q.npz"));
        QCOMPARE(*arrays->at("profile/0").as<float>(), (std::vector<float>{1, 4, 2, 5, 3, 6}));
        QCOMPARE(arrays->at("starts").as<std::int64_t>()->at(0), std::int64_t(-4));
        const std::vector<float> second = bigWigValues("q.K562__1.bw", "s", 7);
        QCOMPARE(std::vector<float>(second.begin(), second.begin() + 4), (std::vector<float>{5, 5, 5, 5}));
        QVERIFY(std::isnan(second[4]));
        QVERIFY(!std::filesystem::exists(m_folder.path("q.bw")));
    }

    void numbersBesideAProfileAreWrittenToo()
    {
        data::Prediction reads;
        reads.profiles = {{0, 2, {"HepG2"}, {1, 2}}};
        reads.scalars = {{"counts_HepG2", 7.5}};
        for (const char* name : {"r.tsv", "r.npz"}) {
            auto writer = PredictionWriter::open(m_folder.path(name), {.beams = 0, .profiles = true, .provenance = {}});
            QVERIFY((*writer)->add({"s", "", "ACGT", data::Alphabet::Dna}, reads).has_value());
            QVERIFY((*writer)->finish().has_value());
        }
        QCOMPARE(m_folder.read("r.tsv"),
                 std::string("id\tstart\tend\tHepG2\tcounts_HepG2\ns\t0\t2\t1\t7.5\ns\t2\t4\t2\t7.5\n"));
        QCOMPARE(*readNpz(m_folder.path("r.npz"))->at("counts_HepG2").as<double>(), (std::vector<double>{7.5}));
    }

    void whatCannotBeWrittenIsSaid()
    {
        QCOMPARE(PredictionWriter::open(m_folder.path("p.bw")).error().code(), ErrorCode::Unsupported);
        QCOMPARE(PredictionWriter::open(m_folder.path("q.npz"), {.beams = 4, .profiles = false, .provenance = {}}).error().code(), ErrorCode::Unsupported);
        QCOMPARE(AttributionWriter::open(m_folder.path("a.json")).error().code(), ErrorCode::Unsupported);
        QCOMPARE(AttentionWriter::open(m_folder.path("a.json")).error().code(), ErrorCode::Unsupported);
        QCOMPARE(writeFilterSpectrum(m_folder.path("a.json"), {}).error().code(), ErrorCode::Unsupported);
        auto writer = PredictionWriter::open(m_folder.path("mixed.tsv"));
        QVERIFY((*writer)->add(kFirst, prediction(0.75)).has_value());
        data::Prediction other = prediction(0.5);
        other.scalars.push_back({"more", 1});
        QCOMPARE((*writer)->add(kSecond, other).error().code(), ErrorCode::Internal);
    }

    void anAbandonedRunLeavesTheOldFile()
    {
        const auto path = m_folder.write("keep.tsv", "old");
        const std::size_t before = m_folder.fileCount();
        {
            auto writer = PredictionWriter::open(path);
            QVERIFY((*writer)->add(kFirst, prediction(0.75)).has_value());
        }
        QCOMPARE(m_folder.read("keep.tsv"), std::string("old"));
        QCOMPARE(m_folder.fileCount(), before);
    }

    void explanationsAsNpz()
    {
        auto writer = AttributionWriter::open(m_folder.path("e.npz"), {{"version", "1"}});
        QVERIFY((*writer)->add(kFirst, attribution(kFirst)).has_value());
        data::Attribution preview = attribution(kSecond);
        preview.exact_L = {1, 0};
        QVERIFY((*writer)->add(kSecond, preview).has_value());
        QVERIFY(!(*writer)->add(kSecond, attribution(kFirst)));
        QVERIFY((*writer)->finish().has_value());
        const auto arrays = readNpz(m_folder.path("e.npz"));
        QVERIFY2(arrays.has_value(), arrays ? "" : arrays.error().sentence().c_str());
        QCOMPARE(*arrays->at("ids").as<std::string>(), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(*arrays->at("lengths").as<std::int64_t>(), (std::vector<std::int64_t>{5, 2}));
        QCOMPARE(arrays->at("attribution/0").shape, (std::vector<std::int64_t>{5, 4}));
        QCOMPARE(*arrays->at("attribution/1").as<float>(), attribution(kSecond).values_LC);
        QCOMPARE(*arrays->at("sequence/0").as<std::string>(), std::vector<std::string>{"ACGUA"});
        QCOMPARE(*arrays->at("target").as<std::string>(), std::vector<std::string>{"logit:PC-NC"});
        QCOMPARE(*arrays->at("method").as<std::string>(), std::vector<std::string>{"ism"});
        QCOMPARE(*arrays->at("meaning").as<std::string>(), std::vector<std::string>{"change of the log-odds"});
        QVERIFY(!arrays->contains("exact/0"));
        QCOMPARE(arrays->at("exact/1").dtype(), std::string("|b1"));
    }

    void explanationsAsTsv()
    {
        auto writer = AttributionWriter::open(m_folder.path("e.tsv"));
        QVERIFY((*writer)->add(kFirst, attribution(kFirst)).has_value());
        QVERIFY((*writer)->finish().has_value());
        const auto table = TsvTable::read(m_folder.path("e.tsv"));
        QCOMPARE(table->columns(), (std::vector<std::string>{"id", "pos", "ref", "A", "C", "G", "U"}));
        QCOMPARE(table->rowCount(), std::size_t(5));
        QCOMPARE(table->cell(3, 1), std::string("4"));
        QCOMPARE(table->cell(3, 2), std::string("U"));
        QCOMPARE(*table->number(3, 6), 15.0 / 8);
    }

    void attentionAsNpzAndTsv()
    {
        data::AttentionMap map{"h", 1, {0, 2}, {"<s>", "<PC>", "M"}, 1, 2, {}};
        for (int i = 0; i < 12; ++i)
            map.weights_HQK.push_back(float(i) / 16);
        for (const char* name : {"att.npz", "att.tsv"}) {
            auto writer = AttentionWriter::open(m_folder.path(name));
            QVERIFY((*writer)->add(kFirst, map).has_value());
            QVERIFY(!(*writer)->add(kSecond, map));  // keys beyond the sequence
            QVERIFY((*writer)->finish().has_value());
        }
        const auto arrays = readNpz(m_folder.path("att.npz"));
        QCOMPARE(arrays->at("attention/0/layer1").shape, (std::vector<std::int64_t>{2, 3, 2}));
        QCOMPARE(*arrays->at("queries/0/layer1").as<std::string>(), map.queries);
        QCOMPARE(arrays->at("key_start/0/layer1").as<std::int64_t>()->at(0), 1);
        const auto table = TsvTable::read(m_folder.path("att.tsv"));
        QCOMPARE(table->rowCount(), std::size_t(12));
        QCOMPARE(table->cell(11, *table->column("head")), std::string("2"));
        QCOMPARE(table->cell(11, *table->column("token")), std::string("M"));
        QCOMPARE(table->cell(11, *table->column("pos")), std::string("3"));
        QCOMPARE(*table->number(11, *table->column("weight")), 11.0 / 16);
    }

    void filtersAsNpzAndTsv()
    {
        const data::FilterSpectrum spectrum{"h", {{0, 6, 4, 2, {1, 2, 3, 4, 5, 6, 7, 8}, {0, 0, 0, 0, 0, 0, 0, 0.5f}}}};
        QVERIFY(writeFilterSpectrum(m_folder.path("f.npz"), spectrum).has_value());
        QVERIFY(writeFilterSpectrum(m_folder.path("f.tsv"), spectrum).has_value());
        const auto arrays = readNpz(m_folder.path("f.npz"));
        QCOMPARE(arrays->at("layer0/magnitude").shape, (std::vector<std::int64_t>{4, 2}));
        QCOMPARE(arrays->at("layer0/period_nt").as<double>()->at(2), 3.0);
        const auto table = TsvTable::read(m_folder.path("f.tsv"));
        QCOMPARE(table->rowCount(), std::size_t(8));
        QCOMPARE(table->cell(0, 2), std::string("inf"));
        QCOMPARE(*table->number(7, 4), 8.0);
        QVERIFY(!writeFilterSpectrum(m_folder.path("g.npz"), {"h", {{0, 6, 4, 3, {1}, {1}}}}));
    }

    void atomicFilesKeepLinksAndRights()
    {
        const auto real = m_folder.write("real.txt", "old");
        std::filesystem::permissions(real, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write | std::filesystem::perms::group_read);
        std::filesystem::create_symlink(real, m_folder.path("link.txt"));
        QVERIFY(writeFileAtomically(m_folder.path("link.txt"), "new").has_value());
        QVERIFY(std::filesystem::is_symlink(m_folder.path("link.txt")));
        QCOMPARE(m_folder.read("real.txt"), std::string("new"));
        QCOMPARE(int(std::filesystem::status(real).permissions()), 0640);
        QVERIFY(writeFileAtomically("/dev/null", "x").has_value());
        QVERIFY(!writeFileAtomically(m_folder.path("."), "x"));
        QVERIFY(!writeFileAtomically("", "x"));
    }

    void formatsAreFoundByName()
    {
        QCOMPARE(formatOfPath("/x/Y.FA.GZ")->id, std::string_view("fasta"));
        QCOMPARE(formatOfPath("m.card.json")->id, std::string_view("model-card"));
        QCOMPARE(formatOfPath("p.json")->id, std::string_view("json"));
        QCOMPARE(formatOfPath("s.nscope")->id, std::string_view("session"));
        for (const char* path : {"s.bg", "s.BG.gz", "s.bdg", "s.bdg.gz"})
            QVERIFY2(formatOfPath(path) && formatOfPath(path)->id == "bedgraph", path);
        QVERIFY(formatOfPath("x.docx") == nullptr);
        QVERIFY(formatOfPath("") == nullptr);
    }
};

QTEST_APPLESS_MAIN(TestWriters)
#include "tst_writers.moc"
