// Purpose: combo boxes of things that describe themselves (methods, targets): the name to read, the id as data, the help
// as tooltip. Thread: GUI.
#pragma once

#include <QtCore/QSignalBlocker>
#include <QtCore/QString>
#include <QtWidgets/QComboBox>

#include <string>

namespace nscope::app {

/// One line per entry; `current` is chosen if it is among them. Nothing is signalled.
template <class Specs>
void fillSpecs(QComboBox& box, const Specs& specs, const std::string& current)
{
    const QSignalBlocker quiet(&box);
    box.clear();
    for (const auto& spec : specs) {
        box.addItem(QString::fromStdString(spec.name), QString::fromStdString(spec.id));
        box.setItemData(box.count() - 1, QString::fromStdString(spec.help), Qt::ToolTipRole);
    }
    box.setCurrentIndex(box.findData(QString::fromStdString(current)));
}

inline std::string chosenId(const QComboBox& box) { return box.currentData().toString().toStdString(); }

/// Whether the box offers the value; it is then chosen.
inline bool choose(QComboBox& box, const QVariant& value)
{
    const int index = box.findData(value);
    if (index >= 0)
        box.setCurrentIndex(index);
    return index >= 0;
}

}  // namespace nscope::app
