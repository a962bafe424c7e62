// Purpose: the frame of a page with a narrow list and form on the left and a wide result on the right. Thread: GUI.
#pragma once

#include <QtWidgets/QLabel>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

namespace nscope::app {

/// Fills the page; the user moves the border, neither side vanishes.
inline void layOutSideBySide(QWidget& page, QWidget* left, QWidget* right)
{
    constexpr int kLeftWidth = 300, kGap = 10;
    auto* both = new QSplitter(Qt::Horizontal, &page);
    both->addWidget(left);
    both->addWidget(right);
    both->setStretchFactor(1, 1);
    both->setSizes({kLeftWidth, 2 * kLeftWidth});
    both->setChildrenCollapsible(false);
    both->setHandleWidth(kGap);
    auto* layout = new QVBoxLayout(&page);
    layout->setContentsMargins(8, 8, 8, 6);
    layout->addWidget(both);
}

/// What stands in the middle while there is no result.
inline void setUpEmptyLabel(QLabel& label)
{
    label.setAlignment(Qt::AlignCenter);
    label.setWordWrap(true);
    label.setMargin(40);
    label.setTextFormat(Qt::PlainText);
}

}  // namespace nscope::app
