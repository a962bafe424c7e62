// Purpose: the strip under the explanation: how far it can be trusted, with plain words, and a button that measures more.
// Thread: GUI.
#pragma once

#include "widgets/theme.h"

#include <QtWidgets/QWidget>

class QLabel;
class QMenu;
class QToolButton;

namespace nscope::app {

class ReliabilityController;

class ReliabilityBar : public QWidget {
    Q_OBJECT

public:
    explicit ReliabilityBar(ReliabilityController& reliability, QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    /// What it says, as plain text.
    QString text() const;
    QToolButton& button() const { return *m_measure; }

private:
    void fillMenu();
    void fillModels();
    void chooseModel();
    void refresh();

    ReliabilityController& m_reliability;
    widgets::Theme m_theme = widgets::Theme::make({});
    QLabel* m_label;
    QToolButton* m_measure;
    QMenu* m_menu;
    QMenu* m_models;
};

}  // namespace nscope::app
