// Purpose: sorting, filtering, selecting and exporting the table of results.
#include "tests/widgets/synthetic.h"
#include "widgets/results_table.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace nscope;
using namespace nscope::widgets;

class ResultsTableTest : public QObject {
    Q_OBJECT

    static std::vector<ResultRow> rows()
    {
        return {{"HBB", "hemoglobin subunit beta", 628, true, false, "PC", {0.99, 4.6}},
                {"MALAT1", "metastasis associated", 8779, false, false, "NC", {0.01, -4.6}},
                {"INS", "insulin", 465, true, true, "PC", {0.75, 1.1}},
                {"XIST", "X inactive", 19296, false, false, "", {}},
                {"H19", "imprinted", 2362, false, false, "PC", {0.6, 0.4}}};
    }

private slots:
    void numbersSortAsNumbers()
    {
        ResultsView view;
        view.model()->setValueColumns(tests::codingColumns());
        view.model()->setRows(rows());
        QCOMPARE(view.shownRows(), (std::vector<int>{0, 1, 2, 3, 4}));
        view.table()->sortByColumn(ResultsModel::LengthColumn, Qt::AscendingOrder);
        QCOMPARE(view.shownRows(), (std::vector<int>{2, 0, 4, 1, 3}));
        view.table()->sortByColumn(ResultsModel::FirstValueColumn + 1, Qt::AscendingOrder);
        QCOMPARE(view.shownRows(), (std::vector<int>{1, 4, 2, 0, 3}));  // not computed yet: last
    }

    void filters_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<std::vector<int>>("shown");
        QTest::newRow("number") << "log_odds>1" << std::vector<int>{0, 2};
        QTest::newRow("two") << "log_odds>0.2 length<1000" << std::vector<int>{0, 2};
        QTest::newRow("blanks around operator") << "length >= 2362" << std::vector<int>{1, 3, 4};
        QTest::newRow("text") << "class=pc" << std::vector<int>{0, 2, 4};
        QTest::newRow("flag") << "cds=no edited=no class!=NC" << std::vector<int>{3, 4};
        QTest::newRow("word") << "insul" << std::vector<int>{2};
        QTest::newRow("quoted") << "\"subunit beta\"" << std::vector<int>{0};
        QTest::newRow("excluded") << "-h length<9000" << std::vector<int>{1, 2};
        QTest::newRow("contains") << "id~IS" << std::vector<int>{3};
        QTest::newRow("empty") << "  " << std::vector<int>{0, 1, 2, 3, 4};
    }

    void filters()
    {
        QFETCH(QString, text);
        QFETCH(std::vector<int>, shown);
        ResultsView view;
        view.model()->setValueColumns(tests::codingColumns());
        std::vector<ResultRow> all = rows();
        for (ResultRow& row : all)
            row.description = row.description == "hemoglobin subunit beta" || row.description == "insulin" ? row.description : QString();
        view.model()->setRows(all);
        QTest::keyClicks(view.filterBox(), text);
        QCOMPARE(view.shownRows(), shown);
    }

    void aWrongFilterKeepsTheOldAndSaysWhy()
    {
        const QStringList fields{"id", "length", "log_odds"};
        const auto unknown = FilterExpression::parse("lenght<3", fields);
        QVERIFY(!unknown);
        QVERIFY(QString::fromStdString(unknown.error().message()).contains("log_odds"));
        QVERIFY(!FilterExpression::parse("length<many", fields));
        ResultsView view;
        view.model()->setValueColumns(tests::codingColumns());
        view.model()->setRows(rows());
        view.filterBox()->setText("length<1000");
        view.filterBox()->setText("length<1000 nonsense>2");
        QCOMPARE(view.shownRows(), (std::vector<int>{0, 2}));
    }

    void selectingOpens()
    {
        ResultsView view;
        view.model()->setValueColumns(tests::codingColumns());
        view.resize(600, 400);
        view.model()->setRows(rows());
        view.table()->sortByColumn(ResultsModel::LengthColumn, Qt::AscendingOrder);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QSignalSpy opened(&view, &ResultsView::rowActivated);
        const QRect cell = view.table()->visualRect(view.table()->model()->index(0, 0));
        QTest::mouseClick(view.table()->viewport(), Qt::LeftButton, {}, cell.center());
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toInt(), 2);  // INS is the shortest
        QTest::keyClick(view.table(), Qt::Key_Down);
        QCOMPARE(opened.last()[0].toInt(), 0);
        view.selectRow(3);
        QCOMPARE(opened.count(), 2);  // asked for by the program: no signal
        QCOMPARE(view.selectedRows(), (std::vector<int>{3}));
    }

    void predictionsArriveLater()
    {
        ResultsView view;
        view.model()->setValueColumns(tests::codingColumns());
        view.model()->setRows(rows());
        view.filterBox()->setText("log_odds>1");
        view.model()->setPredictions({{.row = 3, .predictedClass = "PC", .values = {0.9, 2.2}}, {.row = 0, .predictedClass = "NC", .values = {0.1, -2.2}}});
        QCOMPARE(view.shownRows(), (std::vector<int>{2, 3}));
    }

    void tsvHasFullPrecision()
    {
        ResultsView view;
        view.model()->setValueColumns(tests::codingColumns());
        view.model()->setRows({{"A1", "", 12, true, false, "PC", {0.123456789012, -3.5}}, {"B2", "", 7, false, true, "", {}}});
        QCOMPARE(view.toTsv(), QStringLiteral("id\tlength\tcds\tedited\tclass\tp_PC\tlog_odds\n"
                                              "A1\t12\tyes\tno\tPC\t0.123456789012\t-3.5\nB2\t7\tno\tyes\t\t\t\n"));
    }

    void thousandsOfRows()
    {
        std::vector<ResultRow> many;
        for (int i = 0; i < 17000; ++i)
            many.push_back({QStringLiteral("T%1").arg(i), "", i, false, false, "PC", {0.5, double(i % 100)}});
        ResultsView view;
        view.model()->setValueColumns(tests::codingColumns());
        view.model()->setRows(std::move(many));
        view.filterBox()->setText("log_odds>=99");
        QCOMPARE(view.shownRows().size(), 170u);
    }
};

QTEST_MAIN(ResultsTableTest)
#include "tst_results_table.moc"
