// Purpose: draws a probability in a table cell as a bar from 0 to 1 with the number on top.
#pragma once

#include "widgets/theme.h"

#include <QStyledItemDelegate>

namespace nscope::widgets {

class ProbabilityDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit ProbabilityDelegate(QObject* parent = nullptr) : QStyledItemDelegate(parent) {}
    void setTheme(const Theme& theme) { m_theme = theme; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    Theme m_theme = Theme::make({});
};

}  // namespace nscope::widgets
