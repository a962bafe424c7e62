// Purpose: the table of thousands of sequences and what the model says about each: model, filter and view.
// Rows are numbered as they were given (the document's entry index), whatever the sorting. Thread: GUI.
#pragma once

#include "widgets/filter_expression.h"
#include "widgets/theme.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QString>
#include <QWidget>

#include <cstdint>
#include <vector>

class QLabel;
class QLineEdit;
class QTableView;
class QToolButton;

namespace nscope::widgets {

class ProbabilityDelegate;

struct ResultRow {
    QString id;
    QString description;
    std::int64_t lengthNt = 0;
    bool hasCds = false;
    bool isEdited = false;
    QString predictedClass;      ///< empty: not predicted yet
    std::vector<double> values;  ///< one per value column; NaN or missing: not computed yet
};

/// What a model said about one row; see ResultsModel::setPredictions.
struct RowPrediction {
    int row = 0;
    QString predictedClass;
    std::vector<double> values;
};

/// A numeric column that depends on the model.
struct ValueColumn {
    QString key;      ///< name in filters and TSV: "p_PC", "log_odds"
    QString title;    ///< header: "P(coding)"
    QString toolTip;  ///< what it means, with units
    bool isProbability = false;  ///< drawn with a bar from 0 to 1
};

class ResultsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { IdColumn, LengthColumn, CdsColumn, EditedColumn, ClassColumn, FirstValueColumn };
    /// Role that gives numbers for sorting.
    static constexpr int kSortRole = Qt::UserRole + 1;
    static constexpr int kProbabilityRole = Qt::UserRole + 2;

    explicit ResultsModel(QObject* parent = nullptr);

    /// What the model gives; none at first.
    void setValueColumns(std::vector<ValueColumn> columns);
    void setRows(std::vector<ResultRow> rows);
    void setRow(int row, ResultRow value);
    /// Many rows with one update of filter and sorting: for population runs.
    void setPredictions(std::vector<RowPrediction> predictions);
    const ResultRow& row(int row) const { return m_rows[std::size_t(row)]; }
    const std::vector<ValueColumn>& valueColumns() const { return m_valueColumns; }
    /// Column name as in filters and TSV headers.
    QString columnKey(int column) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant display(const ResultRow& row, int column) const;
    QVariant sortValue(const ResultRow& row, int column) const;
    double value(const ResultRow& row, int column) const;

    std::vector<ResultRow> m_rows;
    std::vector<ValueColumn> m_valueColumns;
};

class ResultsFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit ResultsFilter(QObject* parent = nullptr);
    /// Returns the sentence to show when the expression cannot be understood; the old filter then stays.
    QString setExpression(const QString& text);

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    FilterExpression m_expression;
};

class ResultsView : public QWidget {
    Q_OBJECT
public:
    explicit ResultsView(QWidget* parent = nullptr);

    ResultsModel* model() const { return m_model; }
    QTableView* table() const { return m_table; }
    QLineEdit* filterBox() const { return m_filterBox; }
    void setTheme(const Theme& theme);
    /// Whether the model names a class at all.
    void setClassShown(bool shown);

    /// Rows in the order on screen, after filter and sorting.
    std::vector<int> shownRows() const;
    std::vector<int> selectedRows() const;
    /// Selects a row and scrolls to it without emitting rowActivated.
    void selectRow(int row);
    /// The shown rows with a header line, tab separated, full precision.
    QString toTsv() const;

signals:
    /// Another row was chosen by mouse or keyboard: show it.
    void rowActivated(int row);
    void selectedRowsChanged(const std::vector<int>& rows);
    void exportRequested();
    void contextMenuRequested(const QPoint& globalPosition, const std::vector<int>& rows);

private:
    void announceCurrent();
    void applyFilter(const QString& text);
    void updateCount();
    void updateHeader();

    ResultsModel* m_model;
    ResultsFilter* m_filter;
    ProbabilityDelegate* m_delegate;
    QTableView* m_table;
    QLineEdit* m_filterBox;
    QLabel* m_filterError;
    QLabel* m_count;
    QToolButton* m_exportButton;
    int m_activeRow = -1;  ///< last one announced or selected by the program
};

}  // namespace nscope::widgets
