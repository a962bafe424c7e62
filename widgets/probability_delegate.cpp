// Purpose: paints the probability bars.
#include "widgets/probability_delegate.h"

#include "widgets/results_table.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

void ProbabilityDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QVariant value = index.data(ResultsModel::kProbabilityRole);
    if (!value.isValid() || std::isnan(value.toDouble())) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem background(option);
    initStyleOption(&background, index);
    const QString text = std::exchange(background.text, QString());
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);

    const double probability = std::clamp(value.toDouble(), 0.0, 1.0);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, true);
    painter->setPen(Qt::NoPen);
    const double textWidth = option.fontMetrics.horizontalAdvance(QStringLiteral("0.000")) + 10;
    QRectF lane = QRectF(option.rect).adjusted(5, 0, -textWidth, 0);
    lane = QRectF(lane.left(), lane.center().y() - 4, std::max(8.0, lane.width()), 8);
    painter->setBrush(m_theme.grid);
    painter->drawRoundedRect(lane, 3, 3);
    painter->setBrush(probability >= 0.5 ? m_theme.coding : m_theme.noncoding);
    painter->drawRoundedRect(QRectF(lane.topLeft(), QSizeF(std::max(2.0, lane.width() * probability), lane.height())), 3, 3);
    const bool isSelected = option.state & QStyle::State_Selected;
    painter->setPen(option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text));
    painter->drawText(QRectF(option.rect).adjusted(0, 0, -5, 0), Qt::AlignRight | Qt::AlignVCenter, text);
    painter->restore();
}

}  // namespace nscope::widgets
