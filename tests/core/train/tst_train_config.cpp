// Purpose: run.json: defaults, round trip, and one clear sentence for everything that is wrong.
#include "core/train/train_config.h"
#include "tests/core/train/train_fixture.h"

#include <QTest>

using namespace nscope::train;

namespace {

const std::string kData = R"("data": {"fasta": "a.fa", "table": "a.tsv"})";

std::string problem(const std::string& json)
{
    const auto config = parseTrainConfig(json);
    return config ? "" : config.error().sentence();
}

}  // namespace

class TrainConfigTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void defaultsFollowThePaper()
    {
        const auto config = parseTrainConfig("{" + kData + "}");
        QVERIFY(config.has_value());
        QCOMPARE(config->batches.maxTokens, std::int64_t(9000));
        QCOMPARE(config->batches.accumulate, std::int64_t(8));
        QCOMPARE(config->schedule.kind, std::string("noam"));
        QCOMPARE(config->schedule.warmupSteps, 2000.0);
        QCOMPARE(config->validation.everySteps, std::int64_t(500));
        QCOMPARE(config->validation.patience, std::int64_t(5));
        QCOMPARE(config->limits.maxSteps, std::int64_t(20000));
        QCOMPARE(config->optimiser.weightDecay, 0.01);
        QVERIFY(config->data.validation.values == std::vector<std::string>{"valid"});
    }

    void roundTrip()
    {
        const auto config = parseTrainConfig(nscope::tests::tinyConfig("/d", 7, R"("threads": 2)"));
        QVERIFY(config.has_value());
        const std::string text = toJson(*config);
        const auto again = parseTrainConfig(text);
        QVERIFY2(again.has_value(), again ? "" : again.error().sentence().c_str());
        QCOMPARE(toJson(*again), text);
        QCOMPARE(again->objective.attentionWeight, 0.3);
        QCOMPARE(again->threads, std::int64_t(2));
        QCOMPARE(std::get<std::int64_t>(again->model.options.at("d_model")), std::int64_t(16));
    }

    void errorsNameTheKey_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("part");
        auto row = [](const char* name, const std::string& more, const char* part) {
            QTest::newRow(name) << QString::fromStdString("{" + kData + ", " + more + "}") << part;
        };
        QTest::newRow("no data") << "{}" << "\"data\" is missing";
        QTest::newRow("no table") << R"({"data": {"fasta": "a.fa"}})" << "\"data.table\" is missing";
        QTest::newRow("not json") << "{" << "not valid JSON";
        QTest::newRow("list") << "[1]" << "one JSON object";
        row("unknown group", R"("sead": 3)", "\"sead\" is not known");
        row("unknown key", R"("schedule": {"rat": 3})", "\"schedule.rat\" is not known");
        row("text for number", R"("schedule": {"rate": "3"})", "\"schedule.rate\" must be a number");
        row("fraction for whole", R"("batches": {"max_tokens": 1.5})", "\"batches.max_tokens\" must be a whole number");
        row("out of range", R"("batches": {"noncoding_per_epoch": 1.5})", "between 0 and 1");
        row("choice", R"("schedule": {"kind": "linear"})", "must be one of noam, cosine, constant");
        row("group for list", R"("batches": {"length_caps": {}})", "\"batches.length_caps\" must be a list");
        row("cap without nt", R"("batches": {"length_caps": [{"from": 0}]})", "\"batches.length_caps[0].nt\" is missing");
        row("caps backwards", R"("batches": {"length_caps": [{"from": 0.5, "nt": 1}, {"from": 0.2, "nt": 2}]})",
            "\"batches.length_caps[1].from\"");
        row("no end", R"("limits": {"max_steps": 0})", "give the run an end");
        row("option", R"("model": {"options": {"heads": [1]}})", "\"model.options.heads\"");
        row("values", R"("seed": -1)", "\"seed\" must be a whole number of at least 0");
    }

    void errorsNameTheKey()
    {
        QFETCH(QString, json);
        QFETCH(QString, part);
        const std::string sentence = problem(json.toStdString());
        QVERIFY2(sentence.find(part.toStdString()) != std::string::npos, sentence.c_str());
    }

    void evaluation()
    {
        const auto config = parseEvaluateConfig(R"({"fasta": "a", "table": "b", "rows": {"values": ["valid"]}})");
        QVERIFY(config.has_value());
        QCOMPARE(config->rows.column, std::string("split"));
        QVERIFY(!parseEvaluateConfig(R"({"fasta": "a"})").has_value());
    }
};

int nscope::tests::runConfigSuite(int argc, char** argv)
{
    TrainConfigTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_train_config.moc"
