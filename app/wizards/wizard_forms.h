// Purpose: what the pages of a wizard share: a column of titled forms that scrolls. Thread: GUI.
#pragma once

#include "core/data/option_value.h"
#include "core/engine/specs.h"

#include <QtCore/QString>

#include <vector>

class QScrollArea;
class QVBoxLayout;
class QWidget;

namespace nscope::app {

class OptionForm;

/// Scrolls up and down only; its widget is the column of forms.
QScrollArea* makeFormArea(QWidget* parent);
/// A form in a box at the end of the column.
OptionForm* addForm(QVBoxLayout& column, const QString& title, std::vector<engine::OptionSpec> options,
                    const data::OptionMap& values = {});

}  // namespace nscope::app
