// Purpose: what the model in use is: its card, measured quality beside the baselines, and what it can give. Thread: GUI.
#pragma once

#include "core/engine/backend.h"

#include <QtWidgets/QDialog>

namespace nscope::app {

class CardDialog : public QDialog {
    Q_OBJECT

public:
    explicit CardDialog(const engine::ModelInfo& model, QWidget* parent = nullptr);
};

}  // namespace nscope::app
