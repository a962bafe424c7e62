// Purpose: menus that are filled anew whenever they open. Thread: GUI.
#pragma once

#include <QtWidgets/QMenu>

namespace nscope::app {

/// Takes everything out, submenus too.
inline void emptyMenu(QMenu& menu)
{
    menu.clear();
    for (QMenu* old : menu.findChildren<QMenu*>(QString(), Qt::FindDirectChildrenOnly))
        old->deleteLater();
}

}  // namespace nscope::app
