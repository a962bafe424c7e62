// Purpose: the report of an import names every weight that does not fit; files of weights are known by their ending.
#include "core/engine/import.h"

#include <QtTest/QtTest>

using namespace nscope;
using engine::hasWeightsEnding;
using engine::ImportReport;
using engine::reportLines;
using engine::weightsEndings;
using Lines = std::vector<std::string>;

class TestImportReport : public QObject {
    Q_OBJECT

private slots:
    void aCompleteImportSaysWhereTheModelLies()
    {
        ImportReport report;
        report.notes = {"The optimizer was left out."};
        report.cardPath = "/models/x.card.json";
        QVERIFY(report.isComplete());
        QCOMPARE(reportLines(report), (Lines{"The optimizer was left out.", "Every weight of the file found its place.",
                                             "Written: /models/x.card.json"}));
    }

    void everyWeightThatDoesNotFitIsNamed()
    {
        ImportReport report;
        report.missing = {"conv.weight", "conv.bias"};
        report.surplus = {"head.weight"};
        report.misshapen = {"gru.bias: 96 in the file, 64 in the network"};
        QVERIFY(!report.isComplete());
        QCOMPARE(reportLines(report),
                 (Lines{"Missing in the file (2):", "  conv.weight", "  conv.bias", "Surplus in the file (1):",
                        "  head.weight", "Of another shape (1):", "  gru.bias: 96 in the file, 64 in the network",
                        "No model was written."}));
    }

    void oneThatDoesNotFitIsEnough_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("missing") << 0;
        QTest::newRow("surplus") << 1;
        QTest::newRow("misshapen") << 2;
    }
    void oneThatDoesNotFitIsEnough()
    {
        QFETCH(int, kind);
        ImportReport report;
        (kind == 0 ? report.missing : kind == 1 ? report.surplus : report.misshapen) = {"w"};
        QVERIFY(!report.isComplete());
        const Lines lines = reportLines(report);
        QCOMPARE(lines.size(), std::size_t(3));
        QCOMPARE(lines[1], std::string("  w"));
        QCOMPARE(lines[2], std::string("No model was written."));
    }

    void endings()
    {
        for (const std::string& ending : weightsEndings())
            QVERIFY2(ending.starts_with('.') && hasWeightsEnding("/a b/model" + ending), ending.c_str());
        QVERIFY(hasWeightsEnding("MODEL.H5") && hasWeightsEnding("a.PT"));
        for (const char* other : {"genes.fa", "model.h5.txt", "h5", "model.card.json", "model.npz", "model.ptx", ""})
            QVERIFY2(!hasWeightsEnding(other), other);
    }
};

QTEST_APPLESS_MAIN(TestImportReport)
#include "tst_import_report.moc"
