#include "app/pages/two_line_delegate.h"

#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyle>

#include <utility>

namespace nscope::app {

namespace {

constexpr int kMargin = 6;
constexpr int kPadding = 4;
constexpr int kSmallerBy = 1;  ///< pixels

QFont smaller(const QFont& font)
{
    QFont small = font;
    small.setPixelSize(QFontInfo(font).pixelSize() - kSmallerBy);
    return small;
}

}  // namespace

void TwoLineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString name = std::exchange(item.text, QString());
    const QStyle& style = *(item.widget ? item.widget->style() : QApplication::style());
    style.drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    const bool isSelected = item.state & QStyle::State_Selected;
    const QRect inner = item.rect.adjusted(kMargin, kPadding, -kMargin, -kPadding);
    painter->save();
    painter->setFont(item.font);
    painter->setPen(item.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text));
    const QFontMetrics first(item.font);
    painter->drawText(QRect(inner.left(), inner.top(), inner.width(), first.height()), Qt::AlignLeft | Qt::AlignVCenter,
                      first.elidedText(name, Qt::ElideRight, inner.width()));
    const QFont small = smaller(item.font);
    const QFontMetrics second(small);
    painter->setFont(small);
    painter->setPen(item.palette.color(isSelected ? QPalette::HighlightedText : QPalette::PlaceholderText));
    painter->drawText(QRect(inner.left(), inner.top() + first.height(), inner.width(), second.height()),
                      Qt::AlignLeft | Qt::AlignVCenter,
                      second.elidedText(index.data(kSecondLineRole).toString(), Qt::ElideRight, inner.width()));
    painter->restore();
}

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {1, QFontMetrics(option.font).height() + QFontMetrics(smaller(option.font)).height() + 2 * kPadding};
}

}  // namespace nscope::app
