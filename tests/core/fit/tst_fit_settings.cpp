// Purpose: settings of a run: defaults of the published recipes, every key written out and read back, and wrong keys
// refused by their dotted name.
#include "core/fit/fit_settings.h"
#include "tests/core/fit/fit_fixture.h"

#include <QTest>

#include <algorithm>

using namespace nscope;
using namespace nscope::fit;
using dataset::TaskKind;

namespace {

std::string problem(const std::string& text)
{
    const auto settings = parseFitSettings(text);
    return settings ? std::string() : settings.error().message();
}

std::string settingsWith(const std::string& group)
{
    return R"({"task": "classes", "data": {}, "model": {"architecture": "custom"}, )" + group + "}";
}

}  // namespace

class FitSettingsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void publishedRecipes()
    {
        const auto tracker = tests::shortRun(TaskKind::Distribution, R"("architecture": "rnatracker")");
        QCOMPARE(tracker.optimiser.kind, std::string("nadam"));
        QCOMPARE(tracker.schedule.rate, 0.002);
        QCOMPARE(tracker.batches.mostRecords, std::int64_t(256));
        QCOMPARE(tracker.loss.kind, std::string("kl"));
        const auto bert = tests::shortRun(TaskKind::MaskedLetters, R"("architecture": "utrbert")");
        QCOMPARE(bert.schedule.rate, 4e-4);
        QCOMPARE(bert.optimiser.beta2, 0.98);
        const auto xpresso =
            tests::shortRun(TaskKind::Numbers, R"("architecture": "xpresso")", R"("optimiser": {"rate": 0.5})");
        QCOMPARE(xpresso.batches.mostRecords, std::int64_t(128));
        QCOMPARE(xpresso.schedule.rate, 0.5);  // what is given stands above the recipe
    }

    void whatIsChosenByRowsThatValidate()
    {
        const auto with = [](const std::string& best, const std::string& more) {
            std::string group = "'schedule': {'kind': 'constant'}, 'validation': {'best': '" + best + "'}, " + more;
            std::ranges::replace(group, '\'', '"');
            return problem(settingsWith(group));
        };
        QVERIFY(with("loss", "'folds': 2").find("at least 3") != std::string::npos);
        QCOMPARE(with("last", "'folds': 2"), std::string());
        QVERIFY(with("last", "'search': {}").find("compares its trials") != std::string::npos);
        QCOMPARE(with("loss", "'search': {}"), std::string());
    }

    void writtenAndReadBack()
    {
        FitSettings settings = tests::shortRun(
            TaskKind::Labels, R"("architecture": "basset", "options": {"dense": 7}, "freeze": ["conv0"])",
            R"("loss": {"weights": {"open": 2.5}, "balance": "balanced"}, "augment": {"shift_nt": 4, "shuffled_negatives": 1},
               "limits": {"steps": 9}, "validation": {"best": "AUROC"}, "seed": 12, "replicates": 3)");
        settings.dataJson = R"({"table":"x.tsv"})";
        const std::string text = toJson(settings);
        const auto again = parseFitSettings(text);
        QVERIFY2(again.has_value(), again ? "" : again.error().message().c_str());
        QCOMPARE(toJson(*again), text);
        QCOMPARE(again->dataJson, settings.dataJson);
        QCOMPARE(again->augment.shiftNt, std::int64_t(4));
        QCOMPARE(again->model.freeze, std::vector<std::string>{"conv0"});
        for (const char* key : {"focal_gamma", "warmup_fraction", "mixup", "bootstrap", "plateau_patience", "licence"})
            QVERIFY2(text.contains(std::string("\"") + key + "\""), key);
    }

    void wrongKeysByName()
    {
        QVERIFY(problem(settingsWith(R"("optimiser": {"rates": 1})")).contains("optimiser.rates"));
        QVERIFY(problem(settingsWith(R"("optimiser": {"kind": "lion"})")).contains("adam, adamw, nadam, sgd"));
        QVERIFY(problem(settingsWith(R"("limits": {"epochs": 0})")).contains("limits.epochs"));
        QVERIFY(problem(settingsWith(R"("loss": {"kind": "poisson"})")).contains("loss.kind"));
        QVERIFY(problem(settingsWith(R"("loss": {"weights": {"a": "b"}})")).contains("loss.weights.a"));
        QVERIFY(problem(settingsWith(R"("augment": {"shuffled_negatives": 1})")).contains("augment.negative_class"));
        QVERIFY(problem(settingsWith(R"("validations": {})")).contains("validations"));
        QVERIFY(problem(R"({"task": "clases", "data": {}, "model": {"architecture": "custom"}})").contains("task"));
        QVERIFY(problem(R"({"task": "classes", "data": {}})").contains("model"));
        QVERIFY(problem(R"({"task": "classes", "model": {"architecture": "custom"}})").contains("data"));
        QVERIFY(problem("{").contains("JSON"));
        QVERIFY(problem(R"({"task": "profile", "data": {}, "model": {"architecture": "bpnet"},
                            "augment": {"insertion_nt": 3}})")
                    .contains("augment.insertion_nt"));
    }
};

int nscope::tests::runFitSettingsSuite(int argc, char** argv)
{
    FitSettingsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_settings.moc"
