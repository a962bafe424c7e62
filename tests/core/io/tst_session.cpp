// Tests of session files: round trip, relative sources, damaged, foreign and newer files.
#include "core/data/rna_structure.h"
#include "core/io/session.h"
#include "core/io/zip_archive.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <filesystem>

using namespace nscope;
using namespace nscope::io;
using nscope::tests::contains;
using nscope::tests::TemporaryFolder;

namespace {

data::DocumentPtr sampleDocument(const std::string& source)
{
    const auto hbb = std::make_shared<const data::Transcript>(
        data::Transcript{{"HBB", "beta globin \"x\" <y> é", "CCATGGTGTAACC", data::Alphabet::Rna}, data::Interval{2, 11}});
    const auto plain = std::make_shared<const data::Transcript>(data::Transcript{{"nc", "", "ACGTN", data::Alphabet::Dna}, {}});
    auto document = data::withEntries(data::Document{}, {hbb, plain}, source);
    document = *data::withEdit(*document, 0, {0, "", "GG", "insert GG"});
    document = *data::withEdit(*document, 0, {7, "G", "A", "edit"});
    document = *data::withHistoryNode(*document, 0, 0);
    document = *data::withEdit(*document, 0, {2, "C", "T", "branch"});
    document = data::withModel(*document, "bioseq2seq", std::string(64, 'a'));
    auto changed = std::make_shared<data::Document>(*document);
    changed->views = {{"tracks", R"({"zoom":2})"}, {"table", ""}};
    changed->selectedEntry = 1;
    return changed;
}

void compare(const data::Document& a, const data::Document& b)
{
    QCOMPARE(a.entries.size(), b.entries.size());
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
        QCOMPARE(*a.entries[i]->reference, *b.entries[i]->reference);
        QCOMPARE(*a.entries[i]->current, *b.entries[i]->current);
        QCOMPARE(a.entries[i]->history, b.entries[i]->history);
    }
    QCOMPARE(a.modelId, b.modelId);
    QCOMPARE(a.modelHash, b.modelHash);
    QCOMPARE(a.selectedEntry, b.selectedEntry);
    QCOMPARE(a.views, b.views);
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    return at == std::string::npos ? "not found: " + from : text.replace(at, from.size(), to);
}

std::string jsonError(const std::string& json)
{
    const auto document = documentFromJson(json);
    return document ? "no error" : document.error().sentence();
}

}  // namespace

class TestSession : public QObject {
    Q_OBJECT

private slots:
    void everythingRoundTrips()
    {
        const TemporaryFolder folder;
        const auto source = folder.write("in.fa", ">HBB\nACGT\n");
        const auto document = sampleDocument(source);
        const auto path = folder.path("s.nscope");
        QVERIFY(writeSession(path, *document).has_value());
        QCOMPARE(folder.fileCount(), std::size_t(2));
        const auto read = readSession(path);
        QVERIFY2(read.has_value(), read ? "" : read.error().sentence().c_str());
        compare(**read, *document);
        QCOMPARE((*read)->sourceFiles, document->sourceFiles);
        const auto again = documentFromJson(documentToJson(*document));
        QVERIFY(again.has_value());
        compare(**again, *document);
        QVERIFY((*read)->entries[1]->current == (*read)->entries[1]->reference);
    }

    void structuresAndFeaturesRoundTrip()
    {
        data::Transcript hairpin{{"hp", "", "GGGAAATCCCA", data::Alphabet::Rna}, {}};
        QVERIFY(data::setStructure(hairpin, "(((....))).").has_value());
        hairpin.features["halflife"] = {0.1F, -3.5F, 1e-30F};
        data::Transcript states{{"st", "", "ACGTA", data::Alphabet::Dna}, {}};
        QVERIFY(data::setStructureStates(states, "fshst").has_value());
        auto document = data::withEntries(data::Document{}, {std::make_shared<const data::Transcript>(hairpin),
                                                             std::make_shared<const data::Transcript>(states)}, "x.fa");
        document = *data::withEdit(*document, 0, {4, "", "GG", "loop"});
        const std::string json = documentToJson(*document);
        QVERIFY(contains(json, "\"schema\": 1"));
        const auto read = documentFromJson(json);
        QVERIFY2(read.has_value(), read ? "" : read.error().sentence().c_str());
        compare(**read, *document);
        QCOMPARE((*read)->entries[0]->current->dotBracket, std::string("(((......)))."));

        // Without them the file is what older versions of the program wrote and read.
        const std::string plain = documentToJson(*sampleDocument("x.fa"));
        QVERIFY(!contains(plain, "features") && !contains(plain, "\"structure\""));
    }

