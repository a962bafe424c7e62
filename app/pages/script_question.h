// Purpose: the question whether a TorchScript file may run: what it is, what it can and cannot do (DESIGN §7).
// Thread: GUI. Does not block.
#pragma once

class QWidget;

namespace nscope::app {

class ModelController;

/// From now on whatever the controller asks about is shown over `window`, and the answer handed back.
void askAboutScripts(ModelController& models, QWidget& window);

}  // namespace nscope::app
