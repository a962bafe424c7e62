// Purpose: list entries of two lines: a name, and below it a smaller muted line that is cut where it does not fit.
// Thread: GUI.
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace nscope::app {

class TwoLineDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    static constexpr int kSecondLineRole = Qt::UserRole + 1;

    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace nscope::app
