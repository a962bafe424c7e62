// Purpose: the keys a user can learn, as one explicit array: the help shows it. Keys of menus are set there.
#pragma once

#include <QtCore/QtGlobal>

#include <array>

namespace nscope::app {

struct Shortcut {
    const char* keys;
    const char* text;  ///< translated in context "ShortcutList"
};

inline constexpr std::array<Shortcut, 21> kShortcutList{{
    {"Ctrl+O, Ctrl+S, Ctrl+E", QT_TRANSLATE_NOOP("ShortcutList", "Open, save, export a figure")},
    {"A C G U T", QT_TRANSLATE_NOOP("ShortcutList", "Replace the selected base")},
    {"Delete", QT_TRANSLATE_NOOP("ShortcutList", "Delete the selected bases")},
    {"Ctrl+X, Ctrl+C, Ctrl+V", QT_TRANSLATE_NOOP("ShortcutList", "Cut, copy, paste letters")},
    {"Ctrl+I, Ctrl+R", QT_TRANSLATE_NOOP("ShortcutList", "Insert letters, replace the selection")},
    {"Ctrl+Shift+V", QT_TRANSLATE_NOOP("ShortcutList", "Apply a variant, for example c.20A>T")},
    {"Ctrl+Z, Ctrl+Shift+Z", QT_TRANSLATE_NOOP("ShortcutList", "Undo, redo")},
    {"Ctrl+F", QT_TRANSLATE_NOOP("ShortcutList", "Find a motif, a pattern or open reading frames")},
    {"Ctrl+L", QT_TRANSLATE_NOOP("ShortcutList", "Go to a position, a range or a sequence")},
    {"Alt+←, Alt+→", QT_TRANSLATE_NOOP("ShortcutList", "The place before and after, on the genome page")},
    {"F, Shift+F, B, Shift+B", QT_TRANSLATE_NOOP("ShortcutList", "Next feature, and back")},
    {"←, →, Home, End", QT_TRANSLATE_NOOP("ShortcutList", "Move along the sequence")},
    {"+, −, Ctrl+wheel", QT_TRANSLATE_NOOP("ShortcutList", "Zoom in and out")},
    {"Ctrl+0", QT_TRANSLATE_NOOP("ShortcutList", "Show the whole sequence")},
    {"Esc", QT_TRANSLATE_NOOP("ShortcutList", "Clear the selection")},
    {"Ctrl+M, Ctrl+Shift+M", QT_TRANSLATE_NOOP("ShortcutList", "Exact mutagenesis of the selection, of everything")},
    {"Ctrl+T", QT_TRANSLATE_NOOP("ShortcutList", "Translate with the model")},
    {"Ctrl+Shift+P", QT_TRANSLATE_NOOP("ShortcutList", "Predict all sequences")},
    {"Ctrl+Shift+L", QT_TRANSLATE_NOOP("ShortcutList", "Open the model library")},
    {"Ctrl+.", QT_TRANSLATE_NOOP("ShortcutList", "Cancel all jobs")},
    {"Ctrl+Shift+D", QT_TRANSLATE_NOOP("ShortcutList", "Dark or light")},
}};

}  // namespace nscope::app
