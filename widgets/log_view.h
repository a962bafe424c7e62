// Purpose: the history of jobs and messages as a table that can be filtered, copied and saved. Text from files is shown
// as plain text. Thread: GUI.
#pragma once

#include "widgets/theme.h"

#include <QAbstractTableModel>
#include <QDateTime>
#include <QString>
#include <QWidget>

#include <deque>

class QComboBox;
class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace nscope::widgets {

enum class LogKind { Message, Job, Warning, Error };

struct LogEntry {
    QDateTime time;
    LogKind kind = LogKind::Message;
    QString text;
    double seconds = -1.0;  ///< how long a job took; < 0: not a job
};

class LogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TimeColumn, KindColumn, TextColumn, DurationColumn, ColumnCount };
    static constexpr int kKindRole = Qt::UserRole + 1;
    static constexpr int kMaxEntries = 20000;  ///< the oldest go first

    explicit LogModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}
    void append(LogEntry entry);
    void clear();
    void setTheme(const Theme& theme);
    const LogEntry& entry(int row) const { return m_entries[std::size_t(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::deque<LogEntry> m_entries;
    Theme m_theme = Theme::make({});
};

class LogView : public QWidget {
    Q_OBJECT
public:
    explicit LogView(QWidget* parent = nullptr);
    LogModel* model() const { return m_model; }
    void append(LogEntry entry);
    void setTheme(const Theme& theme);
    /// The shown rows, tab separated.
    QString toText() const;
    int shownCount() const;

signals:
    void saveRequested();

private:
    void applyFilter();

    LogModel* m_model;
    QSortFilterProxyModel* m_filter;
    QTableView* m_table;
    QComboBox* m_kind;
    QLineEdit* m_search;
};

}  // namespace nscope::widgets
