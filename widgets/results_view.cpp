// Purpose: the view of the results table: filter line, count, selection, TSV.
#include "widgets/probability_delegate.h"
#include "widgets/results_table.h"

#include "widgets/number_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::widgets {

ResultsView::ResultsView(QWidget* parent)
    : QWidget(parent), m_model(new ResultsModel(this)), m_filter(new ResultsFilter(this)), m_delegate(new ProbabilityDelegate(this)),
      m_table(new QTableView(this)), m_filterBox(new QLineEdit(this)), m_filterError(new QLabel(this)), m_count(new QLabel(this)),
      m_exportButton(new QToolButton(this))
{
    m_filter->setSourceModel(m_model);
    m_filterBox->setClearButtonEnabled(true);
    m_filterBox->setAccessibleName(tr("Filter of the sequence table"));
    m_filterBox->setToolTip(tr("All conditions must hold. Words are looked for in name and description, -word excludes.\n"
                               "Operators: = != < <= > >= ~ (contains)"));
    m_filterError->setWordWrap(true);
    m_filterError->setTextFormat(Qt::PlainText);
    m_filterError->hide();
    m_count->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // a long sentence must not widen the dock
    m_exportButton->setText(tr("Export …"));
    m_exportButton->setToolTip(tr("Save the shown rows as a table (TSV)"));

    m_table->setModel(m_filter);
    m_table->setAccessibleName(tr("Sequences and predictions"));
    m_table->setItemDelegate(m_delegate);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);  // the order of the file until a header is clicked
    m_table->setWordWrap(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);

    auto* line = new QHBoxLayout;
    line->addWidget(m_filterBox, 1);
    line->addWidget(m_exportButton);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 4);
    layout->setSpacing(4);
    layout->addLayout(line);
    layout->addWidget(m_filterError);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_count);

    connect(m_filterBox, &QLineEdit::textChanged, this, &ResultsView::applyFilter);
    connect(m_exportButton, &QToolButton::clicked, this, &ResultsView::exportRequested);
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, &ResultsView::updateCount);
    connect(m_filter, &QAbstractItemModel::rowsRemoved, this, &ResultsView::updateCount);
    connect(m_filter, &QAbstractItemModel::modelReset, this, &ResultsView::updateCount);
    connect(m_filter, &QAbstractItemModel::modelReset, this, &ResultsView::updateHeader);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ResultsView::announceCurrent);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        announceCurrent();
        emit selectedRowsChanged(selectedRows());
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] { m_activeRow = -1; });
    connect(m_table, &QTableView::customContextMenuRequested, this, [this](QPoint point) {
        emit contextMenuRequested(m_table->viewport()->mapToGlobal(point), selectedRows());
    });
    setTheme(Theme::make({}));
    updateCount();
    updateHeader();
}

void ResultsView::setTheme(const Theme& theme)
{
    m_delegate->setTheme(theme);
    QPalette error = m_filterError->palette();
    error.setColor(QPalette::WindowText, theme.error);
    m_filterError->setPalette(error);
    QPalette muted = m_count->palette();
    muted.setColor(QPalette::WindowText, theme.mutedText);
    m_count->setPalette(muted);
    m_table->viewport()->update();
}

/// Getting the keyboard focus makes a row current without choosing it: only a selected row counts.
void ResultsView::announceCurrent()
{
    const QModelIndex current = m_table->selectionModel()->currentIndex();
    if (!current.isValid() || !m_table->selectionModel()->isRowSelected(current.row(), {}))
        return;
    const int row = m_filter->mapToSource(current).row();
    if (std::exchange(m_activeRow, row) != row)
        emit rowActivated(row);
}

void ResultsView::applyFilter(const QString& text)
{
    const QString problem = m_filter->setExpression(text);
    m_filterError->setText(problem);
    m_filterError->setVisible(!problem.isEmpty());
    updateCount();
}

void ResultsView::updateCount()
{
    const int all = m_model->rowCount();
    const int shown = m_filter->rowCount();
    m_count->setText(all == 0       ? tr("No sequences yet. Open a FASTA file, or drop one on this window.")
                     : shown == all ? tr("%1 sequences").arg(countText(all))
                                    : tr("%1 of %2 sequences").arg(countText(shown), countText(all)));
    m_exportButton->setEnabled(shown > 0);
}

void ResultsView::setClassShown(bool shown) { m_table->setColumnHidden(ResultsModel::ClassColumn, !shown); }

void ResultsView::updateHeader()
{
    const auto& columns = m_model->valueColumns();
    m_filterBox->setPlaceholderText(columns.empty() ? tr("Filter: a name, or length<1000 cds=yes")
                                                    : tr("Filter: a name, or %1>0.5 length<1000").arg(columns.back().key));
    const int character = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    QHeaderView* header = m_table->horizontalHeader();
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const QString title = m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        int width = header->fontMetrics().horizontalAdvance(title) + 24;
        if (column == ResultsModel::IdColumn)
            width = std::max(width, 15 * character);
        if (column >= ResultsModel::FirstValueColumn && m_model->valueColumns()[std::size_t(column - ResultsModel::FirstValueColumn)].isProbability)
            width = std::max(width, 16 * character);
        m_table->setColumnWidth(column, width);
    }
    header->setStretchLastSection(true);

    // What the model says stands beside the name; what is known anyway comes after it.
    int visual = ResultsModel::IdColumn + 1;
    for (int column = ResultsModel::FirstValueColumn; column < m_model->columnCount(); ++column)
        header->moveSection(header->visualIndex(column), visual++);
    for (const int column : {int(ResultsModel::ClassColumn), int(ResultsModel::LengthColumn)})
        header->moveSection(header->visualIndex(column), visual++);
}

std::vector<int> ResultsView::shownRows() const
{
    std::vector<int> rows;
    rows.reserve(std::size_t(m_filter->rowCount()));
    for (int row = 0; row < m_filter->rowCount(); ++row)
        rows.push_back(m_filter->mapToSource(m_filter->index(row, 0)).row());
    return rows;
}

std::vector<int> ResultsView::selectedRows() const
{
    std::vector<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        rows.push_back(m_filter->mapToSource(index).row());
    std::ranges::sort(rows);
    return rows;
}

void ResultsView::selectRow(int row)
{
    const QModelIndex index = m_filter->mapFromSource(m_model->index(row, 0));
    if (!index.isValid())
        return;
    m_activeRow = row;
    m_table->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_table->scrollTo(index);
}

QString ResultsView::toTsv() const
{
    QStringList header;
    for (int column = 0; column < m_model->columnCount(); ++column)
        header << m_model->columnKey(column);
    QString text = header.join(QLatin1Char('\t')) + QLatin1Char('\n');
    for (const int row : shownRows()) {
        const ResultRow& result = m_model->row(row);
        QStringList cells{result.id, QString::number(result.lengthNt), result.hasCds ? QStringLiteral("yes") : QStringLiteral("no"),
                          result.isEdited ? QStringLiteral("yes") : QStringLiteral("no"), result.predictedClass};
        for (std::size_t i = 0; i < m_model->valueColumns().size(); ++i) {
            const bool isKnown = i < result.values.size() && !std::isnan(result.values[i]);
            cells << (isKnown ? QString::number(result.values[i], 'g', QLocale::FloatingPointShortest) : QString());
        }
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return text;
}

}  // namespace nscope::widgets
