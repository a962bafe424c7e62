// Purpose: a text to read in a window of its own: a model's card, the shortcuts, what this program is. Thread: GUI.
#pragma once

#include <QtWidgets/QDialog>

namespace nscope::app {

class TextDialog : public QDialog {
    Q_OBJECT

public:
    /// `html` is a document with its foreign texts escaped.
    TextDialog(const QString& title, const QString& html, QWidget* parent = nullptr);
};

}  // namespace nscope::app
