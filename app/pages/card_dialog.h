// Purpose: what a model is: its card, measured quality beside the baselines, and what it can give. Thread: GUI.
#pragma once

#include "core/engine/backend.h"

#include <QtWidgets/QDialog>

namespace nscope::app {

class CardDialog : public QDialog {
    Q_OBJECT

public:
    explicit CardDialog(const engine::ModelInfo& model, QWidget* parent = nullptr);
};

/// The card as rich text; everything from the file is escaped.
QString cardHtml(const engine::ModelInfo& model);

}  // namespace nscope::app