    void structuresThatDoNotFitAreRefused()
    {
        const std::string json = documentToJson(*sampleDocument("x.fa"));
        const auto with = [&](const std::string& field) {
            return jsonError(replaced(json, "\"letters\": \"ACGTN\"", "\"letters\": \"ACGTN\", " + field));
        };
        QCOMPARE(with(R"x("structure": "(...)")x"), std::string("no error"));
        QVERIFY(contains(with(R"x("structure": "(..)")x"), "record nc: The structure has 4 positions"));
        QVERIFY(contains(with(R"x("structure": "(....")x"), "position 1: '(' opens"));
        QVERIFY(contains(with(R"x("structure": 7)x"), "text in quotes"));
        QVERIFY(contains(with(R"x("features": [1])x"), "object"));
        QVERIFY(contains(with(R"x("features": {"x": 1})x"), "list of numbers"));
        QVERIFY(contains(with(R"x("features": {"x": []})x"), "list of numbers"));
        QVERIFY(contains(with(R"x("features": {"x": [1, "2"]})x"), "finite numbers"));
        QVERIFY(contains(with(R"x("features": {"x": [1e300]})x"), "finite numbers"));
        QVERIFY(contains(with(R"x("features": {"x": [null]})x"), "finite numbers"));
        QVERIFY(contains(with(R"x("features": {"structure": [1, 2]})x"), "another length"));
        QCOMPARE(with(R"x("features": {"x": [1, 2.5]})x"), std::string("no error"));
    }

    void anEmptyDocument()
    {
        const TemporaryFolder folder;
        QVERIFY(writeSession(folder.path("e.nscope"), data::Document{}).has_value());
        QVERIFY((*readSession(folder.path("e.nscope")))->entries.empty());
    }

    void sourcesMoveWithTheirFolder()
    {
        const TemporaryFolder folder;
        std::filesystem::create_directory(folder.path("old"));
        std::filesystem::create_directory(folder.path("old/data"));
        const auto source = folder.write("old/data/in.fa", ">HBB\nACGT\n");
        QVERIFY(writeSession(folder.path("old/s.nscope"), *sampleDocument(source)).has_value());
        QVERIFY(!contains(*ZipReader::open(folder.path("old/s.nscope"))->read("document.json"), folder.path("old")));
        std::filesystem::rename(folder.path("old"), folder.path("new"));
        auto session = readSessionWithSources(folder.path("new/s.nscope"));
        QCOMPARE(session->sourceFiles[0].path, folder.path("new/data/in.fa"));
        QVERIFY(session->sourceFiles[0].found && !session->sourceFiles[0].changed);
        folder.write("new/data/in.fa", ">HBB\nACGA\n");
        QVERIFY(readSessionWithSources(folder.path("new/s.nscope"))->sourceFiles[0].changed);
        std::filesystem::remove(folder.path("new/data/in.fa"));
        session = readSessionWithSources(folder.path("new/s.nscope"));
        QVERIFY(session.has_value() && !session->sourceFiles[0].found);
        QCOMPARE(session->document->entries.size(), std::size_t(2));  // the sequences are in the session
    }

    void newerAndForeignFilesAreNamedSo()
    {
        const TemporaryFolder folder;
        const std::string json = documentToJson(*sampleDocument("x.fa"));
        const std::string newer = jsonError(replaced(json, "\"schema\": 1", "\"schema\": 7"));
        QVERIFY2(contains(newer, "newer version") && contains(newer, "schema 7"), newer.c_str());
        QVERIFY(contains(jsonError(replaced(json, "\"schema\": 1", "\"schema\": 0")), "not a Nucleoscope session"));
        QVERIFY(contains(jsonError("{}"), "not a Nucleoscope session"));
        QVERIFY(contains(jsonError("[1]"), "not a Nucleoscope session"));
        auto zip = ZipWriter::create(folder.path("other.zip"));
        QVERIFY(zip->add("readme.txt", "hello").has_value() && zip->commit().has_value());
        QVERIFY(contains(readSession(folder.path("other.zip")).error().sentence(), "no document.json"));
        QVERIFY(contains(readSession(folder.write("text.nscope", "hello")).error().sentence(), "zip archive"));
        QVERIFY(contains(readSession(folder.write("empty.nscope", "")).error().sentence(), "zip archive"));
        QCOMPARE(readSession(folder.path("absent.nscope")).error().code(), ErrorCode::NotFound);
    }

    void damagedDocumentsAreRefusedWithTheirRecord()
    {
        const std::string json = documentToJson(*sampleDocument("x.fa"));
        QVERIFY(documentFromJson(json).has_value());
        const auto with = [&json](const std::string& from, const std::string& to) { return jsonError(replaced(json, from, to)); };
        QVERIFY(contains(with("\"CCATGGTGTAACC\"", "\"CCATG-TGTAACC\""), "no nucleotides"));
        QVERIFY(contains(with("\"CCATGGTGTAACC\"", "\"\""), "missing or empty"));
        QVERIFY(contains(with("\"RNA\"", "\"PROTEIN\""), "DNA or RNA"));
        QVERIFY(contains(with("    2,\n    11", "    2,\n    99"), "record HBB: The coding region lies outside"));
        QVERIFY(contains(with("\"parent\": -1", "\"parent\": 5"), "does not follow an earlier one"));
        QVERIFY(contains(with("\"parent\": -1", "\"parent\": 99999999999"), "does not follow an earlier one"));
        QVERIFY(contains(with("\"current_edit\": 2", "\"current_edit\": 3"), "does not exist"));
        QVERIFY(contains(with("\"removed\": \"G\"", "\"removed\": \"T\""), "do not stand in the sequence"));  // an undone step
        QVERIFY(contains(with("\"selected\": 1", "\"selected\": 2"), "selected sequence"));
        QVERIFY(contains(with("\"selected\"", "\"selectd\""), "not known"));
    }

    void aFailedSaveKeepsTheOldSession()
    {
        const TemporaryFolder folder;
        QVERIFY(!writeSession(folder.path("no/such/s.nscope"), data::Document{}));
        const auto path = folder.path("s.nscope");
        QVERIFY(writeSession(path, *sampleDocument("x.fa")).has_value());
        QVERIFY(writeSession(path, data::Document{}).has_value());
        QVERIFY((*readSession(path))->entries.empty());
        QCOMPARE(folder.fileCount(), std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestSession)
#include "tst_session.moc"
