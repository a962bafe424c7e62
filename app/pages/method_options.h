// Purpose: the dialog of an explanation method's options. Thread: GUI.
#pragma once

#include "core/engine/specs.h"

#include <functional>

class QDialog;
class QWidget;

namespace nscope::app {

/// Shows the options with `values`, defaults where there is none; `accept` gets all of them. nullptr if the method has
/// no options. The dialog deletes itself when closed.
QDialog* openMethodOptions(const engine::MethodSpec& method, const data::OptionMap& values,
                           std::function<void(const data::OptionMap&)> accept, QWidget* parent);

}  // namespace nscope::app
