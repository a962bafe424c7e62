// Purpose: what the views show, for the session and back. Thread: GUI.
#pragma once

#include "core/data/document.h"

#include <vector>

namespace nscope::app {

class MainWindow;

std::vector<data::ViewState> viewStates(const MainWindow& window);
/// As the window's document says; views that it does not name stay as they are.
void restoreViews(MainWindow& window);

}  // namespace nscope::app
