#include "widgets/result_tables.h"

#include "widgets/number_text.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QSortFilterProxyModel>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <set>
#include <variant>

namespace nscope::widgets {

namespace {

constexpr int kWidestColumn = 340;
constexpr int kMeasuredRows = 60;  ///< what a column's width follows from

/// Undefined numbers go to the end whichever way the column is sorted.
class NumbersFirst : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override
    {
        const QVariant a = left.data(ResultTableModel::kSortRole), b = right.data(ResultTableModel::kSortRole);
        if (a.isValid() != b.isValid())
            return a.isValid() == (sortOrder() == Qt::AscendingOrder);
        if (!a.isValid())
            return false;
        return a.typeId() == QMetaType::QString ? QString::compare(a.toString(), b.toString(), Qt::CaseInsensitive) < 0
                                                : a.toDouble() < b.toDouble();
    }
};

bool isNumeric(const data::ResultColumn& column) { return !std::holds_alternative<std::vector<std::string>>(column.values); }

}  // namespace

ResultTableModel::ResultTableModel(ResultTablesPtr tables, std::size_t index, QObject* parent)
    : QAbstractTableModel(parent), m_tables(std::move(tables)), m_index(index)
{
}

int ResultTableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(table().rows()); }

int ResultTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(table().columns.size()); }

QVariant ResultTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const data::ResultColumn& column = table().columns[std::size_t(index.column())];
    const auto row = std::size_t(index.row());
    const auto* texts = std::get_if<std::vector<std::string>>(&column.values);
    const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values);
    const auto* numbers = std::get_if<std::vector<double>>(&column.values);
    switch (role) {
    case Qt::DisplayRole:
        if (texts)
            return QString::fromStdString((*texts)[row]);
        if (integers)
            return countText((*integers)[row]).replace(QLatin1Char('-'), QChar(0x2212));
        return std::isnan((*numbers)[row]) ? QString() : valueText((*numbers)[row]);
    case kSortRole:
        if (texts)
            return QString::fromStdString((*texts)[row]);
        if (integers)
            return double((*integers)[row]);
        return std::isnan((*numbers)[row]) ? QVariant() : QVariant((*numbers)[row]);
    case Qt::ToolTipRole:
        return texts ? QString::fromStdString((*texts)[row]) : exactText(index);
    case Qt::TextAlignmentRole:
        return int((isNumeric(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant ResultTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || std::size_t(section) >= table().columns.size())
        return {};
    const data::ResultColumn& column = table().columns[std::size_t(section)];
    if (role == Qt::DisplayRole)
        return QString::fromStdString(column.name).replace(QLatin1Char('_'), QLatin1Char(' '));
    if (role == Qt::ToolTipRole)
        return QString::fromStdString(column.name);
    if (role == Qt::TextAlignmentRole)
        return int((isNumeric(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

QString ResultTableModel::exactText(const QModelIndex& index) const
{
    const data::ResultColumn& column = table().columns[std::size_t(index.column())];
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values); numbers && std::isnan((*numbers)[std::size_t(index.row())]))
        return {};
    return QString::fromStdString(column.cell(std::size_t(index.row())));
}

ResultTablesView::ResultTablesView(QWidget* parent) : QWidget(parent), m_tabs(new QTabWidget(this))
{
    m_tabs->setDocumentMode(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
}

/// The views' own answer to Ctrl+C is one cell.
bool ResultTablesView::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
        copySelection();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ResultTablesView::setTables(ResultTablesPtr tables)
{
    while (m_tabs->count() > 0) {
        QWidget* page = m_tabs->widget(0);
        m_tabs->removeTab(0);
        delete page;
    }
    m_views.clear();
    m_tables = std::move(tables);
    for (std::size_t i = 0; m_tables && i < m_tables->size(); ++i) {
        const data::ResultTable& table = (*m_tables)[i];
        m_tabs->addTab(makeTab(i), QString::fromStdString(table.name).replace(QLatin1Char('_'), QLatin1Char(' ')));
        m_tabs->setTabToolTip(int(i), tr("%n row(s)", nullptr, int(table.rows())));
    }
    m_tabs->tabBar()->setVisible(m_tabs->count() > 1);
}

QWidget* ResultTablesView::makeTab(std::size_t index)
{
    auto* view = new QTableView(m_tabs);
    auto* model = new ResultTableModel(m_tables, index, view);
    auto* sorted = new NumbersFirst(view);
    sorted->setSourceModel(model);
    view->setModel(sorted);
    view->setAccessibleName(QString::fromStdString((*m_tables)[index].name));
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setAlternatingRowColors(true);
    view->setShowGrid(true);
    view->setWordWrap(false);
    view->setSortingEnabled(true);
    view->sortByColumn(-1, Qt::AscendingOrder);  // the order of the result until a header is clicked
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    QHeaderView* header = view->horizontalHeader();
    header->setHighlightSections(false);
    header->setResizeContentsPrecision(kMeasuredRows);
    const auto& columns = (*m_tables)[index].columns;  // sentences stand in the last one
    header->setStretchLastSection(!columns.empty()
                                  && std::holds_alternative<std::vector<std::string>>(columns.back().values));
    view->resizeColumnsToContents();
    for (int column = 0; column < model->columnCount(); ++column)
        view->setColumnWidth(column, std::min(kWidestColumn, view->columnWidth(column) + 8));
    view->installEventFilter(this);
    m_views.push_back(view);
    return view;
}

int ResultTablesView::count() const { return int(m_views.size()); }
QTableView* ResultTablesView::view(int index) const { return m_views[std::size_t(index)]; }
void ResultTablesView::setCurrentTable(int index) { m_tabs->setCurrentIndex(index); }
int ResultTablesView::currentTable() const { return m_tabs->currentIndex(); }

QString ResultTablesView::selectionAsTsv() const
{
    if (m_views.empty())
        return {};
    const QTableView* view = m_views[std::size_t(std::max(0, currentTable()))];
    const auto* sorted = static_cast<const QSortFilterProxyModel*>(view->model());
    const auto* model = static_cast<const ResultTableModel*>(sorted->sourceModel());
    std::set<int> rows, columns;
    for (const QModelIndex& index : view->selectionModel()->selectedIndexes()) {
        rows.insert(index.row());
        columns.insert(index.column());
    }
    if (rows.empty()) {
        for (int row = 0; row < sorted->rowCount(); ++row)
            rows.insert(row);
        for (int column = 0; column < sorted->columnCount(); ++column)
            columns.insert(column);
    }
    QStringList header;
    for (const int column : columns)
        header << model->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
    QString text = header.join(QLatin1Char('\t')) + QLatin1Char('\n');
    for (const int row : rows) {
        QStringList cells;
        for (const int column : columns)
            cells << model->exactText(sorted->mapToSource(sorted->index(row, column)));
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return text;
}

void ResultTablesView::copySelection() const { QApplication::clipboard()->setText(selectionAsTsv()); }

}  // namespace nscope::widgets
