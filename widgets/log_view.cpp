// Purpose: the log's model and view.
#include "widgets/log_view.h"

#include "widgets/number_text.h"

#include <QComboBox>
#include <QGuiApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace nscope::widgets {

namespace {

constexpr int kEverything = -1;

QString kindText(LogKind kind)
{
    switch (kind) {
    case LogKind::Message: return LogModel::tr("message");
    case LogKind::Job: return LogModel::tr("job");
    case LogKind::Warning: return LogModel::tr("warning");
    case LogKind::Error: return LogModel::tr("error");
    }
    return {};
}

/// Rows of one kind (or all) that contain a text.
class LogFilter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void set(int kind, const QString& text)
    {
        m_kind = kind;
        m_text = text;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex&) const override
    {
        const LogEntry& entry = static_cast<const LogModel*>(sourceModel())->entry(row);
        return (m_kind == kEverything || int(entry.kind) == m_kind) && entry.text.contains(m_text, Qt::CaseInsensitive);
    }

private:
    int m_kind = kEverything;
    QString m_text;
};

}  // namespace

void LogModel::append(LogEntry entry)
{
    if (rowCount() >= kMaxEntries) {
        beginRemoveRows({}, 0, 0);
        m_entries.pop_front();
        endRemoveRows();
    }
    beginInsertRows({}, rowCount(), rowCount());
    m_entries.push_back(std::move(entry));
    endInsertRows();
}

void LogModel::clear()
{
    beginResetModel();
    m_entries.clear();
    endResetModel();
}

void LogModel::setTheme(const Theme& theme)
{
    m_theme = theme;
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::ForegroundRole});
}

int LogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int LogModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const LogEntry& entry = m_entries[std::size_t(index.row())];
    if (role == kKindRole)
        return int(entry.kind);
    if (role == Qt::ForegroundRole && entry.kind == LogKind::Error)
        return m_theme.error;
    if (role == Qt::ForegroundRole && entry.kind == LogKind::Warning)
        return m_theme.warning;
    if (role == Qt::ToolTipRole && index.column() == TextColumn)
        return QStringLiteral("<span>%1</span>").arg(entry.text.toHtmlEscaped());
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case TimeColumn: return entry.time.toString(QStringLiteral("HH:mm:ss"));
    case KindColumn: return kindText(entry.kind);
    case TextColumn: return entry.text;
    case DurationColumn: return entry.seconds < 0 ? QString() : tr("%1 s").arg(valueText(entry.seconds));
    default: return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[] = {tr("Time"), tr("Kind"), tr("What happened"), tr("Took")};
    return titles[section];
}

LogView::LogView(QWidget* parent)
    : QWidget(parent), m_model(new LogModel(this)), m_filter(new LogFilter(this)), m_table(new QTableView(this)),
      m_kind(new QComboBox(this)), m_search(new QLineEdit(this))
{
    m_filter->setSourceModel(m_model);
    m_table->setModel(m_filter);
    m_table->setAccessibleName(tr("Log"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_table->horizontalHeader()->setSectionResizeMode(LogModel::TextColumn, QHeaderView::Stretch);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_kind->addItem(tr("Everything"), kEverything);
    for (const LogKind kind : {LogKind::Message, LogKind::Job, LogKind::Warning, LogKind::Error})
        m_kind->addItem(kindText(kind), int(kind));
    m_kind->setAccessibleName(tr("Kind of entries shown"));
    m_search->setPlaceholderText(tr("Find in log"));
    m_search->setAccessibleName(tr("Find in log"));
    m_search->setClearButtonEnabled(true);
    auto* save = new QToolButton(this);
    save->setText(tr("Save …"));

    auto* line = new QHBoxLayout;
    line->addWidget(m_kind);
    line->addWidget(m_search, 1);
    line->addWidget(save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addLayout(line);
    layout->addWidget(m_table, 1);

    connect(m_kind, &QComboBox::currentIndexChanged, this, &LogView::applyFilter);
    connect(m_search, &QLineEdit::textChanged, this, &LogView::applyFilter);
    connect(save, &QToolButton::clicked, this, &LogView::saveRequested);
    auto* copy = new QShortcut(QKeySequence::Copy, m_table, nullptr, nullptr, Qt::WidgetShortcut);
    connect(copy, &QShortcut::activated, this, [this] {
        QStringList lines;
        for (const QModelIndex& index : m_table->selectionModel()->selectedRows(LogModel::TextColumn))
            lines << index.data().toString();
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
    });
}

void LogView::append(LogEntry entry)
{
    const QScrollBar* bar = m_table->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    m_model->append(std::move(entry));
    if (atEnd)
        m_table->scrollToBottom();
}

void LogView::setTheme(const Theme& theme)
{
    m_model->setTheme(theme);
}

void LogView::applyFilter()
{
    static_cast<LogFilter*>(m_filter)->set(m_kind->currentData().toInt(), m_search->text());
}

int LogView::shownCount() const
{
    return m_filter->rowCount();
}

QString LogView::toText() const
{
    QString text;
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const LogEntry& entry = m_model->entry(m_filter->mapToSource(m_filter->index(row, 0)).row());
        text += entry.time.toString(Qt::ISODate) + QLatin1Char('\t') + kindText(entry.kind) + QLatin1Char('\t') + entry.text
                + QLatin1Char('\t') + (entry.seconds < 0 ? QString() : QString::number(entry.seconds)) + QLatin1Char('\n');
    }
    return text;
}

}  // namespace nscope::widgets
