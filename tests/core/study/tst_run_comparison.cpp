// Purpose: two networks compared on what both held out: differences by hand, intervals that hold them, what cannot be
// compared; and the folders of several runs as plots and tables.
#include "core/analysis/statistics.h"
#include "core/study/run_comparison.h"
#include "core/study/run_summary.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <random>

using namespace nscope;
using namespace nscope::study;

namespace {

/// Numbers whose prediction is the truth with this much noise; ids e<first> …
JudgedExamples numbersOf(int first, int count, double noise, unsigned seed)
{
    JudgedExamples judged;
    judged.task = dataset::TaskKind::Numbers;
    judged.names = {"activity"};
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    for (int i = first; i < first + count; ++i) {
        std::mt19937 own{unsigned(i)};
        judged.ids.push_back("e" + std::to_string(i));
        judged.lengthsNt.push_back(100);
        judged.truth_NK.push_back(normal(own));
        normal.reset();
        judged.predicted_NK.push_back(judged.truth_NK.back() + noise * normal(random));
        normal.reset();
    }
    return judged;
}

JudgedExamples classesOf(int count, double noise, unsigned seed)
{
    JudgedExamples judged;
    judged.task = dataset::TaskKind::Classes;
    judged.names = {"no", "yes"};
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    for (int i = 0; i < count; ++i) {
        const bool isTrue = i % 3 == 0;
        const double p = 1.0 / (1.0 + std::exp(-(isTrue ? 1.0 : -1.0) - noise * normal(random)));
        judged.ids.push_back("e" + std::to_string(i));
        judged.lengthsNt.push_back(100);
        judged.truth_NK.insert(judged.truth_NK.end(), {isTrue ? 0.0 : 1.0, isTrue ? 1.0 : 0.0});
        judged.predicted_NK.insert(judged.predicted_NK.end(), {1.0 - p, p});
    }
    return judged;
}

double cell(const data::ResultTable& table, const std::string& column, std::size_t row)
{
    const auto found = std::ranges::find(table.columns, column, &data::ResultColumn::name);
    return std::stod(found->cell(row));
}

std::string refusal(const JudgedExamples& a, const JudgedExamples& b)
{
    const auto outcome = comparisonOutcome({"A", a}, {"B", b}, {.draws = 10});
    return outcome ? "no error" : outcome.error().message();
}

void write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

}  // namespace

