// Purpose: tables of results: numbers sort as numbers, what is not defined is empty and stays last, cells are copied whole.
#include "widgets/result_tables.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QTableView>
#include <QTest>

#include <limits>

using namespace nscope;
using namespace nscope::widgets;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

ResultTablesPtr makeTables()
{
    data::ResultTable effects{"motif_effects",
                              {{"motif", std::vector<std::string>{"UAA", "aug", "GCC", "PAS"}},
                               {"sites", std::vector<std::int64_t>{1200, 9, 30, 100}},
                               {"p_value", std::vector<double>{0.25, kNone, 1e-12, -0.5}}}};
    data::ResultTable codons{"codons", {{"codon", std::vector<std::string>{"AUG"}}, {"share", std::vector<double>{1.0 / 3.0}}}};
    return std::make_shared<const std::vector<data::ResultTable>>(std::vector{effects, codons});
}

QStringList column(const QTableView& view, int number)
{
    QStringList cells;
    for (int row = 0; row < view.model()->rowCount(); ++row)
        cells << view.model()->index(row, number).data().toString();
    return cells;
}

}  // namespace

class ResultTablesTest : public QObject {
    Q_OBJECT

private slots:
    void showsTablesAsTheyCame()
    {
        ResultTablesView tables;
        tables.setTables(makeTables());
        QCOMPARE(tables.count(), 2);
        QCOMPARE(column(*tables.view(0), 0), QStringList({"UAA", "aug", "GCC", "PAS"}));
        QCOMPARE(column(*tables.view(0), 1), QStringList({"1,200", "9", "30", "100"}));
        QCOMPARE(column(*tables.view(0), 2), QStringList({"0.250", "", "1.0×10⁻¹²", "−0.500"}));
        const QAbstractItemModel& model = *tables.view(0)->model();
        QCOMPARE(model.headerData(2, Qt::Horizontal).toString(), QStringLiteral("p value"));
        QVERIFY(model.index(0, 1).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QVERIFY(model.index(0, 0).data(Qt::TextAlignmentRole).toInt() & Qt::AlignLeft);
        tables.setTables(nullptr);
        QCOMPARE(tables.count(), 0);
        QCOMPARE(tables.selectionAsTsv(), QString());
    }

    void headersSort()
    {
        ResultTablesView tables;
        tables.setTables(makeTables());
        tables.resize(600, 300);
        tables.show();
        QTableView& view = *tables.view(0);
        const auto click = [&](int section) {
            const QHeaderView& header = *view.horizontalHeader();
            QTest::mouseClick(header.viewport(), Qt::LeftButton, {}, {header.sectionViewportPosition(section) + 6, header.height() / 2});
        };
        const auto isSorted = [&](int number, const QStringList& up) {
            click(number);
            const QStringList first = column(view, 0);
            click(number);
            const QStringList second = column(view, 0);
            return QSet<QStringList>{first, second}.contains(up) && first != second;
        };
        QVERIFY(isSorted(1, {"aug", "GCC", "PAS", "UAA"}));
        QVERIFY(isSorted(2, {"PAS", "GCC", "UAA", "aug"}));
        QCOMPARE(column(view, 0).back(), QStringLiteral("aug"));  // undefined: last both ways
        click(2);
        QCOMPARE(column(view, 0).back(), QStringLiteral("aug"));
        QVERIFY(isSorted(0, {"aug", "GCC", "PAS", "UAA"}));
    }

    void copiesSelectedCells()
    {
        ResultTablesView tables;
        tables.setTables(makeTables());
        tables.resize(600, 300);
        tables.show();
        QTableView& view = *tables.view(0);
        view.setFocus();
        view.selectionModel()->select(QItemSelection(view.model()->index(0, 0), view.model()->index(1, 2)), QItemSelectionModel::Select);
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(QApplication::clipboard()->text(), QStringLiteral("motif\tsites\tp_value\nUAA\t1200\t0.25\naug\t9\t\n"));
        tables.setCurrentTable(1);
        QCOMPARE(tables.selectionAsTsv(), QStringLiteral("codon\tshare\nAUG\t0.3333333333333333\n"));
    }
};

QTEST_MAIN(ResultTablesTest)
#include "tst_result_tables.moc"
