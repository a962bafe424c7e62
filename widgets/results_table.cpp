// Purpose: the model and the filter of the results table.
#include "widgets/results_table.h"

#include "widgets/number_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::widgets {

namespace {

constexpr double kNotComputed = std::numeric_limits<double>::quiet_NaN();

}  // namespace

ResultsModel::ResultsModel(QObject* parent) : QAbstractTableModel(parent) {}

void ResultsModel::setValueColumns(std::vector<ValueColumn> columns)
{
    beginResetModel();
    m_valueColumns = std::move(columns);
    endResetModel();
}

void ResultsModel::setRows(std::vector<ResultRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void ResultsModel::setRow(int row, ResultRow value)
{
    m_rows[std::size_t(row)] = std::move(value);
    emit dataChanged(index(row, 0), index(row, columnCount() - 1));
}

void ResultsModel::setPredictions(std::vector<RowPrediction> predictions)
{
    if (predictions.empty())
        return;
    int first = rowCount();
    int last = -1;
    for (RowPrediction& prediction : predictions) {
        ResultRow& row = m_rows[std::size_t(prediction.row)];
        row.predictedClass = std::move(prediction.predictedClass);
        row.values = std::move(prediction.values);
        first = std::min(first, prediction.row);
        last = std::max(last, prediction.row);
    }
    emit dataChanged(index(first, ClassColumn), index(last, columnCount() - 1));
}

int ResultsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ResultsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : FirstValueColumn + int(m_valueColumns.size());
}

QString ResultsModel::columnKey(int column) const
{
    static const QString kKeys[] = {QStringLiteral("id"), QStringLiteral("length"), QStringLiteral("cds"),
                                    QStringLiteral("edited"), QStringLiteral("class")};
    return column < FirstValueColumn ? kKeys[column] : m_valueColumns[std::size_t(column - FirstValueColumn)].key;
}

double ResultsModel::value(const ResultRow& row, int column) const
{
    const auto index = std::size_t(column - FirstValueColumn);
    return index < row.values.size() ? row.values[index] : kNotComputed;
}

QVariant ResultsModel::display(const ResultRow& row, int column) const
{
    switch (column) {
    case IdColumn: return row.id;
    case LengthColumn: return countText(row.lengthNt);
    case CdsColumn: return row.hasCds ? tr("yes") : tr("no");
    case EditedColumn: return row.isEdited ? tr("edited") : QString();
    case ClassColumn: return row.predictedClass;
    default: break;
    }
    const double number = value(row, column);
    if (std::isnan(number))
        return QString();
    const bool isProbability = m_valueColumns[std::size_t(column - FirstValueColumn)].isProbability;
    return isProbability ? QString::number(number, 'f', 3) : signedText(number);
}

QVariant ResultsModel::sortValue(const ResultRow& row, int column) const
{
    switch (column) {
    case LengthColumn: return qlonglong(row.lengthNt);
    case CdsColumn: return row.hasCds;
    case EditedColumn: return row.isEdited;
    case IdColumn:
    case ClassColumn: return display(row, column);
    default: return value(row, column);
    }
}

QVariant ResultsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const ResultRow& row = m_rows[std::size_t(index.row())];
    const bool isText = index.column() == IdColumn || index.column() == ClassColumn || index.column() == CdsColumn || index.column() == EditedColumn;
    switch (role) {
    case Qt::DisplayRole: return display(row, index.column());
    case kSortRole: return sortValue(row, index.column());
    case kProbabilityRole:
        return index.column() >= FirstValueColumn && m_valueColumns[std::size_t(index.column() - FirstValueColumn)].isProbability
                   ? QVariant(value(row, index.column()))
                   : QVariant();
    case Qt::TextAlignmentRole: return int(Qt::AlignVCenter | (isText ? Qt::AlignLeft : Qt::AlignRight));
    case Qt::ToolTipRole:  // escaped: ids and descriptions come from files
        return index.column() == IdColumn && !row.description.isEmpty()
                   ? QVariant(QStringLiteral("<span>%1</span>").arg((row.id + QLatin1Char(' ') + row.description).toHtmlEscaped()))
                   : QVariant();
    default: return {};
    }
}

QVariant ResultsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole) {
        switch (section) {
        case IdColumn: return tr("Sequence");
        case LengthColumn: return tr("Length (nt)");
        case CdsColumn: return tr("CDS");
        case EditedColumn: return tr("Edited");
        case ClassColumn: return tr("Class");
        default: return m_valueColumns[std::size_t(section - FirstValueColumn)].title;
        }
    }
    if (role == Qt::ToolTipRole) {
        const QString meaning = section == CdsColumn       ? tr("Whether a coding region is annotated")
                                : section < FirstValueColumn ? headerData(section, orientation, Qt::DisplayRole).toString()
                                                             : m_valueColumns[std::size_t(section - FirstValueColumn)].toolTip;
        return tr("%1\nName in filters: %2").arg(meaning, columnKey(section));
    }
    return {};
}

ResultsFilter::ResultsFilter(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(ResultsModel::kSortRole);
    setDynamicSortFilter(true);
}

QString ResultsFilter::setExpression(const QString& text)
{
    const auto* model = static_cast<const ResultsModel*>(sourceModel());
    QStringList fields;
    for (int column = 0; column < model->columnCount(); ++column)
        fields << model->columnKey(column);
    Result<FilterExpression> parsed = FilterExpression::parse(text, fields);
    if (!parsed)
        return QString::fromStdString(parsed.error().message());
    m_expression = std::move(*parsed);
    invalidateFilter();
    return {};
}

bool ResultsFilter::filterAcceptsRow(int sourceRow, const QModelIndex&) const
{
    if (m_expression.isEmpty())
        return true;
    const auto* model = static_cast<const ResultsModel*>(sourceModel());
    const ResultRow& row = model->row(sourceRow);
    return m_expression.matches(row.id + QLatin1Char(' ') + row.description, [&](const QString& field) -> FieldValue {
        if (field == QLatin1String("cds"))
            return QString(row.hasCds ? QStringLiteral("yes") : QStringLiteral("no"));
        if (field == QLatin1String("edited"))
            return QString(row.isEdited ? QStringLiteral("yes") : QStringLiteral("no"));
        for (int column = 0; column < model->columnCount(); ++column) {
            if (model->columnKey(column) != field)
                continue;
            const QVariant value = model->data(model->index(sourceRow, column), ResultsModel::kSortRole);
            if (value.typeId() == QMetaType::QString)
                return value.toString();
            const double number = value.toDouble();
            return std::isnan(number) ? FieldValue() : FieldValue(number);
        }
        return {};
    });
}

/// Values that are not there yet come last in ascending order.
bool ResultsFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(ResultsModel::kSortRole);
    const QVariant b = right.data(ResultsModel::kSortRole);
    if (a.typeId() == QMetaType::QString)
        return QString::localeAwareCompare(a.toString(), b.toString()) < 0;
    const double x = a.toDouble();
    const double y = b.toDouble();
    if (std::isnan(x) || std::isnan(y))
        return !std::isnan(x) && std::isnan(y);
    return x < y;
}

}  // namespace nscope::widgets