class TestRunComparison : public QObject {
    Q_OBJECT

private slots:
    void commonExamplesAreCompared()
    {
        const JudgedExamples a = numbersOf(0, 300, 0.3, 1), b = numbersOf(100, 300, 1.5, 2);
        const auto outcome = comparisonOutcome({"good", a}, {"poor", b}, {.draws = 300});
        QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message().c_str());
        const auto part = [](const std::vector<double>& all, std::size_t from) {
            return std::vector<double>(all.begin() + std::ptrdiff_t(from), all.begin() + std::ptrdiff_t(from + 200));
        };
        const double first = *analysis::pearson(part(a.truth_NK, 100), part(a.predicted_NK, 100));
        const double second = *analysis::pearson(part(b.truth_NK, 0), part(b.predicted_NK, 0));
        const data::ResultTable& table = outcome->tables.front();
        QCOMPARE(table.columns[1].cell(0), std::string("pearson"));
        QVERIFY(std::abs(cell(table, "good", 0) - first) < 1e-5);
        QVERIFY(std::abs(cell(table, "poor", 0) - second) < 1e-5);
        QVERIFY(std::abs(cell(table, "difference", 0) - (first - second)) < 1e-5);
        QVERIFY(cell(table, "low", 0) < first - second && cell(table, "high", 0) > first - second);
        QVERIFY(cell(table, "low", 0) > 0.0);
        QVERIFY2(outcome->notes.front().find("200 examples") != std::string::npos
                     && outcome->notes.front().find("beyond chance") != std::string::npos,
                 outcome->notes.front().c_str());
        QCOMPARE(outcome->plots.front().series[0].x.size(), std::size_t(200));
    }

    void equalNetworksDoNotDiffer()
    {
        const JudgedExamples a = classesOf(200, 1.0, 3);
        const auto outcome = comparisonOutcome({"one", a}, {"one", a}, {.draws = 100});
        QVERIFY(outcome);
        const data::ResultTable& table = outcome->tables.front();
        QCOMPARE(table.columns[2].name, std::string("one"));
        QCOMPARE(table.columns[3].name, std::string("one (2)"));
        for (std::size_t row = 0; row < 2; ++row)
            for (const char* column : {"difference", "low", "high"})
                QCOMPARE(cell(table, column, row), 0.0);
        QVERIFY(outcome->notes.front().find("may be chance") != std::string::npos);
        QVERIFY(std::ranges::find(outcome->plots, "compared_roc_yes", &data::Plot::id) != outcome->plots.end());
    }

    void whatIsNotTheSameIsRefused()
    {
        const JudgedExamples a = classesOf(60, 1.0, 3);
        QVERIFY(refusal(a, numbersOf(0, 60, 1.0, 1)).find("different tasks") != std::string::npos);
        JudgedExamples other = a;
        other.names = {"no", "maybe"};
        QVERIFY(refusal(a, other).find("other names") != std::string::npos);
        other = a;
        for (std::string& id : other.ids)
            id += "'";
        QVERIFY(refusal(a, other).find("held out by both") != std::string::npos);
        other = a;
        std::swap(other.truth_NK[20], other.truth_NK[21]);
        QVERIFY2(refusal(a, other).find("e10") != std::string::npos, refusal(a, other).c_str());
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = comparisonOutcome({"a", a}, {"b", a}, {}, stop.get_token());
        QVERIFY(!stopped && stopped.error().code() == ErrorCode::Cancelled);
    }

    void aSearchIsParallelCoordinates()
    {
        QTemporaryDir folder;
        write(folder.filePath("search.json"), R"({"best": "loss", "lower_is_better": true, "chosen": 2, "trials": [
            {"trial": 1, "drawn": {"optimiser.rate": 0.0001, "optimiser.kind": "sgd"}, "values": [0.9]},
            {"trial": 2, "drawn": {"optimiser.rate": 0.01, "optimiser.kind": "adam"}, "values": [0.5, 0.2]},
            {"trial": 3, "drawn": {"optimiser.rate": 0.001, "optimiser.kind": "adam"}, "values": [0.6, 0.4]}]})");
        QVERIFY(hasSummary(folder.path().toStdString()));
        const auto outcome = summaryOutcome(folder.path().toStdString());
        QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().sentence().c_str());
        const data::Plot& plot = outcome->plots.front();
        QCOMPARE(plot.x.ticks.size(), std::size_t(3));
        QCOMPARE(plot.x.ticks[1].label, std::string("rate\n0.0001\nto 0.01, log"));
        QCOMPARE(plot.series.size(), std::size_t(3));
        // The chosen trial is drawn last: kind adam (first of two), rate at the top, the least loss at the bottom.
        const data::PlotSeries& chosen = plot.series.back();
        QCOMPARE(chosen.name, std::string("trial 2"));
        QCOMPARE(chosen.y, (std::vector<double>{0.0, 1.0, 0.0}));
        QVERIFY(!chosen.shade && chosen.colour == 0);
        QVERIFY(!chosen.dashed && plot.series.front().dashed);  // which left after the first round
        QVERIFY(*plot.series.front().shade < *plot.series[1].shade);
        QVERIFY(std::abs(plot.series[1].y[1] - 0.5) < 1e-12);
        const data::ResultTable& table = outcome->tables.front();
        QCOMPARE(table.columns.size(), std::size_t(6));
        QCOMPARE(table.columns.back().cell(1), std::string("yes"));
        QVERIFY2(outcome->notes.front().find("number 2 was best: loss 0.2 with kind adam, rate 0.01") != std::string::npos,
                 outcome->notes.front().c_str());
    }

    void replicatesHaveMeanAndSpread()
    {
        QTemporaryDir folder;
        write(folder.filePath("series.json"), R"({"metrics": {
            "accuracy": {"mean": 0.8, "standard_deviation": 0.1, "values": [0.7, 0.9]},
            "AUROC": {"mean": 0.85, "standard_deviation": 0.05, "values": [0.8, 0.9]},
            "loss": {"mean": 0.4, "standard_deviation": 0.0, "values": [0.4, 0.4]}}})");
        const auto outcome = summaryOutcome(folder.path().toStdString());
        QVERIFY(outcome);
        QCOMPARE(outcome->plots.size(), std::size_t(2));
        QCOMPARE(outcome->plots.front().id, std::string("AUROC"));
        QCOMPARE(outcome->plots.front().series[0].y, (std::vector<double>{0.8, 0.9}));
        QCOMPARE(outcome->tables.front().columns[0].cell(0), std::string("AUROC"));
        QVERIFY(outcome->notes.front().find("2 runs, AUROC is 0.85") != std::string::npos);
        const auto withEnsemble = [&](const char* ensemble) {
            write(folder.filePath("series.json"), QByteArray(R"({"metrics": {"AUROC": {"mean": 0.85,
                "standard_deviation": 0.05, "values": [0.8, 0.9]}}, "ensemble": )") + ensemble + "}");
            return summaryOutcome(folder.path().toStdString());
        };
        const auto averaged = withEnsemble(R"({"metrics": {"AUROC": 0.91}})");
        QVERIFY(averaged && averaged->notes.front().find("mean of all runs; AUROC of it is 0.91") != std::string::npos);
        for (const char* broken : {"3", "{}", R"({"metrics": []})", R"({"metrics": {"AUROC": "x"}})"}) {
            const auto shown = withEnsemble(broken);
            QVERIFY2(shown && shown->notes.size() == 1, broken);  // the runs are shown all the same
        }
    }

    void brokenFilesAreNamed()
    {
        QTemporaryDir folder;
        QVERIFY(!hasSummary(folder.path().toStdString()));
        QVERIFY(!summaryOutcome(folder.path().toStdString()));
        for (const char* file : {"search.json", "series.json"}) {
            for (const char* text : {"", "{}", "[1]", R"({"trials": []})", R"({"trials": [{"trial": "x"}]})",
                                     R"({"trials": [{"trial": 1, "drawn": {}, "values": []}]})",
                                     R"({"metrics": {"AUROC": 3}})"}) {
                write(folder.filePath(file), text);
                const auto outcome = summaryOutcome(folder.path().toStdString());
                QVERIFY2(!outcome, text);
                QVERIFY2(outcome.error().sentence().find(file) != std::string::npos, outcome.error().sentence().c_str());
            }
            QVERIFY(QFile::remove(folder.filePath(file)));
        }
    }
};

QTEST_APPLESS_MAIN(TestRunComparison)
#include "tst_run_comparison.moc"
