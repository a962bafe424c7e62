// Purpose: tables of results (core/data/result_table.h) to look at: sortable, numbers as numbers, a tab per table, and
// the selected cells as tab-separated text in the clipboard. Thread: GUI.
#pragma once

#include "core/data/result_table.h"

#include <QAbstractTableModel>
#include <QWidget>

#include <memory>
#include <vector>

class QTabWidget;
class QTableView;

namespace nscope::widgets {

using ResultTablesPtr = std::shared_ptr<const std::vector<data::ResultTable>>;

/// Shows one table of a list that stays alive with it.
class ResultTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    /// Gives numbers and texts for sorting; a number that is not defined gives nothing.
    static constexpr int kSortRole = Qt::UserRole + 1;

    ResultTableModel(ResultTablesPtr tables, std::size_t index, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// As in files: all digits; empty where a number is not defined.
    QString exactText(const QModelIndex& index) const;

private:
    const data::ResultTable& table() const { return (*m_tables)[m_index]; }

    ResultTablesPtr m_tables;
    std::size_t m_index;
};

class ResultTablesView : public QWidget {
    Q_OBJECT
public:
    explicit ResultTablesView(QWidget* parent = nullptr);

    /// nullptr or an empty list: nothing to show.
    void setTables(ResultTablesPtr tables);
    const ResultTablesPtr& tables() const { return m_tables; }
    int count() const;
    QTableView* view(int index) const;
    void setCurrentTable(int index);
    int currentTable() const;

    /// The selected cells of the table in front with a header line; all of it if none is selected.
    QString selectionAsTsv() const;
    void copySelection() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeTab(std::size_t index);

    ResultTablesPtr m_tables;
    QTabWidget* m_tabs;
    std::vector<QTableView*> m_views;
};

}  // namespace nscope::widgets
