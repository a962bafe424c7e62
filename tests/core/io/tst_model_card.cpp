// Tests of model cards and of the folders they are looked for in.
#include "core/io/model_card.h"
#include "core/io/model_files.h"
#include "core/io/sha256.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <filesystem>

using namespace nscope;
using namespace nscope::io;
using nscope::tests::contains;
using nscope::tests::TemporaryFolder;

namespace {

data::ModelCard fullCard()
{
    data::ModelCard card;
    card.id = "starter";
    card.name = "Starter";
    card.description = "A model with \"quotes\", ümlauts\nand lines.";
    card.architecture = "bioseq2seq";
    card.options = {{"d_model", std::int64_t(64)}, {"dropout", 0.1}, {"encoder", std::string("lfnet")}, {"tied", false}, {"scale", 2.0}};
    card.alphabet = "RNA";
    card.channelOrder = "ACGT";
    card.maxInputNt = 30'000;
    card.paddingRule = "none";
    card.strand = "sense";
    card.tasks = {"PC", "NC"};
    card.trainingData = "data";
    card.trainingProcedure = "procedure";
    card.licence = "GPL-3.0-or-later";
    card.citation = "citation";
    card.limitations = "limits";
    card.heldOutMetrics = {{"mcc", 0.91}, {"auroc", 0.99}, {"accuracy", 1.0 / 3.0}};
    card.baselines = {{"longest ORF", {{"mcc", 0.86}}}, {"periodicity", {{"mcc", 0.5}, {"auroc", 0.7}}}};
    card.heldOutData = "chr9, chr18";
    card.golden = {"ACGTN", {{"log_odds", -1.25}, {"p_PC", 0.2}}, 2e-5};
    return card;
}

std::string errorOf(const std::string& json)
{
    const auto card = modelCardFromJson(json);
    return card ? "no error" : card.error().sentence();
}

}  // namespace

class TestModelCard : public QObject {
    Q_OBJECT

private slots:
    void everyFieldRoundTrips()
    {
        const auto card = modelCardFromJson(modelCardToJson(fullCard()));
        QVERIFY2(card.has_value(), card ? "" : card.error().sentence().c_str());
        QCOMPARE(*card, fullCard());
    }

    void wrongCardsSayWhere()
    {
        QVERIFY(contains(errorOf("{"), "not valid JSON"));
        QVERIFY(contains(errorOf("[]"), "object in braces"));
        QVERIFY(contains(errorOf("{}"), "record architecture"));
        QVERIFY(contains(errorOf(R"({"architecture":"x","architecture":"y"})"), "stands twice"));
        QVERIFY(contains(errorOf(R"({"architecture":"x","license":"GPL"})"), "record license: This field is not known"));
        QVERIFY(contains(errorOf(R"({"architecture":7})"), "record architecture: This field must be a text"));
        QVERIFY(contains(errorOf(R"({"architecture":"x","options":{"a":[1]}})"), "record options"));
        QVERIFY(contains(errorOf(R"({"architecture":"x","max_input_nt":1.5})"), "whole number"));
        QVERIFY(contains(errorOf(R"({"architecture":"x","golden":{"sequence":"AC-"}})"), "golden.sequence"));
        QVERIFY(contains(errorOf(R"({"architecture":"x","golden":{"scalars":{"a":"b"}}})"), "numbers only"));
        QVERIFY(contains(errorOf(R"({"architecture":"x","schema":2})"), "newer version"));
    }

    void cardIsReadWithItsWeights()
    {
        const TemporaryFolder folder;
        QVERIFY(writeModelCard(folder.path("m.card.json"), fullCard()).has_value());
        folder.write("m.safetensors", "weights");
        for (const char* name : {"m.card.json", "m.safetensors"}) {
            const auto card = readModelCard(folder.path(name));
            QVERIFY2(card.has_value(), card ? "" : card.error().sentence().c_str());
            QCOMPARE(card->weightsPath, folder.path("m.safetensors"));
            QCOMPARE(card->weightsHash, sha256(std::string_view("weights")));
            QCOMPARE(card->name, std::string("Starter"));
        }
        QVERIFY(!writeModelCard(folder.path("m.json"), fullCard()));
    }

    void missingHalvesAreNamed()
    {
        const TemporaryFolder folder;
        QVERIFY(writeModelCard(folder.path("lonely.card.json"), fullCard()).has_value());
        folder.write("bare.safetensors", "weights");
        const Error noWeights = readModelCard(folder.path("lonely.card.json")).error();
        QCOMPARE(noWeights.code(), ErrorCode::NotFound);
        QVERIFY(contains(noWeights.sentence(), "weights are missing; lonely.safetensors"));
        const Error noCard = readModelCard(folder.path("bare.safetensors")).error();
        QVERIFY(contains(noCard.sentence(), "have no card; bare.card.json"));
        QCOMPARE(readModelCard(folder.path("nothing.safetensors")).error().code(), ErrorCode::NotFound);
        const Error wrong = readModelCard((folder.write("w.card.json", "{"), folder.write("w.safetensors", ""), folder.path("w.card.json"))).error();
        QVERIFY(contains(wrong.sentence(), "w.card.json: This is not valid JSON"));
    }

    void modelsAreFoundById()
    {
        const TemporaryFolder folder;
        std::filesystem::create_directory(folder.path("models"));
        qputenv("NSCOPE_DATA_DIR", QByteArray::fromStdString(folder.path(".")));
        qputenv("XDG_DATA_HOME", QByteArray::fromStdString(folder.path("user")));
        std::filesystem::create_directories(folder.path("user/nucleoscope/models"));
        QCOMPARE(userModelFolder(), folder.path("user/nucleoscope/models"));
        for (const char* stem : {"models/tst-one", "tst-two", "user/nucleoscope/models/tst-three", "user/nucleoscope/models/tst-one"}) {
            QVERIFY(writeModelCard(folder.path(std::string(stem) + ".card.json"), fullCard()).has_value());
            folder.write(std::string(stem) + ".safetensors", stem);
        }
        QCOMPARE(readModelCard("tst-one")->weightsHash, sha256(std::string_view("models/tst-one")));  // the first folder wins
        QCOMPARE(readModelCard("tst-two")->weightsHash, sha256(std::string_view("tst-two")));
        QVERIFY(readModelCard("tst-three").has_value());
        int ours = 0;
        for (const ModelFiles& files : listModels())
            ours += files.id.starts_with("tst-");
        QCOMPARE(ours, 3);
        const Error unknown = readModelCard("tst-four").error();
        QCOMPARE(unknown.code(), ErrorCode::NotFound);
        QVERIFY(contains(unknown.message(), "tst-one") && contains(unknown.message(), "tst-two"));
        QVERIFY(!findModelFile("../models/tst-one"));
        QVERIFY(!findModelFile(""));
        qunsetenv("NSCOPE_DATA_DIR");
        qunsetenv("XDG_DATA_HOME");
    }
};

QTEST_APPLESS_MAIN(TestModelCard)
#include "tst_model_card.moc"
